//! Migration: a database of an earlier schema becomes one of this, step by step, each in a transaction
//! of its own, after a snapshot.
//!
//! Called by `open` for the database that the hub is about to use, never for a copy: snapshots and backups stay as they
//! were written, and become newer when they take its place. Power lost between two steps leaves the lower number, and the
//! next start goes on from there.

use std::collections::HashMap;

use redb::{
    Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition, WriteTransaction,
};

use super::chain::Chain;
use super::file::Options;
use super::medium::Medium;
use super::meta::{self, SCHEMA_KEY, get_meta, put_meta};
use super::record;
use super::tables::{META, SCHEMA};
use super::{StoreError, progress, snapshot};
use crate::domain::Digest;

/// Rows between two words of how far a long step has got.
const TOLD_EVERY: u64 = 4_096;

/// From one schema to the next. A step is frozen: it says itself what it makes, whatever `tables` says by now.
type Migration = fn(&WriteTransaction, &Options) -> Result<(), StoreError>;
/// All of them, from 1 on.
const STEPS: [Migration; SCHEMA as usize - 1] = [what_upstreams_hold, a_chain_over_each_log];

/// 1 → 2: tables for what other hubs and upstreams have of this log. What lies in the others is the same.
fn what_upstreams_hold(txn: &WriteTransaction, _: &Options) -> Result<(), StoreError> {
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

/// 2 → 3: a table for where the marks of a module are. The row of each audit says where its chain of digests begins: at the end of the log that is there, with the
/// digest of it. And a secret for cursors.
fn a_chain_over_each_log(txn: &WriteTransaction, options: &Options) -> Result<(), StoreError> {
    const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
    const AUDITS: TableDefinition<&str, &[u8]> = TableDefinition::new("audits");
    const LOG: TableDefinition<(u32, u64), &[u8]> = TableDefinition::new("log");
    const POSITIONS: TableDefinition<(u32, &str, u64), ()> = TableDefinition::new("positions");
    /// Number, when it was made, whether it was removed, where its log begins.
    type Before = (u32, u64, bool, u64);
    /// And the end of what has no digests, with the digest there.
    type After = (u32, u64, bool, u64, u64, [u8; 16]);

    // Filled as modules are marked: what lies in their rows until then is read from there.
    txn.open_table(POSITIONS)?;
    let mut ends: HashMap<u32, (u64, Digest)> = HashMap::new();
    {
        let log = txn.open_table(LOG)?;
        let all = log.len()?;
        let mut chain = Chain::default();
        for (done, row) in (0_u64..).zip(log.iter()?) {
            let (key, value) = row?;
            let (audit, seq) = key.value();
            let bytes = record::log_bytes(audit, seq, value.value())?;
            ends.insert(audit, (seq, chain.follow(audit, seq, bytes)));
            if done.is_multiple_of(TOLD_EVERY) {
                progress::part(done as f64 / all as f64);
            }
        }
    }
    let mut audits = txn.open_table(AUDITS)?;
    let mut rows = Vec::new();
    for row in audits.iter()? {
        let (key, value) = row?;
        let token = key.value().to_owned();
        let what = || "the row of an audit".to_owned();
        let (no, created_ms, removed, start): Before = record::open(token.as_bytes(), value.value(), what)?;
        let (end, digest) = ends.get(&no).copied().unwrap_or((start, Digest::EMPTY));
        let after: After = (no, created_ms, removed, start, end, digest.0);
        rows.push((record::seal(token.as_bytes(), &after)?, token));
    }
    for (row, token) in rows {
        audits.insert(token.as_str(), row.as_slice())?;
    }
    let secret = record::seal(b"cursor_key", &meta::cursor_key(options.mint))?;
    txn.open_table(META)?.insert("cursor_key", secret.as_slice())?;
    Ok(())
}

pub fn to_present(db: &Database, medium: &dyn Medium, options: &Options) -> Result<(), StoreError> {
    let found: u32 = get_meta(&db.begin_read()?.open_table(META)?, SCHEMA_KEY)?;
    if found == SCHEMA {
        return Ok(());
    }
    tracing::info!(found, to = SCHEMA, "the database is of an earlier version and becomes one of this");
    match snapshot::keep(&db.begin_read()?, medium, options.min_free_bytes) {
        // The way back is worth less than a hub: each step is done whole or not at all.
        Err(StoreError::DiskFull) => tracing::warn!("there is no space for a snapshot before that"),
        kept => kept?,
    }
    steps(db, options)
}

/// Those alone, for a copy that is about to be used.
pub fn steps(db: &Database, options: &Options) -> Result<(), StoreError> {
    let found: u32 = get_meta(&db.begin_read()?.open_table(META)?, SCHEMA_KEY)?;
    for (from, step) in (1..).zip(STEPS).skip_while(|(from, _)| *from < found) {
        let txn = db.begin_write()?;
        step(&txn, options)?;
        put_meta(&txn, SCHEMA_KEY, &(from + 1_u32))?;
        txn.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use redb::TableHandle;

    use super::super::testing::options;
    use super::*;

    #[test]
    fn the_step_from_1_makes_the_tables_of_schema_2_whatever_is_of_today() {
        let file = redb::backends::InMemoryBackend::new();
        let db = redb::Builder::new().create_with_backend(file).unwrap();
        let txn = db.begin_write().unwrap();
        STEPS[0](&txn, &options()).unwrap();
        let mut made: Vec<_> = txn.list_tables().unwrap().map(|table| table.name().to_owned()).collect();
        made.sort();
        // A later schema changes nothing here: it is a step of its own.
        assert_eq!(made, ["haves", "links", "origins", "parked", "shadows"]);
    }
}
