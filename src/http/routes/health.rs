//! Health check and metrics: /healthz, /metrics, and the count of every request.

use axum::Json;
use axum::extract::{MatchedPath, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::http::app::App;
use crate::http::guard::access::Leads;
use crate::http::guard::caller::{Caller, Need};
use crate::hub;

/// Whether marks are being kept
#[utoipa::path(get, path = "/healthz", tag = "hub",
    responses((status = 200, body = Object, description = "yes"), (status = 503, body = Object, description = "no, and why")))]
pub async fn healthz(State(app): State<App>, caller: Caller) -> Response {
    let report = app.hub.checked_health().await;
    let status = if report.ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    // Strangers hear whether, not why.
    match caller.may(Need::Read) {
        Ok(()) => (status, Json(report)).into_response(),
        Err(_) => (status, Json(json!({ "ok": report.ok }))).into_response(),
    }
}

/// Prometheus text
#[utoipa::path(get, path = "/metrics", tag = "hub", responses((status = 200, body = String, content_type = "application/openmetrics-text")))]
pub async fn metrics(State(app): State<App>, _: Leads) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    (
        [(header::CONTENT_TYPE, kind)],
        app.hub.metrics().text(app.hub.disk(), app.hub.tokens().len(), &app.hub.status_board().report()),
    )
}

/// Counts and, at debug level, logs. The route and not the path: paths carry audit tokens.
pub fn count(app: &App, method: &Method, path: Option<&MatchedPath>, status: StatusCode) {
    let status = status.as_u16();
    app.hub.metrics().requests.get_or_create(&hub::metrics::StatusLabel { status }).inc();
    tracing::debug!(%method, route = path.map_or("-", MatchedPath::as_str), status);
}
