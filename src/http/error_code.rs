//! Codes of API errors: what is wrong, in a word that never changes. Used by `error` and `conn::raw_answers`.

use utoipa::PartialSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::domain::codes::codes;

codes! {
    /// The page has a text for each, in every language (`web/test/codes.test.ts`).
    ErrorCode {
        BadField = "bad_field",
        BadJson = "bad_json",
        BadPage = "bad_page",
        CrewFull = "crew_full",
        DiskFull = "disk_full",
        Exists = "exists",
        Forbidden = "forbidden",
        ForeignKey = "foreign_key",
        ForeignPage = "foreign_page",
        Gap = "gap",
        Gone = "gone",
        Internal = "internal",
        LastLead = "last_lead",
        MethodNotAllowed = "method_not_allowed",
        NotAnImage = "not_an_image",
        NotFound = "not_found",
        OpenHub = "open_hub",
        PhotoNotHere = "photo_not_here",
        PhotosFull = "photos_full",
        SameHub = "same_hub",
        Synchronised = "synchronised",
        TimedOut = "timed_out",
        TooLarge = "too_large",
        TooMany = "too_many",
        Unavailable = "unavailable",
        Unread = "unread",
        WrongCode = "wrong_code",
        WrongHash = "wrong_hash",
        WrongHost = "wrong_host",
        WrongOffset = "wrong_offset",
        NoSession = "no_session",
        BadToken = "bad_token",
        Expired = "expired",
        Revoked = "revoked",
        // Of a connection, by no handler.
        Https = "https",
        NoHttp = "no_http",
        LargeHead = "large_head",
    }
}

impl serde::Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl utoipa::ToSchema for ErrorCode {}

impl PartialSchema for ErrorCode {
    fn schema() -> RefOr<Schema> {
        words(Self::ALL).into()
    }
}

/// Text that is one of these words.
pub fn words(all: &[&str]) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(all.iter().copied())).build()
}
