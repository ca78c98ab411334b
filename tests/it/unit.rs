//! The units: that systemd takes them; of the hub's own how little it lets the hub do, and that the hub can live with that.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::blocking::Blocking;
use crate::common::needed;
use crate::common::program::{Serving, program, run};
use rustix::process::Signal;

const UNIT: &str = include_str!("../../systemd/fieldhub.service");
/// Out of 10; what systemd calls safe ends at 2.
const EXPOSED: f64 = 1.6;

fn analyze(args: &[&str]) -> (bool, String) {
    let output = Command::new("systemd-analyze").args(args).stdin(Stdio::null()).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// The unit with a program that is there.
fn with_this_program(dir: &Path) -> String {
    let unit = UNIT.replace("/usr/local/bin/fieldhub", env!("CARGO_BIN_EXE_fieldhub"));
    assert_ne!(unit, UNIT, "the unit names its program");
    let file = dir.join("fieldhub.service");
    std::fs::write(&file, unit).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn systemd_finds_nothing_wrong_with_them() {
    if !needed::here("systemd-analyze", &["--version"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let units = [
        ("fieldhub.service", UNIT),
        ("fieldhub-backup.service", include_str!("../../systemd/fieldhub-backup.service")),
        ("fieldhub-backup.timer", include_str!("../../systemd/fieldhub-backup.timer")),
        ("fieldhub-backup.path", include_str!("../../systemd/fieldhub-backup.path")),
        ("fieldhub-update.service", include_str!("../../systemd/fieldhub-update.service")),
        ("fieldhub-radio.service", include_str!("../../src/cli/hotspot/radio.service")),
    ];
    // With a program that is there.
    let program = env!("CARGO_BIN_EXE_fieldhub");
    let files = units.map(|(name, unit)| {
        let unit = unit
            .replace("/usr/local/bin/fieldhub.trial", program)
            .replace("/usr/local/bin/fieldhub", program)
            .replace("=PROGRAM ", &format!("={program} "));
        let file = dir.path().join(name);
        std::fs::write(&file, unit).unwrap();
        file.to_str().unwrap().to_owned()
    });
    let args: Vec<&str> =
        ["verify", "--man=no"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let (good, said) = analyze(&args);
    assert!(good && said.is_empty(), "{said}");
    // It is one that sees a mistake.
    let file = dir.path().join("broken.service");
    std::fs::write(&file, UNIT.replace("WatchdogSec=", "WatchdogSecs=")).unwrap();
    assert!(analyze(&["verify", file.to_str().unwrap()]).1.contains("WatchdogSecs"));
}

#[test]
fn it_lets_the_hub_do_little() {
    if !needed::here("systemd-analyze", &["--version"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (_, said) = analyze(&["security", "--offline=true", "--no-pager", &with_this_program(dir.path())]);
    let level = said
        .lines()
        .find_map(|line| line.split_once("Overall exposure level for fieldhub.service: "))
        .unwrap()
        .1;
    let level: f64 = level.split(' ').next().unwrap().parse().unwrap();
    assert!(level <= EXPOSED, "{said}");
}

/// The names in a group of system calls, groups in it resolved.
fn calls(group: &str, found: &mut BTreeSet<String>) {
    let (good, said) = analyze(&["syscall-filter", "--no-pager", group]);
    assert!(good, "{said}");
    for line in said.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if line.starts_with('@') {
            calls(line, found);
        } else {
            found.insert(line.to_owned());
        }
    }
}

/// A life of the hub (start, HTTPS, mDNS, an audit, a mark, a new code, a backup, stop) under strace, call by call.
#[test]
fn the_hub_makes_no_call_that_it_forbids() {
    if !needed::here("systemd-analyze", &["--version"])
        || !needed::here("strace", &["-f", "-o", "/dev/null", "true"])
    {
        return;
    }
    let mut allowed = BTreeSet::new();
    for line in UNIT.lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")) {
        let mut named = BTreeSet::new();
        for group in line.trim_start_matches('~').split(' ') {
            calls(group, &mut named);
        }
        if line.starts_with('~') {
            allowed.retain(|call| !named.contains(call));
        } else {
            allowed.extend(named);
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let (data, trace) = (dir.path().join("data"), dir.path().join("trace"));
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg(&trace).arg(env!("CARGO_BIN_EXE_fieldhub"));
    let own = program(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--tls",
        "auto",
        "--tls-listen",
        "127.0.0.1:0",
        "--demo",
        "--data-dir",
    ]);
    command.args(own.get_args()).arg(&data).env_clear().env("FIELDHUB_ACCESS", "crew").stdin(Stdio::null());
    let hub = Serving::spawn(command);
    run(&data, &["audit", "open-v33", "jalibat-demo"]).good();
    let body = r#"{"status":"dead","technicianId":"tech_1","technicianName":"A"}"#;
    let mut client = Blocking::connect(&hub.address).unwrap();
    assert_eq!(client.call("POST", "/api/audit/jalibat-demo/module/M001", body).unwrap().0, 200);
    run(&data, &["crew", "code", "--new"]).good();
    run(&data, &["backup", dir.path().join("copy").to_str().unwrap()]).good();
    // Its process, and not strace's.
    let pid: i32 = std::fs::read_to_string(data.join("fieldhub.lock")).unwrap().trim().parse().unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_raw(pid).unwrap(), Signal::TERM).unwrap();
    assert_eq!(hub.wait(), Some(0));

    let trace = std::fs::read_to_string(&trace).unwrap();
    let made: BTreeSet<&str> = trace
        .lines()
        .filter_map(|line| line.split_once(' ')?.1.trim_start().split_once('('))
        .map(|(call, _)| call)
        .filter(|call| call.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        .collect();
    assert!(made.contains("fdatasync") && made.contains("accept4") && made.len() > 30, "{made:?}");
    let forbidden: Vec<_> = made.iter().filter(|call| !allowed.contains(**call)).collect();
    assert!(forbidden.is_empty(), "{forbidden:?}");
}
