//! Measurements in the report on paper: limits, counts by verdict, a table, and the curves as drawings.
//!
//! `sections` calls it; calls `report::measured` for what is said.

use std::io;

use super::super::book::{LEFT, WIDTH};
use super::super::fonts::{regular, semibold};
use super::super::look::Shown;
use super::super::sheet::{Area, Ink};
use super::super::table::{PaperTable, TableCell, TableColumn, TableRow};
use super::Paper;
use crate::domain::measurement::judge::MeasurementVerdict;
use crate::domain::report::measured::words::MeasurementWords;
use crate::domain::report::measured::{ReportMeasurement, signs};
use crate::domain::status::Status;

/// A value that is so long is somebody's own text, and may be parted.
const LONG: usize = 40;

/// Curves beside each other, and how high each is with its title and the ends of its axes.
const BESIDE: usize = 3;
const HEIGHT: f32 = 118.0;
const GAP: f32 = 14.0;

impl Paper<'_, '_> {
    pub(super) fn measurements(&mut self) -> io::Result<()> {
        let (report, words) = (self.report, self.words);
        let Some(all) = &report.measurements else { return Ok(()) };
        let own = MeasurementWords::of(words.tag);
        let counted = all.counted(words).into_iter();
        let counted = counted.map(|(verdict, count)| self.said(verdict, &words.count(count)));
        let counted = counted.collect::<Vec<_>>().join(signs(words).1);
        self.book.paragraph(&format!("{counted}."))?;
        self.book.note(own.limits_note)?;
        for line in all.limit_lines(words) {
            self.book.note(&line)?;
        }
        self.book.y += 6.0;
        let table = PaperTable {
            columns: vec![
                TableColumn::left(words.string, 1.6),
                TableColumn::left(own.what, 2.6),
                TableColumn::left(own.values, 4.4),
                TableColumn::left(own.verdict_head, 1.7),
                TableColumn::left(own.beyond, 2.0),
            ],
            size: 8.0,
        };
        let rows = all.rows.iter().map(|row| {
            let line = row.line(report, words);
            let cells = vec![
                TableCell::text(line.place),
                TableCell::text(line.what),
                TableCell::text(tied(&line.values)),
                TableCell::text(line.verdict),
                TableCell::text(line.beyond),
            ];
            let strong = row.verdict().is_some_and(|verdict| verdict >= MeasurementVerdict::Bad);
            TableRow { strong, ..TableRow::new(cells) }
        });
        self.book.table(&table, rows)?;
        let drawn: Vec<&ReportMeasurement> =
            all.rows.iter().filter(|row| row.measurement.points.len() > 1).collect();
        if !drawn.is_empty() {
            self.book.heading(own.curves)?;
        }
        for some in drawn.chunks(BESIDE) {
            self.book.need(HEIGHT)?;
            for (row, at) in some.iter().zip(0u8..) {
                self.curve(row, f32::from(at));
            }
            self.book.y += HEIGHT;
        }
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, reason = "points of a drawing")]
    fn curve(&mut self, row: &ReportMeasurement, at: f32) {
        const COLUMN: f32 = (WIDTH - 2.0 * GAP) / 3.0;
        let (words, line) = (self.words, row.line(self.report, self.words));
        let area = Area::new(LEFT + at * (COLUMN + GAP), self.book.y + 26.0, COLUMN, HEIGHT - 52.0);
        let Some(curve) = row.curve(f64::from(area.width), f64::from(area.height)) else { return };
        let (title, set) = (semibold(8.0), regular(7.0));
        let book = &mut self.book;
        let number = row.measurement.number.map(|number| format!(" · {number}")).unwrap_or_default();
        let take = row.measurement.take.map(|take| format!(" ({take})")).unwrap_or_default();
        let name = format!("{}{number}{take} · {}", line.place, line.verdict);
        let name = book.fonts.fitted(&name, title, COLUMN).into_owned();
        book.sheet.text(&mut book.fonts, &name, title, Ink::BLACK, area.x, area.y - 13.0);
        let text = |value: f64, unit: &str| format!("{} {unit}", words.decimal(&value.to_string()));
        book.sheet.text(&mut book.fonts, &text(curve.high, "A"), set, Ink::GREY, area.x, area.y - 3.5);
        book.sheet.line((area.x, area.y), (area.x, area.bottom()), Ink::LINE, 0.6);
        book.sheet.line((area.x, area.bottom()), (area.right(), area.bottom()), Ink::LINE, 0.6);
        let below = area.bottom() + 9.0;
        book.sheet.text(&mut book.fonts, &text(curve.from, "V"), set, Ink::GREY, area.x, below);
        book.sheet.text_to(&mut book.fonts, &text(curve.to, "V"), set, Ink::GREY, area.right(), below);
        let points: Vec<(f32, f32)> =
            curve.line.iter().map(|(x, y)| (area.x + *x as f32, area.y + *y as f32)).collect();
        let bad = row.verdict().is_some_and(|verdict| verdict >= MeasurementVerdict::Bad);
        book.sheet.path(&points, if bad { Shown::Found(Status::Dead).fill() } else { Ink::DEEP }, 1.1);
    }
}

/// Lines end between values, and not between a number and its unit.
fn tied(values: &str) -> String {
    let tied = |value: &str| if value.len() > LONG { value.to_owned() } else { value.replace(' ', "\u{a0}") };
    values.split(", ").map(tied).collect::<Vec<_>>().join(", ")
}
