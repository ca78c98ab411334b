//! What a file or a request would make, told before anything is made; and an audit as something to scan.
//!
//! Called by the router; calls `audits` for the reading and `poster` for the code.

use std::collections::HashSet;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::audits::{CreateBody, CreateRequest};
use super::poster::QrModules;
use super::wire::StringInfo;
use crate::domain::import::{BackupAudit, ImportedFile, TextEncoding};
use crate::domain::status::status_word;
use crate::domain::{Document, ImportedMark, Layout, ModuleId, Token};
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
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Preview {
    /// `counts`, `plan`, `tablet`, `cloud`, `csv`, `xlsx`, or `backup`: then `choices` says of what.
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
    /// How many of the marks are not what the audit shows already; null where there is no such audit, or none that takes marks.
    #[schema(required)]
    new_marks: Option<usize>,
    /// There is an audit with this token: a tablet export is merged into it, another file refused.
    exists: bool,
    /// `utf-8`, `utf-16`, or `windows-1252`, which is a guess: look at the sample.
    encoding: &'static str,
    /// The file counts strings from 0: each has the next number here.
    strings_from_zero: bool,
    /// Strings that have names in the file, which they keep, with the numbers that they get.
    string_names: Vec<StringLabel>,
    /// A string that is not in the file, for its modules that have no place and no mark.
    #[schema(required)]
    string_added: Option<StringInfo>,
    /// Some modules as they were read, those with a comment first.
    sample: Vec<SampleModule>,
    /// The audits of a backup, one of which is to be named in `audit`.
    choices: Vec<AuditChoice>,
}

/// A string by the name that a file gives it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StringLabel {
    number: u16,
    name: String,
}

/// A module as a file has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleModule {
    module_id: String,
    /// 0: it is placed nowhere.
    string: u16,
    position: u16,
    status: &'static str,
    #[schema(required)]
    comment: Option<String>,
}

/// One audit of a backup.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditChoice {
    /// What to say as `audit`.
    audit: String,
    #[schema(required)]
    name: Option<String>,
    module_count: usize,
    marks: usize,
    /// Why it cannot be read.
    #[schema(required)]
    problem: Option<String>,
}

/// What would be made of this
#[utoipa::path(post, path = "/api/v1/audits/preview", tag = "audits", request_body(content((CreateBody = "application/json"), (String = "text/csv")), description = "as for making one"),
    params(("token" = Option<String>, Query, description = "for a document"), ("name" = Option<String>, Query, description = "for a document"),
        ("audit" = Option<String>, Query, description = "which audit of a backup")),
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
        CreateRequest::Document(ImportedFile::Several(audits))
            if audits.len() != 1 && params.get("audit").is_none() =>
        {
            let choices = audits.iter().map(AuditChoice::of).collect();
            Preview { kind: "backup", encoding: TextEncoding::Utf8.as_str(), choices, ..Preview::default() }
        }
        CreateRequest::Document(contents) => {
            let document = contents.pick(params.get("audit"))?;
            let token = params.get("token").map(Token::parse).transpose()?.or(document.token.clone());
            let name = params.get("name").map(str::to_owned);
            let there = token.as_ref().filter(|token| document.kind.merges() && app.hub.exists(token));
            let new_marks = there.map(|token| new_marks(&app, token, &document)).transpose()?;
            let preview = Preview::of_document(document, token);
            // To an audit that is there come marks alone.
            let string_names = if new_marks.is_none() { preview.string_names } else { Vec::new() };
            Preview { name: name.or(preview.name), new_marks, string_names, ..preview }
        }
    };
    let exists = preview.token.as_ref().and_then(|token| Token::parse(token).ok());
    Ok(Json(Preview { exists: exists.is_some_and(|token| app.hub.exists(&token)), ..preview }))
}

/// Marks of a document that an audit does not show.
fn new_marks(app: &App, token: &Token, document: &Document) -> Result<usize, StoreError> {
    app.hub.view(token, |loaded, _| {
        let is_new = |mark: &&ImportedMark| {
            let state = loaded.state.entry(&mark.module).map(|entry| &entry.state);
            let comment = state.and_then(|state| state.comment());
            (mark.status.is_some() && state.and_then(|state| state.status()) != mark.status)
                || (mark.comment.is_some() && comment != mark.comment.as_deref())
        };
        document.marks.iter().filter(is_new).count()
    })
}

impl Preview {
    fn of(kind: &'static str, token: Option<Token>, layout: &Layout) -> Self {
        let places = layout.places();
        Self {
            kind,
            token: token.map(|token| token.to_string()),
            strings: layout.strings().into_iter().map(StringInfo::from).collect(),
            module_count: places.len(),
            positions: !places.is_empty() && places.iter().all(|p| p.row.is_some() && p.col.is_some()),
            encoding: TextEncoding::Utf8.as_str(),
            ..Self::default()
        }
    }

    fn of_document(document: Document, token: Option<Token>) -> Self {
        let Document { kind, name, client, location, layout, marks, encoding, strings, .. } = document;
        let defect = |mark: &&ImportedMark| mark.status.is_some_and(|status| status.is_defect());
        Self {
            name,
            client,
            location,
            marks: marks.len(),
            defects: marks.iter().filter(defect).count(),
            encoding: encoding.as_str(),
            strings_from_zero: strings.from_zero,
            string_added: strings.added.map(StringInfo::from),
            string_names: strings
                .names
                .into_iter()
                .map(|(number, name)| StringLabel { number, name })
                .collect(),
            sample: SampleModule::some(&layout, &marks),
            ..Self::of(kind.as_str(), token, &layout)
        }
    }
}

impl SampleModule {
    /// Those first that show whether letters were read rightly.
    fn some(layout: &Layout, marks: &[ImportedMark]) -> Vec<Self> {
        const MOST: usize = 5;
        let mut told: Vec<&ImportedMark> = marks.iter().filter(|mark| mark.comment.is_some()).collect();
        told.sort_by_key(|mark| mark.comment.as_ref().is_some_and(|comment| comment.is_ascii()));
        told.truncate(MOST);
        let place = |module: &ModuleId| layout.places().iter().find(|place| place.module == *module);
        let of = |module: &ModuleId, mark: Option<&ImportedMark>| Self {
            module_id: module.to_string(),
            string: place(module).map_or(0, |place| place.string),
            position: place(module).map_or(0, |place| place.position),
            status: status_word(mark.and_then(|mark| mark.status)),
            comment: mark.and_then(|mark| mark.comment.clone()),
        };
        let mut sample: Vec<Self> = told.iter().map(|mark| of(&mark.module, Some(mark))).collect();
        let others =
            layout.places().iter().filter(|place| told.iter().all(|mark| mark.module != place.module));
        for place in others.take(MOST - sample.len()) {
            sample.push(of(&place.module, marks.iter().find(|mark| mark.module == place.module)));
        }
        sample
    }
}

impl AuditChoice {
    fn of(audit: &BackupAudit) -> Self {
        let choice =
            Self { audit: audit.choice().to_owned(), name: None, module_count: 0, marks: 0, problem: None };
        match &audit.document {
            Ok(document) => {
                let placed: HashSet<_> = document.layout.places().iter().map(|place| &place.module).collect();
                let loose = document.marks.iter().filter(|mark| !placed.contains(&mark.module)).count();
                let module_count = placed.len() + loose;
                Self { name: document.name.clone(), module_count, marks: document.marks.len(), ..choice }
            }
            Err(error) => Self { problem: Some(error.to_string()), ..choice },
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
