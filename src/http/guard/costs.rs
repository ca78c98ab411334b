//! Cost table (rate limits): what each writing route takes of its caller's allowance, declared once for all of them.
//!
//! `access` takes it as it lets a caller in; where a request has many of what is counted, its handler counts them.
//! `rate_limits` keeps the count. `tests/it/rates.rs` fails for a writing route without a row.

use axum::extract::MatchedPath;
use axum::http::Method;
use axum::http::request::Parts;

/// What is counted, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Operations: a row of the log each.
    Operation,
    /// Small changes on the disk: a name, a role, a code, an audit put away.
    Change,
    /// Audits that are made: something stays of each for good.
    Audit,
    /// Presence: kept in memory, and told to everybody.
    Presence,
    /// What sets an upstream going.
    Call,
    /// Large files that are read and not kept.
    File,
    /// Databases that replace the one that there is.
    Restore,
    /// KiB of other hubs' logs, as large as they are unpacked.
    Page,
    /// KiB of photos.
    Photo,
    /// Joining with the right code. Wrong ones are counted by themselves: see [`rate_limits`](super::rate_limits).
    Join,
}

impl Kind {
    pub const ALL: [Kind; 10] = [
        Kind::Operation,
        Kind::Change,
        Kind::Audit,
        Kind::Presence,
        Kind::Call,
        Kind::File,
        Kind::Restore,
        Kind::Page,
        Kind::Photo,
        Kind::Join,
    ];

    /// What to do about it, for people.
    pub fn advice(self) -> &'static str {
        match self {
            Kind::Operation => "too many operations: keep the rest, and send it after a while",
            Kind::Change => "too many changes in a short time: wait, then try again",
            Kind::Audit => "too many new audits in a short time: wait, then try again",
            Kind::Presence => "told who is here too often: wait, then say it again",
            Kind::Call => "asked for too often: it goes on by itself; wait, then try again",
            Kind::File => "too many files in a short time: wait, then try again",
            Kind::Restore => "too many restores in a short time: wait, then try again",
            Kind::Page => "too much of other logs in a short time: wait, then send the page again",
            Kind::Photo => "too many bytes of photos in a short time: wait, then go on from there",
            Kind::Join => "too many are joining from here: wait, then try again",
        }
    }
}

/// How a route pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// One, as the caller is let in.
    One(Kind),
    /// As many as its handler finds in the request.
    Counted(Kind),
    /// Nothing: only the `fieldhub` command on the hub itself gets there, and it is not counted.
    Command,
}

use Cost::{Command, Counted, One};

/// Every route that is not `GET`.
pub const COSTS: &[(Method, &str, Cost)] = &[
    (Method::POST, "/api/audit/{token}/module/{module_id}", One(Kind::Operation)),
    (Method::POST, "/api/audit/{token}/heartbeat", One(Kind::Presence)),
    (Method::POST, "/api/v1/audits/{token}/ops", Counted(Kind::Operation)),
    (Method::PUT, "/api/v1/audits/{token}/presence", One(Kind::Presence)),
    (Method::POST, "/api/v1/audits", One(Kind::Audit)),
    (Method::POST, "/api/v1/audits/preview", One(Kind::File)),
    (Method::POST, "/api/v1/audits/{token}/layout", One(Kind::Change)),
    (Method::POST, "/api/v1/audits/{token}/plan", One(Kind::File)),
    (Method::POST, "/api/v1/audits/{token}/measurements", One(Kind::File)),
    (Method::POST, "/api/v1/audits/{token}/serials", One(Kind::File)),
    (Method::PATCH, "/api/v1/audits/{token}", One(Kind::Change)),
    (Method::DELETE, "/api/v1/audits/{token}", One(Kind::Change)),
    (Method::PUT, "/api/v1/audits/{token}/open-v33", One(Kind::Change)),
    (Method::POST, "/api/v1/audits/{token}/photos/proposal", One(Kind::File)),
    (Method::PATCH, "/api/v1/audits/{token}/photos/{sha256}", Counted(Kind::Photo)),
    (Method::POST, "/api/v1/audits/{token}/reports", One(Kind::Change)),
    (Method::PUT, "/api/v1/company", One(Kind::Change)),
    (Method::PUT, "/api/v1/company/logo", One(Kind::File)),
    (Method::DELETE, "/api/v1/company/logo", One(Kind::Change)),
    (Method::DELETE, "/api/v1/photos/orphaned", One(Kind::Change)),
    (Method::POST, "/api/v1/audits/{token}/photos/{sha256}/variants", Counted(Kind::Photo)),
    (Method::POST, "/api/v1/photos/verify", One(Kind::Call)),
    (Method::POST, "/api/v1/join", Counted(Kind::Join)),
    (Method::PATCH, "/api/v1/me", One(Kind::Change)),
    (Method::POST, "/api/v1/me/renew", One(Kind::Change)),
    (Method::PUT, "/api/v1/me/tablet", One(Kind::Presence)),
    (Method::PATCH, "/api/v1/crew/{technician_id}", One(Kind::Change)),
    (Method::POST, "/api/v1/crew/code", One(Kind::Change)),
    (Method::POST, "/api/v1/crew/lead-code", One(Kind::Change)),
    (Method::POST, "/api/v1/crew/viewer-code", One(Kind::Change)),
    (Method::POST, "/api/v1/crew/hubs", Command),
    (Method::POST, "/api/v1/crew/revoke-all", Command),
    (Method::POST, "/api/v1/crew/rotate-key", Command),
    (Method::POST, "/api/v1/identity", Command),
    (Method::POST, "/api/v1/upstream/sync", One(Kind::Call)),
    (Method::POST, "/api/v1/upstream/try", One(Kind::Call)),
    (Method::POST, "/api/v1/upstream/retry", One(Kind::Change)),
    (Method::POST, "/api/v1/upstream/drop", One(Kind::Change)),
    (Method::POST, "/api/v1/peer/{token}/ops", Counted(Kind::Page)),
    (Method::PUT, "/api/v1/peer/{token}/presence", One(Kind::Presence)),
    (Method::POST, "/api/v1/bundle", Counted(Kind::Page)),
    (Method::PUT, "/api/v1/bundle/exported", One(Kind::Change)),
    (Method::PUT, "/api/v1/clock", One(Kind::Change)),
    (Method::POST, "/api/v1/backups", One(Kind::Call)),
    (Method::PUT, "/api/v1/backups/told", Command),
    (Method::POST, "/api/v1/restore", One(Kind::Restore)),
];

/// Of a request that has found its route. Reading costs nothing here.
pub fn of(parts: &Parts) -> Option<Cost> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let route = parts.extensions.get::<MatchedPath>()?.as_str();
    COSTS.iter().find(|(method, path, _)| *method == parts.method && *path == route).map(|(.., cost)| *cost)
}
