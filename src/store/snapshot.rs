//! Whole copies of the database: rotating snapshots beside it, backups elsewhere, and the way
//! back.
//!
//! Called by `open` (fallback), the engine and the writer. A copy is made from one read
//! transaction, so writing goes on meanwhile; every value's checksum is checked on the way and
//! the file is verified before it gets its name.

use redb::{Database, Key, ReadableDatabase, ReadableTable, TableDefinition, Value};
use uuid::Uuid;

use super::medium::Medium;
use super::open::{self, LOG_ID, MAIN, NEW, RESTORED};
use super::record;
use super::tables::{AUDITS, FOLDS, HAVES, IDS, LINKS, LOG, META, MODULES, ORIGINS, PARKED, SHADOWS};
use super::{Engine, StoreError};

/// Newest first.
pub const NAMES: [&str; 2] = ["snapshot-1.redb", "snapshot-2.redb"];
/// Where a snapshot is put together.
const MAKING: &str = "snapshot.redb.new";
/// Where a caller lies down a file to be restored.
pub const RESTORE_UPLOAD: &str = "restore.redb";
/// Where the database goes that a restore replaces.
const BEFORE_RESTORE: &str = "fieldhub.redb.before-restore";

/// Copy everything committed in `from` to a new file `name`, with another log id if given.
pub fn copy(
    from: &Database,
    medium: &dyn Medium,
    name: &str,
    log_id: Option<Uuid>,
) -> Result<(), StoreError> {
    medium.remove_if_there(name)?;
    let mut to = open::builder().create_with_backend(medium.open(name)?)?;
    let txn = from.begin_read()?;
    {
        let out = to.begin_write()?;
        open::make_tables(&out)?;
        copy_table(&txn, &out, META, |key, value| check(key.as_bytes(), value, "a setting"))?;
        copy_table(&txn, &out, AUDITS, |key, value| check(key.as_bytes(), value, "an audit's row"))?;
        copy_table(&txn, &out, LOG, |(no, seq), value| record::decode_op(no, seq, value).map(|_| ()))?;
        copy_table(&txn, &out, FOLDS, |no, value| check(&no.to_be_bytes(), value, "a fold"))?;
        copy_table(&txn, &out, MODULES, |(_, id), value| check(id.as_bytes(), value, "a module"))?;
        copy_table(&txn, &out, IDS, |_, _| Ok(()))?;
        copy_table(&txn, &out, HAVES, |(_, log), value| check(&log.to_be_bytes(), value, "a peer's log"))?;
        copy_table(&txn, &out, ORIGINS, |(_, first), value| check(&first.to_be_bytes(), value, "an origin"))?;
        copy_table(&txn, &out, LINKS, |(_, link), value| check(link.as_bytes(), value, "a link"))?;
        copy_table(&txn, &out, SHADOWS, |(.., id), value| check(id.as_bytes(), value, "a shadow"))?;
        copy_table(&txn, &out, PARKED, |(.., id), value| check(id.as_bytes(), value, "a parked module"))?;
        if let Some(log_id) = log_id {
            open::put_meta(&out, LOG_ID, &log_id)?;
        }
        out.commit()?;
    }
    open::verify(&mut to)?;
    to.close()?;
    Ok(())
}

fn check(key: &[u8], value: &[u8], what: &str) -> Result<(), StoreError> {
    record::check(key, value, || what.to_owned())
}

fn copy_table<K: Key + 'static, V: Value + 'static>(
    from: &redb::ReadTransaction,
    to: &redb::WriteTransaction,
    table: TableDefinition<K, V>,
    check: impl Fn(K::SelfType<'_>, V::SelfType<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut out = to.open_table(table)?;
    let from = match from.open_table(table) {
        // A copy is of the schema that its source is of.
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(()),
        other => other?,
    };
    for row in from.iter()? {
        let (key, value) = row?;
        check(key.value(), value.value())?;
        out.insert(key.value(), value.value())?;
    }
    Ok(())
}

/// A snapshot in the place of the newest; the older of the two goes.
pub fn keep(db: &Database, medium: &dyn Medium, min_free_bytes: u64) -> Result<(), StoreError> {
    let needed = medium.len(MAIN)?.saturating_add(min_free_bytes);
    if medium.free_bytes()? < needed {
        return Err(StoreError::DiskFull);
    }
    if let Err(error) = copy(db, medium, MAKING, None) {
        // On a disk that is filling up, half a copy would take what marks need.
        let _ = medium.remove_if_there(MAKING);
        return Err(error);
    }
    // Power lost between the two renames leaves the older one, and no gap in time.
    if medium.exists(NAMES[0])? {
        medium.rename(NAMES[0], NAMES[1])?;
    }
    medium.rename(MAKING, NAMES[0]).map_err(Into::into)
}

impl Engine {
    /// Make a snapshot; the older of the two goes.
    pub fn snapshot(&self) -> Result<(), StoreError> {
        self.with_db(|db| keep(db, self.medium(), self.options.min_free_bytes))
    }

    /// Replace the database by the file `name`, which is verified first. The log id is a new one,
    /// so that tablets push again what they hold; the old database is kept under another name.
    pub(super) fn restore(&self, name: &str) -> Result<(), StoreError> {
        let refuse = |error: StoreError| match error {
            StoreError::Damaged { problem, .. } => StoreError::NotOurs(problem),
            other => other,
        };
        let source = open::open_file(self.medium(), name, &self.options).map_err(refuse)?;
        copy(&source, self.medium(), NEW, Some((self.options.mint)())).map_err(refuse)?;
        drop(source);
        // From here on `open` finishes what power lost between the next two renames leaves.
        self.medium.rename(NEW, RESTORED)?;
        self.reopen(|| {
            self.medium.rename(MAIN, BEFORE_RESTORE)?;
            self.medium.rename(RESTORED, MAIN)?;
            Ok(())
        })
    }
}
