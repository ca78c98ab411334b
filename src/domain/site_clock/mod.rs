//! Clock synchronisation: the site clock. What time it is on a machine without a clock chip and without internet.
//!
//! Pure: `hub::clock` feeds it readings, and keeps [`KeptTime`] on the disk. It runs on monotonic time, and is set by
//! whoever is believed most, in the order of [`TimeSource`]: the machine's clock while that is synchronised, an upstream
//! with a good certificate, a person, most of the tablets that the hub has known for long (`witnesses`; on a crew's first night
//! all of them), the machine's
//! clock as it is, what was known last (`kept`).
//!
//! It can go back, when somebody who is believed more says so; logs and stamps have an order of their own. What must
//! not jump by a mere word goes by [`SteadyTime`]. See docs/decisions/0027.

mod kept;
#[cfg(test)]
mod tests;
mod witnesses;

use serde::{Deserialize, Serialize};

pub use kept::KeptTime;
use witnesses::Witnesses;
pub use witnesses::{KnownDevice, Witness};

const DAY_MS: u64 = 86_400_000;
/// Times that are closer than this are the same time.
const AGREE_MS: u64 = 90_000;
/// Most of the tablets must have agreed for so long before the clock follows: so all of them have spoken.
const SETTLE_MS: u64 = 30_000;
/// So far past the last vouched time, and the hub's own running since, the machine's clock or tablets may put it: in
/// all, however often. A hub may lie in a van for two winters.
const HORIZON_MS: u64 = 2 * 366 * DAY_MS;
/// So far past that, not even an upstream means it.
const ABSURD_MS: u64 = 10 * 366 * DAY_MS;
/// The machine's clock may lag by less when it gets its time from a file that is written now and then.
const LAG_MS: u64 = 2 * 3_600_000;

/// How far the time can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    Synchronised,
    Learnt,
    Unknown,
}

/// Who has set the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeSource {
    /// The machine's clock, synchronised over the network.
    Network,
    /// An upstream, known by its certificate.
    Upstream,
    /// The lead, or the command line.
    Person,
    /// Most of the tablets that are known for long.
    Tablets,
    /// The machine's clock, which nobody has confirmed.
    Machine,
    /// Nobody yet: it goes on from what the hub knew last.
    Kept,
}

impl TimeSource {
    pub fn quality(self) -> Quality {
        match self {
            Self::Network => Quality::Synchronised,
            Self::Upstream | Self::Person | Self::Tablets => Quality::Learnt,
            Self::Machine | Self::Kept => Quality::Unknown,
        }
    }

    /// Whether somebody stands for it who can be held to it; tablets that agree are no more than that.
    pub fn is_vouched(self) -> bool {
        matches!(self, Self::Network | Self::Upstream | Self::Person)
    }
}

/// Tells the site's time in ms, and how far it can be trusted.
pub type SiteTime = std::sync::Arc<dyn Fn() -> (u64, Quality) + Send + Sync>;

/// Tells the site's time in ms, who has set it, and the time that has surely passed.
pub type CertifiedTime = std::sync::Arc<dyn Fn() -> (u64, TimeSource, u64) + Send + Sync>;

/// One look at the machine's clocks.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    pub monotonic_ms: u64,
    pub wall_ms: u64,
    pub synchronised: bool,
}

/// The clock was set: something to write down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockMove {
    pub from_ms: u64,
    pub to_ms: u64,
    pub source: TimeSource,
}

/// A time that no word of tablets, of a person or of an unconfirmed machine moves on: it runs while the hub runs, and a
/// synchronised clock or an upstream alone sets it. So it is behind where the hub was off, and never ahead. Sessions
/// end by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SteadyTime {
    pub ms: u64,
    /// Since when it has run without being set forward.
    pub since_ms: u64,
    pub quality: Quality,
}

/// Why somebody cannot set the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSet {
    /// The machine's clock is synchronised, and counts.
    Synchronised,
    /// Before the program was built, or decades after.
    Absurd,
}

/// Each time is kept as what it is more than monotonic time.
#[derive(Debug, Clone)]
pub struct SiteClock {
    built_ms: u64,
    offset: u64,
    last_ms: u64,
    source: TimeSource,
    from_machine: bool,
    /// What somebody other than the machine's clock told.
    told: u64,
    /// See [`SteadyTime`].
    steady: u64,
    steady_since_ms: u64,
    steady_quality: Quality,
    /// The latest time that somebody vouched for, running on.
    vouched: Option<u64>,
    ran_before_ms: u64,
    witnesses: Witnesses,
    /// What most tablets say, and since when.
    candidate: Option<(u64, u64)>,
    moved: Option<ClockMove>,
}

impl SiteClock {
    /// The hub starts: `log_ms` is the latest receipt in its log.
    pub fn start(reading: Reading, built_ms: u64, log_ms: u64, kept: Option<&KeptTime>) -> Self {
        let mono = reading.monotonic_ms;
        let kept::Beginning { site_ms: now_ms, moves, from_machine, told_ms } =
            kept::begin(reading, built_ms, log_ms, kept);
        let first = built_ms.max(if log_ms <= built_ms + HORIZON_MS { log_ms } else { 0 });
        let steady_ms = kept.map_or(first, |kept| kept.steady_ms).min(now_ms);
        let mut clock = Self {
            built_ms,
            offset: now_ms.saturating_sub(mono),
            last_ms: 0,
            source: if moves { TimeSource::Machine } else { TimeSource::Kept },
            from_machine,
            told: told_ms.saturating_sub(mono),
            steady: steady_ms.saturating_sub(mono),
            steady_since_ms: kept.map_or(steady_ms, |kept| kept.steady_since_ms),
            steady_quality: Quality::Unknown,
            vouched: kept.and_then(|kept| kept.vouched_ms).map(|ms| ms.saturating_sub(mono)),
            ran_before_ms: kept.map_or(0, |kept| kept.ran_ms).saturating_sub(mono),
            witnesses: Witnesses::new(kept.map(|kept| kept.known.clone()).unwrap_or_default()),
            candidate: None,
            moved: None,
        };
        clock.now_ms(reading);
        clock
    }

    pub fn now_ms(&mut self, reading: Reading) -> u64 {
        if reading.synchronised {
            let at_ms = reading.wall_ms.max(self.built_ms);
            self.adopt(at_ms, TimeSource::Network, reading.monotonic_ms);
            self.vouch(at_ms, Quality::Synchronised, reading.monotonic_ms);
        }
        let now = self.offset.saturating_add(reading.monotonic_ms);
        // A clock that is slewed goes back by moments: nobody has to notice.
        if self.last_ms.saturating_sub(now) >= 1_000 || now > self.last_ms {
            self.last_ms = now;
        }
        self.last_ms
    }

    pub fn source(&self) -> TimeSource {
        self.source
    }

    pub fn quality(&self) -> Quality {
        self.source.quality()
    }

    pub fn steady(&mut self, reading: Reading) -> SteadyTime {
        self.now_ms(reading);
        SteadyTime {
            ms: self.steady.saturating_add(reading.monotonic_ms),
            since_ms: self.steady_since_ms,
            quality: self.steady_quality,
        }
    }

    /// What has surely passed.
    pub fn passed_ms(&self, reading: Reading) -> u64 {
        self.vouched.map_or(self.built_ms, |vouched| vouched.saturating_add(reading.monotonic_ms))
    }

    /// The same, where somebody has ever vouched for a time.
    pub fn vouched_ms(&self, reading: Reading) -> Option<u64> {
        self.vouched.map(|vouched| vouched.saturating_add(reading.monotonic_ms))
    }

    /// What tablets say that agree with each other, and not with this clock.
    pub fn contradicted_ms(&mut self, reading: Reading) -> Option<u64> {
        self.now_ms(reading);
        if self.source == TimeSource::Network {
            return None;
        }
        let others = self.witnesses.against(self.offset, self.moment(reading))?;
        Some(others.saturating_add(reading.monotonic_ms))
    }

    /// What is to be written down of the latest change, once.
    pub fn take_move(&mut self) -> Option<ClockMove> {
        self.moved.take()
    }

    /// Somebody who knows says what time it is: an upstream whose certificate was good.
    pub fn told(&mut self, says_ms: u64, reading: Reading) {
        let now = self.now_ms(reading);
        let latest = self.passed_ms(reading).max(now).saturating_add(ABSURD_MS);
        let decided = matches!(self.source, TimeSource::Network | TimeSource::Person);
        if decided || !(self.built_ms..=latest).contains(&says_ms) {
            return;
        }
        let mono = reading.monotonic_ms;
        // Of two upstreams the one that is behind leaves us waiting; an answer may have been long on its way.
        let back = self.source != TimeSource::Upstream && now.saturating_sub(says_ms) > AGREE_MS;
        self.adopt(if back { says_ms } else { now.max(says_ms) }, TimeSource::Upstream, mono);
        self.vouch(self.offset.saturating_add(mono), Quality::Learnt, mono);
    }

    /// The lead, or whoever sits at the machine, sets the clock: forward or back.
    pub fn set(&mut self, says_ms: u64, reading: Reading) -> Result<(), NotSet> {
        self.now_ms(reading);
        if self.source == TimeSource::Network {
            return Err(NotSet::Synchronised);
        }
        if !(self.built_ms..self.built_ms + 3 * ABSURD_MS).contains(&says_ms) {
            return Err(NotSet::Absurd);
        }
        self.adopt(says_ms, TimeSource::Person, reading.monotonic_ms);
        self.vouched = Some(says_ms.saturating_sub(reading.monotonic_ms));
        Ok(())
    }

    /// A device is one that the hub knows from now on: it belongs to a member, or marks of it are in the log.
    pub fn meet(&mut self, witness: &Witness, reading: Reading) {
        self.witnesses.meet(&witness.device, self.moment(reading));
    }

    /// A tablet says what time it has.
    pub fn hear(&mut self, witness: &Witness, says_ms: u64, reading: Reading) {
        let now = self.now_ms(reading);
        // A poller that begins at 0 has no time to tell.
        if self.source == TimeSource::Network
            || says_ms < self.built_ms
            || says_ms > now.saturating_add(ABSURD_MS)
        {
            return;
        }
        if witness.joined {
            self.meet(witness, reading);
        }
        let offset = says_ms.saturating_sub(reading.monotonic_ms);
        self.witnesses.hear(witness, offset, self.moment(reading));
        self.weigh(reading);
    }

    /// Whether to go with what most tablets say.
    fn weigh(&mut self, reading: Reading) {
        let mono = reading.monotonic_ms;
        let before = self.candidate.take();
        let moment = self.moment(reading);
        // A crew's first night with a hub that has no time: an hour of wrong times would be in its report.
        let newcomers = || {
            let unknown = self.quality() == Quality::Unknown;
            unknown.then(|| self.witnesses.newcomers(moment)).flatten()
        };
        let Some(offset) = self.witnesses.most(moment).or_else(newcomers) else { return };
        let at_ms = offset.saturating_add(mono);
        let passed = self.passed_ms(reading);
        let ran = self.built_ms.saturating_add(self.moment(reading).ran_ms);
        let latest = passed.max(ran).saturating_add(HORIZON_MS);
        if self.source.is_vouched() || at_ms.saturating_add(AGREE_MS) < passed || at_ms > latest {
            return;
        }
        if offset.abs_diff(self.offset) <= AGREE_MS {
            if self.source != TimeSource::Tablets {
                self.adopt(at_ms.max(self.offset.saturating_add(mono)), TimeSource::Tablets, mono);
            }
            return;
        }
        match before {
            Some((said, since)) if said.abs_diff(offset) <= AGREE_MS => {
                if mono.saturating_sub(since) >= SETTLE_MS {
                    self.adopt(at_ms, TimeSource::Tablets, mono);
                } else {
                    self.candidate = before;
                }
            }
            _ => self.candidate = Some((offset, mono)),
        }
    }

    fn adopt(&mut self, at_ms: u64, source: TimeSource, mono: u64) {
        let from_ms = self.offset.saturating_add(mono);
        if source != self.source || at_ms.abs_diff(from_ms) > AGREE_MS {
            self.moved = Some(ClockMove { from_ms, to_ms: at_ms, source });
        }
        self.offset = at_ms.saturating_sub(mono);
        self.source = source;
        self.from_machine = false;
        self.told = self.offset;
        self.steady = self.steady.min(self.offset);
    }

    /// Somebody vouches for the time, who is not a person on the spot.
    fn vouch(&mut self, at_ms: u64, quality: Quality, mono: u64) {
        if at_ms.saturating_sub(self.steady.saturating_add(mono)) > AGREE_MS {
            self.steady_since_ms = at_ms;
        }
        self.steady = at_ms.saturating_sub(mono);
        self.steady_quality = quality;
        self.vouched = Some(self.steady);
    }

    fn moment(&self, reading: Reading) -> witnesses::RunningTime {
        let mono_ms = reading.monotonic_ms;
        witnesses::RunningTime { mono_ms, ran_ms: self.ran_before_ms.saturating_add(mono_ms) }
    }

    /// What the next start should know.
    pub fn keep(&mut self, reading: Reading, log_ms: u64) -> KeptTime {
        let site_ms = self.now_ms(reading);
        KeptTime {
            site_ms,
            wall_ms: reading.wall_ms,
            from_machine: self.from_machine,
            told_ms: (self.told > 0).then(|| self.told.saturating_add(reading.monotonic_ms)),
            steady_ms: self.steady.saturating_add(reading.monotonic_ms),
            steady_since_ms: self.steady_since_ms,
            vouched_ms: self.vouched.map(|vouched| vouched.saturating_add(reading.monotonic_ms)),
            ran_ms: self.moment(reading).ran_ms,
            log_ms,
            known: self.witnesses.known().to_vec(),
        }
    }
}
