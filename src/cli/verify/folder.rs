//! Verification of a report's folder: its JSON is signed, and names table and pictures by their hashes; the other forms are signed
//! themselves, and must be of the same version.
//!
//! Called by `verify`; calls `domain::proof`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::Value;

use super::one;
use super::verdict::{ExpectedKey, Verdict, VerifiedFile};
use crate::cli::report::{FOLDER_PICTURES, picture_name};
use crate::domain::hex::hex;
use crate::domain::proof::HashedOut;

const LIST: &str = "report.json";
const TABLE: &str = "report.csv";
/// Forms that are signed themselves.
const FORMS: [&str; 3] = ["report.pdf", "report.html", "report.xlsx"];

pub fn verify(dir: &Path, expected: &ExpectedKey) -> anyhow::Result<Vec<VerifiedFile>> {
    let list = dir.join(LIST);
    if !list.is_file() {
        bail!("{} is no folder of a report: it has no {LIST}", dir.display());
    }
    let mut files = vec![one(&list, LIST, expected)?];
    let first = files.first().and_then(|list| list.statement.clone());
    for form in FORMS {
        let path = dir.join(form);
        if !path.is_file() {
            files.push(missing(form));
            continue;
        }
        let mut file = one(&path, form, expected)?;
        let beside =
            first.as_ref().zip(file.statement.as_ref()).is_none_or(|(first, own)| first.is_beside(own));
        if !beside && file.verdict == Verdict::Genuine {
            file = VerifiedFile::new(
                form,
                Verdict::Altered,
                "genuine by itself, but of another version than the rest.",
            );
        }
        files.push(file);
    }
    // What the list says counts only where nobody has changed it.
    let sound = matches!(files.first().map(|list| list.verdict), Some(Verdict::Genuine | Verdict::OtherHub));
    if sound {
        let report: Value = serde_json::from_reader(File::open(&list)?).context(LIST)?;
        files.extend(named(dir, &report)?);
    }
    Ok(files)
}

/// The table and the pictures, by the hashes in the list.
fn named(dir: &Path, report: &Value) -> anyhow::Result<Vec<VerifiedFile>> {
    let mut files = Vec::new();
    let table = report["table"]["sha256"].as_str().unwrap_or_default();
    files.push(match hash(&dir.join(TABLE))? {
        None => missing(TABLE),
        Some(found) if found == table => good(TABLE),
        Some(_) => altered(TABLE),
    });
    let mut there: BTreeSet<String> = names(&dir.join(FOLDER_PICTURES))?;
    let (mut sound, mut lacking) = (0, 0);
    for photo in report["photos"].as_array().into_iter().flatten() {
        let variants = photo["variants"].as_array().map(Vec::as_slice).unwrap_or_default();
        let by_name: BTreeMap<String, Vec<&str>> =
            variants.iter().fold(BTreeMap::new(), |mut names, variant| {
                let hashes: &mut Vec<&str> = names.entry(picture_name(photo, variant)).or_default();
                hashes.push(variant["sha256"].as_str().unwrap_or_default());
                names
            });
        let here: Vec<_> = by_name.into_iter().filter(|(name, _)| there.remove(name)).collect();
        lacking += usize::from(here.is_empty());
        for (name, hashes) in here {
            let shown = format!("{FOLDER_PICTURES}/{name}");
            match hash(&dir.join(FOLDER_PICTURES).join(&name))? {
                Some(found) if hashes.contains(&found.as_str()) => sound += 1,
                _ => files.push(altered(&shown)),
            }
        }
    }
    if sound > 0 {
        files.push(good(&format!("{sound} in {FOLDER_PICTURES}")));
    }
    if lacking > 0 {
        files.push(missing(&format!("{lacking} in {FOLDER_PICTURES}")));
    }
    let added = there.iter().map(|name| {
        let name = format!("{FOLDER_PICTURES}/{name}");
        VerifiedFile::new(&name, Verdict::Altered, "added. The report names no such picture.")
    });
    files.extend(added);
    Ok(files)
}

fn good(name: &str) -> VerifiedFile {
    VerifiedFile::new(name, Verdict::Genuine, "as the report names it.")
}

fn altered(name: &str) -> VerifiedFile {
    VerifiedFile::new(name, Verdict::Altered, "altered. It is not what the report names.")
}

fn missing(name: &str) -> VerifiedFile {
    VerifiedFile::new(name, Verdict::Missing, "missing.")
}

fn names(dir: &Path) -> anyhow::Result<BTreeSet<String>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries.with_context(|| dir.display().to_string())?,
    };
    let mut names = BTreeSet::new();
    for entry in entries {
        names.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

/// `None`: it is not there.
fn hash(path: &Path) -> anyhow::Result<Option<String>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.with_context(|| path.display().to_string())?,
    };
    let mut nowhere = io::sink();
    let mut hashed = HashedOut::new(&mut nowhere);
    io::copy(&mut file, &mut hashed).with_context(|| path.display().to_string())?;
    Ok(Some(hex(&hashed.sha256())))
}
