//! The `[lan]` table: how the hub is found on its network.
//!
//! Called by `config`; calls hyper, for the form of an address.

use std::num::NonZeroU16;
use std::str::FromStr;

use hyper::Uri;
use serde::{Deserialize, Deserializer, de};

use super::{ConfigError, table};

/// Whether tablets that ask if there is an internet are told that there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ProbeSetting {
    /// While the hub itself has none.
    #[default]
    Auto,
    On,
    Off,
}

impl FromStr for ProbeSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err(format!("`{text}` is not a way to answer probes; write auto, on or off")),
        }
    }
}

impl<'de> Deserialize<'de> for ProbeSetting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// More names of the hub.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct HostNames(pub Vec<String>);

impl FromStr for HostNames {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(Self(names.map(str::to_owned).collect()))
    }
}

table! {
    Lan, "lan":
    mdns: bool,
    host: String,
    origin: String,
    probes: ProbeSetting,
    names: HostNames,
}

impl Lan {
    pub fn mdns(&self) -> bool {
        self.mdns.unwrap_or(true)
    }

    /// The hub's name, before `.local`.
    pub fn host(&self) -> &str {
        self.host.as_deref().unwrap_or("fieldhub")
    }

    /// The canonical address, as browsers write it; nothing when the machine's addresses decide.
    pub fn origin(&self) -> Option<String> {
        normal(self.origin.as_deref()?)
    }

    pub fn probes(&self) -> ProbeSetting {
        self.probes.unwrap_or_default()
    }

    /// What an open hub answers to beside its own names, in small letters.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.names.iter().flat_map(|names| &names.0).map(|name| name.to_ascii_lowercase())
    }

    pub fn check(&self) -> Result<(), ConfigError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':');
        for name in self.names() {
            let host = name.strip_prefix("*.").unwrap_or(&name);
            if name != "*" && (host.is_empty() || host.contains("..") || !host.chars().all(plain)) {
                return Err(Self::wrong(
                    "names",
                    "hosts without scheme, port and path, such as hub.example.org; *.example.org, or *",
                ));
            }
        }
        let host = self.host();
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if host.is_empty() || host.len() > 63 || !host.chars().all(letters) {
            return Err(Self::wrong("host", "one label of small letters, digits and `-`, without `.local`"));
        }
        if host.starts_with('-') || host.ends_with('-') {
            return Err(Self::wrong("host", "a label does not begin or end with `-`"));
        }
        if self.origin.is_some() && self.origin().is_none() {
            return Err(Self::wrong(
                "origin",
                "http:// or https://, a host, and a port if needed, such as http://192.168.4.1; no path",
            ));
        }
        Ok(())
    }
}

/// Scheme, host, the port if it is not the scheme's own, and a slash.
fn normal(origin: &str) -> Option<String> {
    // A fragment is cut off by the parser, and all else that is no part of an origin shows.
    let uri = Some(origin).filter(|text| !text.contains('#'))?.parse::<Uri>().ok()?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let authority = uri.authority()?;
    let host = Some(authority.host()).filter(|host| !host.is_empty())?.to_ascii_lowercase();
    let named = !authority.as_str().contains('@') && matches!(uri.path(), "" | "/") && uri.query().is_none();
    let port = match (scheme, authority.as_str().strip_prefix(authority.host())?) {
        (_, "") | ("http", ":80") | ("https", ":443") => String::new(),
        (_, port) => format!(":{}", port.strip_prefix(':')?.parse::<NonZeroU16>().ok()?),
    };
    named.then(|| format!("{scheme}://{host}{port}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        let lan = |origin: &str| Lan { origin: Some(origin.to_owned()), ..Lan::default() };
        for (given, normal) in [
            ("http://192.168.4.1", "http://192.168.4.1/"),
            ("http://192.168.4.1:80/", "http://192.168.4.1/"),
            ("HTTPS://Hub.Example:443", "https://hub.example/"),
            ("http://fieldhub.local:8080", "http://fieldhub.local:8080/"),
            ("http://[fd00::1]:8080/", "http://[fd00::1]:8080/"),
        ] {
            lan(given).check().unwrap();
            assert_eq!(lan(given).origin().as_deref(), Some(normal), "{given}");
        }
        for wrong in [
            "",
            "192.168.4.1",
            "//192.168.4.1/",
            "ftp://192.168.4.1",
            "http://",
            "http://:8080",
            "http://192.168.4.1/hub",
            "http://192.168.4.1/?a=1",
            "http://192.168.4.1/#/join/K7MPXQD4",
            "http://me@192.168.4.1",
            "http://192.168.4.1:0",
            "http://192.168.4.1:http",
            "http://192.168.4.1:",
        ] {
            assert!(
                lan(wrong).check().unwrap_err().to_string().starts_with("lan.origin: http://"),
                "{wrong}"
            );
        }
        assert_eq!(Lan::default().origin(), None);
    }

    #[test]
    fn more_names_are_hosts() {
        let lan = |names: &str| Lan { names: Some(names.parse().unwrap()), ..Lan::default() };
        for good in ["Hub.Example.org", "*.van.example, hub", "*", "203.0.113.7", "2001:db8::1"] {
            lan(good).check().unwrap();
        }
        assert_eq!(lan(" Hub.Example.org ,*").names().collect::<Vec<_>>(), ["hub.example.org", "*"]);
        for wrong in ["http://hub.example.org", "hub.example.org/", "*hub", "a..b", "é.example"] {
            assert!(lan(wrong).check().unwrap_err().to_string().starts_with("lan.names: "), "{wrong}");
        }
    }

    #[test]
    fn a_host_is_one_label() {
        let check = |host: &str| Lan { host: Some(host.to_owned()), ..Lan::default() }.check();
        for good in ["fieldhub", "van-2", "7"] {
            check(good).unwrap();
        }
        for wrong in ["", "fieldhub.local", "Van", "van_2", "-van", "van-", "été", &"a".repeat(64)] {
            assert!(check(wrong).unwrap_err().to_string().starts_with("lan.host: "), "{wrong}");
        }
        assert_eq!(
            "maybe".parse::<ProbeSetting>().unwrap_err(),
            "`maybe` is not a way to answer probes; write auto, on or off"
        );
    }
}
