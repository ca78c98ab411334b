//! `fieldhub audit import`: an audit from a plan, a tablet export or backup, a CSV or an XLSX.
//!
//! The hub first says what it understands, and that is shown where it had to guess.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use hyper::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::client::{HubClient, full};
use super::{
    AuditNames, Output, confirm, file, in_short, line, number, path_of, print, text, token, warn_of_twins,
};
use crate::cli::WrongUse;
use crate::domain::Token;

/// All but what RFC 3986 calls unreserved.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub audit import plan.json
  fieldhub audit import table.xlsx --name JALIBAT --dry-run
  fieldhub audit import newer.json --onto JALIBAT")]
pub struct AuditImportCommand {
    /// The file; `-` is stdin
    file: PathBuf,
    /// The audit's token, as it stands in links; otherwise the one in the file, or a new UUID
    #[arg(long, value_parser = token)]
    token: Option<Token>,
    /// The name of the audit; otherwise the one in the file
    #[arg(long)]
    name: Option<String>,
    /// Which audit of a tablet's complete backup
    #[arg(long, value_name = "TOKEN")]
    audit: Option<String>,
    /// Only show what would be made, or would change
    #[arg(long)]
    dry_run: bool,
    /// An audit that is there, by its name or token: its layout becomes that of the file. What is new, moved and gone is
    /// shown first; what is gone is hidden with its marks, and marks in the file are left out
    #[arg(long, value_name = "AUDIT", conflicts_with_all = ["token", "name", "audit"])]
    onto: Option<String>,
    /// Do not ask where the encoding of the file was guessed, or with --onto
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    output: Output,
}

impl AuditImportCommand {
    /// What can be refused before the hub is asked.
    pub fn check(&self) -> anyhow::Result<()> {
        match &self.onto {
            Some(_) if self.dry_run => Ok(()),
            Some(_) if self.file == Path::new("-") && !self.yes => Err(WrongUse(
                "the file comes from stdin, and nobody can be asked there; add --yes to go ahead".to_owned(),
            )
            .into()),
            Some(_) => confirm::askable(self.yes),
            None => Ok(()),
        }
    }

    /// Whether it may begin a new data directory.
    pub fn makes_data(&self) -> bool {
        self.onto.is_none()
    }

    async fn onto(
        &self,
        client: &HubClient,
        names: &AuditNames,
        audit: &str,
        source: &str,
        bytes: Vec<u8>,
    ) -> anyhow::Result<()> {
        // With --yes nobody sees which one was meant.
        let token = if self.yes { names.whole(audit)? } else { names.find(audit)? };
        let audit = names.said(token.as_str());
        let kind = content_type(&bytes);
        let path = format!("{}/plan", path_of(&token));
        let ask = format!("{path}?dry_run=true");
        let shown = client.request(Method::POST, &ask, kind, full(bytes.clone())).await?;
        let shown = shown.json().await.with_context(|| source.to_owned())?;
        if ["new", "moved", "gone", "back"].iter().all(|field| list(&shown, field).count() == 0) {
            if self.output.json {
                return print::json(&shown);
            }
            return line(&format!("{source}: {audit} is as this file says already"));
        }
        if self.dry_run && self.output.json {
            return print::json(&shown);
        }
        if !self.output.json {
            print::out(&differences(&shown))?;
        }
        if self.dry_run {
            return Ok(());
        }
        confirm::ask(self.yes, &format!("Change the layout of {audit} like this?"))?;
        let done = client.request(Method::POST, &path, kind, full(bytes)).await?.json().await?;
        if self.output.json {
            print::json(&done)
        } else {
            line(&format!("{source}: changed the layout of {audit}"))
        }
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let source =
            if self.file == Path::new("-") { "stdin".to_owned() } else { self.file.display().to_string() };
        let bytes = file::read(&self.file)?;
        if let Some(audit) = &self.onto {
            let names = AuditNames::of(client).await?;
            return self.onto(client, &names, audit, &source, bytes.to_vec()).await;
        }
        let kind = content_type(&bytes);
        // A table has no name in it but that of the file.
        let stem = || {
            self.file.file_stem().filter(|_| kind != JSON && source != "stdin")?.to_str().map(str::to_owned)
        };
        let mut query = Vec::new();
        if let Some(token) = &self.token {
            query.push(format!("token={token}"));
        }
        for (field, value) in [("name", self.name.clone().or_else(stem)), ("audit", self.audit.clone())] {
            if let Some(value) = value {
                query.push(format!("{field}={}", utf8_percent_encode(&value, QUERY)));
            }
        }
        let query = query.join("&");
        let path = format!("/api/v1/audits/preview?{query}");
        let preview = client.request(Method::POST, &path, kind, full(bytes.clone())).await?.json().await;
        let preview = preview.with_context(|| source.clone())?;
        if preview["kind"] == "backup" {
            return Err(WrongUse(format!("{source}: {}", choices(&preview))).into());
        }
        if self.dry_run {
            return match self.output.json {
                true => print::json(&preview),
                false => line(&format!("{source}: {}", understood(&preview))),
            };
        }
        if preview["encoding"] == "windows-1252" && !self.yes {
            let understood = understood(&preview);
            if source == "stdin" || !io::stdin().is_terminal() {
                let problem = "the encoding is a guess, and there is no terminal to ask on: if the comments above are \
                               right, add --yes; nothing was made";
                return Err(WrongUse(format!("{source}: {understood}\n{problem}")).into());
            }
            confirm::ask(false, &format!("{source}: {understood}\nIs that right?"))?;
        }
        let path = format!("/api/v1/audits?{query}");
        let response = client.request(Method::POST, &path, kind, full(bytes)).await?;
        let merged = response.status == 200;
        let audit = response.json().await.with_context(|| source.clone())?;
        if !merged {
            warn_of_twins(&AuditNames::of(client).await?, &audit);
        }
        if self.output.json {
            return print::json(&audit);
        }
        let did = if merged { "Merged it into" } else { "Made" };
        let remarks = remarks(&preview).into_iter().map(|remark| format!("\n  {remark}")).collect::<String>();
        line(&format!("{source}: {did} {}{remarks}", in_short(&audit)))
    }
}

const JSON: &str = "application/json";

/// More of them are counted.
const SHOWN: usize = 12;

/// What a file says otherwise than the audit, for people.
fn differences(shown: &Value) -> String {
    let mut told = String::new();
    for (field, what) in [
        ("new", "new"),
        ("moved", "moved"),
        ("gone", "not in the file, and hidden with their marks"),
        ("back", "hidden until now, and shown again"),
    ] {
        let all: Vec<&Value> = list(shown, field).collect();
        if all.is_empty() {
            continue;
        }
        told += &format!("{} {what}\n", print::count(all.len() as u64, "module"));
        for place in all.iter().take(SHOWN) {
            let at = format!("{}.{}", number(place, "string"), number(place, "position"));
            let from = match place["from_string"].as_u64() {
                Some(string) => format!(", from {string}.{}", number(place, "from_position")),
                None => String::new(),
            };
            told += &format!("  {} at {at}{from}\n", text(place, "module_id"));
        }
        if all.len() > SHOWN {
            told += &format!("  and {} more\n", all.len() - SHOWN);
        }
    }
    told
}

fn content_type(bytes: &[u8]) -> &'static str {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    match text.trim_ascii_start() {
        [b'{' | b'[', ..] => JSON,
        [b'P', b'K', ..] => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "text/csv",
    }
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value[field].as_array().into_iter().flatten()
}

/// The audits of a backup, to choose from.
fn choices(preview: &Value) -> String {
    let mut said = "this is a backup of several audits; say which one with --audit TOKEN:".to_owned();
    for choice in list(preview, "choices") {
        said += &match choice["problem"].as_str() {
            Some(problem) => format!("\n  {} cannot be read: {problem}", text(choice, "audit")),
            None => format!(
                "\n  {} ({}): {}, {}",
                text(choice, "audit"),
                text(choice, "name"),
                print::count(number(choice, "module_count"), "module"),
                print::count(number(choice, "marks"), "mark"),
            ),
        };
    }
    said
}

/// What a file is, and some of its rows.
fn understood(preview: &Value) -> String {
    let strings = list(preview, "strings").count() as u64;
    let mut said = format!(
        "{}, {} in {}, {}",
        text(preview, "kind"),
        print::count(number(preview, "module_count"), "module"),
        print::count(strings, "string"),
        print::count(number(preview, "marks"), "mark"),
    );
    for remark in remarks(preview) {
        said += &format!("\n  {remark}");
    }
    for row in list(preview, "sample") {
        // Whatever would move a terminal's cursor shows as what it is.
        let comment = row["comment"].as_str().map(|comment| format!(", {comment:?}"));
        said += &format!(
            "\n  {}: string {}, position {}, {}{}",
            text(row, "module_id"),
            number(row, "string"),
            number(row, "position"),
            text(row, "status"),
            comment.unwrap_or_default(),
        );
    }
    said
}

/// What had to be made of the file.
fn remarks(preview: &Value) -> Vec<String> {
    /// As many as a line has room for.
    const MOST: usize = 6;
    let mut said = Vec::new();
    match preview["encoding"].as_str() {
        Some("utf-8") | None => {}
        Some(encoding) => said.push(format!("read as {encoding}")),
    }
    if preview["strings_from_zero"] == true {
        said.push("the file counts strings from 0: its string 0 is string 1 here".to_owned());
    }
    let name = |label: &Value| format!("{} is {}", text(label, "name"), number(label, "number"));
    let names: Vec<String> = list(preview, "string_names").map(name).collect();
    if !names.is_empty() {
        let more = if names.len() > MOST { ", ..." } else { "" };
        said.push(format!(
            "strings keep their names of the file: {}{more}",
            names[..names.len().min(MOST)].join(", ")
        ));
    }
    if let Some(added) = preview["string_added"].as_object() {
        let count = print::count(added["module_count"].as_u64().unwrap_or(0), "module");
        said.push(format!(
            "{count} without a place: in string {}, which is not in the file",
            added["number"]
        ));
    }
    said
}
