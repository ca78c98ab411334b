//! Where tablets find the hub: the addresses to print, and the QR code to scan.
//!
//! Called by `serve`, `client` and `crew`; calls if-addrs and qrcode.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// The addresses of this machine's interfaces.
pub fn of_machine() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the machine's addresses could not be listed");
        Vec::new()
    });
    interfaces.into_iter().map(|interface| interface.ip()).collect()
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

/// Where a hub with these settings is found, as far as they tell: a port that the system chooses is not
/// known before.
pub fn of_config(listen: &[SocketAddr]) -> Option<String> {
    let machine = of_machine();
    let shown: Vec<_> = listen.iter().flat_map(|listener| to_show(*listener, &machine)).collect();
    for_tablets(&shown).filter(|address| address.port() != 0).map(|address| format!("http://{address}/"))
}

/// Light on dark, as terminals are; two modules of the code to a character.
pub fn qr(url: &str) -> Option<String> {
    let code = QrCode::new(url).ok()?;
    Some(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

#[cfg(test)]
mod tests {
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
        assert!(qr("http://192.168.4.1:8080/#/audit/jalibat-demo").unwrap().contains('█'));
    }
}
