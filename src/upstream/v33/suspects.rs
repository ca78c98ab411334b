//! Poison messages: modules over which the cloud fails (500). They are set aside for a while, so that they hold up no other, and
//! parked (dead letter) when it takes others and never them.
//!
//! Kept by `queue`, in memory: after a start each is tried again. Pure; time is an argument.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::ModuleId;

/// So often, while others were taken: it is the module, and not the cloud.
const MOST: u32 = 6;
const LONGEST: Duration = Duration::from_secs(300);

#[derive(Debug, Default)]
pub struct Suspects {
    all: BTreeMap<ModuleId, Suspect>,
    /// How many marks the cloud has taken.
    taken: u64,
}

#[derive(Debug)]
struct Suspect {
    strikes: u32,
    /// Strikes between which the cloud took others.
    proven: u32,
    taken_then: u64,
    until: Instant,
}

impl Suspects {
    /// The cloud took this one: it works, and nothing is wrong with the module any more.
    pub fn took(&mut self, module: &ModuleId) {
        self.taken += 1;
        self.all.remove(module);
    }

    /// True when it is to be parked; then nothing is known of it any more.
    pub fn strike(&mut self, module: &ModuleId, least: Duration, now: Instant) -> bool {
        let taken = self.taken;
        let fresh = || Suspect { strikes: 0, proven: 0, taken_then: taken, until: now };
        let one = self.all.entry(module.clone()).or_insert_with(fresh);
        let wait = least.saturating_mul(1 << one.strikes.min(16)).min(LONGEST);
        one.strikes = one.strikes.saturating_add(1);
        if taken > one.taken_then {
            one.proven += 1;
        }
        (one.taken_then, one.until) = (taken, now + wait);
        let parked = one.proven >= MOST;
        if parked {
            self.all.remove(module);
        }
        parked
    }

    pub fn is_aside(&self, module: &ModuleId, now: Instant) -> bool {
        self.all.get(module).is_some_and(|one| one.until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_parked_for_what_others_show_and_not_for_the_cloud() {
        let (module, least) = (ModuleId::parse("M001").unwrap(), Duration::from_secs(5));
        let another = ModuleId::parse("M002").unwrap();
        let mut now = Instant::now();
        let mut suspects = Suspects::default();
        for n in 0..50 {
            assert!(!suspects.strike(&module, least, now), "the cloud takes nothing at all: {n}");
            assert!(suspects.is_aside(&module, now));
            now += LONGEST;
            assert!(!suspects.is_aside(&module, now), "it is tried again");
        }
        let mut strikes = 0;
        loop {
            suspects.took(&another);
            strikes += 1;
            if suspects.strike(&module, least, now) {
                break;
            }
        }
        assert_eq!(strikes, MOST);
        assert!(!suspects.is_aside(&module, now), "whoever has it tried again finds no grudge");
    }
}
