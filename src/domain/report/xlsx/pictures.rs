//! Sheet of all pictures: their names in the folder of the report, and the hashes by which they are known.
//!
//! Called by `xlsx`; calls `sheet`.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Cell, Formats, SheetTable};
use crate::domain::report::{Report, ReportPhoto, ReportWords};

pub(super) fn write(
    sheet: &mut Worksheet,
    report: &Report,
    words: &'static ReportWords,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let columns = [
        (words.pictures, 24),
        (words.string, 8),
        (words.module, 14),
        (words.kind, 10),
        (words.comment, 40),
        (words.by, 18),
        (words.at, 17),
        ("SHA-256", 68),
    ];
    let mut table = SheetTable::begin(sheet, words.photos, None, &columns, formats)?;
    let mut photo = |photo: &ReportPhoto, string: Option<u16>, module: Option<&str>| {
        let hash = photo.largest().map(|variant| variant.hash.to_string());
        table.row([
            Cell::text(photo.stem.as_str()),
            string.filter(|n| *n > 0).map_or(Cell::Nothing, |n| Cell::Number(n.into())),
            Cell::maybe(module),
            Cell::text(photo.kind.as_str()),
            Cell::maybe(photo.caption.as_deref()),
            Cell::text(photo.by.as_str()),
            Cell::Time(photo.at_ms),
            Cell::maybe(hash.as_deref()),
        ])
    };
    for one in &report.photos {
        photo(one, None, None)?;
    }
    for string in &report.strings {
        for one in &string.photos {
            photo(one, Some(string.number), None)?;
        }
        for module in report.modules.get(string.modules.clone()).unwrap_or_default() {
            for one in &module.photos {
                photo(one, Some(string.number), Some(module.called()))?;
            }
        }
    }
    table.filter()
}
