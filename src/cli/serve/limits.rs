//! Rate limits, timeouts and sizes: the limits as `http` has them, from what is set of them.
//!
//! Called by `serve`; calls `config` and `http`.

use crate::config;
use crate::http::{Limits, OtherRates};

/// What is set, and for the rest the defaults.
pub fn of(set: &config::Limits) -> Limits {
    let default = Limits::default();
    // The settings have been checked to fit.
    let size = |size: Option<config::Size>, default| size.map_or(default, |size| size.0 as usize);
    let span = |span: Option<config::Span>, default| span.map_or(default, |span| span.0);
    let count = |count: Option<config::Count>, default| count.map_or(default, |count| count.0);
    let number = |number: Option<config::Count>, default| number.map_or(default, |number| number.0.get());
    let places = |number: Option<config::Count>, default| number.map_or(default, |n| n.0.get() as usize);
    Limits {
        body: size(set.body, default.body),
        body_v33: size(set.body_v33, default.body_v33),
        body_room: size(set.body_room, default.body_room),
        answer_room: size(set.answer_room, default.answer_room),
        body_pace: set.body_pace.map_or(default.body_pace, |pace| pace.0 as u32),
        body_grace: span(set.body_grace, default.body_grace),
        head: size(set.head, default.head),
        headers: places(set.headers, default.headers),
        head_time: span(set.head_time, default.head_time),
        idle_time: span(set.idle_time, default.idle_time),
        stall_time: span(set.stall_time, default.stall_time),
        connections: places(set.connections, default.connections),
        connections_per_address: places(set.connections_per_address, default.connections_per_address),
        feeds: number(set.feeds, default.feeds),
        feeds_per_address: number(set.feeds_per_address, default.feeds_per_address),
        ops_per_second: count(set.ops_per_second, default.ops_per_second),
        ops_burst: count(set.ops_burst, default.ops_burst),
        ops_per_second_per_address: count(set.ops_per_second_per_address, default.ops_per_second_per_address),
        ops_burst_per_address: count(set.ops_burst_per_address, default.ops_burst_per_address),
        joins_per_minute: count(set.joins_per_minute, default.joins_per_minute),
        rates: set.rates.map_or(default.rates, |times| OtherRates::usual_times(times.0)),
        v33_makes_audits: set.v33_makes_audits.unwrap_or(default.v33_makes_audits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, DEFAULT_FILE, Layer};

    #[test]
    fn the_printed_file_says_what_the_defaults_are() {
        let file: Layer = toml::from_str(DEFAULT_FILE).unwrap();
        assert_eq!(of(&Config::resolve([file]).unwrap().limits), Limits::default());
        assert_eq!(of(&config::Limits::default()), Limits::default());
    }
}
