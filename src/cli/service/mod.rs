//! `fieldhub service ...`: the hub as a service of this machine, that starts with it.
//!
//! Called by `cli`; calls `machine`, and `hotspot` for the Wi-Fi that can be made along with it.

mod install;
mod settings;
mod status;
mod uninstall;

use clap::Subcommand;

use super::{client, hotspot, machine, print};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Install this program, and start it now and with the machine; also to upgrade
    Install(install::Install),
    /// Show whether it is installed, and how it is
    Status(status::ServiceStatusCommand),
    /// Remove the program and its service; what was marked stays
    Uninstall(uninstall::Uninstall),
}

impl ServiceCommand {
    pub async fn run(&self, config: &Config) -> anyhow::Result<()> {
        match self {
            Self::Install(install) => install.run(config).await,
            Self::Status(status) => status.run(config).await,
            Self::Uninstall(uninstall) => uninstall.run().await,
        }
    }
}
