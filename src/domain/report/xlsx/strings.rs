//! Sheet of strings, a row each, with totals as formulas.
//!
//! Called by `xlsx`; calls `sheet`.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Cell, Formats, SheetTable, letter};
use crate::domain::report::{Report, ReportFigures, ReportString, ReportWords, lines};

/// Columns before the figures.
const BEFORE: usize = 2;

fn figures(figures: &ReportFigures, words: &'static ReportWords) -> Vec<(&'static str, usize)> {
    let beside = [
        (words.modules, figures.modules()),
        (words.examined, figures.examined()),
        (words.defects, figures.defects()),
    ];
    let rest = [(words.conflict, figures.conflicts), (words.photos, figures.photos)];
    beside.into_iter().chain(words.figures(figures)).chain(rest).collect()
}

pub(super) fn write(
    sheet: &mut Worksheet,
    report: &Report,
    words: &'static ReportWords,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let titles = figures(&ReportFigures::default(), words);
    let session = [
        (words.energised_from, 17),
        (words.energised_to, 17),
        (words.current, 11),
        (words.voltage, 11),
        (words.reason, 18),
    ];
    let before = report.strings.iter().any(|string| !string.sessions_before.is_empty());
    let columns: Vec<(&str, u32)> = [(words.string, 8), (words.string_name, 20)]
        .into_iter()
        .chain(titles.iter().map(|(title, _)| (*title, 13)))
        .chain(session)
        .chain(before.then_some((words.sessions_before, 44)))
        .collect();
    let mut table = SheetTable::begin(sheet, words.strings, None, &columns, formats)?;
    for string in &report.strings {
        let counted = figures(&string.figures, words).into_iter().map(|(_, count)| Cell::count(count));
        let sessions = string.sessions_before.iter().map(|session| lines::session(session, report, words));
        let sessions = before.then(|| Cell::Text(sessions.collect::<Vec<_>>().join("\n")));
        let row = who(string, words).into_iter().chain(counted).chain(under_current(string, words));
        table.row(row.chain(sessions))?;
    }
    table.filter()?;
    if let Some((from, to)) = table.rows() {
        let mut all = ReportFigures::default();
        report.strings.iter().for_each(|string| all.join(&string.figures));
        let totals = figures(&all, words).into_iter().zip(BEFORE..).map(|((_, count), col)| {
            let col = letter(col);
            Cell::Formula(format!("=SUM({col}{from}:{col}{to})"), count as f64)
        });
        table.row([Cell::text(words.total), Cell::Nothing].into_iter().chain(totals))?;
    }
    Ok(())
}

fn who(string: &ReportString, words: &'static ReportWords) -> [Cell; BEFORE] {
    match string.number {
        0 => [Cell::Nothing, Cell::text(words.nowhere_placed)],
        number => [Cell::Number(number.into()), Cell::maybe(string.name.as_deref())],
    }
}

fn under_current(string: &ReportString, words: &'static ReportWords) -> [Cell; 5] {
    let session = string.session.as_ref();
    [
        Cell::time(session.and_then(|session| session.from_ms)),
        Cell::time(session.and_then(|session| session.to_ms)),
        Cell::decimal(session.and_then(|session| session.current_a.as_deref())),
        Cell::decimal(session.and_then(|session| session.voltage_v.as_deref())),
        Cell::maybe(string.not_examined.as_deref().map(|reason| words.reason(reason))),
    ]
}
