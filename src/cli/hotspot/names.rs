//! DNS names that the hotspot's name server (dnsmasq) answers with the hub's address.
//!
//! Called by `up` and `service install`; the hosts come from the table of the answers in `http`.

use crate::config::Lan;
use crate::http::probes;

/// The hub's own, then those of the hosts that tablets ask whether there is an internet.
pub fn all(lan: &Lan) -> Vec<String> {
    let host = lan.host();
    let own = [format!("{host}.local"), format!("{host}.lan"), host.to_owned(), "hub".to_owned()];
    own.into_iter().chain(probes::hosts().map(str::to_owned)).collect()
}
