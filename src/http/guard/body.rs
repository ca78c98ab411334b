//! How a request becomes checked values; whatever is wrong with it becomes an `ApiError` that
//! names the field.

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use bytes::BytesMut;
use http_body_util::{BodyExt, LengthLimitError};
use hyper::body::Body as _;
use serde::de::DeserializeOwned;

use super::access::LetIn;
use crate::domain::id::TechnicianId;
use crate::domain::{ModuleId, Token};
use crate::http::app::App;
use crate::http::conn::body_memory::Account;
use crate::http::conn::slow_body::{TooSlow, is};
use crate::http::error::ApiError;

/// The body, within its limit, from somebody who is still welcome when it has come.
pub struct Raw(pub Bytes);

impl FromRequest<App> for Raw {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let let_in: Option<LetIn> = request.extensions().get().cloned();
        let whole = whole(request).await?;
        // Joining asks nothing of its caller.
        let_in.map_or(Ok(()), |let_in| let_in.still(&app.hub))?;
        Ok(Raw(whole))
    }
}

async fn whole(request: Request) -> Result<Bytes, ApiError> {
    // Requests of the administrator have none.
    let account: Option<Account> = request.extensions().get().cloned();
    let announced = request.body().size_hint().lower();
    let mut body = request.into_limited_body();
    // The limit shows in the hint. Said before the body is asked for: nobody sends 20 MiB for a refusal.
    if body.size_hint().upper().is_some_and(|most| most < announced) {
        return Err(ApiError::too_large());
    }
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| broken_off(&error))?.into_data() else { continue };
        if let Some(account) = &account {
            account.take(data.len())?;
        }
        // Most bodies come as one piece, which is passed on as it is.
        if whole.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

/// Why a body did not arrive whole.
pub fn broken_off(error: &axum::Error) -> ApiError {
    if is::<TooSlow>(error) {
        ApiError::timeout()
    } else if is::<LengthLimitError>(error) {
        ApiError::too_large()
    } else {
        ApiError::bad_json("the body did not arrive whole")
    }
}

/// A JSON body, whatever its content type says: v3.3 clients vary.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let Raw(bytes) = Raw::from_request(request, app).await?;
        parse(&bytes).map(Body)
    }
}

pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // serde would take a list for a struct, its fields by their order here.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(ApiError::bad_json("the body: send a JSON object, with each field by its name"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if !inner.is_data() {
            return ApiError::bad_json(format!("this is not JSON: {inner}"));
        }
        // serde says "missing field `x`" one level up from x.
        let text = inner.to_string();
        match text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            Some(missing) if path == "." => ApiError::field(missing, "it is missing"),
            Some(missing) => ApiError::field(format!("{path}.{missing}"), "it is missing"),
            None if path == "." => ApiError::bad_json(format!("the body: {text}")),
            None => ApiError::field(path, text),
        }
    })?;
    json.end().map_err(|error| ApiError::bad_json(format!("this is not JSON: {error}")))?;
    Ok(value)
}

/// `{token}` in the path.
pub struct AuditPath(pub Token);

impl<S: Send + Sync> FromRequestParts<S> for AuditPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(AuditPath(Token::parse(path_param(parts, state, "token").await?)?))
    }
}

/// `{token}` and `{module_id}` in the path.
pub struct ModulePath(pub Token, pub ModuleId);

impl<S: Send + Sync> FromRequestParts<S> for ModulePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = Token::parse(path_param(parts, state, "token").await?)?;
        let module = ModuleId::parse(path_param(parts, state, "module_id").await?)?;
        Ok(ModulePath(token, module))
    }
}

/// `{technician_id}` in the path.
pub struct MemberPath(pub TechnicianId);

impl<S: Send + Sync> FromRequestParts<S> for MemberPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(MemberPath(TechnicianId::parse(path_param(parts, state, "technician_id").await?)?))
    }
}

async fn path_param<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Result<String, ApiError> {
    let params = RawPathParams::from_request_parts(parts, state).await.map_err(|rejection| {
        // It says which one only in its words.
        let blamed = rejection.body_text().split('`').nth(1).unwrap_or(name).to_owned();
        ApiError::field(blamed, "it is not UTF-8 text")
    })?;
    let found = params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
    found.ok_or_else(|| ApiError::field(name, "it is missing"))
}

/// Query parameters, each kept as text: every handler says itself what it wants.
pub struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        query.map(|q| Params(q.0)).map_err(|_| ApiError::bad_json("the query is not well formed"))
    }
}

impl Params {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// One that may be there several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn number(&self, name: &str) -> Result<Option<u64>, ApiError> {
        self.get(name)
            .map(|text| text.parse().map_err(|_| ApiError::field(name, "a whole number from 0")))
            .transpose()
    }
}
