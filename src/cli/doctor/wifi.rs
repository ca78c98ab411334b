//! Wi-Fi radio (rfkill, regulatory domain): whether it may send, is on, and has the hub's hotspot up.
//!
//! Called by `doctor`, which has looked at the machine; reads /sys.

use std::path::Path;

use super::finding::Finding;
use super::{entries, text};
use crate::cli::hotspot::country::Country;
use crate::cli::hotspot::radio::RadioLimit;
use crate::cli::hotspot::restarts;
use crate::cli::machine::facts::Facts;

const REGDOM: &str = "/sys/module/cfg80211/parameters/ieee80211_regdom";
const SWITCHES: &str = "/sys/class/rfkill";

/// `active`: what NetworkManager says of the hotspot. `stations`: how many are on it. `may_read`: whether a hotspot would have
/// been seen.
pub fn look(
    root: &Path,
    facts: &Facts,
    active: Option<&str>,
    stations: Option<usize>,
    may_read: bool,
) -> Vec<Finding> {
    if facts.radios.is_empty() {
        return vec![Finding::unknown("wi-fi radio", "There is no Wi-Fi on this machine.")];
    }
    let relied_on = facts.profile.is_some();
    vec![
        radio(root, facts, relied_on),
        country(root, facts, relied_on),
        hotspot(root, facts, active, may_read),
        crew(facts, stations),
    ]
}

/// How many tablets the hub's radio carries, and how many it has.
fn crew(facts: &Facts, stations: Option<usize>) -> Finding {
    let name = "wi-fi crew";
    let interface = interface(facts);
    let radio = facts.radios.iter().find(|radio| Some(radio.interface.as_str()) == interface);
    let Some(limit) = radio.or(facts.radios.first()).map(|radio| RadioLimit::of(radio, facts)) else {
        return Finding::unknown(name, "There is no Wi-Fi on this machine.");
    };
    let now = match stations.filter(|_| interface.is_some()) {
        Some(1) => "1 tablet now, ".to_owned(),
        Some(count) => format!("{count} tablets now, "),
        None => String::new(),
    };
    let said = format!("{}: {now}{}.", limit.chip, limit.said());
    let said = if now.is_empty() && limit.tablets.is_some() {
        said.replace(" at most", " tablets at most")
    } else {
        said
    };
    let count = stations.and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
    match limit.tablets {
        None => Finding::unknown(name, said),
        Some((_, most)) if count >= most => {
            Finding::must(name, format!("{said} It lets nobody else in."), limit.ways_out())
        }
        // One more may be one too many.
        Some((least, _)) if interface.is_some() && count + 1 >= least => {
            Finding::look(name, format!("{said} It is nearly full."), limit.ways_out())
        }
        Some(_) => Finding::ok(name, said),
    }
}

/// The hotspot's, where there is one.
pub fn interface(facts: &Facts) -> Option<&str> {
    value(facts.profile.as_deref()?, "interface-name")
}

fn radio(root: &Path, facts: &Facts, relied_on: bool) -> Finding {
    let name = "wi-fi radio";
    let of_wifi =
        |switch: &&String| text(root, &format!("{SWITCHES}/{switch}/type")).as_deref() == Some("wlan");
    let switches = entries(root, SWITCHES);
    let blocked = |how: &str| {
        switches
            .iter()
            .filter(of_wifi)
            .any(|switch| text(root, &format!("{SWITCHES}/{switch}/{how}")).as_deref() == Some("1"))
    };
    if blocked("hard") {
        let said = "A switch or key on the machine has turned the radio off.".to_owned();
        return Finding::must_if(relied_on, name, said, "Find that switch and turn it on.".to_owned());
    }
    if blocked("soft") {
        let said = "The radio is switched off by software (rfkill).".to_owned();
        return Finding::must_if(relied_on, name, said, "sudo rfkill unblock wifi".to_owned());
    }
    let radios: Vec<_> = facts.radios.iter().map(|radio| radio.interface.as_str()).collect();
    Finding::ok(name, format!("{} is on.", radios.join(", ")))
}

fn country(root: &Path, facts: &Facts, relied_on: bool) -> Finding {
    let name = "country";
    // The kernel's, and what the machine is set to from the next start on.
    let said = text(root, REGDOM).into_iter().chain(facts.countries.iter().cloned());
    if let Some(country) = said.filter_map(|text| text.parse::<Country>().ok()).next() {
        return Finding::ok(name, format!("{country}: the radio follows its rules."));
    }
    let ssid = facts.profile.as_deref().and_then(|profile| value(profile, "ssid")).unwrap_or("NAME");
    let remedy = if facts.has("raspi-config") {
        "sudo raspi-config nonint do_wifi_country FR (or another country's two letters), and sudo reboot"
            .to_owned()
    } else {
        format!("sudo fieldhub hotspot up --ssid {ssid} --country FR (or another country's two letters)")
    };
    let said = "The radio does not know which country it is in: it is weak, or off.".to_owned();
    Finding::must_if(relied_on, name, said, remedy)
}

fn hotspot(root: &Path, facts: &Facts, active: Option<&str>, may_read: bool) -> Finding {
    let name = "hotspot";
    let Some(profile) = &facts.profile else {
        return Finding::unknown(
            name,
            if may_read {
                "The hub does not make its own Wi-Fi here."
            } else {
                "Only root may see whether there is one."
            },
        );
    };
    let of = |key: &str| value(profile, key).unwrap_or_default();
    let (ssid, interface) = (of("ssid"), of("interface-name"));
    let radio = facts.radios.iter().any(|radio| radio.interface == interface);
    if !interface.is_empty() && !radio {
        return Finding::must(
            name,
            format!("{ssid} is set up for {interface}, but there is no such radio now."),
            "Plug the Wi-Fi stick back in, or set the Wi-Fi up again: sudo fieldhub hotspot up --ssid NAME",
        );
    }
    let up = match active {
        Some(state) => state == "activated",
        // NetworkManager does not answer; the kernel knows whether anything is up there.
        None => text(root, &format!("/sys/class/net/{interface}/operstate")).as_deref() == Some("up"),
    };
    let count = restarts::counted(root);
    if up && count > 0 {
        Finding::look(
            name,
            format!(
                "{ssid} is up on {interface}. Its radio hung and was restarted since the last start, {count} times."
            ),
            "journalctl -u fieldhub-radio; if it goes on, use a USB adapter or an access point (\"More tablets\" in the manual).",
        )
    } else if up {
        Finding::ok(name, format!("{ssid} is up on {interface}."))
    } else {
        Finding::must(
            name,
            format!("{ssid} is down: tablets cannot join it."),
            "sudo nmcli connection up fieldhub (it says why not)",
        )
    }
}

fn value<'a>(profile: &'a str, key: &str) -> Option<&'a str> {
    profile.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{self, Do, Look, Ok, Unknown};
    use super::super::tree::Tree;
    use super::*;
    use crate::cli::machine::facts::{Init, Radio};

    const PROFILE: &str = "[connection]\nid=fieldhub\ninterface-name=wlan0\n[wifi]\nssid=JALIBAT\n";

    fn facts(profile: bool, programs: &[&'static str]) -> Facts {
        Facts {
            radios: vec![Radio { interface: "wlan0".into(), driver: "brcmfmac".into() }],
            profile: profile.then(|| PROFILE.to_owned()),
            ..Facts::for_test(Init::Systemd, programs)
        }
    }

    fn verdicts(tree: &Tree, facts: &Facts, active: Option<&str>) -> Vec<Severity> {
        look(tree.root(), facts, active, None, true).iter().map(|found| found.verdict).collect()
    }

    #[test]
    fn a_radio_without_a_country_is_in_the_way_of_a_hotspot_alone() {
        let tree = Tree::new();
        for (regdom, countries, hotspot, expected) in [
            ("FR\n", vec![], true, Ok),
            ("00\n", vec![], true, Do),
            ("00\n", vec![], false, Look),
            ("00\n", vec!["00".to_owned(), "DE".to_owned()], true, Ok),
            ("99\n", vec![], true, Do),
        ] {
            tree.file(REGDOM, regdom);
            let facts = Facts { countries, ..facts(hotspot, &[]) };
            assert_eq!(verdicts(&tree, &facts, Some("activated"))[1], expected, "{regdom}");
        }
        let remedy =
            |programs: &[&'static str]| country(tree.root(), &facts(true, programs), true).remedy.unwrap();
        assert!(remedy(&[]).starts_with("sudo fieldhub hotspot up --ssid JALIBAT --country "));
        assert!(remedy(&["raspi-config"]).starts_with("sudo raspi-config nonint do_wifi_country "));
        assert_eq!(
            country(Tree::new().root(), &facts(true, &[]), true).verdict,
            Do,
            "nothing is known at all"
        );
    }

    #[test]
    fn a_radio_that_is_switched_off_says_by_what() {
        let tree = Tree::new();
        tree.file("/sys/class/rfkill/rfkill0/type", "bluetooth\n");
        tree.file("/sys/class/rfkill/rfkill0/soft", "1\n");
        assert_eq!(radio(tree.root(), &facts(true, &[]), true).verdict, Ok, "that is no Wi-Fi");
        for (how, remedy) in
            [("soft", "sudo rfkill unblock wifi"), ("hard", "Find that switch and turn it on.")]
        {
            let tree = Tree::new();
            tree.file("/sys/class/rfkill/rfkill1/type", "wlan\n");
            tree.file(&format!("/sys/class/rfkill/rfkill1/{how}"), "1\n");
            let found = radio(tree.root(), &facts(true, &[]), true);
            assert_eq!((found.verdict, found.remedy.as_deref()), (Do, Some(remedy)));
            assert_eq!(radio(tree.root(), &facts(false, &[]), false).verdict, Look);
        }
    }

    #[test]
    fn a_hotspot_is_up_or_something_must_be_done() {
        let tree = Tree::new();
        let of = |facts: &Facts, active: Option<&str>| verdicts(&tree, facts, active)[2];
        assert_eq!(of(&facts(false, &[]), None), Unknown);
        assert_eq!(of(&facts(true, &[]), Some("activated")), Ok);
        assert_eq!(of(&facts(true, &[]), Some("")), Do);
        assert_eq!(of(&facts(true, &[]), None), Do);
        tree.file("/sys/class/net/wlan0/operstate", "up\n");
        assert_eq!(of(&facts(true, &[]), None), Ok);
        assert_eq!(
            of(&facts(true, &[]), Some("")),
            Do,
            "NetworkManager knows better: it is in another network"
        );
        let stick = Radio { interface: "wlan7".into(), driver: "ath9k_htc".into() };
        let gone = Facts { radios: vec![stick], ..facts(true, &[]) };
        assert_eq!(of(&gone, Some("activated")), Do);
        assert_eq!(
            look(tree.root(), &Facts::for_test(Init::Systemd, &[]), None, None, true)[0].verdict,
            Unknown
        );
    }

    #[test]
    fn a_radio_that_is_nearly_full_is_told_before_it_is() {
        let of = |facts: &Facts, count| crew(facts, Some(count));
        let pi = Facts {
            model: Some("Raspberry Pi 4 Model B Rev 1.2".to_owned()),
            has_minimal_firmware: true,
            ..facts(true, &[])
        };
        let verdicts = [0, 5, 6, 9, 10].map(|count| of(&pi, count).verdict);
        assert_eq!(verdicts, [Ok, Ok, Look, Look, Do]);
        assert_eq!(of(&pi, 3).said, "BCM43455 with the standard firmware: 3 tablets now, 7 to 10 at most.");
        let full = of(&pi, 10);
        assert!(full.said.ends_with("It lets nobody else in."), "{full:?}");
        assert!(full.remedy.unwrap().contains("update-alternatives"));
        let minimal = Facts { firmware: Some("/x/cyfmac43455-sdio-minimal.bin".to_owned()), ..pi.clone() };
        assert_eq!([10, 18, 19].map(|count| of(&minimal, count).verdict), [Ok, Look, Do]);
        let other = Radio { interface: "wlan0".into(), driver: "mt76x2u".into() };
        assert_eq!(of(&Facts { radios: vec![other], ..pi }, 40).verdict, Unknown, "its driver does not tell");
    }
}
