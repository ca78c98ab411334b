//! `fieldhub bundle import`: a bundle of another hub, or what a tablet could not send.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use hyper::Method;
use serde_json::Value;

use super::client::HubClient;
use super::{AuditNames, Output, check, file, marks, named, picture_folder, print, tablet_queue};
use crate::domain::id::MAX_MODULES_TEXT;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub bundle import /media/usb/van.fhbundle")]
pub struct BundleImportCommand {
    /// The file: a bundle, or the unsent marks that a tablet has saved
    file: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// What a file is, as it begins.
enum CarriedFile {
    Bundle,
    Marks,
}

impl BundleImportCommand {
    /// The whole file is read first: of one that is cut short, or no bundle, nothing is taken in.
    pub fn check(&self) -> anyhow::Result<()> {
        match self.kind()? {
            CarriedFile::Bundle => check::read(&self.file).map(|_| ()),
            CarriedFile::Marks => self.marks().map(|_| ()),
        }
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        match self.kind()? {
            CarriedFile::Bundle => self.bundle(client).await,
            CarriedFile::Marks => {
                let sent =
                    tablet_queue::send(self.marks()?, client).await.with_context(|| named(&self.file))?;
                if self.output.json {
                    print::json(&sent.json())
                } else {
                    print::out(&sent.text(&named(&self.file), &AuditNames::of(client).await?))
                }
            }
        }
    }

    fn kind(&self) -> anyhow::Result<CarriedFile> {
        let mut begin = [0; 16];
        let mut file = File::open(&self.file).with_context(|| named(&self.file))?;
        let n = file.read(&mut begin).with_context(|| named(&self.file))?;
        let begin = &begin[..n];
        let text = begin.strip_prefix("\u{feff}".as_bytes()).unwrap_or(begin).trim_ascii_start();
        if begin.starts_with(b"fhbundle") {
            Ok(CarriedFile::Bundle)
        } else if text.starts_with(b"{") {
            Ok(CarriedFile::Marks)
        } else {
            bail!("{}: this is neither a bundle nor the unsent marks of a tablet", named(&self.file))
        }
    }

    fn marks(&self) -> anyhow::Result<marks::MarksFile> {
        marks::read(&file::read(&self.file)?).with_context(|| named(&self.file))
    }

    async fn bundle(&self, client: &HubClient) -> anyhow::Result<()> {
        let body = file::body(&self.file).await?;
        let answer =
            client.request(Method::POST, "/api/v1/bundle", "application/vnd.fieldhub.bundle", body).await?;
        let mut answer = answer.json().await.with_context(|| named(&self.file))?;
        let dir = picture_folder::beside_bundle(&self.file);
        let pictures = picture_folder::import(client, &dir).await?;
        let names = AuditNames::of(client).await?;
        if self.output.json {
            if let Some(pictures) = &pictures {
                answer["photos"] = pictures.json();
            }
            print::json(&answer)?;
        } else {
            print::out(&page(&named(&self.file), &answer, &names))?;
            let said = pictures.as_ref().and_then(|pictures| pictures.said(&dir));
            said.map_or(Ok(()), |said| print::line(&said))?;
        }
        whole(&answer, &names).with_context(|| named(&self.file))?;
        pictures.map_or(Ok(()), |pictures| pictures.whole())
    }
}

/// What did not come in, and why. The others came, and that is no success.
fn whole(answer: &Value, names: &AuditNames) -> anyhow::Result<()> {
    let list = |field: &str| answer[field].as_array().map(Vec::as_slice).unwrap_or_default();
    let reason = |of: &Value| of["reason"].as_str().unwrap_or(print::NOTHING).to_owned();
    let mut not_taken = Vec::new();
    for failed in list("failed") {
        let named = names.said(failed["token"].as_str().unwrap_or(print::NOTHING));
        not_taken.push(format!("{named}: this hub cannot read it ({}); see fieldhub doctor", reason(failed)));
    }
    for damaged in list("damaged") {
        let named = damaged["token"].as_str().map(|token| names.said(token));
        let of = named.unwrap_or_else(|| "an audit that the file no longer names".to_owned());
        not_taken
            .push(format!("a part of {of}: {}; copy the bundle again, or export it again", reason(damaged)));
    }
    if not_taken.is_empty() {
        return Ok(());
    }
    bail!("not taken in, and the others were:\n  {}", not_taken.join("\n  "))
}

/// A line for each audit.
fn page(file: &str, answer: &Value, names: &AuditNames) -> String {
    let number = |of: &Value, field: &str| of[field].as_u64().unwrap_or(0);
    let list = |field: &str| answer[field].as_array().map(Vec::as_slice).unwrap_or_default();
    let operations = print::count(number(answer, "operations"), "operation");
    let mut text = format!("{file}: {operations}, {} new\n", number(answer, "new"));
    for audit in list("by_audit") {
        let named = names.said(audit["token"].as_str().unwrap_or(print::NOTHING));
        text += &format!("  {named}: {} new, {} known already", number(audit, "new"), number(audit, "known"));
        match number(audit, "refused") {
            0 => {}
            refused => {
                text += &format!(
                    ", {refused} refused: the audit has {MAX_MODULES_TEXT} modules already, or the log of the hub \
                     says why"
                )
            }
        }
        if audit["gap"].as_bool().unwrap_or(false) {
            text += "; earlier operations are missing here: import the earlier bundle too";
        }
        text.push('\n');
    }
    for token in list("removed").iter().filter_map(Value::as_str) {
        text += &format!("  {token}: it was removed here and stays removed\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_audit_has_a_line() {
        let answer = json!({"audits": 2, "operations": 60, "new": 50, "known": 7, "refused": 3, "removed": ["old"], "by_audit": [
            {"token": "jalibat", "new": 50, "known": 2, "refused": 3, "gap": false},
            {"token": "demo", "new": 0, "known": 5, "refused": 0, "gap": true},
        ]});
        let names = AuditNames::read(&json!({"audits": [{"token": "jalibat", "name": "Toit nord"}]}));
        insta::assert_snapshot!(page("van.fhbundle", &answer, &names), @r"
        van.fhbundle: 60 operations, 50 new
          Toit nord (jalibat): 50 new, 2 known already, 3 refused: the audit has 20,000 modules already, or the log of the hub says why
          demo: 0 new, 5 known already; earlier operations are missing here: import the earlier bundle too
          old: it was removed here and stays removed
        ");
    }
}
