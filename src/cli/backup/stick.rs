//! A USB stick, found by its label: where somebody has mounted it, or mounted for as long as it is written to.
//!
//! Called by `backup`, and by `doctor` to look; calls mount(8) and umount(8), which know every file system that the machine does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::failure::failed;
use super::mounts;
use crate::hub::BackupProblem;

/// Where a stick is mounted that nobody else has mounted. The unit that does this has mounts of its own, so nobody sees it.
const MOUNT_POINT: &str = "run/fieldhub-stick";

/// What an installed hub looks for by itself.
pub const LABEL: &str = "FIELDHUB";

/// A label as FAT and ext4 have them; the device's name is made of it.
pub fn label(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if (1..=16).contains(&text.len()) && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Err("a label has 1 to 16 letters, digits, `-` and `_`".to_owned())
}

/// The device of the stick with this label, if it is here.
pub fn device(root: &Path, label: &str) -> Option<PathBuf> {
    fs::canonicalize(root.join("dev/disk/by-label").join(label)).ok()
}

#[derive(Debug)]
pub struct Stick {
    dir: PathBuf,
    /// To be unmounted again.
    ours: bool,
}

impl Stick {
    pub fn find(root: &Path, label: &str) -> anyhow::Result<Self> {
        let device = device(root, label).ok_or_else(|| {
            let words = format!(
                "no stick with the label {label} is plugged in: plug one in, or label it (sudo fatlabel /dev/sdX1 \
                 {label})"
            );
            failed(BackupProblem::NoStick, words)
        })?;
        let table = fs::read_to_string("/proc/self/mountinfo").context("/proc/self/mountinfo")?;
        if let Some((dir, writable)) = mounted_at(&table, &device) {
            if !writable {
                let (device, dir) = (device.display(), dir.display());
                let words = format!("{device} is mounted read-only at {dir}: it may be damaged, or locked");
                return Err(failed(BackupProblem::ReadOnly, words));
            }
            return Ok(Self { dir, ours: false });
        }
        let dir = root.join(MOUNT_POINT);
        let mount = || {
            fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
            run(Command::new("mount").args(["-o", "nosuid,nodev,noexec,noatime"]).arg(&device).arg(&dir))
        };
        mount().map_err(|error| failed(BackupProblem::Mount, format!("{error:#}")))?;
        Ok(Self { dir, ours: true })
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// After this it may be pulled out.
    pub fn leave(self) -> anyhow::Result<()> {
        if self.ours { run(Command::new("umount").arg(&self.dir)) } else { Ok(()) }
    }
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{name} could not be run"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    bail!("{name}: {}", said.trim())
}

/// Where the kernel's table has a device, and whether it may be written there.
pub fn mounted_at(table: &str, device: &Path) -> Option<(PathBuf, bool)> {
    // A part of it that is mounted elsewhere is no place for files.
    let whole = mounts::all(table).find(|mount| mount.source == device && mount.inner == Path::new("/"))?;
    Some((whole.place, whole.writable))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_stick_is_mounted_is_read_from_the_kernel() {
        let table = "36 35 8:1 / /media/crew\\040stick rw,noatime shared:1 - vfat /dev/sda1 rw,errors=remount-ro\n\
            37 35 8:17 / /mnt ro,relatime - ext4 /dev/sdb1 rw\n\
            38 35 8:33 /part /srv rw - ext4 /dev/sdc1 rw\n\
            39 35 8:49 / /media/tired rw shared:9 - vfat /dev/sdd1 ro\n";
        let at = |device: &str| mounted_at(table, Path::new(device));
        assert_eq!(at("/dev/sda1"), Some(("/media/crew stick".into(), true)));
        assert_eq!(at("/dev/sdb1"), Some(("/mnt".into(), false)));
        assert_eq!(at("/dev/sdc1"), None);
        assert_eq!(
            at("/dev/sdd1"),
            Some(("/media/tired".into(), false)),
            "a disk that has failed is mounted again as that"
        );
        assert_eq!(at("/dev/sde1"), None);
    }

    #[test]
    fn a_label_names_a_device_and_nothing_else() {
        for wrong in ["", "../sda1", "a b", "12345678901234567", "été"] {
            assert!(label(wrong).is_err(), "{wrong}");
        }
        assert_eq!(label("VAN_2").unwrap(), "VAN_2");
    }
}
