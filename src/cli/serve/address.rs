//! Network interfaces: the machine's addresses, and which of them tablets open.
//!
//! Called by `serve` and `surroundings`; calls if-addrs and `uplink`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use if_addrs::Interface;

use super::uplink;

/// The machine's, at one moment.
#[derive(Debug)]
pub struct Interfaces {
    all: Vec<Interface>,
    /// Names of those with a default route.
    uplinks: BTreeSet<String>,
}

impl Interfaces {
    pub fn now() -> Self {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
            tracing::warn!(%error, "the machine's addresses could not be listed");
            Vec::new()
        });
        Self { all: interfaces, uplinks: uplink::interfaces() }
    }

    /// Those of its own hotspot first: that is where the crew is.
    pub fn addresses(&self) -> Vec<IpAddr> {
        self.hotspot_first(|name| is_wireless(name) && !self.uplinks.contains(name))
    }

    fn hotspot_first(&self, is_hotspot: impl Fn(&str) -> bool) -> Vec<IpAddr> {
        let (hotspot, others): (Vec<_>, Vec<_>) = self.all.iter().partition(|i| is_hotspot(&i.name));
        hotspot.into_iter().chain(others).map(Interface::ip).collect()
    }

    /// The addresses on networks that lead out, as long as their interfaces are up.
    pub fn with_uplink(&self) -> Vec<IpAddr> {
        let leads_out =
            |interface: &&Interface| interface.is_oper_up() && self.uplinks.contains(&interface.name);
        self.all.iter().filter(leads_out).map(Interface::ip).collect()
    }
}

fn is_wireless(interface: &str) -> bool {
    Path::new("/sys/class/net").join(interface).join("phy80211").exists()
}

/// The addresses to name for one listener. An unspecified one stands for all of `machine`: those on
/// the network, IPv4 first, or loopback when there is no network.
pub fn to_show(listener: SocketAddr, machine: &[IpAddr]) -> Vec<SocketAddr> {
    if !listener.ip().is_unspecified() {
        return vec![listener];
    }
    let v4 =
        machine.iter().filter(|ip| matches!(ip, IpAddr::V4(v4) if !v4.is_loopback() && !v4.is_link_local()));
    let v6 = machine.iter().filter(|ip| {
        listener.is_ipv6() && matches!(ip, IpAddr::V6(v6) if !v6.is_loopback() && !v6.is_unicast_link_local())
    });
    let mut shown: Vec<IpAddr> = v4.chain(v6).copied().collect();
    if shown.is_empty() {
        shown.push(match listener {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    shown.into_iter().map(|ip| SocketAddr::new(ip, listener.port())).collect()
}

/// The one of the shown addresses that a tablet can reach best.
pub fn for_tablets(shown: &[SocketAddr]) -> Option<SocketAddr> {
    shown.iter().find(|address| !address.ip().is_loopback()).or(shown.first()).copied()
}

/// The best of all listeners for tablets. Without a network loopback stands for "everywhere", and no tablet opens
/// that.
pub fn best(listeners: &[SocketAddr], machine: &[IpAddr]) -> Option<SocketAddr> {
    let shown: Vec<_> = listeners.iter().flat_map(|listener| to_show(*listener, machine)).collect();
    let named = |best: &SocketAddr| listeners.iter().any(|listener| listener.ip() == best.ip());
    for_tablets(&shown).filter(|best| named(best) || !best.ip().is_loopback())
}

/// Where a hub that listens there is found. A port that the system chooses is not known before.
pub fn of_listeners(listeners: &[SocketAddr]) -> Option<String> {
    best(listeners, &Interfaces::now().addresses()).filter(|best| best.port() != 0).map(root)
}

/// As browsers write it: without the port that plain HTTP has anyway.
pub fn root(address: SocketAddr) -> String {
    match (address.port(), address.ip()) {
        (80, IpAddr::V6(ip)) => format!("http://[{ip}]/"),
        (80, ip) => format!("http://{ip}/"),
        _ => format!("http://{address}/"),
    }
}

#[cfg(test)]
mod tests {
    use if_addrs::{IfAddr, IfOperStatus, Ifv4Addr};

    use super::*;

    fn shown(listener: &str, machine: &[&str]) -> Vec<String> {
        let machine: Vec<IpAddr> = machine.iter().map(|ip| ip.parse().unwrap()).collect();
        to_show(listener.parse().unwrap(), &machine).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn all_interfaces_are_shown_as_those_of_the_network() {
        let machine = ["127.0.0.1", "fd00::2", "192.168.4.1", "::1", "fe80::1", "169.254.3.3", "10.0.0.7"];
        assert_eq!(shown("0.0.0.0:80", &machine), ["192.168.4.1:80", "10.0.0.7:80"]);
        assert_eq!(shown("[::]:80", &machine), ["192.168.4.1:80", "10.0.0.7:80", "[fd00::2]:80"]);
        assert_eq!(shown("0.0.0.0:80", &["127.0.0.1"]), ["127.0.0.1:80"]);
        assert_eq!(shown("127.0.0.1:80", &machine), ["127.0.0.1:80"]);
    }

    #[test]
    fn the_code_is_for_the_address_a_tablet_reaches() {
        let addresses: Vec<SocketAddr> = ["127.0.0.1:1", "10.0.0.7:1"].map(|a| a.parse().unwrap()).to_vec();
        assert_eq!(for_tablets(&addresses), Some(addresses[1]));
        assert_eq!(for_tablets(&addresses[..1]), Some(addresses[0]));
        let roots = ["10.0.0.7:80", "10.0.0.7:8080", "[fd00::2]:80"].map(|a| root(a.parse().unwrap()));
        assert_eq!(roots, ["http://10.0.0.7/", "http://10.0.0.7:8080/", "http://[fd00::2]/"]);
    }

    fn interface(name: &str, ip: [u8; 4], oper_status: IfOperStatus) -> Interface {
        let ip = ip.into();
        let addr =
            IfAddr::V4(Ifv4Addr { ip, netmask: [255, 255, 255, 0].into(), prefixlen: 24, broadcast: None });
        Interface { name: name.to_owned(), addr, index: None, oper_status, is_p2p: false }
    }

    #[test]
    fn the_hotspot_is_named_before_the_modem_and_only_the_modem_is_a_way_out() {
        let (modem, hotspot) = ([10, 64, 0, 9], [192, 168, 4, 1]);
        let machine = |modem_is: IfOperStatus| Interfaces {
            all: vec![interface("eth0", modem, modem_is), interface("wlan0", hotspot, IfOperStatus::Up)],
            uplinks: BTreeSet::from(["eth0".to_owned()]),
        };
        let ip = |octets: [u8; 4]| IpAddr::from(octets);
        let first = |hotspot: &str| machine(IfOperStatus::Up).hotspot_first(|name| name == hotspot);
        assert_eq!(first("wlan0"), [ip(hotspot), ip(modem)]);
        assert_eq!(first("none"), [ip(modem), ip(hotspot)]);
        assert_eq!(machine(IfOperStatus::Up).with_uplink(), [ip(modem)]);
        assert_eq!(machine(IfOperStatus::Unknown).with_uplink(), [] as [IpAddr; 0], "the cable is out");
    }
}
