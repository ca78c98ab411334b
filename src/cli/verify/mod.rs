//! `fieldhub verify`: whether a file is as a hub wrote it (signature, hash), and which hub that was.
//!
//! Called by `cli`; calls `domain::proof`, `places` and `workbook` for where a file is altered, and `folder` for all files of a report. Needs no hub and no network.

mod folder;
mod kind;
mod places;
mod verdict;
mod workbook;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::{Output, print};
use crate::config::Config;
use crate::domain::bundle;
use crate::domain::proof::check::{self, AlteredPart};
use crate::domain::proof::{EXPORT, FileVerdict};
use crate::hub;
use kind::FileKind;
use places::FileDetails;
pub use verdict::VerifyFailure;
use verdict::{ExpectedKey, Verdict, VerifiedFile};

const ABOUT: &str = "\
Exit codes: 0 genuine, 1 the file cannot be read, 2 wrong use, 3 altered, 4 signed by another hub, 5 no signature.

A hub's key is on its poster, and in every report that it signs. Without --hub it is compared with that of the hub on
this machine, where there is one; where there is none, compare what is printed with the poster.

Examples:
  fieldhub verify jalibat-report-2.pdf
  fieldhub verify /media/stick/jalibat
  fieldhub verify /media/usb/van.fhbundle
  fieldhub verify report.xlsx --hub \"3f2a 91bc 77d0 12ef 5a60 c4d9\"";

/// Check that a report, in whatever form, a folder of one, a bundle or an exported audit is as the hub wrote it
#[derive(Debug, Args)]
#[command(after_help = ABOUT)]
pub struct VerifyCommand {
    /// A file that a hub has made, or the folder of a report
    file: PathBuf,
    /// The key that it must be signed with, or its fingerprint
    #[arg(long, value_name = "KEY")]
    hub: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl VerifyCommand {
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let expected = match &self.hub {
            Some(key) => ExpectedKey::Named(key.clone()),
            None => hub::key_in(&config.data_dir)
                .map_or(ExpectedKey::None, |(id, key)| ExpectedKey::Here(id, key)),
        };
        let files = match self.file.is_dir() {
            true => folder::verify(&self.file, &expected)?,
            false => vec![one(&self.file, &self.file.display().to_string(), &expected)?],
        };
        if self.output.json {
            print::json(&json!({ "files": files.iter().map(VerifiedFile::json).collect::<Vec<_>>() }))?;
        } else {
            for file in &files {
                print::out(&file.said(&expected))?;
            }
        }
        // Of many the worst counts.
        let worst = files.iter().map(|file| file.verdict).max().unwrap_or(Verdict::NoSignature);
        worst.result()
    }
}

/// One file by itself.
fn one(path: &Path, name: &str, expected: &ExpectedKey) -> anyhow::Result<VerifiedFile> {
    judge(path, name, expected).with_context(|| path.display().to_string())
}

fn judge(path: &Path, name: &str, expected: &ExpectedKey) -> io::Result<VerifiedFile> {
    let (mut file, kind) = (File::open(path)?, FileKind::of(&mut File::open(path)?)?);
    if kind == FileKind::Bundle {
        let (verdict, found) = bundle::check::judge(&mut file)?;
        let altered = matches!(verdict, FileVerdict::Altered(_, Some(_)));
        let file = VerifiedFile::of(name, verdict, kind, expected);
        let details = found.map(|found| places::of_bundle(&found, altered)).unwrap_or_default();
        return Ok(file.with(details));
    }
    let found = check::check(&mut file)?;
    let details = match (&found.verdict, kind) {
        (FileVerdict::Altered(_, Some(said)), FileKind::Export) if said.of == EXPORT => {
            places::of_export(path, said)?
        }
        (FileVerdict::Altered(AlteredPart::File, Some(said)), FileKind::Workbook) => {
            workbook::altered(path, found.line, said)?
        }
        _ => FileDetails::default(),
    };
    let verdict = match (found.verdict, kind) {
        (FileVerdict::NoProof, FileKind::Workbook) => workbook::unsigned(path)?,
        (verdict, _) => verdict,
    };
    Ok(VerifiedFile::of(name, verdict, kind, expected).with(details))
}
