//! TOML edits for the hotspot in the hub's settings: its name, its password's file, and the address that QR codes
//! lead to.
//!
//! Called by `profile` and `down`. toml_edit changes them one by one, so that what somebody wrote, with its order and its
//! comments, stays as it was written.

use anyhow::{Context, bail};
use toml_edit::{Decor, DocumentMut, Item, RawString, Table, Value, value};

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
    let mut document: DocumentMut = text.parse().context(SETTINGS)?;
    for (table, key, wanted) in changes {
        match wanted {
            Some(wanted) => put(&mut document, table, key, wanted),
            None => take_out(&mut document, table, key),
        }
    }
    let new = document.to_string();
    // A table may be written in ways that are left alone, as `wifi = { ... }` or `wifi.ssid`.
    let as_wanted = changes.iter().all(|(table, key, wanted)| {
        let found = document.get(table).and_then(|table| table.get(key)).and_then(Item::as_str);
        found == wanted.as_deref()
    });
    if as_wanted && toml::from_str::<Layer>(&new).is_ok() {
        return Ok(new);
    }
    let word = |(table, key, wanted): &KeyChange<'_>| match wanted {
        Some(wanted) => format!("[{table}] {key} = {}", toml::Value::String(wanted.clone())),
        None => format!("[{table}] without {key}"),
    };
    let by_hand: Vec<String> = changes.iter().map(word).collect();
    bail!(
        "{SETTINGS} is written in a way that is not understood here; change it by hand: {}",
        by_hand.join(", ")
    )
}

fn put(document: &mut DocumentMut, table: &str, key: &str, wanted: &str) {
    match document.get_mut(table) {
        Some(Item::Table(found)) if !found.is_dotted() => match found.get_mut(key) {
            Some(Item::Value(old)) => {
                // With the comment behind it.
                let decor = old.decor().clone();
                *old = Value::from(wanted);
                *old.decor_mut() = decor;
            }
            _ => {
                found.insert(key, value(wanted));
            }
        },
        Some(_) => {}
        None => append(document, table, key, wanted),
    }
}

/// A new table, below everything: the comments at the end of the file stay above it.
fn append(document: &mut DocumentMut, table: &str, key: &str, wanted: &str) {
    let mut above = document.trailing().as_str().unwrap_or_default().to_owned();
    if !above.is_empty() && !above.ends_with('\n') {
        above.push('\n');
    }
    if !(document.is_empty() && above.is_empty()) {
        above.push('\n');
    }
    document.set_trailing("");
    let mut new = Table::new();
    new.set_position(Some(isize::MAX));
    new.decor_mut().set_prefix(above);
    new.insert(key, value(wanted));
    document.insert(table, Item::Table(new));
}

/// With its line; the comments above it stay.
fn take_out(document: &mut DocumentMut, table: &str, key: &str) {
    let Some(Item::Table(found)) = document.get_mut(table).filter(|found| is_lines(found)) else { return };
    let Some(at) = found.iter().position(|(name, _)| name == key) else { return };
    let mut kept = found.key(key).map(|key| comments(key.leaf_decor())).unwrap_or_default();
    found.remove(key);
    if let Some((mut next, _)) = found.iter_mut().nth(at) {
        prepend(next.leaf_decor_mut(), &kept);
        return;
    }
    let position = found.position();
    // Nor is a table kept with nothing in it.
    if found.is_empty() {
        kept.insert_str(0, &comments(found.decor()));
        document.remove(table);
    }
    let below =
        tables(document).filter(|table| table.position() > position).min_by_key(|table| table.position());
    match below {
        Some(table) => prepend(table.decor_mut(), &kept),
        None => {
            let end = kept + document.trailing().as_str().unwrap_or_default();
            if !end.is_empty() {
                document.set_trailing(format!("{}\n", end.trim_end()));
            }
        }
    }
}

fn is_lines(item: &Item) -> bool {
    item.as_table().is_some_and(|table| !table.is_dotted())
}

fn tables(document: &mut DocumentMut) -> impl Iterator<Item = &mut Table> {
    document.iter_mut().flat_map(|(_, item)| match item {
        Item::Table(table) => vec![table],
        Item::ArrayOfTables(tables) => tables.iter_mut().collect(),
        _ => Vec::new(),
    })
}

/// What stands above, if that is more than empty lines.
fn comments(decor: &Decor) -> String {
    let above = decor.prefix().and_then(RawString::as_str).unwrap_or_default();
    if above.contains('#') { above.to_owned() } else { String::new() }
}

fn prepend(decor: &mut Decor, comments: &str) {
    let above = decor.prefix().and_then(RawString::as_str).unwrap_or_default();
    decor.set_prefix(format!("{comments}{above}"));
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
        ssid='JALI "BAT" #1'
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
    fn comments_and_order_survive() {
        let written = "# top\nname = \"Van\" # two\n\n# the network\n[ wifi ]\n# as on the van\n\"ssid\" = \"OLD\" # red\n\n\
            # a cloud\n[[upstream]]\nurl = \"https://a.example\" # ours\n# the end\n";
        let with = with_network(written, "JALIBAT", true).unwrap();
        insta::assert_snapshot!(with, @r#"
        # top
        name = "Van" # two

        # the network
        [ wifi ]
        # as on the van
        "ssid" = "JALIBAT" # red
        password_file = "/etc/fieldhub/wifi-password"

        # a cloud
        [[upstream]]
        url = "https://a.example" # ours
        # the end

        [lan]
        origin = "http://192.168.4.1"
        "#);
        let (above, below) = written.split_once("[ wifi ]\n").unwrap();
        let left = below.replace("\"ssid\" = \"OLD\" # red\n", "");
        assert_eq!(
            without_network(&with).unwrap(),
            format!("{above}{left}"),
            "the lines that were made, and no more"
        );
        let all_comments = "# name = \"Van\"\n# [lan]";
        let with = with_network(all_comments, "X", true).unwrap();
        assert!(with.starts_with("# name = \"Van\"\n# [lan]\n\n[wifi]\nssid = \"X\"\n"), "{with}");
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
