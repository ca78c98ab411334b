//! Metadata of the database: the rows of its META table, by key.
//!
//! Called by everything in `store` that opens, copies or checkpoints a database; calls `record`.

use redb::{ReadableTable, WriteTransaction};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::StoreError;
use super::record;
use super::tables::META;

pub const SCHEMA_KEY: &str = "schema";
pub const HUB_ID: &str = "hub_id";
pub const LOG_ID: &str = "log_id";
pub const CLOCK: &str = "clock";
/// What the proofs of cursors are made with; never given out.
pub const CURSOR_KEY: &str = "cursor_key";
/// Absent until these data have run where something is known of the machine.
pub const MACHINE: &str = "machine";
/// Absent until somebody has said which company's hub it is: `domain::company::CompanyWords`.
pub const COMPANY: &str = "company";
/// Absent until an audit is first archived.
pub const ARCHIVED: &str = "archived";

/// A new secret. Random ids are what the store is given; two of them have 244 random bits.
pub fn cursor_key(mint: fn() -> Uuid) -> [u8; 32] {
    let mut secret = [0; 32];
    secret[..16].copy_from_slice(mint().as_bytes());
    secret[16..].copy_from_slice(mint().as_bytes());
    secret
}

pub fn put_meta<T: Serialize>(txn: &WriteTransaction, key: &str, value: &T) -> Result<(), StoreError> {
    let row = record::seal(key.as_bytes(), value)?;
    txn.open_table(META)?.insert(key, row.as_slice())?;
    Ok(())
}

/// For what may not be there.
pub fn find_meta<T: DeserializeOwned>(
    meta: &impl ReadableTable<&'static str, &'static [u8]>,
    key: &str,
) -> Result<Option<T>, StoreError> {
    let what = || format!("the setting {key}");
    meta.get(key)?.map(|value| record::open(key.as_bytes(), value.value(), what)).transpose()
}

pub fn get_meta<T: DeserializeOwned>(
    meta: &impl ReadableTable<&'static str, &'static [u8]>,
    key: &str,
) -> Result<T, StoreError> {
    let missing =
        || StoreError::Damaged { record: format!("the setting {key}"), problem: "it is missing".to_owned() };
    find_meta(meta, key)?.ok_or_else(missing)
}
