//! `fieldhub service uninstall`: the service and the program go; data and settings stay, unless they are to go too.

use clap::Args;

use super::hotspot::profile;
use super::machine::facts::{Facts, Init};
use super::machine::plan::{MachineStep, remove, run};
use super::machine::{
    BACKUP_PATH, BACKUP_TIMER, BACKUP_UNIT, INIT_SCRIPT, MachineChange, PACKAGED, PROGRAM, SETTINGS_DIR,
    UNIT, UPDATE_UNIT, USER,
};
use super::settings;
use crate::cli::confirm;

#[derive(Debug, Args)]
pub struct Uninstall {
    /// Also erase all audits with their marks, the crew, the settings and the user
    #[arg(long)]
    purge: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    change: MachineChange,
}

impl Uninstall {
    pub async fn run(&self) -> anyhow::Result<()> {
        self.change.check()?;
        let facts = self.change.place.facts()?;
        if facts.packaged() {
            anyhow::bail!("a package installed this hub; remove it with: sudo apt remove fieldhub");
        }
        if self.purge && !self.change.dry_run {
            confirm::askable(self.yes)?;
            let data = settings::data(&facts);
            confirm::ask(
                self.yes,
                &format!("Erase all audits, marks and backups in {data}, and {SETTINGS_DIR}?"),
            )?;
        }
        self.change.make(&steps(&facts, self.purge)).await
    }
}

fn steps(facts: &Facts, purge: bool) -> Vec<MachineStep> {
    let data = settings::data(facts);
    let mut steps = Vec::new();
    if facts.init == Init::Procd {
        if facts.unit {
            steps.push(run(&[INIT_SCRIPT, "stop"], "the hub stops"));
            steps.push(run(&[INIT_SCRIPT, "disable"], "and does not start with the router"));
        }
        steps.extend([INIT_SCRIPT, PACKAGED, "/lib/upgrade/keep.d/fieldhub"].map(remove));
    } else {
        if facts.unit {
            let why = "the hub stops, and does not start with the machine";
            steps.push(run(&["systemctl", "disable", "--now", "fieldhub"], why));
        }
        if facts.unit {
            let why = "backups to sticks stop, and interrupted updates are no longer finished";
            let units = [
                "fieldhub-backup.path",
                "fieldhub-backup.timer",
                "fieldhub-backup.service",
                "fieldhub-update.service",
            ];
            steps.push(run(&[&["systemctl", "disable", "--now"][..], &units].concat(), why));
        }
        steps.extend(
            [
                UNIT,
                BACKUP_UNIT,
                BACKUP_TIMER,
                BACKUP_PATH,
                UPDATE_UNIT,
                PROGRAM,
                "/usr/local/bin/fieldhub.old",
            ]
            .map(remove),
        );
        steps.extend(profile::unwatch(facts));
        steps.push(run(&["systemctl", "daemon-reload"], "systemd forgets the unit"));
    }
    if purge {
        steps.extend([data, SETTINGS_DIR].map(remove));
        if facts.user {
            steps.push(run(&["userdel", USER], "nothing belongs to it any more"));
        }
    } else {
        steps.push(MachineStep::Say(format!(
            "What was marked stays in {data}, and the settings in {SETTINGS_DIR}: `fieldhub service \
             install` continues from there, and `uninstall --purge` erases them."
        )));
    }
    if facts.profile.is_some() {
        // Whoever works over it would not get to the machine any more.
        steps.push(MachineStep::Say(
            "The hotspot stays up: `sudo nmcli connection delete fieldhub` takes it down.".to_owned(),
        ));
    }
    steps
}
