//! `fieldhub doctor`: what is wrong with the hub and the machine under it, and what to type.
//!
//! Called by the command line. Collects what can be known (files of the machine, the hub's own word, the network's) and hands
//! it to one module for each subject; those judge, and change and ask nothing. The hub's database is never opened.

mod backup;
mod card;
mod certificates;
mod clock;
mod disk;
pub mod finding;
mod hub;
mod network;
mod photos;
mod ports;
mod power;
mod rights;
mod service;
mod system;
#[cfg(test)]
mod tree;
mod upstream;
mod wifi;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::anyhow;
use clap::Args;

use super::machine::MachineRoot;
use super::machine::apply::below;
use super::machine::facts::{Facts, Init};
use super::{Output, hotspot, mounts, print};
use crate::config::Config;
use crate::lan;
use disk::Space;
use finding::{DoctorReport, Finding, FindingGroup};
use hub::HubAnswer;
use network::MdnsAnswer;

/// How long the network has to answer.
const LISTEN: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sudo fieldhub doctor")]
pub struct DoctorCommand {
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    place: MachineRoot,
}

impl DoctorCommand {
    /// An error when something must be done: the exit code is for scripts.
    pub async fn run(&self, config: &Config) -> anyhow::Result<()> {
        let report = self.report(config).await;
        if self.output.json {
            print::json(&report.json())?;
        } else {
            print::out(&report.page())?;
        }
        match report.to_do() {
            0 => Ok(()),
            1 => Err(anyhow!("one thing needs to be done: see `do`")),
            n => Err(anyhow!("{n} things need to be done: see `do`")),
        }
    }

    async fn report(&self, config: &Config) -> DoctorReport {
        let (root, data_dir) = (self.place.root.as_path(), config.data_dir.as_path());
        let facts = self.place.facts().ok();
        let facts = facts.as_ref();
        let hub = HubAnswer::ask(root, data_dir).await;
        let heard = self.listen(&hub).await;
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let now_ms = u64::try_from(now_ms).unwrap_or(u64::MAX);
        let table = text(root, "/proc/self/mountinfo").unwrap_or_default();
        let mount = mounts::of(&table, &on_machine(root, data_dir));
        let mount = mount.as_ref();
        let space = rustix::fs::statvfs(there(data_dir)).ok().map(Space::from);
        let mut disk = disk::look(data_dir, mount, space, config.min_free_bytes, hub.process().is_some());
        disk.push(rights::look(root, config));
        let mut card = card::look(root, mount);
        card.push(system::look(root, &table, mount));
        let groups = [
            ("power", power::look(root)),
            ("card", card),
            ("disk", disk),
            ("photos", photos::look(&hub)),
            ("clock", clock::look(root, &hub, now_ms)),
            ("wi-fi", self.wifi(facts)),
            ("ports", ports::look(root, config, &hub)),
            ("https", certificates::look(config, &hub, now_ms)),
            ("network", network::look(&hub, &heard)),
            ("upstreams", upstream::look(&hub)),
            ("service", service::look(root, facts, &hub, data_dir)),
            ("backup", backup::look(root, facts, &hub, now_ms)),
        ];
        DoctorReport(
            groups.into_iter().map(|(heading, findings)| FindingGroup { heading, findings }).collect(),
        )
    }

    /// Who answers on the network, where a hub says that it is there by name.
    async fn listen(&self, hub: &HubAnswer) -> MdnsAnswer {
        let by_name = hub.status().is_some_and(|status| status.lan.is_some());
        // A machine in a directory has no network of its own.
        if !by_name || self.place.is_test() {
            return MdnsAnswer::NotAsked;
        }
        match lan::discover(LISTEN).await {
            Ok(hubs) => MdnsAnswer::Hubs(hubs),
            Err(error) => MdnsAnswer::Failed(error.to_string()),
        }
    }

    fn wifi(&self, facts: Option<&Facts>) -> Vec<Finding> {
        let Some(facts) = facts else {
            return vec![Finding::unknown("wi-fi radio", "Only root can see how this machine is set up.")];
        };
        if facts.init == Init::Procd {
            return vec![Finding::unknown(
                "radio",
                "On OpenWrt, see `uci show wireless.fieldhub` and `iwinfo`.",
            )];
        }
        let asked = facts.profile.is_some() && facts.has("nmcli");
        let active = asked.then(hotspot::status::state).flatten();
        let may_read = self.place.is_test() || rustix::process::geteuid().is_root();
        let stations =
            wifi::interface(facts).and_then(|interface| hotspot::status::stations(facts, interface));
        wifi::look(&self.place.root, facts, active.as_deref(), stations, may_read)
    }
}

/// What the hub's own user finds on the machine where it serves, for the page.
pub async fn of_serving(config: &Config) -> Vec<FindingGroup> {
    let place = MachineRoot { root: PathBuf::from("/") };
    let doctor = DoctorCommand { output: Output { json: false }, place };
    doctor.report(config).await.0
}

/// The text of a file of the machine, without the line's end.
fn text(root: &Path, path: &str) -> Option<String> {
    let text = fs::read_to_string(below(root, Path::new(path))).ok()?;
    Some(text.trim_end().to_owned())
}

fn number(root: &Path, path: &str) -> Option<u64> {
    text(root, path)?.trim().parse().ok()
}

/// Whether it is there; a link need not lead anywhere.
fn is_there(root: &Path, path: &str) -> bool {
    below(root, Path::new(path)).symlink_metadata().is_ok()
}

/// The names in a directory, sorted; none where it cannot be read.
fn entries(root: &Path, dir: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(below(root, Path::new(dir))) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// The directory, or where it would be made.
fn there(dir: &Path) -> &Path {
    let named = |dir: &&Path| !dir.as_os_str().is_empty() && dir.exists();
    dir.ancestors().find(named).unwrap_or_else(|| Path::new("."))
}

/// What the machine below `root` calls it.
fn on_machine(root: &Path, dir: &Path) -> PathBuf {
    let whole = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (root, dir) = (whole(root), whole(there(dir)));
    Path::new("/").join(dir.strip_prefix(&root).unwrap_or(&dir))
}
