//! Import validation: from rows, one a module, to a layout and marks: what tablet exports and CSV files share.
//!
//! Called by `tablet` and `table` with each row and where it stands; calls the checks of `id`, and `places` at the end.

use std::collections::HashMap;

use super::at::At;
use super::document::{Collected, ImportedMark};
use super::error::{ImportError, ImportProblem};
use super::places::{PlacedRow, placed};
use super::scalar::StringName;
use crate::domain::id::{MAX_MODULES, ModuleId, TechnicianId, comment_text, short_text};
use crate::domain::layout::Layout;
use crate::domain::status::{PENDING, Status};

/// One module as a file has it, unchecked; empty text is nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct ModuleRow<'a> {
    pub module_id: &'a str,
    pub string: StringName,
    pub string_name: &'a str,
    pub module_name: &'a str,
    pub position: Option<u16>,
    pub row: Option<i32>,
    pub col: Option<i32>,
    pub status: &'a str,
    pub comment: &'a str,
    pub technician_id: &'a str,
    pub technician_name: &'a str,
    pub marked_ms: Option<u64>,
}

/// The rows taken in so far.
#[derive(Default)]
pub(super) struct Collect {
    rows: Vec<PlacedRow>,
    marks: Vec<ImportedMark>,
    names: Vec<(ModuleId, String)>,
    modules: HashMap<ModuleId, At>,
}

impl Collect {
    pub(super) fn add(&mut self, row: ModuleRow<'_>, at: At) -> Result<(), ImportError> {
        let id = row.module_id;
        let module = ModuleId::parse(id).map_err(|e| {
            at.wrong("module_id", ImportProblem::BadValue, format!("`{id}` must be {}", e.problem))
        })?;
        if self.modules.len() == MAX_MODULES {
            return Err(at.wrong(
                "module_id",
                ImportProblem::TooManyModules,
                format!("an audit has at most {MAX_MODULES} modules; split the file"),
            ));
        }
        if let Some(first) = self.modules.insert(module.clone(), at) {
            return Err(at.wrong(
                "module_id",
                ImportProblem::ModuleTwice,
                format!("{id} is already at {first}; keep one of the two"),
            ));
        }
        let mark = mark(module.clone(), &row, at)?;
        let name = |field, text| short_text(field, text).map_err(|e| at.invalid(field, id, e));
        let (string_name, module_name) =
            (name("string_name", row.string_name)?, name("module_name", row.module_name)?);
        self.names.extend(module_name.map(|name| (module.clone(), name)));
        let ModuleRow { string, position, row, col, .. } = row;
        let marked = mark.is_some();
        self.rows.push(PlacedRow { module, string, string_name, position, row, col, at, marked });
        self.marks.extend(mark);
        Ok(())
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.modules.contains_key(id)
    }

    /// Each row has become a place, a mark or both.
    pub(super) fn finish(self) -> Result<Collected, ImportError> {
        if self.rows.is_empty() {
            return Err(ImportError::field(
                "modules",
                ImportProblem::NoModules,
                "there is no module in the file; check that it is the right one",
            ));
        }
        let (places, strings) = placed(self.rows)?;
        let layout = match places.is_empty() {
            true => Layout::default(),
            false => Layout::new(places)
                .map_err(|e| ImportError::field(e.field, ImportProblem::BadValue, e.problem))?,
        };
        Ok(Collected { layout, marks: self.marks, strings, module_names: self.names })
    }
}

/// The mark that a row carries, if it carries one.
fn mark(module: ModuleId, row: &ModuleRow<'_>, at: At) -> Result<Option<ImportedMark>, ImportError> {
    let id = row.module_id;
    let status = match row.status.trim() {
        "" | PENDING => None,
        word => {
            let status = word.parse::<Status>();
            Some(status.map_err(|e| {
                at.wrong(
                    "status",
                    ImportProblem::BadStatus,
                    format!("{e}, or {PENDING} (module {id} has `{word}`)"),
                )
            })?)
        }
    };
    let comment = comment_text(row.comment).map_err(|e| at.invalid("comment", id, e))?;
    let technician = match row.technician_id.trim() {
        "" => None,
        text => Some(TechnicianId::parse(text).map_err(|e| at.invalid("technician_id", id, e))?),
    };
    let technician_name = short_text("technician_name", row.technician_name)
        .map_err(|e| at.invalid("technician_name", id, e))?;
    if status.is_none() && comment.is_none() {
        return Ok(None);
    }
    Ok(Some(ImportedMark { module, status, comment, technician, technician_name, marked_ms: row.marked_ms }))
}
