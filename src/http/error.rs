//! API errors: the one error of this layer, and its one shape on the wire (v3.3's, with code and field).

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Invalid;
use crate::domain::bundle::BundleError;
use crate::domain::import::ImportError;
use crate::domain::page::PageError;
use crate::hub::SetClockError;
use crate::hub::crew::{CrewError, JoinError, NotIn};
use crate::store::StoreError;

/// Seconds.
const SOON: u64 = 2;
/// What somebody can do about an audit that cannot be read, as the API and the list of audits say it.
pub const UNREAD: &str = "this could not be read: its place on the hub's card is damaged. Keep the tablets as they are, and restore \
                          the newest backup: they send again what it lacks";

#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<String>,
    /// Seconds after which another try makes sense.
    retry_after: Option<u64>,
    have: Option<u64>,
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
    /// With `gap`: how far the sender's log is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub have: Option<u64>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), field: None, retry_after: None, have: None }
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

    /// A page of another host writes; or a proxy in front of the hub has put another host into the request.
    pub fn foreign_page() -> Self {
        let message = "this page is of another host than the request says: open the hub's own page, or have the proxy \
                       in front of the hub pass the host on (nginx: proxy_set_header Host $http_host)";
        Self::new(StatusCode::FORBIDDEN, "foreign_page", message)
    }

    /// Asked by a name that is none of the hub's.
    pub fn wrong_host(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "wrong_host", message)
    }

    /// No session, or one that is not good: what to do about it.
    pub fn not_in(why: Option<NotIn>) -> Self {
        let (code, message) = match why {
            None => ("no_session", "join the crew first: scan the hub's QR code, or enter its code"),
            Some(NotIn::Bad) => {
                ("bad_token", "this hub does not know you (any more): join again with its code")
            }
            Some(NotIn::Expired) => ("expired", "your session has run out: join again with the hub's code"),
            Some(NotIn::Revoked) => ("revoked", "you were removed from the crew: ask its lead"),
        };
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    pub fn open_hub() -> Self {
        let message = "the hub is open, so there is no crew: start it with `--access crew` to have one";
        Self::new(StatusCode::CONFLICT, "open_hub", message)
    }

    /// The administrator is nobody of the crew. With the same code: there is no session to speak of.
    pub fn no_member() -> Self {
        let message = "the administrator has no session: this is for those who have joined";
        Self::new(StatusCode::CONFLICT, "open_hub", message)
    }

    /// Short enough to be passed on whole by the hub that hears it.
    pub fn same_hub() -> Self {
        let message = "another hub has the id of this one, as after a card was copied: type `fieldhub \
                       identity new` on this one, and it sends everything again";
        Self::new(StatusCode::CONFLICT, "same_hub", message)
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

    /// Something has as much as it may have: what, and what to do.
    pub fn beyond(field: &str, problem: impl std::fmt::Display) -> Self {
        let message = format!("{field}: {problem}");
        let field = Some(field.to_owned());
        Self { field, ..Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message) }
    }

    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "internal error");
        let message = "the hub could not do that; try again. Its log says why";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    /// The client took too long over its request.
    pub fn timeout() -> Self {
        let message = "the request did not arrive in time: send it again at once";
        Self::new(StatusCode::REQUEST_TIMEOUT, "timed_out", message)
    }

    pub fn too_many(message: impl Into<String>, wait: Duration) -> Self {
        // Rounded up: who comes back then is let in.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let retry_after = Some(seconds.max(1));
        Self { retry_after, ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", message) }
    }

    /// Too much is in hand at this moment.
    pub fn busy() -> Self {
        Self::unavailable("the hub is busy with too many large requests: try again soon", SOON)
    }

    pub fn unavailable(message: impl Into<String>, seconds: u64) -> Self {
        let retry_after = Some(seconds);
        Self { retry_after, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message) }
    }

    /// What is asked for is on the hub's disk, and cannot be read there.
    fn unread(error: &StoreError) -> Self {
        tracing::error!(%error, "what was asked for cannot be read");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "unread", UNREAD)
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

impl From<SetClockError> for ApiError {
    fn from(error: SetClockError) -> Self {
        let message = error.to_string();
        match error {
            SetClockError::Synchronised => Self::new(StatusCode::CONFLICT, "synchronised", message),
            SetClockError::Absurd => ApiError::field("time_ms", message),
            SetClockError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            // Whoever asks knows the token; the error's own words, which may be logged, do not tell it.
            StoreError::UnknownAudit(token) => ApiError::not_found(format!("there is no audit {token}")),
            StoreError::AuditExists(token) => {
                let message =
                    format!("audit {token} already exists: choose another token, or remove it first");
                Self::new(StatusCode::CONFLICT, "exists", message)
            }
            StoreError::Removed(_) => Self::new(StatusCode::GONE, "gone", message),
            StoreError::Gap { have } => {
                Self { have: Some(have), ..Self::new(StatusCode::CONFLICT, "gap", message) }
            }
            StoreError::DiskFull | StoreError::NoRoom { .. } => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", message)
            }
            StoreError::NotOurs(_) | StoreError::BadBackup(_) | StoreError::Newer { .. } => {
                Self::new(StatusCode::BAD_REQUEST, "bad_field", message)
            }
            StoreError::Replaced => Self {
                retry_after: Some(1),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            },
            StoreError::Stopping => Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message),
            StoreError::Reopening => Self::unavailable(message, SOON),
            StoreError::Damaged { .. } | StoreError::Unreadable { .. } | StoreError::Torn { .. } => {
                Self::unread(&error)
            }
            StoreError::InUse | StoreError::Failed(_) | StoreError::Denied(_) => ApiError::internal(error),
        }
    }
}

impl From<PageError> for ApiError {
    fn from(error: PageError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_page", error.to_string())
    }
}

impl From<BundleError> for ApiError {
    fn from(error: BundleError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_page", error.to_string())
    }
}

impl From<JoinError> for ApiError {
    fn from(error: JoinError) -> Self {
        let message = error.to_string();
        match error {
            JoinError::OpenHub => Self::open_hub(),
            JoinError::WrongCode => Self::new(
                StatusCode::FORBIDDEN,
                "wrong_code",
                "this is not the hub's code: scan its QR code again, or ask the crew's lead",
            ),
            JoinError::Full => Self::new(StatusCode::CONFLICT, "crew_full", message),
            JoinError::Busy => Self::unavailable(message, SOON),
            JoinError::Store(error) => error.into(),
        }
    }
}

impl From<CrewError> for ApiError {
    fn from(error: CrewError) -> Self {
        let message = error.to_string();
        match error {
            CrewError::Unknown(_) => Self::not_found(message),
            CrewError::ForeignKey => Self::new(StatusCode::CONFLICT, "foreign_key", message),
            CrewError::LastLead => Self::new(StatusCode::CONFLICT, "last_lead", message),
            CrewError::NotIn(why) => Self::not_in(Some(why)),
            CrewError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            success: false,
            error: self.message,
            code: self.code,
            field: self.field,
            have: self.have,
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::REQUEST_TIMEOUT {
            // The rest of the request would be taken for the next one.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
