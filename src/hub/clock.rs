//! Clock: the hub's time. The machine's clocks behind a trait, and the site clock over them.
//!
//! Everything above asks `HubClock`; tests bring a `Clock` of their own.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::domain::site_clock::{Quality, Reading, SiteClock};

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
}

impl HubClock {
    pub fn start(clock: Arc<dyn Clock>, floor_ms: u64) -> Self {
        let site = SiteClock::start(clock.reading(), floor_ms.max(BUILT_MS));
        Self { clock, site: Mutex::new(site) }
    }

    fn with<T>(&self, work: impl FnOnce(&mut SiteClock, Reading) -> T) -> T {
        let mut site = self.site.lock();
        work(&mut site, self.clock.reading())
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

    /// An upstream says what time it has, and its certificate who it is.
    pub fn told_by_upstream(&self, says_ms: u64) {
        self.with(|site, reading| site.told(says_ms, reading));
    }

    /// A tablet says what time it has.
    pub fn hear(&self, source: &str, says_ms: u64) {
        self.with(|site, reading| site.hear(source, says_ms, reading));
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
