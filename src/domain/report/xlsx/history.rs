//! Sheet of what was said of the modules on which people disagreed, in the order of the log.
//!
//! Called by `xlsx`; calls `sheet`.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Cell, Formats, SheetTable};
use crate::domain::report::{Report, ReportWords, lines};

pub(super) fn write(
    sheet: &mut Worksheet,
    report: &Report,
    words: &'static ReportWords,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let columns = [
        (words.module, 14),
        (words.string, 8),
        (words.position, 9),
        (words.log_position, 12),
        (words.at, 17),
        (words.by, 18),
        (words.status, 15),
        (words.comment, 40),
        (words.remark, 26),
        (words.conflict, 14),
    ];
    let note = report.contested.is_empty().then_some(words.no_conflicts);
    let mut table = SheetTable::begin(sheet, words.history, note, &columns, formats)?;
    for contested in &report.contested {
        let Some(module) = report.modules.get(contested.module) else { continue };
        let place = || {
            let placed = |n: u16| if module.string == 0 { Cell::Nothing } else { Cell::Number(n.into()) };
            [Cell::text(module.called()), placed(module.string), placed(module.position)]
        };
        if contested.left_out > 0 {
            let note = words.steps_left_out.replace("{}", &words.count(contested.left_out));
            let nothing = std::iter::repeat_n(Cell::Nothing, 5);
            table.row(place().into_iter().chain(nothing).chain([Cell::text(note)]))?;
        }
        for step in &contested.steps {
            let status = match step.status {
                Some(Some(status)) => Cell::Finding(Some(status), words.status(Some(status), false)),
                Some(None) => Cell::text(words.status_taken_back),
                None => Cell::Nothing,
            };
            let comment = match &step.comment {
                // A mark says one, and whoever sets something else the other.
                None if !step.set.is_empty() => Cell::maybe(lines::set_words(step, words).as_deref()),
                Some(Some(comment)) => Cell::text(comment.as_str()),
                Some(None) => Cell::text(words.comment_taken_back),
                None => Cell::Nothing,
            };
            let remark = lines::step_remark(step, words);
            table.row(place().into_iter().chain([
                Cell::Number(step.position as f64),
                Cell::Time(step.at_ms),
                Cell::text(step.by.as_str()),
                status,
                comment,
                if remark.is_empty() { Cell::Nothing } else { Cell::Text(remark) },
                Cell::text(if contested.open { words.open } else { words.settled }),
            ]))?;
        }
    }
    table.filter()
}
