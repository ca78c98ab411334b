//! Import: files that become an audit. A plan, a tablet export, a CSV, told apart by what is in them.
//!
//! Called by `hub` (an upload or a file given to the command line); calls `plan`, `tablet`, `table`,
//! which hand what they read to `collect`.

mod collect;
mod document;
mod error;
mod plan;
mod table;
mod tablet;
#[cfg(test)]
mod tests;
mod width;

use serde::Deserialize;
use serde::de::IgnoredAny;

pub use document::{Document, ImportKind, ImportedMark, mark_id};
pub use error::ImportError;

use super::surrogates;

/// Read a file of any of the forms.
pub fn parse(bytes: &[u8]) -> Result<Document, ImportError> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = 1 + bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count();
        ImportError::line(
            line as u64,
            "this is not UTF-8 text; save the file as UTF-8 (in Excel: \"CSV UTF-8\")",
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim_start().chars().next() {
        None => return Err(ImportError::Empty),
        Some('{') => {}
        Some('[') => return Err(ImportError::Unrecognised),
        Some(_) => return table::parse(text),
    }
    // Half an emoji in one comment is no reason to refuse a whole file.
    let text = &*surrogates::mended(text);
    let found: FormFields = document::from_json(text)?;
    if found.token.is_some() && found.modules.is_some() {
        tablet::parse(text)
    } else if found.plan.is_some() || found.strings.is_some() {
        plan::parse(text)
    } else {
        Err(ImportError::Unrecognised)
    }
}

/// The fields that tell the JSON forms apart.
#[derive(Deserialize)]
struct FormFields {
    #[serde(rename = "auditToken")]
    token: Option<IgnoredAny>,
    modules: Option<IgnoredAny>,
    #[serde(rename = "diagpv_import_format")]
    plan: Option<IgnoredAny>,
    #[serde(rename = "strings_configuration")]
    strings: Option<IgnoredAny>,
}
