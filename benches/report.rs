//! Benchmark of reports on paper: JALIBAT's size, and 20,000 modules with 1,000 findings and their previews; time, and memory above rest.
//! Then how long a mark waits for its answer while the program makes one.
//!
//! `cargo bench --bench report`; `-- FILE` leaves the large one there, to be looked at.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // it prints, and fails aloud

#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/blocking.rs"]
mod blocking;
#[path = "common/disk.rs"]
mod disk;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/marks.rs"]
mod marks;
#[path = "report/meanwhile.rs"]
mod meanwhile;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/program.rs"]
mod program;

use std::fs::File;
use std::io::BufWriter;
use std::time::Instant;

use fieldhub::domain::id::{ModuleId, Token};
use fieldhub::domain::photo::{BlobHash, PhotoVariant};
use fieldhub::domain::report::*;
use fieldhub::domain::site_clock::TimeSource;
use fieldhub::domain::status::Status;
use jpeg_encoder::{ColorType, Encoder};
use uuid::Uuid;

/// What the issue of a report asks for: seconds, and MiB above rest.
const MOST: (f64, f64) = (10.0, 64.0);

fn main() {
    let file = std::env::args().skip(1).find(|word| word != "--bench");
    let preview = preview();
    println!("a preview has {} kB", preview.len() / 1000);
    measure("242 modules, 22 findings", &report(242, 22), &preview, None);
    let (seconds, mebibytes) =
        measure("20,000 modules, 1,000 findings", &report(20_000, 1_000), &preview, file);
    assert!(seconds < MOST.0 && mebibytes < MOST.1, "more than {MOST:?}");
    meanwhile::marks();
}

fn measure(name: &str, report: &Report, preview: &[u8], file: Option<String>) -> (f64, f64) {
    let kept = file.is_some();
    let path = file.map_or_else(|| std::env::temp_dir().join("fieldhub-report.pdf"), Into::into);
    let mut out = BufWriter::new(File::create(&path).unwrap());
    // From here on the peak counts.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (before, begun) = (kibibytes("VmRSS"), Instant::now());
    let facts =
        pdf::write(report, ReportLanguage::Fr, &mut |_| Some(preview.to_vec()), None, &mut out).unwrap();
    drop(out);
    let seconds = begun.elapsed().as_secs_f64();
    let above = (kibibytes("VmHWM") - before) / 1024.0;
    let megabytes = std::fs::metadata(&path).unwrap().len() as f64 / 1e6;
    println!("{name}: {} pages, {megabytes:.1} MB, {seconds:.2} s, {above:.1} MiB above rest", facts.pages);
    if !kept {
        std::fs::remove_file(path).unwrap();
    }
    (seconds, above)
}

fn kibibytes(of: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(of)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A module as an EL camera sees it, as large as a preview.
fn preview() -> Vec<u8> {
    let (width, height) = (1_600_usize, 960_usize);
    let mut state = 7_u32;
    let pixels: Vec<u8> = (0..width * height)
        .map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (x, y) = (at % width, at / width);
            let edge = x % 160 < 4 || y % 160 < 4;
            if edge { 20 } else { 150 + (x / 160 * 7 % 50) as u8 + (state >> 28) as u8 }
        })
        .collect();
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, 82).encode(&pixels, width as u16, height as u16, ColorType::Luma).unwrap();
    jpeg
}

fn report(count: usize, findings: usize) -> Report {
    const STRING: usize = 24;
    let mut report = Report {
        about: ReportAbout {
            token: Token::parse("solar-park").unwrap(),
            name: "Parc solaire de Castelmoron".into(),
            client: Some("Watt&Co".into()),
            location: None,
            created_ms: 1_780_000_000_000,
        },
        edition: ReportEdition {
            number: Some(1),
            is_final: true,
            made_ms: 1_780_000_000_000,
            made_by: Some("Lucie Hébrard".into()),
            time_source: TimeSource::Network,
            time_contradicted: false,
            utc_offset_minutes: 120,
            program: "1.0.0".into(),
        },
        proof: ReportProof { log_id: Uuid::nil(), position: count as u64, digest: None, signed: None },
        period_ms: None,
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
    };
    let defects = [Status::Microcracks, Status::Dead, Status::Inequality, Status::StringOpen];
    for at in 0..count {
        let found = at % (count / findings) == 0 && report.findings.len() < findings;
        let status = if found { defects[report.findings.len() % 4] } else { Status::Ok };
        if at % STRING == 0 {
            report.strings.push(ReportString {
                number: (at / STRING + 1) as u16,
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
        string.figures.statuses[status as usize] += 1;
        report.figures.statuses[status as usize] += 1;
        report.findings.extend(found.then_some(at));
        report.modules.push(module(at, string.number, status));
    }
    report
}

fn module(at: usize, string: u16, status: Status) -> ReportModule {
    let found = status.is_defect();
    let mut module = ReportModule {
        id: ModuleId::parse(format!("M{:05}", at + 1)).unwrap(),
        name: None,
        string,
        position: (at % 24 + 1) as u16,
        row: Some((at / 200) as i32 + 1),
        col: Some((at % 200) as i32 + 1),
        status: Some(status),
        comment: found
            .then(|| "Fissures en étoile autour du point d'impact, zone inactive en bas à gauche.".into()),
        by: Some("Aurèle Núñez".into()),
        at_ms: Some(1_780_000_000_000 + at as u64 * 4_000),
        conflict: false,
        photos: Vec::new(),
        severity: found.then(|| "B".into()),
        action: found.then(|| "replace".into()),
        serial: Some(format!("JKM450M-{:08}", 20_000 + at)),
        not_examined: None,
    };
    if found {
        module.photos.push(ReportPhoto {
            photo: Uuid::from_u128(at as u128),
            number: 1,
            stem: format!("{}-1", module.stem()),
            variants: vec![PhotoVariant {
                class: "preview".into(),
                hash: BlobHash::of(&at.to_be_bytes()),
                bytes: 200_000,
                media_type: "image/jpeg".into(),
                size: None,
            }],
            kind: "el".into(),
            caption: None,
            by: "Aurèle Núñez".into(),
            at_ms: 1_780_000_000_000,
        });
    }
    module
}
