//! The v3.3 contract, for clients that must not notice that the server has changed.
//!
//! A v3.3 mark becomes an operation like any other: it sets status and comment, and comes after
//! everything this hub holds, because v3.3 clients poll and the last to arrive always won.

use std::convert::Infallible;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};
use utoipa::ToSchema;

use super::ops::too_many_modules;
use super::pieces::{self, json_headers, json_list};
use crate::domain::iso8601;
use crate::domain::status::status_word;
use crate::domain::{
    Author, Base, Body as OpBody, Entry, Mark, ModuleId, NewOp, Picture, Place, Status, Token,
};
use crate::http::app::App;
use crate::http::conn::answer_memory::AnswerAccount;
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::{MarksV33, ReadsV33};
use crate::http::guard::body::JsonBody;
use crate::http::guard::caller::{Caller, Need};
use crate::http::guard::costs::Kind;
use crate::http::guard::path::{AuditPath, ModulePath, Params};
use crate::hub::Whereabouts;
use crate::store::{OpVerdict, StoreError};

/// Any origin, no credentials. Any header too: clients' HTTP libraries add their own, and old
/// browsers do not know `*` there.
pub fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::OPTIONS])
        .allow_headers(AllowHeaders::mirror_request())
        .max_age(std::time::Duration::from_secs(3_600))
}

/// An address under [`V33`] that is none. With CORS like the others, so that a page gets to read it.
pub async fn unknown(request: Request) -> Response {
    let nothing = || ApiError::not_found("there is nothing at this address; see /api/openapi.json");
    let service = cors().layer(service_fn(async |_: Request| Ok::<_, Infallible>(nothing().into_response())));
    let Ok(response) = service.oneshot(request).await;
    response
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MarkBody {
    /// One of the six statuses.
    status: String,
    #[serde(default)]
    comment: Option<String>,
    /// Must be there unless a session tells who it is.
    #[serde(default)]
    technician_id: Option<String>,
    #[serde(default)]
    technician_name: Option<String>,
}

impl MarkBody {
    pub fn read(self, caller: &Caller, module: ModuleId) -> Result<(Author, Status, Mark), ApiError> {
        let status: Status = self.status.parse().map_err(|problem| ApiError::field("status", problem))?;
        let author = author(caller, self.technician_id, self.technician_name)?;
        Ok((author, status, Mark::new(module, Some(Some(status)), Some(self.comment))?))
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Marked {
    success: bool,
    module_id: String,
    status: &'static str,
    #[schema(required)]
    comment: Option<String>,
    updated_at: String,
    updated_at_ms: u64,
}

/// Mark one module
#[utoipa::path(post, path = "/api/audit/{token}/module/{module_id}", tag = "v3.3",
    params(("token" = String, Path), ("module_id" = String, Path)), request_body = MarkBody,
    responses((status = 200, body = Marked), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn mark(
    State(app): State<App>,
    MarksV33(caller): MarksV33,
    peer: Option<Extension<Peer>>,
    ModulePath(token, module): ModulePath,
    JsonBody(body): JsonBody<MarkBody>,
) -> Result<impl IntoResponse, ApiError> {
    let (author, status, mark) = body.read(&caller, module.clone())?;
    not_of_the_crew(&app, &caller, &author)?;
    let comment = mark.comment.clone().flatten();
    let now_ms = app.hub.clock().now_ms();
    let op = NewOp {
        id: app.hub.new_op_id(),
        device: caller.device(None, &author)?,
        author,
        marked_ms: now_ms,
        base: Base::Everything,
        body: OpBody::Mark(mark),
        stamp: None,
        believed_ms: 0,
    };
    let peer = peer.map(|Extension(peer)| peer);
    let taken = if app.hub.exists(&token) {
        app.hub.apply(token, vec![op]).await?
    } else {
        may_make(&app, &caller, &token)?;
        app.rates.take(Kind::Audit, &caller, peer, 1)?;
        app.hub.apply_or_make(token, vec![op]).await?
    };
    for ack in &taken {
        match ack.verdict {
            OpVerdict::TooManyModules => return Err(ApiError::field("module_id", too_many_modules())),
            OpVerdict::Beyond(beyond) => return Err(ApiError::beyond(beyond.field(), beyond)),
            _ => {}
        }
    }
    if let Some(witness) = caller.witness(peer) {
        app.hub.clock().meet(&witness);
    }
    Ok(Json(Marked {
        success: true,
        module_id: module.to_string(),
        status: status.as_str(),
        comment,
        updated_at: iso8601::format(now_ms),
        updated_at_ms: now_ms,
    }))
}

fn author(caller: &Caller, id: Option<String>, name: Option<String>) -> Result<Author, ApiError> {
    caller.author(id, name).map_err(|e| ApiError::field(camel(&e.field), e.problem))
}

/// A stranger on an audit that is open to v3.3 says who they are, but is nobody of the crew.
fn not_of_the_crew(app: &App, caller: &Caller, author: &Author) -> Result<(), ApiError> {
    match (caller, app.hub.crew()) {
        (Caller::Stranger { .. }, Some(crew)) if crew.is_ours(&author.id) => Err(ApiError::not_in(None)),
        _ => Ok(()),
    }
}

/// An unknown token becomes an audit with its first mark, for those who may make audits: no mark of a tablet that comes from
/// elsewhere is lost. It is kept for good, and these calls come from any page that is open in a browser beside the hub, so
/// it is counted, and may be switched off.
fn may_make(app: &App, caller: &Caller, token: &Token) -> Result<(), ApiError> {
    if caller.may(Need::Lead).is_err() {
        return Err(StoreError::UnknownAudit(token.clone()).into());
    }
    if !app.v33_makes_audits {
        return Err(ApiError::not_found(format!(
            "there is no audit {token}: make, import or pull it on the hub first (limits.v33_makes_audits is false there)"
        )));
    }
    Ok(())
}

/// v3.3 bodies are in camelCase; an error names the field as the client wrote it.
fn camel(field: &str) -> &str {
    match field {
        "technician_id" => "technicianId",
        "technician_name" => "technicianName",
        other => other,
    }
}

/// For the document alone: `updates` sends them one by one.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read by its derive")]
pub struct Updates {
    success: bool,
    updates: Vec<Update>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Update {
    module_id: String,
    status: &'static str,
    #[schema(required)]
    comment: Option<String>,
    technician_id: String,
    technician_name: String,
    updated_at: String,
    updated_at_ms: u64,
}

impl Update {
    fn of(picture: &Picture, place: &Place, entry: &Entry) -> Option<Self> {
        // Of an undo who found it: when is for clients to tell one row from a later one by.
        let (touched, ms) = entry.state.touched()?;
        let by = entry.state.last().map_or(touched, |(by, _)| by);
        Some(Self {
            module_id: picture.v33_name(&place.module).to_string(),
            status: status_word(entry.state.status()),
            comment: entry.state.comment().map(str::to_owned),
            technician_id: by.id.to_string(),
            technician_name: by.name.to_string(),
            updated_at: iso8601::format(ms),
            updated_at_ms: ms,
        })
    }
}

/// Updates that are told of at once: what a poll brings.
const AT_ONCE: usize = 32;

/// What has come in since
#[utoipa::path(get, path = "/api/audit/{token}/updates", tag = "v3.3",
    params(("token" = String, Path), ("since" = Option<f64>, Query, description = "ms, the client's clock at its last poll; 0 when missing")),
    responses((status = 200, body = Updates), (status = 400, body = ErrorBody)))]
pub async fn updates(
    State(app): State<App>,
    ReadsV33(caller): ReadsV33,
    peer: Option<Extension<Peer>>,
    AuditPath(token): AuditPath,
    account: AnswerAccount,
    asked: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    let since_ms = params.get("since").map_or(Ok(0), since)?;
    let poller = caller.witness(peer.map(|Extension(peer)| peer));
    let from_ms = app.hub.updates_from(poller.as_ref(), since_ms);
    let picture = match app.hub.picture(&token) {
        Ok((picture, ..)) => Some(picture),
        Err(StoreError::UnknownAudit(_)) => None,
        Err(error) => return Err(error.into()),
    };
    // By when it was marked, and the name of the module.
    let mut new: Vec<(u64, &ModuleId, u32)> = Vec::new();
    if let Some(picture) = &picture {
        let marked = picture.rows().zip(0u32..).filter_map(|((place, entry), at)| {
            let (entry, module) = (entry.filter(|entry| entry.received_ms >= from_ms)?, &place.module);
            Some((entry.state.touched()?.1, module, at))
        });
        new.extend(marked);
    }
    new.sort_unstable();
    let small = new.len() <= AT_ONCE;
    let mut new: Vec<u32> = new.into_iter().map(|(.., at)| at).rev().collect();
    let next = move || {
        let picture = picture.as_ref()?;
        let (place, entry) = picture.row(new.pop()? as usize)?;
        Update::of(picture, place, entry?).map(Ok)
    };
    let portions = json_list(&Success { success: true }, "updates", next)?;
    pieces::answer(&app.aside, &account, &asked, json_headers(), portions, small).await
}

pub fn since(text: &str) -> Result<u64, ApiError> {
    match text.parse::<f64>() {
        // JavaScript clients may send a fraction or a negative number: a number all the same.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates: meant
        Ok(number) if number.is_finite() => Ok(number as u64),
        _ => Err(ApiError::field("since", "a number of milliseconds")),
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeartbeatBody {
    /// Must be there unless a session tells who it is.
    #[serde(default)]
    technician_id: Option<String>,
    #[serde(default)]
    technician_name: Option<String>,
}

impl HeartbeatBody {
    pub fn read(self, caller: &Caller) -> Result<Author, ApiError> {
        author(caller, self.technician_id, self.technician_name)
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Success {
    success: bool,
}

/// I am here
#[utoipa::path(post, path = "/api/audit/{token}/heartbeat", tag = "v3.3", params(("token" = String, Path)),
    request_body = HeartbeatBody, responses((status = 200, body = Success), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn heartbeat(
    State(app): State<App>,
    ReadsV33(caller): ReadsV33,
    AuditPath(token): AuditPath,
    JsonBody(body): JsonBody<HeartbeatBody>,
) -> Result<Json<Success>, ApiError> {
    let author = body.read(&caller)?;
    not_of_the_crew(&app, &caller, &author)?;
    if !app.hub.exists(&token) {
        may_make(&app, &caller, &token)?;
        // Heard, and no more: presence makes nothing that stays. The first mark does, and the next heartbeat is told.
        return Ok(Json(Success { success: true }));
    }
    app.hub.seen(&token, &author, Whereabouts::default());
    Ok(Json(Success { success: true }))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Here {
    success: bool,
    technicians: Vec<LastSeen>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Seen)]
pub struct LastSeen {
    technician_id: String,
    technician_name: String,
    last_seen: String,
}

/// Who is here
#[utoipa::path(get, path = "/api/audit/{token}/technicians", tag = "v3.3", params(("token" = String, Path)),
    responses((status = 200, body = Here), (status = 400, body = ErrorBody)))]
pub async fn technicians(State(app): State<App>, _: ReadsV33, AuditPath(token): AuditPath) -> Json<Here> {
    let technicians = app
        .hub
        .present(&token)
        .into_iter()
        .map(|(id, present)| LastSeen {
            technician_id: id.to_string(),
            technician_name: present.name,
            last_seen: iso8601::format(present.last_seen_ms),
        })
        .collect();
    Json(Here { success: true, technicians })
}
