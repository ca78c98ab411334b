//! Backups as a lead sees them: when the last one was and where it lies, the one in the making, and "back up now". The copy itself
//! is `admin::backup`; `fieldhub backup` writes it, reads it back, and tells here.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::{Administers, Keeps};
use crate::http::guard::body::JsonBody;
use crate::hub::{
    BackupProblem, BackupReport, BackupTarget, FailedBackup, LastBackup, MakingBackup, ToldBackup,
};

/// Until another one is worth asking for.
const SOON: u64 = 5;

#[derive(Debug, Serialize, ToSchema)]
pub struct BackupsInfo {
    /// Null: this hub knows of none.
    #[schema(required)]
    last: Option<LastBackupInfo>,
    /// Why the last one that was tried since did not become one.
    #[schema(required)]
    failed: Option<FailedBackupInfo>,
    #[schema(required)]
    making: Option<MakingBackupInfo>,
    /// The directory where the next one goes; null when that is a stick, or not known.
    #[schema(required)]
    dir: Option<String>,
    /// The label of the stick where the next one goes; whether that is plugged in shows when one is made.
    #[schema(required)]
    stick: Option<String>,
    /// Whether one is made every day by itself.
    daily: bool,
    database_bytes: u64,
}

/// One that was written, flushed and read back.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastBackupInfo {
    at_ms: u64,
    file: String,
    /// The label of the stick that it is on.
    #[schema(required)]
    stick: Option<String>,
    bytes: u64,
    audits: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FailedBackupInfo {
    at_ms: u64,
    #[schema(schema_with = problems)]
    problem: String,
    /// The same for people.
    words: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MakingBackupInfo {
    /// It was asked for, and nobody has begun it yet.
    wanted: bool,
    bytes: u64,
    /// 0: not known yet. When `bytes` is as much, it is being read back.
    of_bytes: u64,
}

fn problems() -> Object {
    crate::http::error_code::words(BackupProblem::ALL)
}

impl From<LastBackup> for LastBackupInfo {
    fn from(last: LastBackup) -> Self {
        let LastBackup { at_ms, file, stick, bytes, audits, .. } = last;
        Self { at_ms, file, stick, bytes, audits }
    }
}

fn info(app: &App) -> BackupsInfo {
    let BackupReport { last, failed, making, way } = app.hub.backups();
    let daily = way.as_ref().is_some_and(|way| way.daily);
    let (dir, stick) = match way.map(|way| way.to) {
        Some(BackupTarget::Dir(dir)) => (Some(dir), None),
        Some(BackupTarget::Stick(label)) => (None, Some(label)),
        None => (None, None),
    };
    let failed = failed.map(|FailedBackup { at_ms, problem, words }| {
        let known = BackupProblem::ALL.contains(&problem.as_str());
        let problem = if known { problem } else { BackupProblem::Other.as_str().to_owned() };
        FailedBackupInfo { at_ms, problem, words }
    });
    let making =
        making.map(|MakingBackup { wanted, bytes, of_bytes }| MakingBackupInfo { wanted, bytes, of_bytes });
    BackupsInfo {
        last: last.map(Into::into),
        failed,
        making,
        dir,
        stick,
        daily,
        database_bytes: app.hub.disk().0,
    }
}

/// When the last backup was, where it lies, and what becomes of the next
#[utoipa::path(get, path = "/api/v1/backups", tag = "administration", responses((status = 200, body = BackupsInfo)))]
pub async fn list(State(app): State<App>, _: Keeps) -> Json<BackupsInfo> {
    Json(info(&app))
}

/// Have one made now, where the hub's machine makes them; one at a time
#[utoipa::path(post, path = "/api/v1/backups", tag = "administration",
    responses((status = 202, body = BackupsInfo), (status = 409, body = ErrorBody, description = "one is being made already")))]
pub async fn make(State(app): State<App>, _: Keeps) -> Result<(StatusCode, Json<BackupsInfo>), ApiError> {
    if !app.hub.want_backup() {
        return Err(ApiError::under_way("a backup is being made already", SOON));
    }
    Ok((StatusCode::ACCEPTED, Json(info(&app))))
}

/// What `fieldhub backup` tells of the one that it makes.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ToldBackupBody {
    /// Tells it from others.
    run: String,
    /// `going`, `done` or `failed`.
    state: String,
    #[serde(default)]
    bytes: u64,
    #[serde(default)]
    of_bytes: u64,
    #[serde(default)]
    file: String,
    #[serde(default)]
    stick: Option<String>,
    #[serde(default)]
    audits: u64,
    #[serde(default)]
    #[schema(schema_with = any_problem)]
    problem: String,
    #[serde(default)]
    words: String,
}

/// A later program may know more of them.
fn any_problem() -> Object {
    let known: Vec<Value> = BackupProblem::ALL.iter().map(|word| json!(word)).collect();
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).examples(known).build()
}

/// How far a backup has got
#[utoipa::path(put, path = "/api/v1/backups/told", tag = "administration", request_body = ToldBackupBody,
    responses((status = 204), (status = 400, body = ErrorBody)))]
pub async fn told(
    State(app): State<App>,
    _: Administers,
    JsonBody(body): JsonBody<ToldBackupBody>,
) -> Result<StatusCode, ApiError> {
    let ToldBackupBody { run, state, bytes, of_bytes, file, stick, audits, problem, words } = body;
    let told = match state.as_str() {
        "going" => ToldBackup::Going { bytes, of_bytes },
        "done" => ToldBackup::Done { file, stick, bytes, audits },
        "failed" => ToldBackup::Failed { problem, words },
        _ => return Err(ApiError::field("state", "going, done or failed")),
    };
    let hub = std::sync::Arc::clone(&app.hub);
    // It is written down before the answer.
    let noted = tokio::task::spawn_blocking(move || hub.backup_told(&run, told)).await;
    noted.map_err(ApiError::internal)?;
    Ok(StatusCode::NO_CONTENT)
}
