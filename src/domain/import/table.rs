//! CSV import: one row a module, as people keep it in a spreadsheet.
//!
//! Called by `import::read`, and by `sheet` for the rows of a workbook; calls `cells` and `collect`. `export::table` writes
//! the same form.

use super::at::At;
use super::cells::{CsvRow, CsvRows, TakenIn};
use super::collect::{Collect, ModuleRow};
use super::document::{Document, ImportKind};
use super::error::{ImportError, ImportProblem};
use super::scalar::{StringName, whole};
use super::width::{CELLS, too_wide};
use crate::domain::id::{MAX_MODULES, ModuleId};
use crate::domain::spreadsheet::{COLUMNS, STRING_NAME, restore};

pub(super) fn parse(text: &str) -> Result<Document, ImportError> {
    let (text, separator, line) = begin(text);
    let mut collect = Collect::default();
    let mut columns: Option<TableColumns> = None;
    let mut taken_in = Vec::new();
    for CsvRow { line, cells, taken_in: lines } in CsvRows::new(text, separator, line) {
        if cells.len() > CELLS {
            return Err(too_wide(line));
        }
        let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
        match &columns {
            None => columns = Some(TableColumns::find(&cells, line)?),
            Some(columns) => columns.add(&cells, line, &mut collect)?,
        }
        let room = MAX_MODULES.saturating_sub(taken_in.len());
        taken_in.extend(lines.into_iter().map(|inner| (line, inner)).take(room));
    }
    let ended_by_crlf = header_ends_by_crlf(text);
    for (from, TakenIn { line, text, crlf }) in taken_in {
        let row = |columns: &TableColumns| columns.looks_like_a_row(text, separator, &collect);
        if crlf == ended_by_crlf && columns.as_ref().is_some_and(row) {
            return Err(ImportError::line(
                from,
                ImportProblem::QuoteOpen,
                format!(
                    "a quote opens here and takes in line {line}, which looks like a row; remove the quote"
                ),
            ));
        }
    }
    Ok(Document::of(ImportKind::Csv, collect.finish()?))
}

/// Where the header is, the separator, and the line that the header is on.
pub(super) fn begin(text: &str) -> (&str, u8, u64) {
    let blank = text.split_inclusive('\n').take_while(|line| line.trim().is_empty());
    let (before, mut line) = blank.fold((0, 1), |(bytes, lines), line| (bytes + line.len(), lines + 1));
    let mut text = &text[before..];
    let mut separator = None;
    // Excel's own way to say it, in a line before the header.
    let (first, rest) = text.split_at(text.find('\n').map_or(text.len(), |end| end + 1));
    let said = first.trim_matches(['"', '\r', '\n', ' ']).strip_prefix("sep=");
    if let Some(&[byte]) = said.map(str::as_bytes) {
        (separator, text, line) = (Some(byte), rest, line + 1);
    }
    let header = text.lines().next().unwrap_or_default();
    (text, separator.unwrap_or_else(|| separator_of(header)), line)
}

/// Spreadsheets write what the country has: `;` where `,` is the decimal point.
fn separator_of(header: &str) -> u8 {
    let count = |separator: u8| header.bytes().filter(|b| *b == separator).count();
    // The first of equals wins with `rev`, as `max_by_key` takes the last.
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|s| count(*s)).unwrap_or(b',')
}

fn header_ends_by_crlf(text: &str) -> bool {
    text.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n"))
}

/// Where each of [`COLUMNS`] is in this file.
pub(super) struct TableColumns {
    at: [Option<usize>; COLUMNS.len()],
    string_name: Option<usize>,
    count: usize,
}

impl TableColumns {
    pub(super) fn find(header: &[&str], line: u64) -> Result<Self, ImportError> {
        let mut at = [None; COLUMNS.len()];
        let string_name = header.iter().position(|cell| STRING_NAME.contains(&cell.trim()));
        for (n, cell) in header.iter().enumerate() {
            let cell = cell.trim().to_ascii_lowercase();
            if let Some(column) = COLUMNS.iter().position(|column| *column == cell)
                && at[column].replace(n).is_some()
            {
                return Err(ImportError::line(
                    line,
                    ImportProblem::ColumnTwice,
                    format!("the column {cell} is there twice; remove one"),
                ));
            }
        }
        let missing: Vec<_> = (0..3).filter(|n| at[*n].is_none()).map(|n| COLUMNS[n]).collect();
        match missing.len() {
            0 => Ok(Self { at, string_name, count: header.len() }),
            3 => Err(ImportError::Unrecognised),
            _ => Err(ImportError::line(
                line,
                ImportProblem::ColumnMissing,
                format!(
                    "the column {} is missing; the header is {}",
                    missing.join(" and "),
                    COLUMNS.join(",")
                ),
            )),
        }
    }

    fn cell<'a>(&self, cells: &[&'a str], column: usize) -> &'a str {
        self.at[column].and_then(|n| cells.get(n).copied()).unwrap_or_default().trim_matches(' ')
    }

    /// Whether a line within a cell is the row of a module that is nowhere else in the file: then a quote has taken it
    /// in that was meant as nothing but a quote.
    fn looks_like_a_row(&self, line: &str, separator: u8, collect: &Collect) -> bool {
        let cells: Vec<&str> = line.split(char::from(separator)).collect();
        let [id, string, position] =
            std::array::from_fn(|column| self.cell(&cells, column).trim_matches('"'));
        let placed = || StringName::read(string).is_some() && whole::<u16>(position).is_some();
        ModuleId::parse(id).is_ok() && !collect.has(id) && (cells.len() >= self.count || placed())
    }

    pub(super) fn add(&self, cells: &[&str], line: u64, collect: &mut Collect) -> Result<(), ImportError> {
        // Spreadsheets like to leave rows that are all separators.
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if cells.iter().skip(self.count).any(|cell| !cell.trim().is_empty()) {
            return Err(ImportError::line(
                line,
                ImportProblem::TooManyCells,
                format!(
                    "{} cells, but the header has {}; put quotes around a comment that has the separator in it",
                    cells.len(),
                    self.count
                ),
            ));
        }
        let at = At::Line(line);
        let texts: [String; COLUMNS.len()] = std::array::from_fn(|column| restore(self.cell(cells, column)));
        let [module_id, string, position, row, col, status, comment] = texts.each_ref().map(String::as_str);
        let string = StringName::read(string).ok_or_else(|| {
            at.wrong(
                "string",
                ImportProblem::BadValue,
                format!("`{string}` must be a number such as 3, or S3"),
            )
        })?;
        let position = whole(position).ok_or_else(|| {
            at.wrong(
                "position",
                ImportProblem::BadValue,
                format!("`{position}` must be a number, counted from 1"),
            )
        })?;
        let number = |column: &'static str, text: &str| match text.trim() {
            "" => Ok(None),
            digits => whole(digits).map(Some).ok_or_else(|| {
                at.wrong(
                    column,
                    ImportProblem::BadValue,
                    format!("`{digits}` must be a whole number, or nothing"),
                )
            }),
        };
        let (row, col) = (number("row", row)?, number("col", col)?);
        let string_name = self.string_name.and_then(|n| cells.get(n)).map(|cell| restore(cell));
        collect.add(
            ModuleRow {
                module_id: module_id.trim(),
                string,
                string_name: string_name.as_deref().unwrap_or_default(),
                position: Some(position),
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
