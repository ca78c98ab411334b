//! Export: an audit as files that people take away: the tablet export form and CSV.
//!
//! Called by `http`, which has a picture of the audit written piece by piece; calls `tablet`, `sealed` and `table`.
//! `import` reads both back.

pub mod check;
mod sealed;
mod table;
mod tablet;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;

use super::audit::{Entry, Picture};
use super::id::{ModuleId, TechnicianId, Token};
use super::layout::Place;
use super::property::names::{ACTION, NOT_EXAMINED, SERIAL, SEVERITY};
use super::shown_layout::ShownLayout;
use super::status::Status;
pub use sealed::ExportSum;
pub use table::TableForm;
pub use tablet::{tablet_begin, tablet_end, tablet_module};

/// What a status is called in tables for people of that language.
#[cfg(test)]
pub(in crate::domain) fn status_for_people(language: &str, status: Option<Status>) -> Option<&'static str> {
    words::TableWords::of(language).map(|words| words.status(status))
}

/// What a file says of the audit itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportHead {
    pub token: Token,
    pub name: String,
    pub client: Option<String>,
    pub location: Option<String>,
    pub created_ms: u64,
    pub exported_ms: u64,
    pub strings: usize,
    pub modules: usize,
    /// Modules that are hidden, and not among the rows.
    pub hidden: usize,
    /// When the first and the last of its marks were made.
    pub marked_ms: Option<(u64, u64)>,
    /// Something of [`SET`] is set of a module or string.
    pub with_set: bool,
}

/// Properties of modules that have a column each, where any is set.
pub const SET: [&str; 4] = [SEVERITY, ACTION, SERIAL, NOT_EXAMINED];

/// One module, in the order of the layout; string 0 when it is marked but placed nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    pub module: ModuleId,
    /// What people call it, and its string, where they gave them names.
    pub name: Option<String>,
    pub string_name: Option<String>,
    pub string: u16,
    pub position: u16,
    pub row: Option<i32>,
    pub col: Option<i32>,
    pub status: Option<Status>,
    pub comment: Option<String>,
    pub technician_id: Option<TechnicianId>,
    pub technician_name: Option<String>,
    pub updated_ms: Option<u64>,
    /// What is set of the module, in the order of [`SET`]. One that nobody marked is not examined for the reason of its string.
    pub set: [Option<String>; SET.len()],
}

impl ExportRow {
    /// Module number `at` of the picture.
    pub fn at(picture: &Picture, at: usize) -> Option<Self> {
        let (place, entry) = picture.row(at)?;
        let row = Self::of(&picture.layout, place, entry);
        let own = picture.properties_at(at);
        let string = picture.of_strings.get(&place.string).filter(|_| row.status.is_none());
        let set = SET.map(|name| {
            let of_string = string.filter(|_| name == NOT_EXAMINED).and_then(|set| set.get(name));
            own.and_then(|set| set.get(name)).or(of_string).map(str::to_owned)
        });
        Some(Self { set, ..row })
    }

    fn of(layout: &ShownLayout, place: &Place, entry: Option<&Entry>) -> Self {
        let state = entry.map(|e| &e.state);
        let last = state.and_then(|s| s.last());
        Self {
            name: layout.module_name(&place.module).map(str::to_owned),
            string_name: layout.string_name(place.string).map(str::to_owned),
            module: place.module.clone(),
            string: place.string,
            position: place.position,
            row: place.row,
            col: place.col,
            status: state.and_then(|s| s.status()),
            comment: state.and_then(|s| s.comment()).map(str::to_owned),
            technician_id: last.map(|(by, _)| by.id.clone()),
            technician_name: last.map(|(by, _)| by.name.to_string()),
            updated_ms: last.map(|(_, ms)| ms),
            set: Default::default(),
        }
    }
}

/// From the first to the last of them.
pub fn span(moments: impl Iterator<Item = u64>) -> Option<(u64, u64)> {
    moments.fold(None, |span, ms| {
        let (first, last) = span.unwrap_or((ms, ms));
        Some((ms.min(first), ms.max(last)))
    })
}

impl ExportHead {
    /// `name` is what people see: an audit that v3.3 marks made has none of its own.
    pub fn of(token: Token, name: String, picture: &Picture, created_ms: u64, exported_ms: u64) -> Self {
        let strings: BTreeSet<u16> =
            picture.rows().map(|(place, _)| place.string).filter(|s| *s > 0).collect();
        Self {
            token,
            name,
            client: picture.outline.client.clone(),
            location: picture.outline.location.clone(),
            created_ms,
            exported_ms,
            strings: strings.len(),
            modules: picture.len(),
            hidden: picture.outline.hidden_count,
            marked_ms: span(picture.rows().filter_map(|(_, entry)| Some(entry?.state.last()?.1))),
            with_set: picture.has_any_of(&SET),
        }
    }
}
