//! Migration: a database of an earlier schema becomes one of this, step by step, each in a transaction
//! of its own, after a snapshot.
//!
//! Called by `open` for the database that the hub is about to use, never for a copy: snapshots and backups stay as they
//! were written, and become newer when they take its place. Power lost between two steps leaves the lower number, and the
//! next start goes on from there.

use redb::{Database, ReadableDatabase, TableDefinition, WriteTransaction};

use super::file::Options;
use super::medium::Medium;
use super::meta::{SCHEMA_KEY, get_meta, put_meta};
use super::tables::{META, SCHEMA};
use super::{StoreError, snapshot};

/// From one schema to the next. A step is frozen: it says itself what it makes, whatever `tables` says by now.
type Migration = fn(&WriteTransaction) -> Result<(), StoreError>;
/// All of them, from 1 on.
const STEPS: [Migration; SCHEMA as usize - 1] = [what_upstreams_hold];

/// 1 → 2: tables for what other hubs and upstreams have of this log. What lies in the others is the same.
fn what_upstreams_hold(txn: &WriteTransaction) -> Result<(), StoreError> {
    const HAVES: TableDefinition<(u32, u128), &[u8]> = TableDefinition::new("haves");
    const ORIGINS: TableDefinition<(u32, u64), &[u8]> = TableDefinition::new("origins");
    const LINKS: TableDefinition<(u32, &str), &[u8]> = TableDefinition::new("links");
    const SHADOWS: TableDefinition<(u32, &str, &str), &[u8]> = TableDefinition::new("shadows");
    const PARKED: TableDefinition<(u32, &str, &str), &[u8]> = TableDefinition::new("parked");
    txn.open_table(HAVES)?;
    txn.open_table(ORIGINS)?;
    txn.open_table(LINKS)?;
    txn.open_table(SHADOWS)?;
    txn.open_table(PARKED)?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use redb::TableHandle;

    use super::*;

    #[test]
    fn the_step_from_1_makes_the_tables_of_schema_2_whatever_is_of_today() {
        let file = redb::backends::InMemoryBackend::new();
        let db = redb::Builder::new().create_with_backend(file).unwrap();
        let txn = db.begin_write().unwrap();
        STEPS[0](&txn).unwrap();
        let mut made: Vec<_> = txn.list_tables().unwrap().map(|table| table.name().to_owned()).collect();
        made.sort();
        // A later schema changes nothing here: it is a step of its own.
        assert_eq!(made, ["haves", "links", "origins", "parked", "shadows"]);
    }
}
