//! `fieldhub poster`: one sheet of A4 for the wall of the van, with the codes that join the Wi-Fi and open the hub.
//!
//! Called by `cli`; `sheet` draws what the hub says, in the words of `words`.

mod sheet;
mod words;

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::client::{HubClient, full};
use super::{file, print};
use words::Language;

/// Make a sheet to print: what to scan, in which order
///
/// One page of A4, as an HTML file that needs nothing else: open it in a browser and print it. It shows the Wi-Fi
/// (from [wifi] in the settings), the hub's address and the crew code, each to scan or to type.
///
///  $ fieldhub poster -o poster.html
///
/// Print it again when the crew code or the Wi-Fi password has been replaced.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct PosterCommand {
    /// Where to write it; otherwise to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// In which language
    #[arg(long, value_name = "fr|en|both", default_value = "both")]
    lang: Language,
}

impl PosterCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let poster = client.get("/api/v1/poster").await?.json().await?;
        let poster: sheet::PosterFacts =
            serde_json::from_value(poster).context("the hub's answer is not what this version expects")?;
        let sheet = sheet::draw(&poster, self.lang)?;
        let Some(path) = &self.output else { return print::out(&sheet) };
        file::write(path, full(sheet)).await?;
        print::line(&format!("{}: print it on A4 from any browser", path.display()))
    }
}
