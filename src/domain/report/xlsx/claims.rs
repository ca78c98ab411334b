//! Sheet for a claim on the maker: serial numbers, defects and pictures.
//!
//! Called by `xlsx`; calls `sheet`.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::modules::{finding, pictures};
use super::sheet::{Cell, Formats, SheetTable};
use crate::domain::report::{Report, ReportWords, lines};

pub(super) fn write(
    sheet: &mut Worksheet,
    report: &Report,
    words: &'static ReportWords,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let columns = [
        (words.serial, 20),
        (words.module, 14),
        (words.string, 8),
        (words.position, 9),
        (words.status, 15),
        (words.severity, 10),
        (words.comment, 40),
        (words.pictures, 24),
    ];
    let (note, modules) = lines::claims(report, words);
    let mut table = SheetTable::begin(sheet, words.claims, Some(note), &columns, formats)?;
    for module in modules.iter().filter_map(|at| report.modules.get(*at)) {
        let placed = |n: u16| if module.string == 0 { Cell::Nothing } else { Cell::Number(n.into()) };
        table.row([
            Cell::maybe(module.serial.as_deref()),
            Cell::text(module.called()),
            placed(module.string),
            placed(module.position),
            finding(module, words),
            Cell::maybe(module.severity.as_deref()),
            Cell::maybe(module.comment.as_deref()),
            pictures(module),
        ])?;
    }
    table.filter()
}
