//! Clock: the hub's time. The machine's clocks behind a trait, and the site clock over them.
//!
//! Everything above asks `HubClock`; tests bring a `Clock` of their own. What is known of the time lies in a file beside
//! the database (`clock_keeper` writes it), so that neither a backup nor a restored database says what time it is.

use std::fmt::Debug;
use std::path::Path;
use std::sync::{Arc, mpsc};

use parking_lot::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::crew::QualifiedTime;
use crate::domain::iso8601;
use crate::domain::site_clock::{
    ClockMove, KeptTime, NotSet, Quality, Reading, SiteClock, TimeSource, Witness,
};
use crate::store::{Engine, PrivateFile, StoreError};

const FILE: &str = "fieldhub.clock";

/// systemd-timesyncd touches this when it has set the clock. The kernel's own call would need a
/// right that the hardened unit does not give.
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";

/// The machine's clocks.
pub trait Clock: Debug + Send + Sync {
    fn reading(&self) -> Reading;
}

#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
    /// When the flag file was last looked for, and whether it was there.
    synchronised: Mutex<Option<(Instant, bool)>>,
}

impl SystemClock {
    pub fn new() -> Self {
        Self { start: Instant::now(), synchronised: Mutex::new(None) }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn reading(&self) -> Reading {
        let now = Instant::now();
        let mut last = self.synchronised.lock();
        let synchronised = match *last {
            Some((at, yes)) if now.duration_since(at).as_secs() < 10 => yes,
            _ => {
                let yes = Path::new(SYNCHRONISED).exists();
                *last = Some((now, yes));
                yes
            }
        };
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Reading {
            monotonic_ms: u64::try_from(now.duration_since(self.start).as_millis()).unwrap_or(u64::MAX),
            wall_ms: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX),
            synchronised,
        }
    }
}

/// For the name of a file that is put aside: names of a later time sort after those of an earlier one.
pub fn dated() -> String {
    chrono::Utc::now().format("%Y%m%dT%H%M%S%3fZ").to_string()
}

/// When this program was built: no site's time is before it. Packages say it by SOURCE_DATE_EPOCH, the time of their
/// commit, so that the same commit gives the same bytes; a developer's build goes by the date of this line.
pub const BUILT_MS: u64 = built_ms(option_env!("SOURCE_DATE_EPOCH"));

const SOURCES_MS: u64 = 1_763_769_600_000; // 2025-11-22

/// Some builders set the epoch to 0, or to a day long ago: the sources are not older than they are.
const fn built_ms(epoch_s: Option<&str>) -> u64 {
    let Some(text) = epoch_s else { return SOURCES_MS };
    let Ok(seconds) = u64::from_str_radix(text, 10) else { return SOURCES_MS };
    let built = seconds.saturating_mul(1000);
    if built > SOURCES_MS { built } else { SOURCES_MS }
}

/// The site clock, shared.
#[derive(Debug)]
pub struct HubClock {
    clock: Arc<dyn Clock>,
    site: Mutex<SiteClock>,
    /// Its log tells of times that have passed.
    engine: Arc<Engine>,
    /// Locked while it is written: by its keeper, or by whoever sets the clock.
    file: Mutex<PrivateFile>,
    /// Wakes whoever keeps the file.
    changed: mpsc::Sender<KeepOrder>,
}

/// What the thread that keeps the file is told.
#[derive(Debug)]
pub(super) enum KeepOrder {
    Now,
    Stop,
}

/// What is known of the time.
#[derive(Debug, Clone, Copy)]
pub struct ClockState {
    pub now_ms: u64,
    pub source: TimeSource,
    /// What tablets say that agree with each other and not with this.
    pub contradicted_ms: Option<u64>,
    /// The machine's own clock.
    pub machine_ms: u64,
}

/// Why the clock is not set.
#[derive(Debug, thiserror::Error)]
pub enum SetClockError {
    #[error(
        "the machine's clock is synchronised over the network, and the hub goes by it; if that is wrong, mend the \
         machine's time server"
    )]
    Synchronised,
    #[error("that is before this program was built, or decades ahead: give the present time")]
    Absurd,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl HubClock {
    /// `dated` is for the name of a damaged file.
    pub(super) fn start(
        clock: Arc<dyn Clock>,
        engine: Arc<Engine>,
        dir: &Path,
        dated: fn() -> String,
    ) -> Result<(Arc<Self>, mpsc::Receiver<KeepOrder>), StoreError> {
        let file = PrivateFile::new(dir, FILE);
        let kept: Option<KeptTime> = match file.read() {
            Err(StoreError::Damaged { record, problem }) => {
                let aside = file
                    .put_aside(&dated())
                    .map_or_else(|error| error.to_string(), |aside| aside.display().to_string());
                tracing::error!(file = record, problem, aside, "what was known of the time is lost");
                None
            }
            // Whoever knows the time says it again, and the file is written anew.
            Err(error) => {
                tracing::error!(%error, "what was known of the time cannot be read: it is not known at first");
                None
            }
            Ok(kept) => kept,
        };
        let site = SiteClock::start(clock.reading(), BUILT_MS, engine.received_ms(), kept.as_ref());
        let (changed, orders) = mpsc::channel();
        let (site, file) = (Mutex::new(site), Mutex::new(file));
        Ok((Arc::new(Self { clock, site, engine, file, changed }), orders))
    }

    fn with<T>(&self, work: impl FnOnce(&mut SiteClock, Reading) -> T) -> T {
        let (answer, moved) = {
            let mut site = self.site.lock();
            let answer = work(&mut site, self.clock.reading());
            (answer, site.take_move())
        };
        if let Some(moved) = moved {
            tell(moved);
            // Fails where nobody keeps it: in simulations.
            let _ = self.changed.send(KeepOrder::Now);
        }
        answer
    }

    pub fn now_ms(&self) -> u64 {
        self.with(|site, reading| site.now_ms(reading))
    }

    pub fn monotonic_ms(&self) -> u64 {
        self.clock.reading().monotonic_ms
    }

    pub fn quality(&self) -> Quality {
        self.with(|site, reading| {
            site.now_ms(reading);
            site.quality()
        })
    }

    /// The site's time, and the one that sessions go by.
    pub fn moment(&self) -> QualifiedTime {
        self.with(|site, reading| QualifiedTime {
            now_ms: site.now_ms(reading),
            steady: site.steady(reading),
        })
    }

    /// The time, who has set it, and what has surely passed.
    pub fn certified(&self) -> (u64, TimeSource, u64) {
        self.with(|site, reading| (site.now_ms(reading), site.source(), site.passed_ms(reading)))
    }

    /// What has surely passed; `None` where nobody who can be held to it has ever told the time.
    pub fn vouched_ms(&self) -> Option<u64> {
        self.with(|site, reading| {
            site.now_ms(reading);
            site.vouched_ms(reading)
        })
    }

    pub fn state(&self) -> ClockState {
        self.with(|site, reading| ClockState {
            now_ms: site.now_ms(reading),
            source: site.source(),
            contradicted_ms: site.contradicted_ms(reading),
            machine_ms: reading.wall_ms,
        })
    }

    /// An upstream says what time it has, and its certificate who it is.
    pub fn told_by_upstream(&self, says_ms: u64) {
        self.with(|site, reading| site.told(says_ms, reading));
    }

    /// A tablet says what time it has.
    pub fn hear(&self, witness: &Witness, says_ms: u64) {
        self.with(|site, reading| site.hear(witness, says_ms, reading));
    }

    /// Marks of this device are in the log.
    pub fn meet(&self, witness: &Witness) {
        self.with(|site, reading| site.meet(witness, reading));
    }

    /// Somebody sets the clock: on the disk when this returns. Blocks.
    pub fn set(&self, says_ms: u64) -> Result<(), SetClockError> {
        self.with(|site, reading| site.set(says_ms, reading)).map_err(|why| match why {
            NotSet::Synchronised => SetClockError::Synchronised,
            NotSet::Absurd => SetClockError::Absurd,
        })?;
        Ok(self.keep()?)
    }

    /// Writes down what the next start should know. Blocks.
    pub(super) fn keep(&self) -> Result<(), StoreError> {
        let file = self.file.lock();
        let log_ms = self.engine.received_ms();
        let kept = self.with(|site, reading| site.keep(reading, log_ms));
        file.replace(&kept)
    }

    pub(super) fn order(&self, order: KeepOrder) {
        let _ = self.changed.send(order);
    }
}

/// In the log, so that a wrong time can be traced to whom it came from.
fn tell(moved: ClockMove) {
    let ClockMove { from_ms, to_ms, source } = moved;
    let by = to_ms.abs_diff(from_ms) / 1_000;
    let (from, to) = (iso8601::format(from_ms), iso8601::format(to_ms));
    if source == TimeSource::Person || to_ms < from_ms {
        tracing::warn!(
            ?source,
            from,
            to,
            "the clock was set, by {by} s {}",
            if to_ms < from_ms { "back" } else { "forward" }
        );
    } else {
        tracing::info!(?source, from, to, "the clock was set, by {by} s forward");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_tells_when_it_was_built_and_never_before_its_sources() {
        assert_eq!(built_ms(Some("1800000000")), 1_800_000_000_000);
        for unknown in [None, Some("0"), Some("yesterday"), Some("")] {
            assert_eq!(built_ms(unknown), SOURCES_MS, "{unknown:?}");
        }
    }
}
