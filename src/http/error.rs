//! The one error of this layer, and its one shape on the wire (v3.3's, with code and field).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Invalid;
use crate::domain::import::ImportError;
use crate::store::StoreError;

#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<String>,
}

/// What is wrong and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// Always false.
    pub success: bool,
    pub error: String,
    pub code: &'static str,
    /// The field to blame, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), field: None }
    }

    pub fn field(field: impl Into<String>, problem: impl std::fmt::Display) -> Self {
        let field = field.into();
        let message = format!("{field}: {problem}");
        Self { field: Some(field), ..Self::new(StatusCode::BAD_REQUEST, "bad_field", message) }
    }

    pub fn bad_json(problem: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_json", problem)
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub fn method_not_allowed() -> Self {
        let message = "this address does not take that method; see /api/openapi.json";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
    }

    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the request is too large: send less at once")
    }

    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "internal error");
        let message = "the hub could not do that; try again. Its log says why";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }
}

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        ApiError::field(invalid.field, invalid.problem)
    }
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        let field = error.blames();
        Self { field, ..Self::new(StatusCode::BAD_REQUEST, "bad_field", error.to_string()) }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::UnknownAudit(_) => ApiError::not_found(message),
            StoreError::AuditExists(_) => Self::new(StatusCode::CONFLICT, "exists", message),
            StoreError::DiskFull => Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", message),
            StoreError::NotOurs(_) | StoreError::Newer { .. } => {
                Self::new(StatusCode::BAD_REQUEST, "bad_field", message)
            }
            StoreError::Stopping => Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message),
            StoreError::Damaged { .. } | StoreError::InUse | StoreError::Failed(_) => {
                ApiError::internal(error)
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody { success: false, error: self.message, code: self.code, field: self.field };
        (self.status, Json(body)).into_response()
    }
}
