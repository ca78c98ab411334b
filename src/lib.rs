//! fieldhub: a site-local hub for solar audits.
//!
//! Everything that happens is an **operation** in an append-only log, one log per audit; the rest
//! is reading that log. Three verbs, used by everybody: `apply`, `since`, `watch`.
//!
//! ```text
//!  tablet ──POST──▶ http ──▶ hub.apply(op) ──▶ store: log row, one transaction, fsync
//!                                                 │ then
//!                                                 ▼
//!                                    feed: "audit A has changed" (a nudge; it carries no data)
//!                                                 │
//!              tablets ◀── SSE ── http::routes::live, upstream::run: each holds a cursor and asks hub.since(...)
//! ```
//!
//! Commit first; then acknowledge, then notify. No tablet ever sees, and none is ever told "saved"
//! about, what a power cut could erase.
//!
//! Layers; imports go down only, siblings never import one another (`tests/it/layers.rs`):
//!
//! ```text
//!  cli ─▶ { http, upstream, lan } ─▶ hub ─▶ store ─▶ domain (pure: no I/O, no clock, no async)
//! ```
//!
//! `config` is read by `cli` alone, which hands plain values down.

// What fuzz targets have no use for is not compiled for them: a third of the code.
#[cfg(not(fuzzing))]
pub mod cli;
#[cfg(not(fuzzing))]
pub mod config;
pub mod domain;
pub mod http;
pub mod hub;
#[cfg(not(fuzzing))]
pub mod lan;
pub mod store;
#[cfg(not(fuzzing))]
pub mod upstream;
