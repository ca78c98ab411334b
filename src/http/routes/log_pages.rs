//! Operations out, in pages: the native form of `since`.
//!
//! Called by the router; calls `hub`. `ops` takes them in.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ops::MOST;
use super::wire::LoggedOp;
use crate::domain::{Proof, Token};
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::Reads;
use crate::http::guard::path::{AuditPath, Params};
use crate::hub::Hub;
use crate::store::StoreError;

pub const PAGE: u64 = 500;
/// Bytes of the log in one page, but for one operation that has more.
const PAGE_BYTES: usize = 256 << 10;
/// Operations that are read at once; more of them aside.
const AT_ONCE: u64 = 32;

#[derive(Debug, Serialize, ToSchema)]
pub struct OpsPage {
    log_id: Uuid,
    ops: Vec<LoggedOp>,
    /// The last one given, or `after`: where to go on. A page of long operations has fewer of them than were asked for.
    next: u64,
    /// The last one in the log.
    head: u64,
    /// Of `next`: `LOGID:SEQ:PROOF` is a cursor of the live feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    proof: Option<Proof>,
}

/// Operations after a position in the log
#[utoipa::path(get, path = "/api/v1/audits/{token}/ops", tag = "operations",
    params(("token" = String, Path), ("after" = Option<u64>, Query), ("limit" = Option<u64>, Query, minimum = 1, maximum = 1_000, description = "1 to 1,000; 500 when missing")),
    responses((status = 200, body = OpsPage), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn since(
    State(app): State<App>,
    _: Reads,
    AuditPath(token): AuditPath,
    params: Params,
) -> Result<Json<OpsPage>, ApiError> {
    let after = params.number("after")?.unwrap_or(0);
    let limit = params.number("limit")?.unwrap_or(PAGE);
    if limit == 0 || limit > MOST as u64 {
        return Err(ApiError::field("limit", format!("1 to {MOST}")));
    }
    let limit = usize::try_from(limit).unwrap_or(MOST);
    let few = app.hub.head(&token)?.saturating_sub(after) <= AT_ONCE;
    let hub = Arc::clone(&app.hub);
    let read = move || OpsPage::read(&hub, &token, after, limit);
    Ok(Json(if few { read()? } else { app.aside.run(read).await? }))
}

impl OpsPage {
    fn read(hub: &Hub, token: &Token, after: u64, limit: usize) -> Result<Self, StoreError> {
        let read = |log_id| Ok((log_id, hub.since_within(token, after, limit, PAGE_BYTES)?));
        let (log_id, page) = hub.of_log(read)?;
        let ops =
            hub.view(token, |loaded, _| page.ops.iter().map(|op| LoggedOp::of(op, &loaded.state)).collect())?;
        let digest = hub.digest_at(token, page.next)?;
        let proof = digest.map(|digest| hub.cursor_key().prove(log_id, token, page.next, digest));
        Ok(Self { log_id, ops, next: page.next, head: page.head, proof })
    }
}
