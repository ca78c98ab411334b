//! Clock synchronisation: the site clock. What time it is on a machine without a clock chip and without internet.
//!
//! Pure: `hub::clock` feeds it readings. It never goes back. It believes the machine's own clock
//! when the kernel's is synchronised; otherwise it runs on monotonic time plus a learnt offset,
//! from a floor (build date, or the latest time the log has seen), and is moved forward by
//! tablets: two that agree within two minutes set it, one alone moves it by five minutes at most. An
//! upstream that is known by its certificate sets it alone.

use serde::{Deserialize, Serialize};

const AGREE_MS: u64 = 2 * 60_000;
const ALONE_MS: u64 = 5 * 60_000;
/// How long a tablet's word is worth something, and how many are remembered.
const FRESH_MS: u64 = 10 * 60_000;
const MAX_WITNESSES: usize = 16;
/// What nobody means: the clock never goes back, so a claim of the year 9000 must not be believed;
/// and a poller that begins at 0 has no time to tell.
const ABSURD_MS: u64 = 10 * 366 * 86_400_000;

/// How far the time can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    Synchronised,
    Learnt,
    Unknown,
}

/// Tells the site's time in ms, and how far it can be trusted.
pub type SiteTime = std::sync::Arc<dyn Fn() -> (u64, Quality) + Send + Sync>;

/// One look at the machine's clocks.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    pub monotonic_ms: u64,
    pub wall_ms: u64,
    pub synchronised: bool,
}

#[derive(Debug, Clone)]
struct Witness {
    source: String,
    /// Its time less our monotonic time: what the offset would be if it were right.
    offset: u64,
    heard_ms: u64,
}

#[derive(Debug, Clone)]
pub struct SiteClock {
    /// Site time less monotonic time.
    offset: u64,
    last_ms: u64,
    quality: Quality,
    moved_alone: bool,
    witnesses: Vec<Witness>,
}

impl SiteClock {
    pub fn start(reading: Reading, floor_ms: u64) -> Self {
        let now = reading.wall_ms.max(floor_ms);
        Self {
            offset: now.saturating_sub(reading.monotonic_ms),
            last_ms: now,
            quality: if reading.synchronised { Quality::Synchronised } else { Quality::Unknown },
            moved_alone: false,
            witnesses: Vec::new(),
        }
    }

    pub fn now_ms(&mut self, reading: Reading) -> u64 {
        if reading.synchronised {
            self.quality = Quality::Synchronised;
            self.offset = reading.wall_ms.saturating_sub(reading.monotonic_ms);
        }
        self.last_ms = self.last_ms.max(self.offset.saturating_add(reading.monotonic_ms));
        self.last_ms
    }

    pub fn quality(&self) -> Quality {
        self.quality
    }

    /// Somebody who knows says what time it is: an upstream whose certificate was good.
    pub fn told(&mut self, says_ms: u64, reading: Reading) {
        let now = self.now_ms(reading);
        if self.quality == Quality::Synchronised || says_ms.abs_diff(now) > ABSURD_MS {
            return;
        }
        // One that is behind leaves us waiting, not going back.
        self.offset = self.offset.max(says_ms.saturating_sub(reading.monotonic_ms));
        self.quality = Quality::Learnt;
    }

    /// A tablet says what time it has.
    pub fn hear(&mut self, source: &str, says_ms: u64, reading: Reading) {
        let now = self.now_ms(reading);
        if self.quality == Quality::Synchronised || says_ms.abs_diff(now) > ABSURD_MS {
            return;
        }
        let mono = reading.monotonic_ms;
        let offset = says_ms.saturating_sub(mono);
        self.witnesses.retain(|w| w.source != source && mono - w.heard_ms < FRESH_MS);
        let second = self.witnesses.iter().find(|w| w.offset.abs_diff(offset) <= AGREE_MS);
        if let Some(second) = second {
            // The earlier of the two: being a little behind is harmless, being ahead is not.
            self.offset = self.offset.max(offset.min(second.offset));
            self.quality = Quality::Learnt;
        } else if says_ms > now && self.quality == Quality::Unknown && !self.moved_alone {
            self.offset += (says_ms - now).min(ALONE_MS);
            self.moved_alone = true;
        }
        if self.witnesses.len() == MAX_WITNESSES {
            self.witnesses.remove(0);
        }
        self.witnesses.push(Witness { source: source.to_owned(), offset, heard_ms: mono });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400_000;
    const NOW: u64 = 1_760_000_000_000;

    fn reading(monotonic_ms: u64, wall_ms: u64) -> Reading {
        Reading { monotonic_ms, wall_ms, synchronised: false }
    }

    #[test]
    fn a_pi_that_woke_yesterday_learns_from_two_tablets_that_agree() {
        let at = |m| reading(m, NOW - DAY + m);
        let mut clock = SiteClock::start(at(0), 0);
        clock.hear("a", NOW + 1_000, at(1_000));
        assert_eq!(clock.now_ms(at(1_000)), NOW - DAY + 1_000 + ALONE_MS, "one alone moves it a little");
        clock.hear("a", NOW + 2_000, at(2_000));
        assert_eq!(clock.quality(), Quality::Unknown, "the same tablet twice is still one");
        clock.hear("b", NOW + 33_000, at(3_000));
        assert_eq!(clock.now_ms(at(3_000)), NOW + 3_000);
        assert_eq!(clock.quality(), Quality::Learnt);
    }

    #[test]
    fn it_never_goes_back_and_starts_at_the_floor() {
        let mut clock = SiteClock::start(reading(50, 10), NOW);
        assert_eq!(clock.now_ms(reading(50, 10)), NOW);
        let synced = Reading { monotonic_ms: 60, wall_ms: NOW - DAY, synchronised: true };
        assert_eq!(clock.now_ms(synced), NOW, "a synchronised clock behind us makes us wait, not jump back");
        assert_eq!(clock.quality(), Quality::Synchronised);
        clock.hear("a", NOW + DAY, reading(61, NOW));
        clock.hear("b", NOW + DAY, reading(62, NOW));
        assert!(clock.now_ms(reading(63, NOW)) < NOW + DAY, "tablets do not overrule a synchronised clock");
    }

    #[test]
    fn an_upstream_with_a_good_certificate_is_believed_alone_and_moves_nothing_back() {
        let at = |m| reading(m, NOW - DAY + m);
        let mut clock = SiteClock::start(at(0), 0);
        clock.told(NOW + 5, at(5));
        assert_eq!((clock.now_ms(at(6)), clock.quality()), (NOW + 6, Quality::Learnt));
        clock.told(NOW - DAY, at(7));
        assert_eq!(clock.now_ms(at(8)), NOW + 8);
        clock.told(u64::MAX, at(9));
        assert_eq!(clock.now_ms(at(9)), NOW + 9);
    }

    #[test]
    fn what_nobody_means_is_not_believed_by_two_either() {
        let at = |m| reading(m, NOW + m);
        let mut clock = SiteClock::start(at(0), 0);
        for (n, says) in [u64::MAX, u64::MAX - 1, NOW + ABSURD_MS + 9_999].into_iter().enumerate() {
            clock.hear(&format!("dev_{n}"), says, at(1));
            clock.hear(&format!("dev_x{n}"), says, at(1));
        }
        assert_eq!(clock.now_ms(at(2)), NOW + 2);
    }

    #[test]
    fn one_tablet_set_to_2031_moves_nothing_much_and_two_that_disagree_neither() {
        let at = |m| reading(m, NOW + m);
        let mut clock = SiteClock::start(at(0), 0);
        for n in 0..20 {
            clock.hear("mad", NOW + 2_000 * DAY, at(n));
            clock.hear("fine", NOW + n, at(n));
        }
        assert_eq!(clock.now_ms(at(20)), NOW + 20 + ALONE_MS);
    }

    #[test]
    fn pollers_who_begin_at_zero_say_nothing_about_the_time() {
        let at = |m| reading(m, NOW + m);
        let mut clock = SiteClock::start(at(0), 0);
        clock.hear("a", 0, at(1));
        clock.hear("b", 0, at(2));
        assert_eq!(clock.quality(), Quality::Unknown);
    }
}
