//! JSON of a report: the same figures, modules and pictures for programs; which picture has which name in the folder.
//!
//! Called by `format`; calls `proof`, for the line that signs it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde::ser::SerializeSeq;

use super::{Report, ReportFigures, ReportModule, ReportPhoto, ReportSession};
use crate::domain::company::Company;
use crate::domain::iso8601;
use crate::domain::measurement::Measurement;
use crate::domain::photo::BlobHash;
use crate::domain::proof::{HashedOut, Sealer};
use crate::domain::status::{Status, status_word};

/// Of an audit, and of a string.
#[derive(Serialize)]
struct FiguresJson {
    modules: usize,
    examined: usize,
    defects: usize,
    not_examined: usize,
    pending: usize,
    conflicts: usize,
    photos: usize,
    hidden: usize,
    by_status: BTreeMap<&'static str, usize>,
}

impl From<&ReportFigures> for FiguresJson {
    fn from(figures: &ReportFigures) -> Self {
        Self {
            modules: figures.modules(),
            examined: figures.examined(),
            defects: figures.defects(),
            not_examined: figures.not_examined,
            pending: figures.pending,
            conflicts: figures.conflicts,
            photos: figures.photos,
            hidden: figures.hidden,
            by_status: Status::ALL.into_iter().map(|s| (s.as_str(), figures.of(s))).collect(),
        }
    }
}

/// Of the table that lies beside it in a folder, and has no place for a signature.
#[derive(Debug, Serialize)]
pub struct TableHash {
    pub lang: &'static str,
    pub sha256: String,
}

#[derive(Serialize)]
struct ReportJson<'a> {
    token: &'a str,
    name: &'a str,
    client: Option<&'a str>,
    location: Option<&'a str>,
    version: Option<u32>,
    made_at: String,
    made_by: Option<&'a str>,
    made_with: &'a str,
    log_id: String,
    position: u64,
    digest: Option<String>,
    /// The head of the log, as the hub has signed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_head: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<&'a TableHash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<CompanyJson<'a>>,
    first_mark_at: Option<String>,
    last_mark_at: Option<String>,
    figures: FiguresJson,
    people: Vec<PersonJson<'a>>,
    strings: Vec<StringJson<'a>>,
    modules: ModuleList<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    measurements: Vec<MeasuredJson<'a>>,
    photos: PhotoList<'a>,
}

#[derive(Serialize)]
struct CompanyJson<'a> {
    name: Option<&'a str>,
    address: Option<&'a str>,
    contact: Option<&'a str>,
    text: Option<&'a str>,
    logo_sha256: Option<String>,
}

impl<'a> From<&'a Company> for CompanyJson<'a> {
    fn from(company: &'a Company) -> Self {
        Self {
            name: company.name.as_deref(),
            address: company.address.as_deref(),
            contact: company.contact.as_deref(),
            text: company.text.as_deref(),
            logo_sha256: company.logo.as_ref().map(|logo| BlobHash::of(&logo.jpeg).to_string()),
        }
    }
}

#[derive(Serialize)]
struct PersonJson<'a> {
    technician_id: &'a str,
    name: &'a str,
    marks: usize,
    modules: usize,
    defects: usize,
}

#[derive(Serialize)]
struct StringJson<'a> {
    string: u16,
    name: Option<&'a str>,
    not_examined: Option<&'a str>,
    /// When it had current, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sessions: Vec<SessionJson<'a>>,
    figures: FiguresJson,
}

#[derive(Serialize)]
struct SessionJson<'a> {
    from: Option<String>,
    to: Option<String>,
    current_a: Option<&'a str>,
    voltage_v: Option<&'a str>,
}

impl<'a> From<&'a ReportSession> for SessionJson<'a> {
    fn from(session: &'a ReportSession) -> Self {
        Self {
            from: session.from_ms.map(iso8601::format),
            to: session.to_ms.map(iso8601::format),
            current_a: session.current_a.as_deref(),
            voltage_v: session.voltage_v.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct FoundModuleJson<'a> {
    module_id: &'a str,
    name: Option<&'a str>,
    string: u16,
    position: u16,
    status: &'static str,
    severity: Option<&'a str>,
    action: Option<&'a str>,
    serial: Option<&'a str>,
    not_examined: Option<&'a str>,
    comment: Option<&'a str>,
    technician_name: Option<&'a str>,
    marked_at: Option<String>,
    conflict: bool,
    pictures: Vec<&'a str>,
}

impl<'a> From<&'a ReportModule> for FoundModuleJson<'a> {
    fn from(module: &'a ReportModule) -> Self {
        Self {
            module_id: module.id.as_str(),
            name: module.name.as_deref(),
            string: module.string,
            position: module.position,
            status: status_word(module.status),
            severity: module.severity.as_deref(),
            action: module.action.as_deref(),
            serial: module.serial.as_deref(),
            not_examined: module.not_examined.as_deref(),
            comment: module.comment.as_deref(),
            technician_name: module.by.as_deref(),
            marked_at: module.at_ms.map(iso8601::format),
            conflict: module.conflict,
            pictures: module.photos.iter().map(|photo| photo.stem.as_str()).collect(),
        }
    }
}

#[derive(Serialize)]
struct NamedPictureJson<'a> {
    /// Without its ending.
    name: &'a str,
    picture_kind: &'a str,
    caption: Option<&'a str>,
    technician_name: &'a str,
    taken_at: String,
    variants: Vec<PictureVariantJson<'a>>,
}

#[derive(Serialize)]
struct PictureVariantJson<'a> {
    class: &'a str,
    sha256: String,
    bytes: u64,
    #[serde(rename = "type")]
    media_type: &'a str,
}

impl<'a> From<&'a ReportPhoto> for NamedPictureJson<'a> {
    fn from(photo: &'a ReportPhoto) -> Self {
        let variants = photo.variants.iter().map(|variant| PictureVariantJson {
            class: &variant.class,
            sha256: variant.hash.to_string(),
            bytes: variant.bytes,
            media_type: &variant.media_type,
        });
        Self {
            name: &photo.stem,
            picture_kind: &photo.kind,
            caption: photo.caption.as_deref(),
            technician_name: &photo.by,
            taken_at: iso8601::format(photo.at_ms),
            variants: variants.collect(),
        }
    }
}

#[derive(Serialize)]
struct MeasuredJson<'a> {
    string: u16,
    module_id: Option<&'a str>,
    verdict: Option<&'static str>,
    measured: &'a Measurement,
}

fn measured(report: &Report) -> Vec<MeasuredJson<'_>> {
    let rows = report.measurements.iter().flat_map(|all| &all.rows);
    rows.map(|row| MeasuredJson {
        string: report.strings.get(row.string).map_or(0, |string| string.number),
        module_id: row.module.and_then(|at| report.modules.get(at)).map(|module| module.id.as_str()),
        verdict: row.verdict().map(|verdict| verdict.as_str()),
        measured: &row.measurement,
    })
    .collect()
}

/// One by one, as they are written.
struct ModuleList<'a>(&'a Report);

impl Serialize for ModuleList<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.modules.iter().map(FoundModuleJson::from))
    }
}

struct PhotoList<'a>(&'a Report);

impl Serialize for PhotoList<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let mut list = serializer.serialize_seq(None)?;
        let of_strings = report.strings.iter().flat_map(|string| &string.photos);
        let of_modules = report.modules.iter().flat_map(|module| &module.photos);
        for photo in report.photos.iter().chain(of_strings).chain(of_modules) {
            list.serialize_element(&NamedPictureJson::from(photo))?;
        }
        list.end()
    }
}

/// Its last field is the proof, if it is signed.
pub fn write(
    report: &Report,
    table: Option<&TableHash>,
    seal: Option<&Sealer<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (about, edition, proof) = (&report.about, &report.edition, &report.proof);
    let head = ReportJson {
        token: about.token.as_str(),
        name: &about.name,
        client: about.client.as_deref(),
        location: about.location.as_deref(),
        version: edition.number,
        made_at: iso8601::format(edition.made_ms),
        made_by: edition.made_by.as_deref(),
        made_with: &edition.program,
        log_id: proof.log_id.to_string(),
        position: proof.position,
        digest: proof.digest.map(|digest| digest.to_string()),
        signed_head: proof.signed.as_ref().map(|signed| signed.line.as_str()),
        table,
        company: report.company.as_ref().map(CompanyJson::from),
        first_mark_at: report.period_ms.map(|(from, _)| iso8601::format(from)),
        last_mark_at: report.period_ms.map(|(_, to)| iso8601::format(to)),
        figures: FiguresJson::from(&report.figures),
        people: report
            .crew
            .iter()
            .map(|one| PersonJson {
                technician_id: one.id.as_str(),
                name: &one.name,
                marks: one.marks,
                modules: one.modules,
                defects: one.defects,
            })
            .collect(),
        strings: report
            .strings
            .iter()
            .map(|string| StringJson {
                string: string.number,
                name: string.name.as_deref(),
                not_examined: string.not_examined.as_deref(),
                sessions: string.sessions().map(SessionJson::from).collect(),
                figures: FiguresJson::from(&string.figures),
            })
            .collect(),
        modules: ModuleList(report),
        measurements: measured(report),
        photos: PhotoList(report),
    };
    let mut open = OpenEnd { out: HashedOut::new(out), end: Vec::new() };
    serde_json::to_writer_pretty(&mut open, &head)?;
    let OpenEnd { mut out, end } = open;
    match seal {
        Some(seal) => out.seal(b",\n  \"proof\": \"", seal, &[b"\"", end.as_slice(), b"\n"].concat()),
        None => out.write_all(&[end.as_slice(), b"\n"].concat()),
    }
}

/// Holds back the bracket that closes the whole: another field comes before it.
struct OpenEnd<'w> {
    out: HashedOut<'w>,
    end: Vec<u8>,
}

impl Write for OpenEnd<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        /// A new line and a bracket.
        const HELD: usize = 2;
        self.end.extend_from_slice(bytes);
        let passed = self.end.len().saturating_sub(HELD);
        self.out.write_all(self.end.get(..passed).unwrap_or_default())?;
        self.end.drain(..passed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
