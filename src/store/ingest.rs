//! Ingest (replication, idempotent): operations of elsewhere, as they are, with what is remembered of where they
//! came from; one transaction, so that a crash at any moment repeats a harmless call and loses none.
//!
//! Part of `commit`; called by the writer thread through it.

use uuid::Uuid;

use super::StoreError;
use super::bounds::Entrance;
use super::command::{OpAck, OpVerdict, TakeIn};
use super::commit::WriteBatch;
use super::high_water::HighWaters;
use super::tables::AUDITS;
use crate::domain::op::Content;
use crate::domain::{Carried, Op, Outcome, Token};

impl WriteBatch<'_> {
    /// Whether the audit was here once and has been removed.
    pub(super) fn was_removed(&self, token: &Token) -> Result<bool, StoreError> {
        if let Some(row) = self.listing.get(token) {
            return Ok(row.is_none());
        }
        self.engine.with_db(|db| {
            let audits = redb::ReadableDatabase::begin_read(db)?.open_table(AUDITS)?;
            match audits.get(token.as_str())? {
                Some(value) => Ok(super::record::audit_row(token.as_str(), value.value())?.1.removed),
                None => Ok(false),
            }
        })
    }

    pub(super) fn take_in(&mut self, take: &TakeIn) -> Result<Vec<OpAck>, StoreError> {
        let Some(draft) = self.drafts.get(&take.token) else {
            return Err(StoreError::UnknownAudit(take.token.clone()));
        };
        let (no, before) = (draft.audit.no, draft.head);
        let fresh = self.is_fresh(&take.token);
        if let Some(from) = take.from.as_ref().filter(|_| !take.partial) {
            let mut marks = self.high_waters(no, from.log_id, fresh, &take.token)?;
            if marks.take(from)? {
                self.memos.haves.push((no, from.log_id, marks));
            }
        }
        let taken: Vec<OpAck> =
            take.ops.iter().map(|op| self.carry(&take.token, op)).collect::<Result<_, _>>()?;
        let after = self.drafts.get(&take.token).map_or(before, |draft| draft.head);
        if let Some(from) = take.from.as_ref().filter(|_| after > before) {
            self.memos.origins.push((no, before + 1, after, from.log_id));
        }
        self.memos.remember.extend(take.remember.iter().map(|remember| (no, remember.clone())));
        Ok(taken)
    }

    /// Up to where a log is here, counting what this batch brings.
    fn high_waters(
        &self,
        no: u32,
        log_id: Uuid,
        fresh: bool,
        token: &Token,
    ) -> Result<HighWaters, StoreError> {
        let now = self.memos.haves.iter().rev().find(|(audit, log, _)| (*audit, *log) == (no, log_id));
        match now {
            Some((.., marks)) => Ok(marks.clone()),
            None if fresh => Ok(HighWaters::default()),
            None => self.engine.high_waters(&*self.engine.audit(token)?, log_id),
        }
    }

    /// One operation, with the stamp and base that it has everywhere.
    fn carry(&mut self, token: &Token, carried: &Carried) -> Result<OpAck, StoreError> {
        let mut entry = match self.room_for(token, Content::from(carried), Some(carried.stamp))? {
            Ok(entry) => entry,
            Err(taken) => return Ok(taken),
        };
        if !carried.is_in_range(None) {
            let held = match &entry {
                Some((_, entry)) => entry.state.seen().latest(),
                None if carried.body.changes_audit() => self.details_latest(token)?,
                None => match self.property(token, &carried.body)? {
                    Some(property) => property.seen().latest(),
                    None => self.last_of_photo(token, (carried.id, &carried.body), None)?,
                },
            };
            if !carried.is_in_range(held) {
                return Ok(OpAck { id: carried.id, seq: 0, verdict: OpVerdict::StampOutOfRange });
            }
        }
        self.hlc.observe(carried.stamp, self.now_ms);
        self.hlc.tick(self.now_ms, carried.stamp.actor);
        let op = Op {
            seq: 0,
            id: carried.id,
            author: carried.author.clone(),
            device: carried.device.clone(),
            marked_ms: carried.marked_ms,
            received_ms: self.now_ms,
            stamp: carried.stamp,
            base: carried.base.clone(),
            outcome: Outcome::Applied,
            body: carried.body.clone(),
        };
        self.log(token, op, &mut entry, Entrance::Peer)
    }
}

#[cfg(test)]
mod tests {

    use super::super::testing::open;
    use super::super::{Command, Engine, LinkRow, PageFrom, Parked, Remember, Shadow};
    use super::*;
    use crate::domain::id::DeviceId;
    use crate::domain::stamp::actor_of;
    use crate::domain::{Author, Body, LinkName, Mark, ModuleId, OpId, Seen, Stamp, Status};

    const NOW: u64 = 1_780_000_000_000;

    fn token() -> Token {
        Token::parse("jalibat").unwrap()
    }

    fn carried(n: u128, ms: u64) -> Carried {
        let module = ModuleId::parse(format!("M{:03}", n % 5)).unwrap();
        Carried {
            id: OpId::from_u128(n),
            author: Author::new("tech_1", None).unwrap(),
            device: DeviceId::parse("dev_1").unwrap(),
            marked_ms: ms,
            stamp: Stamp { ms, counter: 0, actor: actor_of("dev_1") },
            base: Seen::default(),
            body: Body::Mark(Mark::new(module, Some(Some(Status::Dead)), None).unwrap()),
        }
    }

    fn page(log: u128, after: u64, upto: u64) -> TakeIn {
        TakeIn {
            token: token(),
            make: true,
            ops: (after + 1..=upto).map(|n| carried(u128::from(n), NOW + n)).collect(),
            from: Some(PageFrom::of(Uuid::from_u128(log), after, upto)),
            partial: false,
            remember: Vec::new(),
        }
    }

    fn commit(engine: &Engine, take: TakeIn) -> Result<usize, StoreError> {
        let taken = engine.commit(&[Command::TakeIn(Box::new(take))], NOW).remove(0)?;
        Ok(taken.iter().filter(|taken| matches!(taken.verdict, OpVerdict::Logged { .. })).count())
    }

    #[test]
    fn a_page_and_its_high_water_are_one_transaction_and_repeats_are_free() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path());
        let log = Uuid::from_u128(7);
        assert_eq!(commit(&engine, page(7, 0, 10)).unwrap(), 10);
        let audit = engine.audit(&token()).unwrap();
        assert_eq!(engine.have(&audit, log).unwrap(), 10);
        assert_eq!(commit(&engine, page(7, 0, 10)).unwrap(), 0);
        assert!(matches!(commit(&engine, page(7, 12, 14)), Err(StoreError::Gap { have: 10 })));
        let partial = TakeIn { partial: true, ..page(7, 12, 14) };
        assert_eq!(commit(&engine, partial).unwrap(), 2);
        assert_eq!(engine.have(&audit, log).unwrap(), 10, "a partial page says nothing of what lies before");
        assert_eq!(commit(&engine, page(7, 8, 14)).unwrap(), 2);
        assert_eq!((engine.have(&audit, log).unwrap(), engine.have(&audit, Uuid::nil()).unwrap()), (14, 0));
        let stamps: Vec<u64> =
            engine.since(&audit, 0, 99).unwrap().ops.iter().map(|op| op.stamp.ms).collect();
        assert!(stamps.iter().all(|ms| (NOW + 1..=NOW + 14).contains(ms)), "stamps are as they came");
    }

    #[test]
    fn two_pages_of_one_log_in_one_batch_follow_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path());
        let pages = [page(7, 0, 3), page(7, 3, 5), page(7, 6, 8)].map(|page| Command::TakeIn(Box::new(page)));
        let answers = engine.commit(&pages, NOW);
        assert!(answers[0].is_ok() && answers[1].is_ok());
        assert!(matches!(answers[2], Err(StoreError::Gap { have: 5 })));
        let audit = engine.audit(&token()).unwrap();
        assert_eq!(engine.have(&audit, Uuid::from_u128(7)).unwrap(), 5);
    }

    #[test]
    fn what_came_from_a_log_is_known_as_ranges() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path());
        commit(&engine, page(7, 0, 4)).unwrap();
        commit(&engine, TakeIn { from: None, ..page(9, 20, 22) }).unwrap();
        commit(&engine, TakeIn { partial: true, ..page(8, 30, 31) }).unwrap();
        commit(&engine, page(7, 4, 6)).unwrap();
        let audit = engine.audit(&token()).unwrap();
        let from = |log: u128, after| {
            let origins = engine.came_from(&audit, Uuid::from_u128(log), after).unwrap();
            origins.into_iter().map(|origin| (origin.first, origin.last)).collect::<Vec<_>>()
        };
        assert_eq!(from(7, 0), [(1, 4), (8, 9)]);
        assert_eq!(from(7, 2), [(1, 4), (8, 9)], "one that begins before reaches beyond");
        assert_eq!(from(7, 4), [(8, 9)]);
        assert_eq!(from(8, 0), [(7, 7)]);
    }

    #[test]
    fn what_is_remembered_survives_a_reopening_and_goes_with_its_audit() {
        let dir = tempfile::tempdir().unwrap();
        let link = LinkName::parse("cloud").unwrap();
        let module = ModuleId::parse("M001").unwrap();
        let shadow = Shadow {
            status: Status::Dead,
            comment: Some("glass".to_owned()),
            technician: crate::domain::id::TechnicianId::parse("tech_1").unwrap(),
            updated_ms: 5,
            pushed: true,
            seen: Seen::default(),
        };
        let parked = Parked { reason: "404".to_owned(), at_ms: 1, seq: 3, dropped: false };
        let row = {
            let engine = open(dir.path());
            let row = LinkRow { log_id: engine.identity().log_id, acked: 9, peer_log: None, pulled: 4 };
            let remember = Remember {
                link: link.clone(),
                row: Some(row),
                shadows: vec![(module.clone(), shadow.clone())],
                parked: vec![(module.clone(), Some(parked.clone()))],
            };
            commit(&engine, TakeIn { remember: vec![remember], ..page(7, 0, 2) }).unwrap();
            engine.copy_to("copy.redb").unwrap();
            row
        };
        std::fs::rename(dir.path().join("copy.redb"), dir.path().join("fieldhub.redb")).unwrap();
        let engine = open(dir.path());
        let audit = engine.audit(&token()).unwrap();
        assert_eq!(engine.link_row(&audit, &link).unwrap(), Some(row));
        assert_eq!(engine.shadow(&audit, &link, &module).unwrap(), Some(shadow));
        assert_eq!(engine.parked(&audit, &link).unwrap(), [(module.clone(), parked)]);
        assert_eq!(engine.parked(&audit, &LinkName::parse("clou").unwrap()).unwrap(), []);

        let mut unpark = Remember::of(link.clone());
        unpark.parked.push((module.clone(), None));
        commit(&engine, TakeIn::remember(token(), unpark)).unwrap();
        assert_eq!(engine.parked(&audit, &link).unwrap(), []);

        engine.commit(&[Command::Remove { token: token() }], NOW).remove(0).unwrap();
        assert!(matches!(commit(&engine, page(7, 2, 3)), Err(StoreError::Removed(_))), "gone on purpose");
        engine.commit(&[Command::Make { token: token(), ops: Vec::new() }], NOW).remove(0).unwrap();
        let audit = engine.audit(&token()).unwrap();
        assert_eq!(engine.link_row(&audit, &link).unwrap(), None);
        assert_eq!(engine.shadow(&audit, &link, &module).unwrap(), None);
        assert_eq!(engine.have(&audit, Uuid::from_u128(7)).unwrap(), 0);
        assert_eq!(commit(&engine, page(7, 0, 3)).unwrap(), 3);
    }
}
