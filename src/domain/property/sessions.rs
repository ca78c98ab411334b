//! Sessions of a string under current before the one that shows: each is a property of its own, named by when it began.
//!
//! `names` looks at their form, the report lists them. The page makes one when a string has current again, with what was measured then
//! (web/src/domain/sessions.ts): two tablets that do it at once say the same.

use serde::Deserialize;

/// Of the name; what is behind it are milliseconds since 1970.
const PREFIX: &str = "session_";

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PastSession {
    pub from: u64,
    pub to: u64,
    /// Decimals with a point.
    #[serde(default)]
    pub current_a: Option<String>,
    #[serde(default)]
    pub voltage_v: Option<String>,
}

pub fn is_session(name: &str) -> bool {
    let digits = name.strip_prefix(PREFIX).unwrap_or_default();
    (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

impl PastSession {
    /// `None`: it is out of form.
    pub fn of_value(value: &str) -> Option<Self> {
        serde_json::from_str(value).ok()
    }
}
