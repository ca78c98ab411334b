//! NetworkManager keyfile of the hub's Wi-Fi: a profile that comes up by itself, and the lines of its name server.
//!
//! Called by `up`, `down`, `service install`. NetworkManager gives addresses and names to tablets by dnsmasq, which
//! reads the files of `NAMES_DIR` for every shared connection.

use anyhow::bail;

use super::super::machine::facts::{Facts, Init};
use super::super::machine::plan::{File, FileGroup, MachineStep, remove, run, write};
use super::super::machine::{PACKAGED, PROFILE, PROGRAM, RADIO_UNIT, SETTINGS, WIFI_PASSWORD};
use super::network::{ADDRESS, Band, HotspotNetwork};
use super::radio::RadioLimit;
use super::settings;

pub const NAMES: &str = "/etc/NetworkManager/dnsmasq-shared.d/fieldhub.conf";
/// For a machine without raspi-config: the country at every start.
const REGDOM: &str = "/etc/modprobe.d/fieldhub-country.conf";
const RADIO: &str = "fieldhub-radio.service";
const RADIO_UNIT_FILE: &str = include_str!("radio.service");
/// The profile is one and the same however often it is written.
pub const UUID: &str = "0b3f4f6c-5f0e-5c39-9d9f-6a0c8d8f7f52";

/// Whether NetworkManager can make a hotspot here.
pub fn check(facts: &Facts) -> anyhow::Result<()> {
    if !facts.has("nmcli") {
        bail!(
            "NetworkManager makes the hotspot, but it is not installed: sudo apt install network-manager \
             dnsmasq-base"
        );
    }
    if !facts.has("dnsmasq") {
        bail!("NetworkManager needs dnsmasq for a hotspot: sudo apt install dnsmasq-base");
    }
    Ok(())
}

/// What the hub reads, for its posters: the password, and the network in its settings.
pub fn for_the_hub(
    network: &HotspotNetwork,
    facts: &Facts,
    settings_text: &str,
) -> anyhow::Result<Vec<MachineStep>> {
    // A router has its own address, and its hub is root.
    let router = facts.init == Init::Procd;
    let password = File {
        path: WIFI_PASSWORD.into(),
        mode: if router { 0o600 } else { 0o640 },
        group: if router { FileGroup::Root } else { FileGroup::Hub },
        content: format!("{}\n", network.password.text),
        secret: secret(network),
    };
    let text = settings::with_network(settings_text, &network.ssid, !router)?;
    Ok(vec![MachineStep::Write(password), write(SETTINGS, text)])
}

/// The last of all steps: whoever came over this interface as a client of another Wi-Fi is cut off by it.
pub fn up(network: &HotspotNetwork, facts: &Facts, hosts: &[String]) -> Vec<MachineStep> {
    let country = network.country.to_string();
    let mut steps = vec![MachineStep::Say(word(network, facts))];
    if facts.has("raspi-config") {
        let command = ["raspi-config", "nonint", "do_wifi_country", &country];
        steps.push(run(&command, "a Raspberry Pi keeps its radio off until it knows the country"));
    } else {
        let line = "# The country whose rules the Wi-Fi follows, for `fieldhub hotspot`.\n";
        steps.push(write(REGDOM, format!("{line}options cfg80211 ieee80211_regdom={country}\n")));
        if facts.has("iw") {
            steps.push(run(&["iw", "reg", "set", &country], "the same until the next start"));
        }
    }
    if facts.has("rfkill") {
        steps.push(run(&["rfkill", "unblock", "wifi"], "the radio is switched on"));
    }
    steps.extend([
        write(NAMES, names(hosts)),
        MachineStep::Write(File {
            path: PROFILE.into(),
            // NetworkManager takes no profile that others may read.
            mode: 0o600,
            group: FileGroup::Root,
            content: keyfile(network),
            secret: secret(network),
        }),
        run(&["nmcli", "radio", "wifi", "on"], "NetworkManager may use the radio"),
        run(&["nmcli", "connection", "load", PROFILE], "NetworkManager reads the profile"),
        write(
            RADIO_UNIT,
            RADIO_UNIT_FILE.replace("PROGRAM", if facts.packaged_unit { PACKAGED } else { PROGRAM }),
        ),
        run(&["systemctl", "daemon-reload"], "systemd reads the unit"),
        run(&["systemctl", "enable", "--now", RADIO], "a radio that hangs is restarted ([wifi] watch)"),
        run(&["nmcli", "connection", "up", "uuid", UUID], "the hotspot comes up, now and at every start"),
    ]);
    steps
}

pub fn down(facts: &Facts) -> Vec<MachineStep> {
    let mut steps = unwatch(facts);
    steps.extend([
        // Deleting takes it down, and does not fail when it is down already.
        run(&["nmcli", "connection", "delete", "uuid", UUID], "the hotspot goes down and does not come back"),
        remove(NAMES),
        remove(PROFILE),
    ]);
    steps
}

/// Nobody restarts the radio any more. Hotspots of earlier versions had no watch.
pub fn unwatch(facts: &Facts) -> Vec<MachineStep> {
    if !facts.radio_unit {
        return Vec::new();
    }
    let why = "the radio is not watched any more";
    vec![run(&["systemctl", "disable", "--now", RADIO], why), remove(RADIO_UNIT)]
}

fn secret(network: &HotspotNetwork) -> Option<String> {
    // One that is yet to come is no secret.
    (!network.password.new).then(|| network.password.text.clone())
}

fn word(network: &HotspotNetwork, facts: &Facts) -> String {
    let HotspotNetwork { ssid, interface, password, .. } = network;
    let password = if password.new {
        format!(
            "{}\nIt is shown only this once; it is kept in {WIFI_PASSWORD}, and the poster has it as a QR \
             code.",
            password.text
        )
    } else {
        format!("in {WIFI_PASSWORD}")
    };
    format!(
        "\n{interface} becomes the Wi-Fi {ssid}. If you are connected through {interface}, you are cut off now: join {ssid}.\n\
         Wi-Fi     {ssid}\nPassword  {password}\nHub       http://{ADDRESS}/\n{}\
         Crew      `sudo fieldhub crew code` shows the QR code to join with; `sudo fieldhub poster` makes a sheet to print.\n",
        tablets(network, facts)
    )
}

/// Said before the night: who comes when the radio is full finds a Wi-Fi that does not let them in, and no word why.
fn tablets(network: &HotspotNetwork, facts: &Facts) -> String {
    let radio = facts.radios.iter().find(|radio| radio.interface == network.interface);
    let Some(limit) = radio.map(|radio| RadioLimit::of(radio, facts)).filter(RadioLimit::is_small) else {
        return String::new();
    };
    format!("Tablets   {}, on this radio ({}). {}\n", limit.said(), limit.chip, limit.ways_out())
}

/// The file that NetworkManager keeps a connection in.
fn keyfile(network: &HotspotNetwork) -> String {
    let HotspotNetwork { ssid, password, band, channel, interface, pmf, .. } = network;
    let band = match band {
        Band::Bg => "bg",
        Band::A => "a",
    };
    // 2 is optional: NetworkManager then offers WPA3 beside WPA2. 1 is never: WPA2 alone.
    let pmf = if *pmf { 2 } else { 1 };
    let (ssid, psk) = (value(ssid).replace(';', r"\\;"), value(&password.text));
    format!(
        "# The Wi-Fi of the hub; `fieldhub hotspot up` writes this file.\n\
         [connection]\nid=fieldhub\nuuid={UUID}\ntype=wifi\ninterface-name={interface}\n\
         autoconnect=true\nautoconnect-priority=100\nautoconnect-retries=0\n\n\
         [wifi]\nmode=ap\nssid={ssid}\nband={band}\nchannel={channel}\npowersave=2\n\n\
         [wifi-security]\nkey-mgmt=wpa-psk\nproto=rsn;\npairwise=ccmp;\ngroup=ccmp;\npmf={pmf}\npsk={psk}\n\n\
         [ipv4]\nmethod=shared\naddress1={ADDRESS}/24\n\n\
         [ipv6]\nmethod=disabled\n"
    )
}

/// Text in a keyfile.
fn value(text: &str) -> String {
    let text = text.replace('\\', r"\\");
    match text.strip_prefix(' ') {
        Some(rest) => format!(r"\s{rest}"),
        None => text,
    }
}

/// Each name by itself: a wildcard would answer for hosts that tablets need once there is an uplink.
fn names(hosts: &[String]) -> String {
    let lines: String = hosts.iter().map(|host| format!("host-record={host},{ADDRESS}\n")).collect();
    format!(
        "# The hub's names, and the hosts that tablets use to test for internet access: no others.\n\
         # `fieldhub hotspot up` writes this file.\n{lines}"
    )
}
