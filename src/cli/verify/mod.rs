//! `fieldhub verify`: whether a file is as a hub wrote it (signature, hash), and which hub that was.
//!
//! Called by `cli`; calls `domain::proof`, and `folder` for all files of a report. Needs no hub and no network.

mod folder;
mod verdict;

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::{Output, print};
use crate::config::Config;
use crate::domain::proof::check;
use crate::hub;
pub use verdict::VerifyFailure;
use verdict::{ExpectedKey, Verdict, VerifiedFile};

const ABOUT: &str = "\
Exit codes: 0 genuine, 1 the file cannot be read, 2 wrong use, 3 altered, 4 signed by another hub, 5 no signature.

A hub's key is on its poster, and in every report that it signs. Without --hub it is compared with that of the hub on
this machine, where there is one; where there is none, compare what is printed with the poster.

Examples:
  fieldhub verify jalibat-report-2.pdf
  fieldhub verify /media/stick/jalibat
  fieldhub verify report.xlsx --hub \"3f2a 91bc 77d0 12ef 5a60 c4d9\"";

/// Check that a report, in whatever form, or a folder of one, is as the hub wrote it
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
    let found = File::open(path).and_then(|mut file| check::check(&mut file));
    let found = found.with_context(|| path.display().to_string())?;
    Ok(VerifiedFile::of(name, found.verdict, expected))
}
