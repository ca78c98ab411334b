//! Hub: three verbs over one log. `apply` writes, `since` reads, `watch` wakes.
//!
//! `http` (and later `upstream` and `lan`) call this; it calls `store` and `domain`. Commit
//! first: the writer thread does that before `apply` returns, and then wakes whoever watches.

mod access;
mod backup;
mod backups;
mod clock;
mod clock_keeper;
mod closing;
mod company;
pub mod crew;
mod error;
mod feed;
mod guard;
mod health;
mod history;
mod lacks;
mod lan;
mod link_reason;
mod machine;
pub mod metrics;
mod notice;
mod open;
mod pages;
mod parked_reason;
mod photo_gaps;
mod photo_retention;
mod photos;
mod picture_arrivals;
mod presence;
mod proof;
mod receipt;
mod reports;
mod resume;
mod retreat;
mod snapshots;
mod status_board;
mod surroundings;
#[cfg(test)]
pub mod testing;
mod twins;
mod upload;
mod upstreams;
mod variants;
mod view;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use uuid::Uuid;

pub use access::change;
pub use backup::Backup;
pub use backups::{
    BackupProblem, BackupReport, BackupTarget, BackupWay, FailedBackup, LastBackup, MakingBackup, ToldBackup,
};
pub use clock::{BUILT_MS, Clock, ClockState, HubClock, SetClockError, SystemClock};
use clock_keeper::ClockKeeper;
pub use closing::{ClosingList, TabletWord};
pub use company::{CompanyChange, CompanyError};
pub use crew::Crew;
pub use error::HubError;
pub use feed::Nudges;
pub use health::{Health, IDLE};
pub use lacks::Lack;
pub use lan::OnLan;
pub use link_reason::{LinkReason, ReasonCode};
pub use machine::{Machine, MachineCheck, MachineReport, TriedUpstream};
pub use metrics::Metrics;
pub use notice::{Notice, NoticeCode};
pub use open::Threads;
pub use pages::{PageBearer, PageOut, PageTaken, Without};
pub use parked_reason::ParkedCode;
pub use photo_gaps::{ByClass, PictureGap, PictureGaps, PictureSum, class_at};
pub use photos::{MissingVariant, NamedBlob, NightUse, PhotoReport};
pub use presence::{Present, Whereabouts};
pub use proof::{PROOF_KEY, key_in};
pub use receipt::{AuditProgress, PhotoProgress, Receipt};
pub use reports::{
    NumberedReport, ReadyReport, ReportDraft, ReportError, ReportProgress, ReportRequest, ReportWork,
};
pub use resume::Resume;
pub use retreat::put_newer_aside;
pub use status_board::{LeftOut, LinkHandle, LinkInfo, LinkKind, LinkReport, LinkState, StatusBoard};
pub use surroundings::{Probes, Surroundings};
pub use twins::{PeerCall, SameHub};
pub use upload::Upload;
pub use upstreams::{CarriedPage, Judged, ParkedFilter, ParkedModule};
pub use variants::{MadeVariants, VariantsError};
pub use view::{AuditFacts, LogExtent};

use crate::domain::crew::{Access, SigningKey};
use crate::domain::id::TechnicianId;
use crate::domain::site_clock::Witness;
use crate::domain::{AuditBounds, Author, Fingerprint, NewOp, Token};
use crate::store::{
    BlobLimits, Blobs, Command, Engine, Identity, LogPage, OpAck, StoreError, WorkProgress, Writer,
};

/// What the hub is told from outside; plain values.
#[derive(Debug, Clone)]
pub struct HubConfig {
    pub data_dir: PathBuf,
    pub name: String,
    /// How far before `since` the v3.3 `updates` reach back.
    pub updates_overlap: Duration,
    pub snapshot_every: Duration,
    /// Free space under which marks are refused.
    pub min_free_bytes: u64,
    pub access: Access,
    /// How long somebody who has joined stays in.
    pub session: Duration,
    /// What signs sessions, when it comes from outside; else the hub makes its own.
    pub signing_key: Option<SigningKey>,
    /// What tells this machine from others; empty where that is not asked.
    pub machine: Fingerprint,
    /// What one audit, and one technician in it, may make the hub hold.
    pub bounds: AuditBounds,
    /// What photos may take of the disk.
    pub photos: BlobLimits,
    /// Told how the opening of the database goes, a restore, and whatever else takes long.
    pub opening: fn(WorkProgress),
}

/// The directory of the blobs, beside the database.
pub const PHOTOS: &str = "photos";

/// A poller whose clock is ahead by an unknown amount gets this much of the past again.
const AHEAD_OVERLAP_MS: u64 = 10 * 60_000;

/// Argon2 takes a core, and its memory: one at a time.
const JOINING: usize = 1;
/// Who has the right code waits for that, and the last of so many for some seconds.
const WAITING: usize = 64;

/// The running hub.
#[derive(Debug)]
pub struct Hub {
    config: HubConfig,
    engine: Arc<Engine>,
    blobs: Arc<Blobs>,
    images: variants::ImageTurns,
    arrivals: picture_arrivals::PictureArrivals,
    reports: reports::ReportTurns,
    /// Held while the company is changed.
    company_turn: tokio::sync::Mutex<()>,
    proof_key: proof::ProofKey,
    writer: Writer,
    feed: Arc<feed::Feed>,
    presence: presence::Presence,
    board: StatusBoard,
    mint: fn() -> Uuid,
    clock: Arc<HubClock>,
    health: Arc<Health>,
    metrics: Arc<Metrics>,
    snapshots: snapshots::Snapshots,
    clock_keeper: ClockKeeper,
    /// `None`: access is open.
    crew: Option<Arc<Crew>>,
    joining: Arc<tokio::sync::Semaphore>,
    waiting: Arc<tokio::sync::Semaphore>,
    uploading: Arc<tokio::sync::Mutex<()>>,
    copying: Arc<tokio::sync::Mutex<()>>,
    backups: backups::Backups,
    machine: machine::MachineSlot,
    surroundings: watch::Sender<Surroundings>,
    on_lan: watch::Sender<Option<OnLan>>,
    said: parking_lot::Mutex<Vec<String>>,
    lacks: lacks::Lacks,
    /// When a reader last had everybody begin again, by the monotonic clock.
    begun_again_ms: parking_lot::Mutex<Option<u64>>,
    twins: twins::Twins,
    // Last: released when all else is closed.
    _guard: guard::Guard,
}

impl Hub {
    // ---- apply ----

    /// Append operations to an audit that is there.
    pub async fn apply(&self, token: Token, ops: Vec<NewOp>) -> Result<Vec<OpAck>, StoreError> {
        self.writer.write(Command::Append { token, ops }).await
    }

    /// Append operations, making the audit when it is not there.
    pub async fn apply_or_make(&self, token: Token, ops: Vec<NewOp>) -> Result<Vec<OpAck>, StoreError> {
        self.writer.write(Command::AppendOrMake { token, ops }).await
    }

    pub async fn make(&self, token: Token, ops: Vec<NewOp>) -> Result<Vec<OpAck>, StoreError> {
        self.writer.write(Command::Make { token, ops }).await
    }

    pub async fn remove(self: &Arc<Self>, token: Token) -> Result<(), StoreError> {
        // The next audit of this name is not this one. Before anything else: power lost, or a full disk, in
        // between must leave an audit closed to strangers, and not a name that is open to them.
        self.close_to_v33(&token).await?;
        self.presence.forget(&token);
        let named = self.blobs_of(&token);
        self.writer.write(Command::Remove { token }).await?;
        self.free_blobs(named).await;
        Ok(())
    }

    /// Puts an audit away, or takes it out again.
    pub async fn archive(&self, token: Token, on: bool) -> Result<(), StoreError> {
        self.writer.archive(token, on).await
    }

    // ---- since ----

    pub fn since(&self, token: &Token, after: u64, limit: usize) -> Result<LogPage, StoreError> {
        self.reading(token, |audit| self.engine.since(audit, after, limit))
    }

    /// The same, and no more of them than so many bytes of the log; but one, if there is one.
    pub fn since_within(
        &self,
        token: &Token,
        after: u64,
        limit: usize,
        most_bytes: usize,
    ) -> Result<LogPage, StoreError> {
        self.reading(token, |audit| self.engine.since_within(audit, after, limit, most_bytes))
    }

    /// Notes to the crew after a position in the log.
    pub fn notes(&self, token: &Token, after: u64, limit: usize) -> Result<LogPage, StoreError> {
        self.reading(token, |audit| self.engine.notes(audit, after, limit))
    }

    pub fn exists(&self, token: &Token) -> bool {
        self.engine.audit(token).is_ok()
    }

    pub fn is_archived(&self, token: &Token) -> bool {
        self.engine.audit(token).is_ok_and(|audit| audit.is_archived())
    }

    pub fn tokens(&self) -> Vec<Token> {
        self.engine.tokens()
    }

    /// From which time of receipt on a v3.3 poller that says `since_ms` is to be told.
    ///
    /// `since` is the poller's clock, so a poller that is ahead of us would never hear anything:
    /// it gets the last minutes again, which is harmless to it. Its word helps the site clock when the
    /// poller has a name among those who are listened to.
    pub fn updates_from(&self, poller: Option<&Witness>, since_ms: u64) -> u64 {
        if let Some(poller) = poller {
            self.clock.hear(poller, since_ms);
        }
        let now = self.clock.now_ms();
        let overlap = u64::try_from(self.config.updates_overlap.as_millis()).unwrap_or(u64::MAX);
        if since_ms > now {
            now.saturating_sub(AHEAD_OVERLAP_MS.max(overlap))
        } else {
            since_ms.saturating_sub(overlap)
        }
    }

    // ---- watch ----

    /// Wakes when something about the audit has changed: its log, or who is there. Carries no data.
    pub fn watch(&self, token: &Token) -> Nudges {
        self.feed.watch(token)
    }

    // ---- presence: memory only ----

    pub fn seen(&self, token: &Token, author: &Author, whereabouts: Whereabouts) {
        let at = (self.clock.monotonic_ms(), self.clock.now_ms());
        // Where access is open, everybody is one of the crew.
        let stranger = self.crew.as_ref().is_some_and(|crew| !crew.is_ours(&author.id));
        if self.presence.seen(token, author, stranger, whereabouts, at) {
            self.feed.tell(token);
        }
    }

    pub fn present(&self, token: &Token) -> Vec<(TechnicianId, Present)> {
        self.presence.list(token, self.clock.monotonic_ms())
    }

    // ---- the hub itself ----

    /// An id for an operation that came without one, by the site clock.
    pub fn new_op_id(&self) -> Uuid {
        let now_ms = self.clock.now_ms();
        let mut random = [0; 10];
        random.copy_from_slice(&(self.mint)().as_bytes()[6..]);
        uuid::Builder::from_unix_timestamp_millis(now_ms, &random).into_uuid()
    }

    pub fn identity(&self) -> Identity {
        self.engine.identity()
    }

    /// Another hub from now on: see `Engine::new_identity`.
    pub async fn new_identity(&self) -> Result<Identity, StoreError> {
        self.writer.new_identity(None).await?;
        // Whoever was refused need not wait.
        self.board.sync_now(None);
        Ok(self.identity())
    }

    pub fn name(&self) -> &str {
        &self.config.name
    }

    pub fn data_dir(&self) -> &Path {
        &self.config.data_dir
    }

    pub fn clock(&self) -> &HubClock {
        &self.clock
    }

    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Bytes of the database, and free on its disk.
    pub fn disk(&self) -> (u64, u64) {
        let medium = self.engine.medium();
        (medium.len("fieldhub.redb").unwrap_or(0), medium.free_bytes().unwrap_or(0))
    }
}
