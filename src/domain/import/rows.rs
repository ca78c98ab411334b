//! Rows of a CSV as they are, for tables that are no audit: encoding and separator are found out as for one that is.
//!
//! Called by `photo_import::list`; calls `text`, `cells` and `table`.

use super::cells::CsvRows;
use super::error::{ImportError, ImportProblem};
use super::sheet;
use super::table;
use super::text;
use super::width::{CELLS, too_wide};
use crate::domain::spreadsheet::restore;

/// A row, by the line on which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvLine {
    pub line: u64,
    pub cells: Vec<String>,
}

/// Of each row the first `columns` cells; an error where there are more than `rows`.
pub fn csv_lines(bytes: &[u8], columns: usize, rows: usize) -> Result<Vec<CsvLine>, ImportError> {
    let (text, _) = text::decode(bytes)?;
    let (text, separator, line) = table::begin(&text);
    let mut lines = Vec::new();
    for row in CsvRows::new(text, separator, line) {
        if row.cells.len() > CELLS {
            return Err(too_wide(row.line));
        }
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() == rows {
            let problem = format!("more than {rows} rows; split the file");
            return Err(ImportError::line(row.line, ImportProblem::TooManyModules, problem));
        }
        let cells = row.cells.iter().take(columns).map(|cell| restore(cell)).collect();
        lines.push(CsvLine { line: row.line, cells });
    }
    Ok(lines)
}

/// The text of a table, whichever way that is written; of a workbook its first sheet, with commas.
pub fn text_of_file(bytes: &[u8]) -> Result<String, ImportError> {
    if sheet::is_packed(bytes) {
        return sheet::as_csv(bytes);
    }
    text::decode(bytes).map(|(text, _)| text.into_owned())
}
