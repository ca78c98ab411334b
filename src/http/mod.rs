//! What tablets, scripts and people reach over HTTP. Called by `cli`; calls `hub`, never `store`
//! tables. axum types do not leave it.
//!
//! `router` is the whole surface, the same for TCP, the Unix socket and commands in process;
//! `serve` is the accept loop. Every route is registered together with its OpenAPI entry.

mod access;
mod admin;
mod assets;
mod audits;
mod crew;
mod document;
pub mod doors;
mod error;
mod extract;
mod forms;
mod join;
mod live;
mod observe;
mod ops;
mod presence;
mod serve;
mod tail;
mod v33;
mod wire;

use std::sync::Arc;

use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use access::Peer;
/// What `router` makes; a service like any other to those who call it in process.
pub use axum::Router;
pub use error::ApiError;
pub use serve::{Listener, serve};

use crate::hub::Hub;

/// v3.3 bodies are one mark.
const V33_BODY: usize = 64 << 10;
/// A thousand operations with the longest comments; a layout of 20,000 modules.
const NATIVE_BODY: usize = 20 << 20;

/// What every handler gets.
#[derive(Debug, Clone)]
pub struct App {
    pub hub: Arc<Hub>,
    /// Becomes true when the hub is stopping: live streams end.
    pub stopping: watch::Receiver<bool>,
    tails: Arc<tail::Tails>,
}

fn parts() -> (Router<App>, Document) {
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
        .routes(routes!(join::join))
        .routes(routes!(join::me, join::rename))
        .routes(routes!(join::renew))
        .routes(routes!(crew::list))
        .routes(routes!(crew::set))
        .routes(routes!(crew::code, crew::new_code))
        .routes(routes!(crew::lead_code, crew::new_lead_code))
        .routes(routes!(crew::revoke_all))
        .routes(routes!(crew::rotate_key))
        .routes(routes!(crew::open_v33))
        .routes(routes!(admin::status))
        .routes(routes!(admin::backup))
        .routes(routes!(observe::healthz))
        .routes(routes!(observe::metrics))
        .routes(routes!(openapi))
        .split_for_parts();
    // A database is as large as it is.
    let (restore, restore_document) = OpenApiRouter::new().routes(routes!(admin::restore)).split_for_parts();

    // The fallback must be inside the CORS layer: preflights are methods that the routes do not know.
    let wrong_method = || async { ApiError::method_not_allowed() };
    let router = Router::new()
        .merge(
            v33.method_not_allowed_fallback(wrong_method)
                .layer(DefaultBodyLimit::max(V33_BODY))
                .layer(v33::cors()),
        )
        .merge(native.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::max(NATIVE_BODY)))
        .merge(restore.method_not_allowed_fallback(wrong_method).layer(DefaultBodyLimit::disable()));
    (router, document::put_together([v33_document, native_document, restore_document]))
}

/// The machine-readable API.
pub fn document() -> Document {
    parts().1
}

/// The whole surface over a hub.
pub fn router(hub: Arc<Hub>) -> Router {
    // Nobody stops it: for commands in process, which have no live streams.
    let (_, stopping) = watch::channel(false);
    router_until(hub, stopping)
}

fn router_until(hub: Arc<Hub>, stopping: watch::Receiver<bool>) -> Router {
    let app = App { hub, stopping, tails: Arc::default() };
    parts()
        .0
        .fallback(assets::serve)
        .layer(CompressionLayer::new())
        .layer(axum::middleware::from_fn_with_state(app.clone(), observe::count))
        .with_state(app)
}

/// This API, as an OpenAPI document
#[utoipa::path(get, path = "/api/openapi.json", tag = "hub", responses((status = 200, content_type = "application/json")))]
async fn openapi() -> Response {
    Json(document()).into_response()
}
