//! Fingerprint: what tells this machine, and the card or disk that the data are on, from others.
//!
//! Called by `client` when it opens a hub; reads what everybody may read, as the hub's own user does. Each fact stays the
//! same over a restart, an update and a change of the network; what may not is left out, since a fact that differs makes
//! everybody send again.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::cli::mounts;
use crate::domain::Fingerprint;

/// File systems that number their files for good. Others do it anew with each mount, or change their mind.
const NUMBERED: &[&str] = &["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs"];

/// Of the machine below `root`; `data_dir` is there, or is about to be made.
pub fn of(root: &Path, data_dir: &Path) -> Fingerprint {
    let mut found = Fingerprint::default();
    for (kind, fact) in facts(root, data_dir) {
        found.add(kind, fact.as_bytes());
    }
    found
}

fn facts(root: &Path, data_dir: &Path) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    facts.extend(machine_id(root).map(|id| ("machine-id", id)));
    facts.extend(board(root).map(|serial| ("board", serial)));
    facts.extend(interfaces(root).into_iter().map(|address| ("network", address)));
    let table = fs::read_to_string(root.join("proc/self/mountinfo")).unwrap_or_default();
    let whole = fs::canonicalize(data_dir).unwrap_or_else(|_| data_dir.to_owned());
    let inside =
        whole.strip_prefix(fs::canonicalize(root).unwrap_or_default()).map(|dir| Path::new("/").join(dir));
    let mount = mounts::of(&table, inside.as_deref().unwrap_or(&whole));
    if let Some(mount) = mount {
        facts.extend(disk(root, &mount.numbers));
        if NUMBERED.contains(&mount.kind.as_str())
            && let Ok(directory) = fs::metadata(&whole)
        {
            // A directory that was copied beside its original.
            facts.push(("directory", directory.ino().to_string()));
        }
    }
    facts
}

/// What somebody has written there; not what is there until the next start.
fn machine_id(root: &Path) -> Option<String> {
    let id = text(root, "etc/machine-id").filter(|id| id.len() == 32)?;
    (text(root, "run/machine-id").as_ref() != Some(&id)).then_some(id)
}

/// A Raspberry Pi's serial number, and that of many routers.
fn board(root: &Path) -> Option<String> {
    text(root, "sys/firmware/devicetree/base/serial-number")
}

/// Addresses that the hardware was made with: not those that somebody has set, or that are made by chance.
fn interfaces(root: &Path) -> BTreeSet<String> {
    const MADE_WITH: &str = "0";
    let dir = root.join("sys/class/net");
    let Ok(entries) = fs::read_dir(dir) else { return BTreeSet::new() };
    let found = entries.flatten().filter_map(|entry| {
        let said = |name: &str| line(&entry.path().join(name));
        // What is on no bus is no hardware.
        let real = entry.path().join("device").exists() && said("addr_assign_type")? == MADE_WITH;
        said("address").filter(|address| real && !address.starts_with("00:00:00:00"))
    });
    found.collect()
}

/// The number of an SD card, or else what a disk says of itself.
fn disk(root: &Path, numbers: &str) -> Option<(&'static str, String)> {
    let block = fs::canonicalize(root.join("sys/dev/block").join(numbers)).ok()?;
    // A partition lies in the directory of its disk.
    let parts: Vec<PathBuf> = block.ancestors().take(2).map(Path::to_owned).collect();
    let first = |names: &[&str]| {
        let mut paths = parts.iter().flat_map(|dir| names.iter().map(|name| dir.join(name)));
        paths.find_map(|path| line(&path))
    };
    let card = first(&["device/cid"]).map(|cid| ("card", cid));
    card.or_else(|| first(&["wwid", "device/wwid", "serial", "device/serial"]).map(|id| ("disk", id)))
}

/// Of a file below `root`.
fn text(root: &Path, path: &str) -> Option<String> {
    line(&root.join(path))
}

/// Without what the kernel puts round it; nothing where there is nothing.
fn line(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    const CARD: &str = "sys/devices/platform/mmc0/mmc0:aaaa/block/mmcblk0";

    /// A machine in a directory.
    struct Van(tempfile::TempDir);

    impl Van {
        /// A Raspberry Pi: its board, its card, its own network interface, and one that is none.
        fn pi(board: &str, card: &str, address: &str) -> Self {
            let van = Self(tempfile::tempdir().unwrap());
            van.file("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
            van.file("sys/firmware/devicetree/base/serial-number", &format!("{board}\0"));
            van.file(&format!("{CARD}/mmcblk0p2/size"), "62000000\n");
            van.file(&format!("{CARD}/device/cid"), &format!("{card}\n"));
            van.link("sys/dev/block/179:2", &format!("../../../{CARD}/mmcblk0p2"));
            van.mounted("179:2", "ext4");
            van.file("sys/class/net/eth0/device/uevent", "");
            van.interface("eth0", "0", address);
            van.interface("docker0", "0", "02:42:00:00:00:01");
            van.file("sys/class/net/wlan0/device/uevent", "");
            van.interface("wlan0", "3", "f2:11:22:33:44:55");
            fs::create_dir_all(van.data()).unwrap();
            van
        }

        fn file(&self, path: &str, text: &str) {
            let file = self.0.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }

        fn link(&self, path: &str, to: &str) {
            let link = self.0.path().join(path);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            symlink(to, link).unwrap();
        }

        fn mounted(&self, numbers: &str, kind: &str) {
            let table = format!("22 1 {numbers} / / rw,noatime shared:1 - {kind} /dev/root rw\n");
            self.file("proc/self/mountinfo", &table);
        }

        fn interface(&self, name: &str, made_with: &str, address: &str) {
            self.file(&format!("sys/class/net/{name}/addr_assign_type"), &format!("{made_with}\n"));
            self.file(&format!("sys/class/net/{name}/address"), &format!("{address}\n"));
        }

        fn data(&self) -> PathBuf {
            self.0.path().join("var/lib/fieldhub")
        }

        fn facts(&self) -> Vec<(&'static str, String)> {
            facts(self.0.path(), &self.data())
        }

        fn fingerprint(&self) -> Fingerprint {
            of(self.0.path(), &self.data())
        }

        fn kinds(&self) -> Vec<&'static str> {
            self.facts().into_iter().map(|(kind, _)| kind).collect()
        }
    }

    #[test]
    fn a_raspberry_pi_is_told_by_its_board_its_card_and_its_own_interfaces() {
        let van = Van::pi("10000000a1b2c3d4", "03534453433332", "b8:27:eb:00:00:01");
        let directory = fs::metadata(van.data()).unwrap().ino().to_string();
        let expected = [
            ("machine-id", "0123456789abcdef0123456789abcdef"),
            ("board", "10000000a1b2c3d4"),
            ("network", "b8:27:eb:00:00:01"),
            ("card", "03534453433332"),
            ("directory", &directory),
        ];
        assert_eq!(van.facts(), expected.map(|(kind, fact)| (kind, fact.to_owned())));
        assert_eq!(van.fingerprint(), van.fingerprint());
    }

    #[test]
    fn a_copied_card_wakes_elsewhere_whatever_of_it_was_copied() {
        let van = Van::pi("1000", "card one", "b8:27:eb:00:00:01");
        // Bit by bit onto another card: all that lies on it is the same.
        let copied = Van::pi("2000", "card two", "b8:27:eb:00:00:02");
        assert!(van.fingerprint().differs_from(&copied.fingerprint()).is_some());
        let board_alone = Van::pi("2000", "card one", "b8:27:eb:00:00:02");
        assert_eq!(van.fingerprint().differs_from(&board_alone.fingerprint()), Some("board"));
        // A directory that was copied on one machine.
        let beside = van.0.path().join("var/lib/copy");
        fs::create_dir_all(&beside).unwrap();
        let beside = of(van.0.path(), &beside);
        assert_eq!(van.fingerprint().differs_from(&beside), Some("directory"));
    }

    #[test]
    fn what_is_made_anew_at_each_start_or_hidden_for_a_while_is_no_other_machine() {
        let van = Van::pi("1000", "card one", "b8:27:eb:00:00:01");
        let before = van.fingerprint();
        // A file system that cannot be written: systemd lays another id over the file until the next start.
        van.file("etc/machine-id", "fedcba9876543210fedcba9876543210\n");
        van.file("run/machine-id", "fedcba9876543210fedcba9876543210\n");
        assert_eq!(before.differs_from(&van.fingerprint()), None);
        assert!(!van.kinds().contains(&"machine-id"));
        van.file("etc/machine-id", "uninitialized\n");
        assert!(!van.kinds().contains(&"machine-id"));
        // The card in a USB reader, and another Wi-Fi adapter.
        fs::remove_file(van.0.path().join(CARD).join("device/cid")).unwrap();
        van.file(&format!("{CARD}/device/wwid"), "t10.Generic-USB-Reader\n");
        van.file("sys/class/net/wlan1/device/uevent", "");
        van.interface("wlan1", "0", "00:c0:ca:00:00:07");
        assert_eq!(before.differs_from(&van.fingerprint()), None);
        assert!(van.kinds().contains(&"disk"));
    }

    #[test]
    fn a_router_and_a_container_are_told_by_what_they_have() {
        // OpenWrt: no machine-id, data on an overlay, which numbers its directories as it likes.
        let router = Van::pi("", "card one", "b8:27:eb:00:00:01");
        fs::remove_file(router.0.path().join("etc/machine-id")).unwrap();
        router.mounted("0:25", "overlay");
        assert_eq!(router.kinds(), ["network"]);
        // A container sees no interface of its own that is real.
        let nothing = tempfile::tempdir().unwrap();
        assert!(of(nothing.path(), &nothing.path().join("data")).is_empty());
    }
}
