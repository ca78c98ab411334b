//! A site that comes back from 20,000 modules: what goes over the link, how long it takes, what the hub needs.
//!
//! `cargo bench --bench upstream`, as root: cloud and office hub are in a network namespace of their own, and the
//! bytes are those of the cable between. Counts and bytes are asserted, for no machine's mood changes them; times
//! and memory are printed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a bench prints, and may panic

#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/blocking.rs"]
mod blocking;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/cloud.rs"]
mod cloud;
#[path = "common/disk.rs"]
mod disk;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/netns.rs"]
mod netns;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use blocking::Blocking;
use cloud::TestCloud;
use netns::Namespace;
use program::{Serving, program};
use rustix::process::Signal;
use serde_json::{Value, json};
use uuid::{ContextV7, Timestamp, Uuid};

const AUDIT: &str = "solar-park";
const MODULES: usize = 20_000;
/// So many of them are marked five times.
const AGAIN: usize = 5_000;
const STATUSES: [&str; 5] = ["inequality", "ok", "microcracks", "dead", "string_open"];
/// One mark of one technician to the next.
const BETWEEN_MS: u64 = 500;
const TECHNICIANS: usize = 8;

/// Both ways at most so many kbit/s. Why not, where the kernel has no such thing.
fn slow_to(net: &Namespace, kbit: u32) -> Result<(), String> {
    let rate = format!("{kbit}kbit");
    let shape = ["root", "tbf", "rate", &rate, "burst", "1600", "latency", "400ms"];
    let here = [&["tc", "qdisc", "add", "dev", &net.cable][..], &shape].concat();
    let there =
        [&["ip", "netns", "exec", &net.name, "tc", "qdisc", "add", "dev", "eth0"][..], &shape].concat();
    for command in [here, there] {
        let output = Command::new(command[0]).args(&command[1..]).output().map_err(|e| e.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
    }
    Ok(())
}

/// Sent and received by us, with all headers down to Ethernet's.
fn bytes(net: &Namespace) -> (u64, u64) {
    let counter = |name: &str| {
        let path = format!("/sys/class/net/{}/statistics/{name}", net.cable);
        std::fs::read_to_string(path).unwrap().trim().parse().unwrap()
    };
    (counter("tx_bytes"), counter("rx_bytes"))
}

/// A hub, wherever it runs; all its callers are this one process, which counts as one tablet.
fn serve(mut command: Command) -> Serving {
    for (limit, much) in [
        ("OPS_PER_SECOND", "1000000"),
        ("OPS_BURST", "1000000"),
        ("OPS_PER_SECOND_PER_ADDRESS", "1000000"),
        ("OPS_BURST_PER_ADDRESS", "1000000"),
        ("RATES", "1000"),
    ] {
        command.env(format!("FIELDHUB_LIMITS_{limit}"), much);
    }
    Serving::spawn(command)
}

fn site(dir: &Path, args: &[&str]) -> Serving {
    let mut command = program(&["serve", "--listen", "127.0.0.1:0"]);
    command.args(args).arg("--data-dir").arg(dir);
    serve(command)
}

/// The hub of the office, at the other end of the cable.
fn office(net: &Namespace, dir: &Path) -> Serving {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", &net.name, env!("CARGO_BIN_EXE_fieldhub"), "serve", "--access", "open"]);
    command.args(["--listen", &format!("{}:0", net.theirs), "--data-dir"]).arg(dir);
    serve(command)
}

fn get(hub: &mut Blocking, path: &str) -> Value {
    let (status, body) = hub.call("GET", path, "").unwrap();
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

fn audit(hub: &mut Blocking) -> Value {
    get(hub, &format!("/api/v1/audits/{AUDIT}"))
}

/// A night: every module marked, some again and again, by technicians who see what the others did.
fn mark_them(hub: &mut Blocking) {
    let plan = json!({ "name": "Solar park", "token": AUDIT, "strings": "100x200" });
    assert_eq!(hub.call("POST", "/api/v1/audits", &plan.to_string()).unwrap().0, 201);
    let night = u64::try_from(chrono::Utc::now().timestamp_millis()).unwrap();
    let mut clock = night - (MODULES + 4 * AGAIN) as u64 * BETWEEN_MS / TECHNICIANS as u64 - 60_000;
    let counter = ContextV7::new();
    for (round, status) in STATUSES.iter().enumerate() {
        let seen = audit(hub);
        let modules = seen["modules"].as_array().unwrap();
        assert_eq!(modules.len(), MODULES);
        let marked = if round == 0 { MODULES } else { AGAIN };
        let ops: Vec<Value> = modules[..marked]
            .iter()
            .enumerate()
            .map(|(n, module)| {
                clock += BETWEEN_MS / TECHNICIANS as u64;
                let at = Timestamp::from_unix(&counter, clock / 1_000, u32::try_from(clock % 1_000).unwrap() * 1_000_000);
                // Each technician walks along strings of their own.
                let technician = n / (MODULES / TECHNICIANS);
                json!({
                    "id": Uuid::new_v7(at), "kind": "mark", "module_id": module["module_id"], "status": status,
                    "base": module["stamp"], "technician_id": format!("tech_{technician}"),
                    "technician_name": format!("Technician {technician}"),
                    "device_id": format!("dev_tablet{technician}"), "marked_at_ms": clock,
                })
            })
            .collect();
        for ops in ops.chunks(1_000) {
            assert_eq!(hub.ops(AUDIT, ops).unwrap().0, 200);
        }
    }
}

fn kib(hub: &Serving, field: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", hub.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
}

/// One catch-up, from the moment when the link comes up.
struct Took {
    time: Duration,
    /// On the cable, both ways.
    bytes: u64,
    sent: u64,
    /// As the hub counts them, at its sockets.
    counted: u64,
}

fn catch_up(net: &Namespace, data: &Path, url: &str) -> Took {
    net.down();
    let hub = site(data, &["--upstream", url]);
    let mut client = Blocking::connect(&hub.address).unwrap();
    let before = bytes(net);
    let started = Instant::now();
    net.up();
    assert_eq!(client.call("POST", "/api/v1/upstream/sync", "{}").unwrap().0, 202);
    let mut next = started;
    loop {
        // A poll now and then: asking costs the hub something too.
        let report = get(&mut client, "/api/v1/upstream")["upstreams"][0].clone();
        let audits = &report["audits"][0];
        if report["pending"] == 0 && audits["acked"] == audits["head"] && audits["head"].is_u64() {
            let time = started.elapsed();
            let after = bytes(net);
            let counted = report["bytes_today"]["sent"].as_u64().unwrap()
                + report["bytes_today"]["received"].as_u64().unwrap();
            println!(
                "  hub memory                {:8.1} MiB resident at most, {:.1} of it anonymous at the end",
                kib(&hub, "VmHWM") / 1024.0,
                kib(&hub, "RssAnon") / 1024.0
            );
            assert_eq!(hub.stop(Signal::TERM), Some(0));
            let sent = after.0 - before.0;
            return Took { time, bytes: sent + after.1 - before.1, sent, counted };
        }
        assert!(started.elapsed() < Duration::from_secs(1_800), "{report}");
        if next.elapsed() > Duration::from_secs(20) {
            next = Instant::now();
            println!(
                "  after {:4} s: {} of {} ({})",
                started.elapsed().as_secs(),
                report["done"],
                report["total"],
                report["state"]
            );
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Two places have the same when every module shows the same.
fn shown(audit: &Value) -> BTreeMap<String, String> {
    let modules = audit["modules"].as_array().unwrap().iter();
    modules
        .map(|m| (m["module_id"].as_str().unwrap().to_owned(), m["status"].as_str().unwrap().to_owned()))
        .collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn main() {
    // `cargo test --benches` only asks whether it runs.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    if let Some(why) = netns::lacking() {
        println!("skipped: {why}");
        return;
    }
    let net = Namespace::new();
    let dir = disk::dir();
    let at = |name: &str| dir.path().join(name);

    // The night, once; every link below begins with a copy of it.
    let hub = site(&at("night"), &[]);
    let mut client = Blocking::connect(&hub.address).unwrap();
    mark_them(&mut client);
    let marked = shown(&audit(&mut client));
    assert_eq!(hub.stop(Signal::TERM), Some(0));
    for name in ["to-cloud", "to-hub", "by-radio"] {
        copy(&at("night"), &at(name));
    }
    println!("{MODULES} modules, {AGAIN} of them marked five times: {} operations", MODULES + 4 * AGAIN);

    println!("to a v3.3 cloud:");
    let cloud = TestCloud::in_namespace(&net.name, &["--host", &net.theirs]);
    let posts = catch_up(&net, &at("to-cloud"), &cloud.url);
    let summary = cloud.summary();
    let held: BTreeMap<String, String> =
        cloud.rows(AUDIT).into_iter().map(|(id, row)| (id, row.status)).collect();
    assert!(held == marked, "the cloud shows something else");
    println!(
        "  {} POSTs (aim: at most {MODULES}), at most {} at once, in {:.1} s",
        summary.of("module"),
        summary.most_in_flight,
        posts.time.as_secs_f64()
    );
    println!(
        "  {} bytes on the cable ({} of them sent), {} at the hub's sockets",
        posts.bytes, posts.sent, posts.counted
    );
    assert!(summary.of("module") <= MODULES as u64, "more POSTs than modules");
    assert!(summary.doubled.is_empty(), "two at once for {:?}", summary.doubled);
    cloud.stop();

    println!("to another fieldhub:");
    let there = office(&net, &at("office"));
    let pages = catch_up(&net, &at("to-hub"), &format!("fieldhub+http://{}", there.address));
    let mut client = Blocking::connect(&there.address).unwrap();
    assert!(shown(&audit(&mut client)) == marked, "the office shows something else");
    let ratio = posts.bytes as f64 / pages.bytes as f64;
    println!(
        "  {} bytes on the cable ({} at the hub's sockets) in {:.1} s: 1/{ratio:.0} of the POSTs' (aim: at most 1/20)",
        pages.bytes,
        pages.counted,
        pages.time.as_secs_f64()
    );
    assert_eq!(there.stop(Signal::TERM), Some(0));

    println!("to another fieldhub over 64 kbit/s:");
    match slow_to(&net, 64) {
        Err(why) => println!("  not measured: this kernel has no tbf ({why})"),
        Ok(()) => {
            let there = office(&net, &at("office-by-radio"));
            let radio = catch_up(&net, &at("by-radio"), &format!("fieldhub+http://{}", there.address));
            println!("  {} bytes in {:.0} s", radio.bytes, radio.time.as_secs_f64());
            assert_eq!(there.stop(Signal::TERM), Some(0));
        }
    }
    assert!(ratio >= 20.0, "a hub takes more than 1/20 of the POSTs' bytes");
}
