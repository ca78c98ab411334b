//! Summary of the report on paper, its method and conditions, and statistics.
//!
//! `sections` calls it.

use std::io;

use super::super::book::{LEFT, WIDTH};
use super::super::chart::ChartBar;
use super::super::fonts::{regular, semibold};
use super::super::look::Shown;
use super::super::sheet::{Area, Ink};
use super::super::table::{PaperTable, TableCell, TableColumn, TableRow};
use super::super::words::with;
use super::Paper;
use crate::domain::report::{ReportFigures, ReportModule, ReportSection, ReportString, lines};
use crate::domain::status::Status;

/// Strings in a chart: the table has the others.
const MOST_BARS: usize = 40;

impl<'r> Paper<'r, '_> {
    pub(super) fn summary(&mut self) -> io::Result<()> {
        let (report, words, paper) = (self.report, self.words, self.paper);
        let figures = &report.figures;
        let said = report.conditions.iter().flat_map(|conditions| &conditions.values);
        if let Some((_, text)) = said.into_iter().find(|(key, _)| key == "summary") {
            self.book.paragraph(text)?;
            self.book.y += 6.0;
        }
        self.tiles();
        let (modules, examined) = (figures.modules(), figures.examined());
        let share = words.percent(examined, modules);
        let sentence = with(paper.of_modules, [&words.count(examined), &words.count(modules), &share]);
        let mut list = vec![self.said(words.examined, &format!("{sentence}."))];
        list.push(match figures.defects() {
            0 => words.no_findings.to_owned(),
            some => {
                let sentence = with(paper.of_examined, [&words.count(some), &words.percent(some, examined)]);
                self.said(words.defects, &format!("{sentence}."))
            }
        });
        match (figures.not_examined, figures.pending) {
            (0, 0) => list.push(words.all_examined.to_owned()),
            (named, silent) => {
                let both = [(words.not_examined, named), (words.nobody_said_why, silent)];
                let some = both.into_iter().filter(|(_, count)| *count > 0);
                list.extend(some.map(|(name, count)| self.said(name, &format!("{}.", words.count(count)))));
            }
        }
        if figures.conflicts > 0 {
            list.push(self.said(words.conflicts, &format!("{}.", words.count(figures.conflicts))));
        }
        if figures.hidden > 0 {
            let hidden = format!("{}. {}", words.count(figures.hidden), words.hidden_note);
            list.push(self.said(words.hidden, &hidden));
        }
        self.book.heading(paper.in_words)?;
        for sentence in list {
            self.book.paragraph(&sentence)?;
        }
        self.book.heading(paper.by_finding)?;
        let bars: Vec<ChartBar> = self
            .shares(figures)
            .into_iter()
            .filter(|(.., count)| *count > 0)
            .map(|(shown, word, count)| self.bar(Some(shown), word, shown, count, modules))
            .collect();
        self.book.bars(&bars)?;
        self.actions()?;
        self.worst_strings()
    }

    fn bar(&self, sign: Option<Shown>, label: &str, shown: Shown, count: usize, whole: usize) -> ChartBar {
        let words = self.words;
        ChartBar {
            shown: sign,
            label: label.to_owned(),
            parts: vec![(shown, count)],
            figure: format!("{} · {}", words.count(count), words.percent(count, whole)),
            goal: None,
        }
    }

    /// Four figures to see from afar.
    fn tiles(&mut self) {
        let (words, figures) = (self.words, &self.report.figures);
        let open = figures.not_examined + figures.pending;
        let (modules, examined) = (figures.modules(), figures.examined());
        let tiles = [
            (words.modules, modules, String::new()),
            (words.examined, examined, words.percent(examined, modules)),
            (words.defects, figures.defects(), words.percent(figures.defects(), examined)),
            (words.not_examined, open, words.percent(open, modules)),
        ];
        let book = &mut self.book;
        let width = (WIDTH - 3.0 * 10.0) / 4.0;
        let mut x = LEFT;
        for (at, (name, count, share)) in tiles.into_iter().enumerate() {
            let area = Area::new(x, book.y, width, 66.0);
            book.sheet.fill(area, Ink::SHADE);
            let rule = if at == 2 && count > 0 { Shown::Found(Status::Dead).fill() } else { Ink::DEEP };
            book.sheet.fill(Area { height: 2.0, ..area }, rule);
            let figure = words.count(count);
            book.sheet.text(&mut book.fonts, &figure, semibold(25.0), Ink::BLACK, x + 10.0, book.y + 33.0);
            let wide = book.fonts.width(&figure, semibold(25.0));
            book.sheet.text(
                &mut book.fonts,
                &share,
                regular(10.0),
                Ink::GREY,
                x + 16.0 + wide,
                book.y + 33.0,
            );
            let name = book.fonts.fitted(name, regular(9.0), width - 16.0).into_owned();
            book.sheet.text(&mut book.fonts, &name, regular(9.0), Ink::GREY, x + 10.0, book.y + 52.0);
            x += width + 10.0;
        }
        book.y += 78.0;
    }

    /// How many defects have which of what was chosen for them.
    fn counted(&self, of: impl Fn(&ReportModule) -> Option<&str>) -> Vec<(String, usize)> {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for at in &self.report.findings {
            let Some(key) = self.report.modules.get(*at).and_then(&of) else { continue };
            match counts.iter_mut().find(|(known, _)| known == key) {
                Some((_, count)) => *count += 1,
                None => counts.push((key.to_owned(), 1)),
            }
        }
        counts
    }

    fn actions(&mut self) -> io::Result<()> {
        let counts = self.counted(|module| module.action.as_deref());
        if counts.is_empty() {
            return Ok(());
        }
        let (all, shown) = (self.report.figures.defects(), Shown::Found(Status::NotConnected));
        let bars: Vec<ChartBar> = counts
            .iter()
            .map(|(key, count)| self.bar(None, self.words.action(key), shown, *count, all))
            .collect();
        self.book.heading(self.paper.by_action)?;
        self.book.bars(&bars)
    }

    fn worst_strings(&mut self) -> io::Result<()> {
        let mut strings: Vec<&ReportString> =
            self.report.strings.iter().filter(|string| string.figures.defects() > 0).collect();
        if strings.len() < 2 {
            return Ok(());
        }
        // Those with as many stay in their order.
        strings.sort_by_key(|string| std::cmp::Reverse(string.figures.defects()));
        let bars: Vec<ChartBar> =
            strings.into_iter().take(5).map(|string| self.defects_bar(string)).collect();
        self.book.heading(self.paper.worst_strings)?;
        self.book.bars(&bars)
    }

    fn defects_bar(&self, string: &ReportString) -> ChartBar {
        let figures = &string.figures;
        let parts = self.parts(figures);
        let parts = parts
            .into_iter()
            .filter(|(shown, _)| matches!(shown, Shown::Found(status) if status.is_defect()));
        ChartBar {
            shown: None,
            label: self.string_called(string),
            parts: parts.collect(),
            figure: format!(
                "{} · {}",
                self.words.count(figures.defects()),
                self.words.percent(figures.defects(), figures.examined())
            ),
            goal: self.goal_of_string(string.number),
        }
    }

    pub(super) fn parts(&self, figures: &ReportFigures) -> Vec<(Shown, usize)> {
        self.shares(figures).into_iter().map(|(shown, _, count)| (shown, count)).collect()
    }

    pub(super) fn statistics(&mut self) -> io::Result<()> {
        let (report, words, paper) = (self.report, self.words, self.paper);
        let legend = self.legend_of(&report.figures);
        self.book.legend(&legend)?;
        self.book.heading(paper.by_string)?;
        let mut strings: Vec<&ReportString> = report.strings.iter().collect();
        let left_out = strings.len().saturating_sub(MOST_BARS);
        if left_out > 0 {
            strings.sort_by_key(|string| std::cmp::Reverse(string.figures.defects()));
            strings.truncate(MOST_BARS);
        }
        let bars: Vec<ChartBar> = strings
            .into_iter()
            .map(|string| ChartBar {
                shown: None,
                label: self.string_called(string),
                parts: self.parts(&string.figures),
                figure: words.percent(string.figures.defects(), string.figures.examined()),
                goal: self.goal_of_string(string.number),
            })
            .collect();
        self.book.bars(&bars)?;
        if left_out > 0 && report.has(ReportSection::Strings) {
            self.book.note(&with(paper.strings_left_out, [&words.count(left_out)]))?;
        }
        self.severities()?;
        self.positions()
    }

    fn severities(&mut self) -> io::Result<()> {
        let mut counts = self.counted(|module| module.severity.as_deref());
        if counts.is_empty() {
            return Ok(());
        }
        let scale = self.report.severities.as_deref().unwrap_or_default();
        counts.sort_by_key(|(key, _)| {
            scale.iter().position(|severity| severity.key == *key).unwrap_or(usize::MAX)
        });
        let (all, shown) = (self.report.figures.defects(), Shown::Found(Status::Microcracks));
        let bars: Vec<ChartBar> = counts
            .iter()
            .map(|(key, count)| self.bar(None, &self.severity(key), shown, *count, all))
            .collect();
        self.book.heading(self.paper.by_severity)?;
        self.book.bars(&bars)
    }

    /// Whether defects gather at some positions of strings.
    fn positions(&mut self) -> io::Result<()> {
        let placed = self.report.modules.iter().filter(|module| module.string > 0);
        let last = placed.clone().map(|module| usize::from(module.position)).max().unwrap_or(0);
        if !(2..=120).contains(&last) || self.report.figures.defects() == 0 {
            return Ok(());
        }
        let mut counts = vec![0; last];
        for module in placed.filter(|module| module.is_finding()) {
            if let Some(count) = usize::from(module.position).checked_sub(1).and_then(|at| counts.get_mut(at))
            {
                *count += 1;
            }
        }
        self.book.need(170.0)?;
        self.book.heading(self.paper.by_position)?;
        self.book.columns(&counts, Shown::Found(Status::NotConnected))
    }

    pub(super) fn legend_of(&self, figures: &ReportFigures) -> Vec<(Shown, String)> {
        let some = self.shares(figures).into_iter().filter(|(.., count)| *count > 0);
        some.map(|(shown, word, count)| (shown, format!("{word} ({})", self.words.count(count)))).collect()
    }

    pub(super) fn conditions(&mut self) -> io::Result<()> {
        let (report, words, paper) = (self.report, self.words, self.paper);
        match &report.conditions {
            None => self.book.paragraph(paper.nothing_said)?,
            Some(conditions) => {
                // What is said in short stands in the summary.
                let short = words.condition("summary");
                for (name, value) in
                    lines::conditions(report, words).into_iter().filter(|(name, _)| *name != short)
                {
                    self.book.fact(name, &value, 130.0)?;
                }
                let optional =
                    |text: &'r Option<String>| TableCell::text(text.as_deref().unwrap_or_default());
                if !conditions.people.is_empty() {
                    self.book.heading(words.people)?;
                    let table = PaperTable {
                        columns: vec![
                            TableColumn::left(words.name, 3.0),
                            TableColumn::left(words.role, 2.0),
                            TableColumn::left(words.qualification, 4.0),
                        ],
                        size: 8.5,
                    };
                    let rows = conditions.people.iter().map(|one| {
                        TableRow::new(vec![
                            TableCell::text(one.name.as_str()),
                            optional(&one.role),
                            optional(&one.qualification),
                        ])
                    });
                    self.book.table(&table, rows)?;
                }
                if !conditions.equipment.is_empty() {
                    self.book.heading(words.equipment)?;
                    let table = PaperTable {
                        columns: vec![
                            TableColumn::left(words.kind, 2.0),
                            TableColumn::left(words.model, 3.0),
                            TableColumn::left(words.serial, 2.5),
                            TableColumn::left(words.calibrated_on, 2.0),
                        ],
                        size: 8.5,
                    };
                    let rows = conditions.equipment.iter().map(|one| {
                        let calibrated = one.calibrated_on.as_deref().map(|date| words.day(date));
                        let rest = [
                            optional(&one.model),
                            optional(&one.serial),
                            TableCell::text(calibrated.unwrap_or_default()),
                        ];
                        TableRow::new([TableCell::text(one.kind.as_str())].into_iter().chain(rest).collect())
                    });
                    let rows: Vec<_> = rows.collect();
                    self.book.table(&table, rows)?;
                }
            }
        }
        if report.crew.is_empty() {
            return Ok(());
        }
        self.book.heading(words.crew)?;
        let table = PaperTable {
            columns: vec![
                TableColumn::left(words.name, 4.0),
                TableColumn::right(words.marks, 1.3),
                TableColumn::right(words.shown_findings, 2.0),
                TableColumn::right(words.defects, 1.6),
            ],
            size: 8.5,
        };
        let rows = report.crew.iter().map(|one| {
            let counts =
                [one.marks, one.modules, one.defects].map(|count| TableCell::text(words.count(count)));
            TableRow::new([TableCell::text(one.name.as_str())].into_iter().chain(counts).collect())
        });
        self.book.table(&table, rows)
    }
}
