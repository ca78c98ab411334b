//! What the page may know of the machine: doctor's findings, where settings are changed, and a trial of an upstream.
//!
//! Called by `serve`; calls `doctor` and `upstream::trial`. It asks as the hub's own user: what only root can see is not known.

use std::path::Path;
use std::sync::{Arc, Weak};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use tokio::runtime::Handle;

use super::upstreams;
use crate::cli::doctor::{self, finding::FindingGroup};
use crate::cli::machine::{DATA, SETTINGS};
use crate::config::Config;
use crate::domain::site_clock::Quality;
use crate::domain::{BearerToken, LinkUrl};
use crate::hub::{Hub, Machine, MachineCheck, MachineReport, ReasonCode, TriedUpstream};
use crate::upstream::trial;

#[derive(Debug)]
pub struct ThisMachine {
    config: Config,
    hub: Weak<Hub>,
}

impl ThisMachine {
    pub fn new(config: &Config, hub: &Arc<Hub>) -> Self {
        Self { config: config.clone(), hub: Arc::downgrade(hub) }
    }

    async fn call(&self, url: LinkUrl, token: Option<BearerToken>) -> TriedUpstream {
        let hub = self.hub.clone();
        let time = Arc::new(move || {
            hub.upgrade().map_or((0, Quality::Unknown), |hub| (hub.clock().now_ms(), hub.clock().quality()))
        });
        let kind = url.kind();
        match upstreams::client(url, token, None, time) {
            Ok(client) => {
                let audit = self.hub.upgrade().and_then(|hub| hub.tokens().into_iter().next());
                trial::try_once(&client, kind, audit.as_ref()).await
            }
            Err(error) => TriedUpstream::Failed { code: ReasonCode::Settings, words: format!("{error:#}") },
        }
    }
}

/// It reads files and runs programs, which may take their time: on no thread that serves tablets.
fn report(config: &Config) -> MachineReport {
    let installed = config.data_dir == Path::new(DATA) && Path::new(SETTINGS).exists();
    let systemd = Path::new("/run/systemd/system").exists();
    let restart = if systemd { "sudo systemctl restart fieldhub" } else { "/etc/init.d/fieldhub restart" };
    let groups = Handle::current().block_on(doctor::of_serving(config));
    let checks = groups.into_iter().flat_map(|FindingGroup { heading, findings }| {
        findings.into_iter().map(move |found| MachineCheck {
            group: heading,
            name: found.name,
            verdict: found.verdict.name(),
            said: found.said,
            remedy: found.remedy,
        })
    });
    MachineReport {
        settings_file: installed.then(|| SETTINGS.to_owned()),
        restart: installed.then(|| restart.to_owned()),
        checks: checks.collect(),
    }
}

impl Machine for ThisMachine {
    fn look(&self) -> BoxFuture<'_, MachineReport> {
        let config = self.config.clone();
        let looked = tokio::task::spawn_blocking(move || report(&config));
        looked.map(|looked| looked.unwrap_or_default()).boxed()
    }

    fn try_upstream(&self, url: LinkUrl, token: Option<BearerToken>) -> BoxFuture<'_, TriedUpstream> {
        self.call(url, token).boxed()
    }
}
