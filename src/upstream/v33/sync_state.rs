//! Sync state of one audit with one cloud.
//!
//! Changed by `pull` and `push`, and by the round, which is in `mod.rs`.

use super::presence::CloudPresenceSync;
use super::queue::Queue;
use crate::upstream::rounds::SyncSchedule;

/// One audit with one cloud.
#[derive(Debug)]
pub struct CloudAuditSync {
    pub(super) schedule: SyncSchedule,
    pub(super) queue: Queue,
    pub(super) presence: CloudPresenceSync,
}

/// Marks sent before what is there is remembered: one after an outage, then more.
#[derive(Debug)]
pub struct MarkBatchSize(pub(super) usize);

impl Default for MarkBatchSize {
    fn default() -> Self {
        Self(1)
    }
}
