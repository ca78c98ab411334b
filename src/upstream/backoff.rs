//! Exponential backoff with jitter, and Retry-After respected: how long to wait before the next try. Twice as long each
//! time, and by chance any part of it, so that hubs which lost the same link do not all come back at once. Own code
//! because it is ten lines.
//!
//! Called by `run`. Pure: chance is an argument.

use std::time::Duration;

const LEAST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(300);
/// What an upstream may ask for.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// For how long an upstream that asks for so much is left alone.
pub fn patient(asked: Duration) -> Duration {
    asked.min(PATIENCE)
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Something has gone well.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// After one more failure. `asked`: the upstream's own word on when to come back.
    pub fn next(&mut self, random: u64, asked: Option<Duration>) -> Duration {
        let ceiling = LEAST.saturating_mul(1 << self.failures.min(16)).min(MOST);
        self.failures = self.failures.saturating_add(1);
        // Between nothing and the ceiling, but never at once.
        let span = u64::try_from(ceiling.as_millis()).unwrap_or(u64::MAX);
        let jittered = Duration::from_millis(random % (span + 1)).max(LEAST / 10);
        jittered.max(asked.map_or(Duration::ZERO, patient))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ceiling_doubles_to_five_minutes_and_success_begins_again() {
        let mut backoff = Backoff::default();
        let longest = |backoff: &mut Backoff| {
            // The random number that gives the whole span.
            let span = Duration::from_secs(1 << backoff.failures.min(16)).min(MOST);
            backoff.next(u64::try_from(span.as_millis()).unwrap(), None).as_secs()
        };
        let waits: Vec<u64> = (0..11).map(|_| longest(&mut backoff)).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        backoff.reset();
        assert_eq!(longest(&mut backoff), 1);
    }

    #[test]
    fn what_the_upstream_asks_for_is_waited_for_up_to_an_hour() {
        let asked = |seconds| Backoff::default().next(0, Some(Duration::from_secs(seconds)));
        assert_eq!(asked(17), Duration::from_secs(17));
        assert_eq!(asked(1_000_000), PATIENCE);
    }

    proptest! {
        #[test]
        fn no_wait_is_beyond_its_ceiling_or_none_at_all(randoms in prop::collection::vec(any::<u64>(), 1..40)) {
            let mut backoff = Backoff::default();
            for (n, random) in randoms.into_iter().enumerate() {
                let wait = backoff.next(random, None);
                prop_assert!(wait >= LEAST / 10);
                prop_assert!(wait <= Duration::from_secs(1 << n.min(16)).min(MOST));
            }
        }
    }
}
