//! A machine's files in a directory of their own, for the tests of `doctor`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use tempfile::TempDir;

use crate::cli::mounts::{self, Mount};

pub struct Tree(TempDir);

impl Tree {
    pub const CARD: &str = "/sys/devices/platform/mmc0/mmc0:aaaa/block/mmcblk0";

    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, path: &str, text: &str) {
        let file = self.0.path().join(path.trim_start_matches('/'));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub fn link(&self, path: &str, to: &str) {
        let link = self.0.path().join(path.trim_start_matches('/'));
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(to, link).unwrap();
    }

    pub fn mounts(&self, table: &str) {
        self.file("/proc/self/mountinfo", table);
    }

    /// A card of this kind, which everything is on.
    pub fn card(&self, kind: &str) {
        self.file(&format!("{}/mmcblk0p2/size", Self::CARD), "62000000\n");
        for (file, text) in [("type", kind), ("name", "SC32G"), ("date", "03/2021")] {
            self.file(&format!("{}/device/{file}", Self::CARD), &format!("{text}\n"));
        }
        let to = format!("../..{}/mmcblk0p2", Self::CARD.strip_prefix("/sys").unwrap());
        self.link("/sys/dev/block/179:2", &to);
        self.mounts("22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw\n");
    }

    /// What the root directory is on.
    pub fn disk(&self) -> Option<Mount> {
        let table = fs::read_to_string(self.0.path().join("proc/self/mountinfo")).unwrap_or_default();
        mounts::of(&table, Path::new("/"))
    }

    /// Somebody listens there: an address as the kernel writes it, a process with its name.
    pub fn listener(&self, address: &str, process: u32, name: &str) {
        let table = self.0.path().join("proc/net/tcp");
        let before = fs::read_to_string(table)
            .unwrap_or_else(|_| "  sl  local_address rem_address   st ...\n".to_owned());
        let inode = 40_000 + process;
        let line = format!(
            "   0: {address} 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 {inode} 1 0000000000000000 100 0 0 10 0\n"
        );
        self.file("/proc/net/tcp", &(before + &line));
        self.file(&format!("/proc/{process}/comm"), &format!("{name}\n"));
        self.link(&format!("/proc/{process}/fd/5"), &format!("socket:[{inode}]"));
    }
}
