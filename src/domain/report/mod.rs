//! Report of an audit: what is said of a night, as plain data, before any form or language.
//!
//! Made by `gather` from a state and what its log says; called by `hub`. `html` and `xlsx` write it down, in the words of `words`.
//! Everything here has a fixed order, and nothing of the moment in which it is written down: the same log up to the same position
//! gives the same data, and so the same bytes.

pub mod format;
pub mod gather;
pub mod html;
pub mod json;
mod known;
pub mod lines;
pub mod measured;
pub mod pdf;
pub mod photos;
pub mod proof;
mod qr;
pub mod section;
#[cfg(test)]
pub(in crate::domain) mod testing;
#[cfg(test)]
mod tests;
pub mod version;
pub mod words;
pub mod xlsx;

use std::ops::Range;

use uuid::Uuid;

use super::company::Company;
use super::digest::Digest;
use super::id::{ModuleId, OpId, TechnicianId, Token};
use super::photo::{BlobHash, PhotoVariant};
use super::site_clock::TimeSource;
use super::status::Status;
pub use format::ReportFormat;
pub use proof::SignedHead;
pub use section::{ReportSection, ReportSections};
pub use version::ReportVersion;
pub use words::{ReportLanguage, ReportWords};

/// All that a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub about: ReportAbout,
    pub edition: ReportEdition,
    pub proof: ReportProof,
    /// Of the first and of the last mark, as the tablets said it.
    pub period_ms: Option<(u64, u64)>,
    /// Who marked, in the order of their first marks in the log.
    pub crew: Vec<ReportPerson>,
    /// Of the whole audit.
    pub figures: ReportFigures,
    /// In their order; number 0 holds modules that somebody marked and that no string has.
    pub strings: Vec<ReportString>,
    /// In the order of strings and positions, those of a string together.
    pub modules: Vec<ReportModule>,
    /// Those of `modules` with a defect, by their place in it, in its order.
    pub findings: Vec<usize>,
    /// Those of `modules` on which people disagreed, in its order.
    pub contested: Vec<ReportContested>,
    /// Of the site itself.
    pub photos: Vec<ReportPhoto>,
    /// `None`: nobody has said any of it.
    pub conditions: Option<ReportConditions>,
    /// How severe defects are, by the audit's own scale, lightest first. `None`: nothing is graded.
    pub severities: Option<Vec<ReportSeverity>>,
    /// Those that it has.
    pub sections: ReportSections,
    /// `None`: nothing was measured.
    pub measurements: Option<measured::ReportMeasurements>,
    /// Who writes it (letterhead). `None`: the hub knew no company, or a version of before it was asked.
    pub company: Option<Company>,
}

impl Report {
    /// With the hub's company; what the audit says of name and address counts before it.
    pub fn by_company(&mut self, company: Option<Company>) {
        let said = |name: &str| {
            let values = self.conditions.iter().flat_map(|conditions| &conditions.values);
            values.clone().find_map(|(known, value)| (known == name).then_some(value.as_str()))
        };
        let named = company.map(|company| company.named(said("company"), said("company_address")));
        self.company = named;
    }

    pub fn has(&self, section: ReportSection) -> bool {
        self.sections.has(section)
    }

    /// The string that the module at this place of `modules` is in.
    pub fn string_of(&self, at: usize) -> Option<&ReportString> {
        self.strings.get(self.strings.partition_point(|string| string.modules.end <= at))
    }
}

/// What the audit is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportAbout {
    pub token: Token,
    pub name: String,
    pub client: Option<String>,
    pub location: Option<String>,
    /// When it was made.
    pub created_ms: u64,
}

/// Which edition of the report this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportEdition {
    /// `None`: a draft, which cannot be asked for again.
    pub number: Option<u32>,
    /// The lead said so: it is no draft.
    pub is_final: bool,
    pub made_ms: u64,
    pub made_by: Option<String>,
    /// How the hub knew the time then, and whether its tablets said another one.
    pub time_source: TimeSource,
    pub time_contradicted: bool,
    /// Of all times in the report.
    pub utc_offset_minutes: i32,
    /// The version of the program that made it.
    pub program: String,
}

/// By what the report is held against the log it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportProof {
    pub log_id: Uuid,
    /// The last operation that is in it.
    pub position: u64,
    /// Of the log up to there. `None`: a version wrote it that knew none.
    pub digest: Option<Digest>,
    /// `None`: of before hubs had keys.
    pub signed: Option<SignedHead>,
}

/// Somebody who marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportPerson {
    pub id: TechnicianId,
    /// The last one that they went by.
    pub name: String,
    /// What they marked, however often a module, without what they undid.
    pub marks: usize,
    /// Modules that show their finding, and those of them with a defect.
    pub modules: usize,
    pub defects: usize,
}

/// How many modules there are of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportFigures {
    /// In the order of `Status::ALL`.
    pub statuses: [usize; Status::ALL.len()],
    /// Of those without a status: that somebody said why of, and that nobody did.
    pub not_examined: usize,
    pub pending: usize,
    /// On which people disagree.
    pub conflicts: usize,
    /// Of modules, strings and the site.
    pub photos: usize,
    /// Not shown, and in no other figure.
    pub hidden: usize,
}

impl ReportFigures {
    pub fn of(&self, status: Status) -> usize {
        self.statuses.get(status as usize).copied().unwrap_or_default()
    }

    pub fn examined(&self) -> usize {
        self.statuses.iter().sum()
    }

    pub fn modules(&self) -> usize {
        self.examined() + self.not_examined + self.pending
    }

    pub fn defects(&self) -> usize {
        self.examined() - self.of(Status::Ok)
    }

    /// Those of both.
    pub fn join(&mut self, other: &Self) {
        self.statuses.iter_mut().zip(other.statuses).for_each(|(count, more)| *count += more);
        self.not_examined += other.not_examined;
        self.pending += other.pending;
        self.conflicts += other.conflicts;
        self.photos += other.photos;
        self.hidden += other.hidden;
    }

    fn add(&mut self, module: &ReportModule) {
        match module.status {
            Some(status) => self.statuses[status as usize] += 1,
            None if module.not_examined.is_some() => self.not_examined += 1,
            None => self.pending += 1,
        }
        self.conflicts += usize::from(module.conflict);
        self.photos += module.photos.len();
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportString {
    /// 0: no string at all.
    pub number: u16,
    pub name: Option<String>,
    /// Which of the report's modules are in it.
    pub modules: Range<usize>,
    pub figures: ReportFigures,
    /// Of the string itself.
    pub photos: Vec<ReportPhoto>,
    /// Why nobody examined it: see [`ReportModule::not_examined`].
    pub not_examined: Option<String>,
    /// When it had current. `None`: nobody said.
    pub session: Option<ReportSession>,
    /// When it had current before that, oldest first.
    pub sessions_before: Vec<ReportSession>,
}

impl ReportString {
    /// All of its sessions, oldest first.
    pub fn sessions(&self) -> impl Iterator<Item = &ReportSession> {
        self.sessions_before.iter().chain(&self.session)
    }
}

/// A string under current.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportSession {
    pub from_ms: Option<u64>,
    pub to_ms: Option<u64>,
    /// Decimals with a point, as they were typed.
    pub current_a: Option<String>,
    pub voltage_v: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportModule {
    pub id: ModuleId,
    /// What people call it, where they gave it a name.
    pub name: Option<String>,
    /// 0: none.
    pub string: u16,
    pub position: u16,
    pub row: Option<i32>,
    pub col: Option<i32>,
    pub status: Option<Status>,
    pub comment: Option<String>,
    /// Whose finding shows, and of when, as the tablet said it.
    pub by: Option<String>,
    pub at_ms: Option<u64>,
    /// Two people say different things of it, and nobody has decided.
    pub conflict: bool,
    pub photos: Vec<ReportPhoto>,
    /// A key of the report's severities.
    pub severity: Option<String>,
    /// `watch`, `replace`, `claim`, `urgent`, or what a later version knows.
    pub action: Option<String>,
    pub serial: Option<String>,
    /// `shade`, `no_access`, `no_power`, `weather`, `no_time`, `missing`, or other words.
    pub not_examined: Option<String>,
}

impl ReportModule {
    pub fn is_finding(&self) -> bool {
        self.status.is_some_and(Status::is_defect)
    }

    /// What people call it.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }

    /// The beginning of its pictures' names, `S03-P12-M050`; a module without a place has its id alone.
    pub fn stem(&self) -> String {
        match (self.string, self.position) {
            (0, _) => self.id.to_string(),
            (string, position) => format!("S{string:02}-P{position:02}-{}", self.id),
        }
    }
}

/// A picture, by its hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportPhoto {
    pub photo: OpId,
    /// From 1, among those of the same module, string or site.
    pub number: usize,
    /// Without its ending: `S03-P12-M050-1`, `S03-2`, `site-1`.
    pub stem: String,
    pub variants: Vec<PhotoVariant>,
    /// `visible`, `el`, or another word.
    pub kind: String,
    pub caption: Option<String>,
    pub by: String,
    /// When it was taken, by the camera, or else when it was added.
    pub at_ms: u64,
}

impl ReportPhoto {
    /// The variant of a class: `thumb`, `preview`, `original`.
    pub fn variant(&self, class: &str) -> Option<&PhotoVariant> {
        self.variants.iter().find(|variant| variant.class == class)
    }

    /// The one with the most of the picture.
    pub fn largest(&self) -> Option<&PhotoVariant> {
        ["original", "preview", "thumb"]
            .iter()
            .find_map(|class| self.variant(class))
            .or(self.variants.first())
    }

    pub fn hash(&self, class: &str) -> Option<BlobHash> {
        self.variant(class).map(|variant| variant.hash)
    }
}

/// A module on which people disagreed, whether they have agreed since or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportContested {
    /// Which of the report's modules it is.
    pub module: usize,
    /// Nobody has decided.
    pub open: bool,
    /// In the order of the log.
    pub steps: Vec<ReportStep>,
    /// Steps before those, which were too many.
    pub left_out: usize,
}

/// What somebody said of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportStep {
    pub position: u64,
    pub at_ms: u64,
    pub by: String,
    /// `None`: nothing was said of it; `Some(None)`: taken back.
    pub status: Option<Option<Status>>,
    pub comment: Option<Option<String>>,
    /// What was set besides, or taken back, by name: severity, action, serial number, why it was not examined.
    pub set: Vec<(String, Option<String>)>,
    /// It put back what was there before.
    pub undo: bool,
    /// It contradicted what stood there.
    pub contradicts: bool,
}

/// What was said of the audit as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportConditions {
    /// Name and value of each that is set (`weather`, `temperature_c`, `method`, ...), in the order in which they are told.
    pub values: Vec<(String, String)>,
    pub people: Vec<ReportParticipant>,
    pub equipment: Vec<ReportEquipment>,
}

/// Somebody who took part, by the profile of the audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportParticipant {
    pub name: String,
    pub role: Option<String>,
    pub qualification: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportEquipment {
    pub kind: String,
    pub model: Option<String>,
    pub serial: Option<String>,
    pub calibrated_on: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportSeverity {
    pub key: String,
    pub label: Option<String>,
    /// What is to be done, where nothing else is said of a module.
    pub action: Option<String>,
}
