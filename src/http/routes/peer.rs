//! What other fieldhubs ask of this one: pages of operations in and out, and who is where.
//!
//! Called by `upstream::peer` of another hub. A page is a whole night, so what it holds is counted by its size and not with the
//! tablets' operations.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{Technician, Technicians};
use crate::domain::page::{self, Page};
use crate::domain::{Author, Cursor, LinkName, ModuleId, Token};
use crate::http::app::App;
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::Leads;
use crate::http::guard::body::{JsonBody, Raw};
use crate::http::guard::caller::Caller;
use crate::http::guard::costs::Kind;
use crate::http::guard::path::{AuditPath, Params};
use crate::hub::{PageBearer, PeerCall, Resume, SameHub, Without};
use crate::store::StoreError;

/// Which hub calls, and which instance of it.
const HUB: HeaderName = HeaderName::from_static("fieldhub-hub");
const INSTANCE: HeaderName = HeaderName::from_static("fieldhub-instance");
/// Which log an answer is of.
pub const LOG: HeaderName = HeaderName::from_static("fieldhub-log");
/// More than are ever at one site.
const MOST_PRESENT: usize = 256;

/// How far two hubs are with each other.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeerState {
    /// Of the hub that answers.
    log_id: Uuid,
    /// How far the caller's log is here, as this caller has told: what others say of it counts for nothing.
    have: u64,
    /// What the caller's page said that it knows its log by, at `have`; null where it said nothing.
    #[schema(required)]
    proof: Option<String>,
    /// `have` is of an earlier version, which asked for no proof.
    unasked: bool,
    /// How far the log of the hub that answers reaches.
    head: u64,
}

/// How far the caller's log is here
#[utoipa::path(get, path = "/api/v1/peer/{token}", tag = "peers",
    params(("token" = String, Path), ("log" = Uuid, Query, description = "the caller's log")),
    responses((status = 200, body = PeerState), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub async fn state(
    State(app): State<App>,
    Leads(caller): Leads,
    AuditPath(token): AuditPath,
    params: Params,
    headers: HeaderMap,
) -> Result<Json<PeerState>, ApiError> {
    let log = id(&params, "log")?.ok_or_else(|| ApiError::field("log", "it is missing"))?;
    let bearer = meet(&app, &caller, &headers, &token, (log, None))?;
    let state = app.hub.of_log(|log_id| {
        let told = app.hub.told(&token, log, &bearer.by)?;
        let head = app.hub.view(&token, |loaded, _| loaded.state.head)?;
        let proof = told.proof.map(|proof| proof.to_string());
        Ok(PeerState { log_id, have: told.upto, proof, unasked: told.unasked, head })
    })?;
    Ok(Json(state))
}

/// Who brings what is said of a log, unless another hub of the same id is here. `brings`: the hub that a page says it is
/// of.
fn meet(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    token: &Token,
    (log_id, brings): (Uuid, Option<Uuid>),
) -> Result<PageBearer, ApiError> {
    let said = |name| headers.get(name)?.to_str().ok()?.parse::<Uuid>().ok();
    let bearer = PageBearer { by: caller.teller(), instance: said(INSTANCE) };
    let Some(hub_id) = said(HUB) else { return Ok(bearer) };
    let brings = brings.is_some_and(|of| of == hub_id);
    let call = PeerCall { hub_id, log_id, bearer, who: caller.shown(), brings };
    app.hub.meet(token, &call)?.map_err(|SameHub| ApiError::same_hub())?;
    Ok(call.bearer)
}

/// How a page was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeerTaken {
    /// Of the hub that answers.
    log_id: Uuid,
    /// How far the caller's log is here now.
    have: u64,
    new: usize,
    known: usize,
    /// Marks of modules that would be too many for one audit, and what no hub should send.
    refused: usize,
}

/// Take in a page of the caller's log
#[utoipa::path(post, path = "/api/v1/peer/{token}/ops", tag = "peers", params(("token" = String, Path)),
    request_body(content_type = "application/vnd.fieldhub.page"),
    responses((status = 200, body = PeerTaken), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody), (status = 410, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn take(
    State(app): State<App>,
    Leads(caller): Leads,
    AuditPath(token): AuditPath,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Raw(bytes): Raw,
) -> Result<Json<PeerTaken>, ApiError> {
    let page = read(&app, &token, &bytes)?;
    app.rates.take(Kind::Page, &caller, peer.map(|Extension(peer)| peer), page.weight().div_ceil(1 << 10))?;
    let (log, hub_id) = (page.header.log_id, page.header.hub_id);
    let bearer = meet(&app, &caller, &headers, &token, (log, Some(hub_id)))?;
    let by = bearer.by.clone();
    // As it was before: what was taken into a log that is replaced in between is in no other.
    let log_id = app.hub.identity().log_id;
    let taken = app.hub.take_page(page, bearer, Vec::new()).await?;
    let have = app.hub.told(&token, log, &by)?.upto;
    Ok(Json(PeerTaken { log_id, have, new: taken.new, known: taken.known, refused: taken.refused }))
}

fn read(app: &App, token: &Token, bytes: &[u8]) -> Result<Page, ApiError> {
    let page = app.hub.read_page(bytes)?;
    if page.header.token == *token {
        Ok(page)
    } else {
        Err(ApiError::field("token", "the page belongs to another audit than the address"))
    }
}

/// A page of this hub's log
#[utoipa::path(get, path = "/api/v1/peer/{token}/ops", tag = "peers",
    params(("token" = String, Path), ("after" = Option<u64>, Query), ("proof" = Option<String>, Query, description = "what an earlier page said of `after`"), ("log" = Option<Uuid>, Query, description = "the log that `after` counts in"),
        ("except" = Option<Uuid>, Query, description = "leave out what came from this log: the caller's own"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 4_096)),
    responses((status = 200, content_type = "application/vnd.fieldhub.page"), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn give(
    State(app): State<App>,
    Leads(caller): Leads,
    AuditPath(token): AuditPath,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let limit =
        params.number("limit")?.map_or(page::MAX_OPS, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    if limit == 0 || limit > page::MAX_OPS {
        return Err(ApiError::field("limit", format!("1 to {}", page::MAX_OPS)));
    }
    let seq = params.number("after")?.unwrap_or(0);
    let log_id = app.hub.identity().log_id;
    let proof =
        params.get("proof").map(|text| text.parse().map_err(|()| ApiError::field("proof", "48 digits")));
    let cursor = Cursor { log_id: id(&params, "log")?.unwrap_or(log_id), seq, proof: proof.transpose()? };
    let except = id(&params, "except")?;
    if let Some(ours) = except {
        meet(&app, &caller, &headers, &token, (ours, None))?;
    }
    // Another log, or one that has seen more of ours than there is: it begins again. One of an earlier version proves
    // nothing, and is believed all the same where it is known for a hub: on an open one it may be anybody.
    let believed = cursor.proof.is_none() && app.hub.crew().is_some();
    let after = match app.hub.resume(&token, cursor, believed).await? {
        Resume::From(seq) => seq,
        Resume::Reset => 0,
    };
    let hub = Arc::clone(&app.hub);
    let read = move || {
        hub.of_log(|log_id| {
            let after = if log_id == cursor.log_id { after } else { 0 };
            let page = hub.page_since(&token, after, limit, Without { from: except, at: None })?;
            Ok::<_, StoreError>((log_id, page))
        })
    };
    let (log_id, page) = app.aside.run(read).await?;
    let headers =
        [(header::CONTENT_TYPE, "application/vnd.fieldhub.page".to_owned()), (LOG, log_id.to_string())];
    Ok((headers, page.bytes).into_response())
}

fn id(params: &Params, name: &str) -> Result<Option<Uuid>, ApiError> {
    let read = |text: &str| text.parse().map_err(|_| ApiError::field(name, "a UUID"));
    params.get(name).map(read).transpose()
}

/// Who is at another site.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PeerPresence {
    /// What tells the calling hub from others; shown to people.
    hub: String,
    #[schema(max_items = 256)]
    technicians: Vec<PeerTechnician>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct PeerTechnician {
    technician_id: String,
    technician_name: String,
    #[serde(default)]
    focus: Option<String>,
}

/// Who is with the caller, and who is here
#[utoipa::path(put, path = "/api/v1/peer/{token}/presence", tag = "peers", params(("token" = String, Path)), request_body = PeerPresence,
    responses((status = 200, body = Technicians), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn presence(
    State(app): State<App>,
    _: Leads,
    AuditPath(token): AuditPath,
    JsonBody(body): JsonBody<PeerPresence>,
) -> Result<Json<Technicians>, ApiError> {
    let link = LinkName::parse(body.hub).map_err(|e| ApiError::field("hub", e.problem))?;
    if body.technicians.len() > MOST_PRESENT {
        return Err(ApiError::field("technicians", format!("at most {MOST_PRESENT}")));
    }
    if !app.hub.exists(&token) {
        return Err(StoreError::UnknownAudit(token).into());
    }
    for present in body.technicians {
        // One who is out of form hides none of the others.
        let Ok(author) = Author::new(present.technician_id, Some(present.technician_name)) else { continue };
        let focus = present.focus.and_then(|focus| ModuleId::parse(focus).ok());
        app.hub.seen_via(&link, &token, &author, focus);
    }
    Ok(Json(Technicians { technicians: Technician::list(app.hub.present_but(&link, &token)) }))
}
