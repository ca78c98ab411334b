//! Data budget (bytes a day) and sending hours: what a metered link may still cost today, and when it may be used for
//! sending.
//!
//! Called by `link` around every call. Pure: the time is an argument. A day begins at midnight UTC, like the
//! hours: a hub whose clock was learnt from tablets knows no time zone.

use serde::{Deserialize, Serialize};

use crate::domain::Hours;

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// What has passed on one day; outlives a restart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayUsage {
    /// Days since the epoch.
    pub day: u64,
    pub sent: u64,
    pub received: u64,
}

#[derive(Debug, Clone)]
pub struct Meter {
    budget: Option<u64>,
    /// None: any.
    hours: Vec<Hours>,
    today: DayUsage,
    /// What the client had counted when it was last asked.
    seen: (u64, u64),
}

impl Meter {
    pub fn new(budget_per_day: Option<u64>, hours: Vec<Hours>) -> Self {
        Self { budget: budget_per_day, hours, today: DayUsage::default(), seen: (0, 0) }
    }

    /// Go on counting where the last run ended.
    pub fn resume(self, today: DayUsage) -> Self {
        Self { today, ..self }
    }

    pub fn today(&self) -> DayUsage {
        self.today
    }

    pub fn budget(&self) -> Option<u64> {
        self.budget
    }

    /// Whether this link costs by the byte.
    pub fn is_limited(&self) -> bool {
        self.budget.is_some()
    }

    /// Whether marks may be sent now; else when they may.
    pub fn may_push(&self, now_ms: u64) -> Result<(), u64> {
        let minute_of = |ms: u64| u16::try_from(ms % DAY / MINUTE).unwrap_or(0);
        let open = |ms: u64| self.hours.iter().any(|hours| hours.contains(minute_of(ms)));
        if self.hours.is_empty() || open(now_ms) {
            return Ok(());
        }
        // Hours begin at a full minute, and within a day.
        let next = now_ms - now_ms % MINUTE;
        let opens = (1..=DAY / MINUTE).map(|n| next + n * MINUTE).find(|ms| open(*ms));
        Err(opens.unwrap_or(next + DAY))
    }

    /// What is left of the day's budget (`None`: there is none); else when there is some again.
    pub fn may_spend(&mut self, now_ms: u64) -> Result<Option<u64>, u64> {
        self.turn(now_ms);
        let Some(budget) = self.budget else { return Ok(None) };
        match budget.checked_sub(self.today.sent + self.today.received) {
            Some(left) if left > 0 => Ok(Some(left)),
            _ => Err((self.today.day + 1) * DAY),
        }
    }

    /// The same for what can wait: it leaves a quarter of the budget to the rest.
    pub fn may_spend_aside(&mut self, now_ms: u64) -> Result<(), u64> {
        match (self.may_spend(now_ms)?, self.budget) {
            (Some(left), Some(budget)) if left <= budget / 4 => Err((self.today.day + 1) * DAY),
            _ => Ok(()),
        }
    }

    /// So much more has passed.
    pub fn spent(&mut self, sent: u64, received: u64, now_ms: u64) {
        let (sent_before, received_before) = self.seen;
        self.has_passed(sent_before + sent, received_before + received, now_ms);
    }

    /// The client has sent and received so much in all. What of it is new is today's; returns that of today.
    pub fn has_passed(&mut self, sent: u64, received: u64, now_ms: u64) -> (u64, u64) {
        self.turn(now_ms);
        let (seen_sent, seen_received) = self.seen;
        self.seen = (sent.max(seen_sent), received.max(seen_received));
        self.today.sent += self.seen.0 - seen_sent;
        self.today.received += self.seen.1 - seen_received;
        (self.today.sent, self.today.received)
    }

    /// Another day. One that the site clock jumps over costs nothing; where it is set back, what was spent on the
    /// day that it thought it was counts for this one.
    fn turn(&mut self, now_ms: u64) {
        let day = now_ms / DAY;
        if day > self.today.day {
            self.today = DayUsage { day, sent: 0, received: 0 };
        }
        self.today.day = day;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A midnight.
    const MIDNIGHT: u64 = 20_000 * DAY;

    fn at(hour: u64, minute: u64) -> u64 {
        MIDNIGHT + (hour * 60 + minute) * MINUTE
    }

    fn hours(text: &str) -> Hours {
        text.parse().unwrap()
    }

    #[test]
    fn hours_open_when_they_say_over_midnight_too() {
        let meter = Meter::new(None, vec![hours("06:00-08:00"), hours("22:30-01:00")]);
        assert_eq!(meter.may_push(at(5, 59)), Err(at(6, 0)));
        assert_eq!(meter.may_push(at(6, 0)), Ok(()));
        assert_eq!(meter.may_push(at(8, 0) + 7), Err(at(22, 30)));
        assert_eq!(meter.may_push(at(23, 59)), Ok(()));
        assert_eq!(meter.may_push(at(24, 59)), Ok(()));
        assert_eq!(meter.may_push(at(25, 0)), Err(at(30, 0)));
        assert_eq!(Meter::new(None, Vec::new()).may_push(at(3, 0)), Ok(()));
    }

    #[test]
    fn a_budget_lasts_until_midnight() {
        let mut meter = Meter::new(Some(1_000), Vec::new());
        assert_eq!(meter.may_spend(at(10, 0)), Ok(Some(1_000)));
        assert_eq!(meter.has_passed(300, 100, at(10, 0)), (300, 100));
        assert_eq!(meter.may_spend(at(11, 0)), Ok(Some(600)));
        meter.has_passed(900, 100, at(11, 0));
        assert_eq!(meter.may_spend(at(11, 0)), Err(at(24, 0)));
        assert_eq!(meter.may_spend(at(24, 0)), Ok(Some(1_000)));
        let again =
            Meter::new(Some(1_000), Vec::new()).resume(DayUsage { day: 20_000, sent: 999, received: 0 });
        assert_eq!(again.clone().may_spend(at(12, 0)), Ok(Some(1)));
        assert_eq!(again.clone().may_spend(at(25, 0)), Ok(Some(1_000)), "yesterday's are no longer counted");
        // The hub thought that it was years later, until somebody set its clock back.
        let mut back = Meter::new(Some(1_000), Vec::new());
        back.has_passed(900, 100, at(10, 0) + 9_000 * DAY);
        assert_eq!(back.may_spend(at(10, 0)), Err(at(24, 0)), "no byte comes back");
        assert_eq!(back.may_spend(at(24, 0)), Ok(Some(1_000)), "and the budget does, at midnight");
    }

    #[test]
    fn what_can_wait_leaves_a_quarter_of_the_budget() {
        let mut meter = Meter::new(Some(1_000), Vec::new());
        meter.spent(600, 100, at(10, 0));
        assert_eq!(meter.may_spend_aside(at(10, 0)), Ok(()));
        meter.spent(50, 0, at(10, 0));
        assert_eq!(meter.may_spend_aside(at(10, 0)), Err(at(24, 0)));
        assert_eq!(meter.may_spend(at(10, 0)), Ok(Some(250)), "marks go on");
        assert_eq!(Meter::new(None, Vec::new()).may_spend_aside(at(10, 0)), Ok(()));
    }

    proptest! {
        #[test]
        fn nothing_is_counted_twice_and_nothing_lost_over_midnights(
            steps in prop::collection::vec((0..5_000u64, 0..5_000u64, 0..DAY / 2), 1..60),
        ) {
            let mut meter = Meter::new(None, Vec::new());
            let (mut total, mut now, mut days) = ((0, 0), MIDNIGHT, std::collections::BTreeMap::new());
            for (sent, received, passes) in steps {
                total = (total.0 + sent, total.1 + received);
                now += passes;
                // Two who ask at one time.
                meter.has_passed(total.0, total.1, now);
                days.insert(now / DAY, meter.has_passed(total.0, total.1, now));
            }
            let sum = days.values().fold((0, 0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
            prop_assert_eq!(sum, total);
        }
    }
}
