//! Table of measurements (CSV, XLSX): Benning's, and that of any device whose columns are named by the trade's words or by people.
//!
//! Called by `read`; calls `import` for rows, `decimal` for values. Each row becomes a measurement, or a problem that names its line.

use std::collections::BTreeMap;

use super::decimal::NotANumber;
use super::file::{ColumnNames, MOST, MeasuredAt, MeasurementFile, MeasurementProblem, ReadMeasurement};
use super::{FIELDS, Measurement, MeasurementKind, decimal, pvserv};
use crate::domain::import::{CsvLine, ImportError, csv_lines};

const MOST_COLUMNS: usize = 64;
/// Rows before the heads of the columns: what a device says of itself.
const BEFORE: usize = 12;

/// What heads are called, without units, signs and capitals; the first is the name of a field, or of what is no field.
const WORDS: [&[&str]; 21] = [
    &[
        "number", "index", "nr", "no", "num", "numéro", "numero", "número", "messung", "mesure", "misura",
        "medida",
    ],
    &["string", "strang", "stringnr", "chaîne", "chaine", "cadena", "stringa", "stringno", "stringid"],
    &["module", "moduleid", "modul", "modulo", "módulo", "panneau", "panel"],
    &["date", "datum", "fecha", "data", "ddmmyyyy"],
    &["time", "uhrzeit", "zeit", "heure", "hora", "ora", "hhmmss"],
    &["device", "gerät", "appareil", "equipo", "strumento"],
    &["ff", "fillfactor", "füllfaktor", "facteurdeforme"],
    &["rds"],
    &["rs", "rseries", "rserie"],
    &["rsh", "rshunt", "rp"],
    &["uf", "vf"],
    &["voc", "uoc", "vco", "uco", "u0", "uleer"],
    &["isc", "icc", "ik"],
    &["vmpp", "umpp", "vmp", "ump", "vpm"],
    &["impp", "imp", "ipm"],
    &["pmax", "pmpp", "pmp", "mpp"],
    &["riso", "rins", "isolation", "insulation", "isolationswiderstand"],
    &["viso", "uiso", "vins", "utest", "vtest"],
    &["rpe", "rlow"],
    &["irradiance", "g", "einstrahlung", "éclairement", "irraggiamento", "irradiancia", "irr"],
    &["module_temperature", "moduletemperature", "tmod", "tcell", "tmodul", "modultemperatur", "tc"],
];

/// `Riso (MOhm)` is `riso`.
fn word(head: &str) -> String {
    let head = head.split(['(', '[']).next().unwrap_or_default();
    head.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn known(head: &str) -> Option<&'static str> {
    let word = word(head);
    WORDS.iter().find(|words| words.contains(&word.as_str())).and_then(|words| words.first()).copied()
}

/// Which column is what.
#[derive(Default)]
struct Heads {
    of: BTreeMap<String, usize>,
}

impl Heads {
    fn by_words(cells: &[String]) -> Self {
        let mut of = BTreeMap::new();
        for (at, head) in cells.iter().enumerate() {
            if let Some(name) = known(head) {
                of.entry(name.to_owned()).or_insert(at);
            }
        }
        Self { of }
    }

    fn by_people(cells: &[String], named: &ColumnNames) -> Self {
        let same = |head: &String, name: &str| head.trim().to_lowercase() == name.trim().to_lowercase();
        let find = |name: &String| cells.iter().position(|head| same(head, name));
        Self { of: named.iter().filter_map(|(name, head)| Some((name.clone(), find(head)?))).collect() }
    }

    fn is_enough(&self) -> bool {
        let place = ["string", "module", "number"].iter().any(|name| self.of.contains_key(*name));
        place && FIELDS.iter().any(|(name, _)| self.of.contains_key(*name))
    }

    fn cell<'a>(&self, name: &str, row: &'a CsvLine) -> &'a str {
        self.of.get(name).and_then(|at| row.cells.get(*at)).map(|cell| cell.trim()).unwrap_or_default()
    }
}

/// The sign that parts cells: the one that most of the first lines have. Devices of this country write decimals with commas.
fn separator(text: &str) -> char {
    let count = |sign: char| text.lines().take(BEFORE).filter(|line| line.contains(sign)).count();
    let (semicolons, tabs, commas) = (count(';'), count('\t'), count(','));
    if semicolons > 0 && semicolons >= tabs {
        ';'
    } else if tabs > 0 {
        '\t'
    } else if commas > 0 {
        ','
    } else {
        ';'
    }
}

pub(super) fn read(
    text: &str,
    device: Option<&str>,
    named: &BTreeMap<String, ColumnNames>,
) -> Result<MeasurementFile, ImportError> {
    let mut file = MeasurementFile::default();
    // Lines may end by CR alone; the line in front says what parts cells, and is not counted.
    let ends = if text.contains('\n') { text.to_owned() } else { text.replace('\r', "\n") };
    let marked = format!("sep={}\n{ends}", separator(&ends));
    let rows = csv_lines(marked.as_bytes(), MOST_COLUMNS, MOST + BEFORE)?;
    let own = device.and_then(|device| named.get(device));
    let heads_of = |row: &CsvLine| match own {
        Some(named) => Heads::by_people(&row.cells, named),
        None => Heads::by_words(&row.cells),
    };
    let found = rows.iter().take(BEFORE).position(|row| heads_of(row).is_enough());
    let widest =
        rows.iter().take(BEFORE).enumerate().max_by_key(|(at, row)| (row.cells.len(), usize::MAX - at));
    let Some(at) = found.or(widest.map(|(at, _)| at)) else {
        file.wrong(1, MeasurementProblem::UnknownColumns, "");
        return Ok(file);
    };
    let Some(head) = rows.get(at) else { return Ok(file) };
    let heads = heads_of(head);
    let taken = |column: usize| heads.of.iter().find(|(_, at)| **at == column).map(|(name, _)| name.clone());
    file.columns =
        head.cells.iter().enumerate().map(|(at, head)| (head.trim().to_owned(), taken(at))).collect();
    file.device = device.map(str::to_owned);
    if found.is_none() {
        file.wrong(head.line - 1, MeasurementProblem::UnknownColumns, &head.cells.join(" "));
        return Ok(file);
    }
    let serial =
        rows.iter().take(at).find(|row| row.cells.first().is_some_and(|cell| word(cell) == "serialno"));
    let serial = serial.and_then(|row| row.cells.get(1)).map(|serial| serial.trim().to_owned());
    if file.device.is_none() && is_benning(head, serial.as_deref()) {
        file.device = Some("Benning".to_owned());
    }
    for row in rows.iter().skip(at + 1) {
        self::row(&mut file, &heads, row, serial.as_deref());
    }
    Ok(file)
}

/// By its heads, which no other device has.
fn is_benning(head: &CsvLine, serial: Option<&str>) -> bool {
    let has = |name: &str| head.cells.iter().any(|cell| word(cell) == name);
    serial.is_some() && ["index", "rpe", "voc", "isc", "riso", "viso"].into_iter().all(has)
}

fn row(file: &mut MeasurementFile, heads: &Heads, row: &CsvLine, serial: Option<&str>) {
    let line = row.line - 1;
    let (module, string, number) =
        (heads.cell("module", row), heads.cell("string", row), heads.cell("number", row));
    let counted: Option<u32> = number.parse().ok().filter(|number| *number > 0);
    let at = if !module.is_empty() {
        MeasuredAt::Module(module.to_owned())
    } else if !string.is_empty() {
        MeasuredAt::String(string.to_owned())
    } else if let Some(number) = counted {
        MeasuredAt::Number(number)
    } else {
        return file.wrong(line, MeasurementProblem::NoNumber, &row.cells.join(" "));
    };
    let mut measurement = Measurement {
        number: counted,
        device: file.device.clone(),
        device_serial: serial.map(str::to_owned),
        at: time(heads.cell("date", row), heads.cell("time", row)),
        ..Measurement::default()
    };
    let own = heads.cell("device", row);
    if measurement.device.is_none() && !own.is_empty() {
        measurement.device = Some(own.to_owned());
    }
    for (name, _) in FIELDS {
        let cell = heads.cell(name, row);
        match decimal::normal(cell) {
            Ok(value) => drop(value.map(|value| measurement.values.insert(name.to_owned(), value))),
            Err(NotANumber) => file.wrong(line, MeasurementProblem::BadValue, &format!("{name} {cell}")),
        }
    }
    if measurement.values.is_empty() {
        return file.wrong(line, MeasurementProblem::NoValues, &row.cells.join(" "));
    }
    if file.measurements.len() == MOST {
        return file.wrong(line, MeasurementProblem::TooMany, "");
    }
    let has = |name: &str| measurement.values.contains_key(name);
    measurement.kind = if has("uf") || has("rds") {
        pvserv::kind_of(&measurement)
    } else if has("riso") {
        MeasurementKind::Insulation
    } else {
        MeasurementKind::Values
    };
    file.measurements.push(ReadMeasurement { line, at, measurement });
}

/// `2025-10-14T22:07:10` of a day and a time in the order of this country; others stay as they are written.
fn time(day: &str, time: &str) -> Option<String> {
    let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
    let digits = |text: &str, len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    let iso = match parts[..] {
        [d, m, y] if digits(y, 4) && digits(m, 2) && digits(d, 2) => format!("{y}-{m}-{d}"),
        _ => day.to_owned(),
    };
    match (iso.as_str(), time) {
        ("", "") => None,
        ("", time) => Some(time.to_owned()),
        (_, "") => Some(iso),
        (_, time) => Some(format!("{iso}T{time}")),
    }
}
