//! Verification of a backup before it may take the database's place: read as opening reads it, and further. Every row
//! of every table is decoded, every log is folded, and no clock is beyond what any hub would take.
//!
//! Called by `backup`; calls `tables` for the rows, and the engine for what it reads when it opens.

use std::collections::{BTreeMap, BTreeSet};

use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTableMetadata};
use uuid::Uuid;

use super::StoreError;
use super::catalogue::Catalogue;
use super::loaded::{Audit, Loaded};
use super::meta::{self, LOG_ID};
use super::property_rows;
use super::record::{self, AuditRow, ClockRow, audit_row};
use super::tables::{self, AUDITS, IDS, LOG, META, POSITIONS};
use crate::domain::{ModuleId, Stamp};

/// What tells one database from another: its log, and how much is in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inventory {
    log_id: Uuid,
    operations: u64,
    /// Of each audit number: the last position of its log.
    ends: BTreeMap<u32, u64>,
}

impl Inventory {
    pub(super) fn of(txn: &ReadTransaction) -> Result<Self, StoreError> {
        let log = txn.open_table(LOG)?;
        let mut ends = BTreeMap::new();
        for row in txn.open_table(AUDITS)?.range::<&str>(..)? {
            let (key, value) = row?;
            let (_, audit) = audit_row(key.value(), value.value())?;
            let last = log.range((audit.no, 0)..=(audit.no, u64::MAX))?.next_back();
            ends.insert(audit.no, last.transpose()?.map_or(0, |(key, _)| key.value().1));
        }
        let log_id = meta::get_meta(&txn.open_table(META)?, LOG_ID)?;
        Ok(Self { log_id, operations: log.len()?, ends })
    }
}

/// Reads all of it. An error is `Damaged`, and says which row is wrong.
pub(super) fn read(db: &Database) -> Result<Inventory, StoreError> {
    let txn = db.begin_read()?;
    // First by itself: what follows takes positions and numbers as they are.
    tables::read(&txn)?;
    let catalogue = Catalogue::read(db, 0)?;
    let mut numbers = BTreeSet::new();
    for row in txn.open_table(AUDITS)?.range::<&str>(..)? {
        let (key, value) = row?;
        let (_, audit) = audit_row(key.value(), value.value())?;
        if !numbers.insert(audit.no) {
            return Err(damaged(of(audit.no), "two audits have it"));
        }
        one_audit(&txn, &audit)?;
    }
    clock(&catalogue.clock, || "the clock".to_owned())?;
    Inventory::of(&txn)
}

fn one_audit(txn: &ReadTransaction, audit: &AuditRow) -> Result<(), StoreError> {
    let no = audit.no;
    let log = txn.open_table(LOG)?;
    let ends =
        (log.range((no, 0)..=(no, u64::MAX))?.next(), log.range((no, 0)..=(no, u64::MAX))?.next_back());
    let first = ends.0.transpose()?.map(|(key, _)| key.value().1);
    let last = ends.1.transpose()?.map(|(key, _)| key.value().1);
    if no == u32::MAX || audit.start >= first.unwrap_or(MAX_POSITION) || last > Some(MAX_POSITION) {
        return Err(damaged(of(no), "its log begins or ends where none can"));
    }
    bounded(audit.created_ms, || of(no))?;
    let folded = tables::folded(txn, no)?.unwrap_or(audit.start);
    if folded < audit.start || folded > last.unwrap_or(audit.start) {
        return Err(damaged(format!("the fold of audit number {no}"), "it ends where the log does not"));
    }
    let ids = txn.open_table(IDS)?;
    let mut known = 0;
    for row in log.range((no, 0)..=(no, u64::MAX))? {
        let (key, value) = row?;
        let seq = key.value().1;
        let row = record::decode_op(no, seq, value.value())?;
        let what = || format!("operation {seq} of audit number {no}");
        clock(&row.clock, what)?;
        if !row.op.is_in_range() {
            return Err(damaged(what(), BEYOND));
        }
        if seq <= folded {
            // A repeat that was taken for known, and is not there, would be lost.
            known += 1;
            if ids.get((no, row.op.id.as_u128()))?.map(|seq| seq.value()) != Some(seq) {
                return Err(damaged(what(), "its id is not known, or at another place"));
            }
        }
    }
    let listed = ids.range((no, 0)..=(no, u128::MAX))?.count();
    if listed != known {
        return Err(damaged(of(no), format!("it has {known} operations and {listed} ids")));
    }
    for row in txn.open_table(POSITIONS)?.range((no, "", 0)..(no + 1, "", 0))? {
        let (key, _) = row?;
        let (_, module, seq) = key.value();
        let marks = match log.get((no, seq))? {
            Some(value) => record::decode_op(no, seq, value.value())?.op.body.module().cloned(),
            None => None,
        };
        let name = ModuleId::parse(module);
        if !marks.is_some_and(|marks| name.is_ok_and(|name| marks.may_be(&name))) {
            return Err(damaged(
                format!("module {module} of audit number {no}"),
                format!("no mark of it is at {seq} in the log"),
            ));
        }
    }
    if audit.removed {
        return Ok(());
    }
    let loaded = Loaded::read(txn, &Audit::new(audit, 0))?;
    if loaded.state.head != last.unwrap_or(audit.start) {
        return Err(damaged(of(no), "its state ends where the log does not"));
    }
    stamp(loaded.state.details().latest(), || format!("the fold of audit number {no}"))?;
    for (id, photo) in loaded.state.photos().iter() {
        let what = || format!("photo {id} of audit number {no}");
        stamp(photo.latest(), what)?;
        if Some(photo.seq()) > last {
            return Err(damaged(what(), "its last change is where the log is not"));
        }
    }
    if !loaded.properties_anew {
        property_rows::check_positions(txn, no)?;
    }
    for (of, state) in loaded.state.properties().iter() {
        stamp(state.latest(), || format!("what is set of {} in audit number {no}", of.key()))?;
    }
    for (id, entry) in loaded.state.modules() {
        let what = || format!("module {id} of audit number {no}");
        stamp(entry.state.latest(), what)?;
        bounded(entry.received_ms, what)?;
        let ascending = entry.seqs.is_sorted() && entry.seqs.last().is_none_or(|seq| Some(*seq) <= last);
        if !ascending {
            return Err(damaged(what(), "its marks are where the log is not"));
        }
    }
    Ok(())
}

const BEYOND: &str = "its time is beyond 2100: no hub takes that";
/// More operations than any log will have.
const MAX_POSITION: u64 = 1 << 48;

fn of(no: u32) -> String {
    format!("audit number {no}")
}

fn damaged(record: String, problem: impl Into<String>) -> StoreError {
    StoreError::Damaged { record, problem: problem.into() }
}

fn clock(at: &ClockRow, what: impl Fn() -> String + Copy) -> Result<(), StoreError> {
    bounded(at.hlc >> 16, what)?;
    bounded(at.received_ms, what)
}

fn stamp(latest: Option<Stamp>, what: impl Fn() -> String) -> Result<(), StoreError> {
    if latest.is_none_or(Stamp::is_in_range_of_logs) { Ok(()) } else { Err(damaged(what(), BEYOND)) }
}

fn bounded(ms: u64, what: impl Fn() -> String) -> Result<(), StoreError> {
    // A clock takes a stamp's time, and so may be as late as that.
    let latest = Stamp { ms, counter: 0, actor: 0 };
    stamp(Some(latest), what)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use redb::{ReadableTable, WriteTransaction};

    use super::super::file::MAIN;
    use super::super::meta::{CLOCK, put_meta};
    use super::super::record::{Fold, seal};
    use super::super::tables::tests::{full, rows, token};
    use super::super::tables::{
        FOLDS, HAVES, LINKS, MODULES, ORIGINS, PARKED, PHOTOS, PROPERTIES, PROPERTY_SEQS, SHADOWS,
    };
    use super::*;
    use crate::domain::stamp::MAX_MS;
    use crate::domain::{Digest, ModuleId, Op};

    type Hurt = fn(&WriteTransaction);

    /// Reads as no value, under a checksum that is right.
    fn nothing(key: &[u8]) -> Vec<u8> {
        seal(key, &[0xff_u8; 12]).unwrap()
    }

    fn put(txn: &WriteTransaction, audit: &AuditRow) {
        let token = token(1);
        let row = seal(token.as_str().as_bytes(), audit).unwrap();
        txn.open_table(AUDITS).unwrap().insert(token.as_str(), row.as_slice()).unwrap();
    }

    fn audit() -> AuditRow {
        AuditRow { no: 1, created_ms: 1, removed: false, start: 0, chained_after: 0, chain: Digest::EMPTY }
    }

    /// The last operation of `full`, otherwise than it was: the digests after it would not be right.
    fn log(txn: &WriteTransaction, hlc: u64, change: impl Fn(&mut Op)) {
        let mut log = txn.open_table(LOG).unwrap();
        let before = record::decode_op(1, 2, log.get((1, 2)).unwrap().unwrap().value()).unwrap().digest;
        let mut op = record::decode_op(1, 3, log.get((1, 3)).unwrap().unwrap().value()).unwrap().op;
        change(&mut op);
        let row = record::encode_op(1, &op, hlc, before.unwrap()).unwrap().0;
        log.insert((1, 3), row.as_slice()).unwrap();
    }

    /// In each table, what no hub has written; and how the row is named that is wrong.
    const HURTS: [(&str, &str, Hurt); 25] = [
        ("meta", "the setting clock is damaged", |txn| {
            txn.open_table(META).unwrap().insert(CLOCK, nothing(CLOCK.as_bytes()).as_slice()).unwrap();
        }),
        ("meta", "the clock is damaged: its time is beyond", |txn| {
            put_meta(txn, CLOCK, &ClockRow { hlc: 0, received_ms: MAX_MS }).unwrap();
        }),
        ("meta", "the clock is damaged: its time is beyond", |txn| {
            put_meta(txn, CLOCK, &ClockRow { hlc: u64::MAX, received_ms: 0 }).unwrap();
        }),
        ("audits", "the row of an audit is damaged", |txn| {
            let row = nothing(token(1).as_str().as_bytes());
            txn.open_table(AUDITS).unwrap().insert(token(1).as_str(), row.as_slice()).unwrap();
        }),
        ("audits", "audit number 2 is damaged: two audits have it", |txn| {
            put(txn, &AuditRow { no: 2, ..audit() })
        }),
        ("audits", "its log begins or ends where none can", |txn| {
            put(txn, &AuditRow { start: u64::MAX, ..audit() });
        }),
        ("audits", "its log begins or ends where none can", |txn| {
            put(txn, &AuditRow { no: u32::MAX, ..audit() })
        }),
        ("audits", "audit number 1 is damaged: its time", |txn| {
            put(txn, &AuditRow { created_ms: u64::MAX, ..audit() })
        }),
        ("log", "operation 1 of audit number 1 is damaged", |txn| {
            let mut key = [0; 12];
            (key[3], key[11]) = (1, 1);
            txn.open_table(LOG).unwrap().insert((1, 1), nothing(&key).as_slice()).unwrap();
        }),
        ("log", "operation 3 of audit number 1 is damaged: its time is beyond", |txn| {
            log(txn, 0, |op| op.stamp.ms = MAX_MS);
        }),
        ("log", "operation 3 of audit number 1 is damaged: its time is beyond", |txn| {
            log(txn, u64::MAX, |_| ())
        }),
        ("haves", "how far another hub's log is here is damaged", |txn| {
            let log = Uuid::from_u128(9);
            txn.open_table(HAVES).unwrap().insert((1, 9), nothing(log.as_bytes()).as_slice()).unwrap();
        }),
        ("origins", "where operation 1 came from is damaged", |txn| {
            let row = nothing(&1_u64.to_be_bytes());
            txn.open_table(ORIGINS).unwrap().insert((1, 1), row.as_slice()).unwrap();
        }),
        ("links", "the row of link cloud is damaged", |txn| {
            txn.open_table(LINKS).unwrap().insert((1, "cloud"), nothing(b"cloud").as_slice()).unwrap();
        }),
        ("shadows", "the shadow of M001 is damaged", |txn| {
            txn.open_table(SHADOWS)
                .unwrap()
                .insert((1, "cloud", "M001"), nothing(b"M001").as_slice())
                .unwrap();
        }),
        ("parked", "parked module M001 is damaged", |txn| {
            txn.open_table(PARKED)
                .unwrap()
                .insert((1, "cloud", "M001"), nothing(b"M001").as_slice())
                .unwrap();
        }),
        ("folds", "the fold of audit number 1 is damaged", |txn| {
            txn.open_table(FOLDS).unwrap().insert(1, nothing(&1_u32.to_be_bytes()).as_slice()).unwrap();
        }),
        ("folds", "the fold of audit number 1 is damaged: it ends where", |txn| {
            let row = seal(&1_u32.to_be_bytes(), &Fold { folded: u64::MAX, ..Fold::default() }).unwrap();
            txn.open_table(FOLDS).unwrap().insert(1, row.as_slice()).unwrap();
        }),
        ("modules", "module M001 of audit number 1 is damaged", |txn| {
            txn.open_table(MODULES).unwrap().insert((1, "M001"), nothing(b"M001").as_slice()).unwrap();
        }),
        ("photos", "photo 00000000-0000-0000-0000-000000000008 of audit number 1 is damaged", |txn| {
            let row = nothing(&8_u128.to_be_bytes());
            txn.open_table(PHOTOS).unwrap().insert((1, 8), row.as_slice()).unwrap();
        }),
        ("properties", "what is set of s3 in audit number 1 is damaged", |txn| {
            txn.open_table(PROPERTIES).unwrap().insert((1, "s3"), nothing(b"s3").as_slice()).unwrap();
        }),
        ("property_seqs", "nothing of it is at 5 in the log", |txn| {
            txn.open_table(PROPERTY_SEQS).unwrap().insert((1, "s3", 5), ()).unwrap();
        }),
        ("positions", "no mark of it is at 5 in the log", |txn| {
            txn.open_table(POSITIONS).unwrap().insert((1, "M001", 5), ()).unwrap();
        }),
        ("ids", "its id is not known, or at another place", |txn| {
            txn.open_table(IDS).unwrap().insert((1, 7), 5).unwrap();
        }),
        ("ids", "it has 3 operations and 4 ids", |txn| {
            txn.open_table(IDS).unwrap().insert((1, 10), 1).unwrap();
        }),
    ];

    fn restore_hurt(hurt: Hurt, dir: &Path) -> Result<(), StoreError> {
        let engine = full(dir);
        engine.copy_to("restore.redb").unwrap();
        let db = Database::open(dir.join("restore.redb")).unwrap();
        let txn = db.begin_write().unwrap();
        hurt(&txn);
        txn.commit().unwrap();
        drop(db);
        let identity = engine.identity();
        let refused = engine.restore("restore.redb");
        assert_eq!((engine.identity(), engine.tokens()), (identity, vec![token(1), token(2)]));
        let audit = engine.audit(&token(1)).unwrap();
        let id = ModuleId::parse("M001").unwrap();
        assert!(engine.view(&audit, |loaded| loaded.state.modules().contains_key(&id)).unwrap());
        refused
    }

    #[test]
    fn one_bad_row_in_whichever_table_is_refused_by_name_and_nothing_is_changed() {
        for (table, says, hurt) in HURTS {
            let dir = tempfile::tempdir().unwrap();
            let error = match restore_hurt(hurt, dir.path()) {
                Err(error @ StoreError::BadBackup(_)) => error.to_string(),
                other => panic!("{table}, {says}: {other:?}"),
            };
            assert!(error.contains(says), "{table}: {error}");
            let mut files: Vec<_> =
                std::fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
            files.sort();
            assert_eq!(files, [MAIN, "restore.redb"], "{table}");
        }
    }

    #[test]
    fn there_is_a_bad_row_above_for_every_table() {
        let dir = tempfile::tempdir().unwrap();
        drop(full(dir.path()));
        for table in rows(&dir.path().join(MAIN)).into_keys() {
            assert!(HURTS.iter().any(|(name, ..)| *name == table), "{table}");
        }
    }
}
