//! Measurements in a report (I-V curves, insulation): of which string or module each is, its values, its verdict, and the limits that it was held against.
//!
//! Gathered by `gather` from an audit's state; `html`, `xlsx`, `json` and `pdf` write it down by the lines that are made here, so that they say the
//! same. Calls `domain::measurement` for the verdict.

#[cfg(test)]
pub(super) mod tests;
pub mod words;

use std::cmp::Ordering;

use super::{Report, ReportModule, ReportString, ReportWords};
use crate::domain::audit::AuditState;
use crate::domain::measurement::judge::{Judgement, MeasurementLimits, MeasurementVerdict};
use crate::domain::measurement::{FIELDS, LIMITS, Measurement, MeasurementKind, is_measurement};
use crate::domain::property::{PropertyOf, PropertyState};
use words::MeasurementWords;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportMeasurements {
    pub limits: MeasurementLimits,
    /// In the order of strings, those of its modules after a string's own.
    pub rows: Vec<ReportMeasurement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportMeasurement {
    /// Which of the report's strings it is of, or is in.
    pub string: usize,
    /// Which of the report's modules. `None`: it is of the string.
    pub module: Option<usize>,
    pub measurement: Measurement,
    /// `None`: nothing of it has a limit.
    pub judgement: Option<Judgement>,
}

/// A measurement in words, as every form of the report says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasuredLine {
    pub place: String,
    /// Its kind, and its number on the device.
    pub what: String,
    pub values: String,
    pub verdict: &'static str,
    /// `FF < 0.9`.
    pub beyond: String,
}

/// How many have which verdict, in the order in which they are told; `None`: without a limit.
pub type VerdictCounts = [(Option<MeasurementVerdict>, usize); 5];

/// `None`: there are none.
pub(super) fn of(
    state: &AuditState,
    strings: &[ReportString],
    modules: &[ReportModule],
) -> Option<ReportMeasurements> {
    let limits = MeasurementLimits::of(state.properties().audit().and_then(|known| known.get(LIMITS)));
    let mut rows = Vec::new();
    for (string, of) in strings.iter().enumerate() {
        let mut add = |module: Option<usize>, known: Option<&PropertyState>| {
            let named = known.into_iter().flat_map(PropertyState::values);
            let read = named.filter(|(name, ..)| is_measurement(name));
            let mut all: Vec<Measurement> =
                read.filter_map(|(_, value, _)| Measurement::from_value(value)).collect();
            all.sort_by(|a, b| a.order().partial_cmp(&b.order()).unwrap_or(Ordering::Equal));
            rows.extend(all.into_iter().map(|measurement| ReportMeasurement {
                string,
                module,
                judgement: limits.judge(&measurement),
                measurement,
            }));
        };
        if of.number > 0 {
            add(None, state.property(&PropertyOf::String(of.number)));
        }
        for at in of.modules.clone() {
            let id = modules.get(at).map(|module| &module.id);
            add(Some(at), id.and_then(|id| state.property_of_module(id)));
        }
    }
    (!rows.is_empty()).then_some(ReportMeasurements { limits, rows })
}

impl ReportMeasurements {
    pub fn counts(&self) -> VerdictCounts {
        use MeasurementVerdict::{Bad, Failed, Look, Ok};
        [Some(Ok), Some(Look), Some(Bad), Some(Failed), None].map(|verdict| {
            let has = |row: &&ReportMeasurement| row.judgement.as_ref().map(|one| one.verdict) == verdict;
            (verdict, self.rows.iter().filter(has).count())
        })
    }

    /// The same in words, those that there are.
    pub fn counted(&self, words: &'static ReportWords) -> Vec<(&'static str, usize)> {
        let own = MeasurementWords::of(words.tag);
        let counts = self.counts().into_iter().filter(|(_, count)| *count > 0);
        counts.map(|(verdict, count)| (own.verdict(verdict), count)).collect()
    }

    /// The limits, a line for each thing that is measured: `Dark I-V curve: bad FF < 0.9, …`.
    pub fn limit_lines(&self, words: &'static ReportWords) -> Vec<String> {
        let own = MeasurementWords::of(words.tag);
        let (rules, (colon, semicolon)) = (self.limits.rules(), signs(words));
        let kinds = [MeasurementKind::DarkIv, MeasurementKind::Diode, MeasurementKind::Insulation];
        let line = |kind: MeasurementKind| {
            let of_kind =
                rules.iter().filter(|rule| rule.kind.unwrap_or(MeasurementKind::Insulation) == kind);
            let said = of_kind.map(|rule| {
                let limit = words.decimal(&rule.limit.to_string());
                let (sign, unit) = (if rule.under { "<" } else { ">" }, spaced(unit(rule.field)));
                let (field, verdict) = (own.field(rule.field), own.verdict(Some(rule.verdict)));
                format!("{field} {sign} {limit}{unit}{colon}{verdict}")
            });
            format!("{} – {}", own.kind(kind), said.collect::<Vec<_>>().join(semicolon))
        };
        kinds.into_iter().map(line).collect()
    }
}

/// Colon and semicolon between texts: French has a space before them, at which no line ends.
pub fn signs(words: &ReportWords) -> (&'static str, &'static str) {
    if words.tag == "fr" { ("\u{a0}: ", "\u{a0}; ") } else { (": ", "; ") }
}

fn unit(field: &str) -> &'static str {
    FIELDS.iter().find(|(name, _)| *name == field).map_or("", |(_, unit)| unit)
}

fn spaced(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" {unit}") }
}

impl ReportMeasurement {
    pub fn verdict(&self) -> Option<MeasurementVerdict> {
        self.judgement.as_ref().map(|judgement| judgement.verdict)
    }

    pub fn line(&self, report: &Report, words: &'static ReportWords) -> MeasuredLine {
        let own = MeasurementWords::of(words.tag);
        let string = report.strings.get(self.string);
        let of_string = match string {
            Some(ReportString { name: Some(name), .. }) => name.clone(),
            Some(ReportString { number, .. }) if *number > 0 => format!("{} {number}", words.string),
            _ => words.nowhere_placed.to_owned(),
        };
        let place = match self.module.and_then(|at| report.modules.get(at)) {
            Some(module) => module.called().to_owned(),
            None => of_string,
        };
        let Measurement { kind, number, take, ref values, .. } = self.measurement;
        let numbered = number.map(|number| own.number.replace("{}", &number.to_string()));
        let again = take.map(|take| own.again.replace("{}", &take.to_string()));
        let what = [Some(own.kind(kind).to_owned()), numbered, again];
        let known = FIELDS.iter().filter_map(|(name, _)| values.get_key_value(*name));
        let others = values.iter().filter(|(name, _)| FIELDS.iter().all(|(known, _)| known != name));
        let value = |(name, value): (&String, &String)| {
            format!("{} {}{}", own.field(name), words.decimal(value), spaced(unit(name)))
        };
        let mut said: Vec<String> = known.chain(others).map(value).collect();
        said.extend(self.per_module(string).map(|volts| {
            let volts = words.decimal(&format!("{volts:.1}"));
            own.per_module.replace("{}", &volts)
        }));
        let beyond = self.judgement.iter().flat_map(|judgement| &judgement.beyond).map(|one| {
            let limit = words.decimal(&one.limit.to_string());
            format!("{} {} {limit}", own.field(one.field), if one.under { "<" } else { ">" })
        });
        MeasuredLine {
            place,
            what: what.into_iter().flatten().collect::<Vec<_>>().join(", "),
            values: said.join(", "),
            verdict: own.verdict(self.verdict()),
            beyond: beyond.collect::<Vec<_>>().join(", "),
        }
    }

    /// Forward voltage by module: what is compared with other strings.
    fn per_module(&self, string: Option<&ReportString>) -> Option<f64> {
        let modules = u32::try_from(string?.modules.len()).ok().filter(|modules| *modules > 1)?;
        let whole = self.measurement.kind == MeasurementKind::DarkIv && self.module.is_none();
        let volts = self.measurement.reading("uf").filter(|_| whole)?.number();
        Some(volts / f64::from(modules))
    }

    /// Its curve within a drawing of that size, from the upper left corner; `None`: it has none.
    pub fn curve(&self, width: f64, height: f64) -> Option<MeasuredCurve> {
        let points = &self.measurement.points;
        if points.len() < 2 {
            return None;
        }
        let ends = |at: usize, from: f64| {
            let values = points.iter().filter_map(|point| point.get(at));
            values.fold((from, from), |(low, high), value| (low.min(*value), high.max(*value)))
        };
        let first = points.first().map_or(0.0, |point| point[0]);
        let ((from, to), (low, high)) = (ends(0, first), ends(1, 0.0));
        let share =
            |value: f64, from: f64, to: f64| if to > from { (value - from) / (to - from) } else { 0.5 };
        let place = |[u, i]: &[f64; 2]| (share(*u, from, to) * width, height - share(*i, low, high) * height);
        Some(MeasuredCurve { line: points.iter().map(place).collect(), from, to, low, high })
    }
}

/// A curve in a drawing, and what its axes end with: volts and amperes.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredCurve {
    pub line: Vec<(f64, f64)>,
    pub from: f64,
    pub to: f64,
    pub low: f64,
    pub high: f64,
}
