//! `fieldhub hotspot up`: the hub's own Wi-Fi on a machine that has a hub already.

use clap::Args;

use super::super::machine::MachineChange;
use super::super::machine::facts::Init;
use super::super::machine::plan::{MachineStep, run};
use super::network::{self, HotspotNetwork};
use super::{names, openwrt, profile};
use crate::config::Config;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sudo fieldhub hotspot up --ssid JALIBAT --country FR")]
pub struct Up {
    /// Its name
    #[arg(long, value_name = "NAME", value_parser = network::ssid)]
    ssid: String,
    #[command(flatten)]
    wanted: network::HotspotFlags,
    #[command(flatten)]
    radio: network::RadioFlags,
    #[command(flatten)]
    change: MachineChange,
}

impl Up {
    pub async fn run(&self, config: &Config) -> anyhow::Result<()> {
        let facts = self.change.place.facts()?;
        let hosts = names::all(&config.lan);
        let network = |dry| HotspotNetwork::of(&self.ssid, &self.wanted, &self.radio, &facts, dry);
        if facts.init == Init::Procd {
            self.change.check()?;
            let network = network(self.change.dry_run)?;
            let mut steps = match &facts.settings {
                Some(text) => profile::for_the_hub(&network, &facts, text)?,
                None => Vec::new(),
            };
            steps.push(MachineStep::Say(openwrt::commands(&network, &hosts)));
            return self.change.make(&steps).await;
        }
        self.change.check()?;
        profile::check(&facts)?;
        let Some(text) = facts.settings.as_deref().filter(|_| facts.user) else {
            anyhow::bail!(
                "no hub is installed here to make the Wi-Fi for: sudo fieldhub service install --hotspot {}",
                self.ssid
            );
        };
        let network = network(self.change.dry_run)?;
        let mut steps = profile::for_the_hub(&network, &facts, text)?;
        if facts.unit || facts.packaged_unit {
            let why = "the hub reads its settings; if it is not running, it is not started";
            steps.push(run(&["systemctl", "try-restart", "fieldhub"], why));
        }
        steps.extend(profile::up(&network, &facts, &hosts));
        self.change.make(&steps).await
    }
}
