//! `fieldhub bundle ...`: operations as a file, on a USB stick, where there is no link at all.
//!
//! Called by `cli`; one file per command. Over the HTTP API as all commands; `domain::bundle` is read here too, so
//! that a file that was cut short is found before the stick is pulled out, and before anything is taken in.

mod check;
mod export;
mod import;
mod marks;
mod tablet_queue;

use std::path::Path;

use clap::Subcommand;

use super::client::{self, HubClient};
use super::named_audit::AuditNames;
use super::{Output, file, picture_folder, print};

#[derive(Debug, Subcommand)]
pub enum BundleCommand {
    /// Write all marks, with their whole history, to a file
    Export(export::BundleExportCommand),
    /// Import a bundle, or the unsent marks that a tablet has saved; a second time has no effect
    Import(import::BundleImportCommand),
}

impl BundleCommand {
    /// What can be refused before the hub is asked.
    pub fn check(&self) -> anyhow::Result<()> {
        match self {
            Self::Export(export) => export.check(),
            Self::Import(import) => import.check(),
        }
    }

    /// Whether it may begin a new data directory: a bundle may be all that is left of a hub.
    pub fn makes_data(&self) -> bool {
        matches!(self, Self::Import(_))
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        match self {
            Self::Export(export) => export.run(client).await,
            Self::Import(import) => import.run(client).await,
        }
    }
}

fn named(path: &Path) -> String {
    path.display().to_string()
}
