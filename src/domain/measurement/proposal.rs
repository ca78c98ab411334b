//! Proposal of an import of measurements: of which string or module each is (number 1 is string 1, unless shifted), and what of it is new.
//!
//! Made by `http` of a file and an audit; calls `photo_import::site` for what people write for a module. Nothing is made here: whoever
//! confirms sets the properties that it names.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::file::{LineProblem, MeasuredAt, MeasurementFile, ReadMeasurement};
use super::judge::{Judgement, MeasurementLimits};
use super::{COLUMNS, LIMITS, Measurement, MeasurementKind, is_measurement};
use crate::domain::audit::AuditState;
use crate::domain::photo_import::site::{Lookup, PhotoSite};
use crate::domain::property::PropertyOf;

/// Which string a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberShift {
    /// So many on.
    By(i64),
    /// The lowest number of the file is this string.
    LowestIs(u16),
}

/// Numbers of which somebody said what they are of.
pub type NumberPlaces = BTreeMap<u32, String>;

/// What becomes of one when it is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposedState {
    New,
    /// It is there already.
    Same,
    /// It is there, of others than now: it is taken back there.
    Moves(Vec<PropertyOf>),
    /// Nobody can tell what it is of.
    Left(UnplacedReason),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnplacedReason {
    NoSuchString,
    NoSuchModule,
    SeveralModules,
    /// A number says nothing of which diode of which module.
    Diode,
}

impl UnplacedReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSuchString => "no_such_string",
            Self::NoSuchModule => "no_such_module",
            Self::SeveralModules => "several_modules",
            Self::Diode => "diode",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedMeasurement {
    pub line: u64,
    pub measurement: Measurement,
    pub of: Option<PropertyOf>,
    /// The property to be set, and its value.
    pub name: String,
    pub value: String,
    pub judgement: Option<Judgement>,
    pub state: ProposedState,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeasurementProposal {
    pub rows: Vec<ProposedMeasurement>,
    pub problems: Vec<LineProblem>,
    pub columns: Vec<(String, Option<String>)>,
    pub device: Option<String>,
    /// What was added to the numbers.
    pub shift: i64,
}

/// What an audit has already, and its settings.
#[derive(Debug, Default)]
pub struct MeasuredSite {
    pub site: PhotoSite,
    /// By the property that holds it: what it is of.
    pub held: HashMap<String, Vec<PropertyOf>>,
    pub limits: MeasurementLimits,
    /// Columns that people have named, by device.
    pub columns: BTreeMap<String, super::file::ColumnNames>,
}

impl MeasuredSite {
    pub fn of(state: &AuditState) -> Self {
        let mut held: HashMap<String, Vec<PropertyOf>> = HashMap::new();
        for (of, known) in state.properties().iter() {
            let names = known.values().map(|(name, ..)| name).filter(|name| is_measurement(name));
            for name in names {
                held.entry(name.to_owned()).or_default().push(of.clone());
            }
        }
        let own = |name: &str| state.properties().audit().and_then(|known| known.get(name));
        let columns = own(COLUMNS).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        Self { site: PhotoSite::of(state), held, limits: MeasurementLimits::of(own(LIMITS)), columns }
    }
}

pub fn propose(
    file: MeasurementFile,
    here: &MeasuredSite,
    shift: NumberShift,
    places: &NumberPlaces,
) -> MeasurementProposal {
    let shift = match shift {
        NumberShift::By(by) => by,
        NumberShift::LowestIs(string) => {
            let counted = file.measurements.iter().filter_map(|one| match one.at {
                MeasuredAt::Number(number) if one.measurement.kind != MeasurementKind::Diode => Some(number),
                _ => None,
            });
            counted.min().map_or(0, |lowest| i64::from(string) - i64::from(lowest))
        }
    };
    let mut seen = HashSet::new();
    let rows = file.measurements.into_iter().map(|read| {
        let ReadMeasurement { line, at, measurement } = read;
        let of = find(&at, measurement.kind, &here.site, shift, places);
        let value = measurement.to_value();
        let name = measurement.property_name(&value);
        let state = match &of {
            Err(left) => ProposedState::Left(*left),
            Ok(of) => {
                let others: Vec<PropertyOf> = here.held.get(&name).into_iter().flatten().cloned().collect();
                let twice = !seen.insert((of.key(), name.clone()));
                if twice || others.contains(of) {
                    ProposedState::Same
                } else if others.is_empty() {
                    ProposedState::New
                } else {
                    ProposedState::Moves(others)
                }
            }
        };
        let judgement = here.limits.judge(&measurement);
        ProposedMeasurement { line, measurement, of: of.ok(), name, value, judgement, state }
    });
    let rows = rows.collect();
    MeasurementProposal { rows, problems: file.problems, columns: file.columns, device: file.device, shift }
}

fn find(
    at: &MeasuredAt,
    kind: MeasurementKind,
    site: &PhotoSite,
    shift: i64,
    places: &NumberPlaces,
) -> Result<PropertyOf, UnplacedReason> {
    let string =
        |text: &str| site.find_string(text).map(PropertyOf::String).ok_or(UnplacedReason::NoSuchString);
    let module = |text: &str| match site.find(text) {
        Lookup::Exactly(at) | Lookup::Folded(at) => {
            site.module(at).cloned().map(PropertyOf::Module).ok_or(UnplacedReason::NoSuchModule)
        }
        Lookup::Several => Err(UnplacedReason::SeveralModules),
        Lookup::Nothing => Err(UnplacedReason::NoSuchModule),
    };
    match at {
        MeasuredAt::String(text) => string(text),
        MeasuredAt::Module(text) => module(text),
        MeasuredAt::Number(number) => {
            if let Some(text) = places.get(number) {
                return string(text).or_else(|_| module(text));
            }
            if kind == MeasurementKind::Diode {
                return Err(UnplacedReason::Diode);
            }
            let shifted = u16::try_from(i64::from(*number) + shift).ok();
            shifted
                .filter(|n| *n > 0 && site.has_string(*n))
                .map(PropertyOf::String)
                .ok_or(UnplacedReason::NoSuchString)
        }
    }
}
