//! Joining (sign-in): a code and a name become a session; and what a member does with it.
//!
//! The token goes into the answer, for scripts and the page's calls, and into a cookie, for the live feed:
//! browsers open event streams without headers of ours.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::crew::Role;
use crate::domain::id::{DeviceId, person_name};
use crate::http::app::App;
use crate::http::conn::door::Door;
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;
use crate::http::error::ErrorBody;
use crate::http::guard::access::{self, Reads, authorization};
use crate::http::guard::body::JsonBody;
use crate::http::guard::caller::Caller;
use crate::hub::change;
use crate::hub::crew::{Crew, Joined, Session};

/// For browsers, whose clocks are their own: the hub decides when a session is over.
const COOKIE_DAYS: u64 = 400;

#[derive(Deserialize, ToSchema)]
pub struct JoinBody {
    /// As the QR code has it, or as somebody types it.
    code: String,
    name: String,
    device_id: String,
}

impl JoinBody {
    /// Code, name and device.
    pub fn read(self) -> Result<(String, String, DeviceId), ApiError> {
        Ok((self.code, person_name(&self.name)?, DeviceId::parse(self.device_id)?))
    }
}

#[derive(Serialize, ToSchema)]
pub struct JoinAnswer {
    /// A JWT, for `Authorization: Bearer`.
    token: String,
    technician_id: String,
    name: String,
    #[schema(value_type = String)]
    role: Role,
    expires_at_ms: u64,
}

/// Join the crew
///
/// A token that the device had before, good or expired, in `Authorization` proves who it was: it keeps its
/// technician id.
#[utoipa::path(post, path = "/api/v1/join", tag = "crew", request_body = JoinBody, responses(
    (status = 200, body = JoinAnswer, description = "and a cookie"), (status = 400, body = ErrorBody),
    (status = 403, body = ErrorBody, description = "`wrong_code`"), (status = 409, body = ErrorBody, description = "`open_hub`"),
    (status = 507, body = ErrorBody)))]
pub async fn join(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    door: Option<Extension<Door>>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<JoinBody>,
) -> Result<Response, ApiError> {
    let crew = access::crew(&app)?;
    let (code, name, device) = body.read()?;
    if let Some(Extension(Peer::Network(address))) = peer {
        app.rates.join(address, || crew.looks_right(&code))?;
    }
    let proof = authorization(&headers).map(str::to_owned);
    let joined = app.hub.join(code, name, device, proof).await?;
    Ok(welcome(crew, joined, door))
}

fn welcome(crew: &Crew, joined: Joined, door: Option<Extension<Door>>) -> Response {
    let (mut name, age) = (crew.cookie_name(), COOKIE_DAYS * 86_400);
    let mut secure = "";
    // Another name over TLS: where there is a cookie that is `Secure`, plain HTTP could set none of its name.
    if door.is_some_and(|Extension(door)| door.tls) {
        (name, secure) = (access::over_tls(&name), "; Secure");
    }
    let cookie = format!("{name}={}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}", joined.token);
    let answer = JoinAnswer {
        token: joined.token,
        technician_id: joined.member.technician.to_string(),
        name: joined.member.name,
        role: joined.member.role,
        expires_at_ms: joined.expires_ms,
    };
    let mut response = Json(answer).into_response();
    // A JWT has no characters that a header may not have.
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    technician_id: String,
    name: String,
    #[schema(value_type = String)]
    role: Role,
    device_id: String,
    expires_at_ms: u64,
}

impl From<&Session> for Me {
    fn from(session: &Session) -> Self {
        Self {
            technician_id: session.member.technician.to_string(),
            name: session.member.name.clone(),
            role: session.member.role,
            device_id: session.member.device.to_string(),
            expires_at_ms: session.expires_ms,
        }
    }
}

/// The session of a member; administrators and open hubs have none.
pub fn session_of(caller: &Caller) -> Result<&Session, ApiError> {
    match caller {
        Caller::Member(session) => Ok(session),
        Caller::Admin => Err(ApiError::no_member()),
        _ => Err(ApiError::open_hub()),
    }
}

/// Who I am
#[utoipa::path(get, path = "/api/v1/me", tag = "crew", responses((status = 200, body = Me), (status = 409, body = ErrorBody)))]
pub async fn me(Reads(caller): Reads) -> Result<Json<Me>, ApiError> {
    Ok(Json(session_of(&caller)?.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct RenameBody {
    name: String,
}

/// Change my name
#[utoipa::path(patch, path = "/api/v1/me", tag = "crew", request_body = RenameBody, responses(
    (status = 200, body = Me), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn rename(
    State(app): State<App>,
    Reads(caller): Reads,
    JsonBody(body): JsonBody<RenameBody>,
) -> Result<Json<Me>, ApiError> {
    let mut session = session_of(&caller)?.clone();
    let name = person_name(&body.name)?;
    let technician = session.member.technician.clone();
    let crew = access::crew(&app)?;
    session.member = change(crew, move |crew| crew.rename(technician.as_str(), name)).await?;
    Ok(Json((&session).into()))
}

/// Renew my session: a new token, with its full lifetime
#[utoipa::path(post, path = "/api/v1/me/renew", tag = "crew", responses((status = 200, body = JoinAnswer, description = "and a cookie"), (status = 409, body = ErrorBody),
    (status = 507, body = ErrorBody)))]
pub async fn renew(
    State(app): State<App>,
    Reads(caller): Reads,
    door: Option<Extension<Door>>,
) -> Result<Response, ApiError> {
    let crew = access::crew(&app)?;
    let (session, at) = (session_of(&caller)?.clone(), app.hub.moment());
    let joined = change(crew, move |crew| crew.renew(&session, at)).await?;
    Ok(welcome(crew, joined, door))
}
