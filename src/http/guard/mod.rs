//! Who is calling, from where, how often, and with which body and path: what a request passes before its handler.
//!
//! `routes` names what it asks by the extractors it takes; this calls the hub for sessions, and `conn` for places.

pub mod access;
pub mod body;
pub mod caller;
pub mod costs;
pub mod feed_quota;
pub mod headers;
pub mod host;
pub mod keyed;
pub mod origin;
pub mod packing;
pub mod path;
pub mod rate_limits;
