//! Photos: what one costs in an audit that has 10,000 of them, how their list is read, and tablets that send pictures while another marks.
//!
//! `cargo bench --bench photos`; one part alone: `-- rows`, `-- list`, `-- send`. On another disk: `FIELDHUB_BENCH_DIR=/mnt/card`. Plain
//! printed figures; nothing here is asserted but that what was asked for was done.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a bench prints, and may panic

#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/blocking.rs"]
mod blocking;
#[path = "common/disk.rs"]
mod disk;
#[path = "photos/list.rs"]
mod list;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/marks.rs"]
mod marks;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/program.rs"]
mod program;
#[path = "photos/rows.rs"]
mod rows;
#[path = "photos/send.rs"]
mod send;

use std::path::Path;

use blocking::Blocking;
use program::Serving;

const AUDIT: &str = "jalibat-demo";
const NOW: u64 = 1_780_000_000_000;

fn start(dir: &Path) -> Serving {
    // All tablets call from one address, and on an open hub that counts as one device.
    let mut command = program::program(&["serve", "--listen", "127.0.0.1:0", "--demo", "--data-dir"]);
    command
        .arg(dir)
        .env("FIELDHUB_LIMITS_OPS_PER_SECOND", "1000000")
        .env("FIELDHUB_LIMITS_OPS_BURST", "1000000")
        .env("FIELDHUB_LIMITS_OPS_PER_SECOND_PER_ADDRESS", "1000000")
        .env("FIELDHUB_LIMITS_OPS_BURST_PER_ADDRESS", "1000000")
        .env("FIELDHUB_LIMITS_RATES", "1000");
    let hub = Serving::spawn(command);
    assert_eq!(Blocking::connect(&hub.address).unwrap().call("GET", "/healthz", "").unwrap().0, 200);
    hub
}

/// MiB of the hub: what is resident now, what of that is anonymous, or the most that was (`VmHWM`).
fn memory(hub: &Serving, field: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", hub.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1_024.0
}

/// The most that is resident counts from here.
fn forget_peak(hub: &Serving) {
    std::fs::write(format!("/proc/{}/clear_refs", hub.pid()), "5").unwrap();
}

fn main() {
    // `cargo test --benches` only asks whether it runs.
    let args: Vec<String> = std::env::args().collect();
    if !args.iter().any(|arg| arg == "--bench") {
        return;
    }
    let parts: [(&str, fn()); 3] = [("rows", rows::run), ("list", list::run), ("send", send::run)];
    let named = parts.iter().any(|(name, _)| args.iter().any(|arg| arg == name));
    for (name, part) in parts {
        if !named || args.iter().any(|arg| arg == name) {
            println!("\n== {name}");
            part();
        }
    }
}
