//! Set-up of the hub, for its lead: what doctor finds on its machine, where settings are changed (the hub itself may not), and an upstream
//! tried before it is set.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::Object;

use super::upstream::reason_codes;
use crate::domain::{BearerToken, LinkUrl};
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::error_code::words;
use crate::http::guard::access::Keeps;
use crate::http::guard::body::JsonBody;
use crate::hub::{MachineCheck, MachineReport, TriedUpstream};

/// Seconds: it takes no longer.
const SOON: u64 = 3;

#[derive(Debug, Serialize, ToSchema)]
pub struct SetupInfo {
    /// The file on the hub's machine where its settings are changed; null where it was started by hand, with options.
    #[schema(required)]
    settings_file: Option<String>,
    /// What to type there after that.
    #[schema(required)]
    restart: Option<String>,
    /// What doctor finds, as far as the hub's own user can see.
    checks: Vec<CheckInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CheckInfo {
    group: &'static str,
    name: &'static str,
    #[schema(schema_with = verdicts)]
    verdict: &'static str,
    said: String,
    /// What to type, or to do with one's hands.
    #[serde(rename = "do")]
    #[schema(required)]
    remedy: Option<String>,
}

fn verdicts() -> Object {
    words(&["unknown", "ok", "look", "do"])
}

impl From<MachineCheck> for CheckInfo {
    fn from(check: MachineCheck) -> Self {
        let MachineCheck { group, name, verdict, said, remedy } = check;
        Self { group, name, verdict, said, remedy }
    }
}

/// Of a hub that a command has opened, or that is just starting.
fn not_yet() -> ApiError {
    ApiError::unavailable("the hub does not know its machine yet: try again in a moment", SOON)
}

/// What doctor finds on the hub's machine, and where its settings are changed
#[utoipa::path(get, path = "/api/v1/setup", tag = "administration",
    responses((status = 200, body = SetupInfo), (status = 503, body = ErrorBody)))]
pub async fn look(State(app): State<App>, _: Keeps) -> Result<Json<SetupInfo>, ApiError> {
    let MachineReport { settings_file, restart, checks } =
        app.hub.look_at_machine().await.ok_or_else(not_yet)?;
    Ok(Json(SetupInfo { settings_file, restart, checks: checks.into_iter().map(Into::into).collect() }))
}

#[derive(Deserialize, ToSchema)]
pub struct TryUpstreamBody {
    /// `https://HOST` is a v3.3 cloud, `fieldhub+https://HOST` another fieldhub.
    url: String,
    #[serde(default)]
    token: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TriedUpstreamInfo {
    /// It answers, lets this hub in, and has what was asked for.
    works: bool,
    /// It answers as such a hub does, and does not know this hub's audit; whether it lets this hub in shows with one that both have.
    unknown_audit: bool,
    /// Why it does not work.
    #[schema(required, schema_with = reason_codes)]
    reason_code: Option<&'static str>,
    #[schema(required)]
    words: Option<String>,
}

impl From<TriedUpstream> for TriedUpstreamInfo {
    fn from(tried: TriedUpstream) -> Self {
        let (works, unknown_audit) = (tried == TriedUpstream::Works, tried == TriedUpstream::UnknownAudit);
        let (reason_code, words) = match tried {
            TriedUpstream::Failed { code, words } => (Some(code.as_str()), Some(words)),
            _ => (None, None),
        };
        Self { works, unknown_audit, reason_code, words }
    }
}

/// Call an upstream once, before it is set: nothing is changed, here or there
#[utoipa::path(post, path = "/api/v1/upstream/try", tag = "administration", request_body = TryUpstreamBody,
    responses((status = 200, body = TriedUpstreamInfo), (status = 400, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn try_upstream(
    State(app): State<App>,
    _: Keeps,
    JsonBody(body): JsonBody<TryUpstreamBody>,
) -> Result<Json<TriedUpstreamInfo>, ApiError> {
    let url = body.url.trim().parse::<LinkUrl>().map_err(|problem| ApiError::field("url", problem))?;
    let token = body.token.as_deref().map(str::trim).filter(|token| !token.is_empty());
    let token =
        token.map(BearerToken::parse).transpose().map_err(|problem| ApiError::field("token", problem))?;
    let tried = app.hub.try_upstream(url, token).await.ok_or_else(not_yet)?;
    Ok(Json(tried.into()))
}
