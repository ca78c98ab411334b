//! History of one module: every mark of it that this hub has taken in.
//!
//! Called by the router; calls `hub`.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::LoggedOp;
use crate::domain::Op;
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Reads;
use crate::http::guard::path::ModulePath;

#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    module_id: String,
    conflict: bool,
    /// Oldest first, as this hub took them in.
    entries: Vec<LoggedOp>,
}

/// Every mark of one module
#[utoipa::path(get, path = "/api/v1/audits/{token}/modules/{module_id}/history", tag = "operations",
    params(("token" = String, Path), ("module_id" = String, Path)),
    responses((status = 200, body = History), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn history(
    State(app): State<App>,
    _: Reads,
    ModulePath(token, module): ModulePath,
) -> Result<Json<History>, ApiError> {
    let (known, conflict, module) = app.hub.view(&token, |loaded, _| {
        let (state, entry) = (&loaded.state, loaded.state.entry(&module));
        (state.has(&module), entry.is_some_and(|e| e.state.conflict()), state.name_of(&module))
    })?;
    if !known {
        return Err(ApiError::not_found(format!("audit {token} has no module {module}")));
    }
    let history = app.hub.history(&token, &module)?;
    let entries = app.hub.view(&token, |loaded, _| {
        let state = loaded.state.entry(&module).map(|entry| &entry.state);
        let stands = |op: &Op| state.is_some_and(|state| state.stands(op.stamp));
        let logged = |op| LoggedOp { stands: stands(op), ..LoggedOp::of(op, &loaded.state) };
        history.iter().map(logged).collect()
    })?;
    Ok(Json(History { module_id: module.to_string(), conflict, entries }))
}
