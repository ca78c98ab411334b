//! Backup rotation: the backups of one hub that stand beside each other on a stick, named by the hub and the time, so
//! that they sort by age, and other hubs and other files are left alone.
//!
//! Called by `backup`; calls the file system.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, NaiveDateTime, Utc};

use super::failure::failed;
use crate::hub::BackupProblem;

const ENDING: &str = ".redb";
/// A copy that was broken off: a stick that was pulled out.
const UNFINISHED: &str = ".redb.part";

#[derive(Debug)]
pub struct Shelf {
    dir: PathBuf,
    /// What all of this hub's begin with.
    prefix: String,
}

impl Shelf {
    /// What an interrupted backup of this hub has left is removed.
    pub fn open(dir: &Path, hub_id: &str) -> anyhow::Result<Self> {
        let id: String = hub_id.chars().filter(char::is_ascii_hexdigit).take(8).collect();
        let shelf = Self { dir: dir.to_owned(), prefix: format!("fieldhub-{id}-") };
        for unfinished in shelf.named(UNFINISHED)? {
            fs::remove_file(&unfinished).with_context(|| unfinished.display().to_string())?;
        }
        Ok(shelf)
    }

    /// Where one of this moment goes. The hub's time never goes back, so the name is later than all others; a hub that was
    /// restored may be at a time that it has had before.
    pub fn place(&self, ms: u64) -> PathBuf {
        let time = i64::try_from(ms)
            .ok()
            .and_then(DateTime::from_timestamp_millis)
            .unwrap_or(DateTime::<Utc>::MIN_UTC);
        let name = format!("{}{}", self.prefix, time.format("%Y%m%d-%H%M%S-%3f"));
        // After the dot in the order of letters: a second one of a moment is the later one.
        let free = |name: String| Some(self.dir.join(name)).filter(|path| !path.exists());
        (1u32..)
            .find_map(|n| {
                free(if n == 1 { format!("{name}{ENDING}") } else { format!("{name}_{n}{ENDING}") })
            })
            .unwrap_or_else(|| self.dir.join(&name))
    }

    /// Remove the oldest until so many bytes fit, but never the only one.
    pub fn make_room(&self, bytes: u64) -> anyhow::Result<usize> {
        // A database grows while it is copied, and directories need some.
        let wanted = bytes + bytes / 8 + (1 << 20);
        let mut backups = self.backups()?;
        let mut removed = 0;
        loop {
            let disk = rustix::fs::statvfs(&self.dir).with_context(|| self.dir.display().to_string())?;
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            if free >= wanted {
                return Ok(removed);
            }
            if backups.len() < 2 {
                let [free, wanted] = [free, wanted].map(super::print::bytes);
                let words = format!(
                    "the stick has {free} free, and a backup needs {wanted}: delete something from it, or use a \
                     larger one"
                );
                return Err(failed(BackupProblem::NoRoom, words));
            }
            remove(&backups.remove(0))?;
            removed += 1;
        }
    }

    /// Remove all but the newest `count`.
    pub fn keep(&self, count: usize) -> anyhow::Result<usize> {
        let backups = self.backups()?;
        let old = &backups[..backups.len().saturating_sub(count)];
        old.iter().try_for_each(|path| remove(path))?;
        Ok(old.len())
    }

    /// Oldest first.
    fn backups(&self) -> anyhow::Result<Vec<PathBuf>> {
        self.named(ENDING)
    }

    fn named(&self, ending: &str) -> anyhow::Result<Vec<PathBuf>> {
        let place = || self.dir.display().to_string();
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.dir).with_context(place)? {
            let entry = entry.with_context(place)?;
            let name = entry.file_name();
            let ours = name.to_str().is_some_and(|name| {
                name.strip_prefix(&self.prefix).and_then(|rest| rest.strip_suffix(ending)).is_some_and(
                    |time| time.starts_with(|c: char| c.is_ascii_digit()) && !time.ends_with(ENDING),
                )
            });
            if ours && entry.file_type().with_context(place)?.is_file() {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    }
}

/// The newest backup in a directory, of this hub or, where it is not known which that is, of any; with its time in ms.
pub fn newest(dir: &Path, hub_id: Option<&str>) -> anyhow::Result<Option<(PathBuf, u64)>> {
    let whose: String = hub_id.unwrap_or_default().chars().filter(char::is_ascii_hexdigit).take(8).collect();
    let mut newest = None;
    for entry in fs::read_dir(dir).with_context(|| dir.display().to_string())?.flatten() {
        let name = entry.file_name();
        let Some((hub, ms)) = name.to_str().and_then(named_by) else { continue };
        let ours = whose.is_empty() || hub == whose;
        if ours && newest.as_ref().is_none_or(|(_, latest)| ms >= *latest) {
            newest = Some((entry.path(), ms));
        }
    }
    Ok(newest)
}

/// The hub and the time that are in the name of a backup.
fn named_by(name: &str) -> Option<(&str, u64)> {
    let (hub, time) = name.strip_prefix("fieldhub-")?.strip_suffix(ENDING)?.split_once('-')?;
    // A second one of a moment has a number after its time; the milliseconds tell nothing here.
    let to_the_second = time.get(..15)?;
    let time = NaiveDateTime::parse_from_str(to_the_second, "%Y%m%d-%H%M%S").ok()?;
    Some((hub, u64::try_from(time.and_utc().timestamp_millis()).ok()?))
}

fn remove(path: &Path) -> anyhow::Result<()> {
    fs::remove_file(path).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HUB: &str = "0190a1b2-c3d4-7000-8000-000000000000";
    const DAY: u64 = 86_400_000;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_newest_stay_and_what_is_not_ours_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let others =
            ["fieldhub-99999999-20200101-000000.redb", "holiday.jpg", "fieldhub-0190a1b2-notes.redb"];
        for name in others {
            fs::write(dir.path().join(name), "").unwrap();
        }
        fs::write(dir.path().join("fieldhub-0190a1b2-20251101-000000.redb.part"), "half").unwrap();
        let shelf = Shelf::open(dir.path(), HUB).unwrap();
        for day in 0..9 {
            fs::write(shelf.place(1_761_300_000_000 + day * DAY), "").unwrap();
        }
        assert_eq!(shelf.keep(7).unwrap(), 2);
        let left = names(dir.path());
        assert!(others.iter().all(|name| left.contains(&(*name).to_owned())));
        let ours: Vec<_> = left.iter().filter(|name| !others.contains(&name.as_str())).collect();
        assert_eq!(ours.len(), 7, "and what was broken off is gone: {ours:?}");
        assert_eq!(
            (ours[0].as_str(), ours[6].as_str()),
            ("fieldhub-0190a1b2-20251026-100000-000.redb", "fieldhub-0190a1b2-20251101-100000-000.redb")
        );
        assert_eq!(shelf.keep(7).unwrap(), 0);
    }

    #[test]
    fn the_newest_is_known_by_its_name() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(newest(dir.path(), None).unwrap(), None);
        let shelf = Shelf::open(dir.path(), HUB).unwrap();
        for name in
            ["fieldhub-99999999-20991231-000000-000.redb", "fieldhub-0190a1b2-notes.redb", "holiday.jpg"]
        {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let at = 1_761_300_000_000;
        for ms in [at, at - DAY] {
            fs::write(shelf.place(ms), "").unwrap();
        }
        let (path, ms) = newest(dir.path(), Some(HUB)).unwrap().unwrap();
        assert_eq!(
            (path.file_name().unwrap().to_str(), ms),
            (Some("fieldhub-0190a1b2-20251024-100000-000.redb"), at)
        );
        assert!(newest(dir.path(), None).unwrap().unwrap().1 > at, "anybody's");
    }

    #[test]
    fn two_of_one_moment_are_two() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(dir.path(), HUB).unwrap();
        fs::write(shelf.place(1_761_300_000_000), "").unwrap();
        let second = shelf.place(1_761_300_000_000);
        assert!(!second.exists());
        fs::write(&second, "").unwrap();
        assert_eq!(shelf.backups().unwrap().len(), 2);
        assert_eq!(shelf.keep(1).unwrap(), 1);
        assert!(second.exists(), "the later one stays");
    }

    #[test]
    fn what_can_never_fit_removes_all_but_the_last_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(dir.path(), HUB).unwrap();
        for day in 0..3 {
            fs::write(shelf.place(1_761_300_000_000 + day * DAY), "").unwrap();
        }
        let error = shelf.make_room(u64::MAX / 4).unwrap_err().to_string();
        assert!(error.contains("use a larger one"), "{error}");
        assert_eq!(names(dir.path()), ["fieldhub-0190a1b2-20251026-100000-000.redb"]);
    }
}
