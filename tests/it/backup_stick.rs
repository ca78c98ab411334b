//! Backups onto a stick: a file system of its own on a loop device, found by its label, mounted and left again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::TestHub;
use crate::common::needed;
use crate::common::program::{Serving, run};
use crate::picture_travel::take;

fn done(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A stick in a machine: `root` has the names that udev would make.
struct Stick {
    root: PathBuf,
    device: String,
}

impl Stick {
    /// Nothing where loop devices cannot be had.
    fn put_in(dir: &Path, mib: u64) -> Option<Self> {
        if !needed::here("mkfs.ext4", &["-V"]) || !needed::here("losetup", &["--version"]) {
            return None;
        }
        let image = dir.join("stick.img");
        fs::File::create(&image).unwrap().set_len(mib << 20).unwrap();
        done(Command::new("mkfs.ext4").args(["-q", "-m", "0", "-L", "FIELDHUB"]).arg(&image));
        let made = Command::new("losetup").args(["--find", "--show"]).arg(&image).output().unwrap();
        if !made.status.success() {
            assert!(std::env::var_os("CI").is_none(), "no loop device: {made:?}");
            println!("skipped: this needs the right to make loop devices");
            return None;
        }
        let device = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        let root = dir.join("root");
        let names = root.join("dev/disk/by-label");
        fs::create_dir_all(&names).unwrap();
        std::os::unix::fs::symlink(&device, names.join("FIELDHUB")).unwrap();
        Some(Self { root, device })
    }

    fn mounted(&self) -> bool {
        fs::read_to_string("/proc/self/mountinfo").unwrap().contains(&self.device)
    }

    /// Mounted by somebody else, and what is on it.
    fn look(&self, at: &Path) -> Vec<String> {
        fs::create_dir_all(at).unwrap();
        done(Command::new("mount").arg(&self.device).arg(at));
        let mut names: Vec<_> = fs::read_dir(at)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.retain(|name| name != "lost+found");
        names.sort();
        names
    }
}

impl Drop for Stick {
    fn drop(&mut self) {
        while self.mounted() {
            if !Command::new("umount").arg(&self.device).status().is_ok_and(|status| status.success()) {
                break;
            }
        }
        let _ = Command::new("losetup").args(["--detach", &self.device]).status();
    }
}

#[test]
fn a_stick_that_is_put_in_gets_backups_and_keeps_the_newest() {
    let temp = tempfile::tempdir().unwrap();
    let Some(stick) = Stick::put_in(temp.path(), 64) else { return };
    let data = temp.path().join("data");
    let serving = Serving::start(&data, &["--demo", "--no-mdns"]);
    let root = stick.root.to_str().unwrap();
    let backup = |more: &[&str]| run(&data, &[&["backup", "--stick", "--root", root], more].concat());

    let said = backup(&[]).good();
    assert!(said.contains("read back and complete"), "{said}");
    assert!(!stick.mounted(), "it may be pulled out");
    for _ in 0..3 {
        backup(&["--keep", "2"]).good();
    }
    let at = temp.path().join("looked");
    let names = stick.look(&at);
    assert_eq!(names.len(), 2, "{names:?}");

    // One that somebody has mounted stays mounted.
    let said = backup(&["--keep", "2", "--json"]).good();
    assert!(stick.mounted());
    let file = serde_json::from_str::<serde_json::Value>(&said).unwrap()["file"].as_str().unwrap().to_owned();
    assert!(file.starts_with(at.to_str().unwrap()), "{file}");
    drop(serving);

    // And what is there brings a hub back.
    let other = temp.path().join("other");
    run(&other, &["restore", &file, "--yes"]).good();
    assert!(run(&other, &["audit", "list"]).good().contains("jalibat-demo"));
}

#[test]
fn a_small_stick_gives_up_the_oldest_and_never_the_last() {
    let temp = tempfile::tempdir().unwrap();
    let Some(stick) = Stick::put_in(temp.path(), 16) else { return };
    let data = temp.path().join("data");
    let _serving = Serving::start(&data, &["--demo", "--no-mdns"]);
    let root = stick.root.to_str().unwrap();
    let backup = || run(&data, &["backup", "--stick", "--root", root]);
    let mut made_room = false;
    for _ in 0..20 {
        let said = backup().good();
        if said.contains("to make room") {
            made_room = true;
            break;
        }
    }
    assert!(made_room, "16 MiB hold no twenty backups");
    let at = temp.path().join("looked");
    assert!(!stick.look(&at).is_empty());
    // What others have put there is not ours to delete.
    let film = fs::File::create(at.join("film.mp4")).unwrap();
    let left = rustix::fs::statvfs(&at).unwrap();
    let all_but_little = (left.f_bavail * left.f_frsize).saturating_sub(256 << 10);
    rustix::fs::fallocate(&film, rustix::fs::FallocateFlags::empty(), 0, all_but_little).unwrap();
    let mut said = backup().bad(1);
    assert!(said.contains("use a larger one"), "{said}");
    said = fs::read_dir(&at)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap() + " ")
        .collect();
    assert!(said.contains("film.mp4") && said.contains(".redb"), "{said}");
}

/// Pictures take what room there is, but for that of the next backups: marks are never without.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stick_that_is_full_of_pictures_says_so_and_takes_the_next_backup() {
    let temp = tempfile::tempdir().unwrap();
    let Some(stick) = Stick::put_in(temp.path(), 24) else { return };
    let mut hub = TestHub::start().await;
    hub.jalibat().await;
    for n in 1..=6 {
        take(&hub.client, n, 4 << 20).await;
    }
    let data = hub.stop().await;
    let root = stick.root.to_str().unwrap();
    let backup = |more: &[&str]| run(data.path(), &[&["backup", "--stick", "--root", root], more].concat());
    let said = backup(&["--photos"]).bad(1);
    assert!(said.contains("its pictures are not all there") && said.contains("no room is left"), "{said}");
    let found = backup(&["--photos"]).bad(1);
    assert!(found.contains("no room is left"), "it goes on where it was, and there is still none: {found}");
    backup(&[]).good();
    let at = temp.path().join("looked");
    let names = stick.look(&at);
    assert!(names.contains(&"fieldhub-photos".to_owned()), "{names:?}");
    let whole = walk(&at.join("fieldhub-photos"));
    assert!(!whole.is_empty() && whole.iter().all(|file| !file.ends_with(".part")), "{whole:?}");
}

fn walk(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().flatten();
    entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => walk(&path),
            path => vec![path.display().to_string()],
        })
        .collect()
}

#[test]
fn without_a_stick_it_says_what_to_do() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().join("root");
    let data = temp.path().join("data");
    run(&data, &["audit", "create", "--name", "A", "--strings", "4"]).good();
    let said = run(&data, &["backup", "--stick", "--root", root.to_str().unwrap()]).bad(1);
    assert!(said.contains("no stick with the label FIELDHUB is plugged in"), "{said}");
    let said = run(&data, &["backup", "--stick", "../../etc"]).bad(2);
    assert!(said.contains("letters, digits"), "{said}");
    run(&data, &["backup"]).bad(2);
}
