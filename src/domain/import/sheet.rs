//! XLSX import: the first sheet of a workbook that is not hidden, row by row as a CSV would be.
//!
//! Called by `import::read`; calls `table`. Reads with `calamine`, after a look at how large the file is unpacked: a few
//! kilobytes can unpack to more than there is memory.

use std::fmt::Display;
use std::io::{self, Cursor, Read};
use std::panic;

use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxError};

use super::collect::Collect;
use super::document::{Document, ImportKind};
use super::error::{ImportError, ImportProblem};
use super::scalar::text_of;
use super::table::TableColumns;

/// A sheet of 20,000 modules has six million. Empty texts take five times as much in memory.
const UNPACKED: u64 = 16 << 20;
/// What pictures in a workbook are called. They are packed already.
const PICTURES: [&str; 7] = [".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bmp"];
const SLACK: u64 = 64 << 10;
/// More columns than a plan has; what is beyond them is no cell of ours.
const COLUMNS: usize = 64;

/// A ZIP, as workbooks are; or the container of Excel before 2007.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || is_old(bytes)
}

fn is_old(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
}

pub(super) fn parse(bytes: &[u8]) -> Result<Document, ImportError> {
    check(bytes)?;
    // A library that reads what strangers made may have a slip that nobody has met: the file is refused then, and no more.
    panic::catch_unwind(|| first_sheet(bytes)).unwrap_or_else(|_| Err(unreadable("there is nonsense in it")))
}

fn check(bytes: &[u8]) -> Result<(), ImportError> {
    if is_old(bytes) {
        return Err(workbook(
            "this is a workbook of an old Excel, or one with a password; save it as XLSX or CSV",
        ));
    }
    measure(bytes)
}

/// The same sheet, as text with commas between its cells: for tables that are no audit.
pub(super) fn as_csv(bytes: &[u8]) -> Result<String, ImportError> {
    check(bytes)?;
    let made = panic::catch_unwind(|| {
        let (mut csv, mut at) = (String::new(), (0, 0));
        each_cell(bytes, |row, column, text| {
            // A sheet may say that it begins in its millionth row.
            if row != at.0 {
                csv.push('\n');
                at = (row, 0);
            }
            for _ in at.1..column.min(COLUMNS) {
                csv.push(',');
            }
            at.1 = at.1.max(column.min(COLUMNS));
            if column < COLUMNS {
                csv.push('"');
                csv.push_str(&text.replace('"', "\"\""));
                csv.push('"');
            }
            Ok(())
        })?;
        Ok(csv)
    });
    made.unwrap_or_else(|_| Err(unreadable("there is nonsense in it")))
}

fn first_sheet(bytes: &[u8]) -> Result<Document, ImportError> {
    let mut rows = SheetRows::default();
    each_cell(bytes, |row, column, text| rows.cell(row, column, text))?;
    rows.end_row()?;
    if rows.columns.is_none() {
        return Err(ImportError::Unrecognised);
    }
    Ok(Document::of(ImportKind::Xlsx, rows.collect.finish()?))
}

/// Row by row, the cells in which something is.
fn each_cell(
    bytes: &[u8],
    mut take: impl FnMut(u32, usize, String) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| refused(&error))?;
    let sheets = book.sheets_metadata().iter();
    let sheet =
        sheets.filter(|sheet| sheet.visible == SheetVisible::Visible).map(|sheet| sheet.name.clone()).next();
    let sheet = sheet.ok_or_else(|| workbook("it has no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| refused(&error))?;
    while let Some(cell) = cells.next_cell().map_err(|error| refused(&error))? {
        let (row, column) = cell.get_position();
        take(row, column as usize, text(cell.get_value()))?;
    }
    Ok(())
}

/// The row that is being read, and what those before it have made.
#[derive(Default)]
struct SheetRows {
    row: u32,
    cells: Vec<String>,
    columns: Option<TableColumns>,
    collect: Collect,
}

impl SheetRows {
    fn cell(&mut self, row: u32, column: usize, text: String) -> Result<(), ImportError> {
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        if text.trim().is_empty() {
            return Ok(());
        }
        if column >= COLUMNS {
            return Err(ImportError::line(
                u64::from(row) + 1,
                ImportProblem::TooManyColumns,
                format!("more than {COLUMNS} columns; is it the right sheet?"),
            ));
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), ImportError> {
        let cells = std::mem::take(&mut self.cells);
        if cells.is_empty() {
            return Ok(());
        }
        let (cells, line): (Vec<&str>, _) =
            (cells.iter().map(String::as_str).collect(), u64::from(self.row) + 1);
        match &self.columns {
            None => self.columns = Some(TableColumns::find(&cells, line)?),
            Some(columns) => columns.add(&cells, line, &mut self.collect)?,
        }
        Ok(())
    }
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => text_of(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(at) => text_of(at.as_f64()),
        // As the sheet shows it: no number, and so told with its row where one is needed.
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// Unpack it into nothing, and count. Pictures are not what fills a workbook, but for what they are packed.
fn measure(bytes: &[u8]) -> Result<(), ImportError> {
    let damaged = || workbook("the file is damaged or cut short; save or copy it again");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut left = UNPACKED;
    for n in 0..archive.len() {
        let entry = archive.by_index(n).map_err(|_| damaged())?;
        let name = entry.name().map_err(|_| damaged())?.to_ascii_lowercase();
        let picture = PICTURES.iter().any(|ending| name.ends_with(ending));
        let most = if picture { 2 * entry.compressed_size() + SLACK } else { left };
        let size = io::copy(&mut entry.take(most + 1), &mut io::sink()).map_err(|_| damaged())?;
        let rest = most.checked_sub(size).ok_or_else(|| {
            workbook(
                "it is larger than any plan; copy the columns of the modules into a workbook of their own",
            )
        })?;
        if !picture {
            left = rest;
        }
    }
    Ok(())
}

fn refused(error: &XlsxError) -> ImportError {
    match error {
        XlsxError::Password => ImportError::field(
            "workbook",
            ImportProblem::WorkbookPassword,
            "it has a password; save it without one",
        ),
        error => unreadable(error),
    }
}

fn unreadable(why: impl Display) -> ImportError {
    workbook(format!("it cannot be read as XLSX ({why}); save it again as XLSX, or as CSV UTF-8"))
}

fn workbook(problem: impl Into<String>) -> ImportError {
    ImportError::field("workbook", ImportProblem::Workbook, problem)
}
