//! Look of findings: a colour of each, and a sign that is told apart without colours (greyscale, colour blindness).
//!
//! Map, charts, tables and legends draw findings by this and nothing else. Colours grow darker with what they mean for the
//! plant, so that also a copy in grey says where to look.

use super::sheet::{Area, Ink, Sheet};
use crate::domain::status::Status;

/// What a module shows: a finding, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Found(Status),
    /// Somebody said why.
    NotExamined,
    Pending,
}

impl Shown {
    pub const ALL: [Self; 8] = [
        Self::Found(Status::Ok),
        Self::Found(Status::Inequality),
        Self::Found(Status::Microcracks),
        Self::Found(Status::Dead),
        Self::Found(Status::StringOpen),
        Self::Found(Status::NotConnected),
        Self::NotExamined,
        Self::Pending,
    ];

    pub fn of(status: Option<Status>, not_examined: bool) -> Self {
        match status {
            Some(status) => Self::Found(status),
            None if not_examined => Self::NotExamined,
            None => Self::Pending,
        }
    }

    pub fn fill(self) -> Ink {
        match self {
            Self::Found(Status::Ok) => Ink(190, 228, 196),
            Self::Found(Status::Inequality) => Ink(250, 204, 84),
            Self::Found(Status::Microcracks) => Ink(240, 140, 50),
            Self::Found(Status::Dead) => Ink(158, 24, 36),
            Self::Found(Status::StringOpen) => Ink(88, 70, 150),
            Self::Found(Status::NotConnected) => Ink(84, 112, 140),
            Self::NotExamined => Ink(222, 226, 230),
            Self::Pending => Ink::WHITE,
        }
    }

    /// What is readable on it.
    pub fn on_it(self) -> Ink {
        if self.fill().grey() > 125 { Ink::BLACK } else { Ink::WHITE }
    }

    /// A module, in this colour and with its sign where there is room for one.
    pub fn draw(self, sheet: &mut Sheet, area: Area) {
        sheet.fill(area, self.fill());
        let small = area.width.min(area.height);
        if self == Self::Pending {
            let line = (small / 12.0).clamp(0.2, 0.7);
            sheet.frame(area.inset(line / 2.0), Ink::GREY, line);
        }
        if small >= 3.2 {
            self.sign(sheet, area, small);
        }
    }

    fn sign(self, sheet: &mut Sheet, area: Area, small: f32) {
        let (ink, pen) = (self.on_it(), (small / 9.0).clamp(0.35, 1.3));
        let at = |x: f32, y: f32| (area.x + area.width * x, area.y + area.height * y);
        match self {
            Self::Found(Status::Ok) | Self::Pending => {}
            // One half darker than the other.
            Self::Found(Status::Inequality) => {
                sheet.shape(&[at(1.0, 0.0), at(1.0, 1.0), at(0.0, 1.0)], Ink(176, 122, 10));
            }
            // A crack.
            Self::Found(Status::Microcracks) => {
                let crack = [at(0.2, 0.12), at(0.5, 0.4), at(0.36, 0.58), at(0.78, 0.9)];
                sheet.path(&crack, ink, pen);
            }
            Self::Found(Status::Dead) => {
                sheet.line(at(0.22, 0.22), at(0.78, 0.78), ink, pen);
                sheet.line(at(0.78, 0.22), at(0.22, 0.78), ink, pen);
            }
            // A line with a gap.
            Self::Found(Status::StringOpen) => {
                sheet.line(at(0.1, 0.5), at(0.38, 0.5), ink, pen);
                sheet.line(at(0.62, 0.5), at(0.9, 0.5), ink, pen);
            }
            Self::Found(Status::NotConnected) => {
                let (x, y) = at(0.5, 0.5);
                sheet.ring((x, y), small * 0.26, ink, pen);
            }
            Self::NotExamined => sheet.line(at(0.15, 0.85), at(0.85, 0.15), Ink::GREY, pen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_told_apart_in_grey() {
        let mut greys: Vec<(u32, Shown)> = Shown::ALL.map(|shown| (shown.fill().grey(), shown)).to_vec();
        greys.sort_by_key(|(grey, _)| *grey);
        // Where two are near each other their signs tell them apart, and they have signs that no other has.
        for pair in greys.windows(2) {
            let near = pair[1].0 - pair[0].0 < 12;
            let signless = |shown: &Shown| matches!(shown, Shown::Found(Status::Ok) | Shown::Pending);
            assert!(!(near && pair.iter().all(|(_, shown)| signless(shown))), "{pair:?}");
        }
        let ok = Shown::Found(Status::Ok).fill().grey();
        for status in
            Status::ALL.into_iter().filter(|status| status.is_defect() && *status != Status::Inequality)
        {
            assert!(Shown::Found(status).fill().grey() + 40 < ok, "{status} is as light as OK");
        }
    }
}
