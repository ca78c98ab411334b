//! High-water mark: how far the log of another hub is in ours. Each caller has its own, and is told its own alone: what
//! somebody else says of a log, by a page without operations or a bundle, takes nothing away from the hub whose log it is.
//!
//! Kept by `replication` in `HAVES`, moved by `ingest`. Pure.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StoreError;
use super::command::{PageFrom, Teller};
use super::record;
use crate::domain::Proof;

/// Callers of one log: more are a network of copies, and whoever was not heard of for longest begins again at 0.
const MOST: usize = 16;

/// How far a log is here, by one teller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HighWater {
    pub by: Teller,
    pub upto: u64,
    /// What the other hub knows its own log by, at this position.
    pub proof: Option<[u8; Proof::LEN]>,
    /// Of the other hub: see `Identity`.
    pub instance: Option<Uuid>,
}

/// Of one log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HighWaters {
    /// What an earlier version knew, whoever had told it.
    before: u64,
    by_teller: Vec<HighWater>,
}

/// What a teller is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub upto: u64,
    pub proof: Option<Proof>,
    /// An earlier version has kept it, which asked nobody for a proof.
    pub unasked: bool,
}

impl HighWaters {
    pub(super) fn open(log_id: Uuid, value: &[u8]) -> Result<Self, StoreError> {
        let what = || "how far another hub's log is here".to_owned();
        let row: Result<(u64, Vec<HighWater>), _> = record::open(log_id.as_bytes(), value, what);
        let Ok((before, by_teller)) = row else {
            // An earlier version wrote the number alone.
            let before = record::open(log_id.as_bytes(), value, what)?;
            return Ok(Self { before, by_teller: Vec::new() });
        };
        Ok(Self { before, by_teller })
    }

    pub(super) fn seal(&self, log_id: Uuid) -> Result<Vec<u8>, StoreError> {
        record::seal(log_id.as_bytes(), &(self.before, &self.by_teller))
    }

    pub fn of(&self, by: &Teller) -> Told {
        match self.by_teller.iter().find(|mark| mark.by == *by) {
            Some(mark) => Told { upto: mark.upto, proof: mark.proof.map(Proof::from_bytes), unasked: false },
            None => Told { upto: self.before, proof: None, unasked: true },
        }
    }

    /// By anybody's word: whether something is missing is asked by it, and nothing is left out.
    pub fn furthest(&self) -> u64 {
        self.by_teller.iter().map(|mark| mark.upto).fold(self.before, u64::max)
    }

    /// Which instance of the other hub has told of it, by this teller.
    pub fn instance_of(&self, by: &Teller) -> Option<Uuid> {
        self.by_teller.iter().find(|mark| mark.by == *by)?.instance
    }

    /// A part of the log comes in. Whether anything is to be written; an error when something is missing before it.
    pub(super) fn take(&mut self, from: &PageFrom) -> Result<bool, StoreError> {
        let told = self.of(&from.by);
        let follows = match (from.proofs.after, told.proof) {
            _ if from.after == 0 => true,
            // Where anybody says that a bundle begins, something may be missing or not: see `furthest`.
            _ if from.by == Teller::Bundle => from.after <= self.furthest(),
            // Where it left off, in the very same log.
            (Some(theirs), Some(kept)) => from.after == told.upto && theirs == kept,
            _ => from.after <= told.upto,
        };
        if !follows {
            return Err(StoreError::Gap { have: told.upto });
        }
        let now = HighWater {
            by: from.by.clone(),
            upto: from.upto,
            proof: from.proofs.upto.map(Proof::to_bytes),
            instance: from.instance,
        };
        let before = self.by_teller.iter().position(|mark| mark.by == from.by);
        // Whoever can prove it knows best how far it is, also when that is less than before. Of files, any may come later.
        let moves = from.upto > told.upto || (now.proof.is_some() && from.by != Teller::Bundle);
        if !moves || before.is_some_and(|at| self.by_teller[at] == now) {
            return Ok(false);
        }
        match before {
            Some(at) => drop(self.by_teller.remove(at)),
            None if self.by_teller.len() >= MOST => drop(self.by_teller.remove(0)),
            None => {}
        }
        self.by_teller.push(now);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::page::PageProofs;

    const LOG: Uuid = Uuid::from_u128(7);

    fn van(name: &str) -> Teller {
        Teller::Member(name.to_owned())
    }

    fn proof(of: u64) -> Option<Proof> {
        Some(Proof::from_bytes([u8::try_from(of).unwrap(); Proof::LEN]))
    }

    fn unproved(by: Teller, after: u64, upto: u64) -> PageFrom {
        PageFrom { by, ..PageFrom::of(LOG, after, upto) }
    }

    /// The history that begins with this number: copies of a log differ in it.
    fn proved(by: Teller, history: u64, after: u64, upto: u64) -> PageFrom {
        let at = |seq: u64| if seq == 0 { None } else { proof(history + seq) };
        PageFrom { proofs: PageProofs { after: at(after), upto: at(upto) }, ..unproved(by, after, upto) }
    }

    #[test]
    fn what_somebody_else_tells_of_a_log_is_told_to_nobody_but_them() {
        let mut marks = HighWaters::default();
        assert!(marks.take(&unproved(van("1"), 0, 1)).unwrap());
        assert!(marks.take(&unproved(van("2"), 0, 3)).unwrap());
        assert!(marks.take(&proved(Teller::Anybody, 0, 0, 99)).unwrap());
        assert_eq!((marks.of(&van("1")).upto, marks.of(&van("2")).upto, marks.furthest()), (1, 3, 99));
        assert_eq!(marks.of(&Teller::Administrator).upto, 0);
        assert!(matches!(marks.take(&unproved(van("1"), 2, 4)), Err(StoreError::Gap { have: 1 })));
        assert!(!marks.take(&unproved(van("1"), 0, 1)).unwrap(), "a repeat moves nothing");
    }

    #[test]
    fn a_row_reads_back_and_that_of_an_earlier_version_is_believed_until_somebody_tells_more() {
        let old = record::seal(LOG.as_bytes(), &40u64).unwrap();
        let mut marks = HighWaters::open(LOG, &old).unwrap();
        assert_eq!(marks.of(&van("1")), Told { upto: 40, proof: None, unasked: true });
        assert!(marks.take(&proved(van("1"), 0, 40, 44)).unwrap());
        assert_eq!(marks.of(&van("1")), Told { upto: 44, proof: proof(44), unasked: false });
        assert_eq!(marks.of(&van("2")).upto, 40);
        assert_eq!(HighWaters::open(LOG, &marks.seal(LOG).unwrap()).unwrap(), marks);
        // As an earlier version reads the same row.
        let again: u64 = record::open(LOG.as_bytes(), &marks.seal(LOG).unwrap(), String::new).unwrap();
        assert_eq!(again, 40);
    }

    #[test]
    fn a_copy_does_not_go_on_where_its_original_left_off() {
        let mut marks = HighWaters::default();
        marks.take(&proved(van("1"), 0, 0, 10)).unwrap();
        let gap = |result| matches!(result, Err(StoreError::Gap { have: 10 }));
        assert!(gap(marks.take(&proved(van("1"), 100, 10, 12))), "another history");
        assert!(gap(marks.take(&proved(van("1"), 0, 8, 12))), "not where it left off: it asks again");
        assert!(marks.take(&proved(van("1"), 0, 10, 12)).unwrap());
        assert!(marks.take(&proved(van("1"), 0, 0, 4)).unwrap(), "and whoever begins again does so");
        assert_eq!(marks.of(&van("1")).upto, 4);
    }

    #[test]
    fn a_bundle_follows_what_is_here_by_whatever_way() {
        let mut marks = HighWaters::default();
        marks.take(&unproved(van("1"), 0, 10)).unwrap();
        marks.take(&unproved(Teller::Bundle, 10, 15)).unwrap();
        assert_eq!((marks.furthest(), marks.of(&van("1")).upto), (15, 10));
        marks.take(&proved(Teller::Bundle, 0, 12, 20)).unwrap();
        assert!(marks.take(&unproved(Teller::Bundle, 21, 22)).is_err());
    }

    #[test]
    fn callers_are_counted_and_the_one_not_heard_of_for_longest_goes() {
        let mut marks = HighWaters::default();
        for n in 0..=MOST {
            marks.take(&unproved(van(&n.to_string()), 0, 5)).unwrap();
            marks.take(&unproved(van("0"), 0, 6 + n as u64)).unwrap();
        }
        assert_eq!((marks.by_teller.len(), marks.of(&van("1")).upto), (MOST, 0));
        assert!(marks.of(&van("0")).upto > 5);
    }

    #[test]
    fn the_instance_of_a_hub_is_kept_with_what_it_told() {
        let mut marks = HighWaters::default();
        let one = Some(Uuid::from_u128(1));
        marks.take(&PageFrom { instance: one, ..unproved(van("1"), 0, 1) }).unwrap();
        marks.take(&unproved(van("2"), 0, 1)).unwrap();
        assert_eq!((marks.instance_of(&van("1")), marks.instance_of(&van("2"))), (one, None));
        let marks = HighWaters::open(LOG, &marks.seal(LOG).unwrap()).unwrap();
        assert_eq!((marks.instance_of(&van("1")), marks.instance_of(&van("3"))), (one, None));
    }
}
