//! Names of properties that this version knows, what each is of, and the form of its values (validation).
//!
//! Called for what tablets send. What another hub sends is not looked at by this: it may know more names and values.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::PropertyOf;
use super::sessions::{PastSession, is_session};
use crate::domain::id::Invalid;
use crate::domain::measurement::judge::MeasurementLimits;
use crate::domain::measurement::{self, Measurement};
use crate::domain::stamp::LATEST_MS;

pub const SEVERITY: &str = "severity";
pub const ACTION: &str = "action";
pub const SERIAL: &str = "serial";
pub const NOT_EXAMINED: &str = "not_examined";

/// What people disagree on: two values of these that did not know of each other are a conflict. Of others the last one shows.
pub const CONTESTED: [&str; 4] = [SEVERITY, ACTION, SERIAL, NOT_EXAMINED];

pub const ACTIONS: [&str; 4] = ["watch", "replace", "claim", "urgent"];
/// Why something was not examined; other words are as good.
pub const REASONS: [&str; 6] = ["shade", "no_access", "no_power", "weather", "no_time", "missing"];
const SCALES: [&str; 2] = ["koentges", "five"];
const MAX_SEVERITY: usize = 16;
const MAX_REASON: usize = 200;
/// People, and pieces of equipment.
const MOST_LISTED: usize = 50;
/// What the crew chooses from for a comment: as many as there is room for under a thumb.
const MOST_PHRASES: usize = 12;
const MAX_PHRASE: usize = 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SetOf {
    Module,
    ModuleOrString,
    String,
    Audit,
}

type ValueForm = fn(&str) -> Result<(), String>;

const KNOWN: [(&str, SetOf, ValueForm); 27] = [
    (SEVERITY, SetOf::Module, |value| line(value, 1..=MAX_SEVERITY)),
    (ACTION, SetOf::Module, |value| one_of(value, &ACTIONS)),
    (SERIAL, SetOf::Module, |value| line(value, 3..=64)),
    (NOT_EXAMINED, SetOf::ModuleOrString, |value| line(value, 1..=MAX_REASON)),
    ("energised_from", SetOf::String, time),
    ("energised_to", SetOf::String, time),
    ("current_a", SetOf::String, number),
    ("voltage_v", SetOf::String, number),
    ("severity_scale", SetOf::Audit, scale),
    ("inspected_on", SetOf::Audit, date),
    ("weather", SetOf::Audit, any),
    ("temperature_c", SetOf::Audit, number),
    ("method", SetOf::Audit, any),
    ("standards", SetOf::Audit, any),
    ("camera", SetOf::Audit, any),
    ("exposure_s", SetOf::Audit, number),
    ("distance_m", SetOf::Audit, number),
    ("contract", SetOf::Audit, any),
    ("purpose", SetOf::Audit, any),
    ("summary", SetOf::Audit, any),
    ("company", SetOf::Audit, any),
    ("company_address", SetOf::Audit, any),
    ("phrases", SetOf::Audit, phrases),
    ("people", SetOf::Audit, |value| listed::<PersonEntry>(value, |person| &person.name)),
    ("equipment", SetOf::Audit, |value| listed::<EquipmentEntry>(value, |piece| &piece.kind)),
    (measurement::LIMITS, SetOf::Audit, limits),
    (measurement::COLUMNS, SetOf::Audit, columns),
];

/// Whether a value, or that it is taken back, is as this version knows it. A name that it does not know may be anything.
pub fn check(of: &PropertyOf, name: &str, value: Option<&str>) -> Result<(), Invalid> {
    // Each measurement has a name of its own.
    const MEASUREMENT: (SetOf, ValueForm) = (SetOf::ModuleOrString, measured);
    const SESSION: (SetOf, ValueForm) = (SetOf::String, past_session);
    let known = KNOWN.iter().find(|(known, ..)| *known == name).map(|(_, owner, form)| (*owner, *form));
    let known = known.or_else(|| measurement::is_measurement(name).then_some(MEASUREMENT));
    let known = known.or_else(|| is_session(name).then_some(SESSION));
    let Some((owner, form)) = known else { return Ok(()) };
    let wrong = |problem: String| Invalid::new(format!("set.{name}"), problem);
    let (fits, whose) = match owner {
        SetOf::Module => (matches!(of, PropertyOf::Module(_)), "of a module"),
        SetOf::ModuleOrString => (!matches!(of, PropertyOf::Audit), "of a module or a string"),
        SetOf::String => (matches!(of, PropertyOf::String(_)), "of a string"),
        SetOf::Audit => (matches!(of, PropertyOf::Audit), "of the audit itself"),
    };
    if !fits {
        return Err(wrong(format!("it is {whose}")));
    }
    value.map_or(Ok(()), form).map_err(wrong)
}

fn measured(value: &str) -> Result<(), String> {
    let read: Measurement =
        serde_json::from_str(value).map_err(|error| format!("a measurement as JSON: {error}"))?;
    read.form()
}

fn past_session(value: &str) -> Result<(), String> {
    let wrong =
        || r#"a session as JSON: {"from":1780000000000,"to":1780000600000,"current_a":"3.5"}"#.to_owned();
    let PastSession { from, to, current_a, voltage_v } = PastSession::of_value(value).ok_or_else(wrong)?;
    if from > to || to > LATEST_MS {
        return Err(wrong());
    }
    [current_a, voltage_v].iter().flatten().try_for_each(|typed| number(typed))
}

fn limits(value: &str) -> Result<(), String> {
    MeasurementLimits::from_value(value)
        .map(drop)
        .ok_or_else(|| r#"limits as JSON: {"riso_least":1, …}"#.to_owned())
}

fn columns(value: &str) -> Result<(), String> {
    let read: Result<BTreeMap<String, BTreeMap<String, String>>, _> = serde_json::from_str(value);
    read.map(drop).map_err(|_| r#"columns by device: {"X 1":{"voc":"Uoc [V]", …}}"#.to_owned())
}

fn any(_: &str) -> Result<(), String> {
    Ok(())
}

fn line(value: &str, characters: std::ops::RangeInclusive<usize>) -> Result<(), String> {
    let printable = !value.chars().any(char::is_control);
    if printable && characters.contains(&value.chars().count()) && value.trim() == value {
        return Ok(());
    }
    let (least, most) = characters.into_inner();
    Err(format!("{least} to {most} printable characters"))
}

fn one_of(value: &str, words: &[&str]) -> Result<(), String> {
    if words.contains(&value) { Ok(()) } else { Err(words.join(", ")) }
}

fn time(value: &str) -> Result<(), String> {
    let digits = value.bytes().all(|b| b.is_ascii_digit());
    match value.parse::<u64>() {
        Ok(ms) if digits && ms <= LATEST_MS => Ok(()),
        _ => Err("milliseconds since 1970 in UTC, as digits".to_owned()),
    }
}

fn number(value: &str) -> Result<(), String> {
    let digits = |text: &str| (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let positive = value.strip_prefix('-').unwrap_or(value);
    let good = match positive.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(positive),
    };
    if good { Ok(()) } else { Err("a number with a decimal point, such as 3.5".to_owned()) }
}

fn date(value: &str) -> Result<(), String> {
    let wrong = || "a day as 2026-11-30".to_owned();
    let parts: Vec<&str> = value.split('-').collect();
    let [year, month, day] = parts[..] else { return Err(wrong()) };
    let digits = |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return Err(wrong());
    }
    let (Ok(year), Ok(month), Ok(day)) = (year.parse::<u32>(), month.parse::<u32>(), day.parse::<u32>())
    else {
        return Err(wrong());
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    if (1..=days).contains(&day) { Ok(()) } else { Err(wrong()) }
}

fn phrases(value: &str) -> Result<(), String> {
    let all: Vec<String> =
        serde_json::from_str(value).map_err(|_| r#"phrases as a JSON list: ["Broken glass", …]"#)?;
    if !(1..=MOST_PHRASES).contains(&all.len()) {
        return Err(format!("1 to {MOST_PHRASES} phrases"));
    }
    for (at, phrase) in all.iter().enumerate() {
        line(phrase, 1..=MAX_PHRASE).map_err(|problem| format!("a phrase has {problem}"))?;
        if all[..at].contains(phrase) {
            return Err(format!("{phrase} is there twice"));
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct SeverityScale {
    keys: Vec<SeverityKey>,
}

#[derive(Deserialize)]
struct SeverityKey {
    key: String,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    action: Option<String>,
}

fn scale(value: &str) -> Result<(), String> {
    if SCALES.contains(&value) {
        return Ok(());
    }
    let scale: SeverityScale = serde_json::from_str(value)
        .map_err(|_| r#"koentges, five, or {"keys":[{"key":"1","label":"light","action":"watch"}, …]}"#)?;
    if !(2..=9).contains(&scale.keys.len()) {
        return Err("a scale has 2 to 9 keys".to_owned());
    }
    for (at, SeverityKey { key, label, action }) in scale.keys.iter().enumerate() {
        line(key, 1..=MAX_SEVERITY).map_err(|problem| format!("a key has {problem}"))?;
        label.as_deref().map_or(Ok(()), |label| line(label, 0..=MAX_REASON))?;
        action.as_deref().map_or(Ok(()), |action| one_of(action, &ACTIONS))?;
        if scale.keys[..at].iter().any(|other| other.key == *key) {
            return Err(format!("{key} is there twice"));
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read for their form")]
struct PersonEntry {
    name: String,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    qualification: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read for their form")]
struct EquipmentEntry {
    kind: String,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    serial: Option<String>,
    #[serde(default)]
    calibrated_on: Option<String>,
}

fn listed<T: for<'de> Deserialize<'de>>(value: &str, named: fn(&T) -> &String) -> Result<(), String> {
    let all: Vec<T> = serde_json::from_str(value).map_err(|error| format!("a JSON list: {error}"))?;
    if all.len() > MOST_LISTED {
        return Err(format!("at most {MOST_LISTED}"));
    }
    if all.iter().any(|one| named(one).trim().is_empty()) {
        return Err("each has a name".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::ModuleId;

    fn of(name: &str) -> PropertyOf {
        let known = KNOWN.iter().find(|(known, ..)| *known == name).map(|(_, owner, _)| *owner);
        match known.unwrap_or(SetOf::ModuleOrString) {
            SetOf::Module | SetOf::ModuleOrString => PropertyOf::Module(ModuleId::parse("M050").unwrap()),
            SetOf::String => PropertyOf::String(12),
            SetOf::Audit => PropertyOf::Audit,
        }
    }

    #[test]
    fn values_of_known_names_have_their_form() {
        let person = r#"{"name":"Léa","role":"lead"},"#.repeat(50);
        let people = |more: &str| format!("[{person}{more}]");
        let (fifty, more) = (people("").replace(",]", "]"), people(r#"{"name":"Tom"}"#));
        let (longest, longer) = ("é".repeat(200), "é".repeat(201));
        let good = [
            ("severity", "B"),
            ("action", "claim"),
            ("serial", "JKM 550-N/2024"),
            ("not_examined", "no_access"),
            ("not_examined", &longest),
            ("energised_from", "1780000000000"),
            ("current_a", "3.5"),
            ("voltage_v", "784"),
            ("temperature_c", "-2.5"),
            ("severity_scale", "five"),
            ("severity_scale", r#"{"keys":[{"key":"1","label":"light","action":"watch"},{"key":"2"}]}"#),
            ("inspected_on", "2028-02-29"),
            ("weather", "clear\nwind 2 m/s"),
            ("people", &fifty),
            ("equipment", r#"[{"kind":"camera","model":"X","serial":"9","calibrated_on":"2026-01-31"}]"#),
            ("measurement_typed", r#"{"kind":"typed","values":{"voc":"785.1","riso":">200"}}"#),
            ("phrases", r#"["Diode 2 brûlée","Dose ouverte, à refaire"]"#),
            ("measurement_limits", r#"{"string_ff_bad":0.85}"#),
            ("measurement_columns", r#"{"X 1":{"voc":"Uoc [V]"}}"#),
        ];
        for (name, value) in good {
            assert_eq!(check(&of(name), name, Some(value)), Ok(()), "{name} {value}");
            assert_eq!(check(&of(name), name, None), Ok(()));
        }
        let thirteen = serde_json::to_string(&(0..13).map(|n| n.to_string()).collect::<Vec<_>>()).unwrap();
        let wrong = [
            ("severity", "a key of seventeen"),
            ("action", "repair"),
            ("serial", "AB"),
            ("serial", "AB\nCD"),
            ("not_examined", &longer),
            ("energised_to", "2026-11-30"),
            ("energised_to", "+5"),
            ("energised_to", "4102444800001"),
            ("current_a", "3,5"),
            ("current_a", "3."),
            ("current_a", "1e3"),
            ("voltage_v", "--5"),
            ("severity_scale", "six"),
            ("severity_scale", r#"{"keys":[{"key":"1"}]}"#),
            ("severity_scale", r#"{"keys":[{"key":"1"},{"key":"1"}]}"#),
            ("severity_scale", r#"{"keys":[{"key":"1"},{"key":"2","action":"burn"}]}"#),
            ("inspected_on", "2026-02-29"),
            ("inspected_on", "30.11.2026"),
            ("people", &more),
            ("people", r#"[{"role":"lead"}]"#),
            ("people", r#"[{"name":" "}]"#),
            ("equipment", "camera"),
            ("measurement_typed", r#"{"kind":"typed","values":{"voc":"785,1"}}"#),
            ("measurement_dark_iv_0", "785.1"),
            ("phrases", "Diode 2 brûlée"),
            ("phrases", "[]"),
            ("phrases", r#"["a","a"]"#),
            ("phrases", r#"[" a"]"#),
            ("phrases", &thirteen),
            ("measurement_limits", r#"{"string_ff_bad":"low"}"#),
            ("measurement_columns", "voc"),
        ];
        for (name, value) in wrong {
            let error = check(&of(name), name, Some(value)).unwrap_err();
            assert_eq!(error.field, format!("set.{name}"), "{value}");
        }
    }

    #[test]
    fn a_known_name_is_of_its_thing_and_another_of_any() {
        let module = PropertyOf::Module(ModuleId::parse("M050").unwrap());
        let string = PropertyOf::String(12);
        for (of, name) in [
            (&string, "severity"),
            (&PropertyOf::Audit, "not_examined"),
            (&module, "current_a"),
            (&module, "weather"),
        ] {
            assert!(check(of, name, None).is_err(), "{name}");
        }
        assert!(check(&string, "not_examined", Some("shade")).is_ok());
        assert!(check(&string, "bifacial", Some("yes")).is_ok());
        assert!(CONTESTED.iter().all(|name| KNOWN.iter().any(|(known, ..)| known == name)));
    }
}
