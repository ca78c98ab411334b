//! Text of a book: headings, paragraphs and pairs of name and value, one under another (flow layout).
//!
//! Sections call it. Sizes and distances are here, so that they are the same on every page: lines of 13 points.

use std::io;

use super::book::{BOTTOM, LEFT, PaperBook, RIGHT, WIDTH};
use super::fonts::{TypeSetting, regular, semibold};
use super::sheet::{Area, Ink};

pub const BODY: TypeSetting = regular(9.5);
pub const BODY_STRONG: TypeSetting = semibold(9.5);
pub const SMALL: TypeSetting = regular(8.0);
pub const SMALL_STRONG: TypeSetting = semibold(8.0);
/// From one base line to the next, in sizes.
pub const LEADING: f32 = 1.37;

impl PaperBook<'_> {
    /// Begins a section on a new page.
    pub fn section(&mut self, title: &str, goal: &'static str) -> io::Result<()> {
        self.turn()?;
        self.begin_section(title, goal)
    }

    /// Begins a section here, where so much of it has room; or else on a new page.
    pub fn section_here(&mut self, title: &str, goal: &'static str, height: f32) -> io::Result<()> {
        if self.room() < height + 60.0 {
            return self.section(title, goal);
        }
        self.y += 26.0;
        self.begin_section(title, goal)
    }

    fn begin_section(&mut self, title: &str, goal: &'static str) -> io::Result<()> {
        self.goal(goal);
        self.bookmark(0, title, goal);
        let set = semibold(19.0);
        for line in self.fonts.lines(title, set, WIDTH) {
            self.y += 20.0;
            self.sheet.text(&mut self.fonts, &line, set, Ink::DEEP, LEFT, self.y);
        }
        self.y += 8.0;
        self.sheet.fill(Area::new(LEFT, self.y, 40.0, 2.5), Ink::DEEP);
        self.y += 18.0;
        Ok(())
    }

    pub fn heading(&mut self, title: &str) -> io::Result<()> {
        self.need(64.0)?;
        if self.y > super::book::TOP {
            self.y += 10.0;
        }
        self.say(title, semibold(12.0), Ink::DEEP, LEFT, WIDTH)?;
        self.y += 4.0;
        Ok(())
    }

    pub fn paragraph(&mut self, text: &str) -> io::Result<()> {
        // Not wider than eyes follow.
        self.say(text, BODY, Ink::BLACK, LEFT, WIDTH.min(430.0))?;
        self.y += 5.0;
        Ok(())
    }

    pub fn note(&mut self, text: &str) -> io::Result<()> {
        self.say(text, SMALL, Ink::GREY, LEFT, WIDTH.min(430.0))?;
        self.y += 4.0;
        Ok(())
    }

    /// A text in a column, over as many pages as it takes.
    pub fn say(&mut self, text: &str, set: TypeSetting, ink: Ink, x: f32, width: f32) -> io::Result<()> {
        let step = set.size * LEADING;
        for line in self.fonts.lines(text, set, width) {
            self.need(step)?;
            self.y += step;
            let base = self.y - set.size * 0.32;
            self.sheet.text(&mut self.fonts, &line, set, ink, x, base);
        }
        Ok(())
    }

    /// Name and value, the value beside the name.
    pub fn fact(&mut self, name: &str, value: &str, names: f32) -> io::Result<()> {
        let step = BODY.size * LEADING;
        let of_name = self.fonts.lines(name, SMALL, names - 8.0);
        let of_value = self.fonts.lines(value, BODY, WIDTH - names);
        for at in 0..of_name.len().max(of_value.len()) {
            self.need(step)?;
            self.y += step;
            let base = self.y - 3.0;
            if let Some(line) = of_name.get(at) {
                self.sheet.text(&mut self.fonts, line, SMALL, Ink::GREY, LEFT, base);
            }
            if let Some(line) = of_value.get(at) {
                self.sheet.text(&mut self.fonts, line, BODY, Ink::BLACK, LEFT + names, base);
            }
        }
        self.y += 3.0;
        self.sheet.line((LEFT, self.y), (RIGHT, self.y), Ink::LINE, 0.4);
        self.y += 2.0;
        debug_assert!(self.y < BOTTOM + 20.0);
        Ok(())
    }
}
