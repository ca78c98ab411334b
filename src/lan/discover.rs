//! The hubs that answer on this network.
//!
//! Called by `cli::discover`; calls mdns-sd.

use std::collections::HashMap;
use std::time::Duration;

use mdns_sd::ServiceEvent;
use tokio::time::{Instant, timeout_at};

use super::LanError;
use super::daemon::Daemon;
use super::record::Found;

/// Everybody who answers within this time, sorted by name. Nothing is remembered from earlier: who is listed is there.
pub async fn discover(within: Duration) -> Result<Vec<Found>, LanError> {
    let daemon = Daemon::start()?;
    let listed = listen(&daemon, within).await;
    daemon.stop().await;
    listed
}

async fn listen(daemon: &Daemon, within: Duration) -> Result<Vec<Found>, LanError> {
    let hubs = daemon.hubs()?;
    let until = Instant::now() + within;
    let mut found = HashMap::new();
    while let Ok(event) = timeout_at(until, hubs.recv_async()).await {
        match event.map_err(|_| LanError::Stopped)? {
            ServiceEvent::ServiceResolved(service) => {
                found.insert(service.get_fullname().to_owned(), Found::of(&service));
            }
            ServiceEvent::ServiceRemoved(_, fullname) => {
                found.remove(&fullname);
            }
            _ => {}
        }
    }
    let mut found: Vec<Found> = found.into_values().collect();
    found.sort_by(|a, b| (&a.name, &a.host).cmp(&(&b.name, &b.host)));
    Ok(found)
}
