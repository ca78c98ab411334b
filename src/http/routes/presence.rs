//! Native presence: the same list as v3.3 heartbeats, with what somebody is looking at.

use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::wire::{Technician, Technicians};
use crate::domain::ModuleId;
use crate::http::app::App;
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::Reads;
use crate::http::guard::body::JsonBody;
use crate::http::guard::path::AuditPath;
use crate::hub::Whereabouts;
use crate::store::StoreError;

#[derive(Debug, Deserialize, ToSchema)]
pub struct PresenceBody {
    /// Must be there on an open hub; elsewhere the session tells.
    #[serde(default)]
    technician_id: Option<String>,
    #[serde(default)]
    technician_name: Option<String>,
    /// The module this technician is looking at.
    #[serde(default)]
    focus: Option<String>,
    /// The string that is on the screen.
    #[serde(default)]
    string: Option<u16>,
    /// The tablet's own clock, now.
    #[serde(default)]
    sent_at_ms: Option<u64>,
}

/// I am here, and who else is
#[utoipa::path(put, path = "/api/v1/audits/{token}/presence", tag = "operations", params(("token" = String, Path)),
    request_body = PresenceBody, responses((status = 200, body = Technicians), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn here(
    State(app): State<App>,
    Reads(caller): Reads,
    peer: Option<Extension<Peer>>,
    AuditPath(token): AuditPath,
    JsonBody(body): JsonBody<PresenceBody>,
) -> Result<Json<Technicians>, ApiError> {
    let author = caller.author(body.technician_id, body.technician_name)?;
    let focus =
        body.focus.map(ModuleId::parse).transpose().map_err(|e| ApiError::field("focus", e.problem))?;
    if !app.hub.exists(&token) {
        return Err(StoreError::UnknownAudit(token).into());
    }
    let witness = caller.witness(peer.map(|Extension(peer)| peer));
    if let (Some(sent_at_ms), Some(witness)) = (body.sent_at_ms, witness) {
        app.hub.clock().hear(&witness, sent_at_ms);
    }
    app.hub.seen(&token, &author, Whereabouts { focus, string: body.string });
    Ok(Json(Technicians { technicians: Technician::list(app.hub.present(&token)) }))
}
