//! Forms in which a report is written down, and the one place that writes each.
//!
//! Called by `hub`; calls `pdf`, `html`, `xlsx`, `json`, and `export` for the table.

use std::io::{self, Write};

use super::html::ReportPage;
use super::json::TableHash;
use super::photos::Pictures;
use super::{Report, ReportLanguage, ReportModule, json, pdf, xlsx};
use crate::domain::export::{ExportHead, ExportRow, SET, TableForm, span};
use crate::domain::hex::hex;
use crate::domain::proof::{HashedOut, Sealer};

/// Bytes of a page that are made at a time.
const PIECE: usize = 64 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    Pdf,
    Html,
    Xlsx,
    Csv,
    Json,
}

impl ReportFormat {
    pub const ALL: [Self; 5] = [Self::Pdf, Self::Html, Self::Xlsx, Self::Csv, Self::Json];

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ending() == word)
    }

    /// Of a file's name; and the word by which it is asked for.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Html => "text/html; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
        }
    }

    /// Whether a browser shows it.
    pub fn is_shown(self) -> bool {
        matches!(self, Self::Pdf | Self::Html)
    }
}

/// Writes a report down. `pictures` gives a picture's bytes, and is asked for one at a time; `seal` signs the file. A table has no
/// place for a signature: its hash is in the JSON beside it, which is signed.
pub fn write(
    report: Report,
    format: ReportFormat,
    language: ReportLanguage,
    pictures: Pictures<'_>,
    seal: Option<&Sealer<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let words = language.words();
    match format {
        ReportFormat::Pdf => pdf::write(&report, language, pictures, seal, out).map(drop),
        ReportFormat::Html => {
            let mut out = HashedOut::new(out);
            let (mut page, mut piece) = (ReportPage::new(report, words), String::new());
            while page.write(pictures, &mut piece) {
                if piece.len() >= PIECE {
                    out.write_all(piece.as_bytes())?;
                    piece.clear();
                }
            }
            out.write_all(piece.as_bytes())?;
            // Behind the page's end a comment may be.
            seal.map_or(Ok(()), |seal| out.seal(b"<!-- ", seal, b" -->\n"))
        }
        ReportFormat::Xlsx => {
            let mut book = xlsx::workbook(&report, words).map_err(io::Error::other)?;
            drop(report);
            if let Some(seal) = seal {
                xlsx::seal(&mut book, seal)?;
            }
            out.write_all(&book)
        }
        ReportFormat::Csv => table(&report, language, out),
        ReportFormat::Json => {
            let table = seal.map(|_| table_hash(&report, language)).transpose()?;
            json::write(&report, table.as_ref(), seal, out)
        }
    }
}

/// Of the table in that language.
fn table_hash(report: &Report, language: ReportLanguage) -> io::Result<TableHash> {
    let (mut nowhere, lang) = (io::sink(), language.tag());
    let mut hashed = HashedOut::new(&mut nowhere);
    table(report, language, &mut hashed)?;
    Ok(TableHash { lang, sha256: hex(&hashed.sha256()) })
}

/// In the order of `export::SET`.
fn set_of(module: &ReportModule) -> [Option<String>; SET.len()] {
    let ReportModule { severity, action, serial, not_examined, .. } = module;
    [severity.clone(), action.clone(), serial.clone(), not_examined.clone()]
}

/// All modules, as a table for people.
fn table(report: &Report, language: ReportLanguage, out: &mut dyn Write) -> io::Result<()> {
    let (about, edition) = (&report.about, &report.edition);
    let form = TableForm::for_people(language.tag(), edition.utc_offset_minutes);
    let form = form.unwrap_or_else(TableForm::plain);
    let head = ExportHead {
        token: about.token.clone(),
        name: about.name.clone(),
        client: about.client.clone(),
        location: about.location.clone(),
        created_ms: about.created_ms,
        exported_ms: edition.made_ms,
        strings: report.strings.iter().filter(|string| string.number > 0).count(),
        modules: report.modules.len(),
        hidden: report.figures.hidden,
        marked_ms: span(report.modules.iter().filter_map(|module| module.at_ms)),
        with_set: report.modules.iter().any(|module| set_of(module).iter().any(Option::is_some)),
    };
    out.write_all(form.begin(&head).as_bytes())?;
    for string in &report.strings {
        for module in report.modules.get(string.modules.clone()).unwrap_or_default() {
            let row = ExportRow {
                module: module.id.clone(),
                name: module.name.clone(),
                string_name: string.name.clone(),
                string: module.string,
                position: module.position,
                row: module.row,
                col: module.col,
                status: module.status,
                comment: module.comment.clone(),
                technician_id: None,
                technician_name: module.by.clone(),
                updated_ms: module.at_ms,
                set: set_of(module),
            };
            out.write_all(form.row(&head, &row).as_bytes())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{night, report_of};
    use super::*;
    use crate::domain::import;

    fn written(format: ReportFormat, language: ReportLanguage) -> Vec<u8> {
        let mut out = Vec::new();
        write(report_of(&night().0), format, language, &mut |_| None, None, &mut out).unwrap();
        out
    }

    #[test]
    fn each_form_is_asked_for_by_its_ending_and_is_the_same_each_time() {
        for format in ReportFormat::ALL {
            assert_eq!(ReportFormat::parse(format.ending()), Some(format));
            let bytes = written(format, ReportLanguage::De);
            assert!(!bytes.is_empty() && bytes == written(format, ReportLanguage::De), "{format:?}");
        }
        assert_eq!(ReportFormat::parse("docx"), None);
    }

    #[test]
    fn the_table_is_read_again_and_json_has_the_figures_and_the_names_of_pictures() {
        let document = import::parse(&written(ReportFormat::Csv, ReportLanguage::Fr)).unwrap();
        assert_eq!((document.layout.places().len(), document.marks.len()), (5, 3));
        let json: serde_json::Value =
            serde_json::from_slice(&written(ReportFormat::Json, ReportLanguage::Fr)).unwrap();
        let figures = &json["figures"];
        assert_eq!((&figures["modules"], &figures["defects"]), (&6.into(), &2.into()));
        assert_eq!(figures["by_status"]["microcracks"], 1);
        let names: Vec<_> = json["photos"].as_array().unwrap().iter().map(|p| p["name"].as_str()).collect();
        let expected = ["site-1", "S02-1", "S01-P02-M002-1", "S01-P02-M002-2"].map(Some);
        assert_eq!(names, expected);
        assert_eq!(json["modules"][1]["pictures"][1], "S01-P02-M002-2");
    }
}
