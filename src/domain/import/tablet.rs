//! JSON import of a tablet's export: the modules of one audit and what was marked.
//!
//! Called by `import::parse`; calls `collect`. `export::tablet` writes the same form.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::collect::{At, Collect, ModuleRow};
use super::document::{Document, ImportKind, from_json, short_field};
use super::error::ImportError;
use super::width::Few;
use crate::domain::id::Token;
use crate::domain::iso8601;

// By their shorter names they are in what people are told about a file.
#[derive(Deserialize)]
#[serde(rename = "Export")]
struct TabletExport {
    #[serde(rename = "auditToken")]
    token: String,
    #[serde(rename = "auditData", default)]
    data: ExportData,
    modules: Few<ExportModule>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename = "Data")]
struct ExportData {
    project_name: Option<String>,
    client_name: Option<String>,
    location: Option<String>,
    created_at: Option<ExportTime>,
}

#[derive(Deserialize)]
#[serde(rename = "Module")]
struct ExportModule {
    module_id: String,
    string_number: Option<StringNumber>,
    position_in_string: Option<u16>,
    row: Option<i32>,
    col: Option<i32>,
    status: Option<String>,
    comment: Option<String>,
    technician_id: Option<String>,
    technician_name: Option<String>,
    updated_at: Option<ExportTime>,
}

pub(super) fn parse(text: &str) -> Result<Document, ImportError> {
    let export: TabletExport = from_json(text)?;
    let token = Token::parse(export.token).map_err(|e| ImportError::field("auditToken", e.problem))?;
    let mut collect = Collect::default();
    for (n, module) in export.modules.0.iter().enumerate() {
        let row = ModuleRow {
            module_id: &module.module_id,
            string: module.string_number.map_or(0, |s| s.0),
            position: module.position_in_string.unwrap_or(0),
            row: module.row,
            col: module.col,
            status: module.status.as_deref().unwrap_or(""),
            comment: module.comment.as_deref().unwrap_or(""),
            technician_id: module.technician_id.as_deref().unwrap_or(""),
            technician_name: module.technician_name.as_deref().unwrap_or(""),
            marked_ms: module.updated_at.map(|at| at.0),
        };
        collect.add(row, At::Index(n))?;
    }
    let (layout, marks) = collect.finish()?;
    Ok(Document {
        kind: ImportKind::TabletExport,
        token: Some(token),
        name: short_field("auditData", "project_name", export.data.project_name)?,
        client: short_field("auditData", "client_name", export.data.client_name)?,
        location: short_field("auditData", "location", export.data.location)?,
        created_ms: export.data.created_at.map(|at| at.0),
        layout,
        marks,
    })
}

/// A string as files name it: `3`, `"3"` or `"S3"`.
#[derive(Debug, Clone, Copy)]
pub(super) struct StringNumber(pub u16);

impl StringNumber {
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix(['S', 's']).unwrap_or(text);
        digits.parse().ok().map(Self)
    }
}

impl<'de> Deserialize<'de> for StringNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StringNumberVisitor;
        impl Visitor<'_> for StringNumberVisitor {
            type Value = StringNumber;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the number of a string: 3 or \"S3\"")
            }
            fn visit_u64<E: de::Error>(self, n: u64) -> Result<StringNumber, E> {
                let number = u16::try_from(n).map(StringNumber);
                number.map_err(|_| E::invalid_value(de::Unexpected::Unsigned(n), &self))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<StringNumber, E> {
                StringNumber::read(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(StringNumberVisitor)
    }
}

/// A moment as files name it: ISO 8601, or milliseconds since 1970.
#[derive(Clone, Copy)]
struct ExportTime(u64);

impl<'de> Deserialize<'de> for ExportTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ExportTimeVisitor;
        impl Visitor<'_> for ExportTimeVisitor {
            type Value = ExportTime;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as \"2025-10-24T10:00:00.000Z\"")
            }
            fn visit_u64<E: de::Error>(self, ms: u64) -> Result<ExportTime, E> {
                Ok(ExportTime(ms))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<ExportTime, E> {
                let moment = iso8601::parse(text).map(ExportTime);
                moment.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(ExportTimeVisitor)
    }
}
