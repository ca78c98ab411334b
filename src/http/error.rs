//! API errors: the one error of this layer, and its one shape on the wire (v3.3's, with code and field).

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::Object;

use crate::domain::Invalid;
use crate::domain::bundle::BundleError;
use crate::domain::import::{ImportError, ImportProblem};
use crate::domain::page::PageError;
use crate::http::error_code::{ErrorCode, words};
use crate::hub::SetClockError;
use crate::hub::crew::{CrewError, JoinError, NotIn};
use crate::store::{BlobError, StoreError};

/// Seconds.
const SOON: u64 = 2;
/// What somebody can do about an audit that cannot be read, as the API and the list of audits say it.
pub const UNREAD: &str = "this could not be read: its place on the hub's card is damaged. Keep the tablets as they are, and restore \
                          the newest backup: they send again what it lacks";

#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: ErrorCode,
    message: String,
    field: Option<String>,
    /// Seconds after which another try makes sense.
    retry_after: Option<u64>,
    have: Option<u64>,
    offset: Option<u64>,
    /// Rare, and errors are handed up through everything.
    file: Option<Box<FileProblem>>,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FileProblem {
    #[schema(schema_with = file_problems)]
    pub problem: &'static str,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<&'static str>,
}

fn file_problems() -> Object {
    words(ImportProblem::ALL)
}

/// What is wrong and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// Always false.
    pub success: bool,
    pub error: String,
    pub code: ErrorCode,
    /// The field to blame, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// With a file that cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileProblem>,
    /// With `gap`: how far the sender's log is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub have: Option<u64>,
    /// With `wrong_offset`: the byte of the picture that is wanted next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl ApiError {
    fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            field: None,
            retry_after: None,
            have: None,
            offset: None,
            file: None,
        }
    }

    pub fn field(field: impl Into<String>, problem: impl std::fmt::Display) -> Self {
        let field = field.into();
        let message = format!("{field}: {problem}");
        Self { field: Some(field), ..Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadField, message) }
    }

    pub fn bad_json(problem: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadJson, problem)
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message)
    }

    /// A page of another host writes; or a proxy in front of the hub has put another host into the request.
    pub fn foreign_page() -> Self {
        let message = "this page is of another host than the request says: open the hub's own page, or have the proxy \
                       in front of the hub pass the host on (nginx: proxy_set_header Host $http_host)";
        Self::new(StatusCode::FORBIDDEN, ErrorCode::ForeignPage, message)
    }

    /// Asked by a name that is none of the hub's.
    pub fn wrong_host(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorCode::WrongHost, message)
    }

    /// No session, or one that is not good: what to do about it.
    pub fn not_in(why: Option<NotIn>) -> Self {
        let (code, message) = match why {
            None => (ErrorCode::NoSession, "join the crew first: scan the hub's QR code, or enter its code"),
            Some(NotIn::Bad) => {
                (ErrorCode::BadToken, "this hub does not know you (any more): join again with its code")
            }
            Some(NotIn::Expired) => {
                (ErrorCode::Expired, "your session has run out: join again with the hub's code")
            }
            Some(NotIn::Revoked) => (ErrorCode::Revoked, "you were removed from the crew: ask its lead"),
        };
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    pub fn open_hub() -> Self {
        let message = "the hub is open, so there is no crew: start it with `--access crew` to have one";
        Self::new(StatusCode::CONFLICT, ErrorCode::OpenHub, message)
    }

    /// The administrator is nobody of the crew. With the same code: there is no session to speak of.
    pub fn no_member() -> Self {
        let message = "the administrator has no session: this is for those who have joined";
        Self::new(StatusCode::CONFLICT, ErrorCode::OpenHub, message)
    }

    /// Short enough to be passed on whole by the hub that hears it.
    pub fn same_hub() -> Self {
        let message = "another hub has the id of this one, as after a card was copied: type `fieldhub \
                       identity new` on this one, and it sends everything again";
        Self::new(StatusCode::CONFLICT, ErrorCode::SameHub, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, message)
    }

    pub fn method_not_allowed() -> Self {
        let message = "this address does not take that method; see /api/openapi.json";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::MethodNotAllowed, message)
    }

    pub fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::TooLarge,
            "the request is too large: send less at once",
        )
    }

    /// Something has as much as it may have: what, and what to do.
    pub fn beyond(field: &str, problem: impl std::fmt::Display) -> Self {
        let message = format!("{field}: {problem}");
        let field = Some(field.to_owned());
        Self { field, ..Self::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge, message) }
    }

    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "internal error");
        let message = "the hub could not do that; try again. Its log says why";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal, message)
    }

    /// The client took too long over its request.
    pub fn timeout() -> Self {
        let message = "the request did not arrive in time: send it again at once";
        Self::new(StatusCode::REQUEST_TIMEOUT, ErrorCode::TimedOut, message)
    }

    pub fn too_many(message: impl Into<String>, wait: Duration) -> Self {
        // Rounded up: who comes back then is let in.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let retry_after = Some(seconds.max(1));
        Self { retry_after, ..Self::new(StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooMany, message) }
    }

    pub fn is_too_large(&self) -> bool {
        self.code == ErrorCode::TooLarge
    }

    pub fn not_an_image(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::NotAnImage, message)
    }

    pub fn photo_not_here() -> Self {
        let message =
            "this picture is not on this hub (yet): it comes from the tablet or the hub that has it";
        Self::new(StatusCode::NOT_FOUND, ErrorCode::PhotoNotHere, message)
    }

    /// `busy`: somebody else is sending the same one at this moment.
    pub fn wrong_offset(have: u64, busy: bool) -> Self {
        let message = format!("this picture is here up to byte {have}: go on from there");
        let (offset, retry_after) = (Some(have), busy.then_some(1));
        Self { offset, retry_after, ..Self::new(StatusCode::CONFLICT, ErrorCode::WrongOffset, message) }
    }

    /// Too much is in hand at this moment.
    pub fn busy() -> Self {
        Self::unavailable("the hub is busy with too many large requests: try again soon", SOON)
    }

    pub fn unavailable(message: impl Into<String>, seconds: u64) -> Self {
        let retry_after = Some(seconds);
        Self { retry_after, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable, message) }
    }

    /// The same is being done already: nothing is wrong with the hub.
    pub fn under_way(message: impl Into<String>, seconds: u64) -> Self {
        let retry_after = Some(seconds);
        Self { retry_after, ..Self::new(StatusCode::CONFLICT, ErrorCode::Unavailable, message) }
    }

    /// What is asked for is on the hub's disk, and cannot be read there.
    fn unread(error: &StoreError) -> Self {
        tracing::error!(%error, "what was asked for cannot be read");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Unread, UNREAD)
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
        let (line, column) = error.place();
        let file = Some(Box::new(FileProblem { problem: error.problem().as_str(), line, column }));
        Self { field, file, ..Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadField, error.to_string()) }
    }
}

impl From<SetClockError> for ApiError {
    fn from(error: SetClockError) -> Self {
        let message = error.to_string();
        match error {
            SetClockError::Synchronised => Self::new(StatusCode::CONFLICT, ErrorCode::Synchronised, message),
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
                Self::new(StatusCode::CONFLICT, ErrorCode::Exists, message)
            }
            StoreError::Removed(_) => Self::new(StatusCode::GONE, ErrorCode::Gone, message),
            StoreError::Gap { have } => {
                Self { have: Some(have), ..Self::new(StatusCode::CONFLICT, ErrorCode::Gap, message) }
            }
            StoreError::DiskFull | StoreError::NoRoom { .. } => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, ErrorCode::DiskFull, message)
            }
            StoreError::NotOurs(_) | StoreError::BadBackup(_) | StoreError::Newer { .. } => {
                Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadField, message)
            }
            StoreError::Replaced => Self {
                retry_after: Some(1),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable, message)
            },
            StoreError::Stopping => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable, message)
            }
            StoreError::Reopening => Self::unavailable(message, SOON),
            StoreError::Damaged { .. } | StoreError::Unreadable { .. } | StoreError::Torn { .. } => {
                Self::unread(&error)
            }
            StoreError::InUse | StoreError::Failed(_) | StoreError::Denied(_) => ApiError::internal(error),
        }
    }
}

impl From<BlobError> for ApiError {
    fn from(error: BlobError) -> Self {
        let message = error.to_string();
        match error {
            BlobError::WrongOffset { have, busy } => Self::wrong_offset(have, busy),
            BlobError::WrongHash => Self::new(StatusCode::BAD_REQUEST, ErrorCode::WrongHash, message),
            BlobError::NoPicture => Self::not_an_image(message),
            BlobError::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge, message),
            BlobError::Full(_) => Self::new(StatusCode::INSUFFICIENT_STORAGE, ErrorCode::PhotosFull, message),
            BlobError::Io(error) => Self::internal(error),
        }
    }
}

impl From<PageError> for ApiError {
    fn from(error: PageError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadPage, error.to_string())
    }
}

impl From<BundleError> for ApiError {
    fn from(error: BundleError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadPage, error.to_string())
    }
}

impl From<JoinError> for ApiError {
    fn from(error: JoinError) -> Self {
        let message = error.to_string();
        match error {
            JoinError::OpenHub => Self::open_hub(),
            JoinError::WrongCode => Self::new(
                StatusCode::FORBIDDEN,
                ErrorCode::WrongCode,
                "this is not the hub's code: scan its QR code again, or ask the crew's lead",
            ),
            JoinError::Full => Self::new(StatusCode::CONFLICT, ErrorCode::CrewFull, message),
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
            CrewError::ForeignKey => Self::new(StatusCode::CONFLICT, ErrorCode::ForeignKey, message),
            CrewError::LastLead => Self::new(StatusCode::CONFLICT, ErrorCode::LastLead, message),
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
            offset: self.offset,
            file: self.file.map(|file| *file),
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
