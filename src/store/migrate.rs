//! A database of an earlier schema becomes one of this: step by step, each in a transaction of its own, after a snapshot.
//!
//! Called by `open` for the database that the hub is about to use, never for a copy: snapshots and backups stay as they
//! were written, and become newer when they take its place. Power lost between two steps leaves the lower number, and the
//! next start goes on from there.

use redb::{Database, ReadableDatabase, WriteTransaction};

use super::file::{Options, make_tables};
use super::medium::Medium;
use super::meta::{SCHEMA_KEY, get_meta, put_meta};
use super::tables::{META, SCHEMA};
use super::{StoreError, snapshot};

/// From one schema to the next.
type Step = fn(&WriteTransaction) -> Result<(), StoreError>;
/// All of them, from 1 on.
const STEPS: [Step; SCHEMA as usize - 1] = [what_upstreams_hold];

/// 1 → 2: tables for what other hubs and upstreams have of this log. What lies in the others is the same.
fn what_upstreams_hold(txn: &WriteTransaction) -> Result<(), StoreError> {
    make_tables(txn)
}

pub fn to_present(db: &Database, medium: &dyn Medium, options: &Options) -> Result<(), StoreError> {
    let found: u32 = get_meta(&db.begin_read()?.open_table(META)?, SCHEMA_KEY)?;
    if found == SCHEMA {
        return Ok(());
    }
    tracing::info!(found, to = SCHEMA, "the database is of an earlier version and becomes one of this");
    match snapshot::keep(db, medium, options.min_free_bytes) {
        // The way back is worth less than a hub: each step is done whole or not at all.
        Err(StoreError::DiskFull) => tracing::warn!("there is no space for a snapshot before that"),
        kept => kept?,
    }
    for (from, step) in (1..).zip(STEPS).skip_while(|(from, _)| *from < found) {
        let txn = db.begin_write()?;
        step(&txn)?;
        put_meta(&txn, SCHEMA_KEY, &(from + 1_u32))?;
        txn.commit()?;
    }
    Ok(())
}
