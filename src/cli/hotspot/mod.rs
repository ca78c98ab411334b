//! `fieldhub hotspot ...`: the machine makes the Wi-Fi that tablets join.
//!
//! Called by `cli`, and by `service install --hotspot` through `network` and `profile`. On Linux with NetworkManager it
//! makes a profile there; on OpenWrt it prints what to type. Calls `machine`.

pub mod country;
mod down;
pub mod names;
pub mod network;
pub mod openwrt;
pub mod password;
pub mod profile;
pub mod radio;
pub mod restarts;
pub mod settings;
mod stall;
pub mod status;
mod up;
mod watch;

use clap::Subcommand;

use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum HotspotCommand {
    /// Make the Wi-Fi, now and at every start
    Up(up::Up),
    /// Take the Wi-Fi down for good
    Down(down::Down),
    #[command(hide = true)]
    Watch(watch::WatchCommand),
    /// Show what is set up
    Status(status::HotspotStatusCommand),
}

impl HotspotCommand {
    pub async fn run(&self, config: &Config) -> anyhow::Result<()> {
        match self {
            Self::Up(up) => up.run(config).await,
            Self::Down(down) => down.run().await,
            Self::Status(status) => status.run(),
            Self::Watch(watch) => watch.run(config).await,
        }
    }
}
