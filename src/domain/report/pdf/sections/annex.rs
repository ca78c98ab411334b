//! History of contested modules, and all modules, in the report on paper.
//!
//! `sections` calls it.

use std::io;

use super::super::table::{PaperTable, TableCell, TableColumn, TableRow};
use super::super::text::BODY_STRONG;
use super::super::words::with;
use super::super::{book::LEFT, book::WIDTH, sheet::Ink};
use super::Paper;
use crate::domain::report::lines;

impl Paper<'_, '_> {
    pub(super) fn history(&mut self) -> io::Result<()> {
        let (report, words) = (self.report, self.words);
        if report.contested.is_empty() {
            return self.book.paragraph(words.no_conflicts);
        }
        let table = PaperTable {
            columns: vec![
                TableColumn::right(words.log_position, 2.0),
                TableColumn::left(words.at, 2.0),
                TableColumn::left(words.by, 2.2),
                TableColumn::left(words.status, 4.2),
                TableColumn::left(words.remark, 2.6),
            ],
            size: 8.0,
        };
        for contested in &report.contested {
            let Some(module) = report.modules.get(contested.module) else { continue };
            self.book.need(70.0)?;
            let state = if contested.open { words.open } else { words.settled };
            let title = format!("{} · {} · {state}", module.called(), self.string_of(module));
            self.book.say(&title, BODY_STRONG, Ink::DEEP, LEFT, WIDTH)?;
            if contested.left_out > 0 {
                self.book.note(&with(words.steps_left_out, [&words.count(contested.left_out)]))?;
            }
            let rows = contested.steps.iter().map(|step| {
                TableRow::new(vec![
                    TableCell::text(step.position.to_string()),
                    TableCell::text(words.date_time(step.at_ms, report.edition.utc_offset_minutes)),
                    TableCell::text(step.by.as_str()),
                    TableCell::text(lines::step(step, words)),
                    TableCell::text(lines::step_remark(step, words)),
                ])
            });
            self.book.table(&table, rows)?;
        }
        Ok(())
    }

    pub(super) fn annex(&mut self) -> io::Result<()> {
        let (report, words) = (self.report, self.words);
        let placed = report.modules.iter().any(|module| module.row.is_some());
        let serials = report.modules.iter().any(|module| module.serial.is_some());
        let mut columns = vec![
            TableColumn::left(words.string, 1.5),
            TableColumn::right(words.position, 1.35),
            TableColumn::left(words.module, 1.5),
        ];
        if placed {
            columns.push(TableColumn::right(format!("{} / {}", words.row, words.col), 1.3));
        }
        columns.push(TableColumn::left(words.status, 2.1));
        if serials {
            columns.push(TableColumn::left(words.serial, 2.4));
        }
        columns.push(TableColumn::left(words.comment, 2.7));
        columns.push(TableColumn::left(words.by, 2.0));
        columns.push(TableColumn::left(words.at, 2.5));
        let table = PaperTable { columns, size: 7.2 };
        for (part, string) in report.strings.iter().enumerate() {
            let called = self.string_called(string);
            let modules = string.modules.clone().filter_map(|at| Some((at, report.modules.get(at)?)));
            let rows: Vec<TableRow<'_>> = modules
                .map(|(at, module)| {
                    let number = self.number_of(at);
                    let mut cells = vec![
                        TableCell::text(called.clone()),
                        TableCell::text(module.position.to_string()),
                        TableCell::text(module.called()),
                    ];
                    if placed {
                        let place = module.row.zip(module.col).map(|(row, col)| format!("{row} / {col}"));
                        cells.push(TableCell::text(place.unwrap_or_default()));
                    }
                    let said = words.status(module.status, module.not_examined.is_some());
                    cells.push(TableCell::shown(Self::shown(module), said).to(self.goal_of(at)));
                    if serials {
                        cells.push(TableCell::text(module.serial.as_deref().unwrap_or_default()));
                    }
                    // That of a finding stands with it.
                    let comment = match number {
                        Some(number) => format!("{} {number}", words.status),
                        None => match (&module.comment, &module.not_examined) {
                            (Some(comment), _) => comment.clone(),
                            (None, Some(reason)) => words.reason(reason).to_owned(),
                            (None, None) => String::new(),
                        },
                    };
                    cells.push(TableCell::text(comment).to(self.goal_of(at)));
                    cells.push(TableCell::text(module.by.as_deref().unwrap_or_default()));
                    let at = module.at_ms.map(|ms| self.date_time(ms));
                    cells.push(TableCell::text(at.unwrap_or_default()));
                    TableRow::new(cells)
                })
                .collect();
            self.book.table_goes_on(&table, rows, part == 0)?;
        }
        Ok(())
    }
}
