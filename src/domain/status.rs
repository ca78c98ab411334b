//! Module status: the six findings. "Pending" is the absence of one and never a mark.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a technician found. Stored by position: new ones go to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Ok,
    Inequality,
    Microcracks,
    Dead,
    StringOpen,
    NotConnected,
}

/// How a module that nobody has marked is called on the wire and in files.
pub const PENDING: &str = "pending";

impl Status {
    pub const ALL: [Status; 6] = [
        Status::Ok,
        Status::Inequality,
        Status::Microcracks,
        Status::Dead,
        Status::StringOpen,
        Status::NotConnected,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Inequality => "inequality",
            Status::Microcracks => "microcracks",
            Status::Dead => "dead",
            Status::StringOpen => "string_open",
            Status::NotConnected => "not_connected",
        }
    }

    pub fn is_defect(self) -> bool {
        self != Status::Ok
    }
}

/// The word for a status that may be absent.
pub fn status_word(status: Option<Status>) -> &'static str {
    status.map_or(PENDING, Status::as_str)
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Status::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| {
            let known = Status::ALL.map(Status::as_str).join(", ");
            if text == PENDING {
                format!("pending is not a mark; one of {known}")
            } else {
                format!("unknown status; one of {known}")
            }
        })
    }
}
