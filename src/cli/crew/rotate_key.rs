//! `fieldhub crew rotate-key`: end every session, where a token may have got into wrong hands.

use clap::Args;
use hyper::Method;
use serde_json::json;

use super::client::{HubClient, no_body};
use super::{Output, print};

#[derive(Debug, Args)]
pub struct RotateKey {
    #[command(flatten)]
    output: Output,
}

impl RotateKey {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        client.request(Method::POST, "/api/v1/crew/rotate-key", "", no_body()).await?.checked().await?;
        if self.output.json {
            return print::json(&json!({ "success": true }));
        }
        print::line("All sessions have ended: everyone has to join again, with the same code")
    }
}
