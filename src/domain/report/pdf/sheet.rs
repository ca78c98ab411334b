//! Sheet: one page that is being drawn (vector graphics). Points, from the upper left corner; nothing is laid out here.
//!
//! `book` begins and ends it, everything that is shown draws on it. Spells its content with pdf-writer.

use pdf_writer::{Content, Name, Ref};

use super::fonts::{Fonts, TypeSetting};

/// Width and height of A4.
pub const A4: (f32, f32) = (595.28, 841.89);

/// A colour as screens have it (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink(pub u8, pub u8, pub u8);

impl Ink {
    pub const BLACK: Self = Self(24, 28, 33);
    pub const GREY: Self = Self(92, 100, 110);
    pub const LINE: Self = Self(200, 206, 212);
    pub const SHADE: Self = Self(243, 245, 247);
    pub const WHITE: Self = Self(255, 255, 255);
    /// Of heads and rules.
    pub const DEEP: Self = Self(18, 52, 86);

    fn parts(self) -> [f32; 3] {
        [self.0, self.1, self.2].map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0)
    }

    /// How light it is to the eye, 0 to 255: what is left of it in grey.
    pub fn grey(self) -> u32 {
        (299 * u32::from(self.0) + 587 * u32::from(self.1) + 114 * u32::from(self.2)) / 1000
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Area {
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }

    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    /// So much smaller on each side.
    #[must_use]
    pub fn inset(&self, by: f32) -> Self {
        Self::new(self.x + by, self.y + by, self.width - 2.0 * by, self.height - 2.0 * by)
    }
}

pub struct Sheet {
    pub size: (f32, f32),
    content: Content,
    ink: Option<Ink>,
    /// Where a click leads: the name of a goal.
    pub links: Vec<(Area, String)>,
    /// Pictures, and what is filled in at the end.
    pub objects: Vec<Ref>,
}

impl Sheet {
    pub fn new(size: (f32, f32)) -> Self {
        Self { size, content: Content::new(), ink: None, links: Vec::new(), objects: Vec::new() }
    }

    pub fn finish(self) -> Vec<u8> {
        self.content.finish().into_vec()
    }

    /// As the file counts: upwards.
    pub fn up(&self, y: f32) -> f32 {
        round(self.size.1 - y)
    }

    fn ink(&mut self, ink: Ink) {
        if self.ink != Some(ink) {
            self.ink = Some(ink);
            let [r, g, b] = ink.parts();
            self.content.set_fill_rgb(r, g, b);
        }
    }

    fn pen(&mut self, ink: Ink, width: f32) {
        let [r, g, b] = ink.parts();
        self.content.set_stroke_rgb(r, g, b).set_line_width(round(width));
    }

    pub fn fill(&mut self, area: Area, ink: Ink) {
        self.ink(ink);
        self.rect(area);
        self.content.fill_nonzero();
    }

    pub fn frame(&mut self, area: Area, ink: Ink, width: f32) {
        self.pen(ink, width);
        self.rect(area);
        self.content.stroke();
    }

    fn rect(&mut self, area: Area) {
        let y = self.up(area.bottom());
        self.content.rect(round(area.x), y, round(area.width), round(area.height));
    }

    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), ink: Ink, width: f32) {
        self.path(&[from, to], ink, width);
    }

    /// A line through these points.
    pub fn path(&mut self, points: &[(f32, f32)], ink: Ink, width: f32) {
        self.pen(ink, width);
        self.trace(points);
        self.content.stroke();
    }

    /// The area between these points.
    pub fn shape(&mut self, points: &[(f32, f32)], ink: Ink) {
        self.ink(ink);
        self.trace(points);
        self.content.close_path().fill_nonzero();
    }

    fn trace(&mut self, points: &[(f32, f32)]) {
        for (at, (x, y)) in points.iter().enumerate() {
            let (x, y) = (round(*x), self.up(*y));
            if at == 0 {
                self.content.move_to(x, y)
            } else {
                self.content.line_to(x, y)
            };
        }
    }

    /// A circle's line.
    pub fn ring(&mut self, centre: (f32, f32), radius: f32, ink: Ink, width: f32) {
        self.pen(ink, width);
        // How far a curve's handles are out, so that four of them make a circle.
        let (cx, cy, k) = (centre.0, self.size.1 - centre.1, radius * 0.5523);
        let c = &mut self.content;
        c.move_to(round(cx + radius), round(cy));
        let mut arc = |x1, y1, x2, y2, x3, y3| {
            c.cubic_to(
                round(cx + x1),
                round(cy + y1),
                round(cx + x2),
                round(cy + y2),
                round(cx + x3),
                round(cy + y3),
            );
        };
        arc(radius, k, k, radius, 0.0, radius);
        arc(-k, radius, -radius, k, -radius, 0.0);
        arc(-radius, -k, -k, -radius, 0.0, -radius);
        arc(k, -radius, radius, -k, radius, 0.0);
        self.content.close_and_stroke();
    }

    /// One line of text; y is its base line.
    pub fn text(&mut self, fonts: &mut Fonts, text: &str, set: TypeSetting, ink: Ink, x: f32, y: f32) {
        if text.is_empty() {
            return;
        }
        self.ink(ink);
        let y = self.up(y);
        #[cfg(test)]
        {
            let right = x + fonts.width(text, set);
            // Forms have no page of their own.
            assert!(self.size.1 == 0.0 || (x > 20.0 && right < self.size.0 - 20.0), "{text} goes to {right}");
            assert!(self.size.1 == 0.0 || (20.0..self.size.1 - 20.0).contains(&y), "{text} is at {y}");
        }
        fonts.show(&mut self.content, text, set, round(x), y);
    }

    /// Ends there.
    pub fn text_to(&mut self, fonts: &mut Fonts, text: &str, set: TypeSetting, ink: Ink, right: f32, y: f32) {
        let width = fonts.width(text, set);
        self.text(fonts, text, set, ink, right - width, y);
    }

    pub fn text_amid(
        &mut self,
        fonts: &mut Fonts,
        text: &str,
        set: TypeSetting,
        ink: Ink,
        middle: f32,
        y: f32,
    ) {
        let width = fonts.width(text, set);
        self.text(fonts, text, set, ink, middle - width / 2.0, y);
    }

    /// A picture, which the file has under that number.
    pub fn picture(&mut self, id: Ref, area: Area) {
        let y = self.up(area.bottom());
        let matrix = [round(area.width), 0.0, 0.0, round(area.height), round(area.x), y];
        self.object(id, matrix);
    }

    /// What is written later, and drawn with this as its lower left corner.
    pub fn later(&mut self, id: Ref, x: f32, y: f32) {
        let y = self.up(y);
        self.object(id, [1.0, 0.0, 0.0, 1.0, round(x), y]);
    }

    fn object(&mut self, id: Ref, matrix: [f32; 6]) {
        self.objects.push(id);
        let name = object_name(id);
        self.content.save_state().transform(matrix).x_object(Name(name.as_bytes())).restore_state();
    }

    pub fn link(&mut self, area: Area, goal: impl Into<String>) {
        self.links.push((area, goal.into()));
    }
}

pub fn object_name(id: Ref) -> String {
    format!("X{}", id.get())
}

/// Hundredths of a point are finer than any printer, and half the bytes.
fn round(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}
