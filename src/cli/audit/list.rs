//! `fieldhub audit list`: all audits, and how far they are.

use clap::Args;

use super::client::Client;
use super::{Output, line, number, print, text};

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    output: Output,
}

impl List {
    pub async fn run(&self, client: &Client) -> anyhow::Result<()> {
        let answer = client.get("/api/v1/audits").await?.json().await?;
        if self.output.json {
            return print::json(&answer);
        }
        let audits = answer["audits"].as_array().map(Vec::as_slice).unwrap_or_default();
        if audits.is_empty() {
            return line("No audits yet. Make one with `fieldhub audit create` or `fieldhub audit import`.");
        }
        let rows: Vec<[String; 5]> = audits
            .iter()
            .map(|audit| {
                let figure = |field| number(audit, field).to_string();
                let named = |field| text(audit, field).to_owned();
                [named("token"), named("name"), figure("module_count"), figure("marked"), figure("defects")]
            })
            .collect();
        print::out(&print::table(["TOKEN", "NAME", "MODULES", "MARKED", "DEFECTS"], &rows))
    }
}
