//! The names that the hotspot's name server answers with the hub's address.
//!
//! Called by `up` and `service install`.

use crate::config::Lan;

/// The hub's own, then those of the hosts that tablets ask whether there is an internet.
pub fn all(lan: &Lan) -> Vec<String> {
    let host = lan.host();
    let own = [format!("{host}.local"), format!("{host}.lan"), host.to_owned(), "hub".to_owned()];
    own.into_iter().chain(probe_hosts().map(str::to_owned)).collect()
}

fn probe_hosts() -> impl Iterator<Item = &'static str> {
    ["connectivitycheck.gstatic.com", "captive.apple.com", "www.msftconnecttest.com", "www.msftncsi.com"]
        .into_iter()
}
