//! Codes of refused operations: why the hub does not take one of them, in a word that never changes. Used by `routes::ops` and
//! whatever reads an operation. What has none is a mistake in what was sent, which no tablet of ours makes.

use crate::domain::Beyond;
use crate::domain::codes::codes;

codes! {
    /// The page has a text for each, in every language (`web/test/codes.test.ts`).
    RefusalCode {
        PhotoMissing = "photo_missing",
        PhotoWrong = "photo_wrong",
        TooManyPhotos = "too_many_photos",
        TooManyProperties = "too_many_properties",
        TooManyModules = "too_many_modules",
        AuditText = "audit_text",
        MemberText = "member_text",
        AuditLog = "audit_log",
        MemberLog = "member_log",
        Stamps = "stamps",
        Heads = "heads",
        IdTaken = "id_taken",
        StampOutOfRange = "stamp_out_of_range",
        LeadOnly = "lead_only",
        /// Of a page that is newer than its hub.
        UnknownKind = "unknown_kind",
    }
}

impl From<Beyond> for RefusalCode {
    fn from(beyond: Beyond) -> Self {
        match beyond {
            Beyond::AuditText => Self::AuditText,
            Beyond::MemberText => Self::MemberText,
            Beyond::AuditLog => Self::AuditLog,
            Beyond::MemberLog => Self::MemberLog,
            Beyond::Stamps => Self::Stamps,
            Beyond::Heads => Self::Heads,
            Beyond::Photos => Self::TooManyPhotos,
            Beyond::Properties => Self::TooManyProperties,
        }
    }
}
