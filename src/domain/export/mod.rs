//! An audit as files that people take away: the tablet export form and CSV.
//!
//! Called by `hub`, which fills the view from the merged state; calls `tablet` and `table`.
//! `import` reads both back.

mod table;
mod tablet;
#[cfg(test)]
mod tests;

use super::id::{ModuleId, TechnicianId, Token};
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
