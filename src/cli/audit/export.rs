//! `fieldhub audit export`: an audit as CSV, or as a tablet exports it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::client::HubClient;
use super::{WhichAudit, file, path_of, print};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub audit export JALIBAT -o jalibat.csv
  fieldhub audit export JALIBAT --format json -o jalibat.json")]
pub struct AuditExportCommand {
    #[command(flatten)]
    which: WhichAudit,
    /// The form of the file
    #[arg(long, default_value = "csv")]
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
        let path = format!("{}/export?format={format}", path_of(&self.which.token(client).await?));
        let answer = client.get(&path).await?.checked().await?;
        match &self.output {
            Some(path) => file::write(path, answer.body).await.map(|_| ()),
            None => print::raw(&answer.bytes().await?),
        }
    }
}
