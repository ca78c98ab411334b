//! Localisation of the report: its words, and how each language writes numbers, shares and times.
//!
//! Called by all that write a report down; one file a language, which the compiler holds to be whole. Statuses have the names that
//! they have on the page and in tables (`export::words`; a test holds that).

mod de;
mod en;
mod es;
mod fr;
mod it;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Datelike, Timelike};
use serde::{Deserialize, Serialize};

use super::{ReportEdition, ReportFigures};
use crate::domain::iso8601;
use crate::domain::site_clock::TimeSource;
use crate::domain::status::Status;

/// A language that reports are written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportLanguage {
    #[default]
    En,
    Fr,
    De,
    Es,
    It,
}

impl ReportLanguage {
    pub const ALL: [Self; 5] = [Self::En, Self::Fr, Self::De, Self::Es, Self::It];

    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// `fr`.
    pub fn tag(self) -> &'static str {
        self.words().tag
    }

    pub fn words(self) -> &'static ReportWords {
        match self {
            Self::En => &en::WORDS,
            Self::Fr => &fr::WORDS,
            Self::De => &de::WORDS,
            Self::Es => &es::WORDS,
            Self::It => &it::WORDS,
        }
    }
}

/// Every text of a report. Sentences that have something put in have it at `{}`.
#[derive(Debug)]
pub struct ReportWords {
    pub tag: &'static str,
    pub decimal: &'static str,
    pub thousands: &'static str,
    /// What stands between a number and `%`.
    pub percent_gap: &'static str,
    /// Of a date: `d` the day, `m` the month, `y` the year in figures; `M` the month's name.
    pub date: &'static str,
    pub months: [&'static str; 12],

    pub title: &'static str,
    pub version: &'static str,
    /// Without a number.
    pub draft: &'static str,
    /// Of a version: whether the lead has made it final.
    pub edition_draft: &'static str,
    pub edition_final: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub none: &'static str,
    pub total: &'static str,
    pub share: &'static str,
    pub page: &'static str,

    // Sections.
    pub summary: &'static str,
    pub strings: &'static str,
    pub modules: &'static str,
    pub findings: &'static str,
    pub claims: &'static str,
    pub history: &'static str,
    pub not_examined: &'static str,
    pub conditions: &'static str,
    pub people: &'static str,
    pub equipment: &'static str,
    pub crew: &'static str,
    pub proof: &'static str,
    pub photos: &'static str,
    pub map: &'static str,

    // What is said of the audit and of the edition.
    pub audit: &'static str,
    pub client: &'static str,
    pub location: &'static str,
    pub first_mark: &'static str,
    pub last_mark: &'static str,
    pub made_at: &'static str,
    pub made_by: &'static str,
    pub made_with: &'static str,
    pub times: &'static str,
    pub hub_clock: &'static str,

    // Figures.
    pub examined: &'static str,
    pub defects: &'static str,
    pub pending: &'static str,
    pub conflicts: &'static str,
    pub hidden: &'static str,

    // Columns.
    pub string: &'static str,
    pub string_name: &'static str,
    pub module: &'static str,
    pub module_name: &'static str,
    pub position: &'static str,
    pub row: &'static str,
    pub col: &'static str,
    pub status: &'static str,
    pub severity: &'static str,
    pub action: &'static str,
    pub serial: &'static str,
    pub comment: &'static str,
    pub by: &'static str,
    pub at: &'static str,
    pub pictures: &'static str,
    pub conflict: &'static str,
    pub reason: &'static str,
    pub energised_from: &'static str,
    pub energised_to: &'static str,
    pub current: &'static str,
    pub voltage: &'static str,
    pub name: &'static str,
    pub role: &'static str,
    pub qualification: &'static str,
    pub kind: &'static str,
    pub model: &'static str,
    pub calibrated_on: &'static str,
    pub marks: &'static str,
    pub shown_findings: &'static str,
    pub log_position: &'static str,
    pub remark: &'static str,

    // History.
    pub undone: &'static str,
    pub contradicts: &'static str,
    pub status_taken_back: &'static str,
    pub comment_taken_back: &'static str,
    pub open: &'static str,
    pub settled: &'static str,
    /// How many.
    pub steps_left_out: &'static str,

    // Sentences.
    pub no_findings: &'static str,
    pub no_conflicts: &'static str,
    pub all_examined: &'static str,
    pub nobody_said_why: &'static str,
    pub nowhere_placed: &'static str,
    pub no_mark: &'static str,
    pub hidden_note: &'static str,
    pub picture_not_here: &'static str,
    /// How many.
    pub pictures_elsewhere: &'static str,
    pub claims_marked: &'static str,
    pub claims_all: &'static str,
    /// The offset.
    pub times_note: &'static str,

    // Proof.
    pub log_id: &'static str,
    pub proof_position: &'static str,
    pub digest: &'static str,
    pub proof_note: &'static str,
    pub proof_limits: &'static str,
    pub hub_key: &'static str,
    /// What the signature proves, what it does not, and how anybody looks.
    pub signed_note: &'static str,
    pub signed_limits: &'static str,
    pub signed_check: &'static str,

    /// How the hub knew the time.
    pub clock_network: &'static str,
    pub clock_upstream: &'static str,
    pub clock_person: &'static str,
    pub clock_tablets: &'static str,
    pub clock_machine: &'static str,
    pub clock_kept: &'static str,
    pub clock_contradicted: &'static str,

    /// In the order of `Status::ALL`.
    pub statuses: [&'static str; Status::ALL.len()],
    /// `watch`, `replace`, `claim`, `urgent`.
    pub actions: [&'static str; 4],
    /// `shade`, `no_access`, `no_power`, `weather`, `no_time`, `missing`.
    pub reasons: [&'static str; 6],
    pub company_contact: &'static str,
    pub sessions_before: &'static str,
    /// In the order of [`CONDITIONS`].
    pub condition_names: [&'static str; CONDITIONS.len()],
}

const ACTIONS: [&str; 4] = ["watch", "replace", "claim", "urgent"];
const REASONS: [&str; 6] = ["shade", "no_access", "no_power", "weather", "no_time", "missing"];

/// What may be set of an audit, in the order in which reports tell it.
pub const CONDITIONS: [&str; 13] = [
    "inspected_on",
    "contract",
    "purpose",
    "company",
    "company_address",
    "method",
    "standards",
    "camera",
    "exposure_s",
    "distance_m",
    "weather",
    "temperature_c",
    "summary",
];

/// The word that stands at the same place as `key`; what is not known is said as it is.
fn word_of<'a>(keys: &[&str], words: &'a [&'static str], key: &'a str) -> &'a str {
    let at = keys.iter().position(|known| *known == key);
    at.and_then(|at| words.get(at)).unwrap_or(&key)
}

impl ReportWords {
    /// The finding of a module; `not_examined`: somebody said why there is none.
    pub fn status(&self, status: Option<Status>, not_examined: bool) -> &'static str {
        match status.and_then(|status| self.statuses.get(status as usize)) {
            Some(word) => word,
            None if not_examined => self.not_examined,
            None => self.pending,
        }
    }

    pub fn action<'a>(&'a self, key: &'a str) -> &'a str {
        word_of(&ACTIONS, &self.actions, key)
    }

    /// Why something was not examined.
    pub fn reason<'a>(&'a self, key: &'a str) -> &'a str {
        word_of(&REASONS, &self.reasons, key)
    }

    /// What is set of an audit.
    pub fn condition<'a>(&'a self, key: &'a str) -> &'a str {
        word_of(&CONDITIONS, &self.condition_names, key)
    }

    /// Its value, where that is a number or a day: as people of the language write it.
    pub fn condition_value(&self, key: &str, value: &str) -> String {
        match key {
            "temperature_c" | "exposure_s" | "distance_m" => self.decimal(value),
            "inspected_on" => self.day(value),
            _ => value.to_owned(),
        }
    }

    /// An ISO day; what is none stays as it is.
    pub fn day(&self, text: &str) -> String {
        match iso8601::parse(&format!("{text}T00:00")) {
            Some(ms) if text.len() == 10 => self.date(ms, 0),
            _ => text.to_owned(),
        }
    }

    pub fn yes_no(&self, yes: bool) -> &'static str {
        if yes { self.yes } else { self.no }
    }

    /// `20 000`.
    pub fn count(&self, count: usize) -> String {
        let digits = count.to_string();
        let mut text = String::with_capacity(digits.len() + 6);
        for (at, digit) in digits.chars().enumerate() {
            // Four digits are read as they are.
            if at > 0 && digits.len() > 4 && (digits.len() - at).is_multiple_of(3) {
                text.push_str(self.thousands);
            }
            text.push(digit);
        }
        text
    }

    /// `12,5 %`: rounded by half up, but never to nothing or to all of what is neither.
    pub fn percent(&self, part: usize, whole: usize) -> String {
        if whole == 0 {
            return String::new();
        }
        let (part, whole) = (part as u64, whole as u64);
        let mut tenths = (part * 2_000 + whole) / (whole * 2);
        if part > 0 && part < whole {
            tenths = tenths.clamp(1, 999);
        }
        format!("{}{}{}{}%", tenths / 10, self.decimal, tenths % 10, self.percent_gap)
    }

    /// A decimal that somebody typed with a point.
    pub fn decimal(&self, typed: &str) -> String {
        typed.replace('.', self.decimal)
    }

    pub fn date(&self, ms: u64, utc_offset_minutes: i32) -> String {
        let moment = moment(ms, utc_offset_minutes);
        let mut text = String::new();
        for part in self.date.chars() {
            match part {
                'd' => text.push_str(&format!("{:02}", moment.day())),
                'm' => text.push_str(&format!("{:02}", moment.month())),
                'M' => text.push_str(self.months.get(moment.month0() as usize).unwrap_or(&"")),
                'y' => text.push_str(&moment.year().to_string()),
                other => text.push(other),
            }
        }
        text
    }

    /// `24/10/2025 04:12`; the report says its offset once: see [`Self::times`].
    pub fn date_time(&self, ms: u64, utc_offset_minutes: i32) -> String {
        let moment = moment(ms, utc_offset_minutes);
        format!("{} {:02}:{:02}", self.date(ms, utc_offset_minutes), moment.hour(), moment.minute())
    }

    /// Which times these are.
    pub fn times(&self, utc_offset_minutes: i32) -> String {
        self.times_note.replace("{}", &iso8601::zone(utc_offset_minutes))
    }

    pub fn edition(&self, edition: &ReportEdition) -> String {
        match edition.number {
            Some(number) => {
                let which = if edition.is_final { self.edition_final } else { self.edition_draft };
                format!("{} {number}, {which}", self.version)
            }
            None => self.draft.to_owned(),
        }
    }

    /// How far the hub's time could be trusted.
    pub fn clock(&self, source: TimeSource, contradicted: bool) -> String {
        let known = match source {
            TimeSource::Network => self.clock_network,
            TimeSource::Upstream => self.clock_upstream,
            TimeSource::Person => self.clock_person,
            TimeSource::Tablets => self.clock_tablets,
            TimeSource::Machine => self.clock_machine,
            TimeSource::Kept => self.clock_kept,
        };
        match contradicted {
            true => format!("{known} {}", self.clock_contradicted),
            false => known.to_owned(),
        }
    }

    /// Every figure with its name, in the order in which reports tell them: of modules, then what is counted beside them.
    pub fn figures(&self, figures: &ReportFigures) -> Vec<(&'static str, usize)> {
        let statuses = Status::ALL.map(|status| (self.status(Some(status), false), figures.of(status)));
        let rest = [(self.not_examined, figures.not_examined), (self.pending, figures.pending)];
        statuses.into_iter().chain(rest).collect()
    }
}

fn moment(ms: u64, utc_offset_minutes: i32) -> DateTime<chrono::Utc> {
    let ms = i64::try_from(ms).unwrap_or_default().saturating_add(i64::from(utc_offset_minutes) * 60_000);
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}
