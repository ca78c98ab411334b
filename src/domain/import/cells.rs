//! CSV reader (RFC 4180, and what people make of it): text into rows of cells, each row with its line.
//!
//! Called by `table`. Our own, because a row must never vanish in the comment of another: a quote that
//! does not hold a whole cell is a quote and nothing else, where the `csv` crate goes on to the next one, lines below.

use std::borrow::Cow;

use super::width::CELLS;
use crate::domain::id::MAX_MODULES;

/// One row; blank lines are none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CsvRow<'t> {
    pub line: u64,
    /// One more than there may be, where there are too many: no row after such a one is to be believed.
    pub cells: Vec<Cow<'t, str>>,
    /// Where line breaks are within a cell: the lines after the first.
    pub taken_in: Vec<TakenIn<'t>>,
}

/// A line within a cell, as it stands in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TakenIn<'t> {
    pub line: u64,
    pub text: &'t str,
    /// The break before it is CR LF, as programs end rows with; within a cell they mostly write LF alone.
    pub crlf: bool,
}

pub(super) struct CsvRows<'t> {
    text: &'t str,
    separator: u8,
    line: u64,
}

impl<'t> CsvRows<'t> {
    pub(super) fn new(text: &'t str, separator: u8, line: u64) -> Self {
        Self { text, separator, line }
    }

    /// A cell, and how many bytes it takes.
    fn cell(&self) -> (Cow<'t, str>, usize) {
        if let Some((whole, bytes)) = self.quoted() {
            return (whole, bytes);
        }
        let end = self.text.bytes().position(|b| self.ends(b)).unwrap_or(self.text.len());
        (self.text[..end].into(), end)
    }

    /// A cell in quotes, if these hold all of it.
    fn quoted(&self) -> Option<(Cow<'t, str>, usize)> {
        let inner = self.text.strip_prefix('"')?;
        let mut from = 0;
        loop {
            let quote = from + inner[from..].find('"')?;
            match inner.as_bytes().get(quote + 1) {
                Some(b'"') => from = quote + 2,
                Some(next) if !self.ends(*next) => return None,
                _ => {
                    let text = &inner[..quote];
                    let text =
                        if text.contains('"') { text.replace("\"\"", "\"").into() } else { text.into() };
                    return Some((text, quote + 2));
                }
            }
        }
    }

    fn ends(&self, byte: u8) -> bool {
        byte == self.separator || byte == b'\n' || byte == b'\r'
    }

    fn skip_break(&mut self) {
        let rest = self.text.strip_prefix("\r\n").or_else(|| self.text.strip_prefix(['\n', '\r']));
        if let Some(rest) = rest {
            self.text = rest;
            self.line += 1;
        }
    }
}

impl<'t> Iterator for CsvRows<'t> {
    type Item = CsvRow<'t>;

    fn next(&mut self) -> Option<CsvRow<'t>> {
        while self.text.starts_with(['\n', '\r']) {
            self.skip_break();
        }
        if self.text.is_empty() {
            return None;
        }
        let mut row = CsvRow { line: self.line, cells: Vec::new(), taken_in: Vec::new() };
        loop {
            let (cell, bytes) = self.cell();
            let (raw, rest) = self.text.split_at(bytes);
            let mut from = raw;
            while let Some(at) = from.find(['\r', '\n']) {
                let crlf = from[at..].starts_with("\r\n");
                from = &from[at + if crlf { 2 } else { 1 }..];
                self.line += 1;
                let end = from.find(['\r', '\n']).unwrap_or(from.len());
                let text = from[..end].trim_end_matches('"');
                // A row has more than one cell; and where there is one at all, it is among the first.
                if text.as_bytes().contains(&self.separator) && row.taken_in.len() < MAX_MODULES {
                    row.taken_in.push(TakenIn { line: self.line, text, crlf });
                }
            }
            row.cells.push(cell);
            self.text = rest;
            match rest.as_bytes().first() {
                Some(byte) if *byte == self.separator && row.cells.len() <= CELLS => self.text = &rest[1..],
                _ => break,
            }
        }
        self.skip_break();
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(u64, Vec<String>)> {
        let owned = |row: CsvRow<'_>| (row.line, row.cells.into_iter().map(Cow::into_owned).collect());
        CsvRows::new(text, b',', 1).map(owned).collect()
    }

    #[test]
    fn a_quote_that_holds_no_whole_cell_is_a_quote() {
        let of =
            |line: u64, cells: &[&str]| (line, cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            read("a,\"top\nb,\n\nc,\"bottom\nd,\"whole\"\"s\ncell\"\r\ne,\"one\" word,5\" glass\n"),
            [
                of(1, &["a", "\"top"]),
                of(2, &["b", ""]),
                of(4, &["c", "\"bottom"]),
                of(5, &["d", "whole\"s\ncell"]),
                of(7, &["e", "\"one\" word", "5\" glass"]),
            ]
        );
        assert_eq!(read("a,\"\",\"\"\"\""), [of(1, &["a", "", "\""])]);
        let row = CsvRows::new("a,\"x\r\nb,y\rc\"\nd", b',', 7).next().unwrap();
        let taken_in: Vec<_> = row.taken_in.iter().map(|t| (t.line, t.text, t.crlf)).collect();
        assert_eq!(taken_in, [(8, "b,y", true)], "what has no separator is no row");
        let row = CsvRows::new("a,\"x\ny\nb,y\"", b',', 7).next().unwrap();
        assert_eq!(row.taken_in, [TakenIn { line: 9, text: "b,y", crlf: false }]);
        assert_eq!(read("a\rb\r\rc").iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 4]);
    }

    proptest! {
        /// Whatever is well formed reads as the `csv` crate reads it.
        #[test]
        fn what_is_well_formed_reads_as_everybody_reads_it(
            rows in prop::collection::vec(prop::collection::vec("[a,;\"\n\r é]{0,6}", 1..4), 0..8)
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows { writer.write_record(row).unwrap(); }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let mut theirs = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> =
                theirs.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            let ours: Vec<Vec<String>> = read(&text).into_iter().map(|(_, cells)| cells).collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
