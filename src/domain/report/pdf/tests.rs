//! Tests of the report on paper: what every PDF holds, JALIBAT's, and reports that nobody would write.
//!
//! `FIELDHUB_PDF_DIR=target/pdf cargo test --lib report::pdf` leaves what they make there, to be looked at. What other programs
//! say of it (qpdf, poppler) is in tests/it/report_pdf.rs.

use std::io::{self, Read};

use jpeg_encoder::{ColorType, Encoder};
use proptest::prelude::*;
use uuid::Uuid;

use super::{PdfFacts, write};
use crate::domain::id::{ModuleId, Token};
use crate::domain::photo::{BlobHash, PhotoVariant};
use crate::domain::report::*;
use crate::domain::site_clock::TimeSource;
use crate::domain::status::Status;

const MADE_MS: u64 = 1_780_000_000_000;

pub fn empty() -> Report {
    Report {
        about: ReportAbout {
            token: Token::parse("JALIBAT-2025").unwrap(),
            name: "JALIBAT".into(),
            client: Some("Watt&Co".into()),
            location: Some("Castelmoron-sur-Lot".into()),
            created_ms: MADE_MS - 40_000_000,
        },
        edition: ReportEdition {
            number: Some(1),
            is_final: true,
            made_ms: MADE_MS,
            made_by: Some("Lucie Hébrard".into()),
            time_source: TimeSource::Network,
            time_contradicted: false,
            utc_offset_minutes: 120,
            program: "1.4.0".into(),
        },
        proof: ReportProof { log_id: Uuid::from_u128(7), position: 312, digest: None, signed: None },
        period_ms: Some((MADE_MS - 20_000_000, MADE_MS - 4_000_000)),
        crew: Vec::new(),
        figures: ReportFigures::default(),
        strings: Vec::new(),
        modules: Vec::new(),
        findings: Vec::new(),
        contested: Vec::new(),
        photos: Vec::new(),
        conditions: None,
        severities: None,
        sections: ReportSections::default(),
        measurements: None,
        company: None,
    }
}

/// With these modules, those of a string together.
pub fn of(modules: Vec<ReportModule>) -> Report {
    let mut report = empty();
    for (at, module) in modules.iter().enumerate() {
        if report.strings.last().is_none_or(|string| string.number != module.string) {
            report.strings.push(ReportString {
                number: module.string,
                name: None,
                modules: at..at,
                figures: ReportFigures::default(),
                photos: Vec::new(),
                not_examined: None,
                session: None,
                sessions_before: Vec::new(),
            });
        }
        let string = report.strings.last_mut().unwrap();
        string.modules.end = at + 1;
        string.figures.add(module);
        report.figures.add(module);
        report.findings.extend(module.is_finding().then_some(at));
    }
    report.modules = modules;
    report
}

pub fn module(number: usize, string: u16, position: u16) -> ReportModule {
    ReportModule {
        id: ModuleId::parse(format!("M{number:03}")).unwrap(),
        name: None,
        string,
        position,
        row: None,
        col: None,
        status: Some(Status::Ok),
        comment: None,
        by: Some("Aurèle Núñez".into()),
        at_ms: Some(MADE_MS - 10_000_000 + number as u64 * 20_000),
        conflict: false,
        photos: Vec::new(),
        severity: None,
        action: None,
        serial: None,
        not_examined: None,
    }
}

/// What a crew found in Castelmoron, with what they might have said besides.
pub fn jalibat() -> Report {
    let observed = include_bytes!("../../../../tests/fixtures/jalibat-observed.csv");
    let mut rows = csv::Reader::from_reader(&observed[..]);
    let modules = rows.records().enumerate().map(|(at, row)| {
        let cells = row.unwrap();
        let number = |at: usize| cells[at].parse().unwrap();
        let mut module = module(at + 1, number(1), number(2));
        module.id = ModuleId::parse(&cells[0]).unwrap();
        (module.row, module.col) = (cells[3].parse().ok(), cells[4].parse().ok());
        module.status = cells[5].parse().ok();
        module.comment = Some(cells[6].trim().to_owned()).filter(|comment| !comment.is_empty());
        module
    });
    let mut modules: Vec<ReportModule> = modules.collect();
    modules.sort_by_key(|module| (module.string, module.position));
    for (at, module) in modules.iter_mut().filter(|module| module.is_finding()).enumerate() {
        module.severity = Some(["A", "B", "C"][at % 3].into());
        module.action = Some(["watch", "replace", "claim", "urgent"][at % 4].into());
        module.serial = Some(format!("JKM450M-{:08}", 20_417 + at * 37));
        if at % 2 == 0 {
            let count = 1 + at % 5;
            module.photos = (1..=count).map(|number| photo(module, number)).collect();
        }
    }
    for module in modules.iter_mut().rev().take(3) {
        (module.status, module.by, module.at_ms) = (None, None, None);
        module.not_examined = Some("no_access".into());
    }
    let mut report = of(modules);
    report.severities = Some(
        [("A", "no disconnection"), ("B", "partly disconnected"), ("C", "isolated")]
            .map(|(key, label)| ReportSeverity { key: key.into(), label: Some(label.into()), action: None })
            .to_vec(),
    );
    report.conditions = Some(ReportConditions {
        values: [
            ("inspected_on", "2025-10-24"),
            ("company", "DiagPV Assistance"),
            ("method", "Électroluminescence de nuit, string par string, 784 V et 3,5 A"),
            ("standards", "IEC TS 60904-13:2018, IEC 62446-1:2016"),
            ("camera", "Sony α7S III, filtre IR retiré"),
            ("exposure_s", "4"),
            ("weather", "Ciel clair, vent faible"),
            ("temperature_c", "7.5"),
            ("summary", "Un module sur dix présente un défaut visible. Les modules HS sont à remplacer avant la mise en service."),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        people: vec![ReportParticipant {
            name: "Lucie Hébrard".into(),
            role: Some("Cheffe d'équipe".into()),
            qualification: Some("Q.PV, habilitation BR photovoltaïque".into()),
        }],
        equipment: vec![ReportEquipment {
            kind: "Source".into(),
            model: Some("EA-PSI 10000".into()),
            serial: Some("4711".into()),
            calibrated_on: Some("2025-03-14".into()),
        }],
    });
    let session = |at: u64| ReportSession {
        from_ms: Some(MADE_MS - 20_000_000 + at * 900_000),
        to_ms: Some(MADE_MS - 19_300_000 + at * 900_000),
        current_a: Some("3.5".into()),
        voltage_v: Some("784".into()),
    };
    for (at, string) in report.strings.iter_mut().enumerate() {
        string.session = Some(session(at as u64));
    }
    report.contested = vec![ReportContested {
        module: report.findings[0],
        open: false,
        left_out: 0,
        steps: [(Status::Microcracks, "Aurèle Núñez"), (Status::Dead, "Lucie Hébrard")]
            .iter()
            .enumerate()
            .map(|(at, (status, by))| ReportStep {
                position: 40 + at as u64,
                at_ms: MADE_MS - 9_000_000,
                by: (*by).into(),
                status: Some(Some(*status)),
                comment: None,
                set: Vec::new(),
                undo: false,
                contradicts: at == 1,
            })
            .collect(),
    }];
    report
}

fn photo(module: &ReportModule, number: usize) -> ReportPhoto {
    ReportPhoto {
        photo: Uuid::from_u128(number as u128),
        number,
        stem: format!("{}-{number}", module.stem()),
        variants: vec![PhotoVariant {
            class: "preview".into(),
            hash: BlobHash::of(format!("{}-{number}", module.id).as_bytes()),
            bytes: 20_000,
            media_type: "image/jpeg".into(),
            size: None,
        }],
        kind: "el".into(),
        caption: (number == 1).then(|| "face avant".to_owned()),
        by: "Aurèle Núñez".into(),
        at_ms: MADE_MS - 9_000_000,
    }
}

/// A module as an EL camera sees it: cells, fingers, a crack, one cell dark. Another one for each hash.
fn el_image(hash: BlobHash) -> Option<Vec<u8>> {
    let (width, height) = (480_usize, 288_usize);
    let seed = hash.to_string().bytes().map(usize::from).sum::<usize>();
    let pixels: Vec<u8> = (0..width * height)
        .map(|at| {
            let (x, y) = (at % width, at / width);
            let (cell, dark) = ((x / 48) + 10 * (y / 48), seed % 60);
            let edge = x % 48 < 2 || y % 48 < 2;
            let crack = cell == (dark + 13) % 60 && (x % 48).abs_diff(y % 48 / 2 + 10 + y % 5) < 2;
            let light = 205 - (cell * 7 + seed) % 40 - (x % 6) * 4;
            let light = if edge || crack {
                25
            } else if cell == dark {
                60
            } else {
                light
            };
            u8::try_from(light).unwrap()
        })
        .collect();
    let mut jpeg = Vec::new();
    let encoder = Encoder::new(&mut jpeg, 80);
    encoder.encode(&pixels, width as u16, height as u16, ColorType::Luma).unwrap();
    Some(jpeg)
}

pub fn made(report: &Report, language: ReportLanguage) -> (Vec<u8>, PdfFacts) {
    let mut bytes = Vec::new();
    let facts = write(report, language, &mut el_image, None, &mut bytes).unwrap();
    (bytes, facts)
}

fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("FIELDHUB_PDF_DIR") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(name), bytes).unwrap();
    }
}

/// Objects are where the table says, and streams are as long as they say: all that a reader needs to open it.
fn assert_whole(bytes: &[u8]) {
    assert!(bytes.starts_with(b"%PDF-1.7\n") && bytes.ends_with(b"%%EOF\n"));
    let text = String::from_utf8_lossy(&bytes[bytes.len() - 200..]).into_owned();
    let xref: usize = text.split("startxref\n").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    let table = std::str::from_utf8(&bytes[xref..]).unwrap();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("xref"));
    let count: usize = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    for (number, line) in lines.take(count).enumerate().skip(1) {
        let at: usize = line[..10].parse().unwrap();
        assert!(bytes[at..].starts_with(format!("{number} 0 obj\n").as_bytes()), "{number}");
    }
}

/// Everything that is drawn on pages, unpacked.
fn unpacked(bytes: &[u8]) -> String {
    let mut all = String::new();
    let mut rest = bytes;
    let find = |rest: &[u8], what: &[u8]| rest.windows(what.len()).position(|some| some == what);
    while let Some(at) = find(rest, b"/FlateDecode") {
        rest = &rest[at..];
        let Some(begin) = find(rest, b"stream\n") else { break };
        let mut text = Vec::new();
        // Fonts and the profile are packed too.
        let _ = flate2::read::ZlibDecoder::new(&rest[begin + 7..]).read_to_end(&mut text);
        all.push_str(&String::from_utf8_lossy(&text));
        rest = &rest[begin + 7..];
    }
    all
}

/// Every link and bookmark leads to a name that is there.
pub fn assert_links_lead_somewhere(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let after = |what: &str| text.split(what).skip(1).map(|rest| rest.to_owned()).collect::<Vec<_>>();
    let asked: Vec<String> =
        after("/Dest(").iter().map(|rest| rest.split(')').next().unwrap_or_default().to_owned()).collect();
    let names = after("/Names[").concat();
    assert!(asked.len() > 20, "{}", asked.len());
    for name in asked {
        assert!(names.contains(&format!("({name})[")), "{name}");
    }
}

#[test]
fn jalibat_in_each_language() {
    let report = jalibat();
    for language in ReportLanguage::ALL {
        let (bytes, facts) = made(&report, language);
        keep(&format!("jalibat-{}.pdf", language.tag()), &bytes);
        assert_whole(&bytes);
        assert_links_lead_somewhere(&bytes);
        assert_eq!((facts.boxes, facts.pictures_missing), (0, 0), "{language:?}");
        assert!((12..40).contains(&facts.pages), "{}", facts.pages);
        assert_eq!(made(&report, language).0, bytes, "the same report, other bytes");
    }
}

#[test]
fn an_audit_of_nothing_has_a_report() {
    let mut report = empty();
    report.about.client = None;
    report.about.location = None;
    report.period_ms = None;
    report.edition.number = None;
    report.edition.made_by = None;
    let (bytes, facts) = made(&report, ReportLanguage::En);
    keep("empty.pdf", &bytes);
    assert_whole(&bytes);
    assert!(facts.pages >= 5);
}

#[test]
fn a_picture_is_in_the_file_once_and_as_it_is() {
    let mut modules = vec![module(1, 1, 1), module(2, 1, 2)];
    for module in &mut modules {
        module.status = Some(Status::Dead);
    }
    modules[0].photos = vec![photo(&modules[0], 1)];
    modules[1].photos = modules[0].photos.clone();
    let report = of(modules);
    let jpeg = el_image(report.modules[0].photos[0].hash("preview").unwrap()).unwrap();
    let (bytes, _) = made(&report, ReportLanguage::Fr);
    assert_eq!(bytes.windows(jpeg.len()).filter(|some| *some == jpeg).count(), 1);

    let mut bytes = Vec::new();
    let mut asked = 0;
    let mut nothing = |_: BlobHash| {
        asked += 1;
        None
    };
    let facts = write(&report, ReportLanguage::Fr, &mut nothing, None, &mut bytes).unwrap();
    assert_whole(&bytes);
    assert_eq!((facts.pictures_missing, asked), (2, 1));

    // What no reader draws is no picture.
    let mut spoilt = |_: BlobHash| Some(b"\xff\xd8\xff\xe0 no picture".to_vec());
    let facts = write(&report, ReportLanguage::Fr, &mut spoilt, None, &mut io::sink()).unwrap();
    assert_eq!(facts.pictures_missing, 2);
}

#[test]
fn what_the_fonts_lack_is_a_box_and_keeps_its_text() {
    let mut modules = vec![module(1, 1, 1)];
    modules[0].status = Some(Status::Dead);
    modules[0].comment = Some("منكسر 破损 🔥 ok".into());
    let (bytes, facts) = made(&of(modules), ReportLanguage::En);
    assert_whole(&bytes);
    // Five letters, two and one; the joiner and the variant of an emoji are none.
    assert_eq!(facts.boxes, 8);
    assert!(unpacked(&bytes).contains("/ActualText"));
}

#[test]
fn a_disk_that_is_full_is_an_error() {
    struct Full(usize);
    impl io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for room in [0, 100, 20_000] {
        let failed = write(&jalibat(), ReportLanguage::De, &mut el_image, None, &mut Full(room)).unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
    }
}

/// A text of up to 4,000 letters of many scripts, with words that do not end.
fn any_text() -> impl Strategy<Value = String> {
    let some = prop_oneof![
        "[a-zA-Z0-9 éèüßñç,;/-]{0,60}",
        "[a-zM]{200,400}",
        "[\\u{600}-\\u{6ff} ]{0,40}",
        "[\\u{4e00}-\\u{4eff}]{0,80}",
        "[\\u{1f300}-\\u{1f64f}\\u{200d}\\u{fe0f}]{0,20}",
        "\\PC{0,40}",
        Just("\n\t\u{0}\u{7f}\u{202e}\u{feff}".to_owned()),
        Just("e\u{301}\u{20dd}\u{fffe}\u{ffff}".to_owned()),
    ];
    prop::collection::vec(some, 0..24).prop_map(|parts| parts.concat().chars().take(4_000).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Sheets hold in tests that no text leaves the page.
    #[test]
    fn whatever_people_write_stays_on_the_page(texts in prop::collection::vec(any_text(), 12), place in any::<(i32, i32)>()) {
        let text = |at: usize| texts[at % texts.len()].clone();
        let modules = (0..6).map(|at| {
            let mut module = module(at, 1 + at as u16 / 3, at as u16 * 7_000);
            module.name = Some(text(at));
            module.comment = Some(text(at + 1));
            module.by = Some(text(at + 2));
            module.serial = Some(text(at + 3));
            module.severity = Some(text(at + 4));
            module.action = Some(text(at + 5));
            module.status = [Some(Status::Dead), Some(Status::Ok), None][at % 3];
            module.not_examined = (at % 2 == 1).then(|| text(at + 6));
            (module.row, module.col) = if at == 1 { (Some(place.0), Some(place.1)) } else { (Some(1), Some(at as i32)) };
            module
        });
        let mut report = of(modules.collect());
        report.about.name = text(6);
        report.about.client = Some(text(7));
        report.about.location = Some(text(8));
        report.edition.made_by = Some(text(9));
        report.strings[0].name = Some(text(10));
        report.conditions = Some(ReportConditions {
            values: vec![("summary".into(), text(11)), (text(0), text(1)), ("company".into(), text(2))],
            people: vec![ReportParticipant { name: text(3), role: Some(text(4)), qualification: Some(text(5)) }],
            equipment: Vec::new(),
        });
        let (bytes, _) = made(&report, ReportLanguage::It);
        keep("odd.pdf", &bytes);
        assert_whole(&bytes);
    }
}
