//! Limits (timeouts, rates, sizes): what one client, one device and all strangers together may take of the hub.
//! Plain values, set by `cli` from the settings; `serve` hands them to those who hold them.
//!
//! The defaults are for fifty tablets with six connections each, behind one address if need be: it never meets
//! one of them. None of them costs memory that grows with the number of strangers.

use std::num::NonZeroU32;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a native body: a thousand operations with the longest comments, 20,000 modules.
    pub body: usize,
    /// Bytes of a v3.3 body: one mark.
    pub body_v33: usize,
    /// Bytes of all large bodies that are in memory at one time.
    pub body_room: usize,
    /// Bytes of large answers that are in hand at one time.
    pub answer_room: usize,
    /// Bytes a second that a body must bring ...
    pub body_pace: u32,
    /// ... after it has brought nothing for so long.
    pub body_grace: Duration,
    /// Bytes of a request's line and headers.
    pub head: usize,
    /// Headers of a request.
    pub headers: usize,
    /// From the first byte of a request to the end of its head; and from connecting to the first byte.
    pub head_time: Duration,
    /// How long a connection is kept that waits for the next request.
    pub idle_time: Duration,
    /// How long a client may take none of an answer that is ready for it.
    pub stall_time: Duration,
    pub connections: usize,
    /// Of one IPv4 address or one IPv6 /64.
    pub connections_per_address: usize,
    /// Live feeds of one device ...
    pub feeds: u32,
    /// ... and of one address in `open` mode, where devices are not known.
    pub feeds_per_address: u32,
    /// Operations that a device may send for long; in `open` mode, an address ...
    pub ops_per_second: NonZeroU32,
    /// ... and at once: what it held while it was out of reach.
    pub ops_burst: NonZeroU32,
    /// Attempts to join from one address.
    pub joins_per_minute: NonZeroU32,
}

impl Limits {
    /// Those that a connection is watched by.
    pub fn times(&self) -> ConnectionTimes {
        ConnectionTimes { head: self.head_time, idle: self.idle_time, stall: self.stall_time }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let count = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            body: 20 << 20,
            body_v33: 64 << 10,
            body_room: 64 << 20,
            answer_room: 32 << 20,
            body_pace: 1 << 10,
            body_grace: Duration::from_secs(10),
            head: 16 << 10,
            headers: 100,
            head_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(60),
            stall_time: Duration::from_secs(30),
            connections: 1_024,
            connections_per_address: 512,
            feeds: 8,
            feeds_per_address: 256,
            ops_per_second: count(200),
            ops_burst: count(20_000),
            joins_per_minute: count(5),
        }
    }
}

/// How long each thing on a connection may take.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionTimes {
    pub head: Duration,
    pub idle: Duration,
    pub stall: Duration,
}

#[cfg(test)]
impl ConnectionTimes {
    /// The defaults of the settings.
    pub const USUAL: Self =
        Self { head: Duration::from_secs(10), idle: Duration::from_secs(60), stall: Duration::from_secs(30) };
}
