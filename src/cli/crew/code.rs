//! `fieldhub crew code`, `lead-code`, `viewer-code`: what to join with, also as a QR code.

use clap::Args;
use hyper::Method;

use super::client::{HubClient, no_body};
use super::{Output, print, text};
use crate::cli::scan::{self, Scan};
use crate::domain::crew::JoinCode;
use crate::domain::wifi::Wifi;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub crew code
  fieldhub crew code --new
  fieldhub crew lead-code
  fieldhub crew viewer-code")]
pub struct Code {
    /// Replace it; those who have joined stay in
    #[arg(long)]
    new: bool,
    #[command(flatten)]
    output: Output,
}

impl Code {
    pub async fn run(&self, client: &HubClient, path: &str) -> anyhow::Result<()> {
        let method = if self.new { Method::POST } else { Method::GET };
        let answer = client.request(method, path, "", no_body()).await?.json().await?;
        if self.output.json {
            return print::json(&answer);
        }
        let code = text(&answer, "code");
        let spaced = JoinCode::typed(code).map_or_else(|| code.to_owned(), |code| code.spaced());
        print::line(&spaced)?;
        let Some(url) = answer["url"].as_str() else { return Ok(()) };
        let wifi = wifi(client).await;
        let scans: Vec<Scan> = wifi.as_ref().map(Scan::wifi).into_iter().chain([Scan::join(url)]).collect();
        scan::show(&scans)
    }
}

/// As the hub has it: who runs this command may not know its settings. A hub of an older version knows of none.
async fn wifi(client: &HubClient) -> Option<Wifi> {
    let poster = client.get("/api/v1/poster").await.ok()?.json().await.ok()?;
    let wifi = &poster["wifi"];
    Wifi::new(wifi["ssid"].as_str()?, wifi["password"].as_str()).ok()
}
