//! `fieldhub serve`: puts the parts together, says where the hub is, and stops it in time.
//!
//! Called by `main`; calls `hub`, `http`, `demo`, `surroundings`, `scan`.

pub mod address;
mod announce;
mod around;
mod backup_now;
mod demo;
mod https;
mod limits;
mod listen;
mod photo_sweep;
pub mod supervisor;
pub mod surroundings;
mod uplink;
pub mod upstreams;

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::net::UnixListener;
use tokio::signal::unix::{SignalKind, signal};

use super::client::{HubClient, SOCKET, check_socket_path, open_hub, remove_stale};
use super::machine::SETTINGS;
use super::scan::{self, Scan};
use super::{hint, journal, owner, print};
use crate::config::{self, Config, Layer, UrlText, tls};
use crate::domain::crew::{Access, JoinCode};
use crate::http::{self, Listener};
use crate::hub::Hub;
use crate::hub::crew::WhichCode;
use address::Interfaces;
use https::Https;
use surroundings::HubSite;

/// Closing the database has this long, as people lose patience five seconds after they told the hub
/// to stop. Not closing it costs the next start a moment, and loses nothing.
const CLOSE: Duration = Duration::from_millis(1_500);

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub serve --demo
  fieldhub serve --name \"Van 1\" --listen 0.0.0.0:80 --data-dir /srv/van1
  fieldhub serve --upstream https://cloud.example")]
pub struct ServeCommand {
    /// Where tablets reach the hub; may be given several times [default: 0.0.0.0:8080] [env: FIELDHUB_LISTEN]
    #[arg(long, value_name = "ADDR:PORT", value_parser = config::address)]
    listen: Vec<SocketAddr>,
    /// What tablets show as the name of this hub [default: fieldhub] [env: FIELDHUB_NAME]
    #[arg(long)]
    name: Option<String>,
    /// Who may read and mark: crew (those who have joined with the hub's code) or open (everyone on the network) [default: crew] [env: FIELDHUB_ACCESS]
    #[arg(long, value_name = "crew|open")]
    access: Option<Access>,
    /// Where the marks go up to: https://HOST is a v3.3 cloud, fieldhub+https://HOST another fieldhub; may be given several
    /// times. Its token is in FIELDHUB_UPSTREAM_TOKEN, or in the token_file of an [[upstream]] table [env: FIELDHUB_UPSTREAM]
    #[arg(long, value_name = "URL")]
    upstream: Vec<UrlText>,
    /// Do not announce the hub on the network (mDNS) [env: FIELDHUB_LAN_MDNS=false]
    #[arg(long)]
    no_mdns: bool,
    /// HTTPS next to plain HTTP: auto (with the hub's own CA; tablets trust it after http://HUB/trust) or off [default: off] [env: FIELDHUB_TLS_MODE]
    #[arg(long, value_name = "auto|off")]
    tls: Option<tls::Mode>,
    /// HTTPS with your own certificate, in PEM; read again when it changes [env: FIELDHUB_TLS_CERT]
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The key of that certificate [env: FIELDHUB_TLS_KEY]
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Where HTTPS is served [default: 0.0.0.0:8443] [env: FIELDHUB_TLS_LISTEN]
    #[arg(long, value_name = "ADDR:PORT", value_parser = config::address)]
    tls_listen: Option<SocketAddr>,
    /// Make an audit to try the hub with (token jalibat-demo)
    #[arg(long)]
    demo: bool,
    /// Print the default settings as a commented TOML file, and stop
    #[arg(long)]
    pub print_config: bool,
}

impl ServeCommand {
    pub fn flags(&self, layer: &mut Layer) {
        layer.listen = (!self.listen.is_empty()).then(|| self.listen.clone());
        layer.name.clone_from(&self.name);
        layer.access = self.access;
        layer.upstream = config::upstreams::of_flags(&self.upstream);
        layer.lan.mdns = self.no_mdns.then_some(false);
        layer.tls.mode = self.tls;
        layer.tls.cert.clone_from(&self.tls_cert);
        layer.tls.key.clone_from(&self.tls_key);
        layer.tls.listen = self.tls_listen;
    }

    pub async fn run(&self, config: &Config) -> anyhow::Result<()> {
        let socket = config.data_dir.join(SOCKET);
        check_socket_path(&socket)?;
        if let Some(owner) = owner::other(&config.data_dir) {
            return Err(owner::not_served(&config.data_dir, &owner));
        }
        let hub = open_hub(config)?;
        for lack in config.lacks.iter().cloned().chain(listen::blocked_ports(config)) {
            tracing::error!("{lack}");
            hub.say_notice(lack);
        }
        let upstreams = upstreams::start(&hub, config);
        let served = async {
            let https = Https::start(config, &hub)?;
            self.serve(config, &hub, &socket, https.as_ref()).await
        };
        let served = served.await;
        upstreams.stop().await;
        // The lock is still ours, so this is our own socket.
        let removed = remove_stale(&socket);
        if tokio::time::timeout(CLOSE, hub.close()).await.is_err() {
            tracing::warn!(
                "the database could not be closed in time; everything acknowledged is on the disk"
            );
        }
        served?;
        removed.with_context(|| socket.display().to_string())?;
        tracing::info!("stopped");
        Ok(())
    }

    async fn serve(
        &self,
        config: &Config,
        hub: &Arc<Hub>,
        socket: &Path,
        https: Option<&Https>,
    ) -> anyhow::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        if self.demo {
            demo::make(&HubClient::in_process(Arc::clone(hub))).await?;
        }
        let mut listeners = vec![Listener::Unix(bind_socket(socket)?)];
        let mut bound = Vec::new();
        for address in &config.listen {
            let listener = listen::on(*address, &config.listen).with_context(|| {
                format!(
                    "{address}: cannot listen there; stop the program that does, or choose another --listen"
                )
            })?;
            bound.push(listener.local_addr()?);
            listeners.push(Listener::Tcp(listener));
        }
        let machine = Interfaces::now().addresses();
        let (mut secure, mut tls_port) = (Vec::new(), None);
        if let Some(https) = https {
            let (address, listener) = https.listen(config).await?;
            if https.is_served() {
                secure = address::to_show(address, &machine);
                tls_port = Some(address.port());
            }
            listeners.push(listener);
        }
        let site = HubSite::new(config, bound.clone());
        let shown = site.shown(&machine);
        // As long as the hub serves.
        let _sweeping = photo_sweep::start(hub);
        let _following = surroundings::follow(site, Arc::clone(hub));
        let _backups = backup_now::follow(config, hub);
        hub.say_machine(around::ThisMachine::new(config, hub));
        self.say_where(config, hub, &shown)?;
        say_https(hub, &secure, https.and_then(|https| https.own_ca.get()))?;
        let _watch = supervisor::ready(
            hub,
            format!("Open at {}", hub.found_at().unwrap_or_else(|| "its socket only".to_owned())),
        );
        let announcer = announce::start(config, hub, &bound, tls_port);

        let told = async {
            tokio::select! {
                _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
                _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
            }
            supervisor::stopping();
            if let Some(announcer) = &announcer {
                announcer.leave();
            }
        };
        // Ends within three seconds after that.
        let served = http::serve(Arc::clone(hub), listeners, limits::of(&config.limits), told).await;
        if let Some(announcer) = announcer {
            announcer.left().await;
        }
        served.context("serving failed")
    }

    fn say_where(&self, config: &Config, hub: &Hub, shown: &[SocketAddr]) -> anyhow::Result<()> {
        let (origin, wifi) = {
            let around = hub.surroundings();
            (around.origin.clone(), around.wifi.clone())
        };
        print::line(&match &origin {
            Some(origin) => format!("Tablets open {origin}"),
            None => format!(
                "No tablet can reach this hub yet: there is no network. `{}` shows what to scan when there is one.",
                again(config, "crew code")
            ),
        })?;
        for address in shown {
            print::line(&format!("fieldhub is listening on {}", address::root(*address)))?;
        }
        let page = if self.demo { format!("/audit/{}", demo::TOKEN) } else { String::new() };
        let scan = if let Some(crew) = hub.crew() {
            if journal::keeps(&std::io::stdout()) {
                // What is printed is logged there, and codes get into no log.
                return print::line(
                    "Only the crew gets in. `sudo fieldhub crew code` shows the code that technicians join with, `sudo \
                     fieldhub crew lead-code` the one for leads.",
                );
            }
            let code: JoinCode = crew.code(WhichCode::Crew);
            let lead = std::io::stdout().is_terminal().then(|| crew.code(WhichCode::Lead));
            print::out(&codes(config, &code, lead.as_ref()))?;
            origin.map(|origin| Scan::join(&format!("{}{page}", code.link(&origin))))
        } else {
            print::line(
                "Access is open: anyone on this network can read, mark, make and remove every audit. \
                 `--access crew` lets only the crew in.",
            )?;
            let page = if page.is_empty() { page } else { format!("#{page}") };
            origin.map(|origin| Scan::open(&format!("{origin}{page}")))
        };
        let scans: Vec<Scan> = wifi.as_ref().map(Scan::wifi).into_iter().chain(scan).collect();
        scan::show(&scans)
    }
}

/// How this hub is asked, by whoever started it.
fn again(config: &Config, words: &str) -> String {
    hint::command(&config.data_dir, Path::new(SETTINGS).exists(), words)
}

/// Whoever tries a hub out has to see that there are two, and what each is for. A pipe is kept as a log more often than
/// read at once (`docker logs`, `nohup`), by people who may be no leads: the lead's code is shown on a terminal alone.
fn codes(config: &Config, code: &JoinCode, lead: Option<&JoinCode>) -> String {
    const LEADS: &str = "leads join with it, who make, export and remove audits and give roles";
    let lead = match lead {
        Some(lead) => format!(
            "The lead code is {}: {LEADS}.\n`{}` and `{}` show them again.\n",
            lead.spaced(),
            again(config, "crew code"),
            again(config, "crew lead-code"),
        ),
        None => {
            format!("The lead code is in no log: {LEADS}. `{}` shows it.\n", again(config, "crew lead-code"))
        }
    };
    format!("Only the crew gets in. The crew code is {}: technicians join with it.\n{lead}", code.spaced())
}

/// After the rest: what is scanned is the plain address, which every tablet can open.
fn say_https(hub: &Hub, secure: &[SocketAddr], ca: Option<&http::TrustedCa>) -> anyhow::Result<()> {
    for address in secure {
        print::line(&format!("HTTPS is at https://{address}/"))?;
    }
    let trust_url = hub.surroundings().trust_url.clone();
    if let (Some(ca), Some(trust_url)) = (ca, trust_url) {
        print::line(&format!(
            "Tablets trust it once they have installed {} from {trust_url}. SHA-256 {}",
            ca.name, ca.sha256
        ))?;
    }
    Ok(())
}

/// The socket for commands. It gets its name only when nobody else can open it: who can is the
/// administrator.
fn bind_socket(socket: &Path) -> anyhow::Result<UnixListener> {
    let bind = || {
        // No longer than the final name, whose length has been checked.
        let unnamed = socket.with_extension("new");
        remove_stale(&unnamed)?;
        let listener = UnixListener::bind(&unnamed)?;
        std::fs::set_permissions(&unnamed, std::fs::Permissions::from_mode(0o600))?;
        std::fs::rename(&unnamed, socket)?;
        std::io::Result::Ok(listener)
    };
    bind().with_context(|| format!("{}: the socket for commands cannot be made", socket.display()))
}
