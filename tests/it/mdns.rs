//! The hub found by name on a network: the real program in network namespaces, seen by avahi, by python-zeroconf and by
//! `fieldhub discover` on other machines.
//!
//! Needs the right to make namespaces (root), avahi and python-zeroconf. Elsewhere it says so and does nothing, but not
//! in CI.

use std::fs::File;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::common::lan::{Lan, Machine};
use crate::common::onlooker::{self, Avahi, Onlooker};
use crate::common::program::{Serving, run};
use crate::common::wait::until;
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

const HUBS: &str = "_fieldhub._tcp.local.";
const PAGES: &str = "_http._tcp.local.";
const FIELDHUB: &str = env!("CARGO_BIN_EXE_fieldhub");

/// The tests that cannot run here end with this.
fn skipped() -> bool {
    let Some(why) = onlooker::lacking() else { return false };
    assert!(std::env::var_os("CI").is_none(), "{why}");
    println!("skipped: {why}");
    true
}

/// A hub on a machine; its log is in its directory.
struct Hub {
    serving: Serving,
    dir: TempDir,
}

impl Hub {
    fn on(machine: &Machine, args: &[&str]) -> Self {
        Self::again(machine, tempfile::tempdir().unwrap(), args)
    }

    fn again(machine: &Machine, dir: TempDir, args: &[&str]) -> Self {
        let mut command = machine.command(FIELDHUB);
        command.args(["serve", "--listen", "0.0.0.0:8080", "--access", "open", "--data-dir"]);
        command.arg(dir.path().join("data")).args(args);
        let log = File::create(dir.path().join("log")).unwrap();
        Self { serving: Serving::spawn_logging(command, Stdio::from(log)), dir }
    }

    fn data(&self) -> std::path::PathBuf {
        self.dir.path().join("data")
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap()
    }

    fn status(&self) -> Value {
        run(&self.data(), &["status", "--json"]).json()
    }

    /// Its name on the network, once it has one.
    fn named(&self) -> String {
        let mut name = Value::Null;
        until("the hub has a name", || {
            name = self.status()["lan"]["host"].take();
            name.is_string()
        });
        name.as_str().unwrap().to_owned()
    }
}

/// Where `fieldhub discover` on that machine finds hubs, by the host of each.
fn discovered(from: &Machine) -> Vec<(String, String)> {
    let found: Vec<Value> = serde_json::from_str(&from.run(&[FIELDHUB, "discover", "--json"])).unwrap();
    let text = |hub: &Value, field: &str| hub[field].as_str().unwrap().to_owned();
    let mut found: Vec<_> = found.iter().map(|hub| (text(hub, "host"), text(hub, "url"))).collect();
    found.sort();
    found
}

/// What `fieldhub doctor` on that machine says of the hub's name, and how bad that is.
fn doctored(on: &Machine, hub: &Hub) -> Vec<(String, String)> {
    // Its exit code is about more than this.
    let mut doctor = on.command(FIELDHUB);
    let output = doctor.args(["doctor", "--json", "--data-dir"]).arg(hub.data()).output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |check: &Value, field: &str| check[field].as_str().unwrap().to_owned();
    let checks = found["checks"].as_array().unwrap().iter().filter(|check| check["name"] == "network name");
    checks.map(|check| (text(check, "verdict"), text(check, "said"))).collect()
}

/// The line of avahi-browse for a service at this place. It ends when it thinks that it knows all, and asks again: who
/// has just answered somebody else does so again after a second only.
fn browsed(from: &Machine, kind: &str, place: &str) -> String {
    let mut found = None;
    until(&format!("avahi finds {kind} at {place}"), || {
        let all = from.run(&["avahi-browse", "--resolve", "--parsable", "--terminate", kind]);
        let there = |line: &&str| line.starts_with("=;cable;IPv4;") && line.contains(place);
        found = all.lines().find(there).map(str::to_owned);
        found.is_some()
    });
    found.unwrap()
}

fn pair(host: &str, url: &str) -> (String, String) {
    (host.to_owned(), url.to_owned())
}

#[test]
fn others_find_the_hub_and_open_it_and_see_it_leave() {
    if skipped() {
        return;
    }
    let lan = Lan::new();
    let (pi, tablet, laptop) =
        (lan.machine("pi", "10.7.0.1"), lan.machine("tablet", "10.7.0.2"), lan.machine("laptop", "10.7.0.3"));
    let mut onlooker = Onlooker::on(&tablet);
    let hub = Hub::on(&pi, &["--name", "Van 1. Été"]);
    let id = hub.status()["hub_id"].clone();

    for kind in [HUBS, PAGES] {
        let found = onlooker.finds(kind, "10.7.0.1");
        assert_eq!(found["name"], format!("Van 1. Été.{kind}"));
        assert_eq!((&found["host"], &found["port"]), (&"fieldhub.local.".into(), &8080.into()));
        let version = env!("CARGO_PKG_VERSION");
        let txt =
            serde_json::json!({"version": version, "id": id, "name": "Van 1. Été", "tls": "0", "path": "/"});
        assert_eq!(found["txt"], txt);
    }
    assert_eq!(onlooker.gets("http://10.7.0.1:8080/api/v1/hub")["hub_id"], id);

    let files = tempfile::tempdir().unwrap();
    let _avahi = Avahi::on(&laptop, files.path());
    for kind in ["_fieldhub._tcp", "_http._tcp"] {
        let line = browsed(&laptop, kind, "fieldhub.local;10.7.0.1;8080;");
        assert!(line.contains(&format!("\"id={}\"", id.as_str().unwrap())), "{line}");
    }
    let resolved = laptop.run(&["avahi-resolve-host-name", "-4", "fieldhub.local"]);
    assert_eq!(resolved, "fieldhub.local\t10.7.0.1\n");
    assert_eq!(discovered(&laptop), [pair("fieldhub.local", "http://10.7.0.1:8080/")]);
    assert_eq!(discovered(&pi), [pair("fieldhub.local", "http://10.7.0.1:8080/")], "not on loopback");
    assert_eq!(hub.named(), "fieldhub.local");
    assert_eq!(hub.status()["lan"]["url"], "http://fieldhub.local:8080/");
    assert_eq!(doctored(&pi, &hub), [pair("ok", "Found on the network: http://fieldhub.local:8080/")]);

    let told = Instant::now();
    assert_eq!(hub.serving.stop(Signal::TERM), Some(0));
    assert!(told.elapsed() < Duration::from_secs(5), "it stops in time: {:?}", told.elapsed());
    onlooker.sees(|event| event["event"] == "removed" && event["type"] == HUBS);
    assert!(
        told.elapsed() < Duration::from_secs(6),
        "a goodbye, not a time that ran out: {:?}",
        told.elapsed()
    );
    assert_eq!(discovered(&laptop), []);
}

#[test]
fn of_two_hubs_with_one_name_both_are_found() {
    if skipped() {
        return;
    }
    let lan = Lan::new();
    let (one, other) = (lan.machine("one", "10.7.0.1"), lan.machine("other", "10.7.0.2"));
    let tablet = lan.machine("tablet", "10.7.0.3");
    // At one time, as after a power cut: neither hears the other before it has said its own name.
    let hubs = [Hub::on(&one, &[]), Hub::on(&other, &[])];
    let wanted = ["fieldhub-2.local", "fieldhub.local"];
    let mut found = Vec::new();
    until("one has another name", || {
        found = discovered(&tablet);
        found.iter().map(|(host, _)| host.as_str()).eq(wanted)
    });
    for hub in &hubs {
        let (host, status) = (hub.named(), hub.status());
        let address = format!("http://{}/", hub.serving.address);
        assert!(found.contains(&pair(&host, &address)), "{host} {address} {found:?}");
        let renamed = host == wanted[0];
        let instead_of = if renamed { "fieldhub.local".into() } else { Value::Null };
        assert_eq!(status["lan"]["instead_of"], instead_of);
        assert_eq!(status["lan"]["service"], if renamed { "fieldhub (2)" } else { "fieldhub" });
        let said = "fieldhub.local belongs to another machine: found on the network as http://fieldhub-2.local:8080/";
        assert_eq!(hub.log().contains(said), renamed, "{}", hub.log());
        let page = run(&hub.data(), &["status"]).good();
        assert_eq!(
            page.contains("http://fieldhub-2.local:8080/ (fieldhub.local belongs to another"),
            renamed,
            "{page}"
        );
    }
    // A third one knows better from the beginning.
    let machine = lan.machine("third", "10.7.0.4");
    let third = Hub::on(&machine, &[]);
    assert_eq!(third.named(), "fieldhub-3.local");
    let found = pair("ok", "Found on the network: http://fieldhub-3.local:8080/");
    let clash = pair("look", "The hub is fieldhub-3.local: fieldhub.local belongs to another machine.");
    assert_eq!(doctored(&machine, &third), [clash, found]);
}

#[test]
fn two_networks_with_a_hub_each_are_joined() {
    if skipped() {
        return;
    }
    let lan = Lan::new();
    let (one, other) = (lan.machine("one", "10.7.0.1"), lan.machine("other", "10.7.0.2"));
    lan.alone(&other);
    let hubs = [Hub::on(&one, &[]), Hub::on(&other, &[])];
    assert_eq!(hubs.each_ref().map(Hub::named), ["fieldhub.local", "fieldhub.local"]);
    let id = |hub: &Hub| hub.status()["hub_id"].as_str().unwrap().to_owned();
    let gives_way = usize::from(id(&hubs[1]) > id(&hubs[0]));

    lan.plug(&other);
    until("one gives way", || hubs[gives_way].named() == "fieldhub-2.local");
    let tablet = lan.machine("tablet", "10.7.0.3");
    let address = |hub: &Hub| format!("http://{}/", hub.serving.address);
    let wanted = [
        pair("fieldhub-2.local", &address(&hubs[gives_way])),
        pair("fieldhub.local", &address(&hubs[1 - gives_way])),
    ];
    until("both are found", || discovered(&tablet) == wanted);
    assert_eq!(hubs[1 - gives_way].named(), "fieldhub.local", "one of them keeps its name");
}

#[test]
fn the_cable_is_pulled_and_the_address_changes() {
    if skipped() {
        return;
    }
    let lan = Lan::new();
    let (pi, tablet) = (lan.machine("pi", "10.7.0.1"), lan.machine("tablet", "10.7.0.2"));
    // Power comes back before the switch has any.
    lan.unplug(&pi);
    let hub = Hub::on(&pi, &[]);
    let mut onlooker = Onlooker::on(&tablet);
    lan.plug(&pi);
    onlooker.finds(HUBS, "10.7.0.1");

    lan.unplug(&pi);
    assert_eq!(discovered(&tablet), []);
    lan.plug(&pi);
    until("it is found again", || discovered(&tablet) == [pair("fieldhub.local", "http://10.7.0.1:8080/")]);

    // Another address, at once and on another network; the page is opened there.
    pi.address("10.8.0.9");
    tablet.run(&["ip", "route", "add", "10.8.0.0/24", "dev", "cable"]);
    pi.run(&["ip", "route", "add", "10.7.0.0/24", "dev", "cable"]);
    let found = onlooker.sees(|event| {
        let all = event["addresses"].as_array();
        event["type"] == HUBS && all.is_some_and(|all| all.contains(&"10.8.0.9".into()))
    });
    assert_eq!(found["host"], "fieldhub.local.");
    assert_eq!(onlooker.gets("http://10.8.0.9:8080/api/v1/hub")["name"], "fieldhub");
    until("the old one is forgotten", || {
        onlooker.remembers("fieldhub.local.") == serde_json::json!(["0a080009"])
    });
    assert_eq!(discovered(&tablet), [pair("fieldhub.local", "http://10.8.0.9:8080/")]);
    assert_eq!(hub.named(), "fieldhub.local", "an address of its own is no clash");
}

#[test]
fn a_killed_hub_is_not_found_and_comes_back_under_its_name() {
    if skipped() {
        return;
    }
    let lan = Lan::new();
    let (pi, tablet) = (lan.machine("pi", "10.7.0.1"), lan.machine("tablet", "10.7.0.2"));
    let hub = Hub::on(&pi, &[]);
    let mut onlooker = Onlooker::on(&tablet);
    let found = onlooker.finds(HUBS, "10.7.0.1");
    hub.serving.signal(Signal::KILL);
    let Hub { serving, dir } = hub;
    drop(serving);
    assert_eq!(discovered(&tablet), [], "nobody answers for it");
    assert_eq!(
        onlooker.remembers("fieldhub.local."),
        serde_json::json!(["0a070001"]),
        "and it said no goodbye"
    );

    let hub = Hub::again(&pi, dir, &[]);
    assert_eq!(hub.named(), "fieldhub.local");
    assert_eq!(discovered(&tablet), [pair("fieldhub.local", "http://10.7.0.1:8080/")]);
    assert_eq!(found["txt"]["id"], hub.status()["hub_id"]);
}

#[test]
fn avahi_on_the_same_machine_keeps_its_name() {
    if skipped() {
        return;
    }
    let lan = Lan::new();
    let (pi, tablet) = (lan.machine("fieldhub", "10.7.0.1"), lan.machine("tablet", "10.7.0.2"));
    let files = tempfile::tempdir().unwrap();
    let avahi = Avahi::on(&pi, files.path());
    let mut service = pi.command("avahi-publish-service").args(["Pi", "_http._tcp", "81"]).spawn().unwrap();
    let mut onlooker = Onlooker::on(&tablet);
    let published = onlooker.sees(|event| event["name"] == format!("Pi.{PAGES}"));
    assert_eq!((&published["host"], &published["port"]), (&"fieldhub.local.".into(), &81.into()));

    let hub = Hub::on(&pi, &[]);
    let found = onlooker.finds(HUBS, "10.7.0.1");
    assert_eq!((&found["host"], &found["port"]), (&"fieldhub-hub.local.".into(), &8080.into()));
    // People are told the name that they know, and that leads there.
    assert_eq!(hub.named(), "fieldhub.local");
    assert_eq!(hub.status()["lan"]["url"], "http://fieldhub.local:8080/");
    assert_eq!(hub.status()["lan"]["instead_of"], Value::Null);
    // Avahi beside it finds it as well.
    browsed(&pi, "_fieldhub._tcp", "fieldhub-hub.local;10.7.0.1;8080;");

    hub.serving.stop(Signal::TERM);
    onlooker.sees(|event| event["event"] == "removed" && event["type"] == HUBS);
    let left = onlooker.remembers("fieldhub.local.");
    assert!(left.as_array().unwrap().contains(&"0a070001".into()), "the hub took avahi's name along: {left}");
    service.kill().unwrap();
    service.wait().unwrap();
    drop(avahi);
}

#[test]
fn a_hub_that_is_not_to_be_found_is_not() {
    if skipped() {
        return;
    }
    let lan = Lan::new();
    let (quiet, loud) = (lan.machine("quiet", "10.7.0.1"), lan.machine("loud", "10.7.0.2"));
    let hub = Hub::on(&quiet, &["--no-mdns"]);
    let other = Hub::on(&loud, &["--name", "Loud"]);
    assert_eq!(other.named(), "fieldhub.local");
    assert_eq!(discovered(&quiet), [pair("fieldhub.local", "http://10.7.0.2:8080/")]);
    assert_eq!(hub.status()["lan"], Value::Null);
    assert!(run(&hub.data(), &["status"]).good().contains("its address only"));
}

#[test]
fn where_mdns_cannot_work_the_hub_does() {
    if skipped() {
        return;
    }
    let lan = Lan::new();
    let (pi, tablet) = (lan.machine("pi", "10.7.0.1"), lan.machine("tablet", "10.7.0.2"));
    // A program that shares its port with nobody.
    let _greedy = hold_the_port(&pi);
    let hub = Hub::on(&pi, &[]);
    assert_eq!(Onlooker::on(&tablet).gets("http://10.7.0.1:8080/api/v1/hub")["name"], "fieldhub");
    until("it says so", || hub.log().contains("could not be announced by mDNS"));
    assert_eq!(hub.serving.stop(Signal::TERM), Some(0));
}

fn hold_the_port(machine: &Machine) -> impl Drop {
    struct Held(std::process::Child);
    impl Drop for Held {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
    let hold = "import socket, sys\n\
        four, six = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)\n\
        six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)\n\
        four.bind(('', 5353)), six.bind(('', 5353))\n\
        print('held', flush=True), sys.stdin.read()";
    let mut child = machine
        .command("python3")
        .args(["-c", hold])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let out = child.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
    assert_eq!(line, "held\n");
    Held(child)
}
