//! Idempotent apply of a plan, step by step: each file whole or not at all, and what is right already left as it is.
//!
//! Called by `Change::make`; calls the file system, the programs that the steps name, and the hub's socket.

use std::fs::{self, File as Handle, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};

use super::plan::{File, FileGroup, MachineStep};
use crate::cli::client::HubClient;
use crate::cli::hint::words;
use crate::cli::hub_status::StatusAnswer;
use crate::cli::print;

/// A start may repair a database first.
const PATIENCE: Duration = Duration::from_secs(180);

pub async fn all(root: &Path, steps: &[MachineStep]) -> anyhow::Result<()> {
    for step in steps {
        one(root, step).await?;
    }
    Ok(())
}

/// A path of the machine, below `root`.
pub fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

async fn one(root: &Path, step: &MachineStep) -> anyhow::Result<()> {
    match step {
        MachineStep::Program { from, to } => {
            let mut content = Vec::new();
            // The name may stand for a newer file by now; this process knows its own.
            let own = Path::new("/proc/self/exe");
            let source = if std::env::current_exe().is_ok_and(|exe| exe == *from) { own } else { from };
            Handle::open(source)
                .and_then(|mut file| file.read_to_end(&mut content))
                .with_context(|| from.display().to_string())?;
            put(root, to, &content, 0o755, FileGroup::Root)
        }
        MachineStep::Write(File { path, mode, group, content, .. }) => {
            put(root, path, content.as_bytes(), *mode, *group)
        }
        MachineStep::Run { command, .. } => run(command),
        MachineStep::Remove { path } => {
            let there = below(root, path);
            let Ok(kind) = there.symlink_metadata() else { return Ok(()) };
            let removed = if kind.is_dir() { fs::remove_dir_all(&there) } else { fs::remove_file(&there) };
            removed.with_context(|| there.display().to_string())?;
            print::line(&format!("removed    {}", path.display()))
        }
        MachineStep::AwaitHub { socket } => await_hub(&below(root, socket)).await,
        MachineStep::Say(text) => print::line(text),
    }
}

/// Power lost on the way leaves the old file or the new one.
fn put(root: &Path, path: &Path, content: &[u8], mode: u32, group: FileGroup) -> anyhow::Result<()> {
    let there = below(root, path);
    let written = || -> io::Result<bool> {
        let group = group_id(root, group)?;
        let same = |meta: fs::Metadata| {
            meta.is_file()
                && meta.mode() & 0o7777 == mode
                && group.is_none_or(|(user, group)| (meta.uid(), meta.gid()) == (user, group))
        };
        if there.symlink_metadata().is_ok_and(same) && fs::read(&there)? == content {
            return Ok(false);
        }
        let dir = there.parent().unwrap_or(root);
        fs::create_dir_all(dir)?;
        let mut part = there.clone().into_os_string();
        part.push(".part");
        let part = PathBuf::from(part);
        // What an interrupted run has left may be open to others.
        match fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(content)?;
        if let Some((user, group)) = group {
            fchown(&file, Some(user), Some(group))?;
        }
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        file.sync_all()?;
        fs::rename(&part, &there)?;
        Handle::open(dir)?.sync_all()?;
        Ok(true)
    };
    let changed = written().with_context(|| there.display().to_string())?;
    print::line(&format!("{} {}", if changed { "wrote     " } else { "unchanged " }, path.display()))
}

/// User and group of a file; nothing where only root could give it away, and this is not root.
fn group_id(root: &Path, group: FileGroup) -> io::Result<Option<(u32, u32)>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    if group == FileGroup::Root {
        return Ok(Some((0, 0)));
    }
    let groups = fs::read_to_string(below(root, Path::new("/etc/group")))?;
    let number = groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(group.name())).then(|| fields.nth(1)?.parse().ok())?
    });
    let missing = || io::Error::other(format!("there is no group {} on this machine", group.name()));
    Ok(Some((0, number.ok_or_else(missing)?)))
}

fn run(command: &[String]) -> anyhow::Result<()> {
    let Some((program, args)) = command.split_first() else { return Ok(()) };
    let shown = words(command);
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{shown} cannot be run"))?;
    if !output.status.success() {
        let said = [output.stderr, output.stdout].concat();
        let said = String::from_utf8_lossy(&said);
        bail!("`{shown}` failed ({}): {}", output.status, said.trim());
    }
    print::line(&format!("ran        {shown}"))
}

async fn await_hub(socket: &Path) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let hub = HubClient::at(socket);
    loop {
        let last = match hub.ask("/api/v1/status").await.and_then(|status| well(&status)) {
            Ok(()) => return print::line("healthy    the hub answers on its socket"),
            Err(error) => format!("{error:#}"),
        };
        if Instant::now() >= deadline {
            return Err(anyhow!(
                "the hub was started and is not healthy ({last}); its log says why: journalctl -u fieldhub -n 50 \
                 (OpenWrt: logread -e fieldhub)"
            ));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// An error with its notices where a hub's own word on itself is that it is not.
pub fn well(status: &StatusAnswer) -> anyhow::Result<()> {
    if status.healthy {
        return Ok(());
    }
    bail!("it says that it is not healthy: {}", status.notices.join(" "))
}
