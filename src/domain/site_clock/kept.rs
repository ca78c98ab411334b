//! Clock state over restarts: what the hub keeps of the time, and which time it begins with.
//!
//! Pure. Called by `site_clock`; `hub::clock` has it on the disk. Everything in it may be missing: a hub of a version
//! before, a new one, a damaged file.

use serde::{Deserialize, Serialize};

use super::{DAY_MS, HORIZON_MS, KnownDevice, LAG_MS, Reading};

/// What a hub knew of the time when it was last written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptTime {
    pub site_ms: u64,
    /// What the machine's clock said then: where that is wrong, it is by as much the next time.
    pub wall_ms: u64,
    /// It is what the machine's clock said at some start, and nobody has confirmed it since.
    pub from_machine: bool,
    /// The time that somebody else told, run on while the hub ran. What `site_ms` is more, the machine's clock said while the hub
    /// was off. Hubs of before did not write it down.
    #[serde(default)]
    pub told_ms: Option<u64>,
    pub steady_ms: u64,
    pub steady_since_ms: u64,
    pub vouched_ms: Option<u64>,
    /// How long the hub has been running, in all.
    pub ran_ms: u64,
    /// The latest receipt in the log then. Later ones tell of a later time; this one may be of a clock that was set back.
    pub log_ms: u64,
    pub known: Vec<KnownDevice>,
}

impl KeptTime {
    fn told_ms(&self) -> u64 {
        self.told_ms.unwrap_or(if self.from_machine { 0 } else { self.site_ms })
    }
}

/// The time to begin with.
pub struct Beginning {
    pub site_ms: u64,
    /// The machine's clock was believed, or how far it has got.
    pub moves: bool,
    pub from_machine: bool,
    pub told_ms: u64,
}

/// Of all that may be right the earliest: behind is harmless, ahead is not.
pub fn begin(reading: Reading, built_ms: u64, log_ms: u64, kept: Option<&KeptTime>) -> Beginning {
    let wall_ms = reading.wall_ms;
    let told_ms = kept.map_or(0, KeptTime::told_ms);
    let machines = Beginning { site_ms: wall_ms, moves: true, from_machine: true, told_ms };
    let Some(kept) = kept else {
        let latest = built_ms.saturating_add(HORIZON_MS);
        let floor = if log_ms <= latest { built_ms.max(log_ms) } else { built_ms };
        let believed = (floor..=latest).contains(&wall_ms);
        return if believed {
            machines
        } else {
            Beginning { site_ms: floor, moves: false, from_machine: false, told_ms }
        };
    };
    let passed = built_ms.max(kept.vouched_ms.unwrap_or(0));
    let latest = passed.max(built_ms.saturating_add(kept.ran_ms)).saturating_add(HORIZON_MS);
    // The machine had set the time alone, or had jumped while the hub was off, and now says that it is earlier.
    let undone = wall_ms.saturating_add(LAG_MS) < kept.site_ms;
    if undone && wall_ms >= passed.max(kept.steady_ms).max(told_ms) {
        return machines;
    }
    let mut floor = built_ms.max(kept.site_ms);
    if log_ms > kept.log_ms && log_ms <= latest.max(kept.site_ms.saturating_add(DAY_MS)) {
        floor = floor.max(log_ms);
    }
    let as_it_was = wall_ms.checked_sub(kept.wall_ms).map(|passed| kept.site_ms.saturating_add(passed));
    let plausible = |at: &u64| (floor..=latest).contains(at);
    let (machine, as_it_was) = (Some(wall_ms).filter(plausible), as_it_was.filter(plausible));
    match (machine, as_it_was) {
        (Some(_), None) => machines,
        (Some(wall_ms), Some(as_it_was)) if wall_ms < as_it_was => machines,
        (_, Some(site_ms)) => Beginning { site_ms, moves: true, from_machine: kept.from_machine, told_ms },
        (None, None) => Beginning { site_ms: floor, moves: false, from_machine: kept.from_machine, told_ms },
    }
}
