//! Written bytes (accounting): bytes of the log of one audit, in all and by technician, since a version that counts them.
//!
//! A fold of the log, as the tables are: kept in memory along with the state, and written by `checkpoint`. Judged by `bounds`.

use std::collections::HashMap;

use redb::{ReadableTable, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::meta;
use super::tables::META;
use crate::domain::id::TechnicianId;

/// Technicians that are counted one by one; what the others wrote counts for all of them. More than any crew.
const MOST: usize = 1_024;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenBytes {
    of: HashMap<TechnicianId, u64>,
    /// By those who are not counted one by one.
    others: u64,
    all: u64,
}

#[derive(Serialize, Deserialize)]
struct WrittenRow {
    /// Where the audit's log begins: one that is made again under the name of a removed one is another one.
    start: u64,
    of: Vec<(TechnicianId, u64)>,
    others: u64,
}

impl WrittenBytes {
    pub(super) fn of(by: TechnicianId, bytes: u64) -> Self {
        Self { of: HashMap::from([(by, bytes)]), others: 0, all: bytes }
    }

    pub(super) fn add(&mut self, more: WrittenBytes) {
        self.others += more.others;
        self.all += more.all;
        for (by, bytes) in more.of {
            if self.of.len() >= MOST && !self.of.contains_key(&by) {
                self.others += bytes;
            } else {
                *self.of.entry(by).or_default() += bytes;
            }
        }
    }

    pub fn all(&self) -> u64 {
        self.all
    }

    /// What counts for this one.
    pub fn of_member(&self, by: &TechnicianId) -> u64 {
        self.of.get(by).copied().unwrap_or(self.others)
    }

    fn key(no: u32) -> String {
        format!("written-{no}")
    }

    /// As the last checkpoint wrote it; nothing where an earlier version did.
    pub(super) fn read(
        settings: &impl ReadableTable<&'static str, &'static [u8]>,
        no: u32,
        start: u64,
    ) -> Result<Self, StoreError> {
        let row: Option<WrittenRow> = meta::find_meta(settings, &Self::key(no))?;
        let Some(row) = row.filter(|row| row.start == start) else { return Ok(Self::default()) };
        let of: HashMap<_, _> = row.of.into_iter().collect();
        let all = of.values().sum::<u64>() + row.others;
        Ok(Self { of, others: row.others, all })
    }

    pub(super) fn put(&self, txn: &WriteTransaction, no: u32, start: u64) -> Result<(), StoreError> {
        let mut of: Vec<_> = self.of.iter().map(|(by, bytes)| (by.clone(), *bytes)).collect();
        of.sort();
        meta::put_meta(txn, &Self::key(no), &WrittenRow { start, of, others: self.others })
    }

    pub(super) fn erase(txn: &WriteTransaction, no: u32) -> Result<(), StoreError> {
        txn.open_table(META)?.remove(Self::key(no).as_str())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_technicians_share_what_is_left() {
        let tech = |n: usize| TechnicianId::parse(format!("tech_{n}")).unwrap();
        let mut written = WrittenBytes::default();
        for n in 0..MOST + 10 {
            written.add(WrittenBytes::of(tech(n), 5));
        }
        written.add(WrittenBytes::of(tech(0), 5));
        assert_eq!(written.all(), 5 * (MOST as u64 + 11));
        let of = |n| written.of_member(&tech(n));
        assert_eq!((of(0), of(1), of(MOST + 3), of(MOST + 99)), (10, 5, 50, 50));
    }
}
