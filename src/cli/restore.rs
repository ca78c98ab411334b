//! `fieldhub restore`: the hub's data as they were in a backup.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use hyper::Method;
use serde_json::json;

use super::client::HubClient;
use super::{Output, confirm, file, print};

#[derive(Debug, Args)]
pub struct RestoreCommand {
    /// A file that `fieldhub backup` wrote
    file: PathBuf,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    output: Output,
}

const WHAT_TABLETS_DO: &str =
    "Tablets notice when they next reach the hub, and send again what they have and it does not.";

impl RestoreCommand {
    pub fn check(&self, data_dir: &Path) -> anyhow::Result<()> {
        confirm::askable(self.yes)?;
        std::fs::File::open(&self.file).with_context(|| self.file.display().to_string())?;
        let (file, dir) = (self.file.display(), data_dir.display());
        confirm::ask(self.yes, &format!("Replace all data in {dir} with {file}? {WHAT_TABLETS_DO}"))
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let body = file::body(&self.file).await?;
        let answer =
            client.request(Method::POST, "/api/v1/restore", "application/octet-stream", body).await?;
        answer.checked().await.with_context(|| self.file.display().to_string())?;
        let file = self.file.display();
        if self.output.json {
            return print::json(&json!({"success": true, "file": file.to_string()}));
        }
        print::line(&format!("Restored {file}. {WHAT_TABLETS_DO}"))
    }
}
