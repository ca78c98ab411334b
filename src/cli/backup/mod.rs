//! `fieldhub backup`: a whole copy of the hub's data, also while it runs; into a file, or onto a stick.
//!
//! Called by `cli`; calls `making`, which `serve` calls too when somebody wants one on the page, `stick`, which finds and mounts it,
//! and `shelf`, which keeps the last copies there.

mod failure;
pub mod making;
pub mod shelf;
pub mod stick;

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::client::HubClient;
use super::hub_status::LastBackupAnswer;
use super::machine::MachineRoot;
use super::{Output, WrongUse, file, mounts, picture_folder, print};
use making::MadeBackup;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub backup /media/usb/site.redb
  sudo fieldhub backup --stick            to the stick with the label FIELDHUB
  sudo fieldhub backup --stick --photos   with all pictures that it has not got yet")]
pub struct BackupCommand {
    /// The file to write
    #[arg(required_unless_present = "stick", conflicts_with = "stick")]
    file: Option<PathBuf>,
    /// Copy the pictures of photos too, those that are not there yet: into fieldhub-photos beside the file
    #[arg(long)]
    photos: bool,
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
        let made = match (&self.file, &self.stick) {
            (Some(file), _) => making::to_file(client, file, self.photos).await?,
            (None, Some(label)) => {
                making::to_stick(client, &self.place.root, label, self.keep.into(), self.photos).await?
            }
            (None, None) => return Ok(()),
        };
        let MadeBackup { file, bytes, removed, pictures } = made;
        let photos = picture_folder::beside_backup(&file);
        let file = file.display();
        if self.output.json {
            return print::json(
                &json!({"success": true, "file": file.to_string(), "bytes": bytes, "removed": removed, "photos": pictures.map(|pictures| pictures.json())}),
            );
        }
        let removed = if removed == 0 {
            String::new()
        } else {
            format!("; deleted the oldest to make room ({removed})")
        };
        print::line(&format!("Wrote {file} ({}), read back and complete{removed}", print::bytes(bytes)))?;
        pictures.and_then(|pictures| pictures.said(&photos)).map_or(Ok(()), |said| print::line(&said))
    }
}

/// The newest that is known of, in a line: as the hub was told of it, or as a stick has it that is here.
pub fn newest_said(root: &Path, hub_id: Option<&str>, told: Option<&LastBackupAnswer>) -> String {
    if let Some(told) = told {
        return format!("{} ({})", print::time(Some(told.at_ms)), told.place());
    }
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
