//! What a report says of properties: severity, serial numbers, why something was not examined, current on strings, conditions and people.
//!
//! Called by `gather`; calls the audit's state. What is out of form is left out: a later version may mean something by it.

use serde::Deserialize;

use super::words::CONDITIONS;
use super::{
    ReportConditions, ReportEquipment, ReportModule, ReportParticipant, ReportSession, ReportSeverity,
};
use crate::domain::audit::AuditState;
use crate::domain::property::sessions::{PastSession, is_session};
use crate::domain::property::{PropertyOf, PropertyState};

/// Lightest first.
const KOENTGES: [&str; 3] = ["A", "B", "C"];
const FIVE: [&str; 5] = ["1", "2", "3", "4", "5"];

fn text(state: &PropertyState, name: &str) -> Option<String> {
    state.get(name).map(str::to_owned)
}

/// What is set of a module; why its string was not examined holds for those of it that nobody did.
pub(super) fn of_module(state: &AuditState, module: &mut ReportModule, string_missed: Option<&str>) {
    if let Some(known) = state.property_of_module(&module.id) {
        module.severity = text(known, "severity");
        module.action = text(known, "action");
        module.serial = text(known, "serial");
        module.not_examined = text(known, "not_examined");
        module.conflict |= known.is_contested();
    }
    if module.not_examined.is_none() && module.status.is_none() {
        module.not_examined = string_missed.map(str::to_owned);
    }
}

/// What is set of a string.
#[derive(Default)]
pub(super) struct KnownString {
    pub not_examined: Option<String>,
    pub session: Option<ReportSession>,
    pub sessions_before: Vec<ReportSession>,
}

/// Why a string was not examined, and when it had current.
pub(super) fn of_string(state: &AuditState, number: u16) -> KnownString {
    let Some(known) = state.property(&PropertyOf::String(number)) else { return KnownString::default() };
    let time = |name| known.get(name).and_then(|digits| digits.parse().ok());
    let session = ReportSession {
        from_ms: time("energised_from"),
        to_ms: time("energised_to"),
        current_a: text(known, "current_a"),
        voltage_v: text(known, "voltage_v"),
    };
    let before = known.values().filter(|(name, ..)| is_session(name));
    let mut before: Vec<PastSession> =
        before.filter_map(|(_, value, _)| PastSession::of_value(value)).collect();
    before.sort_by_key(|past| (past.from, past.to));
    let past = |PastSession { from, to, current_a, voltage_v }: PastSession| ReportSession {
        from_ms: Some(from),
        to_ms: Some(to),
        current_a,
        voltage_v,
    };
    KnownString {
        not_examined: text(known, "not_examined"),
        session: (session != ReportSession::default()).then_some(session),
        sessions_before: before.into_iter().map(past).collect(),
    }
}

#[derive(Deserialize)]
struct ParticipantJson {
    name: String,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    qualification: Option<String>,
}

#[derive(Deserialize)]
struct EquipmentJson {
    kind: String,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    serial: Option<String>,
    #[serde(default)]
    calibrated_on: Option<String>,
}

#[derive(Deserialize)]
struct ScaleJson {
    keys: Vec<ScaleKeyJson>,
}

#[derive(Deserialize)]
struct ScaleKeyJson {
    key: String,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    action: Option<String>,
}

fn listed<T: for<'a> Deserialize<'a>>(state: &PropertyState, name: &str) -> Vec<T> {
    state.get(name).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// What is set of the audit itself.
pub(super) fn conditions(state: &AuditState) -> Option<ReportConditions> {
    let known = state.properties().audit()?;
    let values = CONDITIONS.iter().filter_map(|name| Some(((*name).to_owned(), text(known, name)?)));
    let people = listed::<ParticipantJson>(known, "people").into_iter().map(|one| ReportParticipant {
        name: one.name,
        role: one.role,
        qualification: one.qualification,
    });
    let equipment = listed::<EquipmentJson>(known, "equipment").into_iter().map(|one| ReportEquipment {
        kind: one.kind,
        model: one.model,
        serial: one.serial,
        calibrated_on: one.calibrated_on,
    });
    let conditions = ReportConditions {
        values: values.collect(),
        people: people.collect(),
        equipment: equipment.collect(),
    };
    (conditions != ReportConditions::default()).then_some(conditions)
}

/// The audit's scale, where anything is graded.
pub(super) fn severities(state: &AuditState, modules: &[ReportModule]) -> Option<Vec<ReportSeverity>> {
    if modules.iter().all(|module| module.severity.is_none()) {
        return None;
    }
    let plain = |keys: &[&str]| {
        let plain = |key: &&str| ReportSeverity { key: (*key).to_owned(), label: None, action: None };
        keys.iter().map(plain).collect::<Vec<_>>()
    };
    let scale = state.properties().audit().and_then(|known| known.get("severity_scale"));
    Some(match scale {
        None | Some("koentges") => plain(&KOENTGES),
        Some("five") => plain(&FIVE),
        Some(json) => {
            let own = serde_json::from_str::<ScaleJson>(json).map(|scale| scale.keys).unwrap_or_default();
            let key =
                |one: ScaleKeyJson| ReportSeverity { key: one.key, label: one.label, action: one.action };
            own.into_iter().map(key).collect()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{night, report_of};
    use crate::domain::op::{Body, Outcome};
    use crate::domain::property::{Property, PropertyOf};
    use crate::domain::report::ReportLanguage;
    use crate::domain::report::lines;
    use crate::domain::{ModuleId, Seen, Status};

    fn set(of: PropertyOf, values: &[(&str, &str)]) -> Body {
        let own =
            values.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))).collect();
        Body::Property(Box::new(Property::new(of, own)))
    }

    fn module(id: &str) -> PropertyOf {
        PropertyOf::Module(ModuleId::parse(id).unwrap())
    }

    #[test]
    fn what_is_known_beside_marks_is_in_the_report() {
        let mut log = night();
        log.add(1, set(module("M002"), &[("severity", "B"), ("action", "claim"), ("serial", "SN-42")]));
        log.add(1, set(module("M003"), &[("not_examined", "shade")]));
        let string = [
            ("not_examined", "no_power"),
            ("energised_from", "1761272532000"),
            ("current_a", "3.5"),
            ("session_30", r#"{"from":30,"to":40,"voltage_v":"784"}"#),
            ("session_10", r#"{"from":10,"to":20,"current_a":"3.4"}"#),
            ("session_50", "later"),
        ];
        log.add(2, set(PropertyOf::String(2), &string));
        let people = r#"[{"name":"Léa","role":"Lead","qualification":"EL 2"},{"name":"Omar"}]"#;
        let audit = [
            ("weather", "dry"),
            ("temperature_c", "-2.5"),
            ("method", "EL"),
            ("people", people),
            ("equipment", "no JSON"),
        ];
        log.add(1, set(PropertyOf::Audit, &audit));
        let report = report_of(&log.0);
        let found = &report.modules[1];
        let known = [&found.severity, &found.action, &found.serial].map(|one| one.as_deref().unwrap());
        assert_eq!(known, ["B", "claim", "SN-42"]);
        // M003 by itself, M004 and M005 with their string.
        assert_eq!((report.figures.not_examined, report.figures.pending), (3, 0));
        let session = report.strings[1].session.as_ref().unwrap();
        assert_eq!((session.from_ms, session.current_a.as_deref()), (Some(1_761_272_532_000), Some("3.5")));
        let all: Vec<_> = report.strings[1].sessions().map(|one| (one.from_ms, one.to_ms)).collect();
        let expected = [(Some(10), Some(20)), (Some(30), Some(40)), (Some(1_761_272_532_000), None)];
        assert_eq!(all, expected);
        let words = ReportLanguage::Fr.words();
        let said = lines::conditions(&report, words);
        let said: Vec<_> = said.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(said, [("Méthode", "EL"), ("Météo", "dry"), ("Température (°C)", "-2,5")]);
        let conditions = report.conditions.as_ref().unwrap();
        assert_eq!((conditions.people.len(), conditions.equipment.len()), (2, 0));
        assert_eq!(report.severities.as_ref().unwrap().len(), 3);
        assert_eq!(lines::claims(&report, words), (words.claims_marked, vec![1]));
        assert_eq!(report.crew[0].marks, 2, "a property is no mark");
    }

    /// Marked all the same: it was examined, whatever was said before.
    #[test]
    fn who_marks_a_module_of_a_string_that_was_left_out_has_examined_it() {
        let mut log = night();
        log.add(2, set(PropertyOf::String(2), &[("not_examined", "no_power")]));
        log.mark(2, "M005", Status::Ok, None);
        let report = report_of(&log.0);
        assert_eq!((report.figures.not_examined, report.figures.examined()), (1, 4));
        assert_eq!(report.modules[4].not_examined, None);
    }

    /// Over what else is said of a module as over its status; and how it ended.
    #[test]
    fn who_disagrees_over_a_property_is_counted_and_the_history_has_both() {
        let mut log = night();
        for (who, grade) in [(1, "A"), (2, "C")] {
            let op = log.add(who, set(module("M001"), &[("severity", grade), ("weather", "dry")]));
            op.outcome = if who == 2 { Outcome::Conflict } else { Outcome::Applied };
        }
        let report = report_of(&log.0);
        assert_eq!(report.figures.conflicts, 2, "M002 by its mark, M001 by its severity");
        assert!(report.modules[0].conflict);
        let contested = &report.contested[0];
        assert_eq!((contested.module, contested.open), (0, true));
        let words = ReportLanguage::Fr.words();
        let said: Vec<_> = contested.steps.iter().map(|step| lines::step(step, words)).collect();
        assert_eq!(said, ["OK", "Gravité A", "Gravité C"]);
        assert!(contested.steps[2].contradicts && !contested.steps[1].contradicts);
        // Whoever has seen both decides.
        let mut seen = Seen::default();
        log.0.iter().for_each(|op| seen.add(op.stamp));
        log.add(1, set(module("M001"), &[("severity", "C")])).base = seen;
        let report = report_of(&log.0);
        assert_eq!((report.figures.conflicts, report.contested[0].open), (1, false));
    }
}
