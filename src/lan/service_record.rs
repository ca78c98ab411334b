//! DNS-SD service record (SRV, TXT): what a hub says of itself in a service, and what others read there.
//!
//! Called by `announce` and `discover`; calls mdns-sd.

use std::net::{IpAddr, SocketAddr};

use mdns_sd::{IfKind, IfPredicate, ResolvedService, ServiceInfo};
use uuid::Uuid;

use super::name_conflicts::cut;
use super::{LanError, Reach};

/// The service by which hubs and `fieldhub discover` find one another.
pub const HUBS: &str = "_fieldhub._tcp.local.";
/// The one that browsers of the network show.
const PAGES: &str = "_http._tcp.local.";

/// A value of a TXT record has 255 bytes, its key included.
const VALUE: usize = 200;

/// What a hub says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub hub_id: Uuid,
    pub name: String,
    pub version: &'static str,
    /// The port of HTTPS, where there is one.
    pub tls: Option<u16>,
}

impl About {
    /// Both services under one name, on the addresses that lead to the hub, whatever becomes of those.
    pub fn services(&self, instance: &str, host: &str, reach: &Reach) -> Result<[ServiceInfo; 2], LanError> {
        let (id, tls) = (self.hub_id.to_string(), self.tls.unwrap_or(0).to_string());
        let properties = [
            ("version", self.version),
            ("id", &id),
            ("name", cut(&self.name, VALUE)),
            ("tls", &tls),
            ("path", "/"),
        ];
        let service = |kind| {
            let info = ServiceInfo::new(kind, instance, host, "", reach.port(), &properties[..]);
            let mut info = info?.enable_addr_auto();
            let reach = reach.clone();
            let leads_here = IfPredicate::new(move |interface| reach.covers(interface.ip()));
            info.set_interfaces(vec![IfKind::Predicate(leads_here)]);
            // `announce` has asked, and renames by itself: docs/decisions/0013.
            info.set_requires_probe(false);
            Ok::<_, LanError>(info)
        };
        Ok([service(HUBS)?, service(PAGES)?])
    }
}

/// A hub that has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundHub {
    pub hub_id: Option<Uuid>,
    pub name: String,
    pub version: Option<String>,
    /// `fieldhub.local`
    pub host: String,
    pub port: u16,
    pub tls: Option<u16>,
    /// The best to open first.
    pub addresses: Vec<IpAddr>,
}

impl FoundHub {
    /// What another machine says is not trusted further than to be shown: no control characters.
    pub fn of(service: &ResolvedService) -> Self {
        let said = |key| {
            let text = service.get_property_val_str(key)?;
            let text: String = text.chars().filter(|c| !c.is_control()).collect();
            (!text.is_empty()).then_some(text)
        };
        let mut addresses: Vec<IpAddr> = service.get_addresses().iter().map(|ip| ip.to_ip_addr()).collect();
        addresses.sort_unstable_by_key(|ip| (order(*ip), *ip));
        let instance: String = service.get_fullname().chars().filter(|c| !c.is_control()).collect();
        Self {
            hub_id: said("id").and_then(|id| id.parse().ok()),
            name: said("name").unwrap_or_else(|| instance.trim_end_matches(&format!(".{HUBS}")).to_owned()),
            version: said("version"),
            host: service.get_hostname().trim_end_matches('.').to_owned(),
            port: service.get_port(),
            tls: said("tls").and_then(|port| port.parse().ok()).filter(|port| *port != 0),
            addresses,
        }
    }

    /// What opens it from here. By address: names are not resolved everywhere.
    pub fn url(&self) -> Option<String> {
        let address = self.addresses.first()?;
        Some(match self.port {
            80 if address.is_ipv4() => format!("http://{address}/"),
            port => format!("http://{}/", SocketAddr::new(*address, port)),
        })
    }

    /// By name, as the certificate has both, and the name stays when the address changes.
    pub fn https_url(&self) -> Option<String> {
        self.tls.map(|port| match port {
            443 => format!("https://{}/", self.host),
            port => format!("https://{}:{port}/", self.host),
        })
    }
}

/// IPv4 with a router, IPv4 without one, IPv6.
fn order(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(v4) if v4.is_link_local() => 1,
        IpAddr::V4(_) => 0,
        IpAddr::V6(v6) if v6.is_unicast_link_local() => 3,
        IpAddr::V6(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(name: &str, tls: Option<u16>) -> About {
        About { hub_id: Uuid::from_u128(7), name: name.to_owned(), version: "1.2.3", tls }
    }

    fn reach() -> Reach {
        Reach::of(&["0.0.0.0:8080".parse().unwrap()]).unwrap()
    }

    /// As it comes to somebody at this address.
    fn found(about: &About, addresses: &str) -> FoundHub {
        let [info, _] = about.services("Hub", "fieldhub.local.", &reach()).unwrap();
        let info = ServiceInfo::new(
            HUBS,
            "Hub",
            info.get_hostname(),
            addresses,
            info.get_port(),
            info.get_properties().clone().into_property_map_str(),
        );
        FoundHub::of(&info.unwrap().as_resolved_service())
    }

    #[test]
    fn what_is_said_is_what_is_found() {
        let found = found(&about("Van 1. Été", Some(8443)), "169.254.1.1,fd00::1,10.0.0.7");
        assert_eq!(found.hub_id, Some(Uuid::from_u128(7)));
        assert_eq!((found.name.as_str(), found.version.as_deref()), ("Van 1. Été", Some("1.2.3")));
        assert_eq!((found.host.as_str(), found.port, found.tls), ("fieldhub.local", 8080, Some(8443)));
        assert_eq!(
            found.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["10.0.0.7", "169.254.1.1", "fd00::1"]
        );
        assert_eq!(found.url().unwrap(), "http://10.0.0.7:8080/");
        assert_eq!(found.https_url().unwrap(), "https://fieldhub.local:8443/");
    }

    #[test]
    fn a_usual_port_is_not_written() {
        let mut found = found(&about("Hub", Some(443)), "fd00::1");
        assert_eq!(found.url().unwrap(), "http://[fd00::1]:8080/");
        (found.port, found.addresses) = (80, vec!["10.0.0.7".parse().unwrap()]);
        assert_eq!(found.url().unwrap(), "http://10.0.0.7/");
        assert_eq!(found.https_url().unwrap(), "https://fieldhub.local/");
        assert_eq!(self::found(&about("Hub", None), "10.0.0.7").https_url(), None);
    }

    #[test]
    fn any_name_of_a_hub_can_be_said() {
        // The longest that the settings let through, in the widest letters.
        let name = "😀".repeat(100);
        let [hub, page] = about(&name, None).services("x", "x.local.", &reach()).unwrap();
        for info in [hub, page] {
            let said = info.get_property_val_str("name").unwrap();
            assert!(name.starts_with(said) && said.chars().count() == 50);
        }
    }

    #[test]
    fn a_stranger_cannot_write_on_the_terminal() {
        let mut told = about("\u{1b}[2JHub\n", None);
        told.version = "\u{7}";
        let found = found(&told, "10.0.0.7");
        assert_eq!((found.name.as_str(), found.version), ("[2JHub", None));
    }
}
