//! The hub about itself, and what those do who look after it: status, backup, restore.

use std::path::Path;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use hyper::body::Body as _;
use serde::Serialize;
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder};
use uuid::Uuid;

use super::backups::LastBackupInfo;
use crate::domain::site_clock::{Quality, TimeSource};
use crate::http::app::App;
use crate::http::conn::listener::Listeners;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::error_code::words;
use crate::http::guard::access::{Administers, Keeps};
use crate::http::guard::body::broken_off;
use crate::http::guard::caller::{Caller, Need};
use crate::hub::{NoticeCode, OnLan};
use crate::store::no_follow::{self, NO_FOLLOW};
use crate::store::{Identity, StoreError};

/// What a backup takes on a slow card.
const BACKUP: u64 = 10;

#[derive(Debug, Serialize, ToSchema)]
pub struct HubInfo {
    name: String,
    version: &'static str,
    hub_id: Uuid,
    /// Sequence numbers belong to this log; another id means: begin again.
    log_id: Uuid,
    time_ms: u64,
    /// `synchronised`, `learnt` or `unknown`.
    #[schema(value_type = String)]
    time_quality: Quality,
    access: &'static str,
    /// The port of plain HTTP.
    #[schema(required)]
    http_port: Option<u16>,
    /// HTTPS, where there is any: at the same host.
    #[schema(required)]
    tls: Option<TlsInfo>,
    /// Sentences about the storage that somebody should read; for those alone who may read audits.
    notices: Vec<String>,
    /// A word for each of them, in their order.
    #[schema(schema_with = notice_codes)]
    notice_codes: Vec<&'static str>,
}

fn notice_codes() -> Array {
    ArrayBuilder::new().items(words(NoticeCode::ALL)).build()
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TlsInfo {
    port: u16,
    /// The hub's own CA: devices trust it after /trust.
    own_ca: bool,
    /// Of that CA's certificate, to be compared with what a device shows.
    #[schema(required)]
    ca_sha256: Option<String>,
}

impl TlsInfo {
    fn of(listeners: &Listeners) -> Option<Self> {
        let (port, tls) = listeners.https()?;
        let ca_sha256 = tls.own_ca.get().map(|ca| ca.sha256.clone());
        Some(Self { port: *port, own_ca: ca_sha256.is_some(), ca_sha256 })
    }
}

/// Who this hub is
#[utoipa::path(get, path = "/api/v1/hub", tag = "hub", responses((status = 200, body = HubInfo)))]
pub async fn hub(State(app): State<App>, caller: Caller) -> Json<HubInfo> {
    let mut info = info(&app);
    if caller.may(Need::Read).is_err() {
        info.notices.clear();
        info.notice_codes.clear();
    }
    Json(info)
}

fn info(app: &App) -> HubInfo {
    let identity = app.hub.identity();
    let (notice_codes, notices) =
        app.hub.coded_notices().into_iter().map(|notice| (notice.code.as_str(), notice.words)).unzip();
    HubInfo {
        name: app.hub.name().to_owned(),
        version: env!("CARGO_PKG_VERSION"),
        hub_id: identity.hub_id,
        log_id: identity.log_id,
        time_ms: app.hub.clock().now_ms(),
        time_quality: app.hub.clock().quality(),
        access: app.hub.access().as_str(),
        http_port: app.listeners.http_port,
        tls: TlsInfo::of(&app.listeners),
        notices,
        notice_codes,
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NewIds {
    hub_id: Uuid,
    log_id: Uuid,
}

/// Other ids for this hub and its log, as another hub runs under those it has: everybody sends again what they hold
#[utoipa::path(post, path = "/api/v1/identity", tag = "administration",
    responses((status = 200, body = NewIds), (status = 507, body = ErrorBody)))]
pub async fn new_identity(State(app): State<App>, _: Administers) -> Result<Json<NewIds>, ApiError> {
    let Identity { hub_id, log_id, .. } = app.hub.new_identity().await?;
    Ok(Json(NewIds { hub_id, log_id }))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StatusInfo {
    #[serde(flatten)]
    hub: HubInfo,
    healthy: bool,
    /// Who has set the time: see `/api/v1/clock`.
    #[schema(value_type = String)]
    time_source: TimeSource,
    /// What tablets say that agree with each other, and not with the hub.
    #[schema(required)]
    time_contradicted_ms: Option<u64>,
    data_dir: String,
    process: u32,
    uptime_ms: u64,
    audits: usize,
    database_bytes: u64,
    free_bytes: u64,
    /// How it is found by name; nothing when it is not.
    #[schema(required)]
    lan: Option<LanInfo>,
    /// When the certificate of HTTPS ends.
    #[schema(required)]
    certificate_until_ms: Option<u64>,
    /// Null: this hub knows of none.
    #[schema(required)]
    last_backup: Option<LastBackupInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LanInfo {
    /// `fieldhub.local`
    host: String,
    /// The host that was wished for, when that is another machine's.
    #[schema(required)]
    instead_of: Option<String>,
    /// Its name in lists of services.
    service: String,
    url: String,
}

impl From<OnLan> for LanInfo {
    fn from(on_lan: OnLan) -> Self {
        let url = on_lan.url();
        let OnLan { host, instead_of, service, port: _ } = on_lan;
        Self { host, instead_of, service, url }
    }
}

/// State of the hub: health, storage, clock
#[utoipa::path(get, path = "/api/v1/status", tag = "administration", responses((status = 200, body = StatusInfo)))]
pub async fn status(State(app): State<App>, _: Keeps) -> Result<Json<StatusInfo>, ApiError> {
    let (database_bytes, free_bytes) = app.hub.disk();
    let clock = app.hub.clock().state();
    Ok(Json(StatusInfo {
        hub: info(&app),
        healthy: app.hub.checked_health().await.ok,
        time_source: clock.source,
        time_contradicted_ms: clock.contradicted_ms,
        data_dir: app.hub.data_dir().display().to_string(),
        process: std::process::id(),
        uptime_ms: app.hub.clock().monotonic_ms(),
        audits: app.hub.tokens().len(),
        database_bytes,
        free_bytes,
        lan: app.hub.on_lan().map(Into::into),
        certificate_until_ms: app.listeners.https().and_then(|(_, tls)| (tls.until_ms)()),
        last_backup: app.hub.backups().last.map(Into::into),
    }))
}

/// A verified copy of the database, while writing goes on
#[utoipa::path(get, path = "/api/v1/backup", tag = "administration",
    responses((status = 200, content_type = "application/octet-stream"), (status = 507, body = ErrorBody)))]
pub async fn backup(State(app): State<App>, _: Keeps) -> Result<Response, ApiError> {
    let Some(backup) = app.hub.backup().await else {
        let message = "another backup is being made: try again when it is done";
        return Err(ApiError::unavailable(message, BACKUP));
    };
    let backup = backup?;
    let file = File::from_std(backup.file.try_clone().map_err(ApiError::internal)?);
    let length = file.metadata().await.map_err(ApiError::internal)?.len();
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
    ];
    // Its room on the disk is taken until the answer has ended, however that is; so is its turn.
    let body = ReaderStream::new(file).map(move |bytes| {
        let _until_then = &backup;
        bytes
    });
    Ok((headers, Body::from_stream(body)).into_response())
}

/// Replace the database by a backup: a new log id, and tablets push again what they hold
#[utoipa::path(post, path = "/api/v1/restore", tag = "administration", request_body(content_type = "application/octet-stream"),
    responses((status = 204), (status = 400, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn restore(
    State(app): State<App>,
    Keeps(caller): Keeps,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let upload = app.hub.upload().ok_or_else(ApiError::busy)?;
    // The file that comes, and the database that is made of it.
    app.hub.has_room("a restore", body.size_hint().lower().saturating_mul(2))?;
    let received = async {
        let mut file = private(upload.path()).await.map_err(StoreError::from)?;
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| broken_off(&error))?;
            file.write_all(&chunk).await.map_err(StoreError::from)?;
        }
        file.sync_all().await.map_err(StoreError::from)?;
        Ok::<_, ApiError>(())
    };
    received.await?;
    // Uploading may have taken hours.
    caller.still_may(Need::Keep, &app.hub)?;
    app.hub.restore(upload).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A file for its owner alone: it becomes the database.
async fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600).custom_flags(NO_FOLLOW);
    options.open(path).await.map_err(|error| {
        let error = no_follow::refused(error);
        std::io::Error::new(error.kind(), format!("{}: {error}", path.display()))
    })
}
