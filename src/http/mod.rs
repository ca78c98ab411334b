//! What tablets, scripts and people reach over HTTP. Called by `cli`; calls `hub`, never `store`
//! tables. axum types do not leave it.
//!
//! Three rooms; imports go down only (`tests/layers.rs`):
//!
//! - `routes`: what is answered. `router` is the whole surface, the same for TCP, the Unix socket and commands in
//!   process. Every route is registered together with its OpenAPI entry: see `routes/table.rs`.
//! - `guard`: who is calling, from where, how often, with which body and path.
//! - `conn`: sockets, TLS, timeouts, places. It is handed a finished router, and knows no route.
//!
//! Beside them what all three use: `limits`, `error`, and `app` (what every handler gets); and `fuzz`, for `fuzz/`.

mod app;
mod conn;
mod error;
pub mod fuzz;
mod guard;
mod limits;
mod routes;

/// What `router` makes; a service like any other to those who call it in process.
pub use axum::Router;
pub use conn::accept::serve;
pub use conn::connections::Place;
pub use conn::door::Door;
pub use conn::listener::{Listener, OwnCa, Tls};
pub use error::ApiError;
pub use guard::access::Peer;
pub use limits::Limits;
pub use routes::probes;
pub use routes::table::described as document;
pub use routes::table::router;
