//! Import: files that become an audit. A plan, a tablet export or backup, an audit of the cloud, a CSV, a workbook: told
//! apart by what is in them.
//!
//! Called by `hub` (an upload or a file given to the command line); calls `plan`, `tablet`, `backup`, `table` and `sheet`,
//! which hand what they read to `collect`.

mod at;
mod backup;
mod cells;
mod collect;
mod document;
mod error;
mod places;
mod plan;
mod rows;
mod scalar;
mod sheet;
mod table;
mod tablet;
#[cfg(test)]
mod tests;
mod text;
#[cfg(test)]
mod trials;
mod width;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::surrogates;
pub use backup::BackupAudit;
pub use document::{Document, ImportKind, ImportedMark, StringsRead, mark_id};
pub use error::{ImportError, ImportProblem};
pub use rows::{CsvLine, csv_lines, text_of_file};
pub use text::TextEncoding;
pub use width::Few;

/// What is in a file.
#[derive(Debug)]
pub enum ImportedFile {
    One(Box<Document>),
    /// To choose from.
    Several(Vec<BackupAudit>),
}

impl ImportedFile {
    /// The audit that is meant: the only one, or the one of this name.
    pub fn pick(self, wanted: Option<&str>) -> Result<Document, ImportError> {
        let mut audits = match self {
            Self::One(document) => return Ok(*document),
            Self::Several(audits) => audits,
        };
        let at = match wanted {
            Some(wanted) => audits.iter().position(|audit| audit.choice() == wanted || audit.key == wanted),
            None => (audits.len() == 1).then_some(0),
        };
        match at {
            Some(at) => audits.swap_remove(at).document,
            None => {
                /// As many as a line has room for.
                const MOST: usize = 20;
                let names: Vec<&str> = audits.iter().map(BackupAudit::choice).take(MOST).collect();
                let more = if audits.len() > MOST { ", ..." } else { "" };
                Err(ImportError::WhichAudit { choices: format!("{}{more}", names.join(", ")) })
            }
        }
    }
}

/// Read a file of any of the forms that says one audit.
pub fn parse(bytes: &[u8]) -> Result<Document, ImportError> {
    read(bytes)?.pick(None)
}

/// Read a file of any of the forms.
pub fn read(bytes: &[u8]) -> Result<ImportedFile, ImportError> {
    if sheet::is_packed(bytes) {
        return sheet::parse(bytes).map(one);
    }
    let (text, encoding) = text::decode(bytes)?;
    let with = |document: Document| one(Document { encoding, ..document });
    match text.trim_start().chars().next() {
        None => return Err(ImportError::Empty),
        Some('{') => {}
        Some('[') => return Err(ImportError::Unrecognised),
        Some(_) => return table::parse(&text).map(with),
    }
    // Half an emoji in one comment is no reason to refuse a whole file.
    let text = surrogates::mended(&text);
    let found: FormFields = document::from_json(&text)?;
    if found.modules.is_some() && found.token.is_some() {
        tablet::parse(&text).map(with)
    } else if found.modules.is_some() && found.audit.is_some() {
        tablet::parse_cloud(&text).map(with)
    } else if found.plan.is_some() || found.strings.is_some() || found.wrapped.is_some() {
        plan::parse(&text).map(with)
    } else if found.audits.is_some() {
        backup::parse(&text).map(ImportedFile::Several)
    } else {
        Err(ImportError::Unrecognised)
    }
}

fn one(document: Document) -> ImportedFile {
    ImportedFile::One(Box::new(document))
}

/// The fields that tell the JSON forms apart.
#[derive(Deserialize)]
struct FormFields {
    #[serde(rename = "auditToken")]
    token: Option<IgnoredAny>,
    audit: Option<IgnoredAny>,
    audits: Option<IgnoredAny>,
    modules: Option<IgnoredAny>,
    #[serde(rename = "diagpv_import_format")]
    plan: Option<IgnoredAny>,
    #[serde(rename = "strings_configuration")]
    strings: Option<IgnoredAny>,
    #[serde(rename = "installation_config")]
    wrapped: Option<IgnoredAny>,
}
