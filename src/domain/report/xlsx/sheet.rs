//! Sheet of a workbook as a table: a head that stays, a filter, and cells that know what they are.
//!
//! Called by the sheets beside it; calls rust_xlsxwriter.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError};

use crate::domain::status::Status;

/// Days from 1899-12-30, from which spreadsheets count, to 1970.
const EPOCH_DAYS: f64 = 25_569.0;
const DAY_MS: f64 = 86_400_000.0;

/// Behind a finding, in the order of `Status::ALL`; no status has none.
const FILLS: [u32; Status::ALL.len()] =
    [0xE4_F8_EA, 0xFF_F0_B3, 0xFF_DD_BF, 0xF6_CF_CD, 0xD3_E0_F7, 0xDD_E0_E4];

/// What a cell holds.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Nothing,
    /// Never a formula, whatever it begins with.
    Text(String),
    Number(f64),
    /// A moment.
    Time(u64),
    /// A word for a finding, on its colour.
    Finding(Option<Status>, &'static str),
    /// With what it comes to, for whoever does not reckon.
    Formula(String, f64),
    /// The same, as a share.
    Share(String, f64),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn maybe(text: Option<&str>) -> Self {
        text.map_or(Self::Nothing, Self::text)
    }

    pub(super) fn count(count: usize) -> Self {
        Self::Number(count as f64)
    }

    pub(super) fn time(ms: Option<u64>) -> Self {
        ms.map_or(Self::Nothing, Self::Time)
    }

    /// A decimal that was typed; what is none stays as it is.
    pub(super) fn decimal(text: Option<&str>) -> Self {
        match text.map(|text| (text, text.parse::<f64>())) {
            Some((_, Ok(number))) if number.is_finite() => Self::Number(number),
            Some((text, _)) => Self::text(text),
            None => Self::Nothing,
        }
    }
}

/// How cells look.
#[derive(Debug)]
pub(super) struct Formats {
    utc_offset_minutes: i32,
    head: Format,
    pub(super) title: Format,
    pub(super) label: Format,
    text: Format,
    /// What would run as a formula where somebody edits it.
    quoted: Format,
    number: Format,
    total: Format,
    share: Format,
    time: Format,
    findings: Vec<Format>,
}

impl Formats {
    pub(super) fn new(utc_offset_minutes: i32) -> Self {
        let plain = || Format::new().set_align(FormatAlign::Top);
        let finding = |fill: &u32| plain().set_background_color(*fill);
        Self {
            utc_offset_minutes,
            head: plain()
                .set_bold()
                .set_text_wrap()
                .set_background_color(0x1F_3A_5F)
                .set_font_color(0xFF_FF_FF),
            title: plain().set_bold().set_font_size(16),
            label: plain().set_bold(),
            text: plain().set_text_wrap(),
            quoted: plain().set_text_wrap().set_quote_prefix(),
            number: plain().set_num_format("#,##0.###"),
            total: plain().set_bold().set_num_format("#,##0").set_border_top(FormatBorder::Thin),
            share: plain().set_num_format("0.0%"),
            time: plain().set_num_format("yyyy-mm-dd hh:mm"),
            findings: FILLS.iter().map(finding).collect(),
        }
    }
}

fn runs(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// One cell.
pub(super) fn put(
    sheet: &mut Worksheet,
    (row, col): (u32, u16),
    cell: Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Nothing => return Ok(()),
        Cell::Text(text) => {
            let format = if runs(&text) { &formats.quoted } else { &formats.text };
            sheet.write_string_with_format(row, col, text, format)?
        }
        Cell::Number(number) => sheet.write_number_with_format(row, col, number, &formats.number)?,
        Cell::Time(ms) => {
            let local = ms as f64 + f64::from(formats.utc_offset_minutes) * 60_000.0;
            // To the second: what is less is a spreadsheet's rounding.
            let days = (local / 1_000.0).floor() * 1_000.0 / DAY_MS + EPOCH_DAYS;
            sheet.write_number_with_format(row, col, days, &formats.time)?
        }
        Cell::Finding(status, word) => {
            let format = status.and_then(|status| formats.findings.get(status as usize));
            sheet.write_string_with_format(row, col, word, format.unwrap_or(&formats.text))?
        }
        Cell::Formula(formula, comes_to) => {
            let formula = Formula::new(formula).set_result(comes_to.to_string());
            sheet.write_formula_with_format(row, col, formula, &formats.total)?
        }
        Cell::Share(formula, comes_to) => {
            let formula = Formula::new(formula).set_result(comes_to.to_string());
            sheet.write_formula_with_format(row, col, formula, &formats.share)?
        }
    };
    Ok(())
}

/// A sheet that is one table.
pub(super) struct SheetTable<'a> {
    sheet: &'a mut Worksheet,
    formats: &'a Formats,
    columns: u16,
    head: u32,
    next: u32,
}

impl<'a> SheetTable<'a> {
    /// Columns with their widths, in characters; `note` stands above them.
    pub(super) fn begin(
        sheet: &'a mut Worksheet,
        name: &str,
        note: Option<&str>,
        columns: &[(&str, u32)],
        formats: &'a Formats,
    ) -> Result<Self, XlsxError> {
        sheet.set_name(name)?;
        let head = u32::from(note.is_some());
        if let Some(note) = note {
            sheet.write_string_with_format(0, 0, note, &formats.label)?;
        }
        for ((title, width), col) in columns.iter().zip(0u16..) {
            sheet.write_string_with_format(head, col, *title, &formats.head)?;
            sheet.set_column_width(col, *width)?;
        }
        sheet.set_freeze_panes(head + 1, 0)?;
        sheet.set_repeat_rows(0, head)?;
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        let columns = u16::try_from(columns.len()).unwrap_or(u16::MAX);
        Ok(Self { sheet, formats, columns, head, next: head + 1 })
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<(), XlsxError> {
        for (cell, col) in cells.into_iter().zip(0u16..) {
            put(self.sheet, (self.next, col), cell, self.formats)?;
        }
        self.next += 1;
        Ok(())
    }

    /// The rows of the sheet that its rows are in, counted from 1 as formulas do; `None`: there are none.
    pub(super) fn rows(&self) -> Option<(u32, u32)> {
        (self.next > self.head + 1).then_some((self.head + 2, self.next))
    }

    /// The filter over all rows so far; what comes after it is no row of the table.
    pub(super) fn filter(&mut self) -> Result<(), XlsxError> {
        self.sheet.autofilter(self.head, 0, self.next - 1, self.columns - 1)?;
        Ok(())
    }
}

/// `H`.
pub(super) fn letter(col: usize) -> char {
    char::from(b'A' + u8::try_from(col % 26).unwrap_or_default())
}
