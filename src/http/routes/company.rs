//! Company of the hub: who writes the reports (letterhead), read by the crew and changed by leads. On an open hub, which has none, by its command
//! alone.

use std::io::Cursor;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::company::Company;
use crate::domain::image::{ImageError, SmallImage, read_logo};
use crate::domain::photo::BlobHash;
use crate::http::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::guard::access::{Keeps, Reads};
use crate::http::guard::body::{JsonBody, Raw};
use crate::hub::{CompanyChange, CompanyError};
use crate::store::StoreError;

/// Bytes of a logo's file, as somebody has it.
const MOST_FILE: usize = 4 << 20;

/// All that is said; what is not there, nobody has said.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    /// On each report's cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<CompanyLogoInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyLogoInfo {
    sha256: String,
    /// A JPEG, as the hub made it of the file.
    width: u32,
    height: u32,
    bytes: usize,
}

impl From<Company> for CompanyInfo {
    fn from(company: Company) -> Self {
        let Company { name, address, contact, text, logo } = company;
        let logo = logo.map(|SmallImage { jpeg, width, height }| CompanyLogoInfo {
            sha256: BlobHash::of(&jpeg).to_string(),
            width,
            height,
            bytes: jpeg.len(),
        });
        Self { name, address, contact, text, logo }
    }
}

/// The texts, all of them: what is left out or empty is none afterwards. The logo stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct CompanyBody {
    #[schema(max_length = 120)]
    name: Option<String>,
    #[schema(max_length = 300)]
    address: Option<String>,
    #[schema(max_length = 300)]
    contact: Option<String>,
    #[schema(max_length = 1_000)]
    text: Option<String>,
}

impl From<CompanyError> for ApiError {
    fn from(error: CompanyError) -> Self {
        match error {
            CompanyError::Wrong(invalid) => invalid.into(),
            CompanyError::Store(error) => error.into(),
        }
    }
}

/// Which company's hub this is
#[utoipa::path(get, path = "/api/v1/company", tag = "reports", responses((status = 200, body = CompanyInfo)))]
pub async fn show(State(app): State<App>, _: Reads) -> Result<Json<CompanyInfo>, ApiError> {
    Ok(Json(app.hub.company()?.into()))
}

/// Say which company's hub this is
///
/// The next reports have it; versions that were made before keep what they have.
#[utoipa::path(put, path = "/api/v1/company", tag = "reports", request_body = CompanyBody,
    responses((status = 200, body = CompanyInfo), (status = 400, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn change(
    State(app): State<App>,
    _: Keeps,
    JsonBody(body): JsonBody<CompanyBody>,
) -> Result<Json<CompanyInfo>, ApiError> {
    let CompanyBody { name, address, contact, text } = body;
    let texts = Box::new(Company { name, address, contact, text, logo: None });
    Ok(Json(app.hub.change_company(CompanyChange::Texts(texts)).await?.into()))
}

/// The logo, as a JPEG
#[utoipa::path(get, path = "/api/v1/company/logo", tag = "reports",
    responses((status = 200, content_type = "image/jpeg", description = "the logo"), (status = 404, body = ErrorBody)))]
pub async fn logo(State(app): State<App>, _: Reads) -> Result<Response, ApiError> {
    let logo = app.hub.company()?.logo.ok_or_else(|| ApiError::not_found("there is no logo"))?;
    let said = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Ok((said, logo.jpeg).into_response())
}

/// Give the company a logo: a PNG or JPEG of at most 4 MiB
///
/// Transparent parts become white. It is made smaller, to 640 pixels at most: no paper shows more.
#[utoipa::path(put, path = "/api/v1/company/logo", tag = "reports", request_body(content((String = "image/png"), (String = "image/jpeg")), description = "the file as it is"),
    responses((status = 200, body = CompanyInfo), (status = 400, body = ErrorBody, description = "no picture that can be read"), (status = 413, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn put_logo(
    State(app): State<App>,
    _: Keeps,
    Raw(file): Raw,
) -> Result<Json<CompanyInfo>, ApiError> {
    if file.len() > MOST_FILE {
        return Err(ApiError::too_large());
    }
    let read = move || Ok::<_, StoreError>(read_logo(&mut Cursor::new(&file[..])));
    let read: Result<SmallImage, ImageError> = app.aside.run(read).await?;
    let logo = read.map_err(|error| ApiError::field("logo", error))?;
    Ok(Json(app.hub.change_company(CompanyChange::Logo(Some(logo))).await?.into()))
}

/// Take the logo away
#[utoipa::path(delete, path = "/api/v1/company/logo", tag = "reports", responses((status = 204), (status = 507, body = ErrorBody)))]
pub async fn remove_logo(State(app): State<App>, _: Keeps) -> Result<StatusCode, ApiError> {
    app.hub.change_company(CompanyChange::Logo(None)).await?;
    Ok(StatusCode::NO_CONTENT)
}
