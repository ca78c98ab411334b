//! Step size of pictures (adaptive chunking): as many bytes as the link takes in two seconds, for a mark waits until a step is over.
//!
//! Kept by `pictures`, for all pictures of one upstream. Pure.

use std::time::Duration;

/// Below this the head of a request costs more than it carries.
const LEAST: u64 = 16 << 10;
const MOST: u64 = 256 << 10;
const FIRST: u64 = 32 << 10;
const LASTS: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepSize(u64);

impl Default for StepSize {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl StepSize {
    /// Of so many bytes that may still go.
    pub fn bytes(self, left: u64) -> u64 {
        self.0.min(left.max(1))
    }

    /// So many bytes have passed in that time.
    pub fn passed(&mut self, bytes: u64, took: Duration) {
        let took = took.as_millis().max(1);
        let in_time = u128::from(bytes) * LASTS.as_millis() / took;
        let in_time = u64::try_from(in_time).unwrap_or(u64::MAX);
        // A short last step says little of the link: nothing shrinks by it if it was quick.
        let shrinks = took > LASTS.as_millis();
        let least = if shrinks { LEAST } else { self.0 };
        self.0 = in_time.clamp(least, (self.0 * 2).min(MOST).max(least));
    }

    /// One was cut off: what is sent again is small.
    pub fn broke(&mut self) {
        self.0 = (self.0 / 2).max(LEAST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_lasts_two_seconds_on_any_link() {
        let after = |bytes_per_second: u64| {
            let mut step = StepSize::default();
            for _ in 0..20 {
                let bytes = step.bytes(u64::MAX);
                step.passed(bytes, Duration::from_millis(bytes * 1_000 / bytes_per_second));
            }
            step.bytes(u64::MAX)
        };
        assert_eq!(after(8_000), LEAST, "64 kbit/s");
        assert!((60_000..=68_000).contains(&after(32_000)), "{}", after(32_000));
        assert_eq!(after(10_000_000), MOST);
        let mut step = StepSize(MOST);
        step.passed(400, Duration::from_millis(900));
        assert_eq!(step, StepSize(MOST), "the last bytes of a picture over a satellite");
        assert_eq!(step.bytes(700), 700, "of a budget that is nearly used up");
        step.broke();
        assert_eq!(step, StepSize(MOST / 2));
    }
}
