//! `fieldhub audit open-v33`: one audit for tablets with the older client, which cannot join.

use clap::Args;
use hyper::Method;
use serde_json::json;

use super::client::{HubClient, full};
use super::{Output, WhichAudit, in_short, line, path_of, print};

#[derive(Debug, Args)]
pub struct OpenV33 {
    #[command(flatten)]
    which: WhichAudit,
    /// Close it again
    #[arg(long)]
    close: bool,
    #[command(flatten)]
    output: Output,
}

impl OpenV33 {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let path = format!("{}/open-v33", path_of(&self.which.token(client).await?));
        let body = full(json!({ "open": !self.close }).to_string());
        let audit = client.request(Method::PUT, &path, "application/json", body).await?.json().await?;
        if self.output.json {
            return print::json(&audit);
        }
        let short = in_short(&audit);
        if self.close {
            return line(&format!("Only the crew has access to {short}"));
        }
        line(&format!("v3.3 clients that know the token have access to {short}"))
    }
}
