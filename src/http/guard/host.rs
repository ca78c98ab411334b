//! Host check (DNS rebinding): an open hub answers to its own names and addresses alone.
//!
//! A page on the internet may have its own name lead to the hub's address, from one moment to the next. To the browser it is
//! the hub's own page then, and may do whatever an open hub lets anybody do. It cannot change the name, though. Where a
//! crew is asked for sessions, such a page has none, and nothing is looked at. `routes::around` asks this of everything
//! but probes; asks the hub for its names, which `cli` tells it: docs/decisions/0034.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};

use crate::http::conn::door::{Door, Peer};
use crate::http::error::ApiError;
use crate::hub::Hub;

/// Zones that nobody has on the internet: RFC 6762, 8375, 6761, ICANN's `.internal`, and what routers call their network.
const ZONES: &[&str] =
    &["local", "localhost", "home.arpa", "internal", "lan", "home", "localdomain", "hotspot"];

pub fn check(hub: &Hub, request: &Request) -> Result<(), ApiError> {
    let from_network = matches!(request.extensions().get(), Some(Peer::Network(_)));
    if !from_network || hub.crew().is_some() {
        return Ok(());
    }
    asked(hub, request.headers(), request.uri().authority(), request.extensions().get())
}

fn asked(
    hub: &Hub,
    headers: &HeaderMap,
    target: Option<&Authority>,
    door: Option<&Door>,
) -> Result<(), ApiError> {
    let mut named = headers.get_all(header::HOST).iter();
    let said = match (target, named.next()) {
        (Some(target), _) => target.as_str(),
        // No browser leaves it out.
        (None, None) => return Ok(()),
        (None, Some(host)) => host.to_str().unwrap_or_default(),
    };
    let host = host_of(said);
    if named.next().is_none() && host.as_deref().is_some_and(|host| is_own(hub, host, door)) {
        return Ok(());
    }
    let shown: String = said.chars().filter(|c| c.is_ascii_graphic() && *c != '"').take(80).collect();
    let open = hub.found_at().map(|origin| format!("open {origin} instead, or ")).unwrap_or_default();
    Err(ApiError::wrong_host(format!(
        "this hub was asked as `{shown}`, which is none of its names: {open}add that host to lan.names in the hub's settings"
    )))
}

/// Without its port, as names are compared.
fn host_of(authority: &str) -> Option<String> {
    // `name@host` is what no browser sends.
    let authority: Authority = authority.parse().ok().filter(|_| !authority.contains('@'))?;
    let host = authority.host().trim_matches(['[', ']']).trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

fn is_own(hub: &Hub, host: &str, door: Option<&Door>) -> bool {
    // An address is no name that leads elsewhere tomorrow. A private one may be that of a router or a container before
    // the hub; any other is the hub's when that is where it was reached.
    if let Ok(address) = host.parse::<IpAddr>() {
        let here = door.is_some_and(|door| door.local.ip().to_canonical() == address.to_canonical());
        return here || is_private(address.to_canonical()) || hub.surroundings().is_named(host);
    }
    // A name without a zone is nobody's on the internet.
    let Some((label, zone)) = host.split_once('.') else { return true };
    let around = hub.surroundings();
    around.is_named(host)
        || hub.on_lan().is_some_and(|on_lan| on_lan.host.trim_end_matches('.').eq_ignore_ascii_case(host))
        || (ZONES.contains(&zone) && (label == "localhost" || around.names.contains(label)))
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crew::Access;
    use crate::hub::{OnLan, Surroundings, testing};

    #[tokio::test]
    async fn an_open_hub_answers_to_its_own_names_and_to_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let hub = testing::open(dir.path(), Access::Open);
        let names = ["fieldhub", "raspberrypi", "hub.client.example", "*.van.example"].map(str::to_owned);
        hub.say_surroundings(Surroundings {
            origin: Some("http://192.168.4.1:8080/".to_owned()),
            names: names.into(),
            ..Surroundings::default()
        });
        hub.say_on_lan(Some(OnLan {
            host: "fieldhub-2.local".to_owned(),
            instead_of: None,
            service: "Hub".to_owned(),
            port: 8080,
        }));
        let door = Door { local: "203.0.113.7:8080".parse().unwrap(), tls: false };
        let ask = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            asked(&hub, &headers, None, Some(&door))
        };
        for own in [
            "192.168.4.1:8080",
            "10.0.0.9",
            "127.0.0.1:1",
            "localhost:8080",
            "hub",
            "[fe80::1]:8080",
            "[fd00::1]",
            "203.0.113.7",
            "fieldhub.local",
            "Fieldhub.Local.:8080",
            "fieldhub-2.local",
            "raspberrypi.lan",
            "fieldhub.home.arpa",
            "hub.client.example",
            "one.van.example",
        ] {
            assert!(ask(own).is_ok(), "{own}");
        }
        for other in [
            "evil.example",
            "fieldhub.evil.example",
            "fieldhub.local.evil.example",
            "127.0.0.1.evil.example",
            "other.local",
            "client.example",
            "van.example",
            "198.51.100.1",
            "[2001:db8::1]",
            "8.8.8.8:8080",
            "evil.example@192.168.4.1",
            "",
            "a b",
        ] {
            assert!(ask(other).is_err(), "{other}");
        }
        let mut two = HeaderMap::new();
        two.append(header::HOST, "fieldhub.local".parse().unwrap());
        two.append(header::HOST, "evil.example".parse().unwrap());
        assert!(asked(&hub, &two, None, Some(&door)).is_err());
        assert!(asked(&hub, &HeaderMap::new(), Some(&"evil.example".parse().unwrap()), Some(&door)).is_err());
        let refused = format!("{:?}", ask("evil.example:8080").unwrap_err());
        for said in ["evil.example:8080", "http://192.168.4.1:8080/", "lan.names"] {
            assert!(refused.contains(said), "{refused}");
        }
        hub.close().await;
    }
}
