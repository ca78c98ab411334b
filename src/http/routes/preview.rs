//! What a file or a request would make, told before anything is made; and an audit as something to scan.
//!
//! Called by the router; calls `audits` for the reading and `poster` for the code.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::audits::{CreateBody, CreateRequest};
use super::poster::QrModules;
use super::wire::StringInfo;
use crate::domain::import::ImportKind;
use crate::domain::{Layout, Token};
use crate::http::app::App;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::{Leads, Reads};
use crate::http::guard::body::Raw;
use crate::http::guard::caller::{Caller, Need};
use crate::http::guard::path::{AuditPath, Params};
use crate::hub::crew::WhichCode;
use crate::store::StoreError;

/// What a file or a request was understood to be.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// `counts`, `plan`, `tablet` or `csv`.
    kind: &'static str,
    /// Null: one is made.
    #[schema(required)]
    token: Option<String>,
    #[schema(required)]
    name: Option<String>,
    #[schema(required)]
    client: Option<String>,
    #[schema(required)]
    location: Option<String>,
    strings: Vec<StringInfo>,
    module_count: usize,
    /// Rows and columns are known of every module.
    positions: bool,
    /// Modules that come with a mark, and how many of them are defects.
    marks: usize,
    defects: usize,
    /// There is an audit with this token: a tablet export is merged into it, another file refused.
    exists: bool,
}

/// What would be made of this
#[utoipa::path(post, path = "/api/v1/audits/preview", tag = "audits", request_body(content((CreateBody = "application/json"), (String = "text/csv")), description = "as for making one"),
    params(("token" = Option<String>, Query, description = "for a document"), ("name" = Option<String>, Query, description = "for a document")),
    responses((status = 200, body = Preview), (status = 400, body = ErrorBody)))]
pub async fn preview(
    State(app): State<App>,
    _: Leads,
    params: Params,
    Raw(body): Raw,
) -> Result<Json<Preview>, ApiError> {
    let preview = match app.aside.run(move || CreateRequest::read(&body)).await? {
        CreateRequest::Counts { token, details, layout } => Preview {
            name: details.name,
            client: details.client.flatten(),
            location: details.location.flatten(),
            ..Preview::of("counts", token, &layout)
        },
        CreateRequest::Document(document) => {
            let kind = match document.kind {
                ImportKind::Plan => "plan",
                ImportKind::TabletExport => "tablet",
                ImportKind::Csv => "csv",
            };
            let token = params.get("token").map(Token::parse).transpose()?.or(document.token);
            let defect = |mark: &&crate::domain::import::ImportedMark| {
                mark.status.is_some_and(|status| status.is_defect())
            };
            Preview {
                name: params.get("name").map(str::to_owned).or(document.name),
                client: document.client,
                location: document.location,
                marks: document.marks.len(),
                defects: document.marks.iter().filter(defect).count(),
                ..Preview::of(kind, token, &document.layout)
            }
        }
    };
    let exists = preview.token.as_ref().and_then(|token| Token::parse(token).ok());
    Ok(Json(Preview { exists: exists.is_some_and(|token| app.hub.exists(&token)), ..preview }))
}

impl Preview {
    fn of(kind: &'static str, token: Option<Token>, layout: &Layout) -> Self {
        let places = layout.places();
        let info = |(number, module_count)| StringInfo { number, module_count };
        Self {
            kind,
            token: token.map(|token| token.to_string()),
            name: None,
            client: None,
            location: None,
            strings: layout.strings().into_iter().map(info).collect(),
            module_count: places.len(),
            positions: !places.is_empty() && places.iter().all(|p| p.row.is_some() && p.col.is_some()),
            marks: 0,
            defects: 0,
            exists: false,
        }
    }
}

/// Where an audit is found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Share {
    /// For a lead with the crew's code; null when the hub does not know where tablets find it.
    #[schema(required)]
    url: Option<String>,
    #[schema(required)]
    qr: Option<QrModules>,
}

/// A link to one audit, and its QR code
#[utoipa::path(get, path = "/api/v1/audits/{token}/share", tag = "audits", params(("token" = String, Path)),
    responses((status = 200, body = Share), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn share(
    State(app): State<App>,
    Reads(caller): Reads,
    AuditPath(token): AuditPath,
) -> Result<Json<Share>, ApiError> {
    if !app.hub.exists(&token) {
        return Err(StoreError::UnknownAudit(token).into());
    }
    let origin = app.hub.surroundings().origin.clone();
    let code = match app.hub.crew() {
        Some(crew) if invites(&caller) => Some(crew.code(WhichCode::Crew)),
        _ => None,
    };
    let url = origin.map(|origin| match code {
        Some(code) => format!("{}/audit/{token}", code.link(&origin)),
        None => format!("{origin}#/audit/{token}"),
    });
    Ok(Json(Share { qr: url.as_deref().and_then(QrModules::of), url }))
}

/// The crew's code is the leads' to give out.
fn invites(caller: &Caller) -> bool {
    caller.may(Need::Keep).is_ok()
}
