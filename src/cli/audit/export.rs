//! `fieldhub audit export`: an audit as CSV, or as a tablet exports it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::client::HubClient;
use super::{file, path_of, print, token};
use crate::domain::Token;

#[derive(Debug, Args)]
pub struct AuditExportCommand {
    #[arg(value_parser = token)]
    token: Token,
    /// The form of the file
    #[arg(long)]
    format: Format,
    /// Where to; stdout if not given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Json,
}

impl AuditExportCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let format = match self.format {
            Format::Csv => "csv",
            Format::Json => "json",
        };
        let path = format!("{}/export?format={format}", path_of(&self.token));
        let answer = client.get(&path).await?.checked().await?;
        match &self.output {
            Some(path) => file::write(path, answer.body).await.map(|_| ()),
            None => print::raw(&answer.bytes().await?),
        }
    }
}
