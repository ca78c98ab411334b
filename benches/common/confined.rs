//! A hub in a memory cgroup (v1 or v2, needs root): it has so much memory, and is killed when it wants more. Where there is no such
//! cgroup to be had it runs free, and its peak is all that is known.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::program::Serving;

/// What the hub gets: that of the smallest machine that it is for, less the system's.
pub const MEMORY: u64 = 256 << 20;

pub struct Confined {
    pub hub: Serving,
    group: Option<PathBuf>,
}

/// A cgroup of its own with that limit; nothing where that cannot be.
fn group(name: &str) -> Option<PathBuf> {
    let root = Path::new("/sys/fs/cgroup");
    let (parent, limit) = match root.join("memory").is_dir() {
        true => (root.join("memory"), "memory.limit_in_bytes"),
        false => (root.to_owned(), "memory.max"),
    };
    let group = parent.join(format!("fieldhub-{}-{name}", std::process::id()));
    fs::create_dir(&group).ok()?;
    let limited = fs::write(group.join(limit), MEMORY.to_string());
    // No way out by the swap. Machines without one have no such file.
    let _ = fs::write(group.join("memory.swap.max"), "0");
    if limited.is_err() {
        let _ = fs::remove_dir(&group);
        return None;
    }
    Some(group)
}

impl Confined {
    /// `serve` with these arguments and settings, over this data.
    pub fn start(dir: &Path, name: &str, args: &[&str], settings: &[(&str, &str)]) -> Self {
        let ours = env!("CARGO_BIN_EXE_fieldhub").to_owned();
        // Another version, to compare with.
        let program = std::env::var("FIELDHUB_BENCH_PROGRAM").unwrap_or(ours);
        let group = group(name);
        let enter =
            group.as_ref().map_or_else(String::new, |g| format!("echo $$ > {}/cgroup.procs; ", g.display()));
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &format!("{enter}exec \"$0\" \"$@\""), &program])
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(dir)
            .args(args)
            .env_clear()
            .env("FIELDHUB_ACCESS", "open")
            .envs(settings.iter().copied())
            .stdin(Stdio::null());
        Self { hub: Serving::spawn(command), group }
    }

    /// Whether there is a limit.
    pub fn is_confined(&self) -> bool {
        self.group.is_some()
    }

    fn status(&self, field: &str) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.hub.pid())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(field))?;
        Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1_024.0)
    }

    /// The most that was resident at one time, in MiB; nothing when the hub is no more.
    pub fn peak(&self) -> Option<f64> {
        self.status("VmHWM:")
    }
}

impl Drop for Confined {
    fn drop(&mut self) {
        self.hub.end();
        if let Some(group) = &self.group {
            // What is left of it is empty.
            let _ = fs::remove_dir(group);
        }
    }
}
