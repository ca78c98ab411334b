//! Hash chain over the rows of each log: each row carries a digest of the log up to there, `digest(row) = SHA-256(digest
//! before, seq, row)`.
//!
//! `commit` makes it along a batch, `record` lays it into the row. This reads one for `engine`, and follows the chain row by
//! row: for `tables`, when all rows are copied, and for `migrate`, which makes the digest of a log that an earlier version
//! wrote. Not at each start: that a row is as it was written, its CRC tells.

use redb::ReadableTable;

use super::StoreError;
use super::record::{self, LogRow};
use crate::domain::Digest;

/// Follows the chains of all logs, in the order of the table.
#[derive(Debug, Default)]
pub struct Chain {
    audit: u32,
    seq: u64,
    digest: Digest,
}

impl Chain {
    /// The digest of the log with its next row, whose bytes are these.
    pub fn follow(&mut self, audit: u32, seq: u64, bytes: &[u8]) -> Digest {
        // A log begins with nothing, wherever its numbers begin.
        let before = if audit == self.audit { self.digest } else { Digest::EMPTY };
        *self = Self { audit, seq, digest: before.then(seq, bytes) };
        self.digest
    }

    /// That this row is the next one of its log, and no row before it is another one or missing.
    pub fn check(&mut self, audit: u32, row: &LogRow<'_>) -> Result<(), StoreError> {
        let seq = row.op.seq;
        let damaged = |problem: &str| StoreError::Damaged {
            record: format!("the log of audit number {audit}"),
            problem: format!("{problem} before operation {seq}"),
        };
        if audit == self.audit && seq != self.seq + 1 {
            return Err(damaged("operations are missing"));
        }
        let digest = self.follow(audit, seq, row.bytes);
        match row.digest {
            Some(kept) if kept != digest => Err(damaged("an operation has become another one in or")),
            _ => Ok(()),
        }
    }
}

/// The digest in the row at `seq`.
pub fn kept_digest(
    log: &impl ReadableTable<(u32, u64), &'static [u8]>,
    audit: u32,
    seq: u64,
) -> Result<Digest, StoreError> {
    let row = log.get((audit, seq))?;
    let digest = match &row {
        Some(value) => record::decode_op(audit, seq, value.value())?.digest,
        None => None,
    };
    digest.ok_or_else(|| StoreError::Damaged {
        record: format!("operation {seq} of audit number {audit}"),
        problem: "it has no digest".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use redb::{Database, ReadableDatabase};

    use super::super::file::MAIN;
    use super::super::tables::LOG;
    use super::super::testing::open;
    use super::super::{Command, Engine};
    use super::*;
    use crate::domain::id::DeviceId;
    use crate::domain::op::Note;
    use crate::domain::{Author, Base, Body, NewOp, OpId, Seen, Token};

    const NOW: u64 = 1_780_000_000_000;

    fn token(n: u64) -> Token {
        Token::parse(format!("audit_{n}")).unwrap()
    }

    fn ops(numbers: std::ops::RangeInclusive<u64>) -> Vec<NewOp> {
        let op = |n: u64| NewOp {
            id: OpId::from_u128(n.into()),
            author: Author::new("tech_1", None).unwrap(),
            device: DeviceId::parse("dev_1").unwrap(),
            marked_ms: NOW,
            base: Base::Seen(Seen::default()),
            body: Body::Note(Note::new(&format!("word {n}")).unwrap()),
            stamp: None,
            believed_ms: 0,
        };
        numbers.map(op).collect()
    }

    fn commit(engine: &Engine, commands: &[Command]) {
        engine.commit(commands, NOW).into_iter().for_each(|answer| drop(answer.unwrap()));
    }

    fn append(engine: &Engine, audit: u64, numbers: std::ops::RangeInclusive<u64>) {
        commit(engine, &[Command::AppendOrMake { token: token(audit), ops: ops(numbers) }]);
    }

    fn digests(engine: &Engine, audit: u64, upto: u64) -> Vec<Option<Digest>> {
        let audit = engine.audit(&token(audit)).unwrap();
        (0..=upto).map(|seq| engine.digest_at(&audit, seq).unwrap()).collect()
    }

    /// Does with the rows of the log what nobody should.
    type LogRows<'a> = redb::Table<'a, (u32, u64), &'static [u8]>;

    fn tamper(dir: &Path, change: impl FnOnce(&mut LogRows<'_>)) {
        let db = Database::open(dir.join(MAIN)).unwrap();
        let txn = db.begin_write().unwrap();
        change(&mut txn.open_table(LOG).unwrap());
        txn.commit().unwrap();
    }

    #[test]
    fn each_position_has_its_digest_however_it_was_written_and_read() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path());
        append(&engine, 1, 1..=3);
        // Two commands of one batch, another audit between them.
        let command = |audit, numbers| Command::AppendOrMake { token: token(audit), ops: ops(numbers) };
        commit(&engine, &[command(1, 4..=5), command(2, 1..=2), command(1, 6..=7)]);
        append(&engine, 1, 8..=8);
        let before = digests(&engine, 1, 9);
        assert_eq!((before[0], before[9]), (Some(Digest::EMPTY), None), "nothing, and beyond the end");
        let mut different = before.clone();
        different.sort_by_key(|digest| digest.map(|digest| digest.0));
        different.dedup();
        assert_eq!(different.len(), 10);
        let audit = engine.audit(&token(1)).unwrap();
        assert_eq!(engine.since(&audit, 2, 3).unwrap().digests, before[3..6]);

        // From the rows, without and with folds; in a copy.
        drop(engine);
        let engine = open(dir.path());
        assert_eq!(digests(&engine, 1, 9), before);
        engine.checkpoint(true).unwrap();
        drop(engine);
        let engine = open(dir.path());
        assert_eq!(digests(&engine, 1, 9), before);
        append(&engine, 1, 9..=9);
        engine.copy_to("copy.redb").unwrap();
        let after = digests(&engine, 1, 9);
        assert_eq!(after[..9], before[..9]);
        let other = tempfile::tempdir().unwrap();
        std::fs::rename(dir.path().join("copy.redb"), other.path().join(MAIN)).unwrap();
        assert_eq!(digests(&open(other.path()), 1, 9), after);
    }

    #[test]
    fn logs_that_differ_once_differ_from_there_on() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let engine = open(one.path());
        append(&engine, 1, 1..=4);
        engine.copy_to("copy.redb").unwrap();
        std::fs::rename(one.path().join("copy.redb"), other.path().join(MAIN)).unwrap();
        let copy = open(other.path());
        append(&engine, 1, 5..=8);
        append(&copy, 1, 6..=9);
        let (here, there) = (digests(&engine, 1, 8), digests(&copy, 1, 8));
        for seq in 0..=8 {
            assert_eq!(here[seq] == there[seq], seq <= 4, "{seq}");
        }
    }

    #[test]
    fn an_audit_made_again_begins_a_chain_of_its_own_also_within_one_batch() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path());
        append(&engine, 1, 1..=3);
        let old = digests(&engine, 1, 3);
        let (remove, make) =
            (Command::Remove { token: token(1) }, Command::Make { token: token(1), ops: ops(1..=2) });
        commit(&engine, &[remove.clone(), make.clone()]);
        // Numbers go on: 1 to 3 were erased, 4 tells those apart who had read all of them.
        let first = digests(&engine, 1, 6);
        assert_eq!(first[..4], [None; 4], "of what was erased nothing is known");
        assert_eq!(first[4], Some(Digest::EMPTY));
        assert!(first[5].is_some() && !old.contains(&first[5]));
        commit(&engine, &[remove]);
        commit(&engine, &[make]);
        let second = digests(&engine, 1, 9);
        assert_eq!((second[6], second[7]), (None, Some(Digest::EMPTY)));
        engine.copy_to("copy.redb").unwrap();
        drop(engine);
        assert_eq!(digests(&open(dir.path()), 1, 9), second);
    }

    #[test]
    fn a_copy_is_not_made_of_a_log_with_a_hole_or_with_an_operation_of_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let strange = {
            let engine = open(elsewhere.path());
            append(&engine, 1, 11..=15);
            drop(engine);
            let db = Database::open(elsewhere.path().join(MAIN)).unwrap();
            let log = db.begin_read().unwrap().open_table(LOG).unwrap();
            log.get((1, 3)).unwrap().unwrap().value().to_vec()
        };
        let engine = open(dir.path());
        append(&engine, 1, 1..=5);
        drop(engine);
        let whole = std::fs::read(dir.path().join(MAIN)).unwrap();
        let refused = |change: &dyn Fn(&mut LogRows<'_>)| {
            std::fs::write(dir.path().join(MAIN), &whole).unwrap();
            tamper(dir.path(), change);
            let error = open(dir.path()).copy_to("copy.redb").unwrap_err();
            error.to_string()
        };
        // Each row by itself is as some hub wrote it.
        assert_eq!(
            refused(&|log| drop(log.insert((1, 3), strange.as_slice()).unwrap())),
            "the log of audit number 1 is damaged: an operation has become another one in or before operation 3"
        );
        assert_eq!(
            refused(&|log| drop(log.remove((1, 3)).unwrap())),
            "the log of audit number 1 is damaged: operations are missing before operation 4"
        );
        std::fs::write(dir.path().join(MAIN), &whole).unwrap();
        open(dir.path()).copy_to("copy.redb").unwrap();
    }
}
