//! What a device's file says, before anybody has said which string a number is: measurements, and lines that could not be read.
//!
//! Filled by `pvserv` and `table`, given out by `read`; calls nothing.

use std::collections::{BTreeMap, HashMap};

use super::Measurement;
use crate::domain::codes::codes;

/// More than anybody measures in a night.
pub(super) const MOST: usize = 20_000;

codes! {
    /// What is wrong with a block or row, in a word that never changes; the page has a text for each.
    MeasurementProblem {
        /// A block without its number, or with none that is one.
        NoNumber = "no_number",
        /// Neither values nor points.
        NoValues = "no_values",
        /// What should be a number is none.
        BadValue = "bad_value",
        /// A line that says nothing that is known.
        Unreadable = "unreadable",
        TooMany = "too_many",
        /// Nobody can tell which column is what: name them.
        UnknownColumns = "unknown_columns",
    }
}

/// What a row says of where it was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeasuredAt {
    /// The device counts; which string that is, people say.
    Number(u32),
    String(String),
    Module(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadMeasurement {
    pub line: u64,
    pub at: MeasuredAt,
    pub measurement: Measurement,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineProblem {
    pub line: u64,
    pub code: MeasurementProblem,
    /// What stands there.
    pub text: String,
}

/// All that is in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeasurementFile {
    pub measurements: Vec<ReadMeasurement>,
    pub problems: Vec<LineProblem>,
    /// Of a table: the names of its columns, and what each was taken for.
    pub columns: Vec<(String, Option<String>)>,
    pub device: Option<String>,
}

impl MeasurementFile {
    pub(super) fn wrong(&mut self, line: u64, code: MeasurementProblem, text: &str) {
        // A file of nothing but problems is told by its first ones.
        if self.problems.len() < MOST {
            self.problems.push(LineProblem { line, code, text: text.chars().take(60).collect() });
        }
    }

    /// Says of each which one with its number it is.
    pub(super) fn count_takes(&mut self) {
        let mut takes: HashMap<String, u32> = HashMap::new();
        for one in &mut self.measurements {
            let of = match &one.at {
                MeasuredAt::Number(number) => format!("n{number}"),
                MeasuredAt::String(text) => format!("s{text}"),
                MeasuredAt::Module(text) => format!("m{text}"),
            };
            let take = takes.entry(format!("{} {of}", one.measurement.kind.as_str())).or_default();
            *take += 1;
            one.measurement.take = (*take > 1).then_some(*take);
        }
    }
}

/// Which column of a table is what, by the names of `FIELDS`, `string`, `module`, `number`, `date`, `time`: said once for a device.
pub type ColumnNames = BTreeMap<String, String>;

/// Lines with their numbers, however they end, also where a file has them one way here and another there.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let mut rest = Some(text);
    let all = std::iter::from_fn(move || {
        let left = rest?;
        let Some(end) = left.find(['\r', '\n']) else {
            rest = None;
            return Some(left);
        };
        let ends = if left[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = Some(&left[end + ends..]);
        Some(&left[..end])
    });
    (1..).zip(all)
}
