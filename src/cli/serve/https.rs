//! HTTPS for `serve`: the certificate as it is set, kept up to date while the hub runs.
//!
//! Called by `serve`; calls `config`, `lan::https`, and hands `http` what it serves with.

use std::collections::BTreeSet;
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::listen;
use crate::config::tls::CertificateFrom;
use crate::config::{Config, Lan};
use crate::http::{self, Listener};
use crate::hub::{BUILT_MS, Hub, Lack};
use crate::lan::https::{
    CertificateAuthority, CertificateAuthorityOptions, CertificateFiles, HttpsError, ServedCertificate,
    SubjectAltNames, of_machine,
};

/// How long until files that could not be used are tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// HTTPS as it is served; the certificate is looked after until this goes.
#[derive(Debug)]
pub struct Https {
    /// Empty with files of one's own.
    pub own_ca: Arc<OnceLock<http::TrustedCa>>,
    shown: Arc<ServedCertificate>,
    keeping: JoinHandle<()>,
}

impl Drop for Https {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}

impl Https {
    /// `None` when there is to be none. A hub without HTTPS is better than none: where its files cannot be used it says so, and
    /// takes them once they can.
    pub fn start(config: &Config, hub: &Arc<Hub>) -> anyhow::Result<Option<Self>> {
        Ok(match config.tls.certificate() {
            None => None,
            Some(CertificateFrom::Files { cert, key }) => {
                let (files, opened) = CertificateFiles::open(cert, key);
                lacks(hub, opened.err());
                let files = Arc::new(files);
                let shown = Arc::clone(files.shown());
                let keeping = tokio::spawn(keep_files(files, Arc::clone(hub))?);
                Some(Self { own_ca: Arc::default(), shown, keeping })
            }
            Some(CertificateFrom::OwnCa) => {
                let (own_ca, shown) = (Arc::default(), Arc::default());
                let opened = open_own_ca(config, hub, &own_ca, &shown);
                let keeping = keep_own_ca(config.clone(), Arc::clone(hub), opened, &own_ca, &shown);
                Some(Self { keeping: tokio::spawn(keeping), own_ca, shown })
            }
        })
    }

    /// Whether there is a certificate.
    pub fn is_served(&self) -> bool {
        self.shown.is_there()
    }

    pub async fn listen(&self, config: &Config) -> anyhow::Result<(SocketAddr, Listener)> {
        let address = config.tls.listen();
        let listener = listen::on(address, &config.listen).with_context(|| {
            format!(
                "{address}: cannot listen there for HTTPS; stop the program that does, or choose another \
                 --tls-listen"
            )
        })?;
        let (until, served) = (Arc::clone(&self.shown), Arc::clone(&self.shown));
        let tls = http::Tls {
            config: self.shown.server_config()?,
            is_served: Arc::new(move || served.is_there()),
            until_ms: Arc::new(move || until.until_ms()),
            own_ca: Arc::clone(&self.own_ca),
        };
        Ok((listener.local_addr()?, Listener::Tls(listener, tls)))
    }
}

fn lacks(hub: &Hub, error: Option<HttpsError>) {
    let sentence = |error| format!("There is no HTTPS: {error}. Plain HTTP works as before.");
    hub.say_lack(Lack::Https, error.map(sentence));
}

/// Opened until it opens, and looked after from then on.
fn keep_own_ca(
    config: Config,
    hub: Arc<Hub>,
    mut opened: Result<CertificateAuthority, HttpsError>,
    own_ca: &Arc<OnceLock<http::TrustedCa>>,
    shown: &Arc<ServedCertificate>,
) -> impl Future<Output = ()> + use<> {
    let (own_ca, shown) = (Arc::clone(own_ca), Arc::clone(shown));
    async move {
        let own = loop {
            match opened {
                Ok(own) => break own,
                Err(error) => lacks(&hub, Some(error)),
            }
            sleep(AGAIN).await;
            let (config, hub, own_ca, shown) =
                (config.clone(), Arc::clone(&hub), Arc::clone(&own_ca), Arc::clone(&shown));
            let again = move || open_own_ca(&config, &hub, &own_ca, &shown);
            match tokio::task::spawn_blocking(again).await {
                Ok(result) => opened = result,
                Err(error) => return tracing::error!(%error, "looking for the CA of HTTPS failed"),
            }
        };
        lacks(&hub, None);
        Arc::new(own).run().await;
    }
}

fn open_own_ca(
    config: &Config,
    hub: &Arc<Hub>,
    own_ca: &OnceLock<http::TrustedCa>,
    shown: &Arc<ServedCertificate>,
) -> Result<CertificateAuthority, HttpsError> {
    let (clock, lan) = (Arc::clone(hub), Arc::clone(hub));
    let configured = names(&config.lan);
    let mut own = CertificateAuthority::open(CertificateAuthorityOptions {
        dir: config.data_dir.clone(),
        hub: config.name.clone(),
        time: Arc::new(move || clock.clock().certified()),
        built_ms: BUILT_MS,
        look: Box::new(move || {
            // Where the name that was wished for is another machine's, tablets open the hub by the one that it has.
            let names = configured.iter().cloned().chain(lan.on_lan().map(|on_lan| on_lan.host));
            Some(SubjectAltNames { names: names.collect(), addresses: of_machine()? })
        }),
        random: |bytes| getrandom::fill(bytes).map_err(std::io::Error::other),
        dated: || chrono::Utc::now().format("%Y%m%dT%H%M%S%3fZ").to_string(),
    })?;
    if let Some(notice) = own.notice() {
        hub.say_notice(notice.to_owned());
    }
    let ca = own.ca();
    let shown_ca =
        http::TrustedCa { name: ca.name.clone(), pem: ca.pem.clone(), der: ca.der()?, sha256: ca.sha256()? };
    // Nobody else sets it.
    let _ = own_ca.set(shown_ca);
    own.show_as(shown);
    Ok(own)
}

/// Under which names tablets may open the hub: by mDNS, by the network's own names, on the machine itself, and by
/// the address that is on the posters.
pub fn names(lan: &Lan) -> BTreeSet<String> {
    let host = lan.host();
    let mut names: BTreeSet<String> =
        [host.to_owned(), format!("{host}.local"), "localhost".to_owned()].into();
    if let Some(machine) = machine_name(Path::new("/proc/sys/kernel/hostname")) {
        names.insert(format!("{machine}.local"));
        names.insert(machine);
    }
    names.extend(lan.origin.as_deref().and_then(host_of));
    names
}

/// What this machine is called, without the domain.
fn machine_name(file: &Path) -> Option<String> {
    let name = std::fs::read_to_string(file).ok()?;
    let label = name.trim().split('.').next()?.to_ascii_lowercase();
    (!label.is_empty() && label != "localhost" && label != "(none)").then_some(label)
}

/// `http://hub.lan:8080/` is `hub.lan`; an address is no name.
fn host_of(origin: &str) -> Option<String> {
    let url: hyper::Uri = origin.parse().ok()?;
    let host = url.host()?.trim_matches(['[', ']']);
    host.parse::<std::net::IpAddr>().is_err().then(|| host.to_ascii_lowercase())
}

/// From now on SIGHUP reads the files again, instead of ending the hub.
fn keep_files(files: Arc<CertificateFiles>, hub: Arc<Hub>) -> anyhow::Result<impl Future<Output = ()>> {
    let mut hangup = signal(SignalKind::hangup())?;
    let again = Arc::new(Notify::new());
    let told = Arc::clone(&again);
    let forward = async move {
        while hangup.recv().await.is_some() {
            told.notify_one();
        }
    };
    Ok(async move {
        tokio::select! {
            () = files.run(again, |error| lacks(&hub, error)) => {}
            () = forward => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Lan;

    #[test]
    fn the_names_are_those_that_tablets_are_given() {
        let lan =
            |origin: &str| Lan { host: Some("van-2".into()), origin: Some(origin.into()), ..Lan::default() };
        let of = |origin: &str| names(&lan(origin));
        let names = of("http://Hub.Lan:8080/");
        for name in ["van-2", "van-2.local", "localhost", "hub.lan"] {
            assert!(names.contains(name), "{name} is not in {names:?}");
        }
        assert!(!of("http://192.168.4.1/").iter().any(|name| name.starts_with("192")));
    }

    #[test]
    fn a_machine_is_called_by_its_first_label() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("hostname");
        for (text, name) in [("RaspberryPi\n", Some("raspberrypi")), ("pi.home\n", Some("pi")), ("\n", None)]
        {
            std::fs::write(&file, text).unwrap();
            assert_eq!(machine_name(&file).as_deref(), name);
        }
        assert_eq!(machine_name(&dir.path().join("none")), None);
    }
}
