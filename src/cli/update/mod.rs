//! `fieldhub update FILE`: a signed program takes the place of the installed one, and has a minute to become a healthy hub;
//! else the old one takes its place again.
//!
//! Called by `cli`; `signed` says whose the file is, `place` has the files, `trial` tries it. What the machine has to be
//! told besides, `fieldhub service install` of the one or the other version does: it knows its own units.

mod place;
mod signed;
mod trial;
mod version;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;

use super::client::SOCKET;
use super::machine::MachineRoot as Machine;
use super::print;
use crate::config::Config;
use place::{Installed, Turn};
use trial::Trial;
use version::Version;

/// Replace the installed program with a signed file, and go back if the new one does not become healthy
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sudo fieldhub update fieldhub-0.2.0-aarch64-linux")]
pub struct UpdateCommand {
    /// A program for this machine, as it is released (fieldhub-VERSION-MACHINE-linux)
    #[arg(required_unless_present = "finish")]
    file: Option<PathBuf>,
    /// Its signature [default: FILE.minisig]
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// The public key to check it with [default: /etc/fieldhub/update.pub, otherwise the one this program was built with]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Also take a version that is older than the installed one
    #[arg(long)]
    allow_downgrade: bool,
    /// Finish an interrupted update, as the service fieldhub-update does at each start
    #[arg(long, conflicts_with_all = ["file", "signature", "key", "allow_downgrade"])]
    finish: bool,
    /// Seconds that a new version has to become healthy
    #[arg(long, hide = true, default_value = "60")]
    patience: u64,
    #[command(flatten)]
    machine: Machine,
}

impl UpdateCommand {
    pub async fn run(&self, config: &Config) -> anyhow::Result<()> {
        self.machine.only_root("")?;
        let installed = Installed::of(&self.machine)?;
        let trial = Trial {
            installed: &installed,
            root: &self.machine.root,
            data_dir: &config.data_dir,
            socket: config.data_dir.join(SOCKET),
            patience: Duration::from_secs(self.patience),
        };
        // Also before another one: what is on trial is not yet known to be good.
        if let Some(turn) = Turn::of_interrupted(&installed)? {
            match turn {
                Turn::Ours(_lock) => trial.finish().await?,
                Turn::Others if self.finish => return Ok(()),
                Turn::Others => bail!("another update is on trial right now: wait until it is finished"),
            }
        }
        let Some(file) = &self.file else { return Ok(()) };
        let content = fs::read(file).with_context(|| file.display().to_string())?;
        let signature = self.signature.clone().unwrap_or_else(|| signed::beside(file));
        let comment =
            signed::check(&content, &signature, &signed::key(self.key.as_deref(), &self.machine.root)?)?;
        if content == fs::read(installed.program()).unwrap_or_default() {
            return print::line("This program is already installed; nothing is changed.");
        }
        installed.put_new(&content)?;
        let (old, new) = match self.versions(&installed) {
            Ok(versions) => versions,
            Err(error) => {
                installed.drop_new()?;
                return Err(error.context(file.display().to_string()));
            }
        };
        print::line(&format!("checked    fieldhub {new}, signed ({comment})"))?;
        let _lock = installed.swap()?;
        print::line(&format!("swapped    {} ({old} is on {})", installed.name(), place::ON_TRIAL))?;
        trial.run(&new).await
    }

    fn versions(&self, installed: &Installed) -> anyhow::Result<(Version, Version)> {
        let new = version::of_program(&installed.new_program())?;
        let old = version::of_program(&installed.program())?;
        if new.is_older_than(&old) && !self.allow_downgrade {
            bail!(
                "this is {new}, and {old} is installed: an older version may not be able to read the data \
                 of a newer one; --allow-downgrade tries it"
            );
        }
        Ok((old, new))
    }
}
