//! `fieldhub crew code`, `fieldhub crew lead-code`: what to join with, also as a QR code.

use clap::Args;
use hyper::Method;

use super::client::{Client, no_body};
use super::{Output, address, print, text};
use crate::domain::crew::JoinCode;

#[derive(Debug, Args)]
pub struct Code {
    /// Replace it; those who have joined stay in
    #[arg(long)]
    new: bool,
    #[command(flatten)]
    output: Output,
}

impl Code {
    pub async fn run(&self, client: &Client, path: &str) -> anyhow::Result<()> {
        let method = if self.new { Method::POST } else { Method::GET };
        let answer = client.request(method, path, "", no_body()).await?.json().await?;
        if self.output.json {
            return print::json(&answer);
        }
        let code = text(&answer, "code");
        let spaced = JoinCode::typed(code).map_or_else(|| code.to_owned(), |code| code.spaced());
        print::line(&spaced)?;
        let Some(url) = answer["url"].as_str() else { return Ok(()) };
        let qr = address::qr(url).unwrap_or_default();
        print::out(&format!("\n{qr}\n\nScan to join {url}\n"))
    }
}
