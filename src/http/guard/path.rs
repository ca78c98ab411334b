//! Path and query parameters as checked values; whatever is wrong with them becomes an `ApiError` that names the field.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::domain::id::TechnicianId;
use crate::domain::{BlobHash, ModuleId, Token};
use crate::http::error::ApiError;

/// Every address of v3.3 begins with this.
pub const V33: &str = "/api/audit/";

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

/// `{token}` and `{sha256}` in the path.
pub struct PhotoPath(pub Token, pub BlobHash);

impl<S: Send + Sync> FromRequestParts<S> for PhotoPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = Token::parse(path_param(parts, state, "token").await?)?;
        let hash = path_param(parts, state, "sha256").await?;
        let hash = hash.parse().map_err(|()| ApiError::field("sha256", "64 digits 0-9 a-f"))?;
        Ok(PhotoPath(token, hash))
    }
}

/// `{token}` and `{number}` in the path: of a version of the report, or none, for a draft.
pub struct ReportPath(pub Token, pub Option<u32>);

impl<S: Send + Sync> FromRequestParts<S> for ReportPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = Token::parse(path_param(parts, state, "token").await?)?;
        let number = path_param(parts, state, "number").await?;
        if number == "draft" {
            return Ok(ReportPath(token, None));
        }
        let number = number.parse().map_err(|_| ApiError::field("number", "a version's number, or draft"))?;
        Ok(ReportPath(token, Some(number)))
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
