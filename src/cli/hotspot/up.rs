//! `fieldhub hotspot up`: the hub's own Wi-Fi on a machine that has a hub already.

use clap::Args;

use super::super::machine::Change;
use super::super::machine::facts::Init;
use super::super::machine::plan::{Step, run};
use super::network::{self, Network};
use super::{names, openwrt, profile};
use crate::config::Config;

#[derive(Debug, Args)]
pub struct Up {
    /// Its name
    #[arg(long, value_name = "NAME", value_parser = network::ssid)]
    ssid: String,
    #[command(flatten)]
    wanted: network::Wanted,
    #[command(flatten)]
    radio: network::Radio,
    #[command(flatten)]
    change: Change,
}

impl Up {
    pub async fn run(&self, config: &Config) -> anyhow::Result<()> {
        let facts = self.change.place.facts()?;
        let hosts = names::all(&config.lan);
        let network = |dry| Network::of(&self.ssid, &self.wanted, &self.radio, &facts, dry);
        if facts.init == Init::Procd {
            self.change.check()?;
            let network = network(self.change.dry_run)?;
            let mut steps = match &facts.settings {
                Some(text) => profile::for_the_hub(&network, &facts, text)?,
                None => Vec::new(),
            };
            steps.push(Step::Say(openwrt::commands(&network, &hosts)));
            return self.change.make(&steps).await;
        }
        self.change.check()?;
        profile::check(&facts)?;
        let Some(text) = facts.settings.as_deref().filter(|_| facts.user) else {
            anyhow::bail!(
                "no hub is installed here that the Wi-Fi could be for: sudo fieldhub service install --hotspot {}",
                self.ssid
            );
        };
        let network = network(self.change.dry_run)?;
        let mut steps = profile::for_the_hub(&network, &facts, text)?;
        if facts.unit || facts.packaged_unit {
            let why = "the hub reads its settings; where it does not run it is not started";
            steps.push(run(&["systemctl", "try-restart", "fieldhub"], why));
        }
        steps.extend(profile::up(&network, &facts, &hosts));
        self.change.make(&steps).await
    }
}
