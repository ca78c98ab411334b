//! `fieldhub audit remove`: an audit and everything marked in it, for good.

use clap::Args;
use hyper::Method;
use serde_json::json;

use super::client::{HubClient, no_body};
use super::{Output, WhichAudit, confirm, in_short, line, path_of, print};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub audit remove JALIBAT")]
pub struct Remove {
    #[command(flatten)]
    which: WhichAudit,
    /// Do not ask; the audit's whole name or token is needed then
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    output: Output,
}

impl Remove {
    pub fn check(&self) -> anyhow::Result<()> {
        confirm::askable(self.yes)
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let token = match self.yes {
            true => self.which.token_in_full(client).await?,
            false => self.which.token(client).await?,
        };
        let path = path_of(&token);
        let audit = client.get(&path).await?.json().await?;
        confirm::ask(self.yes, &format!("Remove {}, with all its history?", in_short(&audit)))?;
        client.request(Method::DELETE, &path, "", no_body()).await?.checked().await?;
        if self.output.json {
            return print::json(&json!({"success": true, "token": token}));
        }
        line(&format!("Removed {}", in_short(&audit)))
    }
}
