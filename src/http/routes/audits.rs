//! Audits: listed, made, shown, changed, exported, removed.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ops::too_many_modules;
use super::pieces::{self, json, json_headers};
use super::wire::{self, AuditList, Listed, Summary, Unread, given};
use crate::domain::id::{DeviceId, OpId, short_text};
use crate::domain::import::{self, Document, ImportedFile, TextEncoding};
use crate::domain::op::DetailsChange;
use crate::domain::{Author, Base, Body as OpBody, Invalid, Layout, Mark, NewOp, Seen, Token};
use crate::http::app::App;
use crate::http::conn::answer_memory::AnswerAccount;
use crate::http::conn::door::Peer;
use crate::http::error::ErrorBody;
use crate::http::error::{ApiError, UNREAD};
use crate::http::guard::access::{Leads, Reads};
use crate::http::guard::body::{JsonBody, Raw, parse};
use crate::http::guard::caller::Caller;
use crate::http::guard::costs::Kind;
use crate::http::guard::path::{AuditPath, Params};
use crate::hub::Hub;
use crate::hub::crew::Member;
use crate::store::{OpAck, OpVerdict, StoreError};

/// All audits on this hub
#[utoipa::path(get, path = "/api/v1/audits", tag = "audits", responses((status = 200, body = AuditList)))]
pub async fn list(
    State(app): State<App>,
    _: Reads,
    account: AnswerAccount,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    // The latest first.
    let mut order: Vec<(Reverse<u64>, Token)> = Vec::new();
    for token in app.hub.tokens() {
        let made_ms = match app.hub.created_ms(&token) {
            Ok(made_ms) => made_ms,
            // Removed a moment ago.
            Err(StoreError::UnknownAudit(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        order.push((Reverse(made_ms), token));
    }
    order.sort();
    let small = order.len() <= AT_ONCE;
    let mut list =
        AuditListing { hub: Arc::clone(&app.hub), left: order.into_iter(), unread: Vec::new(), begun: false };
    pieces::answer(
        &app.aside,
        &account,
        &asked,
        json_headers(),
        move |out: &mut Vec<u8>| list.next(out),
        small,
    )
    .await
}

/// Audits that are told of at once.
const AT_ONCE: usize = 32;

/// The list of audits, as it is told: each is read in its turn.
struct AuditListing {
    hub: Arc<Hub>,
    left: std::vec::IntoIter<(Reverse<u64>, Token)>,
    unread: Vec<Unread>,
    begun: bool,
}

impl AuditListing {
    fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, StoreError> {
        let before = if std::mem::replace(&mut self.begun, true) { "," } else { "{\"audits\":[" };
        for (_, token) in self.left.by_ref() {
            match Listed::read(&self.hub, &token) {
                Ok(audit) => {
                    out.extend_from_slice(before.as_bytes());
                    json(out, &audit)?;
                    return Ok(true);
                }
                // Removed a moment ago.
                Err(StoreError::UnknownAudit(_)) => {}
                // It is not one audit that cannot be read.
                Err(error @ (StoreError::Reopening | StoreError::Stopping)) => return Err(error),
                Err(error) => {
                    tracing::error!(%error, "an audit cannot be read");
                    self.unread.push(Unread { token: token.to_string(), problem: UNREAD });
                }
            }
        }
        if before != "," {
            out.extend_from_slice(before.as_bytes());
        }
        out.extend_from_slice(b"],\"unread\":");
        json(out, &self.unread)?;
        out.push(b'}');
        Ok(false)
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateBody {
    name: String,
    #[serde(default)]
    client: Option<String>,
    #[serde(default)]
    location: Option<String>,
    /// A UUID is made when absent.
    #[serde(default)]
    token: Option<String>,
    /// `26,24x9`: one string of 26 modules, then nine of 24.
    strings: String,
}

/// What tells an import document from a request to make an audit.
#[derive(Deserialize)]
struct CountsProbe {
    #[serde(default, rename = "strings")]
    strings: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    name: Option<serde::de::IgnoredAny>,
}

/// Make an audit, from counts or from a plan, a tablet export or backup, a CSV or an XLSX
#[utoipa::path(post, path = "/api/v1/audits", tag = "audits", request_body(content((CreateBody = "application/json"), (String = "text/csv")), description = "or a plan, a tablet export or backup or an audit of a cloud as JSON, or an XLSX"),
    params(("token" = Option<String>, Query, description = "for a document"), ("name" = Option<String>, Query, description = "for a document"),
        ("audit" = Option<String>, Query, description = "which audit of a backup")),
    responses((status = 201, body = wire::AuditJson), (status = 200, body = wire::AuditJson, description = "a tablet export was merged into an audit that was there"),
        (status = 400, body = ErrorBody), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn create(
    State(app): State<App>,
    Leads(caller): Leads,
    peer: Option<Extension<Peer>>,
    params: Params,
    account: AnswerAccount,
    asked: HeaderMap,
    Raw(body): Raw,
) -> Result<Response, ApiError> {
    account.reserve(pieces::IN_HAND)?;
    let mut read_as = TextEncoding::Utf8;
    let (status, token) = match app.aside.run(move || CreateRequest::read(&body)).await? {
        CreateRequest::Counts { token, details, layout } => {
            let token = token.map_or_else(new_token, Ok)?;
            let made = made_by(&app, &caller, OpBody::Details(details))?;
            let ops = vec![made, by_hub(&app, OpBody::Layout(layout))?];
            app.hub.make(token.clone(), ops).await?;
            (StatusCode::CREATED, token)
        }
        CreateRequest::Document(contents) => {
            let document = contents.pick(params.get("audit"))?;
            read_as = document.encoding;
            let peer = peer.map(|Extension(peer)| peer);
            app.rates.take(Kind::Operation, &caller, peer, document.marks.len())?;
            bring_in(&app, &caller, &params, document).await?
        }
    };
    let mut whole = app.states.state(&app.hub, &account, &asked, &token).await?;
    if read_as != TextEncoding::Utf8 {
        whole.headers_mut().insert(READ_AS, HeaderValue::from_static(read_as.as_str()));
    }
    Ok((status, whole).into_response())
}

/// The encoding that a file's text was taken for, where that is not UTF-8.
const READ_AS: HeaderName = HeaderName::from_static("fieldhub-read-as");

/// The audit that is to be made.
pub enum CreateRequest {
    Counts { token: Option<Token>, details: DetailsChange, layout: Layout },
    Document(ImportedFile),
}

impl CreateRequest {
    pub fn read(body: &[u8]) -> Result<Self, ApiError> {
        let counts = serde_json::from_slice::<CountsProbe>(body)
            .is_ok_and(|p| p.strings.is_some() || p.name.is_some());
        if !counts {
            return Ok(Self::Document(import::read(body)?));
        }
        let body: CreateBody = parse(body)?;
        let name = short_text("name", &body.name)?.ok_or_else(|| ApiError::field("name", "it is empty"))?;
        Ok(Self::Counts {
            token: body.token.map(Token::parse).transpose()?,
            details: DetailsChange {
                name: Some(name),
                client: optional("client", body.client)?,
                location: optional("location", body.location)?,
            },
            layout: Layout::from_counts(&body.strings)?,
        })
    }
}

async fn bring_in(
    app: &App,
    caller: &Caller,
    params: &Params,
    document: Document,
) -> Result<(StatusCode, Token), ApiError> {
    let token = match (params.get("token"), &document.token) {
        (Some(token), _) => Token::parse(token)?,
        (None, Some(token)) => token.clone(),
        (None, None) => new_token()?,
    };
    let marks = imported_marks(&token, &document, app.hub.clock().now_ms())?;
    if document.kind.merges() && app.hub.exists(&token) {
        let count = marks.len();
        none_refused(&app.hub.apply(token.clone(), marks).await?, count)?;
        return Ok((StatusCode::OK, token));
    }
    let name = match params.get("name") {
        Some(name) => short_text("name", name)?,
        None => document.name.clone(),
    };
    let details = DetailsChange {
        name: Some(name.unwrap_or_else(|| token.to_string())),
        client: document.client.clone().map(Some),
        location: document.location.clone().map(Some),
    };
    let mut ops = vec![made_by(app, caller, OpBody::Details(details))?];
    if !document.layout.places().is_empty() {
        ops.push(by_hub(app, OpBody::Layout(document.layout.clone()))?);
        for names in document.names() {
            ops.push(by_hub(app, OpBody::LayoutEdit(names))?);
        }
    }
    let count = marks.len();
    ops.extend(marks);
    none_refused(&app.hub.make(token.clone(), ops).await?, count)?;
    Ok((StatusCode::CREATED, token))
}

/// A file is not taken in by half without a word: what is told is how much of it was not, and why.
fn none_refused(taken: &[OpAck], marks: usize) -> Result<(), ApiError> {
    let refused = taken.iter().filter_map(|ack| match ack.verdict {
        OpVerdict::TooManyModules => Some(("module_id", too_many_modules())),
        OpVerdict::Beyond(beyond) => Some((beyond.field(), beyond.to_string())),
        _ => None,
    });
    let refused: Vec<_> = refused.collect();
    match refused.first() {
        None => Ok(()),
        Some((field, why)) => Err(ApiError::beyond(
            field,
            format!(
                "{} of {marks} marks of the file were not taken in, and the others were: {why}",
                refused.len()
            ),
        )),
    }
}

/// The marks that a document carries, as operations that a second import repeats. They are by whom the
/// document says: it is for leads to bring in what others have done.
pub fn imported_marks(token: &Token, document: &Document, now_ms: u64) -> Result<Vec<NewOp>, ApiError> {
    let mut ops = Vec::with_capacity(document.marks.len());
    for mark in &document.marks {
        let technician = mark.technician.as_ref().map_or("import", |t| t.as_str());
        let name = mark.technician_name.clone().or_else(|| {
            // Files that name nobody, and tablet exports of v3.3, which have ids alone.
            Some(mark.technician.as_ref().map_or("Import", |t| t.as_str()).to_owned())
        });
        let author = Author::new(technician, name)?;
        ops.push(NewOp {
            id: import::mark_id(token, mark),
            device: DeviceId::parse(author.id.as_str())?,
            author,
            marked_ms: mark.marked_ms.unwrap_or(now_ms),
            base: Base::Seen(Seen::default()),
            body: OpBody::Mark(Mark::new(
                mark.module.clone(),
                mark.status.map(Some),
                mark.comment.clone().map(Some),
            )?),
            stamp: None,
            believed_ms: 0,
        });
    }
    Ok(ops)
}

fn new_token() -> Result<Token, ApiError> {
    Ok(Token::parse(Uuid::new_v4().to_string())?)
}

fn optional(field: &str, text: Option<String>) -> Result<Option<Option<String>>, ApiError> {
    Ok(text.map(|text| short_text(field, &text)).transpose()?)
}

/// The first operation of an audit, and a version of its report: by whoever has it made, which is how it is known later. Commands make
/// it in the hub's name.
pub fn made_by(app: &App, caller: &Caller, body: OpBody) -> Result<NewOp, Invalid> {
    let op = by_hub(app, body)?;
    Ok(match caller {
        Caller::Member(session) => {
            let Member { technician, name, .. } = &session.member;
            NewOp { author: Author::new(technician.as_str(), Some(name.clone()))?, ..op }
        }
        _ => op,
    })
}

/// An operation of the hub itself: an audit's own data.
pub fn by_hub(app: &App, body: OpBody) -> Result<NewOp, Invalid> {
    let id: OpId = app.hub.new_op_id();
    Ok(NewOp {
        id,
        author: Author::new("hub", Some(app.hub.name().to_owned()))?,
        device: DeviceId::parse(app.hub.identity().hub_id.to_string())?,
        marked_ms: app.hub.clock().now_ms(),
        base: Base::Everything,
        body,
        stamp: None,
        believed_ms: 0,
    })
}

/// One audit with all its modules
#[utoipa::path(get, path = "/api/v1/audits/{token}", tag = "audits", params(("token" = String, Path)),
    responses((status = 200, body = wire::AuditJson), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(app): State<App>,
    _: Reads,
    AuditPath(token): AuditPath,
    account: AnswerAccount,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    app.states.state(&app.hub, &account, &asked, &token).await
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangeBody {
    #[serde(default)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    client: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    location: Option<Option<String>>,
    /// Put away, or taken out again.
    #[serde(default)]
    archived: Option<bool>,
}

/// Change name, client or location, or put the audit away
#[utoipa::path(patch, path = "/api/v1/audits/{token}", tag = "audits", params(("token" = String, Path)), request_body = ChangeBody,
    responses((status = 200, body = Summary), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn change(
    State(app): State<App>,
    _: Leads,
    AuditPath(token): AuditPath,
    JsonBody(body): JsonBody<ChangeBody>,
) -> Result<Json<Summary>, ApiError> {
    let name = match body.name {
        Some(name) => Some(short_text("name", &name)?.ok_or_else(|| ApiError::field("name", "it is empty"))?),
        None => None,
    };
    let text = |field: &str, value: Option<Option<String>>| match value {
        Some(Some(text)) => optional(field, Some(text)),
        other => Ok(other),
    };
    let change = DetailsChange {
        name,
        client: text("client", body.client)?,
        location: text("location", body.location)?,
    };
    let changes = change != DetailsChange::default();
    if !changes && body.archived.is_none() {
        return Err(ApiError::field("name", "give a name, client or location to change, or archived"));
    }
    if changes {
        app.hub.apply(token.clone(), vec![by_hub(&app, OpBody::Details(change))?]).await?;
    }
    if let Some(archived) = body.archived {
        app.hub.archive(token.clone(), archived).await?;
    }
    Ok(Json(Summary::read(&app.hub, &token)?))
}

/// Erase an audit
#[utoipa::path(delete, path = "/api/v1/audits/{token}", tag = "audits", params(("token" = String, Path)),
    responses((status = 204), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 507, body = ErrorBody, description = "it is open to v3.3 clients, and that could not be ended")))]
pub async fn remove(
    State(app): State<App>,
    _: Leads,
    AuditPath(token): AuditPath,
) -> Result<StatusCode, ApiError> {
    app.hub.remove(token).await?;
    Ok(StatusCode::NO_CONTENT)
}
