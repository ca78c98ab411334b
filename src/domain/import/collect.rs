//! Import validation: from rows, one a module, to a layout and marks: what tablet exports and CSV files share.
//!
//! Called by `tablet` and `table` with each row and where it stands; calls the checks of `id` and `layout`.

use std::collections::HashMap;

use super::document::ImportedMark;
use super::error::ImportError;
use crate::domain::id::{Invalid, MAX_MODULES, ModuleId, TechnicianId, comment_text, short_text};
use crate::domain::layout::{Layout, Place};
use crate::domain::status::{PENDING, Status};

/// Where a row stands in its file.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    Line(u64),
    /// The place in the `modules` of a tablet export.
    Index(usize),
}

impl At {
    /// The error that `column`, named as in a CSV, is wrong here.
    pub(super) fn wrong(self, column: &'static str, problem: impl Into<String>) -> ImportError {
        match self {
            At::Line(line) => ImportError::Cell { line, column, problem: problem.into() },
            At::Index(n) => {
                let field = match column {
                    "string" => "string_number",
                    "position" => "position_in_string",
                    other => other,
                };
                ImportError::field(format!("modules[{n}].{field}"), problem)
            }
        }
    }

    fn invalid(self, column: &'static str, id: &str, error: Invalid) -> ImportError {
        self.wrong(column, format!("{} (module {id})", error.problem))
    }
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            At::Line(line) => write!(f, "line {line}"),
            At::Index(n) => write!(f, "modules[{n}]"),
        }
    }
}

/// One module as a file has it, unchecked; empty text is nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ModuleRow<'a> {
    pub module_id: &'a str,
    /// 0 for a module that was marked but is placed nowhere.
    pub string: u16,
    pub position: u16,
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
    places: Vec<Place>,
    marks: Vec<ImportedMark>,
    modules: HashMap<ModuleId, At>,
    positions: HashMap<(u16, u16), (ModuleId, At)>,
}

impl Collect {
    pub(super) fn add(&mut self, row: ModuleRow<'_>, at: At) -> Result<(), ImportError> {
        let id = row.module_id;
        let module = ModuleId::parse(id)
            .map_err(|e| at.wrong("module_id", format!("`{id}` must be {}", e.problem)))?;
        if self.modules.len() == MAX_MODULES {
            return Err(
                at.wrong("module_id", format!("an audit has at most {MAX_MODULES} modules; split the file"))
            );
        }
        if let Some(first) = self.modules.insert(module.clone(), at) {
            return Err(at.wrong("module_id", format!("{id} is already at {first}; keep one of the two")));
        }
        self.place(&module, row, at)?;
        self.marks.extend(mark(module, row, at)?);
        Ok(())
    }

    fn place(&mut self, module: &ModuleId, row: ModuleRow<'_>, at: At) -> Result<(), ImportError> {
        let (string, position) = (row.string, row.position);
        if string == 0 {
            return Ok(());
        }
        if position == 0 {
            return Err(at.wrong("position", format!("{module}: positions count from 1")));
        }
        if let Some((other, first)) = self.positions.get(&(string, position)) {
            // An export places a module that is in no layout where its id says, taken or not.
            if module.implied_place() == Some((string, position)) {
                return Ok(());
            }
            return Err(at.wrong(
                "position",
                format!("{module} is at position {position} of string {string}, where {other} is ({first}); correct one"),
            ));
        }
        self.positions.insert((string, position), (module.clone(), at));
        self.places.push(Place { module: module.clone(), string, position, row: row.row, col: row.col });
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(Layout, Vec<ImportedMark>), ImportError> {
        if self.places.is_empty() {
            if self.marks.is_empty() {
                return Err(ImportError::field(
                    "modules",
                    "there is no module in the file; check that it is the right one",
                ));
            }
            return Ok((Layout::default(), self.marks));
        }
        let layout = Layout::new(self.places).map_err(|e| ImportError::field(e.field, e.problem))?;
        Ok((layout, self.marks))
    }
}

/// The mark that a row carries, if it carries one.
fn mark(module: ModuleId, row: ModuleRow<'_>, at: At) -> Result<Option<ImportedMark>, ImportError> {
    let id = row.module_id;
    let status =
        match row.status.trim() {
            "" | PENDING => None,
            word => {
                let status = word.parse::<Status>();
                Some(status.map_err(|e| {
                    at.wrong("status", format!("{e}, or {PENDING} (module {id} has `{word}`)"))
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
