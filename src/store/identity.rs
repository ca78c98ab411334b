//! Identity of a hub: its id, that of its log, and the machine that they belong to, as rows of `META`.
//!
//! Read by `engine` at every opening, written by `renewal`; calls `meta`.

use redb::WriteTransaction;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StoreError;
use super::meta::{self, HUB_ID, LOG_ID, MACHINE};
use crate::domain::Fingerprint;

/// Who this hub is, and which log its sequence numbers belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub hub_id: Uuid,
    pub log_id: Uuid,
    /// Of the hub id and the machine that these data first ran on. Two copies of what an earlier version wrote have one
    /// hub id and two of these. `None` where nothing is known of the machine.
    pub instance: Option<Uuid>,
}

/// Where these data live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineRow {
    pub fingerprint: Fingerprint,
    pub instance: Uuid,
}

pub fn put_machine(
    txn: &WriteTransaction,
    fingerprint: &Fingerprint,
    instance: Uuid,
) -> Result<(), StoreError> {
    meta::put_meta(txn, MACHINE, &MachineRow { fingerprint: fingerprint.clone(), instance })
}

pub fn read(
    settings: &impl redb::ReadableTable<&'static str, &'static [u8]>,
) -> Result<Identity, StoreError> {
    let machine: Option<MachineRow> = meta::find_meta(settings, MACHINE)?;
    Ok(Identity {
        hub_id: meta::get_meta(settings, HUB_ID)?,
        log_id: meta::get_meta(settings, LOG_ID)?,
        instance: machine.map(|machine| machine.instance),
    })
}
