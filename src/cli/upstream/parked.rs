//! Dead letters (`fieldhub upstream parked`, `retry`, `drop`): modules that an upstream does not take.

use clap::Args;
use hyper::Method;
use serde_json::{Value, json};

use super::client::{HubClient, full};
use super::{AuditNames, Output, list, name, named_audit, number, print, text};
use crate::domain::{LinkName, ModuleId};

#[derive(Debug, Args)]
pub struct ParkedCommand {
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub upstream retry --audit JALIBAT
  fieldhub upstream retry --all")]
pub struct RetryCommand {
    #[command(flatten)]
    which: ParkedSelection,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub upstream drop --audit JALIBAT --module M012")]
pub struct DropCommand {
    #[command(flatten)]
    which: ParkedSelection,
    #[command(flatten)]
    output: Output,
}

/// Of what is parked: all that fits.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct ParkedSelection {
    /// Those of this upstream
    #[arg(long, value_name = "NAME", value_parser = name)]
    upstream: Option<LinkName>,
    /// Those of this audit: its name or token, or the beginning of one
    #[arg(long, value_name = "AUDIT")]
    audit: Option<String>,
    /// This module
    #[arg(long, value_name = "ID", value_parser = module, conflicts_with = "all")]
    module: Option<ModuleId>,
    /// All of them
    #[arg(long)]
    all: bool,
}

fn module(text: &str) -> Result<ModuleId, String> {
    ModuleId::parse(text).map_err(|invalid| invalid.problem)
}

impl ParkedCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let answer = client.get("/api/v1/upstream/parked").await?.json().await?;
        if self.output.json {
            return print::json(&answer);
        }
        let parked = list(&answer, "parked");
        if parked.is_empty() {
            return print::line("Nothing is parked: every upstream accepts what it is offered");
        }
        print::out(&table(parked, &AuditNames::of(client).await?))
    }
}

fn table(parked: &[Value], names: &AuditNames) -> String {
    let row = |module: &Value| {
        let dropped = module["dropped"].as_bool().unwrap_or(false);
        [
            text(module, "upstream").to_owned(),
            names.name(text(module, "token")).to_owned(),
            text(module, "token").to_owned(),
            text(module, "module_id").to_owned(),
            print::time(module["at_ms"].as_u64()),
            if dropped { "dropped".to_owned() } else { "parked".to_owned() },
            text(module, "reason").to_owned(),
        ]
    };
    let rows: Vec<_> = parked.iter().map(row).collect();
    print::table(["UPSTREAM", "AUDIT", "TOKEN", "MODULE", "SINCE", "STATE", "REASON"], &rows)
}

impl RetryCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let modules = self.which.call(client, "/api/v1/upstream/retry", &self.output).await?;
        modules.map_or(Ok(()), |modules| print::line(&format!("Offered again: {modules}")))
    }
}

impl DropCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let modules = self.which.call(client, "/api/v1/upstream/drop", &self.output).await?;
        let said = |modules| format!("Left out: {modules}. A later mark of one is offered again");
        modules.map_or(Ok(()), |modules| print::line(&said(modules)))
    }
}

impl ParkedSelection {
    /// How many modules it was about, if that is still to be said.
    async fn call(&self, client: &HubClient, path: &str, output: &Output) -> anyhow::Result<Option<String>> {
        let Self { upstream, audit, module, .. } = self;
        let token = match audit {
            Some(audit) => Some(named_audit::token_of(client, audit).await?),
            None => None,
        };
        let body = json!({ "upstream": upstream, "token": token, "module_id": module });
        let body = full(body.to_string());
        let answer = client.request(Method::POST, path, "application/json", body).await?.json().await?;
        if output.json {
            return print::json(&answer).map(|()| None);
        }
        match number(&answer, "modules") {
            0 => {
                print::line("No parked module matches; `fieldhub upstream parked` shows them").map(|()| None)
            }
            modules => Ok(Some(print::count(modules, "module"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each() {
        let parked = |module: &str, dropped: bool| {
            json!({"upstream": "cloud", "token": "jalibat", "module_id": module, "reason": "422: no such module",
                "at_ms": 1_761_300_000_000u64, "dropped": dropped})
        };
        let names = AuditNames::read(&json!({"audits": [{"token": "jalibat", "name": "Toit nord"}]}));
        insta::assert_snapshot!(table(&[parked("M001", false), parked("S3-12", true)], &names), @r"
        UPSTREAM  AUDIT      TOKEN    MODULE  SINCE                 STATE    REASON
        cloud     Toit nord  jalibat  M001    2025-10-24 10:00 UTC  parked   422: no such module
        cloud     Toit nord  jalibat  S3-12   2025-10-24 10:00 UTC  dropped  422: no such module
        ");
    }
}
