//! CSV export: one row a module, for spreadsheets: as programs read it, or as people do, in their country's form and language.
//!
//! Called by `http`; calls `spreadsheet`, which keeps comments from being formulas, and `words`. `import::table` reads both: the columns
//! that it knows come first and say the same in each.

use super::words::TableWords;
use super::{ExportHead, ExportRow, SET};
use crate::domain::iso8601;
use crate::domain::spreadsheet::{COLUMNS, defuse};
use crate::domain::status::status_word;
use crate::domain::utc_offsets::UtcOffsets;

/// Excel takes a file without it for the country's old encoding.
const MARK: &str = "\u{feff}";

/// A column where modules are hidden: a table without them must not pass for the whole audit.
const HIDDEN: &str = "hidden_modules";

/// How a table is written.
#[derive(Debug, Clone)]
pub struct TableForm {
    people: Option<ForPeople>,
}

#[derive(Debug, Clone)]
struct ForPeople {
    words: &'static TableWords,
    place: UtcOffsets,
}

impl TableForm {
    /// Seven columns, commas, and nothing that depends on who reads it; an eighth where modules are hidden, and four more where
    /// any of [`SET`] is set.
    pub fn plain() -> Self {
        Self { people: None }
    }

    /// With what a customer wants to know, as a spreadsheet of that language opens it, and with the times of a place. `None`: that
    /// language is not known here.
    pub fn for_people(language: &str, place: impl Into<UtcOffsets>) -> Option<Self> {
        let words = TableWords::of(language)?;
        Some(Self { people: Some(ForPeople { words, place: place.into() }) })
    }

    /// A spreadsheet parts cells where its country does not have the decimal point.
    fn separator(&self) -> &'static str {
        self.people.as_ref().map_or(",", |people| people.words.separator)
    }

    fn line(&self, cells: &[String]) -> String {
        cells.join(self.separator()) + "\r\n"
    }

    pub fn begin(&self, head: &ExportHead) -> String {
        let mut cells: Vec<String> = COLUMNS.iter().map(|column| (*column).to_owned()).collect();
        if let Some(ForPeople { words, place }) = &self.people {
            let [found, by, at, string, audit, client, location] = words.columns;
            // Two where the clocks were put forward or back in between: each row has the time that they showed.
            let (first, last) = head.marked_ms.unwrap_or((head.exported_ms, head.exported_ms));
            let zones: Vec<String> = place.within(first..=last).into_iter().map(iso8601::zone).collect();
            let at = format!("{at} ({})", zones.join(" / "));
            cells.extend([found, by, &at, string, audit, client, location].map(cell));
        }
        if head.hidden > 0 {
            cells.push(cell(self.people.as_ref().map_or(HIDDEN, |people| people.words.hidden)));
        }
        if head.with_set {
            cells.extend(self.people.as_ref().map_or(SET, |people| people.words.set).map(cell));
        }
        let mark = if self.people.is_some() { MARK } else { "" };
        format!("{mark}{}", self.line(&cells))
    }

    pub fn row(&self, head: &ExportHead, row: &ExportRow) -> String {
        let number = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| cell(text.as_deref().unwrap_or_default());
        let mut cells = vec![
            cell(row.module.as_str()),
            row.string.to_string(),
            row.position.to_string(),
            number(row.row),
            number(row.col),
            status_word(row.status).to_owned(),
            text(&row.comment),
        ];
        if let Some(ForPeople { words, place }) = &self.people {
            let at = row.updated_ms.map(|ms| iso8601::local(ms, place.at(ms))).unwrap_or_default();
            cells.extend([
                cell(words.status(row.status)),
                text(&row.technician_name),
                at,
                text(&row.string_name),
                cell(&head.name),
                text(&head.client),
                text(&head.location),
            ]);
        }
        if head.hidden > 0 {
            cells.push(head.hidden.to_string());
        }
        if head.with_set {
            cells.extend(SET.iter().zip(&row.set).map(|(name, value)| {
                let value = value.as_deref().unwrap_or_default();
                cell(self.people.as_ref().map_or(value, |people| people.words.value(name, value)))
            }));
        }
        self.line(&cells)
    }
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
