//! Workbook (XLSX, spreadsheet) of a report: typed cells, frozen heads, filters, totals as formulas.
//!
//! Called by `hub`; `sheet` writes rows, the files beside it say what is in each sheet. Calls rust_xlsxwriter, which has the whole
//! workbook in memory until it is saved; the same report gives the same bytes.

mod about;
mod claims;
mod findings;
mod history;
mod measured;
mod modules;
mod pictures;
mod sheet;
mod strings;
#[cfg(test)]
mod tests;

use std::io;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::{Report, ReportSection, ReportWords};
use crate::domain::proof::{Sealer, sha256};
use sheet::Formats;

type WriteSheet = fn(&mut Worksheet, &Report, &'static ReportWords, &Formats) -> Result<(), XlsxError>;

/// The workbook as bytes.
pub fn workbook(report: &Report, words: &'static ReportWords) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made_s = i64::try_from(report.edition.made_ms / 1_000).unwrap_or_default();
    let properties = DocProperties::new()
        .set_title(format!("{}: {}", words.title, report.about.name))
        .set_subject(words.edition(&report.edition))
        .set_author(report.edition.made_by.as_deref().unwrap_or_default())
        .set_company("")
        .set_creation_datetime(&ExcelDateTime::from_timestamp(made_s)?);
    book.set_properties(&properties);
    let formats = Formats::new(report.edition.utc_offset_minutes);
    about::write(book.add_worksheet(), report, words, &formats)?;
    let sheets: [(ReportSection, WriteSheet); 7] = [
        (ReportSection::Strings, strings::write),
        (ReportSection::Annex, modules::write),
        (ReportSection::Findings, findings::write),
        (ReportSection::Claims, claims::write),
        (ReportSection::Measurements, measured::write),
        (ReportSection::History, history::write),
        (ReportSection::Photos, pictures::write),
    ];
    let measured = report.measurements.is_some();
    let has = |section| report.has(section) && (measured || section != ReportSection::Measurements);
    for (_, write) in sheets.into_iter().filter(|(section, _)| has(*section)) {
        write(book.add_worksheet(), report, words, &formats)?;
    }
    book.save_to_buffer()
}

/// The proof goes in as the comment of the archive (ZIP), which is its last part.
pub fn seal(book: &mut Vec<u8>, seal: &Sealer<'_>) -> io::Result<()> {
    /// The end of the directory, whose last two bytes say how long the comment is.
    const END: usize = 22;
    let length = u16::try_from(seal.length()).map_err(io::Error::other)?;
    let at = book.len().saturating_sub(END);
    match book.get_mut(at..) {
        Some([b'P', b'K', 5, 6, .., low @ 0, high @ 0]) => [*low, *high] = length.to_le_bytes(),
        _ => return Err(io::Error::other("the workbook does not end as an archive does")),
    }
    let line = seal.line(sha256(book));
    book.extend_from_slice(line.as_bytes());
    Ok(())
}
