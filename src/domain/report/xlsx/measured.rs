//! Sheet of measurements, a row each: values as numbers, verdict, and the limit that was passed.
//!
//! Called by `xlsx` where there are any; calls `sheet`, and `report::measured` for what is said.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Cell, Formats, SheetTable};
use crate::domain::measurement::FIELDS;
use crate::domain::report::measured::words::MeasurementWords;
use crate::domain::report::{Report, ReportWords};

pub(super) fn write(
    sheet: &mut Worksheet,
    report: &Report,
    words: &'static ReportWords,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let own = MeasurementWords::of(words.tag);
    let fields = FIELDS.iter().map(|(name, unit)| match *unit {
        "" => own.field(name).to_owned(),
        unit => format!("{} ({unit})", own.field(name)),
    });
    let fields: Vec<String> = fields.collect();
    let before = [(words.string, 8), (words.string_name, 16), (words.module, 12), (own.what, 22)];
    let numbers = [(own.number_head, 9), (own.take_head, 9)];
    let after = [
        (own.verdict_head, 16),
        (own.beyond, 24),
        (own.device, 24),
        (words.serial, 16),
        (own.device_time, 20),
    ];
    let columns: Vec<(&str, u32)> = before
        .into_iter()
        .chain(numbers)
        .chain(fields.iter().map(|field| (field.as_str(), 11)))
        .chain(after)
        .collect();
    let mut table = SheetTable::begin(sheet, own.title, None, &columns, formats)?;
    for row in report.measurements.iter().flat_map(|all| &all.rows) {
        let line = row.line(report, words);
        let string = report.strings.get(row.string);
        let module = row.module.and_then(|at| report.modules.get(at));
        let measured = &row.measurement;
        let number = |number: Option<u32>| number.map_or(Cell::Nothing, |number| Cell::Number(number.into()));
        let who = [
            string
                .filter(|string| string.number > 0)
                .map_or(Cell::Nothing, |one| Cell::Number(one.number.into())),
            Cell::maybe(string.and_then(|string| string.name.as_deref())),
            Cell::maybe(module.map(|module| module.called())),
            Cell::text(own.kind(measured.kind)),
            number(measured.number),
            number(measured.take),
        ];
        let values =
            FIELDS.iter().map(|(name, _)| Cell::decimal(measured.values.get(*name).map(String::as_str)));
        let rest = [
            Cell::text(line.verdict),
            if line.beyond.is_empty() { Cell::Nothing } else { Cell::text(line.beyond) },
            Cell::maybe(measured.device.as_deref()),
            Cell::maybe(measured.device_serial.as_deref()),
            Cell::maybe(measured.at.as_deref()),
        ];
        table.row(who.into_iter().chain(values).chain(rest))?;
    }
    table.filter()
}
