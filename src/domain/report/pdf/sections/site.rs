//! Site map and strings of the report on paper.
//!
//! `sections` calls it.

use std::io;

use super::super::book::BOTTOM;
use super::super::look::Shown;
use super::super::map::{MapCell, MapLine, cell_size};
use super::super::table::{PaperTable, TableCell, TableColumn, TableRow};
use super::{Paper, string_goal};
use crate::domain::report::{ReportModule, ReportSection, ReportString};
use crate::domain::status::Status;

impl Paper<'_, '_> {
    pub(super) fn map(&mut self) -> io::Result<()> {
        let (report, paper) = (self.report, self.paper);
        let legend = self.legend_of(&report.figures);
        let cells: Vec<MapCell> = report
            .modules
            .iter()
            .enumerate()
            .filter_map(|(at, module)| {
                let (row, col) = (module.row?, module.col?);
                Some(MapCell { row, col, shown: Self::shown(module), goal: self.goal_of(at) })
            })
            .collect();
        // Above the map stand two lines and the legend.
        let size = cell_size(&cells, BOTTOM - self.book.y - 90.0);
        let by_place = size.filter(|_| cells.len() * 2 > report.modules.len());
        self.book.paragraph(if by_place.is_some() { paper.map_by_place } else { paper.map_by_string })?;
        if !report.findings.is_empty() && report.has(ReportSection::Findings) {
            self.book.note(paper.map_links)?;
        }
        self.book.legend(&legend)?;
        let Some(size) = by_place else {
            return self.string_lines(|_| true);
        };
        self.book.site_map(&cells, size);
        if cells.len() < report.modules.len() {
            self.book.heading(paper.without_place)?;
            self.string_lines(|module| module.row.is_none() || module.col.is_none())?;
        }
        Ok(())
    }

    fn string_lines(&mut self, wanted: impl Fn(&ReportModule) -> bool) -> io::Result<()> {
        let report = self.report;
        let lines: Vec<MapLine> = report
            .strings
            .iter()
            .map(|string| MapLine {
                label: self.string_called(string),
                goal: self.goal_of_string(string.number),
                cells: string
                    .modules
                    .clone()
                    .filter_map(|at| Some((at, report.modules.get(at)?)))
                    .filter(|(_, module)| wanted(module))
                    .map(|(at, module)| (Self::shown(module), self.goal_of(at)))
                    .collect(),
            })
            .filter(|line| !line.cells.is_empty())
            .collect();
        self.book.string_map(lines)
    }

    pub(super) fn strings(&mut self) -> io::Result<()> {
        let (report, words) = (self.report, self.words);
        let legend = self.legend_of(&report.figures);
        self.book.legend(&legend)?;
        let mut columns = vec![TableColumn::left(words.string, 2.4), TableColumn::right(words.modules, 1.15)];
        columns.extend(Status::ALL.map(|status| TableColumn::counts("", 0.72, Shown::Found(status))));
        columns.push(TableColumn::counts("", 0.72, Shown::NotExamined));
        columns.push(TableColumn::counts("", 0.72, Shown::Pending));
        columns.push(TableColumn::right(words.defects, 1.5));
        columns.push(TableColumn::left("", 3.0));
        let table = PaperTable { columns, size: 8.5 };
        let row = |string: &ReportString| {
            let figures = &string.figures;
            let count =
                |count: usize| TableCell::text(if count == 0 { "·".to_owned() } else { words.count(count) });
            let mut cells = vec![TableCell::text(self.string_called(string)), count(figures.modules())];
            cells.extend(Status::ALL.map(|status| count(figures.of(status))));
            cells.extend([count(figures.not_examined), count(figures.pending)]);
            cells.push(TableCell::text(words.percent(figures.defects(), figures.examined())));
            cells.push(TableCell::bar(self.parts(figures)));
            TableRow { cells, goal: Some(string_goal(string.number)), strong: false }
        };
        let mut rows: Vec<TableRow<'_>> = report.strings.iter().map(row).collect();
        let figures = &report.figures;
        let mut total = vec![TableCell::text(words.total), TableCell::text(words.count(figures.modules()))];
        total.extend(Status::ALL.map(|status| TableCell::text(words.count(figures.of(status)))));
        total
            .extend([figures.not_examined, figures.pending].map(|count| TableCell::text(words.count(count))));
        total.push(TableCell::text(words.percent(figures.defects(), figures.examined())));
        total.push(TableCell::bar(self.parts(figures)));
        rows.push(TableRow { cells: total, goal: None, strong: true });
        self.book.table(&table, rows)?;
        self.sessions()
    }

    fn sessions(&mut self) -> io::Result<()> {
        let (report, words) = (self.report, self.words);
        if report.strings.iter().all(|string| string.sessions().next().is_none()) {
            return Ok(());
        }
        self.book.heading(self.paper.sessions)?;
        let table = PaperTable {
            columns: vec![
                TableColumn::left(words.string, 3.0),
                TableColumn::left(words.energised_from, 2.4),
                TableColumn::left(words.energised_to, 2.4),
                TableColumn::right(words.current, 1.4),
                TableColumn::right(words.voltage, 1.4),
            ],
            size: 8.5,
        };
        let time = |ms: Option<u64>| TableCell::text(ms.map_or(String::new(), |ms| self.date_time(ms)));
        let value = |typed: &Option<String>| {
            TableCell::text(typed.as_deref().map_or(String::new(), |typed| words.decimal(typed)))
        };
        let mut rows = Vec::new();
        for string in &report.strings {
            for session in string.sessions() {
                rows.push(TableRow::new(vec![
                    TableCell::text(self.string_called(string)),
                    time(session.from_ms),
                    time(session.to_ms),
                    value(&session.current_a),
                    value(&session.voltage_v),
                ]));
            }
        }
        self.book.table(&table, rows)
    }
}
