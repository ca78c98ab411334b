//! A week without a link: 100,000 operations wait, then go up in pages of bounded memory, over three kills.

use std::path::Path;
use std::time::Instant;

use crate::common::blocking::Blocking;
use crate::common::marks::numbered;
use crate::common::program::{Serving, program, run};
use crate::common::wait::until;
use rustix::process::Signal;
use serde_json::Value;

const AUDIT: &str = "week";
const OPS: usize = 100_000;
const MODULES: usize = 900;
/// What catching up may take of memory, beside what the hub takes with the audit in it.
const FLAT_KIB: u64 = 24 * 1024;

fn serve(dir: &Path, upstream: Option<&str>) -> Serving {
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]);
    command
        .arg(dir)
        .env("FIELDHUB_LIMITS_OPS_PER_SECOND", "1000000")
        .env("FIELDHUB_LIMITS_OPS_BURST", "1000000");
    if let Some(upstream) = upstream {
        command.args(["--upstream", upstream]);
    }
    Serving::spawn(command)
}

/// The most that the program has had in memory, in KiB.
fn peak_kib(hub: &Serving) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", hub.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn pending(hub: &Serving) -> Option<u64> {
    let report = hub.get("/api/v1/upstream");
    let link = &report["upstreams"][0];
    // Nothing is known of the audit before the first look at it.
    link["audits"].get(0)?;
    link["pending"].as_u64()
}

/// Once at most so many operations wait; how many do then.
fn at_most(hub: &Serving, most: u64) -> u64 {
    let mut waiting = None;
    until("it goes up", || {
        waiting = pending(hub).filter(|pending| *pending <= most);
        waiting.is_some()
    });
    waiting.unwrap()
}

fn log(hub: &Serving) -> Vec<String> {
    let ops = Blocking::connect(&hub.address).unwrap().log(AUDIT).unwrap();
    let mut ids: Vec<String> = ops.iter().map(|op| op["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn a_week_of_marks_goes_up_in_flat_memory_over_three_kills() {
    let (site_dir, office_dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (site_dir, office_dir) = (site_dir.path(), office_dir.path());
    run(site_dir, &["audit", "create", "--name", "Week", "--token", AUDIT, "--strings", "100x9"]).good();
    let site = serve(site_dir, None);
    {
        let mut hub = Blocking::connect(&site.address).unwrap();
        for batch in 0..OPS / 1_000 {
            let op = |n: usize| {
                let n = batch * 1_000 + n;
                let status = ["ok", "dead", "microcracks"][n % 3];
                numbered(n % 5, n % MODULES + 1, status)
            };
            let ops: Vec<Value> = (0..1_000).map(op).collect();
            let (status, results) = hub.ops(AUDIT, &ops).unwrap();
            assert_eq!((status, results.len()), (200, 1_000));
            assert!(results.iter().all(|result| result["outcome"] != "refused"), "{}", results[0]);
        }
    }
    assert_eq!(site.stop(Signal::TERM), Some(0));

    // With the audit in memory, and nothing to do.
    let site = serve(site_dir, None);
    site.get(&format!("/api/v1/audits/{AUDIT}"));
    let at_rest = peak_kib(&site);
    drop(site);

    let office = serve(office_dir, None);
    let upstream = format!("fieldhub+http://{}", office.address);
    let since = Instant::now();
    let mut left = OPS as u64;
    for kill in 1..=3 {
        let site = serve(site_dir, Some(&upstream));
        let now = at_most(&site, left - 15_000);
        assert!(now > 0, "kill {kill} comes too late to cut anything off");
        // What was acknowledged stays so.
        left = now;
        site.stop(Signal::KILL);
    }
    let site = serve(site_dir, Some(&upstream));
    at_most(&site, 0);
    let took = since.elapsed();
    let catching_up = peak_kib(&site);
    println!(
        "{OPS} operations, 3 kills: {took:?}; memory at rest {at_rest} KiB, catching up {catching_up} KiB, \
         of the office {} KiB",
        peak_kib(&office)
    );
    let (here, there) = (log(&site), log(&office));
    assert!(here == there, "{} operations here, {} there", here.len(), there.len());
    assert!(here.windows(2).all(|pair| pair[0] != pair[1]), "an operation is there twice");
    assert!(catching_up < at_rest + FLAT_KIB, "at rest {at_rest} KiB, catching up {catching_up} KiB");
}
