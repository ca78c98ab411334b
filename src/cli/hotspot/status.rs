//! `fieldhub hotspot status`: what there is of the hub's Wi-Fi, as NetworkManager and the kernel see it.

use std::process::Command;

use clap::Args;

use super::super::machine::MachineRoot;
use super::super::machine::facts::{Facts, Init};
use super::super::print;
use super::radio::{self, RadioLimit};
use super::restarts;

#[derive(Debug, Args)]
pub struct HotspotStatusCommand {
    #[command(flatten)]
    place: MachineRoot,
}

impl HotspotStatusCommand {
    pub fn run(&self) -> anyhow::Result<()> {
        let facts = self.place.facts()?;
        if facts.init == Init::Procd {
            return print::line("On OpenWrt, see `uci show wireless.fieldhub` and `iwinfo`.");
        }
        let Some(profile) = &facts.profile else {
            return print::line(
                "The hub has no hotspot here; `sudo fieldhub hotspot up --ssid NAME` makes one.",
            );
        };
        let of = |key: &str| value(profile, key).unwrap_or(print::NOTHING).to_owned();
        let interface = of("interface-name");
        let state = match state().as_deref() {
            Some("activated") => "up".to_owned(),
            Some("") => {
                "down; NetworkManager brings it up when it can: `nmcli connection up fieldhub` says why not"
                    .to_owned()
            }
            Some(other) => other.to_owned(),
            None => "unknown: NetworkManager does not answer".to_owned(),
        };
        let tablets = stations(&facts, &interface).map(|count| count.to_string());
        let radio = facts.radios.iter().find(|radio| radio.interface == interface);
        let limit = radio.map(|radio| RadioLimit::of(radio, &facts));
        let limit = limit.map(|limit| format!("{} ({})", limit.said(), limit.chip));
        print::out(&print::details(&[
            ("ssid", of("ssid")),
            ("state", state),
            ("interface", interface),
            ("channel", format!("{} ({})", of("channel"), of("band"))),
            ("country", country(&facts)),
            ("address", of("address1")),
            ("joined", tablets.unwrap_or_else(|| print::NOTHING.to_owned())),
            ("restarted", restarts::counted(&self.place.root).to_string()),
            ("carries", limit.unwrap_or_else(|| print::NOTHING.to_owned())),
        ]))
    }
}

/// What NetworkManager says of the profile: `activated`, or nothing at all while it is down.
pub fn state() -> Option<String> {
    let said = said("nmcli", &["-g", "GENERAL.STATE", "connection", "show", "fieldhub"]);
    said.map(|said| said.trim().to_owned())
}

/// How many tablets are on the radio now.
pub fn stations(facts: &Facts, interface: &str) -> Option<usize> {
    let asked = facts.has("iw") && !interface.is_empty();
    let dump = asked.then(|| said("iw", &["dev", interface, "station", "dump"])).flatten()?;
    Some(radio::stations(&dump))
}

fn country(facts: &Facts) -> String {
    facts
        .countries
        .first()
        .cloned()
        .unwrap_or_else(|| "none: `fieldhub hotspot up --country FR` sets it".to_owned())
}

fn value<'a>(profile: &'a str, key: &str) -> Option<&'a str> {
    profile.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
}

pub fn said(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
