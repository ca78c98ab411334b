//! Reachable addresses: which of this machine's lead to the hub. Those that it listens on, and never loopback.
//!
//! Called by `announce` and by `cli`; pure.

use std::net::{IpAddr, SocketAddr};

/// What the hub listens on for plain HTTP, as far as a network can reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    port: u16,
    all_v4: bool,
    all_v6: bool,
    these: Vec<IpAddr>,
}

impl Reach {
    /// All listeners on the port of the first that is not for this machine alone; `None` when all are. A service names
    /// one port.
    pub fn of(listeners: &[SocketAddr]) -> Option<Self> {
        let open = || listeners.iter().filter(|listener| !listener.ip().is_loopback());
        let port = open().next()?.port();
        let mut reach = Self { port, all_v4: false, all_v6: false, these: Vec::new() };
        for listener in open().filter(|listener| listener.port() == port) {
            match listener.ip() {
                IpAddr::V4(v4) if v4.is_unspecified() => reach.all_v4 = true,
                // Linux takes IPv4 there as well.
                IpAddr::V6(v6) if v6.is_unspecified() => (reach.all_v4, reach.all_v6) = (true, true),
                one => reach.these.push(one),
            }
        }
        Some(reach)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether somebody who opens this address of the machine comes to the hub. A browser cannot open a link-local
    /// address of IPv6: that needs the name of its own interface. One of IPv4 it can, on a cable without a router.
    pub fn covers(&self, ip: IpAddr) -> bool {
        let opens = match ip {
            IpAddr::V4(v4) => !v4.is_loopback(),
            IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local(),
        };
        let all = if ip.is_ipv4() { self.all_v4 } else { self.all_v6 };
        opens && (all || self.these.contains(&ip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(listeners: &[&str]) -> Option<(u16, Vec<&'static str>)> {
        let listeners: Vec<SocketAddr> = listeners.iter().map(|text| text.parse().unwrap()).collect();
        let reach = Reach::of(&listeners)?;
        let machine = ["127.0.0.1", "192.168.4.1", "10.0.0.7", "169.254.3.3", "::1", "fd00::2", "fe80::1"];
        let ips = machine.into_iter().filter(|ip| reach.covers(ip.parse().unwrap())).collect();
        Some((reach.port(), ips))
    }

    #[test]
    fn what_is_listened_on_is_reached_and_loopback_never() {
        assert_eq!(covered(&["127.0.0.1:80", "[::1]:80"]), None);
        assert_eq!(covered(&["0.0.0.0:80"]).unwrap(), (80, vec!["192.168.4.1", "10.0.0.7", "169.254.3.3"]));
        assert_eq!(
            covered(&["[::]:80"]).unwrap(),
            (80, vec!["192.168.4.1", "10.0.0.7", "169.254.3.3", "fd00::2"])
        );
        assert_eq!(covered(&["127.0.0.1:80", "192.168.4.1:8080"]).unwrap(), (8080, vec!["192.168.4.1"]));
        let two = ["192.168.4.1:80", "[fd00::2]:80", "10.0.0.7:81"];
        assert_eq!(covered(&two).unwrap(), (80, vec!["192.168.4.1", "fd00::2"]));
    }
}
