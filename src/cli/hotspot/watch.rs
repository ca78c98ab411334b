//! Watchdog of the access point: `fieldhub hotspot watch`, run by `fieldhub-radio.service`. A Pi's radio may hang while the hub is well;
//! taking its profile down and up again mends that.
//!
//! Runs as root, beside the hub, which may not touch the network. Calls `stall` with what the kernel counts, and nmcli.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;

use super::super::machine::apply::below;
use super::super::machine::{MachineRoot, PROFILE};
use super::profile::UUID;
use super::radio::stations;
use super::restarts::{count_up, counted};
use super::stall::{RadioSample, RadioWatch, waiting};
use super::status::said;
use crate::config::Config;

const EVERY: Duration = Duration::from_secs(15);
/// The radio stays down so long: the firmware settles, and tablets notice.
const DOWN: Duration = Duration::from_secs(5);

/// Watch the radio of the hotspot, and restart it when it hangs
#[derive(Debug, Args)]
pub struct WatchCommand {
    #[command(flatten)]
    place: MachineRoot,
}

impl WatchCommand {
    pub async fn run(&self, config: &Config) -> anyhow::Result<()> {
        if !config.wifi.is_watched() {
            tracing::info!("the radio is not watched: wifi.watch is off");
            return Ok(());
        }
        self.place.only_root("")?;
        let (start, mut watch) = (Instant::now(), RadioWatch::default());
        loop {
            tokio::time::sleep(EVERY).await;
            // Read anew: the profile may come, go, and change its interface.
            let Some(sample) = self.sample(start.elapsed()) else { continue };
            if let Some(hang) = watch.see(sample) {
                let count = counted(&self.place.root) + 1;
                tracing::warn!(count, "the hotspot is restarted: {}", hang.said());
                if let Err(error) = restart().await.and_then(|()| count_up(&self.place.root, count)) {
                    tracing::error!("{error:#}");
                }
            }
        }
    }

    fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(below(&self.place.root, Path::new(path))).ok()
    }

    fn sample(&self, at: Duration) -> Option<RadioSample> {
        let profile = self.read(PROFILE)?;
        let interface = profile.lines().find_map(|line| line.strip_prefix("interface-name="))?;
        let received = self.read(&format!("/sys/class/net/{interface}/statistics/rx_packets"))?;
        let queues = said("tc", &["-s", "qdisc", "show", "dev", interface]).unwrap_or_default();
        let stations = stations(&said("iw", &["dev", interface, "station", "dump"])?);
        Some(RadioSample { at, stations, received: received.trim().parse().ok()?, waiting: waiting(&queues) })
    }
}

async fn restart() -> anyhow::Result<()> {
    // It may be down already.
    let _ = nmcli("down");
    tokio::time::sleep(DOWN).await;
    nmcli("up")
}

fn nmcli(verb: &str) -> anyhow::Result<()> {
    let output = Command::new("nmcli").args(["connection", verb, "uuid", UUID]).output().context("nmcli")?;
    if !output.status.success() {
        anyhow::bail!("nmcli connection {verb}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
