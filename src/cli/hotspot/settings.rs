//! TOML edits for the hotspot in the hub's settings: its name, its password's file, and the address that QR codes
//! lead to.
//!
//! Called by `profile` and `down`. Lines are changed one by one, so that what somebody wrote stays as it was written.

use anyhow::{Context, bail};

use super::super::machine::{SETTINGS, WIFI_PASSWORD};
use super::network::ADDRESS;
use crate::config::Layer;

/// A key of a table, and what it is to be; nothing to take it out.
type KeyChange<'a> = (&'a str, &'a str, Option<String>);

/// With `ours`, the network is the hub's own and has the hub's address.
pub fn with_network(text: &str, ssid: &str, ours: bool) -> anyhow::Result<String> {
    let mut changes = vec![
        ("wifi", "ssid", Some(ssid.to_owned())),
        ("wifi", "password_file", Some(WIFI_PASSWORD.to_owned())),
    ];
    // An origin of somebody's own is left to them.
    if ours && read(text)?.lan.origin.is_none() {
        changes.push(("lan", "origin", Some(origin())));
    }
    changed(text, &changes)
}

pub fn without_network(text: &str) -> anyhow::Result<String> {
    let mut changes = vec![("wifi", "ssid", None), ("wifi", "password_file", None)];
    if read(text)?.lan.origin == Some(origin()) {
        changes.push(("lan", "origin", None));
    }
    changed(text, &changes)
}

fn origin() -> String {
    format!("http://{ADDRESS}")
}

fn read(text: &str) -> anyhow::Result<Layer> {
    toml::from_str(text).context(SETTINGS)
}

fn changed(text: &str, changes: &[KeyChange<'_>]) -> anyhow::Result<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (table, key, wanted) in changes {
        set(&mut lines, table, key, wanted.as_deref());
    }
    let new = lines.into_iter().map(|line| line + "\n").collect::<String>();
    // A table may be written in ways that are not looked for here, as `wifi = { ... }` or `wifi.ssid`.
    let as_wanted = toml::from_str::<toml::Table>(&new).is_ok_and(|read| {
        changes.iter().all(|(table, key, wanted)| {
            let found = read.get(*table).and_then(|table| table.get(*key)).and_then(toml::Value::as_str);
            found == wanted.as_deref()
        })
    });
    if as_wanted && toml::from_str::<Layer>(&new).is_ok() {
        return Ok(new);
    }
    let word = |(table, key, wanted): &KeyChange<'_>| match wanted {
        Some(wanted) => format!("[{table}] {key} = {}", quoted(wanted)),
        None => format!("[{table}] without {key}"),
    };
    let by_hand: Vec<String> = changes.iter().map(word).collect();
    bail!(
        "{SETTINGS} is written in a way that is not understood here; change it by hand: {}",
        by_hand.join(", ")
    )
}

fn set(lines: &mut Vec<String>, table: &str, key: &str, wanted: Option<&str>) {
    let header = format!("[{table}]");
    let is_header = |line: &String| line.split('#').next().unwrap_or_default().trim() == header;
    let is_key = |line: &String| {
        let (name, value) = line.split_once('=').unwrap_or_default();
        name.trim() == key && !value.is_empty()
    };
    let wanted = wanted.map(|wanted| format!("{key} = {}", quoted(wanted)));
    let Some(start) = lines.iter().position(is_header).map(|at| at + 1) else {
        if let Some(line) = wanted {
            if lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(String::new());
            }
            lines.extend([header, line]);
        }
        return;
    };
    let end = lines[start..].iter().position(|line| line.trim_start().starts_with('['));
    let end = end.map_or(lines.len(), |length| start + length);
    let at = lines[start..end].iter().position(is_key).map(|offset| start + offset);
    match (at, wanted) {
        (Some(at), Some(line)) => lines[at] = line,
        (Some(at), None) => {
            lines.remove(at);
            // Nor is a table kept with nothing in it.
            if lines[start..end - 1].iter().all(|line| line.trim().is_empty()) {
                let from = if start > 1 && lines[start - 2].is_empty() { start - 2 } else { start - 1 };
                let to = if end - 1 == lines.len() { end - 1 } else { start };
                lines.drain(from..to);
            }
        }
        (None, Some(line)) => {
            let last = lines[start..end].iter().rposition(|line| !line.trim().is_empty());
            lines.insert(last.map_or(start, |offset| start + offset + 1), line);
        }
        (None, None) => {}
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_comes_and_goes_and_the_rest_stays() {
        let written = "# ours\nname = \"Van\"  # two\n\n[wifi] # old\nssid=\"OLD\"\n\n[[upstream]]\nurl = \"https://a.example\"\n";
        let with = with_network(written, "JALI \"BAT\" #1", true).unwrap();
        insta::assert_snapshot!(with, @r##"
        # ours
        name = "Van"  # two

        [wifi] # old
        ssid = 'JALI "BAT" #1'
        password_file = "/etc/fieldhub/wifi-password"

        [[upstream]]
        url = "https://a.example"

        [lan]
        origin = "http://192.168.4.1"
        "##);
        assert_eq!(
            with_network(&with, "JALI \"BAT\" #1", true).unwrap(),
            with,
            "a second time changes nothing"
        );
        let without = without_network(&with).unwrap();
        let left = read(&without).unwrap();
        assert!(left.wifi.ssid.is_none() && left.wifi.password_file.is_none() && left.lan.origin.is_none());
        assert!(without.starts_with("# ours\nname = \"Van\"  # two\n"));
        assert_eq!(without_network("").unwrap(), "");
        let plain = "name = \"Van\"\n\n[tls]\nmode = \"auto\"\n";
        assert_eq!(
            without_network(&with_network(plain, "X", true).unwrap()).unwrap(),
            plain,
            "no trace is left"
        );
        assert!(!with_network(plain, "X", false).unwrap().contains("origin"));
    }

    #[test]
    fn an_origin_of_ones_own_stays() {
        let own = "[lan]\norigin = \"http://10.0.0.7\"\n";
        let with = with_network(own, "X", true).unwrap();
        assert!(with.contains("http://10.0.0.7") && !with.contains("192.168.4.1"));
        assert!(without_network(&with).unwrap().contains("http://10.0.0.7"));
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        for odd in ["wifi = { ssid = \"X\" }\n", "wifi.ssid = \"X\"\n"] {
            let error = with_network(odd, "Y", true).unwrap_err().to_string();
            assert!(error.contains("by hand: [wifi] ssid = \"Y\""), "{error}");
        }
        assert!(with_network("nmae = 1", "Y", true).is_err());
    }
}
