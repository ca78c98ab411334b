//! What there is on this machine, as far as plans ask for it. Only looked at, never changed.
//!
//! Called by `service` and `hotspot`, and by their tests with a root of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::apply::below;
use super::{INIT_SCRIPT, PACKAGED, PROFILE, RADIO_UNIT, SETTINGS, UNIT, USER, WIFI_PASSWORD};

/// What starts services here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Init {
    Systemd,
    /// OpenWrt.
    Procd,
    Other,
}

/// A Wi-Fi interface, with the name of its driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Radio {
    pub interface: String,
    pub driver: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub init: Init,
    /// This program.
    pub program: PathBuf,
    pub user: bool,
    /// What the init system starts it by, where no package has brought that.
    pub unit: bool,
    /// The unit that a package has brought.
    pub packaged_unit: bool,
    /// What watches over the radio of the hotspot.
    pub radio_unit: bool,
    /// The text of the settings.
    pub settings: Option<String>,
    pub wifi_password: Option<String>,
    /// The hotspot's.
    pub profile: Option<String>,
    /// OpenWrt's own page, which has port 80.
    pub luci: bool,
    pub radios: Vec<Radio>,
    /// What tells of the country that this machine is in, best first; each as it is written there.
    pub countries: Vec<String>,
    pub programs: Vec<&'static str>,
    /// What the board calls itself.
    pub model: Option<String>,
    /// The firmware of the radio that is chosen of several, where there is a choice; and whether there is the minimal one.
    pub firmware: Option<String>,
    pub has_minimal_firmware: bool,
    /// How many the radio carries, where its driver tells.
    pub most_stations: Option<u32>,
}

/// Where Raspberry Pi OS has the firmware that carries more tablets, beside the standard one.
pub const MINIMAL_FIRMWARE: &str = "/lib/firmware/cypress/cyfmac43455-sdio-minimal.bin";
/// What it uses of the two.
const CHOSEN_FIRMWARE: &str = "/etc/alternatives/cyfmac43455-sdio.bin";

/// Programs that plans may use.
const PROGRAMS: &[&str] = &["nmcli", "dnsmasq", "raspi-config", "iw", "rfkill"];

impl Facts {
    pub fn of(root: &Path) -> anyhow::Result<Self> {
        let at = |path: &str| below(root, Path::new(path));
        let there = |path: &str| at(path).exists();
        let text = |path: &str| match fs::read_to_string(at(path)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some).with_context(|| at(path).display().to_string()),
        };
        let init = if there("/run/systemd/system") {
            Init::Systemd
        } else if there("/sbin/procd") && there("/etc/openwrt_release") {
            Init::Procd
        } else {
            Init::Other
        };
        let users = text("/etc/passwd")?.unwrap_or_default();
        let programs: Vec<_> = PROGRAMS.iter().copied().filter(|program| on_path(program, root)).collect();
        Ok(Self {
            init,
            program: std::env::current_exe().context("this program cannot tell where it is")?,
            user: users.lines().any(|line| line.split(':').next() == Some(USER)),
            unit: there(if init == Init::Procd { INIT_SCRIPT } else { UNIT }),
            packaged_unit: ["/lib", "/usr/lib"]
                .iter()
                .any(|dir| there(&format!("{dir}/systemd/system/fieldhub.service"))),
            radio_unit: there(RADIO_UNIT),
            settings: text(SETTINGS)?,
            // Others may not read it; a dry run then shows one that is new.
            wifi_password: text(WIFI_PASSWORD)
                .ok()
                .flatten()
                .map(|text| text.trim_end_matches('\n').to_owned()),
            profile: text(PROFILE).ok().flatten(),
            luci: there("/etc/config/uhttpd"),
            radios: radios(&at("/sys/class/net")),
            countries: countries(&programs, &at("/etc/default/crda"), &at("/proc/cmdline")),
            most_stations: said(&programs, "iw", &["phy"]).and_then(|phy| most_stations(&phy)),
            programs,
            model: text("/proc/device-tree/model")
                .ok()
                .flatten()
                .map(|text| text.trim_end_matches('\0').to_owned()),
            firmware: fs::read_link(at(CHOSEN_FIRMWARE)).ok().map(|link| link.display().to_string()),
            has_minimal_firmware: there(MINIMAL_FIRMWARE),
        })
    }

    /// With what it lacks of a Raspberry Pi, for a look at what such a one would get; and the names of that.
    pub fn into_pi(mut self, hotspot: bool, interface_named: bool) -> (Self, Vec<&'static str>) {
        let mut lacked = Vec::new();
        if self.init == Init::Other {
            self.init = Init::Systemd;
            lacked.push("systemd");
        }
        if hotspot && self.init == Init::Systemd {
            if !(self.has("nmcli") && self.has("dnsmasq")) {
                self.programs.extend(["nmcli", "dnsmasq"]);
                lacked.push("NetworkManager with dnsmasq");
            }
            if self.radios.is_empty() && !interface_named {
                self.radios.push(Radio { interface: "wlan0".to_owned(), driver: "brcmfmac".to_owned() });
                lacked.push("Wi-Fi");
            }
        }
        (self, lacked)
    }

    pub fn has(&self, program: &str) -> bool {
        self.programs.contains(&program)
    }

    /// A package put the program here, and it is the package that replaces it.
    pub fn packaged(&self) -> bool {
        self.program == Path::new(PACKAGED) && self.packaged_unit
    }

    #[cfg(test)]
    pub fn for_test(init: Init, programs: &[&'static str]) -> Self {
        Self {
            init,
            program: "/home/pi/fieldhub".into(),
            user: false,
            unit: false,
            packaged_unit: false,
            radio_unit: false,
            settings: None,
            wifi_password: None,
            profile: None,
            luci: false,
            radios: Vec::new(),
            countries: Vec::new(),
            programs: programs.to_vec(),
            model: None,
            firmware: None,
            has_minimal_firmware: false,
            most_stations: None,
        }
    }
}

/// Of `iw phy`, where the driver tells.
fn most_stations(phy: &str) -> Option<u32> {
    let (_, rest) = phy.split_once("Maximum associated stations in AP mode:")?;
    rest.split_whitespace().next()?.parse().ok()
}

/// What a program of this machine prints.
fn said(programs: &[&str], program: &str, args: &[&str]) -> Option<String> {
    let output = programs.contains(&program).then(|| Command::new(program).args(args).output().ok())??;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// sudo leaves out the directories of the administrator on some systems.
fn on_path(program: &str, root: &Path) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/sbin"].map(|dir| below(root, Path::new(dir)));
    std::env::split_paths(&path).chain(more).any(|dir| dir.join(program).is_file())
}

fn radios(interfaces: &Path) -> Vec<Radio> {
    let Ok(entries) = fs::read_dir(interfaces) else { return Vec::new() };
    let mut radios: Vec<Radio> = entries
        .flatten()
        .filter(|entry| ["phy80211", "wireless"].iter().any(|mark| entry.path().join(mark).exists()))
        .filter_map(|entry| {
            let driver = fs::read_link(entry.path().join("device/driver")).unwrap_or_default();
            let driver = driver.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Some(Radio { interface: entry.file_name().into_string().ok()?, driver })
        })
        .collect();
    radios.sort_by(|a, b| a.interface.cmp(&b.interface));
    radios
}

fn countries(programs: &[&str], crda: &Path, cmdline: &Path) -> Vec<String> {
    let said = |program: &str, args: &[&str]| said(programs, program, args);
    let after = |text: &str, mark: &str| {
        let (_, rest) = text.split_once(mark)?;
        Some(rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>())
    };
    let file = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    [
        said("raspi-config", &["nonint", "get_wifi_country"]).map(|text| text.trim().to_owned()),
        after(&file(cmdline), "cfg80211.ieee80211_regdom="),
        after(&file(crda), "REGDOMAIN="),
        said("iw", &["reg", "get"]).and_then(|text| after(&text, "country ")),
    ]
    .into_iter()
    .flatten()
    .filter(|country| !country.is_empty())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_may_tell_how_many_it_carries() {
        assert_eq!(most_stations("Wiphy phy0\n\tMaximum associated stations in AP mode: 128\n"), Some(128));
        assert_eq!(most_stations("Wiphy phy0\n"), None);
    }
}
