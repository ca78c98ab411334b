//! Pace of a call (minimum throughput): whether bytes pass fast enough for it to end at all.
//!
//! Kept by `client` for what is sent and what comes; calls nothing.

use std::time::Duration;

use tokio::time::Instant;

/// In so many times `idle`, so much has to pass: no link is that slow on which anything gets through.
const STRETCH: u32 = 4;
const LEAST: u64 = 1 << 10;

/// How much of a call had passed, and when.
#[derive(Debug)]
pub struct CallPace {
    at: u64,
    since: Instant,
    stretch: Duration,
}

impl CallPace {
    pub fn from(at: u64, idle: Duration) -> Self {
        Self { at, since: Instant::now(), stretch: idle * STRETCH }
    }

    /// Else how many bytes have passed in how long.
    pub fn is_kept(&mut self, at: u64) -> Result<(), (u64, Duration)> {
        let within = self.since.elapsed();
        if within < self.stretch {
            return Ok(());
        }
        let bytes = at.saturating_sub(self.at);
        (self.at, self.since) = (at, Instant::now());
        if bytes < LEAST { Err((bytes, within)) } else { Ok(()) }
    }
}
