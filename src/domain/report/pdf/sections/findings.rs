//! Findings of the report on paper: a block for each, with its place, what was said, and its pictures.
//!
//! `sections` calls it.

use std::io;

use super::super::book::{LEFT, RIGHT, TOP, WIDTH};
use super::super::fonts::{regular, semibold};
use super::super::look::Shown;
use super::super::pictures::PlacedPicture;
use super::super::sheet::{Area, Ink};
use super::super::table::{PaperTable, TableCell, TableColumn, TableRow};
use super::super::text::{BODY, SMALL};
use super::super::words::with;
use super::{Paper, finding_goal};
use crate::domain::report::{ReportModule, ReportPhoto, ReportSection, lines};
use crate::domain::status::Status;

/// Pictures of a module that are shown; its others are in the folder.
const MOST_PICTURES: usize = 3;
const GAP: f32 = 10.0;

impl Paper<'_, '_> {
    pub(super) fn findings(&mut self) -> io::Result<()> {
        let report = self.report;
        if report.findings.is_empty() {
            return self.book.paragraph(self.words.no_findings);
        }
        for (at, module) in report.findings.iter().enumerate() {
            if let Some(module) = report.modules.get(*module) {
                self.finding(at + 1, module)?;
            }
        }
        Ok(())
    }

    fn finding(&mut self, number: usize, module: &ReportModule) -> io::Result<()> {
        let words = self.words;
        let shown = module.photos.iter().take(MOST_PICTURES).collect::<Vec<_>>();
        let placed = self.place(&shown)?;
        self.book.need(80.0 + placed.first().map_or(0.0, |line| line.height + 24.0))?;
        let goal = finding_goal(number);
        self.book.goal(goal.clone());
        self.book.bookmark(1, &format!("{number}  {}", module.called()), goal);
        self.finding_head(number, module);
        let facts = self.facts(module);
        let set = regular(8.5);
        for line in self.book.fonts.lines(&facts, set, WIDTH - 46.0) {
            self.book.need(12.0)?;
            self.book.y += 12.0;
            let y = self.book.y - 2.5;
            self.book.sheet.text(&mut self.book.fonts, &line, set, Ink::GREY, LEFT + 46.0, y);
        }
        self.book.y += 3.0;
        if let Some(action) = &module.action {
            let said = self.said(words.action, words.action(action));
            self.book.say(&said, semibold(9.5), Ink::BLACK, LEFT + 46.0, WIDTH - 46.0)?;
        }
        if let Some(comment) = &module.comment {
            self.book.say(comment, BODY, Ink::BLACK, LEFT + 46.0, WIDTH - 46.0)?;
        }
        self.picture_lines(&placed)?;
        let more = module.photos.len() - shown.len();
        if more > 0 {
            self.book.note(&with(words.pictures_elsewhere, [&words.count(more)]))?;
        }
        self.book.y += 12.0;
        Ok(())
    }

    fn finding_head(&mut self, number: usize, module: &ReportModule) {
        let (words, shown) = (self.words, Self::shown(module));
        let on_map = self.report.has(ReportSection::Map);
        let severity =
            module.severity.as_ref().map(|key| format!("{} {}", words.severity, self.severity(key)));
        let book = &mut self.book;
        let y = book.y;
        book.sheet.line((LEFT, y), (RIGHT, y), Ink::DEEP, 0.9);
        book.sheet.fill(Area::new(LEFT, y, 36.0, 21.0), Ink::DEEP);
        let number = number.to_string();
        let set = if number.len() > 4 { semibold(9.0) } else { semibold(11.0) };
        book.sheet.text_amid(&mut book.fonts, &number, set, Ink::WHITE, LEFT + 18.0, y + 14.5);
        if on_map {
            book.sheet.link(Area::new(LEFT, y, 36.0, 21.0), "map");
        }
        let said = words.status(module.status, false);
        let right = severity.map_or(said.to_owned(), |severity| format!("{said} · {severity}"));
        let right = book.fonts.fitted(&right, semibold(10.0), 230.0).into_owned();
        let wide = book.fonts.width(&right, semibold(10.0));
        book.sheet.text_to(&mut book.fonts, &right, semibold(10.0), Ink::BLACK, RIGHT, y + 14.5);
        shown.draw(&mut book.sheet, Area::new(RIGHT - wide - 18.0, y + 5.0, 12.0, 12.0));
        let room = WIDTH - 46.0 - wide - 30.0;
        let called = book.fonts.fitted(module.called(), semibold(12.0), room).into_owned();
        book.sheet.text(&mut book.fonts, &called, semibold(12.0), Ink::BLACK, LEFT + 46.0, y + 15.0);
        book.y += 22.0;
    }

    /// Where it is, and whose finding it is, in one line.
    fn facts(&self, module: &ReportModule) -> String {
        let words = self.words;
        let mut facts = Vec::new();
        if module.name.is_some() {
            facts.push(module.id.to_string());
        }
        if module.string > 0 {
            facts.push(self.string_of(module));
            facts.push(format!("{} {}", words.position, module.position));
        } else {
            facts.push(words.nowhere_placed.to_owned());
        }
        if let (Some(row), Some(col)) = (module.row, module.col) {
            facts.push(format!("{} {row}, {} {col}", words.row, words.col));
        }
        facts.extend(module.serial.as_ref().map(|serial| format!("{} {serial}", words.serial)));
        facts.extend(module.by.clone());
        facts.extend(module.at_ms.map(|ms| self.date_time(ms)));
        if module.conflict {
            facts.push(self.said(words.conflict, words.open));
        }
        facts.join("  ·  ")
    }

    /// Puts pictures into the file, so that it is known how high they are.
    fn place<'p>(&mut self, photos: &[&'p ReportPhoto]) -> io::Result<Vec<PictureLine<'p>>> {
        let mut lines = Vec::new();
        for some in photos.chunks(MOST_PICTURES) {
            let (width, most) = picture_box(some.len());
            let mut line = PictureLine { width, height: 0.0, pictures: Vec::new() };
            for photo in some {
                // Of the original a later version may have more than this one had.
                let hash = ["preview", "thumb"].into_iter().find_map(|class| photo.hash(class));
                let placed = match hash {
                    Some(hash) => self.book.picture(hash, self.pictures)?,
                    None => None,
                };
                let height = placed.map_or(60.0, |placed| placed.height * scale(placed, width, most));
                line.height = line.height.max(height);
                line.pictures.push((*photo, placed));
            }
            lines.push(line);
        }
        Ok(lines)
    }

    fn picture_lines(&mut self, lines: &[PictureLine<'_>]) -> io::Result<()> {
        for line in lines {
            self.book.need(line.height + 24.0)?;
            self.book.y += 6.0;
            let mut x = LEFT;
            for (photo, placed) in &line.pictures {
                self.picture(photo, *placed, Area::new(x, self.book.y, line.width, line.height));
                x += line.width + GAP;
            }
            self.book.y += line.height + 15.0;
        }
        Ok(())
    }

    /// One picture, with what it is under it.
    fn picture(&mut self, photo: &ReportPhoto, placed: Option<PlacedPicture>, area: Area) {
        let (words, time) = (self.words, self.date_time(photo.at_ms));
        let book = &mut self.book;
        match placed {
            Some(placed) => {
                let scale = scale(placed, area.width, area.height);
                let (width, height) = (placed.width * scale, placed.height * scale);
                book.sheet.picture(placed.id, Area { width, height, ..area });
            }
            None => {
                book.sheet.fill(area, Ink::SHADE);
                let lines = book.fonts.lines(words.picture_not_here, SMALL, area.width - 16.0);
                let mut y = area.y + 17.0;
                for line in lines.iter().take(4) {
                    book.sheet.text(&mut book.fonts, line, SMALL, Ink::GREY, area.x + 8.0, y);
                    y += 11.0;
                }
            }
        }
        let said = [Some(photo.stem.as_str()), photo.caption.as_deref(), Some(time.as_str())];
        let said = said.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let said = book.fonts.fitted(&said, regular(7.0), area.width).into_owned();
        book.sheet.text(&mut book.fonts, &said, regular(7.0), Ink::GREY, area.x, area.bottom() + 9.0);
    }

    pub(super) fn site_photos(&mut self) -> io::Result<()> {
        let report = self.report;
        let all = report.photos.iter().chain(report.strings.iter().flat_map(|string| &string.photos));
        let all: Vec<&ReportPhoto> = all.collect();
        for some in all.chunks(MOST_PICTURES) {
            let placed = self.place(some)?;
            self.picture_lines(&placed)?;
        }
        Ok(())
    }

    pub(super) fn claims(&mut self) -> io::Result<()> {
        let (report, words) = (self.report, self.words);
        let (sentence, modules) = lines::claims(report, words);
        self.book.paragraph(sentence)?;
        let table = PaperTable {
            columns: vec![
                TableColumn::left(words.serial, 2.6),
                TableColumn::left(words.module, 2.0),
                TableColumn::left(words.string, 2.0),
                TableColumn::right(words.position, 1.5),
                TableColumn::left(words.status, 2.4),
                TableColumn::left(words.severity, 1.8),
                TableColumn::left(words.action, 1.8),
                TableColumn::right(words.pictures, 1.1),
            ],
            size: 8.0,
        };
        let rows = modules.into_iter().filter_map(|at| Some((at, report.modules.get(at)?)));
        let rows = rows.map(|(at, module)| {
            TableRow::new(vec![
                TableCell::text(module.serial.as_deref().unwrap_or_default()),
                TableCell::text(module.called()).to(self.goal_of(at)),
                TableCell::text(self.string_of(module)),
                TableCell::text(module.position.to_string()),
                TableCell::shown(
                    Self::shown(module),
                    words.status(module.status, module.not_examined.is_some()),
                ),
                TableCell::text(module.severity.as_deref().unwrap_or_default()),
                TableCell::text(module.action.as_deref().map_or("", |action| words.action(action))),
                TableCell::text(words.count(module.photos.len())),
            ])
        });
        let rows: Vec<_> = rows.collect();
        self.book.table(&table, rows)
    }

    pub(super) fn catalogue(&mut self) -> io::Result<()> {
        let (words, paper, figures) = (self.words, self.paper, &self.report.figures);
        self.book.paragraph(paper.catalogue_note)?;
        self.book.y += 6.0;
        let defects = Status::ALL.into_iter().filter(|status| status.is_defect());
        for (status, (seen, means)) in
            defects.zip(paper.defects).filter(|(status, _)| figures.of(*status) > 0)
        {
            self.book.need(84.0)?;
            if self.book.y > TOP {
                self.book.y += 8.0;
            }
            let y = self.book.y;
            Shown::Found(status).draw(&mut self.book.sheet, Area::new(LEFT, y + 2.0, 28.0, 28.0));
            for (text, set) in [
                (words.status(Some(status), false).to_owned(), semibold(11.0)),
                (self.said(paper.to_look_for, seen), BODY),
                (self.said(paper.may_mean, means), BODY),
            ] {
                self.book.say(&text, set, Ink::BLACK, LEFT + 46.0, 400.0)?;
                self.book.y += 2.0;
            }
        }
        Ok(())
    }
}

/// Pictures beside each other, as high as the highest.
struct PictureLine<'p> {
    width: f32,
    height: f32,
    pictures: Vec<(&'p ReportPhoto, Option<PlacedPicture>)>,
}

/// How much smaller a picture is, to be no wider and no higher.
fn scale(placed: PlacedPicture, width: f32, height: f32) -> f32 {
    (width / placed.width).min(height / placed.height)
}

/// Width and height for so many pictures beside each other.
fn picture_box(count: usize) -> (f32, f32) {
    if count < 3 { ((WIDTH - GAP) / 2.0, 168.0) } else { ((WIDTH - 2.0 * GAP) / 3.0, 112.0) }
}
