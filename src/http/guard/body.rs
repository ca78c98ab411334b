//! Request body, within its limits; whatever is wrong with it becomes an `ApiError` that names the field.

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use bytes::BytesMut;
use http_body_util::{BodyExt, LengthLimitError};
use hyper::body::Body as _;
use serde::de::DeserializeOwned;

use super::access::LetIn;
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

/// What has come of a body, from somebody who is still welcome; and why it is not all of it.
pub struct Step {
    pub bytes: Bytes,
    pub broken: Option<ApiError>,
}

impl FromRequest<App> for Step {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let let_in: Option<LetIn> = request.extensions().get().cloned();
        let mut bytes = BytesMut::new();
        let broken = read(request, &mut bytes).await.err();
        let_in.map_or(Ok(()), |let_in| let_in.still(&app.hub))?;
        // One that is too large is refused as a whole, before or after.
        match broken {
            Some(error) if error.is_too_large() => Err(error),
            broken => Ok(Self { bytes: bytes.freeze(), broken }),
        }
    }
}

/// Into `bytes`, as it comes.
async fn read(request: Request, bytes: &mut BytesMut) -> Result<(), ApiError> {
    let account: Option<Account> = request.extensions().get().cloned();
    let announced = request.body().size_hint().lower();
    let mut body = request.into_limited_body();
    if body.size_hint().upper().is_some_and(|most| most < announced) {
        return Err(ApiError::too_large());
    }
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| broken_off(&error))?.into_data() else { continue };
        if let Some(account) = &account {
            account.take(data.len())?;
        }
        bytes.extend_from_slice(&data);
    }
    Ok(())
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
        ApiError::bad_json("the body did not arrive completely")
    }
}

/// A JSON body, whatever its content type says: v3.3 clients vary.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let Raw(bytes) = Raw::from_request(request, app).await?;
        parse(&bytes).map(JsonBody)
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
