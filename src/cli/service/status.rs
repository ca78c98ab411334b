//! `fieldhub service status`: whether it is installed, whether it starts by itself, and how the hub is.

use std::process::Command;

use clap::Args;

use super::client::{HubClient, SOCKET};
use super::machine::facts::{Facts, Init};
use super::machine::{INIT_SCRIPT, MachineRoot, PACKAGED, PROGRAM, SETTINGS};
use super::print;
use crate::cli::hub_status::{StatusAnswer, or_nothing};
use crate::config::Config;

#[derive(Debug, Args)]
pub struct ServiceStatusCommand {
    #[command(flatten)]
    place: MachineRoot,
}

impl ServiceStatusCommand {
    pub async fn run(&self, config: &Config) -> anyhow::Result<()> {
        let facts = self.place.facts()?;
        if !facts.unit && !facts.packaged_unit {
            return print::line(
                "The hub is not a service on this machine; `sudo fieldhub service install` makes it one.",
            );
        }
        let program = if facts.init == Init::Procd || facts.packaged_unit { PACKAGED } else { PROGRAM };
        let mut page = vec![("program", program.to_owned()), ("service", service(&facts))];
        if facts.settings.is_some() {
            page.push(("settings", SETTINGS.to_owned()));
        }
        page.push(("data", config.data_dir.display().to_string()));
        page.push(("hub", hub(config).await));
        print::out(&print::details(&page))
    }
}

fn service(facts: &Facts) -> String {
    if facts.init == Init::Procd {
        let enabled = done(INIT_SCRIPT, &["enabled"]);
        return if enabled { "starts with the router" } else { "does not start with the router" }.to_owned();
    }
    let asked = |what: &str| said("systemctl", &[what, "fieldhub"]);
    // STATUS= of the running hub: where it is, and what is wrong.
    let status = said("systemctl", &["show", "--property=StatusText", "--value", "fieldhub"]);
    format!("{}, {} {}", asked("is-enabled"), asked("is-active"), status).trim_end().to_owned()
}

async fn hub(config: &Config) -> String {
    let socket = config.data_dir.join(SOCKET);
    if tokio::net::UnixStream::connect(&socket).await.is_err() {
        return "does not answer on its socket (only root and its own user can ask)".to_owned();
    }
    match HubClient::at(&socket).ask("/api/v1/status").await {
        Ok(StatusAnswer { version, healthy, uptime_ms, .. }) => {
            let health = if healthy { "healthy" } else { "not healthy: see `fieldhub status`" };
            format!("{}, {health}, up for {}", or_nothing(version.as_ref()), print::span(uptime_ms))
        }
        Err(error) => format!("{error:#}"),
    }
}

/// What it prints, whatever its exit code says: `is-active` fails to say no.
fn said(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    output.map_or_else(|error| error.to_string(), |o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
}

fn done(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).status().is_ok_and(|status| status.success())
}
