//! Hybrid logical clock and version vector (`Seen`, `Base`): when something happened, for merge order only.
//!
//! Called by `merge` to order marks and by `store` to mint stamps; calls nothing.
//! Own code because the ready crates refuse or poison on a hub whose clock is years off: this
//! one never refuses, it clamps.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How far ahead of the hub a tablet's clock may be before its stamps are pulled back.
pub const MAX_AHEAD_MS: u64 = 60_000;

/// Stamps have 48 bits of milliseconds.
pub const MAX_MS: u64 = (1 << 48) - 1;

/// 2100-01-01, the latest that a stamp may be by whatever door it comes: beyond any clock, and with millennia after
/// it, so that each stamp has a next one.
pub const LATEST_MS: u64 = 4_102_444_800_000;

/// Room in a log for marks that follow one of the latest stamps: each takes the next, and 65,536 share a millisecond.
const ROOM_MS: u64 = 3_600_000;

/// A moment in merge order: 48 bits of milliseconds, a counter for what shares them, and the
/// device, so that no two devices ever mint the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp {
    // The derived order compares in this sequence.
    pub ms: u64,
    pub counter: u16,
    pub actor: u64,
}

impl Stamp {
    /// The least stamp of `actor` that is later than `self`.
    pub fn next_for(self, actor: u64) -> Stamp {
        match self.counter.checked_add(1) {
            Some(counter) => Stamp { counter, actor, ..self },
            None => Stamp { ms: (self.ms + 1).min(MAX_MS), counter: 0, actor },
        }
    }

    /// Whether a hub may take it from elsewhere, where `held` is the latest that it holds of the same thing. What
    /// follows that is taken too, so that nobody who sends the latest there is has the last word.
    pub fn is_in_range(self, held: Option<Stamp>) -> bool {
        self.ms <= LATEST_MS || held.is_some_and(|held| self.ms <= held.ms.saturating_add(1).min(MAX_MS))
    }

    /// Whether it may lie in a log that is brought back whole.
    pub fn is_in_range_of_logs(self) -> bool {
        self.ms <= LATEST_MS + ROOM_MS
    }
}

/// The latest that a hub gives a mark, unless it follows one that is later.
pub fn latest_given(now_ms: u64) -> u64 {
    now_ms.saturating_add(MAX_AHEAD_MS).min(LATEST_MS)
}

/// The same device is the same actor on every hub, whatever build minted it.
pub fn actor_of(device: &str) -> u64 {
    const DEVICES: uuid::Uuid = uuid::Uuid::from_u128(0x6669_656c_6468_7562_0000_0000_6465_7669);
    uuid::Uuid::new_v5(&DEVICES, device.as_bytes()).as_u64_pair().0
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}-{:04x}-{:016x}", self.ms, self.counter, self.actor)
    }
}

impl FromStr for Stamp {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '-');
        let mut part = |len: usize| {
            parts
                .next()
                .filter(|p| p.len() == len && p.bytes().all(|b| b.is_ascii_hexdigit()))
                .and_then(|p| u64::from_str_radix(p, 16).ok())
                .ok_or(())
        };
        Ok(Stamp { ms: part(12)?, counter: u16::try_from(part(4)?).map_err(|_| ())?, actor: part(16)? })
    }
}

/// What somebody has seen of one module: for each device, its latest mark. Kept sorted by actor,
/// one stamp an actor, so that equal knowledge is equal bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen(Vec<Stamp>);

impl Seen {
    /// More devices than ever mark one module; keeps what strangers send bounded. The latest are
    /// kept, so that what remains does not depend on the order they came in.
    pub const MAX_ACTORS: usize = 1_024;

    pub fn add(&mut self, stamp: Stamp) {
        match self.0.binary_search_by_key(&stamp.actor, |s| s.actor) {
            Ok(at) => self.0[at] = self.0[at].max(stamp),
            Err(at) => self.0.insert(at, stamp),
        }
        if self.0.len() > Self::MAX_ACTORS
            && let Some((oldest, _)) = self.0.iter().enumerate().min_by_key(|(_, stamp)| **stamp)
        {
            self.0.remove(oldest);
        }
    }

    pub fn join(&mut self, other: &Seen) {
        for stamp in &other.0 {
            self.add(*stamp);
        }
    }

    /// Whether the mark with this stamp, or a later one of its device, was seen.
    pub fn covers(&self, stamp: Stamp) -> bool {
        self.last_of(stamp.actor).is_some_and(|last| last >= stamp)
    }

    /// Without what nobody can have seen: a stamp further ahead than the hub ever gives would count
    /// marks as seen that are still to come, and lift those of its device past all others.
    ///
    /// Unless `held` has them: marks of another hub whose clock was years ahead keep their stamps here, and
    /// whoever has seen one must be able to mark the module again. Or they are before `own`, the stamp of the very
    /// mark, where that is believed: what its author had seen then is earlier.
    pub fn credible(&self, limit_ms: u64, held: &Seen, own: Option<Stamp>) -> Seen {
        let known = |s: &Stamp| s.ms <= limit_ms || held.covers(*s) || own.is_some_and(|own| *s < own);
        Seen(self.0.iter().copied().filter(known).collect())
    }

    pub fn last_of(&self, actor: u64) -> Option<Stamp> {
        self.0.binary_search_by_key(&actor, |s| s.actor).ok().map(|at| self.0[at])
    }

    pub fn latest(&self) -> Option<Stamp> {
        self.0.iter().copied().max()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One a device, in order of their actors.
    pub fn stamps(&self) -> &[Stamp] {
        &self.0
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, stamp) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(",")?;
            }
            write!(f, "{stamp}")?;
        }
        Ok(())
    }
}

impl FromStr for Seen {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut seen = Seen::default();
        for (n, part) in text.split(',').filter(|p| !p.is_empty()).enumerate() {
            if n == Self::MAX_ACTORS {
                return Err(());
            }
            seen.add(part.parse()?);
        }
        Ok(seen)
    }
}

/// The hub's own clock. Its high-water is stored with every operation, so it never goes back
/// over a restart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hlc {
    ms: u64,
    counter: u16,
}

impl Hlc {
    pub fn resume(high_water: u64) -> Self {
        Hlc { ms: high_water >> 16, counter: (high_water & 0xffff) as u16 }
    }

    pub fn high_water(self) -> u64 {
        (self.ms << 16) | u64::from(self.counter)
    }

    /// A stamp later than everything this clock has minted or seen.
    pub fn tick(&mut self, now_ms: u64, actor: u64) -> Stamp {
        let now_ms = now_ms.min(LATEST_MS);
        if now_ms > self.ms {
            self.ms = now_ms;
            self.counter = 0;
        } else {
            let next = Stamp { ms: self.ms, counter: self.counter, actor }.next_for(actor);
            self.ms = next.ms;
            self.counter = next.counter;
        }
        Stamp { ms: self.ms, counter: self.counter, actor }
    }

    /// Take in a stamp from elsewhere: what is minted from now on is later than it. One that is
    /// too far ahead does not drag the clock along.
    pub fn observe(&mut self, stamp: Stamp, now_ms: u64) {
        if stamp.ms <= latest_given(now_ms) && (stamp.ms, stamp.counter) > (self.ms, self.counter) {
            self.ms = stamp.ms;
            self.counter = stamp.counter;
        }
    }

    /// The stamp of a mark that `actor` says was made at `claimed_ms`, having seen `base`, where
    /// `own` is the last stamp of that actor on the same module.
    ///
    /// Later than what its author had seen (else it would lose against it) and than the author's
    /// own earlier mark (a tablet's clock may be set back between two taps). A claim too far
    /// ahead becomes the hub's own time, so a tablet set to 2031 does not win for five years.
    pub fn stamp(
        &mut self,
        claimed_ms: u64,
        now_ms: u64,
        actor: u64,
        base: &Seen,
        own: Option<Stamp>,
    ) -> Stamp {
        let limit = latest_given(now_ms);
        let mut stamp = if claimed_ms > limit {
            self.tick(now_ms, actor)
        } else {
            Stamp { ms: claimed_ms, counter: 0, actor }
        };
        // A base far ahead of us is forged or from a hub years off; following it would undo the clamp.
        let floor = base.latest().filter(|b| b.ms <= limit).max(own);
        if let Some(floor) = floor.filter(|f| *f >= stamp) {
            stamp = floor.next_for(actor);
        }
        self.observe(stamp, now_ms);
        stamp
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_stamp() -> impl Strategy<Value = Stamp> {
        (0..MAX_MS, any::<u16>(), any::<u64>()).prop_map(|(ms, counter, actor)| Stamp { ms, counter, actor })
    }

    #[test]
    fn a_clock_years_ahead_is_pulled_back_and_one_behind_is_kept() {
        let mut hlc = Hlc::default();
        let now = 1_700_000_000_000;
        let year = 31_536_000_000;
        assert_eq!(hlc.stamp(now + 5 * year, now, 7, &Seen::default(), None).ms, now);
        assert_eq!(hlc.stamp(now - 7_200_000, now, 7, &Seen::default(), None).ms, now - 7_200_000);
        assert_eq!(hlc.stamp(now + 59_000, now, 7, &Seen::default(), None).ms, now + 59_000);
        // A hub that woke years in the past still takes everything.
        assert_eq!(hlc.stamp(now, now - 5 * year, 7, &Seen::default(), None).actor, 7);
    }

    #[test]
    fn a_forged_base_cannot_lift_a_stamp_into_the_future() {
        let mut hlc = Hlc::default();
        let mut base = Seen::default();
        base.add(Stamp { ms: 9_000_000, counter: 0, actor: 3 });
        assert_eq!(hlc.stamp(1_000, 1_000, 7, &base, None).ms, 1_000);
    }

    #[test]
    fn the_latest_stamp_that_is_taken_has_a_next_and_that_is_taken_as_well() {
        let mut last = Stamp { ms: LATEST_MS, counter: u16::MAX, actor: u64::MAX };
        assert!(last.is_in_range(None));
        for actor in [7, 0, 9] {
            let next = Hlc::default().stamp(5, 5, actor, &Seen::default(), Some(last));
            assert!(next > last && next.is_in_range(Some(last)) && next.is_in_range_of_logs());
            last = next;
        }
        let largest = Stamp { ms: MAX_MS, counter: u16::MAX, actor: u64::MAX };
        assert!(!largest.is_in_range(Some(last)) && !largest.is_in_range_of_logs());
        let mut hlc = Hlc::default();
        assert!(hlc.tick(u64::MAX, 1).is_in_range(None), "nor does a wild clock give one beyond");
        assert!(hlc.stamp(u64::MAX, u64::MAX, 1, &Seen::default(), None).is_in_range(None));
    }

    proptest! {
        #[test]
        fn stamps_read_back_as_written(stamp in any_stamp()) {
            prop_assert_eq!(stamp.to_string().parse::<Stamp>(), Ok(stamp));
        }

        #[test]
        fn text_order_is_stamp_order(a in any_stamp(), b in any_stamp()) {
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn ticks_only_go_forward_whatever_the_wall_clock_does(
            walls in prop::collection::vec(0..MAX_MS, 1..50), restart_at in 0usize..50,
        ) {
            let mut hlc = Hlc::default();
            let mut last = None;
            for (n, wall) in walls.into_iter().enumerate() {
                if n == restart_at {
                    hlc = Hlc::resume(hlc.high_water());
                }
                let stamp = hlc.tick(wall, 1);
                prop_assert!(Some(stamp) > last);
                last = Some(stamp);
            }
        }

        #[test]
        fn a_mark_is_later_than_what_its_author_saw_and_did(
            claimed in 0..4_000_000u64, now in 1_000_000..3_000_000u64,
            base in prop::collection::vec((0..3_000_000u64, any::<u16>(), 0..4u64), 0..4),
            own in (0..3_000_000u64, any::<u16>()),
        ) {
            let mut hlc = Hlc::default();
            let mut seen = Seen::default();
            for (ms, counter, actor) in base {
                seen.add(Stamp { ms, counter, actor });
            }
            let own = Stamp { ms: own.0, counter: own.1, actor: 9 };
            let stamp = hlc.stamp(claimed, now, 9, &seen, Some(own));
            prop_assert!(stamp > own);
            if let Some(latest) = seen.latest().filter(|l| l.ms <= now + MAX_AHEAD_MS) {
                prop_assert!(stamp > latest);
            }
            prop_assert!(hlc.tick(now, 0) > stamp || stamp.ms > now + MAX_AHEAD_MS);
        }
    }
}
