//! UCI commands, the hub's Wi-Fi in OpenWrt's words: commands to read and to type, as a router has settings of its
//! own already.
//!
//! Called by `up` and `service install`.

use super::super::hint::words as show_words;
use super::network::{Band, HotspotNetwork};

pub fn commands(network: &HotspotNetwork, hosts: &[String]) -> String {
    let HotspotNetwork { ssid, password, country, band, channel, .. } = network;
    let (radio, band) = match band {
        Band::Bg => ("radio0", "2g"),
        Band::A => ("radio1", "5g"),
    };
    // sae-mixed is WPA3 with WPA2 beside it; brcmfmac, as on a Raspberry Pi, can do the older one alone.
    let encryption = if network.pmf { "sae-mixed" } else { "psk2+ccmp" };
    let mut lines = vec![
        format!("# The Wi-Fi {ssid} on {radio}: check with `uci show wireless` that this is the {band} one."),
        "opkg list-installed wpad* hostapd*      # sae-mixed needs wpad-basic-mbedtls or better".to_owned(),
    ];
    let mut uci = |words: &[&str]| {
        let words: Vec<String> = ["uci"].iter().chain(words).map(|word| (*word).to_owned()).collect();
        lines.push(show_words(&words));
    };
    let set = |key: &str, value: &str| format!("{key}={value}");
    for (key, value) in
        [("country", country.to_string().as_str()), ("channel", &channel.to_string()), ("disabled", "0")]
    {
        uci(&["set", &set(&format!("wireless.{radio}.{key}"), value)]);
    }
    uci(&["set", "wireless.fieldhub=wifi-iface"]);
    for (key, value) in [
        ("device", radio),
        ("mode", "ap"),
        ("network", "lan"),
        ("ssid", ssid),
        ("encryption", encryption),
        ("key", &password.text),
    ] {
        uci(&["set", &set(&format!("wireless.fieldhub.{key}"), value)]);
    }
    uci(&["commit", "wireless"]);
    lines.push("wifi reload".to_owned());
    lines.push(
        "# The hub's names, and the hosts that tablets use to test for internet access: no others."
            .to_owned(),
    );
    lines.push("HUB=$(uci get network.lan.ipaddr | cut -d/ -f1)".to_owned());
    lines.push(format!("for host in {}; do", hosts.join(" ")));
    lines.push("  uci add dhcp domain >/dev/null".to_owned());
    lines.push("  uci set dhcp.@domain[-1].name=\"$host\"".to_owned());
    lines.push("  uci set dhcp.@domain[-1].ip=\"$HUB\"".to_owned());
    lines.push("done".to_owned());
    lines.push("uci commit dhcp && /etc/init.d/dnsmasq restart".to_owned());
    lines.into_iter().map(|line| line + "\n").collect()
}
