//! CSV export: one row a module, for spreadsheets.
//!
//! Called by `http`; calls `spreadsheet`, which keeps comments from being formulas. `import::table`
//! reads the same form.

use super::ExportRow;
use crate::domain::spreadsheet::{COLUMNS, defuse};
use crate::domain::status::status_word;

pub fn csv_begin() -> String {
    COLUMNS.join(",") + "\r\n"
}

pub fn csv_row(row: &ExportRow) -> String {
    let number = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
    let cells = [
        cell(row.module.as_str()),
        row.string.to_string(),
        row.position.to_string(),
        number(row.row),
        number(row.col),
        status_word(row.status).to_owned(),
        cell(row.comment.as_deref().unwrap_or_default()),
    ];
    cells.join(",") + "\r\n"
}

/// Text that is neither run by a spreadsheet nor mistaken for the end of a cell or row.
fn cell(text: &str) -> String {
    let text = defuse(text);
    if text.contains(['"', ',', ';', '\n', '\r', '\t', '|']) || text.starts_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
