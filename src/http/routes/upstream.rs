//! The upstreams as people see them: how each is, have it try now, and the modules that one does not take.
//!
//! Reads the hub's board; `upstream` itself is unknown here.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use crate::domain::photo::CLASSES;
use crate::domain::{LinkName, ModuleId, Token};
use crate::http::app::App;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::{Leads, Marks, Reads};
use crate::http::guard::body::{Raw, parse};
use crate::hub::{ByClass, LinkReport, LinkState, ParkedCode, ParkedFilter, PictureSum, ReasonCode};
use crate::store::StoreError;

#[derive(Debug, Serialize, ToSchema)]
pub struct UpstreamList {
    /// In the order of the settings.
    upstreams: Vec<UpstreamInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UpstreamInfo {
    name: String,
    /// `v33` or `fieldhub`.
    kind: &'static str,
    url: String,
    /// `untried` (it has not answered since the hub's start, and no audit goes there), `idle`, `syncing`, `waiting` or `paused`.
    state: &'static str,
    /// Why it waits or is paused.
    #[schema(required)]
    reason: Option<String>,
    /// The same for machines.
    #[schema(required, schema_with = reason_codes)]
    reason_code: Option<&'static str>,
    /// When it waits.
    #[schema(required)]
    retry_in_ms: Option<u64>,
    /// What waits: modules for a v3.3 cloud, operations for a fieldhub.
    pending: u64,
    /// Of the catch-up under way, once something of it has gone up; both 0 when there is none.
    done: u64,
    total: u64,
    /// When it last answered; null: never since the hub's start.
    #[schema(required)]
    last_success_ms: Option<u64>,
    bytes_today: Bytes,
    #[schema(required)]
    budget_bytes: Option<u64>,
    /// Modules that it does not take, but for those that were dropped.
    parked: u64,
    /// What it tells and nothing can be made of, since the hub's start: rows of a v3.3 cloud, operations of a fieldhub.
    left_out: u64,
    /// One of them, and why it is left out.
    #[schema(required)]
    left_out_example: Option<String>,
    audits: Vec<UpstreamAudit>,
    /// Null: no audit that goes there has a photo, or it is a v3.3 cloud, which gets none.
    #[schema(required)]
    photos: Option<UpstreamPhotos>,
}

/// A word of the list, or null.
pub(super) fn reason_codes() -> Object {
    word_or_null(ReasonCode::ALL)
}

fn parked_codes() -> Object {
    word_or_null(ParkedCode::ALL)
}

fn word_or_null(all: &[&str]) -> Object {
    let words = all.iter().map(|word| json!(word)).chain([Value::Null]);
    let types = SchemaType::from_iter([Type::String, Type::Null]);
    ObjectBuilder::new().schema_type(types).enum_values(Some(words)).build()
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Bytes {
    sent: u64,
    received: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UpstreamAudit {
    token: String,
    /// It has this hub's log up to here, but for what is parked.
    acked: u64,
    head: u64,
    pending: u64,
    parked: usize,
}

/// How far pictures are. What it lacks it says itself, after each one that it has whole on its disk.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpstreamPhotos {
    /// False: it has not said since the hub's start what it lacks of each audit, and `waits` is all that may be missing there.
    known: bool,
    waits: Vec<WaitingPictures>,
    /// Pictures that it does not take; tried again by themselves.
    refused: u64,
    /// Why they wait, or one is refused.
    #[schema(required)]
    reason: Option<String>,
    #[schema(required, schema_with = reason_codes)]
    reason_code: Option<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingPictures {
    /// `thumb`, `preview` or `original`.
    class: &'static str,
    pictures: u64,
    bytes: u64,
    /// False: by the settings this class does not go there.
    travels: bool,
}

fn photos(report: &LinkReport) -> Option<UpstreamPhotos> {
    let all = || report.photos.values();
    if report.photos.is_empty() || !report.info.photos.contains(&true) {
        return None;
    }
    let mut sums = ByClass::<PictureSum>::default();
    for progress in all() {
        for (sum, waits) in sums.iter_mut().zip(progress.waits) {
            *sum = sum.and(waits);
        }
    }
    let waits = CLASSES.iter().zip(sums).zip(report.info.photos).map(|(((class, _), sum), travels)| {
        WaitingPictures { class, pictures: sum.blobs, bytes: sum.bytes, travels }
    });
    let why = report.photos_held.as_ref().or_else(|| all().find_map(|progress| progress.why.as_ref()));
    Some(UpstreamPhotos {
        known: all().all(|progress| progress.known),
        waits: waits.collect(),
        refused: all().map(|progress| progress.refused).sum(),
        reason: why.map(ToString::to_string),
        reason_code: why.map(|why| why.code.as_str()),
    })
}

/// State of each upstream
#[utoipa::path(get, path = "/api/v1/upstream", tag = "upstream", responses((status = 200, body = UpstreamList)))]
pub async fn list(State(app): State<App>, _: Reads) -> Result<Json<UpstreamList>, ApiError> {
    let reports = app.hub.status_board().report().into_iter();
    let upstreams = reports.map(|report| info(&app, report)).collect::<Result<_, ApiError>>()?;
    Ok(Json(UpstreamList { upstreams }))
}

fn info(app: &App, report: LinkReport) -> Result<UpstreamInfo, ApiError> {
    let pending = report.pending();
    let left_out = report.left_out();
    let state = report.state.as_str();
    let photos = photos(&report);
    let (retry_in_ms, why) = match report.state {
        LinkState::Untried | LinkState::Idle | LinkState::Syncing => (None, None),
        LinkState::Waiting { until, why } => {
            let left = until.saturating_duration_since(Instant::now()).as_millis();
            (Some(u64::try_from(left).unwrap_or(u64::MAX)), Some(why))
        }
        LinkState::Paused { why } => (None, Some(why)),
    };
    let mut audits = Vec::with_capacity(report.audits.len());
    for (token, progress) in report.audits {
        let head = match app.hub.head(&token) {
            // Removed a moment ago.
            Err(StoreError::UnknownAudit(_)) => continue,
            head => head?,
        };
        audits.push(UpstreamAudit {
            token: token.to_string(),
            acked: progress.acked,
            head,
            pending: progress.pending,
            parked: progress.parked.len(),
        });
    }
    Ok(UpstreamInfo {
        name: report.info.name.to_string(),
        kind: report.info.kind.as_str(),
        url: report.info.url,
        state,
        reason: why.as_ref().map(ToString::to_string),
        reason_code: why.as_ref().map(|why| why.code.as_str()),
        retry_in_ms,
        pending,
        done: report.done,
        total: report.total,
        last_success_ms: report.last_success_ms,
        bytes_today: Bytes { sent: report.sent_today, received: report.received_today },
        budget_bytes: report.info.budget_bytes,
        parked: report.parked,
        left_out: left_out.rows,
        left_out_example: (left_out.rows > 0).then_some(left_out.example),
        audits,
        photos,
    })
}

/// One of them, or no body at all for every one.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SyncBody {
    #[serde(default)]
    upstream: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Woken {
    /// How many upstreams try now.
    woken: usize,
    /// How many have asked to be left alone (`Retry-After`): they are tried when that is over.
    held: usize,
}

/// Have an upstream, or all of them, try at once
#[utoipa::path(post, path = "/api/v1/upstream/sync", tag = "upstream", request_body = Option<SyncBody>,
    responses((status = 202, body = Woken), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn sync(
    State(app): State<App>,
    _: Marks,
    Raw(body): Raw,
) -> Result<(StatusCode, Json<Woken>), ApiError> {
    let SyncBody { upstream } = optional(&body)?;
    let name = upstream.map(|name| named(&app, name)).transpose()?;
    let (woken, held) = app.hub.status_board().sync_now(name.as_ref());
    Ok((StatusCode::ACCEPTED, Json(Woken { woken, held })))
}

fn optional<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, ApiError> {
    if body.is_empty() { Ok(T::default()) } else { parse(body) }
}

/// An upstream that there is.
fn named(app: &App, name: String) -> Result<LinkName, ApiError> {
    let name = LinkName::parse(name).map_err(|invalid| ApiError::field("upstream", invalid.problem))?;
    if app.hub.status_board().report().iter().any(|report| report.info.name == name) {
        return Ok(name);
    }
    Err(ApiError::not_found(format!("there is no upstream {name}: `fieldhub upstream status` shows them")))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ParkedList {
    parked: Vec<ParkedInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ParkedInfo {
    upstream: String,
    token: String,
    module_id: String,
    /// What the upstream said.
    reason: String,
    /// The same for machines; null where an earlier version said it otherwise.
    #[schema(required, schema_with = parked_codes)]
    reason_code: Option<&'static str>,
    at_ms: u64,
    /// Somebody has said that it need not go up.
    dropped: bool,
}

/// The modules that an upstream does not take
#[utoipa::path(get, path = "/api/v1/upstream/parked", tag = "upstream", responses((status = 200, body = ParkedList)))]
pub async fn parked(State(app): State<App>, _: Reads) -> Result<Json<ParkedList>, ApiError> {
    let all = app.hub.all_parked(&ParkedFilter::default())?.into_iter();
    let info = |found: crate::hub::ParkedModule| ParkedInfo {
        upstream: found.link.to_string(),
        token: found.token.to_string(),
        module_id: found.module.to_string(),
        reason_code: ParkedCode::of(&found.parked.reason).map(ParkedCode::as_str),
        reason: found.parked.reason,
        at_ms: found.parked.at_ms,
        dropped: found.parked.dropped,
    };
    Ok(Json(ParkedList { parked: all.map(info).collect() }))
}

/// Which parked modules are meant: what is not said means all. No body: every one.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ParkedBody {
    #[serde(default)]
    upstream: Option<String>,
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    module_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Modules {
    modules: usize,
}

fn meant(app: &App, body: &[u8]) -> Result<ParkedFilter, ApiError> {
    let body: ParkedBody = optional(body)?;
    let token = body.token.map(Token::parse).transpose()?;
    if let Some(token) = token.as_ref().filter(|token| !app.hub.exists(token)) {
        return Err(StoreError::UnknownAudit(token.clone()).into());
    }
    Ok(ParkedFilter {
        link: body.upstream.map(|name| named(app, name)).transpose()?,
        token,
        module: body.module_id.map(ModuleId::parse).transpose()?,
    })
}

/// Offer parked modules again
#[utoipa::path(post, path = "/api/v1/upstream/retry", tag = "upstream", request_body = Option<ParkedBody>,
    responses((status = 200, body = Modules), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn retry(State(app): State<App>, _: Leads, Raw(body): Raw) -> Result<Json<Modules>, ApiError> {
    let modules = app.hub.retry_parked(&meant(&app, &body)?).await?;
    Ok(Json(Modules { modules }))
}

/// Leave parked modules out, as they are: a later mark is offered again
#[utoipa::path(post, path = "/api/v1/upstream/drop", tag = "upstream", request_body = Option<ParkedBody>,
    responses((status = 200, body = Modules), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn drop(State(app): State<App>, _: Leads, Raw(body): Raw) -> Result<Json<Modules>, ApiError> {
    let modules = app.hub.drop_parked(&meant(&app, &body)?).await?;
    Ok(Json(Modules { modules }))
}
