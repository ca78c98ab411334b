//! HTTPS for `serve`: the certificate as it is set, kept up to date while the hub runs.
//!
//! Called by `serve`; calls `config`, `lan::https`, and hands `http` what it serves with.

use std::collections::BTreeSet;
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::cli::WrongUse;
use crate::config::Config;
use crate::config::tls::CertificateFrom;
use crate::http::{self, Listener};
use crate::hub::{BUILT_MS, Hub};
use crate::lan::https::{
    CertificateAuthority, CertificateAuthorityOptions, CertificateFiles, ServedCertificate, SubjectAltNames,
    of_machine,
};

/// What is checked before the hub opens: files that cannot be used are settings that cannot be used.
#[derive(Debug)]
pub enum PreparedHttps {
    OwnCa,
    Files(Arc<CertificateFiles>),
}

pub fn prepare(config: &Config) -> anyhow::Result<Option<PreparedHttps>> {
    Ok(match config.tls.certificate() {
        None => None,
        Some(CertificateFrom::OwnCa) => Some(PreparedHttps::OwnCa),
        Some(CertificateFrom::Files { cert, key }) => {
            let files =
                CertificateFiles::open(cert, key).map_err(|error| WrongUse(format!("tls: {error}")))?;
            Some(PreparedHttps::Files(Arc::new(files)))
        }
    })
}

/// HTTPS as it is served; the certificate is looked after until this goes.
#[derive(Debug)]
pub struct Https {
    pub own_ca: Option<http::TrustedCa>,
    shown: Arc<ServedCertificate>,
    keeping: JoinHandle<()>,
}

impl Drop for Https {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}

impl Https {
    /// `None` when there is to be none; also when the hub's own CA cannot be made, as a hub without HTTPS is better
    /// than none.
    pub fn start(
        config: &Config,
        hub: &Arc<Hub>,
        prepared: Option<PreparedHttps>,
    ) -> anyhow::Result<Option<Self>> {
        Ok(match prepared {
            None => None,
            Some(PreparedHttps::Files(files)) => {
                let shown = Arc::clone(files.shown());
                let keeping = keep_files(files)?;
                Some(Self { own_ca: None, shown, keeping: tokio::spawn(keeping) })
            }
            Some(PreparedHttps::OwnCa) => match own_ca(config, hub) {
                Ok(own) => Some(own),
                Err(error) => {
                    tracing::error!("there is no HTTPS: {error:#}");
                    hub.say_notice(format!("There is no HTTPS: {error:#}. Plain HTTP works as before."));
                    None
                }
            },
        })
    }

    pub async fn listen(&self, config: &Config) -> anyhow::Result<(SocketAddr, Listener)> {
        let address = config.tls.listen();
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!(
                "{address}: cannot listen there for HTTPS; stop the program that does, or choose another \
                 --tls-listen"
            )
        })?;
        let shown = Arc::clone(&self.shown);
        let tls = http::Tls {
            config: self.shown.server_config()?,
            until_ms: Arc::new(move || shown.until_ms()),
            own_ca: self.own_ca.clone(),
        };
        Ok((listener.local_addr()?, Listener::Tls(listener, tls)))
    }
}

fn own_ca(config: &Config, hub: &Arc<Hub>) -> anyhow::Result<Https> {
    let (clock, lan) = (Arc::clone(hub), Arc::clone(hub));
    let configured = names(config);
    let own = CertificateAuthority::open(CertificateAuthorityOptions {
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
    let shown = Arc::clone(own.shown());
    Ok(Https { own_ca: Some(shown_ca), shown, keeping: tokio::spawn(Arc::new(own).run()) })
}

/// Under which names tablets may open the hub: by mDNS, by the network's own names, on the machine itself, and by
/// the address that is on the posters.
fn names(config: &Config) -> BTreeSet<String> {
    let host = config.lan.host();
    let mut names: BTreeSet<String> =
        [host.to_owned(), format!("{host}.local"), "localhost".to_owned()].into();
    if let Some(machine) = machine_name(Path::new("/proc/sys/kernel/hostname")) {
        names.insert(format!("{machine}.local"));
        names.insert(machine);
    }
    names.extend(config.lan.origin.as_deref().and_then(host_of));
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
fn keep_files(files: Arc<CertificateFiles>) -> anyhow::Result<impl Future<Output = ()>> {
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
            () = files.run(again) => {}
            () = forward => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Lan, Layer};

    #[test]
    fn the_names_are_those_that_tablets_are_given() {
        let lan =
            |origin: &str| Lan { host: Some("van-2".into()), origin: Some(origin.into()), ..Lan::default() };
        let of =
            |origin: &str| names(&Config::resolve([Layer { lan: lan(origin), ..Layer::default() }]).unwrap());
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
