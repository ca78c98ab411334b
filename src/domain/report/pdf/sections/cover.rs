//! Cover of the report on paper, and its contents.
//!
//! `sections` calls it.

use std::io;

use super::super::book::{BOTTOM, LEFT, RIGHT, WIDTH};
use super::super::fonts::{regular, semibold};
use super::super::map::MapCell;
use super::super::sheet::{A4, Area, Ink};
use super::super::table::{PaperTable, TableCell, TableColumn, TableRow};
use super::super::text::SMALL;
use super::Paper;
use crate::domain::report::lines;

const BAND: f32 = 286.0;
/// Beside the name is the site.
const NAME: f32 = WIDTH - 206.0;
/// Lines of address and contact.
const MOST_LETTERHEAD: usize = 8;
/// Of the standing text: see `PaperBook::say`.
const STANDING_STEP: f32 = 12.0;

impl Paper<'_, '_> {
    pub(super) fn cover(&mut self) -> io::Result<()> {
        let (report, words, paper) = (self.report, self.words, self.paper);
        let book = &mut self.book;
        book.sheet.fill(Area::new(0.0, 0.0, A4.0, BAND), Ink::DEEP);
        book.sheet.text(&mut book.fonts, words.title, semibold(13.0), Ink(196, 214, 232), LEFT, 84.0);
        let name = semibold(31.0);
        let mut base = 128.0;
        let lines_of_name = book.fonts.lines(&report.about.name, name, NAME);
        for (at, line) in lines_of_name.iter().take(3).enumerate() {
            let more = at == 2 && lines_of_name.len() > 3;
            let line = if more { format!("{line}…") } else { line.clone() };
            let line = book.fonts.fitted(&line, name, NAME).into_owned();
            book.sheet.text(&mut book.fonts, &line, name, Ink::WHITE, LEFT, base);
            base += 37.0;
        }
        base += 2.0;
        for line in [&report.about.client, &report.about.location].into_iter().flatten() {
            let line = book.fonts.fitted(line, regular(14.0), NAME).into_owned();
            book.sheet.text(&mut book.fonts, &line, regular(14.0), Ink::WHITE, LEFT, base);
            base += 20.0;
        }
        let parts: Vec<_> =
            self.shares(&report.figures).into_iter().map(|(shown, _, count)| (shown, count)).collect();
        self.small_map();
        let said = lines::conditions(report, words);
        let book = &mut self.book;
        book.draw_bar(&parts, Area::new(0.0, BAND, A4.0, 7.0));
        book.y = BAND + 34.0;
        self.letterhead();
        let book = &mut self.book;
        let of_cover = [words.audit, words.client, words.location, words.times, words.hub_clock];
        let wanted =
            ["inspected_on", "company", "company_address", "contract"].map(|key| words.condition(key));
        for (name, value) in said.into_iter().filter(|(name, _)| wanted.contains(name)) {
            let value = book
                .fonts
                .lines(&value, regular(9.5), WIDTH - 130.0)
                .into_iter()
                .take(3)
                .collect::<Vec<_>>()
                .join("\n");
            book.fact(name, &value, 130.0)?;
        }
        for (name, value) in
            lines::about(report, words).into_iter().filter(|(name, _)| !of_cover.contains(name))
        {
            let value = book.fonts.fitted(&value, regular(9.5), WIDTH - 130.0).into_owned();
            book.fact(name, &value, 130.0)?;
        }
        book.y += 22.0;
        book.sheet.text(&mut book.fonts, paper.editions, semibold(12.0), Ink::DEEP, LEFT, book.y);
        book.y += 8.0;
        let table = PaperTable {
            columns: vec![
                TableColumn::left(words.version, 2.2),
                TableColumn::left(paper.date, 2.0),
                TableColumn::left(words.made_by, 3.0),
                TableColumn::left(words.proof_position, 1.6),
            ],
            size: 8.5,
        };
        let edition = &report.edition;
        let by = edition.made_by.as_deref().unwrap_or_default();
        let by = book.fonts.fitted(by, regular(8.5), 160.0).into_owned();
        let row = TableRow::new(vec![
            TableCell::text(words.edition(edition)),
            TableCell::text(words.date_time(edition.made_ms, edition.utc_offset_minutes)),
            TableCell::text(by),
            TableCell::text(report.proof.position.to_string()),
        ]);
        book.table(&table, [row])?;
        match self.standing_text_fits() {
            true => self.standing_text()?,
            false => self.standing_on_contents = true,
        }
        self.signatures();
        Ok(())
    }

    /// Who writes the report: the logo, and beside it what a letterhead says.
    fn letterhead(&mut self) {
        const LOGO: (f32, f32) = (170.0, 56.0);
        const STEP: f32 = 11.5;
        let Some(company) = &self.report.company else { return };
        let book = &mut self.book;
        let top = book.y - 12.0;
        let mut high = 0.0_f32;
        if let Some(logo) = book.logo() {
            let (width, height) = logo.within(LOGO);
            book.sheet.picture(logo.id, Area::new(LEFT, top, width, height));
            high = height;
        }
        let width = WIDTH - LOGO.0 - 24.0;
        let mut base = top + 9.0;
        if let Some(name) = &company.name {
            let name = book.fonts.fitted(name, semibold(11.0), width).into_owned();
            book.sheet.text_to(&mut book.fonts, &name, semibold(11.0), Ink::DEEP, RIGHT, base);
            base += STEP + 1.5;
        }
        let rest = [&company.address, &company.contact].into_iter().flatten().flat_map(|text| text.lines());
        for line in rest.take(MOST_LETTERHEAD) {
            let line = book.fonts.fitted(line, regular(8.5), width).into_owned();
            book.sheet.text_to(&mut book.fonts, &line, regular(8.5), Ink::GREY, RIGHT, base);
            base += STEP;
        }
        high = high.max(base - top - STEP + 2.0);
        if high > 4.0 {
            book.y = top + high + 12.0;
        }
    }

    /// Whether all of it has room above the signatures; else it is on the next page.
    fn standing_text_fits(&mut self) -> bool {
        let lines = self.standing_lines().len() as f32;
        lines > 0.0 && self.book.y + 14.0 + lines * STANDING_STEP < BOTTOM - 34.0
    }

    fn standing_lines(&mut self) -> Vec<String> {
        let text = self.report.company.as_ref().and_then(|company| company.text.as_deref());
        text.map(|text| self.book.fonts.lines(text, SMALL, WIDTH)).unwrap_or_default()
    }

    fn standing_text(&mut self) -> io::Result<()> {
        let Some(text) = self.report.company.as_ref().and_then(|company| company.text.as_deref()) else {
            return Ok(());
        };
        self.book.y += 14.0;
        self.book.say(text, SMALL, Ink::GREY, LEFT, WIDTH)
    }

    /// The site beside its name, as an emblem.
    fn small_map(&mut self) {
        const SIDE: f32 = 190.0;
        let placed = self.report.modules.iter().filter_map(|module| Some((module, module.row?, module.col?)));
        let cells: Vec<MapCell> = placed
            .map(|(module, row, col)| MapCell { row, col, shown: Self::shown(module), goal: None })
            .collect();
        if cells.len() * 2 > self.report.modules.len() {
            self.book.emblem(&cells, Area::new(RIGHT - SIDE, (BAND - SIDE) / 2.0, SIDE, SIDE));
        }
    }

    /// Lines to sign on.
    fn signatures(&mut self) {
        let book = &mut self.book;
        let y = BOTTOM - 8.0;
        let width = (WIDTH - 24.0) / 3.0;
        let names = [self.words.name, self.paper.place_and_date, self.paper.signature];
        let mut x = LEFT;
        for name in names {
            book.sheet.line((x, y), (x + width, y), Ink::GREY, 0.6);
            book.sheet.text(&mut book.fonts, name, SMALL, Ink::GREY, x, y + 11.0);
            x += width + 12.0;
        }
    }

    pub(super) fn contents(&mut self, sections: &[(String, &'static str)]) -> io::Result<()> {
        let (report, words, paper) = (self.report, self.words, self.paper);
        let book = &mut self.book;
        book.turn()?;
        book.y += 20.0;
        book.sheet.text(&mut book.fonts, paper.contents, semibold(19.0), Ink::DEEP, LEFT, book.y);
        book.y += 8.0;
        book.sheet.fill(Area::new(LEFT, book.y, 40.0, 2.5), Ink::DEEP);
        book.y += 18.0;
        book.contents(sections);
        book.y += 18.0;
        let of_here = [words.times, words.hub_clock];
        for (name, value) in
            lines::about(report, words).into_iter().filter(|(name, _)| of_here.contains(name))
        {
            book.fact(name, &value, 130.0)?;
        }
        if self.standing_on_contents {
            self.standing_text()?;
        }
        Ok(())
    }
}
