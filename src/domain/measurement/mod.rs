//! Measurement of a string or module by a device (dark I-V curve, insulation, open-circuit voltage): what was read, and how it lies in
//! one property.
//!
//! `read` makes them of a device's file, `proposal` finds their strings, `judge` holds them against limits. Each is the value of a property
//! of its own: the property's name is made of the value, so that the same file again sets nothing new and a second try is kept beside the first.

pub mod decimal;
pub mod file;
pub mod judge;
pub mod proposal;
pub mod pvserv;
pub mod read;
pub mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::photo::BlobHash;

/// Names of properties that hold one.
const PREFIX: &str = "measurement_";
/// What people typed of a thing: one, and the last one shows.
pub const TYPED: &str = "measurement_typed";
/// Settings of the audit.
pub const LIMITS: &str = "measurement_limits";
pub const COLUMNS: &str = "measurement_columns";

/// Fields by the words of the trade, each with its unit.
pub const FIELDS: [(&str, &str); 15] = [
    ("ff", ""),
    ("rds", "Ω"),
    ("rs", "Ω"),
    ("rsh", "Ω"),
    ("uf", "V"),
    ("voc", "V"),
    ("isc", "A"),
    ("vmpp", "V"),
    ("impp", "A"),
    ("pmax", "W"),
    ("riso", "MΩ"),
    ("viso", "V"),
    ("rpe", "Ω"),
    ("irradiance", "W/m²"),
    ("module_temperature", "°C"),
];

/// Characters of a property's value, with some room.
const MAX_VALUE: usize = 3_900;
const MAX_POINTS: usize = 200;
const MAX_TEXT: usize = 80;
/// Characters of a number.
const MAX_NUMBER: usize = 24;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasurementKind {
    /// Forward I-V curve of a whole string in the dark.
    DarkIv,
    /// The same of a bypass diode.
    Diode,
    /// Insulation, with voltage and current of the string where the device measures them too.
    Insulation,
    /// Any other.
    #[default]
    Values,
    /// By hand.
    Typed,
    /// What a later version knows.
    #[serde(other)]
    Later,
}

impl MeasurementKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DarkIv => "dark_iv",
            Self::Diode => "diode",
            Self::Insulation => "insulation",
            Self::Values => "values",
            Self::Typed => "typed",
            Self::Later => "later",
        }
    }
}

/// What a device, or somebody, measured once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    pub kind: MeasurementKind,
    /// As the device numbered it.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// The how manieth with that number in its file; the first does not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    #[serde(rename = "serial", default, skip_serializing_if = "Option::is_none")]
    pub device_serial: Option<String>,
    /// By the device's clock, as it said it; `2025-10-14T22:07:10` where that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// `bright` or `dark`, as the device said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<String>,
    /// Decimals with a point, by the names of [`FIELDS`]; `>200`: above what the device can measure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Of the curve: volts and amperes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<[f64; 2]>,
}

// No point is NaN: JSON and files have none.
impl Eq for Measurement {}

/// Whether a property of this name holds a measurement.
pub fn is_measurement(name: &str) -> bool {
    name.starts_with(PREFIX) && name != LIMITS && name != COLUMNS
}

impl Measurement {
    /// `None`: it is out of form, or of a later version.
    pub fn from_value(value: &str) -> Option<Self> {
        let found: Self = serde_json::from_str(value).ok()?;
        found.form().is_ok().then_some(found)
    }

    /// What is wrong with it.
    pub fn form(&self) -> Result<(), String> {
        if self.points.len() > MAX_POINTS || self.points.iter().flatten().any(|one| !one.is_finite()) {
            return Err(format!("a curve has at most {MAX_POINTS} points, two numbers each"));
        }
        let texts = [&self.device, &self.device_serial, &self.at, &self.light];
        if texts.into_iter().flatten().any(|text| text.chars().count() > MAX_TEXT) {
            return Err(format!("texts have at most {MAX_TEXT} characters"));
        }
        if self.values.is_empty() && self.points.is_empty() {
            return Err("a measurement has values or points".to_owned());
        }
        for (name, value) in &self.values {
            let good = value.len() <= MAX_NUMBER && decimal::DecimalReading::parse(value).is_some();
            if FIELDS.iter().any(|(known, _)| known == name) && !good {
                return Err(format!("{name} is a decimal with a point, such as 0.95 or >200"));
            }
        }
        Ok(())
    }

    /// As it lies in a property. A long curve is thinned until it fits: its first and last points stay, and those between are real ones.
    pub fn to_value(&self) -> String {
        let mut whole = self.clone();
        for text in [&mut whole.device, &mut whole.device_serial, &mut whole.at, &mut whole.light] {
            *text = text.take().map(|text| short(&text)).filter(|text| !text.is_empty());
        }
        loop {
            if whole.points.len() <= MAX_POINTS {
                let value = serde_json::to_string(&whole).unwrap_or_default();
                if value.chars().count() <= MAX_VALUE || whole.points.is_empty() {
                    return value;
                }
            }
            let last = whole.points.len().saturating_sub(1);
            let mut at = 0;
            whole.points.retain(|_| {
                at += 1;
                (at - 1) % 2 == 0 || at - 1 == last
            });
            if whole.points.len() <= 2 {
                whole.points.clear();
            }
        }
    }

    /// The property that holds `value`: of what it says, whatever it is of.
    pub fn property_name(&self, value: &str) -> String {
        if self.kind == MeasurementKind::Typed {
            return TYPED.to_owned();
        }
        let digest = BlobHash::of(value.as_bytes()).to_string();
        format!("{PREFIX}{}_{}", self.kind.as_str(), digest.get(..12).unwrap_or_default())
    }

    pub fn reading(&self, field: &str) -> Option<decimal::DecimalReading> {
        self.values.get(field).and_then(|value| decimal::DecimalReading::parse(value))
    }

    /// In which order those of one thing are told.
    pub fn order(&self) -> impl Ord + '_ {
        (self.kind, self.at.as_deref(), self.number, self.take)
    }
}

/// Of a text that somebody's device wrote, what is kept.
fn short(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(MAX_TEXT).collect::<String>().trim().to_owned()
}
