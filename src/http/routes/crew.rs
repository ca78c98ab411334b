//! The crew as its lead sees it: who is in, with which role; codes and keys; audits open to v3.3 clients.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::poster::QrModules;
use super::tablet::TabletInfo;
use super::wire::Summary;
use crate::domain::crew::{JoinCode, Role};
use crate::domain::id::person_name;
use crate::http::app::App;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::{self, Administers, Keeps, Leads};
use crate::http::guard::body::JsonBody;
use crate::http::guard::caller::Caller;
use crate::http::guard::path::{AuditPath, MemberPath};
use crate::hub::change;
use crate::hub::crew::{CrewError, JoinError, Member, ToldTablet, WhichCode};
use crate::store::StoreError;

#[derive(Debug, Serialize, ToSchema)]
pub struct MemberInfo {
    technician_id: String,
    name: String,
    #[schema(value_type = String)]
    role: Role,
    device_id: String,
    joined_at_ms: u64,
    /// Since the hub started; null when not.
    #[schema(required)]
    last_seen_ms: Option<u64>,
    revoked: bool,
    /// What their tablet last said of itself, since the hub started; null when it never did, as v3.3 tablets and old pages do not.
    #[schema(required)]
    tablet: Option<TabletInfo>,
}

impl MemberInfo {
    fn of(member: &Member, last_seen_ms: Option<u64>, tablet: Option<ToldTablet>) -> Self {
        Self {
            technician_id: member.technician.to_string(),
            name: member.name.clone(),
            role: member.role,
            device_id: member.device.to_string(),
            joined_at_ms: member.joined_ms,
            last_seen_ms,
            revoked: member.revoked,
            tablet: tablet.map(TabletInfo::from),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CrewInfo {
    members: Vec<MemberInfo>,
}

/// Who is in the crew
#[utoipa::path(get, path = "/api/v1/crew", tag = "crew", responses((status = 200, body = CrewInfo), (status = 409, body = ErrorBody)))]
pub async fn list(State(app): State<App>, _: Keeps) -> Result<Json<CrewInfo>, ApiError> {
    let crew = access::crew(&app)?;
    let of = |(m, seen): (Member, Option<u64>)| MemberInfo::of(&m, seen, crew.tablet_of(&m.technician));
    Ok(Json(CrewInfo { members: crew.members().into_iter().map(of).collect() }))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct MemberChange {
    /// `viewer`, `technician` or `lead`.
    #[serde(default)]
    role: Option<String>,
    /// True ends the member's sessions at once; false lets them in again.
    #[serde(default)]
    revoked: Option<bool>,
}

/// Change a member's role, or send them away
#[utoipa::path(patch, path = "/api/v1/crew/{technician_id}", tag = "crew", params(("technician_id" = String, Path)), request_body = MemberChange,
    responses((status = 200, body = MemberInfo), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn set(
    State(app): State<App>,
    Keeps(caller): Keeps,
    MemberPath(technician): MemberPath,
    JsonBody(body): JsonBody<MemberChange>,
) -> Result<Json<MemberInfo>, ApiError> {
    let role = body.role.map(|word| word.parse::<Role>()).transpose();
    let role = role.map_err(|problem| ApiError::field("role", problem))?;
    if role.is_none() && body.revoked.is_none() {
        return Err(ApiError::field("role", "give a role, or whether the member is revoked"));
    }
    let crew = access::crew(&app)?;
    let by_command = caller == Caller::Admin;
    let member = change(crew, move |crew| match by_command {
        true => crew.set(technician.as_str(), role, body.revoked),
        false => crew.set_by_lead(technician.as_str(), role, body.revoked),
    });
    let member = member.await?;
    Ok(Json(MemberInfo::of(&member, None, crew.tablet_of(&member.technician))))
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HubBody)]
pub struct AdmitHubBody {
    name: String,
}

#[derive(Serialize, ToSchema)]
pub struct HubToken {
    /// For the other hub's `token_file`.
    token: String,
    technician_id: String,
    name: String,
    #[schema(value_type = String)]
    role: Role,
    expires_at_ms: u64,
}

/// Let another hub in: a member with the rights of a lead, and a token that lasts for ten years
#[utoipa::path(post, path = "/api/v1/crew/hubs", tag = "administration", request_body = AdmitHubBody,
    responses((status = 201, body = HubToken), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn admit_hub(
    State(app): State<App>,
    _: Administers,
    JsonBody(body): JsonBody<AdmitHubBody>,
) -> Result<(StatusCode, Json<HubToken>), ApiError> {
    let (name, at) = (person_name(&body.name)?, app.hub.moment());
    let joined = change::<_, JoinError>(access::crew(&app)?, move |crew| crew.admit_hub(&name, at)).await?;
    let answer = HubToken {
        token: joined.token,
        technician_id: joined.member.technician.to_string(),
        name: joined.member.name,
        role: joined.member.role,
        expires_at_ms: joined.expires_ms,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Revoked {
    revoked: usize,
}

/// Send everybody away; who has the code can join again
#[utoipa::path(post, path = "/api/v1/crew/revoke-all", tag = "administration", responses((status = 200, body = Revoked), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn revoke_all(State(app): State<App>, _: Administers) -> Result<Json<Revoked>, ApiError> {
    let revoked = change(access::crew(&app)?, |crew| crew.revoke_all()).await?;
    Ok(Json(Revoked { revoked }))
}

/// Replace the signing key: every session ends, and everybody joins again
#[utoipa::path(post, path = "/api/v1/crew/rotate-key", tag = "administration", responses((status = 204), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn rotate_key(State(app): State<App>, _: Administers) -> Result<StatusCode, ApiError> {
    change(access::crew(&app)?, |crew| crew.rotate_key()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, ToSchema)]
pub struct CodeInfo {
    code: String,
    /// What the QR code says; null when the hub does not know where tablets find it.
    #[schema(required)]
    url: Option<String>,
    /// The QR code of `url`; null as that is.
    #[schema(required)]
    qr: Option<QrModules>,
}

fn info(app: &App, code: &JoinCode) -> Json<CodeInfo> {
    let url = app.hub.found_at().map(|origin| code.link(&origin));
    let qr = url.as_deref().and_then(QrModules::of);
    Json(CodeInfo { code: code.as_str().to_owned(), url, qr })
}

/// The code that technicians join with
#[utoipa::path(get, path = "/api/v1/crew/code", tag = "crew", responses((status = 200, body = CodeInfo), (status = 409, body = ErrorBody)))]
pub async fn code(State(app): State<App>, _: Keeps) -> Result<Json<CodeInfo>, ApiError> {
    Ok(info(&app, &access::crew(&app)?.code(WhichCode::Crew)))
}

/// Another code for technicians; those who have joined stay in
#[utoipa::path(post, path = "/api/v1/crew/code", tag = "crew", responses((status = 200, body = CodeInfo), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn new_code(State(app): State<App>, _: Keeps) -> Result<Json<CodeInfo>, ApiError> {
    let code = change::<_, CrewError>(access::crew(&app)?, |crew| crew.new_code(WhichCode::Crew)).await?;
    Ok(info(&app, &code))
}

/// The code that leads join with
#[utoipa::path(get, path = "/api/v1/crew/lead-code", tag = "crew", responses((status = 200, body = CodeInfo), (status = 409, body = ErrorBody)))]
pub async fn lead_code(State(app): State<App>, _: Keeps) -> Result<Json<CodeInfo>, ApiError> {
    Ok(info(&app, &access::crew(&app)?.code(WhichCode::Lead)))
}

/// Another code for leads; those who have joined stay in
#[utoipa::path(post, path = "/api/v1/crew/lead-code", tag = "crew", responses((status = 200, body = CodeInfo), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn new_lead_code(State(app): State<App>, _: Keeps) -> Result<Json<CodeInfo>, ApiError> {
    let code = change::<_, CrewError>(access::crew(&app)?, |crew| crew.new_code(WhichCode::Lead)).await?;
    Ok(info(&app, &code))
}

/// The code that viewers join with: they read, and mark nothing
#[utoipa::path(get, path = "/api/v1/crew/viewer-code", tag = "crew", responses((status = 200, body = CodeInfo), (status = 409, body = ErrorBody)))]
pub async fn viewer_code(State(app): State<App>, _: Keeps) -> Result<Json<CodeInfo>, ApiError> {
    Ok(info(&app, &access::crew(&app)?.code(WhichCode::Viewer)))
}

/// Another code for viewers; those who have joined stay in
#[utoipa::path(post, path = "/api/v1/crew/viewer-code", tag = "crew", responses((status = 200, body = CodeInfo), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn new_viewer_code(State(app): State<App>, _: Keeps) -> Result<Json<CodeInfo>, ApiError> {
    let code = change::<_, CrewError>(access::crew(&app)?, |crew| crew.new_code(WhichCode::Viewer)).await?;
    Ok(info(&app, &code))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct OpenBody {
    open: bool,
}

/// Open an audit to v3.3 clients that have not joined, or close it to them
#[utoipa::path(put, path = "/api/v1/audits/{token}/open-v33", tag = "crew", params(("token" = String, Path)), request_body = OpenBody,
    responses((status = 200, body = Summary), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn open_v33(
    State(app): State<App>,
    _: Leads,
    AuditPath(token): AuditPath,
    JsonBody(body): JsonBody<OpenBody>,
) -> Result<Json<Summary>, ApiError> {
    if !app.hub.exists(&token) {
        return Err(StoreError::UnknownAudit(token).into());
    }
    let audit = token.clone();
    change(access::crew(&app)?, move |crew| crew.set_open_v33(&audit, body.open)).await?;
    Ok(Json(Summary::read(&app.hub, &token)?))
}
