//! Access point parameters, what the hub's Wi-Fi is to be, checked: asked for by flags, completed from what the
//! machine has.
//!
//! Called by `up` and `service install`; `profile` and `openwrt` put it into their systems' words.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::super::WrongUse;
use super::super::machine::facts::Facts;
use super::country::{self, Country};
use super::password::Password;

/// The hub's address in its own network.
pub const ADDRESS: &str = "192.168.4.1";

/// Does not start, or cannot be joined, with management frames protected: raspberrypi/linux 3619 and 4718. So no WPA3,
/// which asks for them.
const WITHOUT_PMF: &str = "brcmfmac";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Band {
    // 2.4 GHz: reaches further.
    #[default]
    Bg,
    // 5 GHz: faster, but not for outdoors in many countries.
    A,
}

/// What can be said about a network on the command line, besides its name.
#[derive(Debug, Args)]
pub struct HotspotFlags {
    /// The country's two letters: the radio follows its rules [default: what the machine is set to]
    #[arg(long, value_name = "CC")]
    pub country: Option<Country>,
    /// A file with its password on one line [default: the one it had, or a new one]
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// The Wi-Fi interface [default: the machine's only one, or the first]
    #[arg(long, value_name = "NAME", value_parser = interface)]
    pub interface: Option<String>,
}

/// What is asked of the radio.
#[derive(Debug, Clone, Default, Args)]
pub struct RadioFlags {
    /// A fixed channel [default: 6, or 36 with --band a]
    #[arg(long, value_name = "N")]
    pub channel: Option<u8>,
    /// bg is 2.4 GHz and reaches further, a is 5 GHz
    #[arg(long, value_enum, default_value_t)]
    pub band: Band,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotspotNetwork {
    pub ssid: String,
    pub password: Password,
    pub country: Country,
    pub band: Band,
    pub channel: u8,
    pub interface: String,
    /// Management frames protected, and with them WPA3.
    pub pmf: bool,
}

/// As a flag has it.
pub fn ssid(text: &str) -> Result<String, String> {
    if text.is_empty() || text.len() > 32 || text.chars().any(char::is_control) {
        return Err("the name of a network has 1 to 32 bytes".to_owned());
    }
    Ok(text.to_owned())
}

/// As the kernel takes it.
fn interface(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.is_empty() || text.len() > 15 || !text.chars().all(plain) {
        return Err("an interface is named as `ip link` names it, such as wlan0".to_owned());
    }
    Ok(text.to_owned())
}

impl HotspotNetwork {
    pub fn of(
        ssid: &str,
        wanted: &HotspotFlags,
        radio: &RadioFlags,
        facts: &Facts,
        dry_run: bool,
    ) -> anyhow::Result<Self> {
        let channel = channel(radio.band, radio.channel).map_err(WrongUse)?;
        let country = country::choose(wanted.country, &facts.countries)?;
        let password = match (&wanted.password_file, &facts.wifi_password) {
            (Some(file), _) => Password::from_file(file)?,
            // Tablets know it: a second run must not lock them out.
            (None, Some(kept)) if Password::parse(kept).is_ok() => {
                Password { text: kept.clone(), new: false }
            }
            _ if dry_run => Password::to_come(),
            _ => Password::random()?,
        };
        let found = match &wanted.interface {
            Some(name) => facts.radios.iter().find(|radio| radio.interface == *name),
            None => facts.radios.first(),
        };
        let interface = wanted.interface.clone().or_else(|| found.map(|radio| radio.interface.clone()));
        let interface = interface.ok_or_else(|| {
            anyhow::anyhow!("this machine has no Wi-Fi that can be a hotspot: plug in a USB adapter, or name one with --interface")
        })?;
        let pmf = found.is_none_or(|radio| radio.driver != WITHOUT_PMF);
        Ok(Self { ssid: ssid.to_owned(), password, country, band: radio.band, channel, interface, pmf })
    }
}

/// Without those on which a radar may be heard: a hotspot there has to wait, and goes off when it hears one.
fn channel(band: Band, asked: Option<u8>) -> Result<u8, String> {
    match (band, asked) {
        (Band::Bg, None) => Ok(6),
        (Band::A, None) => Ok(36),
        (Band::Bg, Some(channel @ 1..=13)) => Ok(channel),
        (Band::A, Some(channel @ (36 | 40 | 44 | 48 | 149 | 153 | 157 | 161 | 165))) => Ok(channel),
        (Band::Bg, Some(other)) => Err(format!("channel {other}: on 2.4 GHz there are 1 to 13")),
        (Band::A, Some(other)) => {
            Err(format!("channel {other}: on 5 GHz take 36, 40, 44, 48, or 149 to 165 in steps of 4"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::machine::facts::{self, Init};

    fn facts() -> Facts {
        let radio = |interface: &str, driver: &str| facts::Radio {
            interface: interface.into(),
            driver: driver.into(),
        };
        Facts {
            radios: vec![radio("wlan0", "brcmfmac"), radio("wlan1", "mt76x2u")],
            countries: vec!["FR".to_owned()],
            ..Facts::for_test(Init::Systemd, &["nmcli", "dnsmasq"])
        }
    }

    fn network(interface: Option<&str>, facts: &Facts) -> anyhow::Result<HotspotNetwork> {
        let wanted =
            HotspotFlags { country: None, password_file: None, interface: interface.map(str::to_owned) };
        HotspotNetwork::of("JALIBAT", &wanted, &RadioFlags::default(), facts, false)
    }

    #[test]
    fn the_chip_of_a_raspberry_pi_gets_no_protected_frames() {
        let pi = network(None, &facts()).unwrap();
        assert_eq!((pi.interface.as_str(), pi.pmf, pi.channel), ("wlan0", false, 6));
        assert!(network(Some("wlan1"), &facts()).unwrap().pmf);
        let none = Facts { radios: Vec::new(), ..facts() };
        assert!(network(None, &none).unwrap_err().to_string().contains("--interface"));
        assert_eq!(network(Some("wlan7"), &none).unwrap().interface, "wlan7");
    }

    #[test]
    fn channels_are_those_that_need_no_waiting_for_radar() {
        assert_eq!(channel(Band::A, None), Ok(36));
        assert_eq!(channel(Band::Bg, Some(13)), Ok(13));
        for (band, wrong) in [(Band::Bg, 0), (Band::Bg, 14), (Band::A, 6), (Band::A, 52), (Band::A, 100)] {
            assert!(channel(band, Some(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_that_tablets_know_is_kept() {
        let kept = Facts { wifi_password: Some("hunter2hunter2".to_owned()), ..facts() };
        let password = network(None, &kept).unwrap().password;
        assert_eq!((password.text.as_str(), password.new), ("hunter2hunter2", false));
        assert!(network(None, &facts()).unwrap().password.new);
    }
}
