//! Sync state of one audit with one cloud.
//!
//! Changed by `pull` and `push`, and by the round, which is in `mod.rs`.

use tokio::time::Instant;

use super::left_out::LeftOutRows;
use super::presence::CloudPresenceSync;
use super::queue::Queue;
use crate::upstream::rounds::SyncSchedule;

/// One audit with one cloud.
#[derive(Debug)]
pub struct CloudAuditSync {
    pub(super) schedule: SyncSchedule,
    /// When it was last read as far back as a row may come late.
    pub(super) read_back_at: Option<Instant>,
    pub(super) queue: Queue,
    pub(super) left_out: LeftOutRows,
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
