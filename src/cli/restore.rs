//! `fieldhub restore`: the hub's data as they were in a backup.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use hyper::Method;
use serde_json::json;

use super::client::HubClient;
use super::picture_folder::{self, PicturesIn};
use super::{Output, confirm, file, print};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sudo fieldhub restore /media/usb/fieldhub-0190a1b2-20260530-210000-000.redb")]
pub struct RestoreCommand {
    /// A file that `fieldhub backup` wrote
    file: PathBuf,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    output: Output,
}

/// What every file of redb begins with.
const MAGIC: &[u8; 9] = b"redb\x1a\x0a\xa9\x0d\x0a";

const WHAT_TABLETS_DO: &str =
    "Tablets notice when they next reach the hub, and send again what they have and it does not.";

impl RestoreCommand {
    pub fn check(&self, data_dir: &Path) -> anyhow::Result<()> {
        self.looks_like_one()?;
        confirm::askable(self.yes)?;
        let (file, dir) = (self.file.display(), data_dir.display());
        let kept = "What is there now is kept beside it, as fieldhub.redb.before-restore.";
        confirm::ask(self.yes, &format!("Replace all data in {dir} with {file}? {kept} {WHAT_TABLETS_DO}"))
    }

    /// Before anybody is asked whether to go ahead with it. The hub reads it to the last row before anything is replaced.
    fn looks_like_one(&self) -> anyhow::Result<()> {
        let (file, mut begins) = (self.file.display(), [0; MAGIC.len()]);
        let mut opened = File::open(&self.file).with_context(|| file.to_string())?;
        // A directory opens like a file.
        if opened.metadata().is_ok_and(|kind| kind.is_dir()) {
            bail!("{file}: this is a directory; give a file in it");
        }
        match opened.read_exact(&mut begins) {
            Ok(()) if begins == *MAGIC => Ok(()),
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => {
                Err(error).with_context(|| file.to_string())
            }
            _ => bail!(
                "{file}: not a fieldhub database, so no backup: `fieldhub backup` writes them, on a stick as *.redb"
            ),
        }
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let body = file::body(&self.file).await?;
        let answer =
            client.request(Method::POST, "/api/v1/restore", "application/octet-stream", body).await?;
        answer.checked().await.with_context(|| self.file.display().to_string())?;
        let file = self.file.display();
        let dir = picture_folder::beside_backup(&self.file);
        let pictures = picture_folder::import(client, &dir).await;
        let pictures =
            pictures.with_context(|| format!("{file} is restored; its pictures are not all here"))?;
        if self.output.json {
            let photos = pictures.as_ref().map(PicturesIn::json);
            print::json(&json!({"success": true, "file": file.to_string(), "photos": photos}))?;
        } else {
            print::line(&format!("Restored {file}. {WHAT_TABLETS_DO}"))?;
            let said = pictures.as_ref().and_then(|pictures| pictures.said(&dir));
            said.map_or(Ok(()), |said| print::line(&said))?;
        }
        pictures.map_or(Ok(()), |pictures| pictures.whole())
    }
}
