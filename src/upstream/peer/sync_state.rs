//! Sync state of one audit with one fieldhub: how far either log is at the other one.
//!
//! Changed by `pull` and `push`, and by the round, which is in `mod.rs`.

use std::collections::HashSet;

use super::audit_pictures::AuditPictures;
use super::picture_turns::PictureTurns;
use super::presence::PeerPresenceSync;
use crate::hub::AuditProgress;
use crate::store::{LinkRow, Remember};
use crate::upstream::link::UpstreamLink;
use crate::upstream::rounds::SyncSchedule;

/// Operations in the first page after an outage; each further one has more of them.
pub(super) const PROBE: usize = 64;

/// One audit with one fieldhub.
#[derive(Debug)]
pub struct PeerAuditSync {
    pub(super) schedule: SyncSchedule,
    pub(super) row: LinkRow,
    /// How far our log is there: pages begin after it. `None`: to be asked.
    pub(super) there: Option<u64>,
    /// What shows now goes first, when there is much to send.
    pub(super) first: Option<First>,
    /// It has just said that operations are missing there.
    pub(super) gapped: bool,
    /// There may be more to read at once.
    pub(super) more_there: bool,
    /// Its log is read again, from the beginning, and is so far: under another id of ours it left things out.
    pub(super) reread: Option<u64>,
    /// Operations that went up since the hub's start.
    pub(super) sent: u64,
    pub(super) presence: PeerPresenceSync,
    /// Our log's end, as last looked at.
    pub(super) head: u64,
    pub(super) pictures: AuditPictures,
}

#[derive(Debug)]
pub struct PageBatching {
    /// Operations in the next page.
    pub(super) batch: usize,
    /// Operations that went up in the catch-up under way.
    pub(super) sent: u64,
    pub(super) pictures: PictureTurns,
}

impl Default for PageBatching {
    fn default() -> Self {
        Self { batch: PROBE, sent: 0, pictures: PictureTurns::default() }
    }
}

impl PeerAuditSync {
    /// Whatever was known of the other hub may no longer be so.
    pub(super) fn begin_again(&mut self) {
        self.there = None;
        self.first = None;
        self.schedule.pulled_at = None;
    }

    /// The other hub's log, as it says itself.
    pub(super) fn meet(&mut self, log_id: uuid::Uuid) {
        if self.row.peer_log != Some(log_id) {
            self.row = LinkRow { acked: 0, peer_log: Some(log_id), pulled: 0, ..self.row };
            self.pictures = AuditPictures::default();
            self.begin_again();
        }
    }

    pub(super) fn has_something_to_send(&self) -> bool {
        self.there.is_none() || self.row.acked < self.head
    }

    pub(super) fn progress(&self) -> AuditProgress {
        let ahead = self.first.as_ref().map_or(0, |first| first.sent_after(self.row.acked));
        let pending = self.head.saturating_sub(self.row.acked).saturating_sub(ahead);
        AuditProgress {
            log_id: self.row.log_id,
            acked: self.row.acked,
            pending,
            sent: self.sent,
            ..AuditProgress::default()
        }
    }

    pub(super) fn remember(&self, link: &UpstreamLink) -> Remember {
        Remember { row: Some(self.row), ..Remember::of(link.name.clone()) }
    }
}

/// Operations that go before their turn.
#[derive(Debug)]
pub struct First {
    pub(super) seqs: Vec<u64>,
    /// How many of them are there.
    pub(super) sent: usize,
    pub(super) there: HashSet<u64>,
}

impl First {
    pub fn sent_after(&self, acked: u64) -> u64 {
        self.there.iter().filter(|seq| **seq > acked).count() as u64
    }
}
