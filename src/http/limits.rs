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
    /// Operations that a device may send for long ...
    pub ops_per_second: NonZeroU32,
    /// ... and at once: what it held while it was out of reach.
    pub ops_burst: NonZeroU32,
    /// Operations of all devices behind one address together, for long ...
    pub ops_per_second_per_address: NonZeroU32,
    /// ... and at once.
    pub ops_burst_per_address: NonZeroU32,
    /// Wrong codes from one address, after which no more are looked at.
    pub joins_per_minute: NonZeroU32,
    /// What else is counted.
    pub rates: OtherRates,
    /// Whether a v3.3 client's first mark makes an audit, where whoever calls may make one.
    pub v33_makes_audits: bool,
}

/// So much at once, and so much for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub at_once: NonZeroU32,
    pub per_minute: NonZeroU32,
}

/// Of one device, and of all that call from one address together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatePair {
    pub device: Rate,
    pub address: Rate,
}

impl RatePair {
    const fn new(device: (u32, u32), address: (u32, u32)) -> Self {
        const fn rate((at_once, per_minute): (u32, u32)) -> Rate {
            Rate { at_once: count(at_once), per_minute: count(per_minute) }
        }
        Self { device: rate(device), address: rate(address) }
    }
}

/// Rates that have one setting, for all of them: whoever needs more of one in a night is a script, and scripts have the Unix
/// socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherRates {
    pub changes: RatePair,
    pub audits: RatePair,
    pub presence: RatePair,
    pub calls: RatePair,
    pub files: RatePair,
    pub restores: RatePair,
    /// With the right code; by address alone.
    pub joins: RatePair,
    /// In KiB.
    pub pages: RatePair,
    /// In KiB.
    pub photos: RatePair,
}

impl Default for OtherRates {
    fn default() -> Self {
        Self {
            changes: RatePair::new((100, 20), (500, 60)),
            audits: RatePair::new((100, 10), (200, 20)),
            // A tablet says it every ten seconds, and when another module is opened; a hub for each audit.
            presence: RatePair::new((600, 1_200), (3_000, 12_000)),
            calls: RatePair::new((10, 6), (100, 30)),
            files: RatePair::new((60, 30), (120, 60)),
            restores: RatePair::new((5, 1), (10, 2)),
            joins: RatePair::new((200, 10), (200, 10)),
            // 128 MiB, then 4 MiB a second.
            pages: RatePair::new((128 << 10, 240 << 10), (256 << 10, 240 << 10)),
            // 256 MiB, then 8 MiB a second: a tablet that comes back with a night of pictures is done in minutes.
            photos: RatePair::new((256 << 10, 480 << 10), (1 << 20, 960 << 10)),
        }
    }
}

impl OtherRates {
    /// So many times the usual.
    pub fn usual_times(times: NonZeroU32) -> Self {
        let rate = |rate: Rate| Rate {
            at_once: rate.at_once.saturating_mul(times),
            per_minute: rate.per_minute.saturating_mul(times),
        };
        let pair = |pair: RatePair| RatePair { device: rate(pair.device), address: rate(pair.address) };
        let Self { changes, audits, presence, calls, files, restores, joins, pages, photos } =
            Self::default();
        Self {
            changes: pair(changes),
            audits: pair(audits),
            presence: pair(presence),
            calls: pair(calls),
            files: pair(files),
            restores: pair(restores),
            joins: pair(joins),
            pages: pair(pages),
            photos: pair(photos),
        }
    }
}

const fn count(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(count) => count,
        None => NonZeroU32::MIN,
    }
}

impl Limits {
    /// Those that a connection is watched by.
    pub fn times(&self) -> ConnectionTimes {
        ConnectionTimes { head: self.head_time, idle: self.idle_time, stall: self.stall_time }
    }
}

impl Default for Limits {
    fn default() -> Self {
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
            // A crew of fifty, each of them back with 5,000 marks.
            ops_per_second_per_address: count(1_000),
            ops_burst_per_address: count(250_000),
            joins_per_minute: count(10),
            rates: OtherRates::default(),
            v33_makes_audits: true,
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
