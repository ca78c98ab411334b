//! The `[limits]` table: what is set of it. Its defaults are `http`'s, which `cli` fills in.
//!
//! Called by `config`; calls nothing.

use super::measure::{Count, Size, Span};
use super::{ConfigError, table};

table! {
    Limits, "limits":
    body: Size,
    body_v33: Size,
    body_room: Size,
    answer_room: Size,
    audit_text: Size,
    member_text: Size,
    audit_log: Size,
    member_log: Size,
    audits_in_memory: Size,
    body_pace: Size,
    body_grace: Span,
    head: Size,
    headers: Count,
    head_time: Span,
    idle_time: Span,
    stall_time: Span,
    connections: Count,
    connections_per_address: Count,
    feeds: Count,
    feeds_per_address: Count,
    ops_per_second: Count,
    ops_burst: Count,
    ops_per_second_per_address: Count,
    ops_burst_per_address: Count,
    joins_per_minute: Count,
    rates: Count,
    v33_makes_audits: bool,
}

impl Limits {
    /// Values that would shut everybody out, or promise what the hub cannot hold.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key: &str, problem: &str| Err(Self::wrong(key, problem));
        let less = |size: Option<Size>, least: u64| size.is_some_and(|size| size.0 < least);
        let more = |size: Option<Size>, most: u64| size.is_some_and(|size| size.0 > most);
        let none = |span: Option<Span>| span.is_some_and(|span| span.0.is_zero());
        if less(self.head, 8 << 10) || more(self.head, 1 << 20) {
            return wrong("head", "8KiB to 1MiB");
        }
        if self.headers.is_some_and(|headers| headers.0.get() > 10_000) {
            return wrong("headers", "at most 10000");
        }
        if less(self.body_v33, 1 << 10) || more(self.body_v33, 1 << 30) {
            return wrong("body_v33", "1KiB to 1GiB");
        }
        if less(self.body, 1 << 10) || more(self.body, 1 << 30) {
            return wrong("body", "1KiB to 1GiB");
        }
        if more(self.body_room, 1 << 30) || less(self.body_room, self.body.map_or(20 << 20, |body| body.0)) {
            return wrong("body_room", "at least limits.body, at most 1GiB");
        }
        if less(self.answer_room, 8 << 20) || more(self.answer_room, 1 << 30) {
            return wrong("answer_room", "8MiB to 1GiB");
        }
        for (key, size) in [
            ("audit_text", self.audit_text),
            ("member_text", self.member_text),
            ("audit_log", self.audit_log),
            ("member_log", self.member_log),
            ("audits_in_memory", self.audits_in_memory),
        ] {
            if less(size, 1 << 20) || more(size, 1 << 40) {
                return wrong(key, "1MiB to 1024GiB");
            }
        }
        if less(self.body_pace, 1) || more(self.body_pace, 1 << 30) {
            return wrong("body_pace", "1B to 1GiB (a second)");
        }
        for (key, span) in [
            ("body_grace", self.body_grace),
            ("head_time", self.head_time),
            ("idle_time", self.idle_time),
            ("stall_time", self.stall_time),
        ] {
            if none(span) {
                return wrong(key, "longer than 0; an hour is as good as no limit");
            }
        }
        for (key, burst) in
            [("ops_burst", self.ops_burst), ("ops_burst_per_address", self.ops_burst_per_address)]
        {
            if burst.is_some_and(|burst| burst.0.get() < 1_000) {
                return wrong(key, "at least 1000: a tablet sends as many at once");
            }
        }
        Ok(())
    }
}
