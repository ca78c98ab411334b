//! `fieldhub audit list`: all audits, how far they are, and which are put away.

use clap::Args;

use super::client::HubClient;
use super::{Output, line, number, print, text};

#[derive(Debug, Args)]
pub struct AuditListCommand {
    #[command(flatten)]
    output: Output,
}

impl AuditListCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let answer = client.get("/api/v1/audits").await?.json().await?;
        if self.output.json {
            return print::json(&answer);
        }
        let audits = answer["audits"].as_array().map(Vec::as_slice).unwrap_or_default();
        let unread = answer["unread"].as_array().map(Vec::as_slice).unwrap_or_default();
        if audits.is_empty() && unread.is_empty() {
            return line("No audits yet. Make one with `fieldhub audit create` or `fieldhub audit import`.");
        }
        let rows: Vec<[String; 6]> = audits
            .iter()
            .map(|audit| {
                let figure = |field| number(audit, field).to_string();
                let named = |field| text(audit, field).to_owned();
                let archived = if audit["archived"] == true { "yes" } else { "no" }.to_owned();
                let figures = (figure("module_count"), figure("marked"), figure("defects"));
                [named("token"), named("name"), figures.0, figures.1, figures.2, archived]
            })
            .collect();
        print::out(&print::table(["TOKEN", "NAME", "MODULES", "MARKED", "DEFECTS", "ARCHIVED"], &rows))?;
        for audit in unread {
            print::aside(&format!("warning: {}: {}", text(audit, "token"), text(audit, "problem")));
        }
        Ok(())
    }
}
