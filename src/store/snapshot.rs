//! Snapshot: a whole copy of the database, and the two that rotate beside it.
//!
//! Called by `open` (fallback), `migrate` and `backup`. A copy is made from one read
//! transaction, so writing goes on meanwhile; every value's checksum is checked on the way and
//! the file is verified before it gets its name.

use redb::{Database, ReadTransaction, ReadableDatabase};
use uuid::Uuid;

use super::StoreError;
use super::backend::Backend;
use super::file::{self, MAIN};
use super::medium::Medium;
use super::meta::{self, LOG_ID};
use super::tables;

/// Newest first.
pub const NAMES: [&str; 2] = ["snapshot-1.redb", "snapshot-2.redb"];
/// Where a snapshot is put together.
pub const MAKING: &str = "snapshot.redb.new";

/// Copy everything committed in `from` to a new file `name`, with another log id if given.
pub fn copy(
    from: &Database,
    medium: &dyn Medium,
    name: &str,
    log_id: Option<Uuid>,
) -> Result<(), StoreError> {
    medium.remove_if_there(name)?;
    fill(&from.begin_read()?, medium, medium.open(name)?, log_id)
}

/// Copy all that the transaction sees to a new file, and verify it.
pub fn fill(
    txn: &ReadTransaction,
    medium: &dyn Medium,
    file: Backend,
    log_id: Option<Uuid>,
) -> Result<(), StoreError> {
    let mut to = file::builder(medium).create_with_backend(file)?;
    {
        let out = to.begin_write()?;
        tables::copy(txn, &out)?;
        if let Some(log_id) = log_id {
            meta::put_meta(&out, LOG_ID, &log_id)?;
        }
        out.commit()?;
    }
    file::verify(&mut to)?;
    to.close()?;
    Ok(())
}

/// A snapshot in the place of the newest; the older of the two goes.
pub fn keep(txn: &ReadTransaction, medium: &dyn Medium, min_free_bytes: u64) -> Result<(), StoreError> {
    let needed = medium.len(MAIN)?.saturating_add(min_free_bytes);
    if medium.free_bytes()? < needed {
        return Err(StoreError::DiskFull);
    }
    medium.remove_if_there(MAKING)?;
    if let Err(error) = fill(txn, medium, medium.open(MAKING)?, None) {
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
