//! Files of devices, as they come and as they are spoilt: each block and each row becomes a measurement, or a problem with its line.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::file::MeasurementFile;
use super::judge::MeasurementLimits;
use super::proposal::{MeasuredSite, NumberShift, ProposedState, UnplacedReason, propose};
use super::read::read;
use super::*;
use crate::domain::id::ModuleId;
use crate::domain::layout::Layout;
use crate::domain::photo_import::site::PhotoSite;
use crate::domain::property::PropertyOf;

const PVSERV: &[u8] = include_bytes!("../../../tests/fixtures/pvserv-strings.txt");
const BENNING: &[u8] = include_bytes!("../../../tests/fixtures/benning-insulation.csv");

fn file(bytes: &[u8]) -> MeasurementFile {
    read(bytes, None, &BTreeMap::new()).unwrap()
}

fn told(file: &MeasurementFile) -> Vec<(u64, &'static str)> {
    file.problems.iter().map(|one| (one.line, one.code.as_str())).collect()
}

fn here() -> MeasuredSite {
    let layout = Layout::from_counts("3,3,3,3,3").unwrap();
    let strings = (1..=5).map(|number| (number, (number == 5).then(|| "East".to_owned()))).collect();
    MeasuredSite { site: PhotoSite::new(layout.places().to_vec(), &[], strings), ..MeasuredSite::default() }
}

#[test]
fn a_file_of_pvserv_is_read_with_its_curves_and_what_was_measured_once_more() {
    let read = file(PVSERV);
    assert_eq!((read.measurements.len(), told(&read)), (14, vec![]));
    let first = &read.measurements[0].measurement;
    assert_eq!(
        (first.device.as_deref(), first.device_serial.as_deref()),
        (Some("LAB/HP 31500/Mod 6298"), Some("23.44.0001"))
    );
    assert_eq!(
        (first.values["ff"].as_str(), first.values["rds"].as_str(), first.values["uf"].as_str()),
        ("0.954", "16.45", "776")
    );
    assert_eq!((first.points.len(), first.points[0], first.points[39]), (40, [559.0, 0.0], [777.0, 3.1]));
    let numbers: Vec<_> =
        read.measurements.iter().map(|one| (one.measurement.number.unwrap(), one.measurement.take)).collect();
    assert_eq!(numbers[2..6], [(3, None), (4, None), (4, Some(2)), (5, None)]);
    let diodes =
        read.measurements.iter().filter(|one| one.measurement.kind == MeasurementKind::Diode).count();
    assert_eq!(diodes, 3);
    let verdicts: Vec<_> = read
        .measurements
        .iter()
        .map(|one| MeasurementLimits::default().judge(&one.measurement).unwrap().verdict.as_str())
        .collect();
    assert_eq!(
        verdicts,
        ["ok", "ok", "ok", "bad", "look", "ok", "ok", "look", "ok", "ok", "ok", "ok", "ok", "bad"]
    );
}

#[test]
fn a_table_of_benning_is_read_whatever_the_spaces_of_its_heads() {
    let read = file(BENNING);
    assert_eq!((read.measurements.len(), told(&read)), (10, vec![]));
    let ninth = &read.measurements[8].measurement;
    assert_eq!((ninth.values["riso"].as_str(), ninth.at.as_deref()), (">200", Some("2025-10-14T23:03:10")));
    assert_eq!(
        (ninth.device.as_deref(), ninth.device_serial.as_deref()),
        (Some("Benning"), Some("00000001"))
    );
    let tight = "Serial no;1\nIndex;Rpe(Ohm);Voc(VDC);Isc(ADC);Riso(MOhm);Viso(V);HH:MM:SS;DD/MM/YYYY\n1;;;;0,6;;;\n2;;;;;;;\nx;1;;;;;;\n3;1,2,3;5;;;;;\n";
    let read = file(tight.as_bytes());
    assert_eq!(told(&read), [(4, "no_values"), (5, "no_number"), (6, "bad_value")]);
    assert_eq!(read.measurements.len(), 2);
}

#[test]
fn a_table_of_any_device_goes_by_the_words_of_the_trade_or_by_those_that_people_say() {
    let read = file(
        "Gerät X\nModul\tUoc [V]\tIsc [A]\tEinstrahlung (W/m²)\r\nM002\t38,1\t9,2\t1.003,5\r\n".as_bytes(),
    );
    assert_eq!(told(&read), []);
    assert_eq!(read.measurements[0].at, super::file::MeasuredAt::Module("M002".into()));
    assert_eq!(read.measurements[0].measurement.values["irradiance"], "1003.5");
    let own = "Was;Strang x;Wert 7\n;East;785,1\n;9;7\n";
    let unknown = file(own.as_bytes());
    assert_eq!((told(&unknown), unknown.columns.len()), (vec![(1, "unknown_columns")], 3));
    let names = BTreeMap::from([
        ("string".to_owned(), "strang X".to_owned()),
        ("voc".to_owned(), "Wert 7".to_owned()),
    ]);
    let named = BTreeMap::from([("X 1".to_owned(), names)]);
    let read = super::read::read(own.as_bytes(), Some("X 1"), &named).unwrap();
    let proposal = propose(read, &here(), NumberShift::By(0), &BTreeMap::new());
    assert_eq!(proposal.rows[0].of, Some(PropertyOf::String(5)));
    assert_eq!(proposal.rows[0].measurement.device.as_deref(), Some("X 1"));
    assert_eq!(proposal.rows[1].state, ProposedState::Left(UnplacedReason::NoSuchString));
}

#[test]
fn what_is_spoilt_is_told_with_its_line_and_hides_nothing_else() {
    let spoilt = "S.Nr.: 1\rNr. x\nFF\t0,9\r\nNr. 2\nFF\t0;9\nRds\t1\nU\tI\n5x\t1\n6\t2\nwhat\nthis\n\nNr. 3\n\nDEV\nS.Nr.: 2\nNr. 3\nFF\t-0,422\n";
    let read = file(spoilt.as_bytes());
    assert_eq!(
        told(&read),
        [
            (2, "no_number"),
            (5, "bad_value"),
            (8, "bad_value"),
            (10, "unreadable"),
            (11, "unreadable"),
            (13, "no_values")
        ]
    );
    assert_eq!(read.measurements.len(), 2);
    let last = &read.measurements[1].measurement;
    assert_eq!((last.device.as_deref(), last.values["ff"].as_str()), (Some("DEV"), "-0.422"));
    assert_eq!(MeasurementLimits::default().judge(last).unwrap().verdict.as_str(), "failed");
}

#[test]
fn a_proposal_goes_by_numbers_or_shifted_and_knows_what_is_there() {
    let none = BTreeMap::new();
    let strings = |shift, places: &BTreeMap<u32, String>| -> Vec<_> {
        propose(file(PVSERV), &here(), shift, places).rows.iter().map(|row| row.of.clone()).collect()
    };
    let string = |number| Some(PropertyOf::String(number));
    let plain = strings(NumberShift::By(0), &none);
    assert_eq!(plain[..7], [string(1), string(2), string(3), string(4), string(4), string(5), None]);
    assert_eq!(strings(NumberShift::By(-1), &none)[..2], [None, string(1)]);
    assert_eq!(strings(NumberShift::LowestIs(3), &none)[..4], [string(3), string(4), string(5), None]);
    let placed = BTreeMap::from([(11, "M002".to_owned()), (1, "East".to_owned())]);
    let placed = strings(NumberShift::By(0), &placed);
    assert_eq!(
        (&placed[0], &placed[11]),
        (&string(5), &Some(PropertyOf::Module(ModuleId::parse("M002").unwrap())))
    );

    let mut here = here();
    let first = propose(file(PVSERV), &here, NumberShift::By(0), &none);
    assert_ne!(first.rows[3].name, first.rows[4].name, "measured once more: both are kept");
    for row in first.rows.iter().filter(|row| row.state == ProposedState::New) {
        here.held.entry(row.name.clone()).or_default().push(row.of.clone().unwrap());
        assert_eq!(Measurement::from_value(&row.value).unwrap(), row.measurement);
        assert!(is_measurement(&row.name) && row.name.len() <= 40);
    }
    let again = propose(file(PVSERV), &here, NumberShift::By(0), &none);
    assert!(again.rows.iter().all(|row| matches!(row.state, ProposedState::Same | ProposedState::Left(_))));
    let other = propose(file(PVSERV), &here, NumberShift::By(1), &none);
    assert_eq!(other.rows[0].state, ProposedState::Moves(vec![PropertyOf::String(1)]));
}

#[test]
fn a_long_curve_is_thinned_until_it_fits_and_keeps_its_ends() {
    let points: Vec<[f64; 2]> = (0..1999).map(|n| [f64::from(n) + 0.123, f64::from(n) / 1000.0]).collect();
    let long =
        Measurement { points: points.clone(), device: Some("é".repeat(500)), ..Measurement::default() };
    let value = long.to_value();
    assert!(value.chars().count() <= 3_900);
    let kept = Measurement::from_value(&value).unwrap().points;
    assert!(kept.len() > 50 && kept.iter().all(|point| points.contains(point)));
    assert_eq!((kept.first(), kept.last()), (points.first(), points.last()));
}

#[test]
fn what_is_out_of_form_is_no_measurement() {
    let good = r#"{"kind":"typed","values":{"voc":"785.1"},"later":[1]}"#;
    assert!(Measurement::from_value(good).is_some());
    let later = Measurement::from_value(r#"{"kind":"thermal","values":{"x":"hot"}}"#).unwrap();
    assert_eq!(later.kind, MeasurementKind::Later);
    for wrong in [
        "",
        "{}",
        r#"{"kind":"typed"}"#,
        r#"{"kind":"typed","values":{"voc":"7,5"}}"#,
        r#"{"kind":"values","points":[[1]]}"#,
    ] {
        assert_eq!(Measurement::from_value(wrong), None, "{wrong}");
    }
    assert!(
        is_measurement(TYPED)
            && !is_measurement(LIMITS)
            && !is_measurement(COLUMNS)
            && !is_measurement("severity")
    );
}

/// Lines as devices write them, good and spoilt.
fn some_lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "Nr. 1",
        "Nr. 7",
        "Nr. ",
        "Nr. 99999999999",
        "S.Nr.: 23",
        "DEV",
        "FF\t0,954",
        "FF\t",
        "FF\tx",
        "Rds\t>3",
        "Uf\t776",
        "Uf\t22",
        "bright",
        "U\tI",
        "559\t0,00",
        "5\t-0,1",
        "x\t1",
        "Standby",
        "USER\tU",
        "",
        "\u{a0}",
        "Index;Riso;Voc",
        "1;>200;7",
        "é;1;",
        "\"",
        "sep=,",
    ]);
    let end = prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n"]);
    prop::collection::vec((line, end), 0..40)
        .prop_map(|all| all.into_iter().map(|(line, end)| format!("{line}{end}")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_comes_each_block_is_a_measurement_or_a_problem_with_its_line(text in some_lines()) {
        let Ok(read) = read(text.as_bytes(), None, &BTreeMap::new()) else { return Ok(()) };
        let lines = super::file::lines(&text).count() as u64;
        prop_assert!(read.problems.iter().all(|one| one.line >= 1 && one.line <= lines));
        if pvserv::is_pvserv(&text) {
            let blocks = super::file::lines(&text).filter(|(_, line)| line.trim().starts_with("Nr."));
            for (line, _) in blocks {
                let made = read.measurements.iter().any(|one| one.line == line);
                let told = read.problems.iter().any(|one| one.line == line);
                prop_assert!(made != told, "line {}", line);
            }
        }
        for one in &read.measurements {
            let value = one.measurement.to_value();
            prop_assert!(Measurement::from_value(&value).is_some(), "{}", value);
        }
    }

    #[test]
    fn whatever_bytes_come_nothing_breaks(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        drop(read(&bytes, None, &BTreeMap::new()));
    }
}
