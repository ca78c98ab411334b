//! Sheet of modules with a defect, a row each.
//!
//! Called by `xlsx`; calls `sheet`.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::modules::{finding, pictures, place};
use super::sheet::{Cell, Formats, SheetTable};
use crate::domain::report::{Report, ReportWords};

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
        (words.comment, 40),
        (words.by, 18),
        (words.at, 17),
        (words.pictures, 24),
        (words.conflict, 10),
    ];
    let note = report.findings.is_empty().then_some(words.no_findings);
    let mut table = SheetTable::begin(sheet, words.findings, note, &columns, formats)?;
    for at in &report.findings {
        let Some(module) = report.modules.get(*at) else { continue };
        let string = report.string_of(*at);
        let found = [
            finding(module, words),
            Cell::maybe(module.severity.as_deref()),
            Cell::maybe(module.action.as_deref().map(|action| words.action(action))),
            Cell::maybe(module.serial.as_deref()),
            Cell::maybe(module.comment.as_deref()),
            Cell::maybe(module.by.as_deref()),
            Cell::time(module.at_ms),
            pictures(module),
            if module.conflict { Cell::text(words.yes) } else { Cell::Nothing },
        ];
        let name = string.and_then(|string| string.name.as_deref());
        table.row(place(module, name).into_iter().chain(found))?;
    }
    table.filter()
}
