//! Device status (telemetry): what each tablet of the crew last said of itself, so that the lead sees where marks still wait.
//!
//! In memory alone: one report a member, replaced by the next, in no log and no backup. `http::routes::crew` notes and shows it. What
//! was never said is nothing, and never zero: an old page, or a v3.3 tablet, says none of it.

use super::Crew;
use crate::domain::id::TechnicianId;

/// Longer texts are cut: they are for people to read.
const LONGEST: usize = 60;

/// What a tablet says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TabletReport {
    /// Marks and messages that this tablet alone has.
    pub unsent: Option<u32>,
    /// Photos of which not all pictures have come.
    pub unsent_photos: Option<u32>,
    /// Marks that the hub refused, and that wait for somebody to decide.
    pub refused: Option<u32>,
    /// The version of its page.
    pub page: Option<String>,
    /// System and browser, in words.
    pub system: Option<String>,
    pub battery_percent: Option<u8>,
    pub charging: Option<bool>,
}

impl TabletReport {
    /// What does not make sense is left out: the rest is as good as without it.
    fn tidy(self) -> Self {
        let text = |text: Option<String>| {
            let text: String = text?.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        Self {
            page: text(self.page),
            system: text(self.system),
            battery_percent: self.battery_percent.filter(|percent| *percent <= 100),
            ..self
        }
    }
}

/// A report, and when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldTablet {
    pub report: TabletReport,
    /// By the site's clock.
    pub told_ms: u64,
}

impl Crew {
    /// Note what a member's tablet says. Of somebody whom the book no longer has, nothing: so there are as many as members.
    pub fn tablet_told(&self, technician: &TechnicianId, report: TabletReport, told_ms: u64) {
        let inner = self.read();
        if inner.book.member(technician.as_str()).is_some() {
            let told = ToldTablet { report: report.tidy(), told_ms };
            self.tablets.lock().insert(technician.clone(), told);
        }
    }

    /// What that tablet last said, since the hub started.
    pub fn tablet_of(&self, technician: &TechnicianId) -> Option<ToldTablet> {
        self.tablets.lock().get(technician).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_left_out_and_long_texts_are_cut() {
        let report = TabletReport {
            unsent: Some(3),
            page: Some("\u{7}\n ".to_owned()),
            system: Some(format!(" Android 14, Chrome {}", "9".repeat(200))),
            battery_percent: Some(240),
            ..TabletReport::default()
        };
        let tidy = report.tidy();
        assert_eq!((tidy.unsent, tidy.page, tidy.battery_percent), (Some(3), None, None));
        assert!(tidy.system.is_some_and(|text| text.starts_with("Android 14") && text.len() < LONGEST));
    }
}
