//! `fieldhub audit ...`: the commands about audits.
//!
//! Called by `cli`; one file per command.

mod archive;
mod create;
mod export;
mod import;
mod layout;
mod list;
mod measurements;
mod open_v33;
mod pull;
mod remove;
mod serials;
mod show;

use clap::Subcommand;
use serde_json::Value;

use super::client::HubClient;
use super::named_audit::{self, AuditNames, WhichAudit};
use super::print::{count, line};
use super::{Output, client, confirm, file, print};
use crate::domain::Token;

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Make an audit from the number of modules in each string
    Create(create::Create),
    /// Make an audit from a plan, a tablet export or backup, a CSV or an XLSX
    Import(import::AuditImportCommand),
    Pull(pull::Pull),
    /// List all audits, how far they are, and which are archived
    List(list::AuditListCommand),
    /// Show one audit: its details, and how far each string is
    Show(show::Show),
    Layout(layout::AuditLayoutCommand),
    Serials(serials::AuditSerialsCommand),
    Measurements(measurements::AuditMeasurementsCommand),
    /// Write an audit as CSV, or as a tablet exports it
    Export(export::AuditExportCommand),
    /// Open an audit to v3.3 clients that have not joined the crew
    OpenV33(open_v33::OpenV33),
    /// Archive an audit with everything in it, or take it out again; tablets that come late can still mark
    Archive(archive::Archive),
    /// Remove an audit and everything marked in it
    Remove(remove::Remove),
}

impl AuditCommand {
    /// What can be refused before the hub is asked.
    pub fn check(&self) -> anyhow::Result<()> {
        match self {
            Self::Remove(remove) => remove.check(),
            Self::Import(import) => import.check(),
            Self::Pull(pull) => pull.check(),
            _ => Ok(()),
        }
    }

    /// Whether it may begin a new data directory.
    pub fn makes_data(&self) -> bool {
        match self {
            Self::Create(_) => true,
            Self::Import(import) => import.makes_data(),
            Self::Pull(pull) => pull.makes_data(),
            _ => false,
        }
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        match self {
            Self::Create(create) => create.run(client).await,
            Self::Import(import) => import.run(client).await,
            Self::Pull(pull) => pull.run(client).await,
            Self::List(list) => list.run(client).await,
            Self::Show(show) => show.run(client).await,
            Self::Layout(layout) => layout.run(client).await,
            Self::Serials(serials) => serials.run(client).await,
            Self::Measurements(measurements) => measurements.run(client).await,
            Self::Export(export) => export.run(client).await,
            Self::OpenV33(open) => open.run(client).await,
            Self::Archive(archive) => archive.run(client).await,
            Self::Remove(remove) => remove.run(client).await,
        }
    }
}

/// A token as an argument.
fn token(text: &str) -> Result<Token, String> {
    Token::parse(text).map_err(|e| e.problem)
}

/// A crew that has two audits of one name and place on its screens splits, and nobody sees why.
fn warn_of_twins(names: &AuditNames, made: &Value) {
    let twins = names.twins(made);
    if twins.is_empty() {
        return;
    }
    print::aside(&format!(
        "warning: an audit of this name and place is already here, and the crew may split between the two:\n{}To keep \
         one: `fieldhub audit remove {}`. To tell them apart, rename one on the page.",
        named_audit::table(&twins),
        text(made, "token"),
    ));
}

fn path_of(token: &Token) -> String {
    format!("/api/v1/audits/{token}")
}

fn number(audit: &Value, field: &str) -> u64 {
    audit[field].as_u64().unwrap_or(0)
}

fn text<'a>(audit: &'a Value, field: &str) -> &'a str {
    audit[field].as_str().unwrap_or(print::NOTHING)
}

/// `JALIBAT (token jalibat-demo): 242 modules in 10 strings`.
fn in_short(audit: &Value) -> String {
    let modules = count(number(audit, "module_count"), "module");
    let strings = count(number(audit, "string_count"), "string");
    let marked = match number(audit, "marked") {
        0 => String::new(),
        marked => format!(", {marked} marked"),
    };
    format!("{} (token {}): {modules} in {strings}{marked}", text(audit, "name"), text(audit, "token"))
}
