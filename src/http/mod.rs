//! What tablets, scripts and people reach over HTTP. Called by `cli`; calls `hub`, never `store`
//! tables. axum types do not leave it.
//!
//! `router` is the whole surface, the same for TCP, the Unix socket and commands in process;
//! `serve` is the accept loop. Every route is registered together with its OpenAPI entry: see `routes`.

mod access;
mod admin;
mod assets;
mod audits;
mod bundle;
mod connections;
mod crew;
mod document;
mod door;
pub mod doors;
mod error;
mod extract;
mod farewell;
mod feeds;
mod forms;
mod headers;
mod http1;
mod http2;
mod join;
mod limits;
mod live;
mod live_many;
mod notes;
mod observe;
mod ops;
mod origin;
mod pace;
mod peer;
mod poster;
mod presence;
mod preview;
pub mod probes;
mod rates;
mod room;
mod routes;
mod secure;
mod serve;
mod standing;
mod streams;
mod tail;
mod trust;
mod upstream;
mod v33;
mod visit;
mod ways;
mod wire;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

pub use access::Peer;
/// What `router` makes; a service like any other to those who call it in process.
pub use axum::Router;
pub use connections::Place;
pub use door::Door;
pub use error::ApiError;
pub use limits::Limits;
pub use routes::described as document;
pub use serve::serve;
pub use ways::{Listener, OwnCa, Tls};

use ways::Ways;

use crate::hub::Hub;

/// What every handler gets.
#[derive(Debug, Clone)]
pub struct App {
    pub hub: Arc<Hub>,
    /// Becomes true when the hub is stopping: live streams end.
    pub stopping: watch::Receiver<bool>,
    tails: Arc<tail::Tails>,
    rates: Arc<rates::Rates>,
    feeds: Arc<feeds::Feeds>,
    ways: Arc<Ways>,
}

/// The whole surface over a hub.
pub fn router(hub: Arc<Hub>) -> Router {
    // Nobody stops it: for commands in process, which have no live streams.
    let (_, stopping) = watch::channel(false);
    router_until(hub, &Limits::default(), stopping, Ways::default())
}

fn router_until(hub: Arc<Hub>, limits: &Limits, stopping: watch::Receiver<bool>, ways: Ways) -> Router {
    let app = App {
        hub,
        stopping,
        tails: Arc::default(),
        rates: Arc::new(rates::Rates::new(limits)),
        feeds: feeds::Feeds::new(limits),
        ways: Arc::new(ways),
    };
    routes::router(limits)
        .fallback(elsewhere)
        .layer(CompressionLayer::new().compress_when(packs()))
        .layer(axum::middleware::from_fn(origin::check))
        .layer(headers::on_every_answer())
        .layer(axum::middleware::from_fn_with_state(app.clone(), observe::count))
        // Outermost: these are the makers' answers, with no header of ours.
        .layer(axum::middleware::from_fn_with_state(app.clone(), probes::stand_in))
        .with_state(app)
}

/// What is worth packing: pages of operations are packed as they are.
fn packs() -> impl Predicate {
    let packed = NotForContentType::const_new("application/vnd.fieldhub.");
    DefaultPredicate::new().and(packed)
}

/// What no route has: an address of v3.3 that is none, or a file of the page.
async fn elsewhere(State(app): State<App>, request: Request) -> Response {
    if request.uri().path().starts_with(v33::PREFIX) {
        return v33::unknown(request).await;
    }
    assets::serve(&app.ways, &request)
}
