//! Sheet of all modules, a row each. The summary's figures are counted in it: see [`FINDING`].
//!
//! Called by `xlsx`; calls `sheet`.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Cell, Formats, SheetTable};
use crate::domain::report::{Report, ReportModule, ReportWords};

/// The column in which findings are.
pub(super) const FINDING: usize = 7;

pub(super) fn write(
    sheet: &mut Worksheet,
    report: &Report,
    words: &'static ReportWords,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let columns = [
        (words.string, 8),
        (words.string_name, 16),
        (words.position, 9),
        (words.module, 14),
        (words.module_name, 16),
        (words.row, 8),
        (words.col, 9),
        (words.status, 15),
        (words.severity, 10),
        (words.action, 14),
        (words.serial, 20),
        (words.reason, 18),
        (words.comment, 40),
        (words.by, 18),
        (words.at, 17),
        (words.photos, 8),
        (words.conflict, 10),
    ];
    let mut table = SheetTable::begin(sheet, words.modules, None, &columns, formats)?;
    for string in &report.strings {
        for module in report.modules.get(string.modules.clone()).unwrap_or_default() {
            table.row(place(module, string.name.as_deref()).into_iter().chain(found(module, words)))?;
        }
    }
    table.filter()
}

/// Where it is.
pub(super) fn place(module: &ReportModule, string_name: Option<&str>) -> [Cell; 7] {
    let number = |number: Option<i32>| number.map_or(Cell::Nothing, |n| Cell::Number(n.into()));
    let placed = |n: u16| if module.string == 0 { Cell::Nothing } else { Cell::Number(n.into()) };
    [
        placed(module.string),
        Cell::maybe(string_name),
        placed(module.position),
        Cell::text(module.id.as_str()),
        Cell::maybe(module.name.as_deref()),
        number(module.row),
        number(module.col),
    ]
}

pub(super) fn finding(module: &ReportModule, words: &'static ReportWords) -> Cell {
    Cell::Finding(module.status, words.status(module.status, module.not_examined.is_some()))
}

fn found(module: &ReportModule, words: &'static ReportWords) -> [Cell; 10] {
    let known = |word: Option<&str>| Cell::maybe(word);
    [
        finding(module, words),
        Cell::maybe(module.severity.as_deref()),
        known(module.action.as_deref().map(|action| words.action(action))),
        Cell::maybe(module.serial.as_deref()),
        known(module.not_examined.as_deref().map(|reason| words.reason(reason))),
        Cell::maybe(module.comment.as_deref()),
        Cell::maybe(module.by.as_deref()),
        Cell::time(module.at_ms),
        if module.photos.is_empty() { Cell::Nothing } else { Cell::count(module.photos.len()) },
        if module.conflict { Cell::text(words.yes) } else { Cell::Nothing },
    ]
}

/// The names of its pictures in the folder of the report, without their endings.
pub(super) fn pictures(module: &ReportModule) -> Cell {
    let stems: Vec<&str> = module.photos.iter().map(|photo| photo.stem.as_str()).collect();
    if stems.is_empty() { Cell::Nothing } else { Cell::text(stems.join(", ")) }
}
