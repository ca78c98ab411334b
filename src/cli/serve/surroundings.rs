//! Polling of the machine around the hub (addresses, Wi-Fi, uplink): what the hub is told of it, now and while it runs:
//! where tablets find it, over which Wi-Fi, and where it answers probes.
//!
//! Called by `serve`, and by `client` for a hub that does not run; calls `address`, `hub`. Looked at every
//! few seconds, because that is the same on every system and costs nothing: a hotspot may come up after the hub.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::time::sleep;

use super::address::{self, Interfaces};
use super::https;
use crate::config::lan::ProbeSetting;
use crate::config::tls::CertificateFrom;
use crate::config::{Config, Lan, Tls};
use crate::domain::wifi::Wifi;
use crate::hub::{Hub, Lack, Probes, Surroundings};
use crate::lan::https::StoredCertificate;

const EVERY: Duration = Duration::from_secs(3);

/// What is set, and where the hub listens: the surroundings follow from these and from the machine.
#[derive(Debug)]
pub struct HubSite {
    lan: Lan,
    tls: Tls,
    wifi: crate::config::Wifi,
    /// Over plain HTTP, with the ports that they have got.
    listeners: Vec<SocketAddr>,
    /// Under which tablets open the hub.
    names: BTreeSet<String>,
}

impl HubSite {
    pub fn new(config: &Config, listeners: Vec<SocketAddr>) -> Self {
        let mut names = https::names(&config.lan);
        names.extend(config.lan.names());
        // Of a certificate of one's own; the one of the hub's CA is made from the others.
        if let Some(CertificateFrom::Files { cert, key }) = config.tls.certificate()
            && let Ok(certificate) = StoredCertificate::of_files(&cert, &key)
        {
            names.extend(certificate.names());
        }
        let (lan, tls, wifi) = (config.lan.clone(), config.tls.clone(), config.wifi.clone());
        Self { lan, tls, wifi, listeners, names }
    }

    /// As far as the settings tell: of a hub that does not run. A port that the system chooses is not known before.
    pub fn of_config(config: &Config) -> Self {
        Self::new(config, config.listen.iter().filter(|listener| listener.port() != 0).copied().collect())
    }

    /// At this moment; and what is wrong with the Wi-Fi, which is left out then.
    pub fn look(&self) -> (Surroundings, anyhow::Result<()>) {
        let machine = Interfaces::now();
        let (wifi, problem) = match self.wifi() {
            Ok(wifi) => (wifi, Ok(())),
            Err(error) => (None, Err(error)),
        };
        let probes = match self.lan.probes() {
            ProbeSetting::Off => Probes::Nowhere,
            ProbeSetting::On => Probes::But(Vec::new()),
            ProbeSetting::Auto => Probes::But(machine.with_uplink()),
        };
        let origin = self.origin(&machine.addresses());
        let trust_url = origin.as_deref().and_then(|origin| self.trust_url(origin));
        (Surroundings { origin, wifi, trust_url, probes, names: self.names.clone() }, problem)
    }

    /// Every address over plain HTTP, the best for tablets first.
    pub fn shown(&self, machine: &[IpAddr]) -> Vec<SocketAddr> {
        let mut shown: Vec<SocketAddr> = Vec::new();
        for address in self.listeners.iter().flat_map(|listener| address::to_show(*listener, machine)) {
            // `0.0.0.0` and `[::]` stand for the same ones.
            if !shown.contains(&address) {
                shown.push(address);
            }
        }
        shown
    }

    fn origin(&self, machine: &[IpAddr]) -> Option<String> {
        let found = || address::best(&self.listeners, machine).map(address::root);
        self.lan.origin().or_else(found)
    }

    /// The CA is had over plain HTTP: a tablet that does not trust it cannot have it over HTTPS.
    fn trust_url(&self, origin: &str) -> Option<String> {
        self.tls.certificate().filter(|certificate| *certificate == CertificateFrom::OwnCa)?;
        let Some(host) = origin.strip_prefix("https://") else { return Some(format!("{origin}trust")) };
        let host = host.trim_end_matches('/');
        // Without the port of HTTPS; an IPv6 address has colons of its own, in brackets.
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        Some(match self.listeners.first()?.port() {
            80 => format!("http://{host}/trust"),
            port => format!("http://{host}:{port}/trust"),
        })
    }

    /// Read each time: the file may be made, or its password changed, while the hub runs.
    fn wifi(&self) -> anyhow::Result<Option<Wifi>> {
        let Some(ssid) = &self.wifi.ssid else { return Ok(None) };
        let password = match &self.wifi.password_file {
            None => None,
            Some(file) => {
                let place = || format!("wifi.password_file {}", file.display());
                Some((std::fs::read_to_string(file).with_context(place)?, place))
            }
        };
        match password {
            None => Ok(Some(Wifi::new(ssid, None)?)),
            Some((text, place)) => Ok(Some(Wifi::new(ssid, Some(&text)).with_context(place)?)),
        }
    }
}

/// Tells the hub, and goes on doing so for as long as the returned task is kept.
pub fn follow(site: HubSite, hub: Arc<Hub>) -> Following {
    let look = move |hub: &Hub| {
        let (now, problem) = site.look();
        let sentence = |error| format!("Codes and posters leave the Wi-Fi out: {error:#}.");
        hub.say_lack(Lack::Wifi, problem.err().map(sentence));
        now
    };
    hub.say_surroundings(look(&hub));
    Following(tokio::spawn(async move {
        loop {
            sleep(EVERY).await;
            hub.look_again().await;
            let (before, now) = (hub.surroundings().clone(), look(&hub));
            if !hub.say_surroundings(now.clone()) {
                continue;
            }
            if now.origin != before.origin {
                tracing::info!(origin = now.origin, "tablets open another address now");
            }
            if now.probes != before.probes {
                tracing::info!(answered = ?now.probes, "an internet connection has come or gone");
            }
        }
    }))
}

/// Ends with the value.
#[derive(Debug)]
pub struct Following(tokio::task::JoinHandle<()>);

impl Drop for Following {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(listen: &[&str], lan: Lan) -> HubSite {
        let listeners = listen.iter().map(|address| address.parse().unwrap()).collect();
        let (tls, wifi) = (Tls::default(), crate::config::Wifi::default());
        HubSite { lan, tls, wifi, listeners, names: BTreeSet::new() }
    }

    #[test]
    fn the_origin_is_what_is_set_or_the_best_of_the_addresses() {
        let machine: Vec<IpAddr> =
            ["127.0.0.1", "192.168.4.1", "10.0.0.7"].map(|ip| ip.parse().unwrap()).into();
        let of = |listen: &[&str], lan: Lan| site(listen, lan).origin(&machine);
        assert_eq!(of(&["0.0.0.0:80"], Lan::default()).unwrap(), "http://192.168.4.1/");
        assert_eq!(of(&["127.0.0.1:80", "10.0.0.7:8080"], Lan::default()).unwrap(), "http://10.0.0.7:8080/");
        let set = || Lan { origin: Some("http://Van.Example".to_owned()), ..Lan::default() };
        assert_eq!(of(&["0.0.0.0:80"], set()).unwrap(), "http://van.example/");
        assert_eq!(of(&[], set()).unwrap(), "http://van.example/");
        assert_eq!(of(&[], Lan::default()), None);
        assert_eq!(of(&["127.0.0.1:8080"], Lan::default()).unwrap(), "http://127.0.0.1:8080/");
        let alone = |lan: Lan| site(&["0.0.0.0:80"], lan).origin(&machine[..1]);
        assert_eq!(alone(Lan::default()), None, "there is no network yet");
        assert_eq!(alone(set()).unwrap(), "http://van.example/");
    }

    #[test]
    fn the_ca_is_had_over_plain_http() {
        let mut site = site(&["0.0.0.0:8080"], Lan::default());
        assert_eq!(site.trust_url("http://192.168.4.1/"), None);
        site.tls.mode = Some(crate::config::tls::Mode::Auto);
        let trust = |origin: &str| site.trust_url(origin).unwrap();
        assert_eq!(trust("http://192.168.4.1:8080/"), "http://192.168.4.1:8080/trust");
        assert_eq!(trust("https://192.168.4.1:8443/"), "http://192.168.4.1:8080/trust");
        assert_eq!(trust("https://hub.local/"), "http://hub.local:8080/trust");
        assert_eq!(trust("https://[fd00::1]/"), "http://[fd00::1]:8080/trust");
        assert_eq!(trust("https://[fd00::1]:8443/"), "http://[fd00::1]:8080/trust");
    }

    #[test]
    fn a_wifi_without_its_password_is_left_out_and_that_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("wifi-password");
        let mut site = site(&["0.0.0.0:80"], Lan::default());
        assert_eq!(site.wifi().unwrap(), None);
        site.wifi.ssid = Some("JALIBAT".to_owned());
        assert_eq!(site.wifi().unwrap().unwrap().password(), None);
        site.wifi.password_file = Some(file.clone());
        let (around, problem) = site.look();
        assert_eq!(around.wifi, None);
        assert!(format!("{:#}", problem.unwrap_err()).contains("wifi-password: No such file"));
        std::fs::write(&file, "short\n").unwrap();
        assert!(format!("{:#}", site.wifi().unwrap_err()).contains("8 to 63 characters"));
        std::fs::write(&file, "nuit-claire\n").unwrap();
        assert_eq!(site.look().0.wifi.unwrap().password(), Some("nuit-claire"));
    }
}
