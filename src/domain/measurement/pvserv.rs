//! PVserv text file (dark I-V curves of strings and bypass diodes): blocks of a device, a number, values and points.
//!
//! Called by `read`; calls `decimal`. Each number in the file becomes a measurement, or a problem that names its line.

use super::decimal::NotANumber;
use super::file::{MOST, MeasuredAt, MeasurementFile, MeasurementProblem, ReadMeasurement, lines};
use super::{Measurement, MeasurementKind, decimal};

/// Volts forward: a diode has at most as many, a string more.
const DIODE_V: f64 = 100.0;
/// Points of one block that are read.
const MOST_POINTS: usize = 2_000;
const VALUES: [&str; 8] = ["ff", "rds", "uf", "rs", "rsh", "voc", "isc", "pmax"];

pub(super) fn is_pvserv(text: &str) -> bool {
    let mut begins = lines(text).map(|(_, line)| line.trim_start());
    let (mut numbered, mut curve) = (false, false);
    begins.any(|line| {
        numbered |= line.starts_with("Nr.");
        curve |= line.starts_with("S.Nr.") || line.starts_with("U\tI");
        numbered && curve
    })
}

/// What is being read.
#[derive(Default)]
struct Reader {
    file: MeasurementFile,
    device: Option<String>,
    serial: Option<String>,
    block: Option<Block>,
    /// A line that is the name of a device, if the next one is its serial number.
    before: Option<(u64, String)>,
}

struct Block {
    line: u64,
    number: Option<u32>,
    measurement: Measurement,
    points: bool,
}

pub(super) fn read(text: &str) -> MeasurementFile {
    let mut reader = Reader::default();
    for (line, text) in lines(text) {
        reader.line(line, text);
    }
    reader.text_ends();
    reader.block_ends();
    reader.file.device = reader.device;
    reader.file
}

impl Reader {
    fn line(&mut self, line: u64, text: &str) {
        let plain = text.trim();
        if plain.is_empty() {
            return;
        }
        if let Some(serial) = plain.strip_prefix("S.Nr.") {
            self.device = self.before.take().map(|(_, device)| device);
            self.serial = Some(serial.trim_start_matches(':').trim().to_owned());
            return self.block_ends();
        }
        if let Some(number) = plain.strip_prefix("Nr.") {
            self.text_ends();
            self.block_ends();
            return self.begin(line, number.trim());
        }
        let mut cells = plain.split('\t').map(str::trim);
        let (first, second) = (cells.next().unwrap_or_default(), cells.next());
        if first == "Standby" || first == "USER" {
            self.text_ends();
            return self.block_ends();
        }
        let Some(block) = &mut self.block else {
            self.before = Some((line, plain.to_owned()));
            return;
        };
        let known = VALUES.into_iter().find(|name| first.eq_ignore_ascii_case(name));
        match (known, second) {
            (Some(name), Some(value)) if !block.points => match decimal::normal(value) {
                Ok(value) => drop(value.map(|value| block.measurement.values.insert(name.to_owned(), value))),
                Err(NotANumber) => self.file.wrong(line, MeasurementProblem::BadValue, plain),
            },
            (None, None) if plain == "bright" || plain == "dark" => {
                block.measurement.light = Some(plain.to_owned());
            }
            (None, Some("I")) if first == "U" => block.points = true,
            (None, Some(_)) if block.points => {
                let number = |text: &str| decimal::normal(text).ok().flatten()?.parse::<f64>().ok();
                match (number(first), second.and_then(number)) {
                    (Some(u), Some(i)) if block.measurement.points.len() < MOST_POINTS => {
                        block.measurement.points.push([u, i]);
                    }
                    (Some(_), Some(_)) => {}
                    _ => self.file.wrong(line, MeasurementProblem::BadValue, plain),
                }
            }
            (None, None) => {
                self.text_ends();
                self.before = Some((line, plain.to_owned()));
            }
            _ => self.file.wrong(line, MeasurementProblem::Unreadable, plain),
        }
    }

    fn begin(&mut self, line: u64, number: &str) {
        let measurement = Measurement {
            device: self.device.clone(),
            device_serial: self.serial.clone(),
            ..Measurement::default()
        };
        let number: Option<u32> = number.parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            self.file.wrong(line, MeasurementProblem::NoNumber, "Nr.");
        }
        self.block = Some(Block { line, number, measurement, points: false });
    }

    /// A line within a block that was not the name of the next device.
    fn text_ends(&mut self) {
        if let Some((line, text)) = self.before.take()
            && self.block.is_some()
        {
            self.file.wrong(line, MeasurementProblem::Unreadable, &text);
        }
    }

    fn block_ends(&mut self) {
        let Some(Block { line, number, mut measurement, .. }) = self.block.take() else { return };
        // Told when it began.
        let Some(number) = number else { return };
        if measurement.values.is_empty() && measurement.points.is_empty() {
            return self.file.wrong(line, MeasurementProblem::NoValues, &format!("Nr. {number}"));
        }
        if self.file.measurements.len() == MOST {
            return self.file.wrong(line, MeasurementProblem::TooMany, &format!("Nr. {number}"));
        }
        measurement.kind = kind_of(&measurement);
        measurement.number = Some(number);
        self.file.measurements.push(ReadMeasurement { line, at: MeasuredAt::Number(number), measurement });
    }
}

/// By its forward voltage; where that is not said, by its curve.
pub(super) fn kind_of(measurement: &Measurement) -> MeasurementKind {
    let highest = measurement
        .points
        .iter()
        .map(|point| point[0])
        .fold(None, |most: Option<f64>, volts| Some(most.map_or(volts, |most| most.max(volts))));
    let volts = measurement.reading("uf").map(decimal::DecimalReading::number).or(highest);
    if volts.is_some_and(|volts| volts <= DIODE_V) { MeasurementKind::Diode } else { MeasurementKind::DarkIv }
}
