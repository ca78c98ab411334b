//! Certificate validity (not before, not after): from when until when it is good, and when it is due, decided by a site
//! clock that may be wrong.
//!
//! Pure. Called by `ca`, `leaf_certificate` and `authority`. A tablet judges by its own clock, which is right more
//! often than that of a Pi without a clock chip; so both ends are chosen for the tablet. `docs/decisions/0015` says
//! why.

use serde::{Deserialize, Serialize};

const DAY_MS: u64 = 86_400_000;
/// What browsers take of any CA, and Apple's systems take of one's own too.
const LEAF_MS: u64 = 397 * DAY_MS;
const CA_MS: u64 = 3_652 * DAY_MS;
/// A tablet whose clock is behind by less does not notice.
const BACK_MS: u64 = 30 * DAY_MS;
/// The clock of a hub that does not know the time is behind, not ahead: the life of its certificate lies before it.
const BACK_UNSURE_MS: u64 = DAY_MS;
/// What tablets say may be a lie: at least this much of a life lies ahead, and of the rest as much as can be behind.
const AHEAD_MS: u64 = LEAF_MS / 3 + 5 * DAY_MS;
/// Nobody means a year beyond this: a certificate has four digits for it.
const ABSURD_MS: u64 = 50 * 366 * DAY_MS;

/// What a certificate says of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    pub from_ms: u64,
    pub until_ms: u64,
    /// Whether the time was known when this was decided.
    pub sure: bool,
}

/// What time it is, as far as the hub knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    pub now_ms: u64,
    /// Somebody vouches for it.
    pub sure: bool,
    /// It is only what tablets say: then the time that has surely passed.
    pub said_after_ms: Option<u64>,
    /// It is what the machine's clock says, which nobody has confirmed, and not what was known last.
    pub from_machine: bool,
    /// No time is before that of the program.
    pub built_ms: u64,
}

impl ClockReading {
    fn now(self) -> u64 {
        self.now_ms.clamp(self.built_ms, self.built_ms + ABSURD_MS)
    }
}

/// Good for every tablet that lives after this program was made, whatever the hub's clock says today.
pub fn of_ca(moment: ClockReading) -> Validity {
    Validity { from_ms: moment.built_ms - BACK_MS, until_ms: moment.now() + CA_MS, sure: moment.sure }
}

pub fn of_leaf(moment: ClockReading, ca: Validity) -> Validity {
    let now = moment.now();
    let from_ms = match moment.said_after_ms {
        // Good for tablets that have the right time, whether it is what was said or not.
        Some(passed_ms) if !moment.sure => {
            passed_ms.saturating_sub(DAY_MS).clamp(now + AHEAD_MS - LEAF_MS, now - BACK_MS)
        }
        _ => now - if moment.sure { BACK_MS } else { BACK_UNSURE_MS },
    };
    let from_ms = from_ms.max(ca.from_ms);
    // Its last second counts too.
    Validity { from_ms, until_ms: (from_ms + LEAF_MS - 1_000).min(ca.until_ms), sure: moment.sure }
}

impl Validity {
    /// Why there should be another one, if there should.
    pub fn due(self, moment: ClockReading) -> Option<&'static str> {
        let now = moment.now();
        let life = self.until_ms.saturating_sub(self.from_ms);
        if moment.sure && !self.sure {
            return Some("the hub has learnt the time");
        }
        // A hub that has forgotten the time does not throw away what it made when it knew it. But what it made by a machine's clock
        // that was ahead, it makes anew by the same clock when that was put back: no tablet takes it before its time.
        let undone = moment.from_machine && !self.sure;
        if (moment.sure || moment.said_after_ms.is_some() || undone) && now < self.from_ms {
            return Some("it is not good yet");
        }
        (now >= self.until_ms.saturating_sub(life / 3)).then_some("it ends soon")
    }

    /// Whether nothing but its end speaks against it; for the CA, which tablets have installed.
    pub fn has_ended(self, moment: ClockReading) -> bool {
        moment.sure && moment.now() >= self.until_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: u64 = 1_763_769_600_000;

    fn moment(days: i64, sure: bool) -> ClockReading {
        let now = i64::try_from(BUILT).unwrap() + days * 86_400_000;
        let now_ms = u64::try_from(now.max(0)).unwrap();
        ClockReading { now_ms, sure, said_after_ms: None, from_machine: false, built_ms: BUILT }
    }

    /// Tablets say that it is so late, and it is at least so late.
    fn said(days: i64, passed: u64) -> ClockReading {
        ClockReading { said_after_ms: Some(BUILT + passed * DAY_MS), ..moment(days, false) }
    }

    /// A tablet with the right time.
    fn takes(leaf: Validity, ca: Validity, day: i64) -> bool {
        let now = moment(day, true).now_ms;
        [leaf, ca].iter().all(|v| (v.from_ms..=v.until_ms).contains(&now))
    }

    #[test]
    fn a_leaf_never_lives_longer_than_browsers_take() {
        for day in [-20_000, 0, 1, 400, 3_000, 3_600, 1_000_000] {
            for sure in [true, false] {
                let at = moment(day, sure);
                let leaf = of_leaf(at, of_ca(at));
                assert!(leaf.until_ms - leaf.from_ms < 397 * DAY_MS, "{day} {sure}");
                assert!(leaf.until_ms - leaf.from_ms > 365 * DAY_MS, "{day} {sure}");
            }
        }
    }

    #[test]
    fn what_is_made_in_1970_or_yesterday_is_good_for_tablets_that_know_the_time() {
        for (hub, tablet) in [(-20_000, 0), (-20_000, 390), (0, 200), (99, 100), (100, 490), (500, 890)] {
            let at = moment(hub, false);
            let ca = of_ca(at);
            assert!(takes(of_leaf(at, ca), ca, tablet), "made on day {hub}, looked at on day {tablet}");
        }
        // A hub that knows the time is good to tablets that are behind by weeks.
        let at = moment(100, true);
        let ca = of_ca(at);
        assert!(takes(of_leaf(at, ca), ca, 71) && takes(of_leaf(at, ca), ca, 466));
        assert!(!takes(of_leaf(at, ca), ca, 467));
        assert!(takes(of_leaf(moment(3_000, true), ca), ca, 3_000), "the CA outlives many of them");
    }

    #[test]
    fn it_is_due_with_a_third_of_its_life_left() {
        let leaf = of_leaf(moment(100, true), of_ca(moment(100, true)));
        assert_eq!(leaf.due(moment(70 + 264, true)), None);
        assert_eq!(leaf.due(moment(70 + 265, true)), Some("it ends soon"));
        // A clock that does not know the time is at least not behind what it says.
        assert_eq!(leaf.due(moment(70 + 265, false)), Some("it ends soon"));
    }

    #[test]
    fn what_was_made_without_knowing_the_time_is_made_anew_with_it_and_not_the_other_way_round() {
        let unsure = of_leaf(moment(0, false), of_ca(moment(0, false)));
        assert_eq!(unsure.due(moment(1, false)), None);
        assert_eq!(unsure.due(moment(1, true)), Some("the hub has learnt the time"));
        let sure = of_leaf(moment(100, true), of_ca(moment(100, true)));
        assert_eq!(sure.due(moment(0, false)), None, "started without the time: it was right before");
        assert_eq!(sure.due(moment(0, true)), Some("it is not good yet"), "the time was wrong after all");
    }

    #[test]
    fn what_was_made_by_a_clock_that_was_ahead_is_made_anew_when_that_is_put_back() {
        let by_machine = |days| ClockReading { from_machine: true, ..moment(days, false) };
        let ahead = of_leaf(by_machine(600), of_ca(by_machine(600)));
        assert_eq!(ahead.due(by_machine(601)), None);
        assert_eq!(ahead.due(by_machine(100)), Some("it is not good yet"));
        assert_eq!(ahead.due(moment(100, false)), None, "nobody has said so: it may have been right");
        let sure = of_leaf(moment(600, true), of_ca(moment(600, true)));
        assert_eq!(sure.due(by_machine(100)), None, "an unconfirmed clock says little");
    }

    #[test]
    fn what_tablets_say_may_be_a_lie_and_the_certificate_is_good_for_both() {
        for (says, passed) in [(200, 0), (200, 150), (250, 0), (1_000, 900)] {
            let at = said(says, passed);
            let ca = of_ca(at);
            let leaf = of_leaf(at, ca);
            for tablet in [passed.cast_signed(), says - 30, says, says + 130] {
                assert!(takes(leaf, ca, tablet), "{says} was said after {passed}: {leaf:?} on {tablet}");
            }
            assert_eq!(leaf.due(said(says + 4, passed)), None, "and not made anew at once");
        }
        // What was made before is kept while it is good by either, and their saying so ends no CA.
        let unsure = of_leaf(moment(0, false), of_ca(moment(0, false)));
        assert_eq!(unsure.due(said(200, 0)), None);
        assert_eq!(unsure.due(said(390, 0)), Some("it ends soon"));
        let late = of_leaf(said(700, 600), of_ca(moment(0, true)));
        assert_eq!(late.due(said(100, 0)), Some("it is not good yet"), "the lie has come out");
        assert!(!of_ca(moment(0, true)).has_ended(said(9_000, 0)));
    }

    #[test]
    fn a_ca_ends_only_by_a_clock_that_knows() {
        let ca = of_ca(moment(0, true));
        let end = 3_652;
        assert!(!ca.has_ended(moment(end + 100, false)) && !ca.has_ended(moment(end - 1, true)));
        assert!(ca.has_ended(moment(end, true)));
    }
}
