//! `fieldhub audit archive`: an audit that is done with, put away whole; and out again.

use clap::Args;
use hyper::Method;
use serde_json::json;

use super::client::{HubClient, full};
use super::{Output, WhichAudit, in_short, line, path_of, print};

#[derive(Debug, Args)]
pub struct Archive {
    #[command(flatten)]
    which: WhichAudit,
    /// Take it out again
    #[arg(long)]
    undo: bool,
    #[command(flatten)]
    output: Output,
}

impl Archive {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let body = full(json!({ "archived": !self.undo }).to_string());
        let path = path_of(&self.which.token(client).await?);
        let audit = client.request(Method::PATCH, &path, "application/json", body).await?.json().await?;
        if self.output.json {
            return print::json(&audit);
        }
        let did = if self.undo { "Took out of the archive" } else { "Archived" };
        line(&format!("{did}: {}", in_short(&audit)))
    }
}
