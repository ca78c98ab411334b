//! Plan, dry run and apply, for changes of the machine itself: what there is (`facts`), what is to be done (`plan`),
//! and the two ways on from there: print it (`show`) or do it (`apply`).
//!
//! Called by `service` and `hotspot`, whose plans are pure (facts in, steps out), and by `update`.

pub mod apply;
pub mod facts;
pub mod fingerprint;
pub mod plan;
mod show;

use std::path::PathBuf;

use clap::Args;

use super::{WrongUse, print};
use facts::Facts;
use plan::MachineStep;

/// An installed hub. The unit and the packages name the same.
pub const USER: &str = "fieldhub";
pub const PROGRAM: &str = "/usr/local/bin/fieldhub";
/// Where the packages have it.
pub const PACKAGED: &str = "/usr/bin/fieldhub";
pub const SETTINGS_DIR: &str = "/etc/fieldhub";
pub const SETTINGS: &str = "/etc/fieldhub/fieldhub.toml";
pub const WIFI_PASSWORD: &str = "/etc/fieldhub/wifi-password";
pub const DATA: &str = "/var/lib/fieldhub";
pub const PROFILE: &str = "/etc/NetworkManager/system-connections/fieldhub.nmconnection";
pub const INIT_SCRIPT: &str = "/etc/init.d/fieldhub";
pub const UNIT: &str = "/etc/systemd/system/fieldhub.service";
pub const BACKUP_UNIT: &str = "/etc/systemd/system/fieldhub-backup.service";
pub const BACKUP_TIMER: &str = "/etc/systemd/system/fieldhub-backup.timer";
pub const BACKUP_PATH: &str = "/etc/systemd/system/fieldhub-backup.path";
pub const RADIO_UNIT: &str = "/etc/systemd/system/fieldhub-radio.service";
pub const UPDATE_UNIT: &str = "/etc/systemd/system/fieldhub-update.service";

/// What every command that changes the machine takes.
#[derive(Debug, Args)]
pub struct MachineChange {
    /// Print every file and every command, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub place: MachineRoot,
}

/// Where the machine's files are: for tests, in a directory of their own.
#[derive(Debug, Args)]
pub struct MachineRoot {
    #[arg(long, hide = true, value_name = "DIR", default_value = "/")]
    pub root: PathBuf,
}

impl MachineChange {
    /// Only root changes a machine; said before anything is looked at.
    pub fn check(&self) -> anyhow::Result<()> {
        if self.dry_run {
            return Ok(());
        }
        self.place.only_root(" (or look first, with --dry-run)")
    }

    /// Print the steps, or do them one after the other.
    pub async fn make(&self, steps: &[MachineStep]) -> anyhow::Result<()> {
        if self.dry_run {
            return print::out(&show::steps(steps));
        }
        apply::all(&self.place.root, steps).await
    }
}

impl MachineRoot {
    pub fn facts(&self) -> anyhow::Result<Facts> {
        Facts::of(&self.root)
    }

    /// `or` is what others may do instead.
    pub fn only_root(&self, or: &str) -> anyhow::Result<()> {
        if self.is_test() || rustix::process::geteuid().is_root() {
            return Ok(());
        }
        let typed: Vec<String> = std::env::args().skip(1).collect();
        let typed = typed.join(" ");
        Err(WrongUse(format!(
            "this changes the machine, and only root can do that: sudo fieldhub {typed}{or}"
        ))
        .into())
    }

    pub fn is_test(&self) -> bool {
        self.root != std::path::Path::new("/")
    }
}
