//! Keeping and freeing (garbage collection): which blobs stay. Those that an audit names, those that an operation on its way names
//! (pins), and for a week what has not come wholly.
//!
//! Part of `blobs`. A whole blob that no audit names stays too, unless an audit that named it was removed: after a restore, or with a
//! database that was set aside, they are the pictures of marks that tablets send again.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use super::{Blobs, PARTIAL, PhotosFull, place};
use crate::domain::photo::BlobHash;

/// How long what has not come wholly is kept.
const PARTIAL_MS: u64 = 7 * 24 * 3_600_000;

/// What there is, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobFacts {
    pub blobs: usize,
    pub bytes: u64,
    pub partial_blobs: usize,
    pub partial_bytes: u64,
    pub quota: u64,
    pub keep_free: u64,
    pub free_bytes: u64,
    /// Why the next one would be refused.
    pub refused: Option<PhotosFull>,
}

/// Blobs that stay for as long as this does.
#[derive(Debug)]
pub struct Pins {
    blobs: Arc<Blobs>,
    hashes: Vec<BlobHash>,
}

impl Drop for Pins {
    fn drop(&mut self) {
        let mut index = self.blobs.index.lock();
        for hash in &self.hashes {
            if let Some(whole) = index.whole.get_mut(hash) {
                whole.pins = whole.pins.saturating_sub(1);
            }
        }
    }
}

impl Blobs {
    /// Those of them that are whole stay until the pins are gone; with those that are not whole.
    pub fn pin(self: &Arc<Self>, hashes: &[BlobHash]) -> (Pins, Vec<BlobHash>) {
        let mut index = self.index.lock();
        index.calls += 1;
        let calls = index.calls;
        let (mut pinned, mut missing) = (Vec::new(), Vec::new());
        for hash in hashes {
            match index.whole.get_mut(hash) {
                Some(whole) => {
                    (whole.pins, whole.touched) = (whole.pins + 1, calls);
                    pinned.push(*hash);
                }
                None => missing.push(*hash),
            }
        }
        (Pins { blobs: Arc::clone(self), hashes: pinned }, missing)
    }

    /// A moment, for [`Self::free`]: taken before it is looked up what is still named.
    pub fn moment(&self) -> u64 {
        self.index.lock().calls
    }

    /// Removes those of them that nobody has come for since `moment`. Whether an audit names one its caller has looked up after that,
    /// and an operation that came in meanwhile has pinned it.
    pub fn free(&self, hashes: impl IntoIterator<Item = BlobHash>, moment: u64) -> io::Result<usize> {
        let (mut freed, mut folders) = (0, HashSet::new());
        for hash in hashes {
            let mut index = self.index.lock();
            let Some(whole) = index.whole.get(&hash) else { continue };
            if whole.pins > 0 || whole.touched > moment {
                continue;
            }
            let bytes = whole.bytes;
            let name = hash.to_string();
            // Under the lock: whoever pins it finds it there wholly, or not at all.
            match self.disk.remove(place(&name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            index.whole.remove(&hash);
            index.bytes = index.bytes.saturating_sub(bytes);
            folders.insert(name[..2].to_owned());
            freed += 1;
        }
        folders.iter().try_for_each(|folder| self.disk.flush_folder(folder))?;
        Ok(freed)
    }

    /// What has not come wholly, and was not gone on with for a week, goes.
    pub fn sweep(&self, now_ms: u64) -> io::Result<usize> {
        let mut gone = 0;
        for file in self.disk.files(PARTIAL)? {
            if now_ms.saturating_sub(file.changed_ms) < PARTIAL_MS {
                continue;
            }
            let mut index = self.index.lock();
            let Ok(hash) = file.name.parse() else { continue };
            let bytes = match index.partial.get(&hash) {
                Some(partial) if partial.busy => continue,
                Some(partial) => partial.bytes,
                None => 0,
            };
            self.disk.remove((PARTIAL, &file.name))?;
            index.partial.remove(&hash);
            index.bytes = index.bytes.saturating_sub(bytes);
            gone += 1;
        }
        Ok(gone)
    }

    pub fn facts(&self) -> BlobFacts {
        let free_bytes = self.disk.free_bytes().unwrap_or(0);
        let index = self.index.lock();
        let partial_bytes = index.partial.values().map(|partial| partial.bytes).sum();
        BlobFacts {
            blobs: index.whole.len(),
            bytes: index.bytes.saturating_sub(partial_bytes),
            partial_blobs: index.partial.len(),
            partial_bytes,
            quota: self.limits.quota,
            keep_free: self.limits.keep_free,
            free_bytes,
            refused: self.is_full(&index, 1, free_bytes),
        }
    }

    /// Those that were written so long ago, by the clock of the machine, with their bytes.
    pub fn older(&self, than_ms: u64, now_ms: u64) -> io::Result<Vec<(BlobHash, u64)>> {
        let mut older = Vec::new();
        for folder in self.disk.folders()?.into_iter().filter(|name| name.len() == 2) {
            let files = self.disk.files(&folder)?.into_iter();
            let old = files.filter(|file| now_ms.saturating_sub(file.changed_ms) >= than_ms);
            older.extend(old.filter_map(|file| Some((file.name.parse().ok()?, file.bytes))));
        }
        Ok(older)
    }

    /// All that are whole, with their bytes.
    pub fn whole(&self) -> Vec<(BlobHash, u64)> {
        self.index.lock().whole.iter().map(|(hash, whole)| (*hash, whole.bytes)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BlobError, BlobLimits, DirBlobs, Have};
    use super::*;

    const STEP: u64 = 1 << 10;

    fn open(dir: &std::path::Path, quota: u64) -> Arc<Blobs> {
        let limits = BlobLimits { quota, keep_free: 0, step: STEP, ..BlobLimits::default() };
        Arc::new(Blobs::open(Arc::new(DirBlobs::new(dir.join("photos"))), limits))
    }

    fn picture(n: u8, bytes: usize) -> (BlobHash, Vec<u8>) {
        let mut picture = vec![n; bytes];
        picture[..4].copy_from_slice(b"\xff\xd8\xff\xe0");
        (BlobHash::of(&picture), picture)
    }

    fn send(blobs: &Blobs, hash: BlobHash, bytes: &[u8]) -> Result<Have, BlobError> {
        let mut have = Have::Partial(0);
        let steps = bytes.chunks(STEP as usize);
        let last = steps.len() - 1;
        for (n, step) in steps.enumerate() {
            let Have::Partial(at) = have else { panic!("{have:?}") };
            have = blobs.append(hash, at, step, n == last)?;
        }
        Ok(have)
    }

    #[test]
    fn a_blob_is_there_when_all_of_it_is_and_it_is_what_it_is_called() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = open(dir.path(), 1 << 20);
        let (hash, bytes) = picture(1, 5_000);
        assert_eq!(blobs.have(hash), Have::Partial(0));
        assert_eq!(blobs.append(hash, 0, &bytes[..1_000], false).unwrap(), Have::Partial(1_000));
        let wrong = blobs.append(hash, 999, &bytes[..10], false).unwrap_err();
        assert!(matches!(wrong, BlobError::WrongOffset { have: 1_000, busy: false }));
        assert!(matches!(blobs.append(hash, 1_000, &[0; 1_025], false), Err(BlobError::TooLarge)));
        for at in [1_000, 2_000, 3_000] {
            blobs.append(hash, at as u64, &bytes[at..at + 1_000], false).unwrap();
        }
        assert_eq!(blobs.append(hash, 4_000, &bytes[4_000..], true).unwrap(), Have::Whole(5_000));
        assert_eq!(blobs.append(hash, 0, &bytes[..9], false).unwrap(), Have::Whole(5_000), "once is enough");
        let mut read = vec![0; 9_000];
        assert_eq!(blobs.read(hash, 4_990, &mut read).unwrap(), 10);
        assert!(blobs.is_sound(hash).unwrap());
        drop(blobs);
        let blobs = open(dir.path(), 1 << 20);
        assert_eq!((blobs.have(hash), blobs.facts().bytes), (Have::Whole(5_000), 5_000));
        let name = hash.to_string();
        let path = dir.path().join("photos").join(&name[..2]).join(&name);
        std::fs::write(path, &bytes[..4_999]).unwrap();
        assert!(!blobs.is_sound(hash).unwrap());
    }

    #[test]
    fn what_is_something_else_or_no_picture_is_thrown_away() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = open(dir.path(), 1 << 20);
        let (_, bytes) = picture(1, 2_000);
        let (other, _) = picture(2, 2_000);
        assert!(matches!(send(&blobs, other, &bytes), Err(BlobError::WrongHash)));
        for html in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"<p>"] {
            let hash = BlobHash::of(html);
            assert!(matches!(send(&blobs, hash, html), Err(BlobError::NoPicture)));
            assert_eq!(blobs.have(hash), Have::Partial(0));
        }
        let left = BlobFacts { free_bytes: 0, ..blobs.facts() };
        assert_eq!((left.blobs, left.bytes, left.partial_blobs, left.partial_bytes), (0, 0, 0, 0));
        assert_eq!(std::fs::read_dir(dir.path().join("photos/partial")).unwrap().count(), 0);
    }

    #[test]
    fn photos_have_their_quota_and_leave_their_floor() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = open(dir.path(), 3_000);
        let (one, bytes) = picture(1, 2_000);
        send(&blobs, one, &bytes).unwrap();
        let (two, bytes) = picture(2, 2_000);
        assert!(matches!(send(&blobs, two, &bytes), Err(BlobError::Full(PhotosFull::Quota))));
        assert_eq!(blobs.free([one], blobs.moment()).unwrap(), 1);
        blobs.append(two, 976, &bytes[976..], true).unwrap_err();
        assert_eq!(blobs.have(two), Have::Partial(0));
        send(&blobs, two, &bytes).unwrap();
        let limits = BlobLimits { quota: 1 << 20, keep_free: u64::MAX, step: STEP, ..BlobLimits::default() };
        let blobs = Blobs::open(Arc::new(DirBlobs::new(dir.path().join("photos"))), limits);
        let (three, bytes) = picture(3, 200);
        assert!(matches!(send(&blobs, three, &bytes), Err(BlobError::Full(PhotosFull::Floor))));
        assert_eq!(blobs.facts().refused, Some(PhotosFull::Floor));
        let few = BlobLimits { blobs: 2, keep_free: 0, ..limits };
        let blobs = Blobs::open(Arc::new(DirBlobs::new(dir.path().join("photos"))), few);
        send(&blobs, three, &bytes).unwrap();
        let (four, bytes) = picture(4, 20);
        assert!(
            matches!(send(&blobs, four, &bytes), Err(BlobError::Full(PhotosFull::Quota))),
            "however small"
        );
    }

    #[test]
    fn after_a_crash_a_partial_one_goes_on_one_step_before_its_end() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = open(dir.path(), 1 << 20);
        let (hash, bytes) = picture(1, 5_000);
        for at in [0, 1_000, 2_000] {
            blobs.append(hash, at as u64, &bytes[at..at + 1_000], false).unwrap();
        }
        drop(blobs);
        let blobs = open(dir.path(), 1 << 20);
        assert_eq!(blobs.have(hash), Have::Partial(3_000 - STEP));
        let mut at = 3_000 - STEP as usize;
        while at < bytes.len() {
            let end = (at + 1_000).min(bytes.len());
            blobs.append(hash, at as u64, &bytes[at..end], end == bytes.len()).unwrap();
            at = end;
        }
        assert!(blobs.is_sound(hash).unwrap());
    }

    #[test]
    fn what_was_begun_goes_after_a_week_and_what_is_whole_stays() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = open(dir.path(), 1 << 20);
        let (whole, bytes) = picture(1, 100);
        send(&blobs, whole, &bytes).unwrap();
        let (begun, bytes) = picture(2, 2_000);
        blobs.append(begun, 0, &bytes[..1_000], false).unwrap();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let now_ms = u64::try_from(now.as_millis()).unwrap();
        assert_eq!(blobs.sweep(now_ms + PARTIAL_MS - 60_000).unwrap(), 0);
        assert_eq!(blobs.sweep(now_ms + PARTIAL_MS + 60_000).unwrap(), 1);
        assert_eq!((blobs.have(begun), blobs.have(whole)), (Have::Partial(0), Have::Whole(100)));
        assert_eq!(blobs.facts().bytes, 100);
    }

    #[test]
    fn what_an_operation_on_its_way_names_is_not_freed() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = open(dir.path(), 1 << 20);
        let (hash, bytes) = picture(1, 100);
        let (missing, _) = picture(2, 100);
        send(&blobs, hash, &bytes).unwrap();
        let moment = blobs.moment();
        let (pins, lacking) = blobs.pin(&[hash, missing]);
        assert_eq!(lacking, [missing]);
        assert_eq!(blobs.free([hash], blobs.moment()).unwrap(), 0);
        drop(pins);
        assert_eq!(blobs.free([hash], moment).unwrap(), 0, "the log was read before that operation came");
        assert_eq!(blobs.free([hash, missing], blobs.moment()).unwrap(), 1);
        assert_eq!(blobs.have(hash), Have::Partial(0));
    }
}
