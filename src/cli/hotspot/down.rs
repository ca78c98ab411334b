//! `fieldhub hotspot down`: the profile is deleted, and the poster has no network any more.

use clap::Args;

use super::super::machine::facts::Init;
use super::super::machine::plan::{MachineStep, run, write};
use super::super::machine::{MachineChange, SETTINGS};
use super::{profile, settings};

#[derive(Debug, Args)]
pub struct Down {
    #[command(flatten)]
    change: MachineChange,
}

impl Down {
    pub async fn run(&self) -> anyhow::Result<()> {
        let facts = self.change.place.facts()?;
        if facts.init == Init::Procd {
            let text = "uci delete wireless.fieldhub && uci commit wireless && wifi reload";
            return self.change.make(&[MachineStep::Say(text.to_owned())]).await;
        }
        self.change.check()?;
        if facts.profile.is_none() {
            return self.change.make(&[MachineStep::Say("The hub has no hotspot here.".to_owned())]).await;
        }
        let mut steps = Vec::new();
        if let Some(text) = &facts.settings {
            steps.push(write(SETTINGS, settings::without_network(text)?));
            if facts.unit || facts.packaged_unit {
                steps.push(run(&["systemctl", "try-restart", "fieldhub"], "the hub reads its settings"));
            }
        }
        steps.extend(profile::down(&facts));
        self.change.make(&steps).await
    }
}
