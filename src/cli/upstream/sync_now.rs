//! `fieldhub upstream sync-now`: do not wait for the next try.

use anyhow::bail;
use clap::Args;
use hyper::Method;
use serde_json::json;

use super::client::{HubClient, full};
use super::{NONE, Output, name, number, print};
use crate::domain::LinkName;

#[derive(Debug, Args)]
pub struct SyncNowCommand {
    /// One upstream; all of them if not given
    #[arg(value_parser = name)]
    name: Option<LinkName>,
    #[command(flatten)]
    output: Output,
}

impl SyncNowCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let body = full(json!({ "upstream": self.name }).to_string());
        let path = "/api/v1/upstream/sync";
        let answer = client.request(Method::POST, path, "application/json", body).await?.json().await?;
        if self.output.json {
            return print::json(&answer);
        }
        let held = number(&answer, "held");
        if held > 0 {
            let asked = "asked to be left alone for a while, and tried after that: `fieldhub upstream status` says when";
            let who = self.name.as_ref().map_or_else(|| format!("Upstreams: {held}"), ToString::to_string);
            print::line(&format!("{who} {asked}"))?;
        }
        match (number(&answer, "woken"), &self.name) {
            (0, _) if held > 0 => Ok(()),
            (0, _) => bail!("{NONE}"),
            (_, Some(name)) => print::line(&format!("{name} tries now")),
            (1, None) => print::line("The upstream tries now"),
            (count, None) => print::line(&format!("{count} upstreams try now")),
        }
    }
}
