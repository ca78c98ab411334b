//! Blob store (content-addressed files): the pictures of photos, beside the database. Each lies under its SHA-256, in a folder of
//! its first two digits; what has not come wholly lies in `partial`.
//!
//! `hub` calls this; it calls its `disk`, and `domain` for hashes and types.
//!
//! Invariants:
//! 1. **A name is a promise.** A file gets its name when all of it is flushed and its hash was compared; then its folder is
//!    flushed, and only then is anybody told. So whatever has such a name is whole.
//! 2. **One step at a time.** A partial file is longer than what was flushed by at most one step: after a start it goes on that
//!    much before its end, and nothing else need be written down.
//! 3. What an operation that is on its way names is **pinned**: nobody frees it before that is in the log or refused.

pub mod disk;
mod error;
mod keep;
mod mend;

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

use parking_lot::Mutex;

pub use disk::{BlobDisk, BlobFile, DirBlobs};
pub use error::{BlobError, PhotosFull};
pub use keep::{BlobFacts, Pins};

use crate::domain::photo::{BlobDigest, BlobHash, MAX_BLOB, PictureType};

/// Folder of what has not come wholly.
const PARTIAL: &str = "partial";
/// Bytes that are hashed at a time.
const PIECE: usize = 64 << 10;

/// What the blobs may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobLimits {
    /// Bytes of all of them.
    pub quota: u64,
    /// Bytes that they leave free on their disk.
    pub keep_free: u64,
    /// Bytes of one step.
    pub step: u64,
    /// How many there may be, however small: each takes a file of the disk, and a little memory.
    pub blobs: usize,
}

impl Default for BlobLimits {
    fn default() -> Self {
        Self { quota: 32 << 30, keep_free: 1 << 30, step: 1 << 20, blobs: 250_000 }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct WholeBlob {
    bytes: u64,
    pins: usize,
    /// When somebody last came for it, counted in calls: see `Blobs::free`.
    touched: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct PartialBlob {
    bytes: u64,
    busy: bool,
    /// As an earlier process left it: the file is longer, by what may not be as it was sent.
    longer: bool,
}

#[derive(Debug, Default)]
struct BlobIndex {
    whole: HashMap<BlobHash, WholeBlob>,
    partial: HashMap<BlobHash, PartialBlob>,
    /// Laid aside, and missed since: see `mend`.
    lost: HashSet<BlobHash>,
    /// Bytes of both.
    bytes: u64,
    calls: u64,
}

/// How far a blob is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Have {
    Whole(u64),
    Partial(u64),
}

#[derive(Debug)]
pub struct Blobs {
    disk: Arc<dyn BlobDisk>,
    limits: BlobLimits,
    index: Mutex<BlobIndex>,
}

/// Where a whole blob lies.
fn place(hash: &str) -> (&str, &str) {
    (&hash[..2], hash)
}

impl Blobs {
    /// Looks what is there. What cannot be read is not there, and keeps no hub from starting: its tablets send it again.
    pub fn open(disk: Arc<dyn BlobDisk>, limits: BlobLimits) -> Self {
        let blobs = Self { disk, limits, index: Mutex::default() };
        if let Err(error) = blobs.look() {
            tracing::error!(%error, "the photos on the disk cannot be listed");
        }
        blobs
    }

    fn look(&self) -> io::Result<()> {
        let mut index = self.index.lock();
        for folder in self.disk.folders()?.into_iter().filter(|name| name.len() == 2) {
            let files = self.disk.files(&folder)?;
            if !files.is_empty() {
                // Whoever was killed between giving a name and flushing it has told nobody; from now on it is told.
                self.disk.flush_folder(&folder)?;
            }
            for file in files {
                if let Ok(hash) = file.name.parse()
                    && file.name.starts_with(&folder)
                {
                    index.bytes += file.bytes;
                    index.whole.insert(hash, WholeBlob { bytes: file.bytes, ..WholeBlob::default() });
                }
            }
        }
        let aside = self.disk.files(mend::DAMAGED)?;
        index.lost = aside.iter().filter_map(|file| file.name.parse().ok()).collect();
        for file in self.disk.files(PARTIAL)? {
            let Ok(hash) = file.name.parse() else { continue };
            let name = (PARTIAL, &*file.name);
            // The last step may not be as it was sent.
            let sure = file.bytes.saturating_sub(self.limits.step);
            if index.whole.contains_key(&hash) {
                self.disk.remove(name)?;
                continue;
            }
            // Cut when somebody goes on with it: commands open the data too, and each would take a step away.
            index.bytes += sure;
            index.partial.insert(hash, PartialBlob { bytes: sure, busy: false, longer: true });
        }
        Ok(())
    }

    pub fn have(&self, hash: BlobHash) -> Have {
        let index = self.index.lock();
        match index.whole.get(&hash) {
            Some(whole) => Have::Whole(whole.bytes),
            None => Have::Partial(index.partial.get(&hash).map_or(0, |partial| partial.bytes)),
        }
    }

    /// Puts the next step of a blob on the disk; `last`: these are its last bytes, and it is looked whether it is what it is called.
    /// How far it is here then, flushed.
    pub fn append(&self, hash: BlobHash, at: u64, bytes: &[u8], last: bool) -> Result<Have, BlobError> {
        let (before, longer) = match self.begin(hash, at, bytes)? {
            (Have::Partial(before), longer) => (before, longer),
            (whole @ Have::Whole(_), _) => return Ok(whole),
        };
        let after = before + bytes.len() as u64;
        let name = hash.to_string();
        let cut = if longer { self.disk.shorten((PARTIAL, &name), before) } else { Ok(()) };
        let put = cut.map_err(BlobError::Io).and_then(|()| self.put(&name, before, bytes));
        let done = put.and_then(|()| match last {
            false => Ok(()),
            true => self.finish(hash, &name, after),
        });
        let kept = match &done {
            Ok(()) => after,
            Err(BlobError::WrongHash | BlobError::NoPicture) => self.throw_away(&name, 0),
            Err(_) => self.throw_away(&name, before),
        };
        let mut index = self.index.lock();
        index.partial.remove(&hash);
        index.bytes = (index.bytes + kept).saturating_sub(before);
        if done.is_ok() && last {
            index.calls += 1;
            let touched = index.calls;
            index.whole.insert(hash, WholeBlob { bytes: after, pins: 0, touched });
            index.lost.remove(&hash);
            return Ok(Have::Whole(after));
        }
        if kept > 0 {
            index.partial.insert(hash, PartialBlob { bytes: kept, ..PartialBlob::default() });
        }
        done.map(|()| Have::Partial(kept))
    }

    /// What was made here, in the steps of what is sent; where somebody is sending the same one it is left to them.
    pub fn put_whole(&self, bytes: &[u8]) -> Result<BlobHash, BlobError> {
        let hash = BlobHash::of(bytes);
        while let Have::Partial(at) = self.have(hash) {
            let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
            let step = &rest[..rest.len().min(usize::try_from(self.limits.step).unwrap_or(rest.len()))];
            self.append(hash, at, step, step.len() == rest.len())?;
        }
        Ok(hash)
    }

    /// Takes the blob for one caller, if this is the step that it waits for and there is room; with whether its file is longer.
    fn begin(&self, hash: BlobHash, at: u64, bytes: &[u8]) -> Result<(Have, bool), BlobError> {
        let more = bytes.len() as u64;
        // Asked of the disk before the lock.
        let free = self.disk.free_bytes()?;
        let mut index = self.index.lock();
        if let Some(whole) = index.whole.get(&hash) {
            return Ok((Have::Whole(whole.bytes), false));
        }
        let PartialBlob { bytes: have, busy, longer } = index.partial.get(&hash).copied().unwrap_or_default();
        if busy || have != at {
            return Err(BlobError::WrongOffset { have, busy });
        }
        if more > self.limits.step || have + more > MAX_BLOB {
            return Err(BlobError::TooLarge);
        }
        if at == 0 && bytes.len() >= PictureType::HEAD && PictureType::sniff(bytes).is_none() {
            return Err(BlobError::NoPicture);
        }
        let new = !index.partial.contains_key(&hash);
        if new && index.whole.len() + index.partial.len() >= self.limits.blobs {
            return Err(BlobError::Full(PhotosFull::Quota));
        }
        if more > 0
            && let Some(full) = self.is_full(&index, more, free)
        {
            return Err(BlobError::Full(full));
        }
        index.partial.insert(hash, PartialBlob { bytes: have, busy: true, longer: false });
        Ok((Have::Partial(have), longer))
    }

    fn is_full(&self, index: &BlobIndex, more: u64, free: u64) -> Option<PhotosFull> {
        if index.bytes.saturating_add(more) > self.limits.quota {
            Some(PhotosFull::Quota)
        } else if free < self.limits.keep_free.saturating_add(more) {
            Some(PhotosFull::Floor)
        } else {
            None
        }
    }

    fn put(&self, name: &str, at: u64, bytes: &[u8]) -> Result<(), BlobError> {
        if bytes.is_empty() && at > 0 {
            return Ok(());
        }
        let file = (PARTIAL, name);
        if at == 0 {
            self.disk.make_folder(PARTIAL)?;
        }
        let full = |error: io::Error| match error.kind() {
            io::ErrorKind::StorageFull => BlobError::Full(PhotosFull::Floor),
            _ => BlobError::Io(error),
        };
        self.disk.write(file, at, bytes).map_err(full)?;
        self.disk.flush(file).map_err(full)?;
        if at == 0 {
            // Its name is as much as what is in it.
            self.disk.flush_folder(PARTIAL)?;
        }
        Ok(())
    }

    fn finish(&self, hash: BlobHash, name: &str, bytes: u64) -> Result<(), BlobError> {
        let file = (PARTIAL, name);
        let (found, head) = self.read_through(file, bytes)?;
        if found != hash {
            return Err(BlobError::WrongHash);
        }
        if PictureType::sniff(&head).is_none() {
            return Err(BlobError::NoPicture);
        }
        let (folder, _) = place(name);
        self.disk.make_folder(folder)?;
        self.disk.rename(file, (folder, name))?;
        self.disk.flush_folder(folder)?;
        self.forget_damaged(name);
        Ok(())
    }

    /// The hash of what lies there, of so many bytes, and its first bytes.
    fn read_through(&self, file: (&str, &str), bytes: u64) -> io::Result<(BlobHash, Vec<u8>)> {
        let (mut digest, mut head, mut at) = (BlobDigest::default(), Vec::new(), 0);
        let mut piece = vec![0; PIECE];
        loop {
            let read = self.disk.read(file, at, &mut piece)?;
            if at == 0 {
                head = piece[..read.min(PictureType::HEAD)].to_vec();
            }
            digest.add(&piece[..read]);
            at += read as u64;
            if read < piece.len() {
                break;
            }
        }
        if at != bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((digest.finish(), head))
    }

    /// Back to so many bytes, of which it is known that they are good; how many are left.
    fn throw_away(&self, name: &str, keep: u64) -> u64 {
        let file = (PARTIAL, name);
        if keep > 0 && self.disk.shorten(file, keep).is_ok() {
            return keep;
        }
        match self.disk.remove(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "what there is of a photo could not be removed");
            }
            _ => {}
        }
        0
    }

    /// Bytes of a whole blob from there on: as many as there are, and fit.
    pub fn read(&self, hash: BlobHash, at: u64, out: &mut [u8]) -> io::Result<usize> {
        self.disk.read(place(&hash.to_string()), at, out)
    }

    /// What a whole blob is, by its first bytes.
    pub fn picture_type(&self, hash: BlobHash) -> io::Result<Option<PictureType>> {
        let mut head = [0; PictureType::HEAD];
        let read = self.read(hash, 0, &mut head)?;
        Ok(PictureType::sniff(&head[..read]))
    }

    /// Whether a whole blob is still what it is called.
    pub fn is_sound(&self, hash: BlobHash) -> io::Result<bool> {
        let Have::Whole(bytes) = self.have(hash) else { return Ok(false) };
        match self.read_through(place(&hash.to_string()), bytes) {
            Ok((found, _)) => Ok(found == hash),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }
}
