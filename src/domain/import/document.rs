//! Imported document: what a file says, whichever form it was in. Idempotent: the identity of a mark follows from the
//! file, so importing twice is importing once.
//!
//! Made by `plan`, `tablet` and `table`; taken by whoever imports.

use std::collections::HashSet;

use serde::Deserialize;

use super::error::{ImportError, ImportProblem};
use super::text::TextEncoding;
use crate::domain::id::{ModuleId, OpId, TechnicianId, Token, short_text};
use crate::domain::layout::Layout;
use crate::domain::layout_edit::{LayoutEdit, ModuleEdit, StringEdit};
use crate::domain::status::{Status, status_word};

/// Which of the forms a file was in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    Plan,
    TabletExport,
    /// One audit as the cloud's own pages get it.
    CloudAudit,
    Csv,
    /// The first sheet of a workbook.
    Xlsx,
}

impl ImportKind {
    /// Its marks can be added to the audit of its token, where that is there.
    pub fn merges(self) -> bool {
        matches!(self, Self::TabletExport | Self::CloudAudit)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::TabletExport => "tablet",
            Self::CloudAudit => "cloud",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// What had to be made of the strings of a file, for people to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StringsRead {
    /// They were counted from 0, so each has the next number here.
    pub from_zero: bool,
    /// Those that have names, by the number that each has here.
    pub names: Vec<(u16, String)>,
    /// A string that is not in the file, for modules without a place, and how many these are.
    pub added: Option<(u16, usize)>,
}

/// What the rows of a file make.
pub(super) struct Collected {
    /// Empty when every module is marked but placed nowhere.
    pub layout: Layout,
    pub marks: Vec<ImportedMark>,
    pub strings: StringsRead,
    pub module_names: Vec<(ModuleId, String)>,
}

impl Collected {
    /// Places alone.
    pub(super) fn of(layout: Layout, strings: StringsRead) -> Self {
        Self { layout, marks: Vec::new(), strings, module_names: Vec::new() }
    }
}

/// What a file says. The layout is empty when every module in it is marked but placed nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub kind: ImportKind,
    pub token: Option<Token>,
    pub name: Option<String>,
    pub client: Option<String>,
    pub location: Option<String>,
    pub created_ms: Option<u64>,
    pub layout: Layout,
    pub marks: Vec<ImportedMark>,
    pub encoding: TextEncoding,
    pub strings: StringsRead,
    /// What people call modules, beside their ids.
    pub module_names: Vec<(ModuleId, String)>,
}

impl Document {
    /// Of a file that says nothing but this.
    pub(super) fn of(kind: ImportKind, collected: Collected) -> Self {
        let Collected { layout, marks, strings, module_names } = collected;
        let encoding = TextEncoding::default();
        Self {
            kind,
            token: None,
            name: None,
            client: None,
            location: None,
            created_ms: None,
            layout,
            marks,
            encoding,
            strings,
            module_names,
        }
    }

    /// The names that the file gives, as changes of its layout. Of modules and strings that are placed alone: a name places
    /// nothing.
    pub fn names(&self) -> Vec<LayoutEdit> {
        let strings: HashSet<u16> = self.layout.places().iter().map(|place| place.string).collect();
        let placed: HashSet<&ModuleId> = self.layout.places().iter().map(|place| &place.module).collect();
        let strings = self.strings.names.iter().filter(|(number, _)| strings.contains(number));
        let modules = self.module_names.iter().filter(|(module, _)| placed.contains(module));
        let edit = LayoutEdit {
            strings: strings
                .map(|(number, name)| StringEdit {
                    name: Some(Some(name.clone())),
                    ..StringEdit::of(*number)
                })
                .collect(),
            modules: modules
                .map(|(id, name)| ModuleEdit { name: Some(Some(name.clone())), ..ModuleEdit::of(id.clone()) })
                .collect(),
        };
        if edit.is_empty() { Vec::new() } else { edit.in_parts() }
    }
}

/// A module that somebody marked: it has a status, a comment or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedMark {
    pub module: ModuleId,
    pub status: Option<Status>,
    pub comment: Option<String>,
    pub technician: Option<TechnicianId>,
    pub technician_name: Option<String>,
    pub marked_ms: Option<u64>,
}

pub(super) fn from_json<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, ImportError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(ImportError::from_json)?;
    json.end().map_err(|e| ImportError::syntax(&e))?;
    Ok(value)
}

/// A name in the object `parent` of a file.
pub(super) fn short_field(parent: &str, field: &str, value: &str) -> Result<Option<String>, ImportError> {
    short_text(field, value)
        .map_err(|e| ImportError::field(format!("{parent}.{field}"), ImportProblem::BadValue, e.problem))
}

/// The identity of an imported mark. It follows from the mark alone, so that importing the same
/// export again is a repeat without effect; it has the form of a UUIDv7, as every operation.
pub fn mark_id(token: &Token, mark: &ImportedMark) -> OpId {
    const IMPORTED: OpId = OpId::from_u128(0x6669_656c_6468_7562_0000_0000_696d_706f);
    let marked_ms = mark.marked_ms.unwrap_or(0);
    let mut name = Vec::new();
    for part in [
        token.as_str(),
        mark.module.as_str(),
        status_word(mark.status),
        mark.comment.as_deref().unwrap_or(""),
        mark.technician.as_ref().map_or("", TechnicianId::as_str),
    ] {
        // With its length, so that no two lists of parts run together to the same bytes.
        name.extend_from_slice(&(part.len() as u64).to_le_bytes());
        name.extend_from_slice(part.as_bytes());
    }
    name.extend_from_slice(&marked_ms.to_le_bytes());
    let hash = OpId::new_v5(&IMPORTED, &name).into_bytes();
    let mut rest = [0; 10];
    // From both ends: the bytes between carry the version and variant of a v5, which are constant.
    rest[..5].copy_from_slice(&hash[..5]);
    rest[5..].copy_from_slice(&hash[11..]);
    uuid::Builder::from_unix_timestamp_millis(marked_ms, &rest).into_uuid()
}
