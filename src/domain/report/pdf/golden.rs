//! Golden text of the report on paper: what each section says, word for word, as poppler's pdftotext reads it.
//!
//! Skipped, and said so, where pdftotext is not installed, which CI may not be.

use std::process::Command;

use super::tests::{jalibat, made, of};
use crate::domain::report::{Report, ReportLanguage};

/// The first two strings of JALIBAT.
fn small() -> Report {
    let whole = jalibat();
    let mut modules = whole.modules[..whole.strings[1].modules.end].to_vec();
    for module in modules.iter_mut().rev().take(2) {
        (module.status, module.by, module.at_ms) = (None, None, None);
        module.not_examined = Some("no_access".into());
    }
    let mut small = of(modules);
    for (string, of_whole) in small.strings.iter_mut().zip(&whole.strings) {
        string.session.clone_from(&of_whole.session);
    }
    let contested = whole.contested.into_iter().filter(|one| small.findings.contains(&one.module)).collect();
    Report { contested, conditions: whole.conditions, severities: whole.severities, ..small }
}

fn text_of(bytes: &[u8]) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("report.pdf");
    std::fs::write(&file, bytes).unwrap();
    match Command::new("pdftotext").arg("-raw").arg(&file).arg("-").output() {
        Ok(output) => {
            assert!(output.status.success(), "{output:?}");
            Some(String::from_utf8(output.stdout).unwrap().replace('\u{c}', "\n==== page\n"))
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "pdftotext: {error}");
            println!("skipped: pdftotext: {error}");
            None
        }
    }
}

#[test]
fn each_section_says_what_it_said() {
    let (bytes, _) = made(&small(), ReportLanguage::Fr);
    let Some(text) = text_of(&bytes) else { return };
    insta::assert_snapshot!("paper-fr", text);
}
