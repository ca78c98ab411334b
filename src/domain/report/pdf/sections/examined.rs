//! What was not examined, and why, in the report on paper: by string and reason, each module named.
//!
//! `sections` calls it.

use std::collections::BTreeMap;
use std::io;

use super::super::table::{PaperTable, TableCell, TableColumn, TableRow};
use super::super::words::with;
use super::Paper;
use crate::domain::report::ReportModule;

impl Paper<'_, '_> {
    pub(super) fn not_examined(&mut self) -> io::Result<()> {
        let (report, words, paper) = (self.report, self.words, self.paper);
        let figures = &report.figures;
        let (modules, examined) = (figures.modules(), figures.examined());
        let sentence = with(
            paper.of_modules,
            [&words.count(examined), &words.count(modules), &words.percent(examined, modules)],
        );
        self.book.paragraph(&self.said(words.examined, &format!("{sentence}.")))?;
        if figures.hidden > 0 {
            let hidden = format!("{}. {}", words.count(figures.hidden), words.hidden_note);
            self.book.paragraph(&self.said(words.hidden, &hidden))?;
        }
        if modules == examined && report.strings.iter().all(|string| string.not_examined.is_none()) {
            return self.book.paragraph(words.all_examined);
        }
        let table = PaperTable {
            columns: vec![
                TableColumn::left(words.string, 2.0),
                TableColumn::left(words.reason, 2.6),
                TableColumn::right(words.modules, 1.0),
                TableColumn::left("", 6.0),
            ],
            size: 8.5,
        };
        let rows = report.strings.iter().flat_map(|string| {
            let of_string = report.modules.get(string.modules.clone()).unwrap_or_default();
            // By reason, those without one last.
            let mut by_reason: BTreeMap<(bool, &str), Vec<&ReportModule>> = BTreeMap::new();
            for module in of_string.iter().filter(|module| module.status.is_none()) {
                let reason = module.not_examined.as_deref().or(string.not_examined.as_deref());
                by_reason.entry((reason.is_none(), reason.unwrap_or_default())).or_default().push(module);
            }
            let whole = by_reason.len() == 1 && by_reason.values().all(|some| some.len() == of_string.len());
            let (called, goal) = (self.string_called(string), self.goal_of_string(string.number));
            by_reason.into_iter().map(move |((silent, reason), some)| {
                let reason = if silent { words.nobody_said_why } else { words.reason(reason) };
                let names = match whole && some.len() > 1 {
                    true => paper.whole_string.to_owned(),
                    false => some.iter().map(|module| module.called()).collect::<Vec<_>>().join(", "),
                };
                TableRow::new(vec![
                    TableCell::text(called.clone()).to(goal.clone()),
                    TableCell::text(reason),
                    TableCell::text(words.count(some.len())),
                    TableCell::text(names),
                ])
            })
        });
        let rows: Vec<_> = rows.collect();
        self.book.table(&table, rows)
    }
}
