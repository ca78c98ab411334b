//! The `[limits]` table: what is set of it. Its defaults are `http`'s, which `cli` fills in.
//!
//! Called by `config`; calls nothing.

use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use super::{ConfigError, Size, Span, text_or_number};

/// A number of things, one at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub NonZeroU32);

impl FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.trim().parse().map(Self).map_err(|_| format!("`{text}` is no number; write a whole one from 1"))
    }
}

impl TryFrom<u64> for Count {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        number.to_string().parse()
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_or_number(deserializer)
    }
}

/// One list of keys, for the file, the environment and the layers.
macro_rules! keys {
    ($($key:ident: $kind:ty,)*) => {
        #[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Limits {
            $(pub $key: Option<$kind>,)*
        }

        impl Limits {
            /// Set what an environment variable names after its prefix. False: there is no such key.
            pub fn set(&mut self, name: &str, value: &str) -> Result<bool, String> {
                $(if name == stringify!($key).to_ascii_uppercase() {
                    self.$key = Some(value.parse()?);
                    return Ok(true);
                })*
                Ok(false)
            }

            /// What is not set here is as in `lower`.
            pub fn over(self, lower: Self) -> Self {
                Self { $($key: self.$key.or(lower.$key),)* }
            }

            /// How many keys are set, of how many.
            #[cfg(test)]
            pub fn given(&self) -> (usize, usize) {
                let given = [$(self.$key.is_some(),)*];
                (given.iter().filter(|given| **given).count(), given.len())
            }
        }
    };
}

keys! {
    body: Size,
    body_v33: Size,
    body_room: Size,
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
    joins_per_minute: Count,
}

impl Limits {
    /// Values that would shut everybody out, or promise what the hub cannot hold.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key: &str, problem: &str| {
            Err(ConfigError::Value { place: format!("limits.{key}"), problem: problem.to_owned() })
        };
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
                return wrong(key, "longer than 0; an hour is as good as for ever");
            }
        }
        if self.ops_burst.is_some_and(|burst| burst.0.get() < 1_000) {
            return wrong("ops_burst", "at least 1000: a tablet sends as many at once");
        }
        Ok(())
    }
}
