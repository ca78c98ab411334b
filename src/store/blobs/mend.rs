//! Damaged blobs (bit rot, bad sectors): one that is no longer what it is called is laid aside, so that it counts as missing and is
//! fetched again. What is left of it stays until a good one is here: it may be all that there is of a picture.
//!
//! Part of `blobs`.

use std::io;

use super::{Blobs, place};
use crate::domain::photo::BlobHash;

/// Folder of what was laid aside.
pub(super) const DAMAGED: &str = "damaged";

impl Blobs {
    /// Whether it was damaged, and is missing from now on. A read that fails is repeated: it may be an accident.
    pub fn drop_unsound(&self, hash: BlobHash) -> io::Result<bool> {
        let is_whole = |blobs: &Self| blobs.index.lock().whole.get(&hash).map(|whole| whole.pins);
        let Some(0) = is_whole(self) else { return Ok(false) };
        if matches!(self.is_sound(hash).or_else(|_| self.is_sound(hash)), Ok(true)) {
            return Ok(false);
        }
        let name = hash.to_string();
        self.disk.make_folder(DAMAGED)?;
        let mut index = self.index.lock();
        match index.whole.get(&hash) {
            Some(whole) if whole.pins == 0 => {}
            _ => return Ok(false),
        }
        match self.disk.rename(place(&name), (DAMAGED, &name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        if let Some(whole) = index.whole.remove(&hash) {
            index.bytes = index.bytes.saturating_sub(whole.bytes);
        }
        index.lost.insert(hash);
        drop(index);
        self.disk.flush_folder(&name[..2])?;
        Ok(true)
    }

    /// Whether it was here, and is missed since it was laid aside.
    pub fn is_lost(&self, hash: BlobHash) -> bool {
        let index = self.index.lock();
        index.lost.contains(&hash) && !index.whole.contains_key(&hash)
    }

    /// A good one is here.
    pub(super) fn forget_damaged(&self, name: &str) {
        if let Err(error) = self.disk.remove((DAMAGED, name))
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "what was left of a damaged photo is still on the disk");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{BlobLimits, DirBlobs, Have};
    use super::*;

    #[test]
    fn a_damaged_one_is_missing_until_a_good_one_comes() {
        let dir = tempfile::tempdir().unwrap();
        let limits = BlobLimits { keep_free: 0, ..BlobLimits::default() };
        let blobs = Blobs::open(Arc::new(DirBlobs::new(dir.path())), limits);
        let bytes = [b"\xff\xd8\xff\xe0".to_vec(), vec![7; 900]].concat();
        let hash = BlobHash::of(&bytes);
        let name = hash.to_string();
        let (lies, aside) = (dir.path().join(&name[..2]).join(&name), dir.path().join(DAMAGED).join(&name));
        assert!(!blobs.drop_unsound(hash).unwrap(), "it was never here");
        blobs.append(hash, 0, &bytes, true).unwrap();
        assert!(!blobs.drop_unsound(hash).unwrap());
        std::fs::write(&lies, &bytes[..500]).unwrap();
        assert!(blobs.drop_unsound(hash).unwrap());
        assert_eq!((blobs.have(hash), blobs.facts().bytes), (Have::Partial(0), 0));
        assert!(aside.exists() && !lies.exists(), "half a picture is better than none");
        drop(blobs);
        let blobs = Blobs::open(Arc::new(DirBlobs::new(dir.path())), limits);
        assert!(blobs.is_lost(hash), "known after a restart too");
        blobs.append(hash, 0, &bytes, true).unwrap();
        assert!(blobs.is_sound(hash).unwrap() && !aside.exists() && !blobs.is_lost(hash));
    }
}
