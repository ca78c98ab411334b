//! Snapshot: a whole copy of the database, and the two that rotate beside it.
//!
//! Called by `open` (fallback), `migrate` and `backup`. A copy is made from one read
//! transaction, so writing goes on meanwhile; every value's checksum is checked on the way and
//! the file is verified before it gets its name.

use redb::{Database, Key, ReadableDatabase, ReadableTable, TableDefinition, Value};
use uuid::Uuid;

use super::StoreError;
use super::file::{self, MAIN};
use super::medium::Medium;
use super::meta::{self, LOG_ID};
use super::record;
use super::tables::{AUDITS, FOLDS, HAVES, IDS, LINKS, LOG, META, MODULES, ORIGINS, PARKED, SHADOWS};

/// Newest first.
pub const NAMES: [&str; 2] = ["snapshot-1.redb", "snapshot-2.redb"];
/// Where a snapshot is put together.
const MAKING: &str = "snapshot.redb.new";

/// Copy everything committed in `from` to a new file `name`, with another log id if given.
pub fn copy(
    from: &Database,
    medium: &dyn Medium,
    name: &str,
    log_id: Option<Uuid>,
) -> Result<(), StoreError> {
    medium.remove_if_there(name)?;
    let mut to = file::builder().create_with_backend(medium.open(name)?)?;
    let txn = from.begin_read()?;
    {
        let out = to.begin_write()?;
        file::make_tables(&out)?;
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
            meta::put_meta(&out, LOG_ID, &log_id)?;
        }
        out.commit()?;
    }
    file::verify(&mut to)?;
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
