//! Subject alternative names and name constraints: the names and addresses under which tablets reach the hub, which a
//! certificate is for. And what the hub's CA may sign at all: names that are never the internet's, and addresses of
//! private networks.
//!
//! Called by `ca`, `leaf_certificate`, `authority` and `cli`; calls if-addrs.

use std::collections::BTreeSet;
use std::net::IpAddr;

use rcgen::{CidrSubnet, GeneralSubtree, NameConstraints};

/// Zones that no CA of the internet may sign for, as they are everybody's: RFC 6762, 8375, 6761, ICANN's `.internal`, and
/// what routers call their network.
const ZONES: &[&str] =
    &["local", "localhost", "home.arpa", "internal", "lan", "home", "localdomain", "hotspot"];

/// Private, shared, link-local and loopback networks.
const NETWORKS: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
];

/// How tablets get here, as far as it is known now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubjectAltNames {
    pub names: BTreeSet<String>,
    pub addresses: BTreeSet<IpAddr>,
}

/// The addresses of this machine now; `None` when it cannot tell.
pub fn of_machine() -> Option<BTreeSet<IpAddr>> {
    let interfaces = if_addrs::get_if_addrs().ok()?;
    Some(interfaces.into_iter().map(|interface| interface.ip()).collect())
}

/// Whether tablets can open it, and the CA may sign it.
pub fn is_private(address: &IpAddr) -> bool {
    // Browsers take no zone, and without one a link-local address of IPv6 leads nowhere.
    let link_local = matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local());
    !link_local && !address.is_unspecified() && NETWORKS.iter().any(|network| contains(network, *address))
}

/// `true` also for an address of IPv4 in the form of IPv6: nobody writes those, so they are none of ours.
fn contains(network: &str, address: IpAddr) -> bool {
    let Some((base, bits)) = network.split_once('/') else { return false };
    let (Ok(base), Ok(bits)) = (base.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            (base.to_bits() ^ address.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => {
            (base.to_bits() ^ address.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

/// Labels that are hosts of their own, without a zone: the CA is told of them when it is made.
pub fn bare(names: &BTreeSet<String>) -> BTreeSet<String> {
    let nowhere_else = |name: &str| !name.contains('.') && !ZONES.contains(&name);
    names.iter().filter(|name| is_name(name) && nowhere_else(name)).cloned().collect()
}

/// What is in the constraints of a CA that knows these bare names.
pub fn constraints(bare: &BTreeSet<String>) -> NameConstraints {
    let names = ZONES.iter().map(|zone| (*zone).to_owned()).chain(bare.iter().cloned());
    let names = names.map(GeneralSubtree::DnsName);
    let networks = NETWORKS.iter().filter_map(|network| network.parse::<CidrSubnet>().ok());
    NameConstraints {
        permitted_subtrees: names.chain(networks.map(GeneralSubtree::IpAddress)).collect(),
        excluded_subtrees: Vec::new(),
    }
}

/// Whether a CA that knows these bare names may sign for this one.
pub fn may_sign(name: &str, bare: &BTreeSet<String>) -> bool {
    let within =
        |zone: &str| name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    is_name(name) && (ZONES.iter().any(|zone| within(zone)) || bare.iter().any(|bare| within(bare)))
}

/// Small letters, digits and hyphens, as browsers send them; an underscore in a host's name is no reason to be left out.
fn is_name(name: &str) -> bool {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.chars().all(letters)
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
        // An address is none.
        && name.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_addresses_that_browsers_can_open() {
        for private in [
            "10.0.0.1",
            "172.31.255.1",
            "192.168.4.1",
            "169.254.7.7",
            "100.64.0.1",
            "127.0.0.1",
            "fd00::1",
            "::1",
        ] {
            assert!(is_private(&private.parse().unwrap()), "{private}");
        }
        for other in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:db8::1", "fe80::1", "0.0.0.0", "::"] {
            assert!(!is_private(&other.parse().unwrap()), "{other}");
        }
        assert_eq!(constraints(&BTreeSet::new()).permitted_subtrees.len(), ZONES.len() + NETWORKS.len());
    }

    #[test]
    fn only_names_that_are_nobodys_on_the_internet() {
        let known: BTreeSet<String> = ["pi".to_owned()].into();
        for good in
            ["fieldhub.local", "a.b.local", "localhost", "pi", "hub.lan", "hub.home.arpa", "van_2.local"]
        {
            assert!(may_sign(good, &known), "{good}");
        }
        for wrong in [
            "hub.example",
            "notlocal",
            "x.notlocal",
            "pie",
            "",
            ".local",
            "-a.local",
            "Hub.local",
            "192.168.4.1",
        ] {
            assert!(!may_sign(wrong, &known), "{wrong}");
        }
    }

    #[test]
    fn a_ca_learns_the_bare_names_alone() {
        let names = ["pi", "fieldhub.local", "localhost", "10.0.0.1", "we ird"].map(str::to_owned).into();
        assert_eq!(bare(&names), ["pi".to_owned()].into());
    }
}
