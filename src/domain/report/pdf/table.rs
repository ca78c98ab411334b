//! Tables of a report: columns that share a page's width, cells that break into lines, heads that come again on each page.
//!
//! Sections call it with their rows one after another, so that a table of any length takes no memory; it calls `book`.

use std::borrow::Cow;
use std::io;

use super::book::{LEFT, PaperBook, RIGHT, TOP, WIDTH};
use super::fonts::{TypeSetting, regular, semibold};
use super::look::Shown;
use super::sheet::{Area, Ink};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

pub struct TableColumn<'t> {
    pub head: Cow<'t, str>,
    /// In parts of the width of all of them together.
    pub parts: f32,
    pub align: Align,
    /// Before the head: which finding the column counts.
    pub shown: Option<Shown>,
}

impl<'t> TableColumn<'t> {
    pub fn left(head: impl Into<Cow<'t, str>>, parts: f32) -> Self {
        Self { head: head.into(), parts, align: Align::Left, shown: None }
    }

    pub fn right(head: impl Into<Cow<'t, str>>, parts: f32) -> Self {
        Self { head: head.into(), parts, align: Align::Right, shown: None }
    }

    pub fn counts(head: impl Into<Cow<'t, str>>, parts: f32, shown: Shown) -> Self {
        Self { head: head.into(), parts, align: Align::Right, shown: Some(shown) }
    }
}

#[derive(Default)]
pub struct TableCell<'t> {
    pub text: Cow<'t, str>,
    /// Before the text.
    pub shown: Option<Shown>,
    /// Where a click leads.
    pub goal: Option<String>,
    /// Shares of a bar that fills the cell, instead of text.
    pub bar: Vec<(Shown, usize)>,
}

impl<'t> TableCell<'t> {
    pub fn text(text: impl Into<Cow<'t, str>>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub fn shown(shown: Shown, text: impl Into<Cow<'t, str>>) -> Self {
        Self { shown: Some(shown), ..Self::text(text) }
    }

    pub fn bar(bar: Vec<(Shown, usize)>) -> Self {
        Self { bar, ..Self::default() }
    }

    #[must_use]
    pub fn to(mut self, goal: Option<String>) -> Self {
        self.goal = goal;
        self
    }
}

#[derive(Default)]
pub struct TableRow<'t> {
    pub cells: Vec<TableCell<'t>>,
    pub strong: bool,
    /// By which links find it.
    pub goal: Option<String>,
}

impl<'t> TableRow<'t> {
    pub fn new(cells: Vec<TableCell<'t>>) -> Self {
        Self { cells, ..Self::default() }
    }
}

pub struct PaperTable<'t> {
    pub columns: Vec<TableColumn<'t>>,
    pub size: f32,
}

/// Left free on each side of a cell.
const PAD: f32 = 4.0;
const SWATCH: f32 = 7.0;

impl PaperTable<'_> {
    fn set(&self, strong: bool) -> TypeSetting {
        if strong { semibold(self.size) } else { regular(self.size) }
    }

    fn step(&self) -> f32 {
        (self.size * 1.28).ceil()
    }

    /// Where each column is.
    fn places(&self) -> Vec<(f32, f32)> {
        let all: f32 = self.columns.iter().map(|column| column.parts).sum();
        let mut x = LEFT;
        let place = |column: &TableColumn<'_>| {
            let width = column.parts / all * WIDTH;
            x += width;
            (x - width, width)
        };
        self.columns.iter().map(place).collect()
    }
}

impl PaperBook<'_> {
    pub fn table<'t>(
        &mut self,
        table: &PaperTable<'t>,
        rows: impl IntoIterator<Item = TableRow<'t>>,
    ) -> io::Result<()> {
        let places = table.places();
        // A head alone at the end of a page is no use.
        self.need(table.step() * 4.0 + 20.0)?;
        self.table_head(table, &places);
        for row in rows {
            self.table_row(table, &places, &row)?;
        }
        self.y += 10.0;
        Ok(())
    }

    /// Rows of a table that is made in parts: the head comes where a page begins, and with the first of them.
    pub fn table_goes_on<'t>(
        &mut self,
        table: &PaperTable<'t>,
        rows: impl IntoIterator<Item = TableRow<'t>>,
        first: bool,
    ) -> io::Result<()> {
        let places = table.places();
        if first || self.y <= TOP {
            self.table_head(table, &places);
        }
        for row in rows {
            self.table_row(table, &places, &row)?;
        }
        Ok(())
    }

    fn table_head(&mut self, table: &PaperTable<'_>, places: &[(f32, f32)]) {
        let (set, step) = (semibold(table.size), table.step());
        let heads: Vec<Vec<String>> = table
            .columns
            .iter()
            .zip(places)
            .map(|(column, (_, width))| self.fonts.lines(&column.head, set, width - 2.0 * PAD))
            .collect();
        let most = heads.iter().map(Vec::len).max().unwrap_or(1);
        #[expect(clippy::cast_precision_loss, reason = "lines of a head")]
        let height = most as f32 * step + 4.0;
        let signs = table.columns.iter().any(|column| column.shown.is_some());
        if signs {
            for (column, (x, width)) in table.columns.iter().zip(places) {
                if let Some(shown) = column.shown {
                    shown.draw(&mut self.sheet, Area::new(x + width - PAD - 9.0, self.y, 9.0, 9.0));
                }
            }
            self.y += 11.0;
        }
        for ((column, (x, width)), lines) in table.columns.iter().zip(places).zip(&heads) {
            let mut base = self.y + height - 6.0;
            for line in lines.iter().rev() {
                match column.align {
                    Align::Left => self.sheet.text(&mut self.fonts, line, set, Ink::DEEP, x + PAD, base),
                    Align::Right => {
                        self.sheet.text_to(&mut self.fonts, line, set, Ink::DEEP, x + width - PAD, base)
                    }
                }
                base -= step;
            }
        }
        self.y += height;
        self.sheet.line((LEFT, self.y), (RIGHT, self.y), Ink::DEEP, 0.9);
        self.y += 2.0;
    }

    fn table_row<'t>(
        &mut self,
        table: &PaperTable<'t>,
        places: &[(f32, f32)],
        row: &TableRow<'t>,
    ) -> io::Result<()> {
        let (set, step) = (table.set(row.strong), table.step());
        let cells: Vec<Vec<String>> = row
            .cells
            .iter()
            .zip(places)
            .map(|(cell, (_, width))| {
                let sign = if cell.shown.is_some() { SWATCH + 4.0 } else { 0.0 };
                self.fonts.lines(&cell.text, set, width - 2.0 * PAD - sign)
            })
            .collect();
        let most = cells.iter().map(Vec::len).max().unwrap_or(1);
        let mut done = 0;
        while done < most {
            let left = most - done;
            #[expect(clippy::cast_precision_loss, reason = "lines of a row")]
            let height = left as f32 * step + 3.0;
            let mut fits = left;
            if height > self.room() {
                // What fits on a page of its own is not torn apart, unless most of this one would stay empty.
                let torn = self.room() > 200.0 && height > 120.0;
                if !torn && self.y > TOP + 60.0 {
                    self.turn()?;
                    self.table_head(table, places);
                }
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "lines of a page"
                )]
                let lines = ((self.room() - 3.0) / step).floor().max(1.0) as usize;
                fits = left.min(lines);
            }
            if done == 0
                && let Some(goal) = &row.goal
            {
                self.goal(goal.clone());
            }
            self.row_part(table, places, row, &cells, done..done + fits);
            done += fits;
        }
        self.sheet.line((LEFT, self.y), (RIGHT, self.y), Ink::LINE, 0.35);
        Ok(())
    }

    fn row_part(
        &mut self,
        table: &PaperTable<'_>,
        places: &[(f32, f32)],
        row: &TableRow<'_>,
        cells: &[Vec<String>],
        part: std::ops::Range<usize>,
    ) {
        let (set, step) = (table.set(row.strong), table.step());
        #[expect(clippy::cast_precision_loss, reason = "lines of a page")]
        let height = part.len() as f32 * step + 3.0;
        for (at, ((x, width), lines)) in places.iter().zip(cells).enumerate() {
            let (Some(cell), Some(column)) = (row.cells.get(at), table.columns.get(at)) else { continue };
            let mut base = self.y + step - 1.2;
            let sign = if cell.shown.is_some() { SWATCH + 4.0 } else { 0.0 };
            if part.start == 0 {
                if let Some(shown) = cell.shown {
                    let top = base - SWATCH + 0.8;
                    shown.draw(&mut self.sheet, Area::new(x + PAD, top, SWATCH, SWATCH));
                }
                self.draw_bar(&cell.bar, Area::new(x + PAD, self.y + 2.5, width - 2.0 * PAD, step - 2.0));
                if let Some(goal) = &cell.goal {
                    self.sheet.link(Area::new(*x, self.y, *width, height), goal.clone());
                }
            }
            let ink = if cell.goal.is_some() { Ink::DEEP } else { Ink::BLACK };
            for line in lines.iter().take(part.end).skip(part.start) {
                match column.align {
                    Align::Left => self.sheet.text(&mut self.fonts, line, set, ink, x + PAD + sign, base),
                    Align::Right => {
                        self.sheet.text_to(&mut self.fonts, line, set, ink, x + width - PAD, base)
                    }
                }
                base += step;
            }
        }
        self.y += height;
    }

    /// Parts beside each other, each as wide as its share.
    pub fn draw_bar(&mut self, parts: &[(Shown, usize)], area: Area) {
        let all: usize = parts.iter().map(|(_, count)| count).sum();
        let mut x = area.x;
        for (shown, count) in parts.iter().filter(|(_, count)| *count > 0) {
            #[expect(clippy::cast_precision_loss, reason = "shares of a bar")]
            let width = area.width * (*count as f32 / all.max(1) as f32);
            let part = Area::new(x, area.y, width, area.height);
            self.sheet.fill(part, shown.fill());
            if *shown == Shown::Pending {
                self.sheet.frame(part.inset(0.2), Ink::GREY, 0.4);
            }
            x += width;
        }
    }
}
