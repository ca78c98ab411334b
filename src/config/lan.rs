//! The `[lan]` table: how the hub is found on its network.
//!
//! Called by `config`; calls nothing.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

use super::{ConfigError, table};

/// Whether tablets that ask if there is an internet are told that there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Probes {
    /// While the hub itself has none.
    #[default]
    Auto,
    On,
    Off,
}

impl FromStr for Probes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err(format!("`{text}` is no way to answer probes; write auto, on or off")),
        }
    }
}

impl<'de> Deserialize<'de> for Probes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

table! {
    Lan, "lan":
    mdns: bool,
    host: String,
    origin: String,
    probes: Probes,
}

impl Lan {
    pub fn mdns(&self) -> bool {
        self.mdns.unwrap_or(true)
    }

    /// The hub's name, before `.local`.
    pub fn host(&self) -> &str {
        self.host.as_deref().unwrap_or("fieldhub")
    }

    pub fn probes(&self) -> Probes {
        self.probes.unwrap_or_default()
    }

    pub fn check(&self) -> Result<(), ConfigError> {
        let host = self.host();
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if host.is_empty() || host.len() > 63 || !host.chars().all(letters) {
            return Err(Self::wrong("host", "one label of small letters, digits and `-`, without `.local`"));
        }
        if host.starts_with('-') || host.ends_with('-') {
            return Err(Self::wrong("host", "a label neither begins nor ends with `-`"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "maybe".parse::<Probes>().unwrap_err(),
            "`maybe` is no way to answer probes; write auto, on or off"
        );
    }
}
