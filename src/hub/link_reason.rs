//! Reasons why an upstream waits or is paused, or does not take a module: a code for pages, and words for people.
//!
//! Said by `upstream`, kept on the board, shown by `http` and `cli`.

use std::fmt;
use std::ops::Deref;

use crate::domain::codes::codes;

codes! {
    /// The page has a text for each, in every language (`web/test/codes.test.ts`).
    ReasonCode {
        Unreachable = "unreachable",
        NoConnection = "no_connection",
        NoAnswer = "no_answer",
        Stalled = "stalled",
        BrokenOff = "broken_off",
        NotHttp = "not_http",
        /// What answers is no hub of this kind: a wrong address, or a page to log in to.
        NotHub = "not_hub",
        /// A redirect: a captive portal, or an address that has moved.
        Elsewhere = "elsewhere",
        /// Too large, or it cannot be unpacked or read.
        BadAnswer = "bad_answer",
        Address = "address",
        Tls = "tls",
        /// 401, 403.
        LetsNobodyIn = "lets_nobody_in",
        /// 408, 425, 429.
        AsksToWait = "asks_to_wait",
        /// 5xx.
        InTrouble = "in_trouble",
        /// 4xx over an audit as a whole.
        RefusesAudit = "refuses_audit",
        /// Something of this hub: its disk, its database.
        Here = "here",
        AuditUnread = "audit_unread",
        Hours = "hours",
        Budget = "budget",
        /// 507 for a picture: the other hub has no room for photos; marks go on.
        PhotosFull = "photos_full",
        /// The same here, of a picture that would come down.
        PhotosFullHere = "photos_full_here",
        /// The other hub is of a version that knows no photos.
        NoPhotos = "no_photos",
        Itself = "itself",
        SameHub = "same_hub",
        Newer = "newer",
        /// Its token, its certificates or its proxy cannot be read or used on this machine.
        Settings = "settings",
    }
}

/// Why, in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkReason {
    pub code: ReasonCode,
    words: String,
}

impl LinkReason {
    pub fn new(code: ReasonCode, words: impl Into<String>) -> Self {
        Self { code, words: words.into() }
    }

    /// The same, said otherwise.
    pub fn saying(self, words: impl Into<String>) -> Self {
        Self { words: words.into(), ..self }
    }
}

impl fmt::Display for LinkReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// As it is read: its words.
impl Deref for LinkReason {
    type Target = str;

    fn deref(&self) -> &str {
        &self.words
    }
}
