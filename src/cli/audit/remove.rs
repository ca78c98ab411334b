//! `fieldhub audit remove`: an audit and everything marked in it, for good.

use clap::Args;
use hyper::Method;
use serde_json::json;

use super::client::{HubClient, no_body};
use super::{Output, confirm, in_short, line, path_of, print, token};
use crate::domain::Token;

#[derive(Debug, Args)]
pub struct Remove {
    #[arg(value_parser = token)]
    token: Token,
    /// Do not ask
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
        let path = path_of(&self.token);
        let audit = client.get(&path).await?.json().await?;
        confirm::ask(self.yes, &format!("Remove {}, with all its history?", in_short(&audit)))?;
        client.request(Method::DELETE, &path, "", no_body()).await?.checked().await?;
        if self.output.json {
            return print::json(&json!({"success": true, "token": self.token}));
        }
        line(&format!("Removed {}", in_short(&audit)))
    }
}
