//! CSV import: one row a module, as people keep it in a spreadsheet.
//!
//! Called by `import::parse`; calls `collect`. `export::table` writes the same form.

use csv::{ReaderBuilder, StringRecord};

use super::collect::{At, Collect, ModuleRow};
use super::document::{Document, ImportKind};
use super::error::ImportError;
use super::tablet::StringNumber;
use super::width;
use crate::domain::spreadsheet::{COLUMNS, restore};

pub(super) fn parse(text: &str) -> Result<Document, ImportError> {
    let blank = text.split_inclusive('\n').take_while(|line| line.trim().is_empty());
    let (before, above) = blank.fold((0, 0), |(bytes, lines), line| (bytes + line.len(), lines + 1));
    let text = &text[before..];
    let header = text.lines().next().unwrap_or_default();
    width::check(text, separator(header), above)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(header))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut collect = Collect::default();
    let mut columns: Option<CsvColumns> = None;
    let mut last = 0;
    for record in reader.records() {
        let record = record.map_err(|e| {
            let line = e.position().map_or(0, csv::Position::line);
            ImportError::line(line + above, "this row cannot be read; save the file again as CSV UTF-8")
        })?;
        last = above + line_of(&record, text);
        match &columns {
            None => columns = Some(CsvColumns::find(&record, last)?),
            Some(columns) => columns.add(&record, last, &mut collect)?,
        }
    }
    if text.bytes().filter(|b| *b == b'"').count() % 2 == 1
        && above + (text.trim_end().lines().count() as u64) > last
    {
        // Else the rows after a forgotten quote would vanish in one comment.
        return Err(ImportError::line(last, "a quote opens here and never closes; close it or remove it"));
    }
    let (layout, marks) = collect.finish()?;
    Ok(Document {
        kind: ImportKind::Csv,
        token: None,
        name: None,
        client: None,
        location: None,
        created_ms: None,
        layout,
        marks,
    })
}

/// Spreadsheets write what the country has: `;` where `,` is the decimal point.
fn separator(header: &str) -> u8 {
    let count = |separator: u8| header.bytes().filter(|b| *b == separator).count();
    // The first of equals wins with `rev`, as `max_by_key` takes the last.
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|s| count(*s)).unwrap_or(b',')
}

/// The line that a record starts on: the reader counts from the end of the record before, and so
/// does not see blank lines between.
fn line_of(record: &StringRecord, text: &str) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.get(from..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    position.line() + rest[..blank].bytes().filter(|b| *b == b'\n').count() as u64
}

/// Where each of [`COLUMNS`] is in this file.
struct CsvColumns {
    at: [Option<usize>; COLUMNS.len()],
    count: usize,
}

impl CsvColumns {
    fn find(header: &StringRecord, line: u64) -> Result<Self, ImportError> {
        let mut at = [None; COLUMNS.len()];
        for (n, cell) in header.iter().enumerate() {
            let cell = cell.trim().to_ascii_lowercase();
            if let Some(column) = COLUMNS.iter().position(|column| *column == cell)
                && at[column].replace(n).is_some()
            {
                return Err(ImportError::line(line, format!("the column {cell} is there twice; remove one")));
            }
        }
        let missing: Vec<_> = (0..3).filter(|n| at[*n].is_none()).map(|n| COLUMNS[n]).collect();
        match missing.len() {
            0 => Ok(Self { at, count: header.len() }),
            3 => Err(ImportError::Unrecognised),
            _ => Err(ImportError::line(
                line,
                format!(
                    "the column {} is missing; the header is {}",
                    missing.join(" and "),
                    COLUMNS.join(",")
                ),
            )),
        }
    }

    fn add(&self, record: &StringRecord, line: u64, collect: &mut Collect) -> Result<(), ImportError> {
        // Spreadsheets like to leave rows that are all separators.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if record.iter().skip(self.count).any(|cell| !cell.trim().is_empty()) {
            return Err(ImportError::line(
                line,
                format!(
                    "{} cells, but the header has {}; put quotes around a comment that has the separator in it",
                    record.len(),
                    self.count
                ),
            ));
        }
        let at = At::Line(line);
        let cell = |column: usize| {
            let cell = self.at[column].and_then(|n| record.get(n)).unwrap_or_default();
            restore(cell.trim_matches(' '))
        };
        let [module_id, string, position, row, col, status, comment] = std::array::from_fn(cell);
        let string = StringNumber::read(string)
            .ok_or_else(|| at.wrong("string", format!("`{string}` must be a number such as 3, or S3")))?;
        let position = position
            .trim()
            .parse()
            .map_err(|_| at.wrong("position", format!("`{position}` must be a number, counted from 1")))?;
        let whole = |column: &'static str, text: &str| match text.trim() {
            "" => Ok(None),
            digits => digits
                .parse()
                .map(Some)
                .map_err(|_| at.wrong(column, format!("`{digits}` must be a whole number, or nothing"))),
        };
        let (row, col) = (whole("row", row)?, whole("col", col)?);
        let module_id = module_id.trim();
        collect.add(
            ModuleRow {
                module_id,
                string: string.0,
                position,
                row,
                col,
                status,
                comment,
                ..ModuleRow::default()
            },
            at,
        )
    }
}
