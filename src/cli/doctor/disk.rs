//! Disk space, inodes and read-only mounts: whether marks can be written. And files in the data directory that take room for nothing.
//!
//! Called by `doctor`, which asks the kernel for the room.

use std::fs;
use std::path::Path;

use rustix::fs::StatVfs;

use super::finding::Finding;
use crate::cli::mounts::Mount;
use crate::cli::print;
use crate::store::leftovers;

/// What the file system says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Space {
    pub free: u64,
    /// How many files it can have, and how many more; 0 of 0 where it does not count them.
    pub files: u64,
    pub files_free: u64,
}

impl From<StatVfs> for Space {
    fn from(disk: StatVfs) -> Self {
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        Self { free, files: disk.f_files, files_free: disk.f_favail }
    }
}

const ROOM: &str = "Delete what is not the hub's, or old snapshots and damaged files that the notices name: `sudo du -xh / | sort -h | tail`.";
/// A few for snapshots, backups and the log.
const FEW_FILES: u64 = 100;
/// With fewer the next snapshot fails.
const NO_FILES: u64 = 10;

/// `least`: with less free the hub takes no marks. `runs`: a hub that does may be in the middle of a backup.
pub fn look(dir: &Path, mount: Option<&Mount>, space: Option<Space>, least: u64, runs: bool) -> Vec<Finding> {
    vec![room(dir, space, least), files(space), writable(dir, mount), left_over(dir, runs)]
}

/// What an interrupted backup, restore or snapshot has left.
fn left_over(dir: &Path, runs: bool) -> Finding {
    let name = "leftovers";
    let Ok(entries) = fs::read_dir(dir) else {
        return Finding::unknown(name, format!("{} cannot be read.", dir.display()));
    };
    let names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let left: Vec<&str> = leftovers(&names).collect();
    if left.is_empty() {
        return Finding::ok(name, "No interrupted backup or restore has left files.");
    }
    let bytes = left.iter().filter_map(|name| fs::metadata(dir.join(name)).ok()).map(|file| file.len()).sum();
    let said = format!("{} ({}) in {}", left.join(", "), print::bytes(bytes), dir.display());
    if runs {
        return Finding::ok(name, format!("{said}: a backup, restore or snapshot is being made."));
    }
    Finding::look(
        name,
        format!("{said}: an interrupted backup, restore or snapshot has left this."),
        "Start the hub: it removes them.",
    )
}

fn room(dir: &Path, space: Option<Space>, least: u64) -> Finding {
    let name = "room";
    let Some(Space { free, .. }) = space else {
        return Finding::unknown(name, format!("The disk of {} cannot be checked.", dir.display()));
    };
    let said = format!("{} free", print::bytes(free));
    let least_said = print::bytes(least);
    if free < least {
        Finding::must(
            name,
            format!("{said}, but {least_said} is needed: marks are refused and wait on the tablets."),
            ROOM,
        )
    } else if free < least.saturating_mul(4) {
        Finding::look(name, format!("{said}; below {least_said} the hub takes no marks."), ROOM)
    } else {
        Finding::ok(name, said)
    }
}

fn files(space: Option<Space>) -> Finding {
    let name = "files";
    let remedy =
        "There are too many small files on the disk: `sudo du --inodes -x / | sort -n | tail` shows where.";
    match space {
        None | Some(Space { files: 0, .. }) => {
            Finding::unknown(name, "This file system does not report how many files it can hold.")
        }
        Some(Space { files_free: ..NO_FILES, .. }) => {
            Finding::must(name, "The file system cannot hold any more files.", remedy)
        }
        Some(Space { files_free: free @ ..FEW_FILES, .. }) => {
            Finding::look(name, format!("The file system can hold only {free} more files."), remedy)
        }
        Some(_) => Finding::ok(name, "There is room for more files."),
    }
}

fn writable(dir: &Path, mount: Option<&Mount>) -> Finding {
    let name = "writes";
    match mount {
        None => Finding::unknown(name, "It is not known which disk the data is on."),
        Some(mount) if !mount.writable => Finding::must(
            name,
            format!(
                "{} is mounted read-only: the card is failing, or was pulled out.",
                mount.source.display()
            ),
            "Restart once (sudo reboot). If it happens again, use another card and `fieldhub restore` the \
             newest backup.",
        ),
        Some(mount) if matches!(mount.kind.as_str(), "tmpfs" | "ramfs") => Finding::must(
            name,
            format!("{} is in memory: all marks are lost when the power goes.", dir.display()),
            "Choose a directory on the card or on a disk (data_dir in the settings).",
        ),
        Some(mount) => {
            Finding::ok(name, format!("{} ({}) can be written to.", mount.source.display(), mount.kind))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity::{Do, Look, Ok, Unknown};
    use super::super::tree::Tree;
    use super::*;

    const LEAST: u64 = 32 << 20;

    #[test]
    fn room_is_measured_by_what_the_hub_needs() {
        let of =
            |free: u64| room(Path::new("d"), Some(Space { free, files: 9, files_free: 9 }), LEAST).verdict;
        assert_eq!([of(LEAST - 1), of(LEAST), of(4 * LEAST - 1), of(4 * LEAST)], [Do, Look, Look, Ok]);
        assert_eq!(room(Path::new("d"), None, LEAST).verdict, Unknown);
    }

    #[test]
    fn what_an_interrupted_backup_has_left_is_told_and_nobody_elses_file() {
        let tree = Tree::new();
        for file in ["/backup-mine.redb", "/fieldhub.redb", "/notes.tmp"] {
            tree.file(file, "kept");
        }
        assert_eq!(left_over(tree.root(), false).verdict, Ok);
        for file in ["/backup-0190.tmp", "/restore.redb", "/fieldhub.redb.new", "/snapshot.redb.new"] {
            tree.file(file, "half");
            let found = left_over(tree.root(), false);
            assert_eq!(found.verdict, Look);
            assert!(found.said.contains(&file[1..]), "{found:?}");
        }
        assert_eq!(left_over(tree.root(), true).verdict, Ok, "it may be busy with one");
        assert_eq!(left_over(&tree.root().join("nowhere"), false).verdict, Unknown);
    }

    #[test]
    fn a_disk_without_names_for_files_is_full_too() {
        let of = |files: u64, files_free: u64| files_of(Space { free: 0, files, files_free });
        fn files_of(space: Space) -> super::super::finding::Severity {
            files(Some(space)).verdict
        }
        assert_eq!([of(1_000, 9), of(1_000, 99), of(1_000, 100), of(0, 0)], [Do, Look, Ok, Unknown]);
    }

    #[test]
    fn a_card_that_was_mounted_read_only_is_no_card_for_marks() {
        let tree = Tree::new();
        assert_eq!(writable(tree.root(), tree.disk().as_ref()).verdict, Unknown);
        tree.mounts("22 1 179:2 / / rw,noatime - ext4 /dev/mmcblk0p2 rw\n");
        assert_eq!(writable(tree.root(), tree.disk().as_ref()).verdict, Ok);
        tree.mounts("22 1 179:2 / / rw,noatime - ext4 /dev/mmcblk0p2 ro,errors=remount-ro\n");
        let found = writable(tree.root(), tree.disk().as_ref());
        assert_eq!(found.verdict, Do);
        assert!(found.said.contains("/dev/mmcblk0p2 is mounted read-only"), "{found:?}");
        tree.mounts("22 1 0:40 / / rw - tmpfs tmpfs rw\n");
        assert_eq!(writable(tree.root(), tree.disk().as_ref()).verdict, Do, "a router keeps /var in memory");
    }
}
