//! What tablets, scripts and people reach over HTTP. Called by `cli`; calls `hub`, never `store`
//! tables. axum types do not leave it.
//!
//! Three rooms; imports go down only (`tests/it/circles.rs`):
//!
//! - `routes`: what is answered. `router` is the whole surface, the same for TCP, the Unix socket and commands in
//!   process. Every route is registered together with its OpenAPI entry: see `routes/table.rs`.
//! - `guard`: who is calling, from where, how often, with which body and path.
//! - `conn`: sockets, TLS, timeouts, places. It is handed a finished router, and knows no route.
//!
//! Beside them what all three use: `limits`, `error`, `refusal_code`, `security_headers`, and `app` (what every handler gets); and `fuzz`, for `fuzz/`.

mod app;
mod aside;
mod conn;
mod error;
mod error_code;
pub mod fuzz;
mod guard;
mod limits;
mod refusal_code;
mod routes;
mod security_headers;

use std::future::Future;
use std::io;
use std::sync::Arc;

use tokio::sync::watch;

/// What `router` makes; a service like any other to those who call it in process.
pub use axum::Router;
pub use conn::door::{Door, Peer};
pub use conn::listener::{Listener, Tls, TrustedCa};
pub use error::ApiError;
pub use guard::costs;
pub use limits::{Limits, OtherRates, Rate};
pub use routes::bundle::{LEFT_OUT, LEFT_OUT_WHY};
pub use routes::probes;
pub use routes::table::described as document;
pub use routes::table::router;

use conn::listener::Listeners;
use conn::server::Served;

use crate::hub::Hub;

/// Serve until `shutdown`: then take no more connections, end live feeds, finish requests.
pub async fn serve(
    hub: Arc<Hub>,
    listeners: Vec<Listener>,
    limits: Limits,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let (stop, stopping) = watch::channel(false);
    let handshake_failures = hub.metrics().handshake_failures.clone();
    let refused = |kind| -> conn::answer_memory::OnRefusal {
        let hub = Arc::clone(&hub);
        Arc::new(move || hub.metrics().refused_for_room(kind))
    };
    let served = Served {
        open_to_all: hub.crew().is_none(),
        refused_answers: refused("answer"),
        refused_bodies: refused("body"),
        crew_changes: hub.crew().map(|crew| crew.changes()),
        on_handshake_failure: Box::new(move || {
            handshake_failures.inc();
        }),
        router: routes::table::router_until(hub, &limits, stopping, Listeners::of(&listeners)),
    };
    conn::accept::serve(served, listeners, limits, stop, shutdown).await
}
