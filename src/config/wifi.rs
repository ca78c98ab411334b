//! The `[wifi]` table: what a tablet needs to join the hub's network, for QR codes and posters.
//!
//! Called by `config`; calls nothing. The network itself is made by `fieldhub hotspot`, or by whoever runs it.

use std::path::PathBuf;

use super::{ConfigError, table};

table! {
    Wifi, "wifi":
    ssid: String,
    password_file: PathBuf,
    watch: bool,
}

impl Wifi {
    /// Whether the hub's own Wi-Fi is restarted when its radio hangs.
    pub fn is_watched(&self) -> bool {
        self.watch != Some(false)
    }

    pub fn check(&self) -> Result<(), ConfigError> {
        match (&self.ssid, &self.password_file) {
            (Some(ssid), _) if ssid.is_empty() || ssid.len() > 32 => {
                Err(Self::wrong("ssid", "the name of a network has 1 to 32 bytes"))
            }
            (None, Some(_)) => Err(Self::wrong("ssid", "a password needs the name of its network")),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_a_name() {
        let wifi = |ssid: Option<&str>| Wifi {
            watch: None,
            ssid: ssid.map(str::to_owned),
            password_file: Some("/etc/fieldhub/wifi-password".into()),
        };
        wifi(Some("JALIBAT")).check().unwrap();
        for wrong in [None, Some(""), Some("0123456789abcdef0123456789abcdef!")] {
            assert!(wifi(wrong).check().unwrap_err().to_string().starts_with("wifi.ssid: "));
        }
    }
}
