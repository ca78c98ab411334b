//! Summary sheet: what the audit is, its figures as formulas over the sheet of modules, the crew, and the proof.
//!
//! Called by `xlsx`; calls `sheet`.

use rust_xlsxwriter::{Image, Worksheet, XlsxError};

use super::modules::FINDING;
use super::sheet::{Cell, Formats, letter, put};
use crate::domain::report::{Report, ReportSection, ReportWords, lines};

/// Pixels that the logo has at most on the sheet.
const LOGO: (f64, f64) = (220.0, 76.0);

/// Writes a sheet from its top.
struct Writing<'a> {
    sheet: &'a mut Worksheet,
    formats: &'a Formats,
    next: u32,
}

impl Writing<'_> {
    fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<(), XlsxError> {
        for (cell, col) in cells.into_iter().zip(0u16..) {
            put(self.sheet, (self.next, col), cell, self.formats)?;
        }
        self.next += 1;
        Ok(())
    }

    fn title(&mut self, text: &str) -> Result<(), XlsxError> {
        self.next += 1;
        self.sheet.write_string_with_format(self.next, 0, text, &self.formats.title)?;
        self.next += 1;
        Ok(())
    }

    fn heads(&mut self, heads: &[&str]) -> Result<(), XlsxError> {
        for (head, col) in heads.iter().zip(0u16..) {
            self.sheet.write_string_with_format(self.next, col, *head, &self.formats.label)?;
        }
        self.next += 1;
        Ok(())
    }
}

pub(super) fn write(
    sheet: &mut Worksheet,
    report: &Report,
    words: &'static ReportWords,
    formats: &Formats,
) -> Result<(), XlsxError> {
    sheet.set_name(words.summary)?;
    sheet
        .set_column_width(0, 34)?
        .set_column_width(1, 44)?
        .set_column_width(2, 14)?
        .set_column_width(3, 14)?;
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.write_string_with_format(0, 0, words.title, &formats.title)?;
    sheet.set_freeze_panes(1, 0)?;
    let mut writing = Writing { sheet, formats, next: 1 };
    writing.row([Cell::text(words.edition(&report.edition))])?;
    for (name, text) in lines::about(report, words).into_iter().chain(lines::company(report, words)) {
        writing.row([Cell::text(name), Cell::Text(text)])?;
    }
    if let Some(company) = &report.company {
        if let Some(text) = &company.text {
            writing.row([Cell::Nothing, Cell::text(text.as_str())])?;
        }
        if let Some(logo) = &company.logo {
            put_logo(writing.sheet, &logo.jpeg)?;
        }
    }
    if report.has(ReportSection::Summary) {
        figures(&mut writing, report, words)?;
        crew(&mut writing, report, words)?;
    }
    if report.has(ReportSection::Conditions) {
        conditions(&mut writing, report, words)?;
    }
    writing.title(words.proof)?;
    for (name, text) in lines::proof(report, words) {
        writing.row([Cell::text(name), Cell::Text(text)])?;
    }
    for sentence in lines::proof_sentences(report, words) {
        writing.row([Cell::Nothing, Cell::text(sentence)])?;
    }
    match &report.proof.signed {
        Some(signed) => writing.row([Cell::Nothing, Cell::text(signed.line.as_str())]),
        None => Ok(()),
    }
}

/// Beside what the audit is, as high as four lines of it.
fn put_logo(sheet: &mut Worksheet, jpeg: &[u8]) -> Result<(), XlsxError> {
    let mut image = Image::new_from_buffer(jpeg)?;
    let (width, height) = (image.width(), image.height());
    let scale = (LOGO.0 / width).min(LOGO.1 / height).min(1.0);
    image = image.set_scale_width(scale).set_scale_height(scale);
    sheet.insert_image_with_offset(2, 2, &image, 12, 0)?;
    Ok(())
}

fn figures(writing: &mut Writing<'_>, report: &Report, words: &'static ReportWords) -> Result<(), XlsxError> {
    let figures = &report.figures;
    writing.title(words.summary)?;
    writing.heads(&[words.status, words.modules, words.share])?;
    let counted = words.figures(figures);
    let first = writing.next + 1;
    let total = first + u32::try_from(counted.len()).unwrap_or_default();
    let (col, last) = (letter(FINDING), report.modules.len() + 1);
    let whole = figures.modules();
    let counted_there = report.has(ReportSection::Annex);
    let share = |count: usize| if whole == 0 { 0.0 } else { count as f64 / whole as f64 };
    for (name, count) in counted {
        let row = writing.next + 1;
        let count_of = format!("=COUNTIF('{}'!${col}$2:${col}${},A{row})", words.modules, last.max(2));
        writing.row([
            Cell::text(name),
            // Without the sheet of modules there is nothing to count in.
            if counted_there { Cell::Formula(count_of, count as f64) } else { Cell::count(count) },
            Cell::Share(format!("=IF(B${total}=0,0,B{row}/B${total})"), share(count)),
        ])?;
    }
    let sum = format!("=SUM(B{first}:B{})", total - 1);
    writing.row([Cell::text(words.total), Cell::Formula(sum, whole as f64)])?;
    let defects = format!("=SUM(B{}:B{})", first + 1, first + 5);
    let examined = format!("=SUM(B{first}:B{})", first + 5);
    let rest = [
        (words.examined, Cell::Formula(examined, figures.examined() as f64)),
        (words.defects, Cell::Formula(defects, figures.defects() as f64)),
        (words.conflicts, Cell::count(figures.conflicts)),
        (words.photos, Cell::count(figures.photos)),
        (words.strings, Cell::count(report.strings.iter().filter(|string| string.number > 0).count())),
    ];
    for (name, count) in rest {
        writing.row([Cell::text(name), count])?;
    }
    if figures.hidden > 0 {
        writing.row([Cell::text(words.hidden), Cell::count(figures.hidden)])?;
        writing.row([Cell::Nothing, Cell::text(words.hidden_note)])?;
    }
    Ok(())
}

fn crew(writing: &mut Writing<'_>, report: &Report, words: &'static ReportWords) -> Result<(), XlsxError> {
    writing.title(words.crew)?;
    writing.heads(&[words.name, words.shown_findings, words.defects, words.marks])?;
    for person in &report.crew {
        writing.row([
            Cell::text(person.name.as_str()),
            Cell::count(person.modules),
            Cell::count(person.defects),
            Cell::count(person.marks),
        ])?;
    }
    Ok(())
}

fn conditions(
    writing: &mut Writing<'_>,
    report: &Report,
    words: &'static ReportWords,
) -> Result<(), XlsxError> {
    let Some(conditions) = &report.conditions else { return Ok(()) };
    writing.title(words.conditions)?;
    for (name, value) in lines::conditions(report, words) {
        writing.row([Cell::text(name), Cell::Text(value)])?;
    }
    if !conditions.people.is_empty() {
        writing.heads(&[words.people, words.role, words.qualification])?;
    }
    for person in &conditions.people {
        let (role, qualification) = (person.role.as_deref(), person.qualification.as_deref());
        writing.row([Cell::text(person.name.as_str()), Cell::maybe(role), Cell::maybe(qualification)])?;
    }
    if !conditions.equipment.is_empty() {
        writing.heads(&[words.equipment, words.model, words.serial, words.calibrated_on])?;
    }
    for one in &conditions.equipment {
        let rest = [&one.model, &one.serial, &one.calibrated_on].map(|text| Cell::maybe(text.as_deref()));
        writing.row([Cell::text(one.kind.as_str())].into_iter().chain(rest))?;
    }
    Ok(())
}
