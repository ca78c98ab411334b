//! `fieldhub audit create`: an audit from the number of modules in each string.

use clap::Args;
use hyper::Method;
use serde_json::json;

use super::client::{HubClient, full};
use super::{AuditNames, Output, in_short, line, print, token, warn_of_twins};
use crate::domain::{Layout, Token};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub audit create --name JALIBAT --location Castelmoron --strings 26,24x9")]
pub struct Create {
    /// The name of the audit
    #[arg(long)]
    name: String,
    /// Who it is for
    #[arg(long)]
    client: Option<String>,
    /// Where the site is
    #[arg(long)]
    location: Option<String>,
    /// The audit's token, as it stands in links; a new UUID if not given
    #[arg(long, value_parser = token)]
    token: Option<Token>,
    /// Modules in each string: `26,24x9` is one string of 26, then nine of 24
    #[arg(long, value_name = "COUNTS", value_parser = strings)]
    strings: String,
    #[command(flatten)]
    output: Output,
}

fn strings(text: &str) -> Result<String, String> {
    Layout::from_counts(text).map(|_| text.to_owned()).map_err(|e| e.problem)
}

impl Create {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let mut audit = json!({"name": self.name, "strings": self.strings});
        let more = [
            ("client", self.client.as_deref()),
            ("location", self.location.as_deref()),
            ("token", self.token.as_ref().map(Token::as_str)),
        ];
        for (field, value) in more {
            if let Some(value) = value {
                audit[field] = value.into();
            }
        }
        let body = full(audit.to_string());
        let made =
            client.request(Method::POST, "/api/v1/audits", "application/json", body).await?.json().await?;
        warn_of_twins(&AuditNames::of(client).await?, &made);
        if self.output.json {
            return print::json(&made);
        }
        line(&format!("Made {}", in_short(&made)))
    }
}
