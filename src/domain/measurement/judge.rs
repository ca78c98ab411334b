//! Limits of measurements, and the verdict on one: fine, to be looked at, bad, or the measurement itself failed.
//!
//! Called by the import's proposal, the report, and in the same way by the page (web/src/domain/measurement.ts; one list of cases holds both).
//! The limits are settings of the audit; without them they are those of the crews that asked for this.

use serde::{Deserialize, Serialize};

use super::decimal::DecimalReading;
use super::{Measurement, MeasurementKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasurementVerdict {
    Ok,
    Look,
    Bad,
    /// It says nothing of the string: a fill factor that cannot be.
    Failed,
}

impl MeasurementVerdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Look => "look",
            Self::Bad => "bad",
            Self::Failed => "failed",
        }
    }
}

/// What a measurement is held against. Kept as JSON of those that are not the usual ones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MeasurementLimits {
    pub string_ff_look: f64,
    pub string_ff_bad: f64,
    pub string_rds_look: f64,
    pub string_rds_bad: f64,
    pub diode_ff_look: f64,
    pub diode_ff_bad: f64,
    pub diode_rds_most: f64,
    pub diode_rds_least: f64,
    pub riso_least: f64,
}

impl Eq for MeasurementLimits {}

impl Default for MeasurementLimits {
    fn default() -> Self {
        Self {
            string_ff_look: 0.93,
            string_ff_bad: 0.90,
            string_rds_look: 20.0,
            string_rds_bad: 25.0,
            diode_ff_look: 0.80,
            diode_ff_bad: 0.70,
            diode_rds_most: 3.0,
            diode_rds_least: 0.5,
            riso_least: 1.0,
        }
    }
}

/// Which values of which kind are held against which limit: `under` or over it, and what that means.
#[derive(Debug, Clone, Copy)]
pub struct LimitRule {
    pub kind: Option<MeasurementKind>,
    pub field: &'static str,
    pub under: bool,
    pub limit: f64,
    pub verdict: MeasurementVerdict,
}

impl MeasurementLimits {
    /// `None`: it is out of form.
    pub fn from_value(value: &str) -> Option<Self> {
        // serde would take a list for a struct.
        let limits: Self =
            value.trim_start().starts_with('{').then(|| serde_json::from_str(value).ok())??;
        limits.all().iter().all(|limit| limit.is_finite() && (0.0..=1e6).contains(limit)).then_some(limits)
    }

    /// Those of an audit; what cannot be read is as if nobody had set it.
    pub fn of(value: Option<&str>) -> Self {
        value.and_then(Self::from_value).unwrap_or_default()
    }

    fn all(&self) -> [f64; 9] {
        [
            self.string_ff_look,
            self.string_ff_bad,
            self.string_rds_look,
            self.string_rds_bad,
            self.diode_ff_look,
            self.diode_ff_bad,
            self.diode_rds_most,
            self.diode_rds_least,
            self.riso_least,
        ]
    }

    /// In the order in which they are told; of one value the worse first.
    pub fn rules(&self) -> [LimitRule; 9] {
        use MeasurementVerdict::{Bad, Look};
        let rule = |kind, field, under, limit, verdict| LimitRule { kind, field, under, limit, verdict };
        let (string, diode) = (Some(MeasurementKind::DarkIv), Some(MeasurementKind::Diode));
        [
            rule(string, "ff", true, self.string_ff_bad, Bad),
            rule(string, "ff", true, self.string_ff_look, Look),
            rule(string, "rds", false, self.string_rds_bad, Bad),
            rule(string, "rds", false, self.string_rds_look, Look),
            rule(diode, "ff", true, self.diode_ff_bad, Bad),
            rule(diode, "ff", true, self.diode_ff_look, Look),
            rule(diode, "rds", false, self.diode_rds_most, Look),
            rule(diode, "rds", true, self.diode_rds_least, Look),
            rule(None, "riso", true, self.riso_least, Bad),
        ]
    }

    /// `None`: there is nothing in it that has a limit.
    pub fn judge(&self, measurement: &Measurement) -> Option<Judgement> {
        if let Some(DecimalReading::Exactly(ff)) = measurement.reading("ff")
            && !(0.0..=1.0).contains(&ff)
        {
            let beyond =
                vec![BeyondLimit { field: "ff", under: ff < 0.0, limit: f64::from(u8::from(ff > 1.0)) }];
            return Some(Judgement { verdict: MeasurementVerdict::Failed, beyond });
        }
        let mut judged: Option<Judgement> = None;
        for rule in self.rules() {
            if rule.kind.is_some_and(|kind| kind != measurement.kind) {
                continue;
            }
            let Some(reading) = measurement.reading(rule.field) else { continue };
            let judgement =
                judged.get_or_insert(Judgement { verdict: MeasurementVerdict::Ok, beyond: Vec::new() });
            let beyond = if rule.under { reading.is_under(rule.limit) } else { reading.is_over(rule.limit) };
            let verdict = match beyond {
                Some(true) => rule.verdict,
                // Above or below the device's range, on this side of the limit: nobody knows.
                None => MeasurementVerdict::Look,
                Some(false) => continue,
            };
            judgement.verdict = judgement.verdict.max(verdict);
            if judgement.beyond.iter().all(|told| told.field != rule.field) {
                let LimitRule { field, under, limit, .. } = rule;
                judgement.beyond.push(BeyondLimit { field, under, limit });
            }
        }
        judged
    }
}

/// What came of holding a measurement against the limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    pub verdict: MeasurementVerdict,
    /// Which limits it is beyond.
    pub beyond: Vec<BeyondLimit>,
}

impl Eq for Judgement {}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BeyondLimit {
    pub field: &'static str,
    pub under: bool,
    pub limit: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page is held by the same list (web/test/measurement.test.ts).
    #[test]
    fn verdicts_are_those_of_the_list_that_the_page_goes_by_too() {
        let cases = include_str!("../../../tests/fixtures/measurement-verdicts.json");
        let cases: Vec<serde_json::Value> = serde_json::from_str(cases).unwrap();
        assert!(cases.len() > 15);
        for case in cases {
            let measurement = Measurement::from_value(&case["measurement"].to_string()).unwrap();
            let limits = MeasurementLimits::of(
                case["limits"].is_object().then(|| case["limits"].to_string()).as_deref(),
            );
            let judged = limits.judge(&measurement);
            let verdict = judged.as_ref().map(|judged| judged.verdict.as_str());
            assert_eq!(verdict, case["verdict"].as_str(), "{case}");
            let told = judged.map(|judged| judged.beyond).unwrap_or_default();
            let told: Vec<_> = told
                .iter()
                .map(|one| format!("{} {} {}", one.field, if one.under { "<" } else { ">" }, one.limit))
                .collect();
            assert_eq!(serde_json::json!(told), case["beyond"], "{case}");
        }
    }

    #[test]
    fn limits_that_cannot_be_read_are_the_usual_ones() {
        let own = MeasurementLimits::of(Some(r#"{"riso_least":5,"later":true}"#));
        assert_eq!(own, MeasurementLimits { riso_least: 5.0, ..MeasurementLimits::default() });
        for wrong in ["", "[]", r#"{"riso_least":"x"}"#, r#"{"riso_least":-1}"#, r#"{"riso_least":1e9}"#] {
            assert_eq!(MeasurementLimits::from_value(wrong), None, "{wrong}");
        }
    }
}
