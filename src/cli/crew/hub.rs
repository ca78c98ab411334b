//! `fieldhub crew hub`: lets another hub in, and prints what opens this one to it.

use clap::Args;
use hyper::Method;
use serde_json::json;

use super::client::{HubClient, full};
use super::{Output, print, text};

const ABOUT: &str = "\
Another fieldhub that has this one as its upstream calls with a token. This makes a member of the crew for it,
with the rights of a lead, and prints the token, once: put it into a file on the other hub that it alone can
read, and name that file as token_file of its [[upstream]] table.

The token is good for ten years. `fieldhub crew revoke NAME` ends it at once, `fieldhub crew rotate-key` with
all others; for another token, revoke the old one and run this again.

Examples:
  fieldhub crew hub \"Van 2\" > van-2.token";

/// Make a token for another hub
#[derive(Debug, Args)]
#[command(after_help = ABOUT)]
pub struct CrewHubCommand {
    /// What the other hub is called in `fieldhub crew list`
    name: String,
    #[command(flatten)]
    output: Output,
}

impl CrewHubCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let body = full(json!({ "name": self.name }).to_string());
        let answer =
            client.request(Method::POST, "/api/v1/crew/hubs", "application/json", body).await?.json().await?;
        if self.output.json {
            return print::json(&answer);
        }
        print::line(text(&answer, "token"))?;
        let until = print::time(answer["expires_at_ms"].as_u64());
        // Beside the token, which may go straight into a file.
        print::aside(&format!(
            "{} has access until {until}, as a lead. The line above is its token; it is not shown again.",
            text(&answer, "name")
        ));
        Ok(())
    }
}
