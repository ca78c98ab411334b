//! Start and stop of the hub (lifecycle): a data directory is opened with all that the hub has beside its log, and closed.
//!
//! Called by `cli` and by simulations; calls the engine, and starts the threads that write.

use std::sync::Arc;

use tokio::sync::watch;
use uuid::Uuid;

use super::clock_keeper::ClockKeeper;
use super::{
    Clock, Crew, Health, Hub, HubClock, HubConfig, HubError, JOINING, Metrics, PHOTOS, StatusBoard, WAITING,
    backups, clock, crew, feed, guard, lacks, machine, presence, snapshots, twins,
};
use crate::domain::Token;
use crate::domain::crew::Access;
use crate::store::{
    Blobs, CommitListener, Committed, DirBlobs, DirMedium, Engine, Medium, Options, Writer, sweep,
};

/// Who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    Own,
    /// Whoever calls, before the call returns: for simulations, where all must happen in one order.
    None,
}

/// What the hub does with a commit: counts it, and when whoever waited for it has an answer, wakes whoever watches.
struct OnCommit {
    feed: Arc<feed::Feed>,
    health: Arc<Health>,
    metrics: Arc<Metrics>,
}

impl CommitListener for OnCommit {
    fn committed(&self, committed: &Committed) {
        self.metrics.committed(committed);
        self.health.committed(committed);
    }

    fn answered(&self, tokens: &[Token]) {
        for token in tokens {
            self.feed.nudge(token);
        }
    }
}

impl Hub {
    /// Opens the data directory, or says why not. The hub starts whatever state the data is in,
    /// unless another process has it or it is of a newer version.
    pub fn open(config: HubConfig, clock: Arc<dyn Clock>) -> Result<Arc<Self>, HubError> {
        let medium = Arc::new(DirMedium::new(&config.data_dir));
        Self::open_on(config, clock, medium, Threads::Own, Uuid::new_v4)
    }

    /// The same on another medium. Simulations bring a disk of their own and ids by seed, and have everything
    /// happen in the calling thread.
    pub fn open_on(
        config: HubConfig,
        clock: Arc<dyn Clock>,
        medium: Arc<dyn Medium>,
        threads: Threads,
        mint: fn() -> Uuid,
    ) -> Result<Arc<Self>, HubError> {
        let guard = guard::Guard::take(&config.data_dir)?;
        let dated = clock::dated;
        let HubConfig { min_free_bytes, bounds, opening, .. } = config;
        let options = Options { mint, dated, min_free_bytes, bounds, opening };
        sweep(&*medium);
        let engine = Arc::new(Engine::open(medium, options)?);
        let blobs = Blobs::open(Arc::new(DirBlobs::new(config.data_dir.join(PHOTOS))), config.photos);
        if let Err(error) = engine.settle_on(config.machine.clone()) {
            // A full disk keeps no hub from starting. The proofs of positions still tell a copy from its original.
            tracing::warn!(%error, "whether these data come from another machine is not known");
        }
        let crew = match config.access {
            Access::Open => None,
            Access::Crew => Some(Arc::new(Crew::open(crew::CrewOptions {
                dir: config.data_dir.clone(),
                signing_key: config.signing_key.clone(),
                lifetime_ms: u64::try_from(config.session.as_millis()).unwrap_or(u64::MAX),
                random: |bytes| getrandom::fill(bytes).map_err(std::io::Error::other),
                dated,
            })?)),
        };
        let backups = backups::Backups::open(&config.data_dir);
        let (clock, orders) = HubClock::start(clock, Arc::clone(&engine), &config.data_dir, dated)?;
        let feed = Arc::new(feed::Feed::default());
        let health = Arc::new(Health::default());
        let metrics = Arc::new(Metrics::default());

        let writer = {
            let (feed, health, metrics) = (Arc::clone(&feed), Arc::clone(&health), Arc::clone(&metrics));
            let clock = Arc::clone(&clock);
            let listener = OnCommit { feed, health, metrics };
            let now_ms = move || clock.now_ms();
            match threads {
                Threads::Own => Writer::start(Arc::clone(&engine), now_ms, listener)
                    .map_err(|error| HubError::Io { path: config.data_dir.clone(), error })?,
                Threads::None => Writer::inline(Arc::clone(&engine), now_ms, listener),
            }
        };
        let clock_keeper = match threads {
            Threads::Own => ClockKeeper::start(Arc::clone(&clock), orders)
                .map_err(|error| HubError::Io { path: config.data_dir.clone(), error })?,
            Threads::None => ClockKeeper::none(),
        };
        let snapshots = match threads {
            Threads::Own => {
                let metrics = Arc::clone(&metrics);
                snapshots::Snapshots::start(Arc::clone(&engine), metrics, config.snapshot_every)
                    .map_err(|error| HubError::Io { path: config.data_dir.clone(), error })?
            }
            Threads::None => snapshots::Snapshots::none(),
        };
        Ok(Arc::new(Self {
            config,
            engine,
            blobs: Arc::new(blobs),
            images: super::variants::ImageTurns::default(),
            arrivals: super::picture_arrivals::PictureArrivals::default(),
            reports: super::reports::ReportTurns::default(),
            company_turn: tokio::sync::Mutex::default(),
            proof_key: super::proof::ProofKey::default(),
            writer,
            board: StatusBoard::new(Arc::clone(&feed)),
            mint,
            feed,
            presence: presence::Presence::default(),
            clock,
            health,
            metrics,
            snapshots,
            clock_keeper,
            crew,
            joining: Arc::new(tokio::sync::Semaphore::new(JOINING)),
            waiting: Arc::new(tokio::sync::Semaphore::new(WAITING)),
            uploading: Arc::default(),
            copying: Arc::default(),
            backups,
            machine: machine::MachineSlot::default(),
            surroundings: watch::Sender::default(),
            on_lan: watch::Sender::default(),
            said: parking_lot::Mutex::default(),
            lacks: lacks::Lacks::default(),
            begun_again_ms: parking_lot::Mutex::default(),
            twins: twins::Twins::default(),
            _guard: guard,
        }))
    }

    /// Finish what is in hand and close the database.
    pub async fn close(self: &Arc<Self>) {
        let hub = Arc::clone(self);
        let stopped = tokio::task::spawn_blocking(move || {
            hub.snapshots.stop();
            hub.writer.stop();
            hub.clock_keeper.stop();
        });
        if let Err(error) = stopped.await {
            tracing::error!(%error, "stopping failed");
        }
    }
}
