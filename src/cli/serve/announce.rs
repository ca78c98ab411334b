//! mDNS announcement: how `serve` is found by name, settings and listeners as what `lan` needs.
//!
//! Called by `serve`; calls `lan`.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::config::Config;
use crate::hub::{Hub, OnLan};
use crate::lan::{self, About, Announcement, Announcer, Reach};

/// Nothing when it is not wished for, or when the hub is for this machine alone.
pub fn start(
    config: &Config,
    hub: &Arc<Hub>,
    listeners: &[SocketAddr],
    tls: Option<u16>,
) -> Option<Announcer> {
    let reach = Reach::of(listeners).filter(|_| config.lan.mdns())?;
    let about = About {
        hub_id: hub.identity().hub_id,
        name: config.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        tls,
    };
    let plan = Announcement { label: config.lan.host().to_owned(), about, reach };
    let hub = Arc::clone(hub);
    Some(lan::announce(plan, move |now| say(&hub, now)))
}

/// Logged once: addresses come and go.
fn say(hub: &Hub, now: Option<OnLan>) {
    let before = hub.on_lan();
    match &now {
        Some(now) if before.as_ref() != Some(now) => match &now.instead_of {
            None => tracing::info!("found on the network as {}", now.url()),
            Some(wanted) => {
                tracing::warn!("{wanted} belongs to another machine: found on the network as {}", now.url());
            }
        },
        _ => {}
    }
    hub.say_on_lan(now);
}
