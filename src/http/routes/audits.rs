//! Audits: listed, made, shown, changed, exported, removed.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{self, AuditList, Listed, Summary, Unread, given};
use crate::domain::export::{self, ExportView};
use crate::domain::id::{DeviceId, OpId, short_text};
use crate::domain::import::{self, Document, ImportKind};
use crate::domain::op::DetailsChange;
use crate::domain::{Author, Base, Body as OpBody, Layout, Mark, NewOp, Seen, Token};
use crate::http::app::App;
use crate::http::error::ErrorBody;
use crate::http::error::{ApiError, UNREAD};
use crate::http::guard::access::{Leads, Reads};
use crate::http::guard::body::{JsonBody, Raw, parse};
use crate::http::guard::path::{AuditPath, Params};
use crate::store::StoreError;

/// All audits on this hub
#[utoipa::path(get, path = "/api/v1/audits", tag = "audits", responses((status = 200, body = AuditList)))]
pub async fn list(State(app): State<App>, _: Reads) -> Result<Json<AuditList>, ApiError> {
    let (mut audits, mut unread) = (Vec::new(), Vec::new());
    for token in app.hub.tokens() {
        match Listed::read(&app.hub, &token) {
            Ok(audit) => audits.push(audit),
            // Removed a moment ago.
            Err(StoreError::UnknownAudit(_)) => {}
            // It is not one audit that cannot be read: no list is better than an empty one.
            Err(error @ (StoreError::Reopening | StoreError::Stopping)) => return Err(error.into()),
            Err(error) => {
                tracing::error!(%error, "an audit cannot be read");
                unread.push(Unread { token: token.to_string(), problem: UNREAD });
            }
        }
    }
    audits.sort_by(|Listed { summary: a, .. }, Listed { summary: b, .. }| {
        b.created_at_ms.cmp(&a.created_at_ms).then_with(|| a.token.cmp(&b.token))
    });
    Ok(Json(AuditList { audits, unread }))
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

/// Make an audit, from counts or from a plan, a tablet export or a CSV
#[utoipa::path(post, path = "/api/v1/audits", tag = "audits", request_body(content((CreateBody = "application/json"), (String = "text/csv")), description = "or a plan or tablet export as JSON"),
    params(("token" = Option<String>, Query, description = "for a document"), ("name" = Option<String>, Query, description = "for a document")),
    responses((status = 201, body = wire::AuditJson), (status = 200, body = wire::AuditJson, description = "a tablet export was merged into an audit that was there"),
        (status = 400, body = ErrorBody), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn create(
    State(app): State<App>,
    _: Leads,
    params: Params,
    Raw(body): Raw,
) -> Result<Response, ApiError> {
    match CreateRequest::read(&body)? {
        CreateRequest::Counts { token, details, layout } => {
            let token = token.map_or_else(new_token, Ok)?;
            let ops = vec![by_hub(&app, OpBody::Details(details))?, by_hub(&app, OpBody::Layout(layout))?];
            app.hub.make(token.clone(), ops).await?;
            Ok((StatusCode::CREATED, whole(&app, &token)?).into_response())
        }
        CreateRequest::Document(document) => bring_in(&app, &params, document).await,
    }
}

/// The audit that is to be made.
pub enum CreateRequest {
    Counts { token: Option<Token>, details: DetailsChange, layout: Layout },
    Document(Document),
}

impl CreateRequest {
    pub fn read(body: &[u8]) -> Result<Self, ApiError> {
        let counts = serde_json::from_slice::<CountsProbe>(body)
            .is_ok_and(|p| p.strings.is_some() || p.name.is_some());
        if !counts {
            return Ok(Self::Document(import::parse(body)?));
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

async fn bring_in(app: &App, params: &Params, document: Document) -> Result<Response, ApiError> {
    let token = match (params.get("token"), &document.token) {
        (Some(token), _) => Token::parse(token)?,
        (None, Some(token)) => token.clone(),
        (None, None) => new_token()?,
    };
    let marks = imported_marks(&token, &document, app.hub.clock().now_ms())?;
    if document.kind == ImportKind::TabletExport && app.hub.exists(&token) {
        app.hub.apply(token.clone(), marks).await?;
        return Ok((StatusCode::OK, whole(app, &token)?).into_response());
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
    let mut ops = vec![by_hub(app, OpBody::Details(details))?];
    if !document.layout.places().is_empty() {
        ops.push(by_hub(app, OpBody::Layout(document.layout.clone()))?);
    }
    ops.extend(marks);
    app.hub.make(token.clone(), ops).await?;
    Ok((StatusCode::CREATED, whole(app, &token)?).into_response())
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

/// An operation of the hub itself: an audit's own data.
fn by_hub(app: &App, body: OpBody) -> Result<NewOp, ApiError> {
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

fn whole(app: &App, token: &Token) -> Result<Json<wire::AuditJson>, ApiError> {
    let hub = &app.hub;
    Ok(Json(hub.view(token, |loaded, facts| wire::AuditJson::of(hub, token, loaded, facts))?))
}

/// One audit with all its modules
#[utoipa::path(get, path = "/api/v1/audits/{token}", tag = "audits", params(("token" = String, Path)),
    responses((status = 200, body = wire::AuditJson), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(app): State<App>,
    _: Reads,
    AuditPath(token): AuditPath,
) -> Result<Json<wire::AuditJson>, ApiError> {
    whole(&app, &token)
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

/// One audit as a file: the tablet export form, or CSV
#[utoipa::path(get, path = "/api/v1/audits/{token}/export", tag = "audits",
    params(("token" = String, Path), ("format" = Option<String>, Query, description = "json or csv; json when missing")),
    responses((status = 200, description = "the file", content((Object = "application/json"), (String = "text/csv"))), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn export(
    State(app): State<App>,
    _: Leads,
    AuditPath(token): AuditPath,
    params: Params,
) -> Result<Response, ApiError> {
    let exported_ms = app.hub.clock().now_ms();
    let view = app.hub.view(&token, |loaded, facts| {
        let name = Summary::of(&app.hub, &token, loaded.state.outline(), facts).name;
        ExportView::of(token.clone(), name, &loaded.state, facts.created_ms, exported_ms)
    })?;
    let (kind, ending, file) = match params.get("format").unwrap_or("json") {
        "json" => {
            let text = serde_json::to_vec_pretty(&export::tablet(&view)).map_err(ApiError::internal)?;
            ("application/json", "json", text)
        }
        "csv" => ("text/csv; charset=utf-8", "csv", export::csv(&view).into_bytes()),
        _ => return Err(ApiError::field("format", "json or csv")),
    };
    let name = format!("attachment; filename=\"{token}.{ending}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], file).into_response())
}
