//! Reports of an audit: versions are made and listed, and each is written down as it is sent, in the form and language that is asked for.
//!
//! Called by the router; calls the hub, which makes one at a time.

use std::io::{self, Write};
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::unfold;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::ToSchema;
use uuid::Uuid;

use super::audits::made_by;
use super::pieces::IN_HAND;
use crate::domain::report::section::{self, ReportSection, ReportSections};
use crate::domain::report::version::FURTHEST_MINUTES;
use crate::domain::report::{ReportFormat, ReportLanguage};
use crate::http::app::App;
use crate::http::conn::answer_memory::AnswerAccount;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::{Leads, Reads};
use crate::http::guard::body::JsonBody;
use crate::http::guard::path::{AuditPath, Params, ReportPath};
use crate::hub::{NumberedReport, ReadyReport, ReportDraft, ReportError, ReportProgress, ReportRequest};
use crate::store::StoreError;

/// Bytes that are sent at a time, and pieces that wait for a slow client.
const PIECE: usize = 64 << 10;
const WAITING: usize = 2;

/// A page of its own: nothing runs in it, and nothing comes from elsewhere.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'; sandbox";

const LANGUAGES: &str = "de, en, es, fr or it";

/// What a new version is like; all of it may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct ReportBody {
    /// de, en, es, fr or it: in which it is given to whoever does not ask for another. Absent: en.
    lang: Option<String>,
    /// Minutes that its times are ahead of UTC. Absent: 0.
    utc_offset: Option<i32>,
    /// Names of sections: all others are left out, whenever this version is made. Absent: all.
    sections: Vec<String>,
    /// It is no draft. What comes later makes the next version.
    r#final: bool,
}

/// A numbered version.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportInfo {
    number: u32,
    /// The log that it was made of, the last operation in it, and the digest of the log up to there.
    log_id: Uuid,
    position: u64,
    digest: String,
    made_at_ms: u64,
    made_by: String,
    technician_id: String,
    lang: String,
    utc_offset: i32,
    /// The lead made it final; else it says that it is a draft.
    r#final: bool,
    /// Absent: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sections: Vec<String>,
    /// Of the program.
    made_with: String,
    /// How the hub knew the time: network, upstream, person, tablets, machine or kept.
    #[schema(value_type = String)]
    time_source: crate::domain::site_clock::TimeSource,
    /// Small pictures that had not reached the hub, and are not in it.
    pictures_absent: usize,
    /// This hub has that log and can make it again, with the same bytes.
    here: bool,
}

/// How far the report is that is being made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportMaking {
    /// Absent: a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    /// Operations that are read, of so many.
    read: u64,
    of: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReportList {
    /// Oldest first; of very many the last 100.
    versions: Vec<ReportInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    making: Option<ReportMaking>,
    /// In which a report can be had.
    formats: Vec<&'static str>,
    languages: Vec<&'static str>,
    /// What can be left out.
    sections: Vec<&'static str>,
}

impl From<NumberedReport> for ReportInfo {
    fn from(one: NumberedReport) -> Self {
        let NumberedReport { by, version, here, .. } = one;
        Self {
            number: version.number,
            log_id: version.log_id,
            position: version.position,
            digest: version.digest.to_string(),
            made_at_ms: version.made_ms,
            made_by: by.name.to_string(),
            technician_id: by.id.to_string(),
            r#final: version.is_final(),
            sections: version.sections,
            lang: version.language,
            utc_offset: version.utc_offset_minutes,
            made_with: version.program,
            time_source: version.time_source,
            pictures_absent: version.absent.len(),
            here,
        }
    }
}

impl From<ReportProgress> for ReportMaking {
    fn from(progress: ReportProgress) -> Self {
        Self { number: progress.number, read: progress.read, of: progress.of }
    }
}

impl From<ReportError> for ApiError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::NoVersion(_) | ReportError::Elsewhere(_) => ApiError::not_found(error.to_string()),
            ReportError::Busy => ApiError::unavailable(error.to_string(), 5),
            ReportError::NoDigest => ApiError::field("token", error),
            ReportError::Wrong(invalid) => invalid.into(),
            ReportError::Store(error) => error.into(),
        }
    }
}

fn language(word: &str) -> Result<ReportLanguage, ApiError> {
    ReportLanguage::parse(word).ok_or_else(|| ApiError::field("lang", LANGUAGES))
}

fn chosen(names: &[String]) -> Result<Vec<String>, ApiError> {
    section::chosen(names).map_err(|unknown| {
        let known = ReportSection::ALL.map(ReportSection::as_str).join(", ");
        ApiError::field("sections", format!("{unknown} is none of {known}"))
    })
}

fn offset(minutes: Option<i32>) -> Result<i32, ApiError> {
    let minutes = minutes.unwrap_or_default();
    match minutes.unsigned_abs() <= FURTHEST_MINUTES.unsigned_abs() {
        true => Ok(minutes),
        false => Err(ApiError::field("utc_offset", "minutes, from -840 to 840")),
    }
}

/// The versions of an audit's report
#[utoipa::path(get, path = "/api/v1/audits/{token}/reports", tag = "reports", params(("token" = String, Path)),
    responses((status = 200, body = ReportList), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(
    State(app): State<App>,
    _: Reads,
    AuditPath(token): AuditPath,
) -> Result<Json<ReportList>, ApiError> {
    let hub = Arc::clone(&app.hub);
    let making = app.hub.report_progress(&token).map(Into::into);
    // Who asks first after the audit came into memory has its whole log read.
    let versions = app.aside.run(move || hub.report_versions(&token)).await?;
    Ok(Json(ReportList {
        versions: versions.into_iter().map(Into::into).collect(),
        making,
        formats: ReportFormat::ALL.map(ReportFormat::ending).to_vec(),
        languages: ReportLanguage::ALL.map(ReportLanguage::tag).to_vec(),
        sections: ReportSection::ALL.map(ReportSection::as_str).to_vec(),
    }))
}

/// Freeze what the log has now as the next version of the report
#[utoipa::path(post, path = "/api/v1/audits/{token}/reports", tag = "reports", params(("token" = String, Path)),
    request_body = ReportBody,
    responses((status = 200, body = ReportInfo, description = "the version that it is; the last one where nothing has come since"), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn make(
    State(app): State<App>,
    Leads(caller): Leads,
    AuditPath(token): AuditPath,
    JsonBody(body): JsonBody<ReportBody>,
) -> Result<Json<ReportInfo>, ApiError> {
    let request = ReportRequest {
        language: body.lang.as_deref().map_or(Ok(ReportLanguage::default()), language)?,
        utc_offset_minutes: offset(body.utc_offset)?,
        sections: chosen(&body.sections)?,
        is_final: body.r#final,
    };
    let made = app.hub.number_report(&token, request, |said| made_by(&app, &caller, said)).await?;
    Ok(Json(made.into()))
}

/// A version of the report as a file, or a draft of what there is now
#[utoipa::path(get, path = "/api/v1/audits/{token}/reports/{number}", tag = "reports",
    params(("token" = String, Path), ("number" = String, Path, description = "a version's number, or draft"),
        ("format" = Option<String>, Query, description = "pdf, html, xlsx, csv or json; html when missing"),
        ("lang" = Option<String>, Query, description = "de, en, es, fr or it; that of the version when missing"),
        ("utc_offset" = Option<i32>, Query, description = "of a draft: minutes that its times are ahead of UTC; 0 when missing"),
        ("sections" = Option<String>, Query, description = "of a draft: names of sections with commas between them, to leave all others out"),
        ("download" = Option<bool>, Query, description = "true: as a file, also what browsers would show")),
    responses((status = 200, description = "the file", content((String = "text/html"), (String = "application/pdf"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv"), (Object = "application/json"))), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 503, body = ErrorBody, description = "several are being made: come again")))]
pub async fn show(
    State(app): State<App>,
    _: Reads,
    ReportPath(token, number): ReportPath,
    account: AnswerAccount,
    params: Params,
) -> Result<Response, ApiError> {
    let format = params.get("format").map_or(Some(ReportFormat::Html), ReportFormat::parse);
    let format = format
        .ok_or_else(|| ApiError::field("format", ReportFormat::ALL.map(ReportFormat::ending).join(" or ")))?;
    let minutes = params.get("utc_offset").map(|text| text.parse().map_err(|_| ())).transpose();
    let minutes = offset(minutes.map_err(|()| ApiError::field("utc_offset", "minutes, from -840 to 840"))?)?;
    let asked = params.get("lang").map(language).transpose()?;
    let named = |names: &str| names.split(',').map(str::to_owned).collect::<Vec<_>>();
    let sections = params.get("sections").map(|names| chosen(&named(names))).transpose()?;
    let sections = ReportSections::named(&sections.unwrap_or_default());
    let draft = ReportDraft { utc_offset_minutes: minutes, sections };
    let mut work = app.hub.begin_report(&token, number, draft).await?;
    let language = asked.unwrap_or_else(|| work.language());
    loop {
        let read = app.aside.run(move || Ok::<_, StoreError>((work.step()?, work))).await?;
        work = read.1;
        if !read.0 {
            break;
        }
    }
    let ready = app.aside.run(move || work.finish()).await?;
    let taken = account.take(IN_HAND)?;
    let shown = format.is_shown() && params.get("download") != Some("true");
    let said = headers(&ready, format, shown)?;
    let (sender, mut pieces) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let _taken = taken;
        let mut out = PieceSender { piece: Vec::with_capacity(PIECE), sender };
        let written = ready.write(format, language, &mut out).and_then(|()| out.flush());
        if let Err(error) = written.as_ref() {
            tracing::warn!(%error, "a report was broken off");
            let broken = io::Error::other(error.to_string());
            let _ = out.sender.blocking_send(Err(broken));
        }
    });
    // A small one is sent whole, with its length.
    let first = pieces.recv().await;
    let rest = unfold(pieces, |mut pieces| async move { Some((pieces.recv().await?, pieces)) });
    let first = futures_util::stream::iter(first);
    let body = Body::from_stream(futures_util::stream::StreamExt::chain(first, rest));
    Ok((said, body).into_response())
}

fn headers(ready: &ReadyReport, format: ReportFormat, shown: bool) -> Result<HeaderMap, ApiError> {
    let how = if shown { "inline" } else { "attachment" };
    let file = format!("{how}; filename=\"{}\"", ready.file_name(format));
    let mut said = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(file).map_err(ApiError::internal)?),
    ]);
    if format == ReportFormat::Html {
        said.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    }
    Ok(said)
}

/// What is written goes on its way piece by piece; who writes waits for a slow client.
struct PieceSender {
    piece: Vec<u8>,
    sender: mpsc::Sender<io::Result<Bytes>>,
}

impl Write for PieceSender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.sender.blocking_send(Ok(piece.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
