//! A full disk: marks are refused with 507, everything else goes on, and when space comes back so
//! do marks, with no restart.
//!
//! Each test has a small file system of its own, which only root may mount; without that right
//! they say so and pass.

use std::fs::File;
use std::io::{BufRead, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::blocking::Blocking;
use crate::common::marks::numbered;
use crate::common::program::{Serving, program};
use serde_json::Value;
use tempfile::TempDir;

const AUDIT: &str = "jalibat-demo";

/// A file system of 24 MB; unmounted with the value.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=24m", "fieldhub-test"]).arg(dir.path());
        if mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
            return Some(Self(dir));
        }
        eprintln!("skipped: mounting a small file system needs root");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Fill it until `left` bytes are free, the last ones too if that is 0.
    fn fill(&self, left: u64) {
        let mut file = File::options().append(true).create(true).open(self.ballast()).unwrap();
        let stat = || {
            let stat = rustix::fs::statvfs(self.path()).unwrap();
            stat.f_bavail * stat.f_frsize
        };
        while stat() > left {
            let size = usize::try_from((stat() - left).min(1 << 16)).unwrap();
            match file.write(&vec![1; size]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: whoever still has a file open there may finish.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// The hub, and what it has acknowledged.
struct FilledHub {
    hub: Serving,
    client: Blocking,
    kept: Vec<String>,
}

impl FilledHub {
    fn start(disk: &SmallDisk, floor: &str) -> Self {
        let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--demo"]);
        command.arg("--data-dir").arg(disk.path()).env("FIELDHUB_MIN_FREE_BYTES", floor);
        let hub = Serving::spawn(command);
        let client = Blocking::connect(&hub.address).unwrap();
        Self { hub, client, kept: Vec::new() }
    }

    /// Post marks with long comments; the answer's status.
    fn post(&mut self, count: usize) -> u16 {
        let ops: Vec<Value> = (0..count)
            .map(|n| {
                let mut op = numbered(n % 7, n % 100 + 1, "dead");
                op["comment"] = "cellule cassée ".repeat(100).into();
                op
            })
            .collect();
        let (status, results) = self.client.ops(AUDIT, &ops).unwrap();
        if status == 200 {
            self.kept.extend(results.iter().map(|result| result["id"].as_str().unwrap().to_owned()));
        }
        status
    }

    fn post_v33(&mut self) -> (u16, Value) {
        let body = r#"{"status":"dead","technicianId":"tech_v33","technicianName":"Old"}"#;
        let (status, body) =
            self.client.call("POST", &format!("/api/audit/{AUDIT}/module/M001"), body).unwrap();
        (status, serde_json::from_str(&body).unwrap())
    }

    /// Reading and the live feed go on: the audit, its log, and an event that is no mark.
    fn check_reading(&mut self) {
        let log = self.client.log(AUDIT).unwrap();
        let there: std::collections::HashSet<&str> =
            log.iter().map(|op| op["id"].as_str().unwrap()).collect();
        assert!(self.kept.iter().all(|id| there.contains(id.as_str())), "acknowledged and not there");
        let (status, _) = self.client.call("GET", &format!("/api/v1/audits/{AUDIT}"), "").unwrap();
        assert_eq!(status, 200);

        let mut live = self.hub.ask(&format!("/api/v1/audits/{AUDIT}/live?after={}", log.len()));
        let mut line = String::new();
        while line != "event: hello\n" {
            line.clear();
            assert!(live.read_line(&mut line).unwrap() > 0, "the feed ended");
        }
        let path = format!("/api/v1/audits/{AUDIT}/presence");
        let here = r#"{"technician_id":"tech_live","technician_name":"Live"}"#;
        assert_eq!(self.client.call("PUT", &path, here).unwrap().0, 200);
        while !(line.starts_with("data: ") && line.contains("tech_live")) {
            line.clear();
            assert!(live.read_line(&mut line).unwrap() > 0, "the feed ended");
        }
    }

    fn check_refused(&mut self) {
        for _ in 0..3 {
            assert_eq!(self.post(20), 507);
        }
        let (status, body) = self.post_v33();
        assert_eq!(status, 507);
        assert_eq!((&body["success"], &body["code"]), (&false.into(), &"disk_full".into()), "{body}");
        let (status, health) = self.client.call("GET", "/healthz", "").unwrap();
        assert_eq!(status, 503, "{health}");
    }

    fn check_taken(&mut self) {
        assert_eq!(self.post(20), 200);
        assert_eq!(self.post_v33().0, 200);
        let (status, health) = self.client.call("GET", "/healthz", "").unwrap();
        assert_eq!(status, 200, "{health}");
        self.check_reading();
    }
}

#[test]
fn the_floor_refuses_marks_before_the_disk_is_full() {
    let Some(disk) = SmallDisk::mount() else { return };
    let mut site = FilledHub::start(&disk, "4MiB");
    assert_eq!(site.post(50), 200);
    disk.fill(3 << 20);
    site.check_refused();
    site.check_reading();
    let (_, hub) = site.client.call("GET", "/api/v1/hub", "").unwrap();
    assert!(hub.contains("disk is full"), "{hub}");
    disk.free();
    site.check_taken();
}

#[test]
fn a_disk_that_is_really_full_loses_nothing() {
    let Some(disk) = SmallDisk::mount() else { return };
    let mut site = FilledHub::start(&disk, "0");
    assert_eq!(site.post(50), 200);
    for round in 0..3 {
        disk.fill(0);
        // What the file has room for is still taken, and where a hundred marks have none there may be some for twenty.
        let mut taken = 0;
        for count in [100, 20, 1] {
            while site.post(count) == 200 {
                taken += 1;
                assert!(taken < 200, "it never got full");
                disk.fill(0);
            }
        }
        while site.post_v33().0 == 200 {
            taken += 1;
            assert!(taken < 2_000, "it never got full");
        }
        site.check_refused();
        site.check_reading();
        if round == 1 {
            // A restart on the full disk changes nothing of that.
            let kept = site.kept;
            drop(site.hub);
            site = FilledHub { kept, ..FilledHub::start(&disk, "0") };
            site.check_reading();
        }
        disk.free();
        site.check_taken();
    }
}
