//! The notes to the crew among an audit's operations, for a tablet that has read none of them. New ones are on the live
//! feed, and are sent as operations.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::log_pages::PAGE;
use super::ops::MOST;
use super::wire::LoggedOp;
use crate::http::app::App;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::Reads;
use crate::http::guard::path::{AuditPath, Params};
use crate::store::StoreError;

#[derive(Debug, Serialize, ToSchema)]
pub struct NotesPage {
    log_id: Uuid,
    notes: Vec<LoggedOp>,
    /// Up to here there is no other note: where to go on.
    next: u64,
    /// The last operation in the log.
    head: u64,
}

/// Notes to the crew after a position in the log
#[utoipa::path(get, path = "/api/v1/audits/{token}/notes", tag = "operations",
    params(("token" = String, Path), ("after" = Option<u64>, Query), ("limit" = Option<u64>, Query, minimum = 1, maximum = 1_000, description = "1 to 1,000; 500 when missing")),
    responses((status = 200, body = NotesPage), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn since(
    State(app): State<App>,
    _: Reads,
    AuditPath(token): AuditPath,
    params: Params,
) -> Result<Json<NotesPage>, ApiError> {
    let after = params.number("after")?.unwrap_or(0);
    let limit = params.number("limit")?.unwrap_or(PAGE);
    if limit == 0 || limit > MOST as u64 {
        return Err(ApiError::field("limit", format!("1 to {MOST}")));
    }
    let limit = usize::try_from(limit).unwrap_or(MOST);
    let hub = Arc::clone(&app.hub);
    // Who asks first after the audit came into memory has its whole log read.
    let read = move || hub.of_log(|log_id| Ok::<_, StoreError>((log_id, hub.notes(&token, after, limit)?)));
    let (log_id, page) = app.aside.run(read).await?;
    let notes = page.ops.iter().map(LoggedOp::from).collect();
    Ok(Json(NotesPage { log_id, notes, next: page.next, head: page.head }))
}
