//! `fieldhub backup`: a whole copy of the hub's data, also while it runs; into a file, or onto a stick.
//!
//! Called by `cli`; calls `stick`, which finds and mounts it, and `shelf`, which keeps the last copies there.

pub mod shelf;
pub mod stick;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::ensure;
use bytes::Bytes;
use clap::Args;
use http_body_util::BodyExt;
use hyper::body::Frame;
use parking_lot::Mutex;
use serde_json::json;

use super::client::{ClientBody, HubClient};
use super::hub_status::StatusAnswer;
use super::machine::MachineRoot;
use super::{Output, WrongUse, file, mounts, print};
use shelf::Shelf;
use stick::Stick;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub backup /media/usb/site.redb
  sudo fieldhub backup --stick            to the stick with the label FIELDHUB")]
pub struct BackupCommand {
    /// The file to write
    #[arg(required_unless_present = "stick", conflicts_with = "stick")]
    file: Option<PathBuf>,
    /// Overwrite the file if it is there
    #[arg(long)]
    force: bool,
    /// To the USB stick with this label, next to earlier ones
    #[arg(long, num_args = 0..=1, default_missing_value = stick::LABEL, value_name = "LABEL", value_parser = stick::label)]
    stick: Option<String>,
    /// How many backups of this hub stay on the stick
    #[arg(long, default_value = "7", value_name = "N", requires = "stick", value_parser = clap::value_parser!(u16).range(1..))]
    keep: u16,
    #[command(flatten)]
    place: MachineRoot,
    #[command(flatten)]
    output: Output,
}

impl BackupCommand {
    pub fn check(&self) -> anyhow::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        if self.keep != 7 {
            return Err(
                WrongUse("--keep is for sticks: a backup to a file replaces nothing".to_owned()).into()
            );
        }
        file::check_free(file, self.force)
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let (file, length, removed) = match (&self.file, &self.stick) {
            (Some(file), _) => (file.clone(), copy(client, file).await?, 0),
            (None, Some(label)) => {
                let stick = Stick::find(&self.place.root, label)?;
                let written = self.onto(client, stick.dir()).await;
                // Also after a failure; the first reason is the one to tell.
                let left = stick.leave();
                let written = written?;
                left?;
                written
            }
            (None, None) => return Ok(()),
        };
        let file = file.display();
        if self.output.json {
            return print::json(
                &json!({"success": true, "file": file.to_string(), "bytes": length, "removed": removed}),
            );
        }
        let removed = if removed == 0 {
            String::new()
        } else {
            format!("; deleted the oldest to make room ({removed})")
        };
        print::line(&format!("Wrote {file} ({}), read back and complete{removed}", print::bytes(length)))
    }

    async fn onto(&self, client: &HubClient, dir: &Path) -> anyhow::Result<(PathBuf, u64, usize)> {
        let status: StatusAnswer = client.get("/api/v1/status").await?.read().await?;
        let shelf = Shelf::open(dir, status.hub_id.as_deref().unwrap_or_default())?;
        let made_room = shelf.make_room(status.database_bytes)?;
        let file = shelf.place(status.time_ms.unwrap_or(0));
        let length = copy(client, &file).await?;
        Ok((file, length, made_room + shelf.keep(self.keep.into())?))
    }
}

/// The newest of a hub that is known to be here, in a line. The hub keeps no record of what it was asked for.
pub fn newest_said(root: &Path, hub_id: Option<&str>) -> String {
    let label = stick::LABEL;
    let Some(device) = stick::device(root, label) else {
        return format!(
            "no stick with the label {label} is plugged in; `fieldhub backup FILE` makes one at any time"
        );
    };
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let Some((dir, _)) = stick::mounted_at(&table, &device) else {
        return format!(
            "the stick {label} is plugged in and not mounted, so what is on it is not known here"
        );
    };
    match shelf::newest(&dir, hub_id) {
        Ok(Some((_, ms))) => format!("the newest on the stick {label}: {}", print::time(Some(ms))),
        Ok(None) => format!("none of this hub on the stick {label} yet"),
        Err(error) => format!("{error:#}"),
    }
}

/// The file gets its name when what is on its disk is what the hub sent.
async fn copy(client: &HubClient, path: &Path) -> anyhow::Result<u64> {
    let answer = client.get("/api/v1/backup").await?.checked().await?;
    let sent = Arc::new(Mutex::new(crc32fast::Hasher::new()));
    let body = counted(answer.body, Arc::clone(&sent));
    let check = |part: &Path| {
        let sent = sent.lock().clone().finalize();
        ensure!(
            file::checksum_on_disk(part)? == sent,
            "what was read back is not what was written: use another stick or card"
        );
        Ok((true, ()))
    };
    file::write_checked(path, body, check).await.map(|(length, ())| length)
}

fn counted(body: ClientBody, sum: Arc<Mutex<crc32fast::Hasher>>) -> ClientBody {
    body.map_frame(move |frame: Frame<Bytes>| {
        if let Some(data) = frame.data_ref() {
            sum.lock().update(data);
        }
        frame
    })
    .boxed_unsync()
}
