//! `fieldhub backup`: a whole copy of the hub's data, also while it runs.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::client::Client;
use super::{Output, file, print};

#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write
    file: PathBuf,
    /// Overwrite the file if it is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: Output,
}

impl Backup {
    pub fn check(&self) -> anyhow::Result<()> {
        file::check_free(&self.file, self.force)
    }

    pub async fn run(&self, client: &Client) -> anyhow::Result<()> {
        let answer = client.get("/api/v1/backup").await?.checked().await?;
        let length = file::write(&self.file, answer.body).await?;
        let file = self.file.display();
        if self.output.json {
            return print::json(&json!({"success": true, "file": file.to_string(), "bytes": length}));
        }
        print::line(&format!("Wrote {file} ({})", print::bytes(length)))
    }
}
