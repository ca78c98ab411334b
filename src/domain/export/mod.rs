//! Export: an audit as files that people take away: the tablet export form and CSV.
//!
//! Called by `hub`, which fills the view from the merged state; calls `tablet` and `table`.
//! `import` reads both back.

mod table;
mod tablet;
#[cfg(test)]
mod tests;

use super::audit::{AuditState, Entry};
use super::id::{ModuleId, TechnicianId, Token};
use super::layout::Place;
use super::status::Status;
pub use table::csv;
pub use tablet::tablet;

/// An audit at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportView {
    pub token: Token,
    pub name: String,
    pub client: Option<String>,
    pub location: Option<String>,
    pub created_ms: u64,
    pub exported_ms: u64,
    pub rows: Vec<ExportRow>,
}

/// One module, in the order of the layout; string 0 when it is marked but placed nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    pub module: ModuleId,
    pub string: u16,
    pub position: u16,
    pub row: Option<i32>,
    pub col: Option<i32>,
    pub status: Option<Status>,
    pub comment: Option<String>,
    pub technician_id: Option<TechnicianId>,
    pub technician_name: Option<String>,
    pub updated_ms: Option<u64>,
}

impl ExportView {
    /// `name` is what people see: an audit that v3.3 marks made has none of its own.
    pub fn of(token: Token, name: String, state: &AuditState, created_ms: u64, exported_ms: u64) -> Self {
        let row = |(place, entry): (Place, Option<&Entry>)| {
            let state = entry.map(|e| &e.state);
            let last = state.and_then(|s| s.last());
            ExportRow {
                module: place.module,
                string: place.string,
                position: place.position,
                row: place.row,
                col: place.col,
                status: state.and_then(|s| s.status()),
                comment: state.and_then(|s| s.comment()).map(str::to_owned),
                technician_id: last.map(|(by, _)| by.id.clone()),
                technician_name: last.map(|(by, _)| by.name.clone()),
                updated_ms: last.map(|(_, ms)| ms),
            }
        };
        Self {
            token,
            name,
            client: state.client().map(str::to_owned),
            location: state.location().map(str::to_owned),
            created_ms,
            exported_ms,
            rows: state.rows().into_iter().map(row).collect(),
        }
    }
}
