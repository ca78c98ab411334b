//! What tablets, scripts and people reach over HTTP. Called by `cli`; calls `hub`, never `store`
//! tables. axum types do not leave it.
//!
//! `router` is the whole surface, the same for TCP, the Unix socket and commands in process;
//! `serve` is the accept loop. Every route is registered together with its OpenAPI entry.

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
mod observe;
mod ops;
mod origin;
mod pace;
mod peer;
mod poster;
mod presence;
pub mod probes;
mod rates;
mod room;
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

use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use access::Peer;
/// What `router` makes; a service like any other to those who call it in process.
pub use axum::Router;
pub use connections::Place;
pub use door::Door;
pub use error::ApiError;
pub use limits::Limits;
pub use serve::serve;
pub use ways::{Listener, OwnCa, Tls};

use ways::Ways;

use crate::domain::page;
use crate::hub::Hub;

/// A code and a name: strangers need no more.
const JOIN_BODY: usize = 4 << 10;

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

fn parts(limits: &Limits) -> (Router<App>, Document) {
    let (v33, v33_document) = OpenApiRouter::new()
        .routes(routes!(v33::mark))
        .routes(routes!(v33::updates))
        .routes(routes!(v33::heartbeat))
        .routes(routes!(v33::technicians))
        .split_for_parts();
    let (native, native_document) = OpenApiRouter::new()
        .routes(routes!(admin::hub))
        .routes(routes!(audits::list, audits::create))
        .routes(routes!(audits::show, audits::change, audits::remove))
        .routes(routes!(audits::export))
        .routes(routes!(ops::since, ops::apply))
        .routes(routes!(ops::history))
        .routes(routes!(live::live))
        .routes(routes!(presence::here))
        .routes(routes!(join::me, join::rename))
        .routes(routes!(join::renew))
        .routes(routes!(crew::list))
        .routes(routes!(crew::set))
        .routes(routes!(crew::code, crew::new_code))
        .routes(routes!(crew::lead_code, crew::new_lead_code))
        .routes(routes!(crew::admit_hub))
        .routes(routes!(crew::revoke_all))
        .routes(routes!(crew::rotate_key))
        .routes(routes!(crew::open_v33))
        .routes(routes!(poster::poster))
        .routes(routes!(upstream::list))
        .routes(routes!(upstream::sync))
        .routes(routes!(upstream::parked))
        .routes(routes!(upstream::retry))
        .routes(routes!(upstream::drop))
        .routes(routes!(admin::status))
        .routes(routes!(admin::backup))
        .routes(routes!(observe::healthz))
        .routes(routes!(observe::metrics))
        .routes(routes!(trust::page))
        .routes(routes!(trust::der))
        .routes(routes!(trust::pem))
        .routes(routes!(trust::profile))
        .routes(routes!(trust::check))
        .routes(routes!(openapi))
        .split_for_parts();
    let (joining, joining_document) = OpenApiRouter::new().routes(routes!(join::join)).split_for_parts();
    let (peer, peer_document) = OpenApiRouter::new()
        .routes(routes!(peer::state))
        .routes(routes!(peer::give, peer::take))
        .routes(routes!(peer::presence))
        .routes(routes!(bundle::remember))
        .split_for_parts();
    // A database, and a bundle, is as large as it is.
    let (whole, whole_document) = OpenApiRouter::new()
        .routes(routes!(admin::restore))
        .routes(routes!(bundle::export, bundle::import))
        .split_for_parts();

    // The fallback must be inside the CORS layer: preflights are methods that the routes do not know.
    let wrong_method = || async { ApiError::method_not_allowed() };
    let router = Router::new()
        .merge(
            v33.method_not_allowed_fallback(wrong_method)
                .layer(DefaultBodyLimit::max(limits.body_v33))
                .layer(v33::cors()),
        )
        .merge(native.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::max(limits.body)))
        .merge(joining.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::max(JOIN_BODY)))
        .merge(peer.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::max(page::MAX_BYTES)))
        .merge(whole.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::disable()));
    let documents = [v33_document, native_document, joining_document, peer_document, whole_document];
    (router, document::put_together(documents))
}

/// The machine-readable API.
pub fn document() -> Document {
    parts(&Limits::default()).1
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
    parts(limits)
        .0
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

/// This API, as an OpenAPI document
#[utoipa::path(get, path = "/api/openapi.json", tag = "hub", responses((status = 200, content_type = "application/json")))]
async fn openapi() -> Response {
    // Made once: anybody may ask for it, as often as they like.
    static DOCUMENT: LazyLock<Bytes> =
        LazyLock::new(|| serde_json::to_vec(&document()).unwrap_or_default().into());
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.clone()).into_response()
}
