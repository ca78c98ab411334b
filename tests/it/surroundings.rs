//! The machine changes while the hub runs: a hotspot comes up after it, a modem is plugged in. The real program in a
//! network namespace of its own.
//!
//! Needs the right to make namespaces (root). Elsewhere it says so and does nothing, but not in CI.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use crate::common::netns::{self, Namespace};
use crate::common::program::{Serving, run};
use crate::common::wait::until;

fn serve(net: &Namespace, data: &Path) -> Serving {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", &net.name, env!("CARGO_BIN_EXE_fieldhub"), "serve"]);
    command.args(["--listen", "0.0.0.0:80", "--access", "crew", "--data-dir"]).arg(data);
    command.env("FIELDHUB_LAN_MDNS", "false");
    Serving::spawn(command)
}

/// Whether a tablet that reaches this address is told that there is an internet.
fn answered_at(address: &str) -> bool {
    let mut stream = TcpStream::connect((address, 80)).unwrap();
    let probe =
        "GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\nConnection: close\r\n\r\n";
    stream.write_all(probe.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204") || answer.starts_with("HTTP/1.1 404"), "{answer}");
    answer.starts_with("HTTP/1.1 204")
}

#[test]
fn what_the_hub_names_follows_the_machine() {
    if !netns::possible() {
        return;
    }
    let net = Namespace::new();
    net.inside(&["ip", "address", "del", &format!("{}/30", net.theirs), "dev", "eth0"]);
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let hub = serve(&net, &data);
    assert!(hub.said.starts_with("No tablet can reach this hub yet: there is no network."), "{}", hub.said);
    let link = || run(&data, &["crew", "code", "--json"]).json()["url"].as_str().map(str::to_owned);
    assert_eq!(link(), None);
    assert!(run(&data, &["poster"]).bad(1).contains("bring its network up"));

    // The hotspot comes up after the hub.
    net.inside(&["ip", "address", "add", &format!("{}/30", net.theirs), "dev", "eth0"]);
    let here = format!("http://{}/", net.theirs);
    until("the link names the new address", || link().is_some_and(|link| link.starts_with(&here)));
    let sheet = run(&data, &["poster"]).good();
    assert!(sheet.contains(here.trim_end_matches('/')), "and so does the poster");
}

#[test]
fn probes_are_left_to_the_internet_where_there_is_one() {
    if !netns::possible() {
        return;
    }
    let net = Namespace::new();
    let temp = tempfile::tempdir().unwrap();
    let _hub = serve(&net, &temp.path().join("data"));
    let here = net.theirs.as_str();
    assert!(answered_at(here), "there is no way out");

    // This network leads to an internet: its own probes are its own.
    net.inside(&["ip", "route", "add", "default", "via", &net.ours, "dev", "eth0"]);
    until("with a default route the hub is silent", || !answered_at(here));
    net.inside(&["ip", "route", "del", "default"]);
    until("without it the hub answers again", || answered_at(here));

    // A modem beside it: the tablets on this network share it by the hub, whose name server they ask.
    net.inside(&["ip", "link", "add", "modem0", "type", "veth", "peer", "name", "mast0"]);
    net.inside(&["ip", "address", "add", "192.0.2.1/24", "dev", "modem0"]);
    net.inside(&["ip", "link", "set", "modem0", "up"]);
    net.inside(&["ip", "link", "set", "mast0", "up"]);
    net.inside(&["ip", "route", "add", "default", "via", "192.0.2.2", "dev", "modem0"]);
    let ours = ["ip", "route", "add", "192.0.2.1/32", "via", here];
    let ours = Command::new(ours[0]).args(&ours[1..]).status().unwrap();
    assert!(ours.success());
    until("at the modem's own address the hub is silent", || !answered_at("192.0.2.1"));
    assert!(answered_at(here), "and it stays with those who have the hotspot alone");

    net.inside(&["ip", "route", "del", "default"]);
    until("the modem has lost its network", || answered_at("192.0.2.1"));
}
