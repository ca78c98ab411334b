//! Backend (block checksums, read retry, circuit breaker): what redb reads and writes a database file through.
//!
//! Made by each `Medium`; called by redb. redb verifies the checksums of its pages when a file is opened and at no reading
//! after that: a page that came in wrong later would be believed, copied, and given a good checksum. So the sums of all
//! blocks are kept from the first reading or the last writing on, 4 bytes for each 4 KiB. A block that reads otherwise, or
//! not at all, is read a second time, from the disk. Then it is an I/O error like any other, and `recovery` opens the
//! database anew.

use std::fmt;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;
use redb::{BackendError, StorageBackend};

use super::error::OfFile;
use super::progress;

/// redb's page size.
const BLOCK: u64 = 4096;
/// How often the header is read before it is believed.
const HEADER_READS: usize = 3;
const NOWHERE: u64 = u64::MAX;

/// Drops what the system keeps in memory of a stretch of the file: offset and length.
type Forget = Box<dyn Fn(u64, u64) + Send + Sync>;

/// Any redb backend behind one type.
pub struct Backend {
    file: Box<dyn StorageBackend>,
    forget: Forget,
    sums: Mutex<BlockSums>,
    breaker: Arc<Breaker>,
    /// For errors. Those of readings are told with their place by whoever opened it.
    path: PathBuf,
}

/// What is known of a file from outside of redb, and the switch that parts redb from it.
#[derive(Debug)]
pub struct Breaker {
    tripped: AtomicBool,
    failed_at: AtomicU64,
}

impl Default for Breaker {
    fn default() -> Self {
        Self { tripped: AtomicBool::new(false), failed_at: AtomicU64::new(NOWHERE) }
    }
}

impl Breaker {
    /// From now on nothing reaches the file. A database in whose pages something was wrong is left as it lies, and not closed in
    /// an orderly way, which would write them.
    pub fn trip(&self) {
        self.tripped.store(true, Ordering::SeqCst);
    }

    /// Where a reading has failed, also at the second try.
    pub fn failed_at(&self) -> Option<u64> {
        Some(self.failed_at.load(Ordering::SeqCst)).filter(|at| *at != NOWHERE)
    }

    fn pass(&self) -> io::Result<()> {
        if self.tripped.load(Ordering::SeqCst) {
            return Err(io::Error::other("the database was given up"));
        }
        Ok(())
    }
}

impl Backend {
    pub fn new(file: impl StorageBackend) -> Self {
        Self::forgetting(file, |_, _| ())
    }

    /// One that can be read past what the system keeps in memory.
    pub fn forgetting(file: impl StorageBackend, forget: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self {
            file: Box::new(file),
            forget: Box::new(forget),
            sums: Mutex::default(),
            breaker: Arc::default(),
            path: PathBuf::new(),
        }
    }

    /// What errors of writing are to name.
    pub fn at(self, path: &Path) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    fn named<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if self.path.as_os_str().is_empty() { result } else { result.of_file(&self.path) }
    }

    pub fn breaker(&self) -> Arc<Breaker> {
        Arc::clone(&self.breaker)
    }

    fn read_once(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)?;
        if offset == 0 {
            self.read_header(out)?;
        }
        match self.sums.lock().verify(offset, out) {
            Ok(()) => Ok(()),
            Err(at) => Err(io::Error::other(format!("the block at byte {at} reads otherwise than before"))),
        }
    }

    /// The first block says where the newest commit is, and redb goes on from the one before where that does not read well. It is
    /// read when a database is opened, and nobody has a sum of it by then.
    fn read_header(&self, found: &[u8]) -> io::Result<()> {
        let mut again = vec![0; found.len()];
        for _ in 1..HEADER_READS {
            (self.forget)(0, found.len() as u64);
            self.file.read(0, &mut again)?;
            if again != found {
                return Err(io::Error::other("the header reads otherwise each time"));
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend")
            .field("file", &self.file)
            .field("breaker", &self.breaker)
            .finish_non_exhaustive()
    }
}

impl StorageBackend for Backend {
    fn len(&self) -> io::Result<u64> {
        self.breaker.pass()?;
        self.named(self.file.len())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.breaker.pass()?;
        let Err(first) = self.read_once(offset, out) else {
            progress::moved(out.len());
            return Ok(());
        };
        (self.forget)(offset, out.len() as u64);
        match self.read_once(offset, out) {
            Ok(()) => {
                tracing::warn!(error = %first, offset, "a reading failed and went well at the second try: the card may be failing");
                Ok(())
            }
            Err(error) => {
                self.breaker.failed_at.store(offset, Ordering::SeqCst);
                Err(error)
            }
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.breaker.pass()?;
        self.sums.lock().cut(len);
        self.named(self.file.set_len(len))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.breaker.pass()?;
        self.named(self.file.sync_data())?;
        progress::moved(0);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.breaker.pass()?;
        // One that fails halfway leaves who knows what.
        self.sums.lock().unknown(offset, data.len());
        self.named(self.file.write(offset, data))?;
        self.sums.lock().written(offset, data);
        progress::moved(data.len());
        Ok(())
    }

    // Locks are let go whatever has happened.
    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}

/// CRCs of whole blocks, by their number; 0: not known.
#[derive(Debug, Default)]
struct BlockSums(Vec<u32>);

impl BlockSums {
    /// Whether the blocks are as they were; those that are new are noted. The error says where one is not.
    fn verify(&mut self, offset: u64, bytes: &[u8]) -> Result<(), u64> {
        for (block, bytes) in whole_blocks(offset, bytes) {
            let sum = sum(bytes);
            let known = self.slot(block);
            if *known == 0 {
                *known = sum;
            } else if *known != sum {
                return Err(block as u64 * BLOCK);
            }
        }
        Ok(())
    }

    fn written(&mut self, offset: u64, bytes: &[u8]) {
        for (block, bytes) in whole_blocks(offset, bytes) {
            *self.slot(block) = sum(bytes);
        }
    }

    fn unknown(&mut self, offset: u64, len: usize) {
        let (first, end) = (index(offset / BLOCK), index((offset + len as u64).div_ceil(BLOCK)));
        let end = end.min(self.0.len());
        if let Some(touched) = self.0.get_mut(first..end) {
            touched.fill(0);
        }
    }

    /// The file has this length now.
    fn cut(&mut self, len: u64) {
        self.0.truncate(index(len / BLOCK));
    }

    fn slot(&mut self, block: usize) -> &mut u32 {
        if self.0.len() <= block {
            self.0.resize(block + 1, 0);
        }
        &mut self.0[block]
    }
}

/// The blocks that a stretch holds from their first byte to their last.
fn whole_blocks(offset: u64, bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let first = offset.div_ceil(BLOCK);
    let skipped = index(first * BLOCK - offset).min(bytes.len());
    (index(first)..).zip(bytes[skipped..].chunks_exact(index(BLOCK)))
}

fn sum(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes).max(1)
}

/// Files are no longer than what a machine can address here: 16 TiB where it counts with 32 bits.
fn index(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use redb::backends::InMemoryBackend;

    use super::*;

    /// Each of its next readings but `skip` gives a flipped bit, or nothing.
    #[derive(Debug, Default)]
    struct Loose {
        memory: InMemoryBackend,
        bad: Arc<AtomicUsize>,
        silent: bool,
    }

    impl StorageBackend for Loose {
        fn len(&self) -> io::Result<u64> {
            self.memory.len()
        }

        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.memory.read(offset, out)?;
            let bad = self.bad.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
            match (bad, self.silent) {
                (true, true) => out[out.len() / 2] ^= 4,
                (true, false) => return Err(io::Error::from_raw_os_error(5)),
                (false, _) => {}
            }
            Ok(())
        }

        fn set_len(&self, len: u64) -> io::Result<()> {
            self.memory.set_len(len)
        }

        fn sync_data(&self) -> io::Result<()> {
            self.memory.sync_data()
        }

        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.memory.write(offset, data)
        }
    }

    fn loose(silent: bool) -> (Backend, Arc<AtomicUsize>) {
        let file = Loose { silent, ..Loose::default() };
        let bad = Arc::clone(&file.bad);
        let backend = Backend::new(file);
        backend.set_len(4 * BLOCK).unwrap();
        backend.write(0, &[7; 4 * BLOCK as usize]).unwrap();
        (backend, bad)
    }

    #[test]
    fn what_reads_wrong_once_is_read_again_and_what_reads_wrong_twice_is_an_error_that_says_where() {
        for silent in [false, true] {
            let (backend, bad) = loose(silent);
            let mut page = [0; BLOCK as usize];
            bad.store(1, Ordering::SeqCst);
            backend.read(BLOCK, &mut page).unwrap();
            assert_eq!((page, backend.breaker().failed_at()), ([7; BLOCK as usize], None));
            bad.store(2, Ordering::SeqCst);
            let error = backend.read(BLOCK, &mut page).unwrap_err();
            assert_ne!(error.kind(), io::ErrorKind::InvalidData, "no damage of the file: {error}");
            assert_eq!(backend.breaker().failed_at(), Some(BLOCK));
            backend.read(BLOCK, &mut page).unwrap();
        }
    }

    #[test]
    fn sums_follow_what_is_written_and_where_the_file_ends() {
        let (backend, _) = loose(true);
        let mut all = vec![0; 4 * BLOCK as usize];
        backend.read(0, &mut all).unwrap();
        // A part of a block, two halves, and the end cut off and grown again.
        backend.write(BLOCK + 9, &[1; 3]).unwrap();
        backend.write(2 * BLOCK + 100, &[2; BLOCK as usize]).unwrap();
        backend.read(0, &mut all).unwrap();
        assert_eq!((all[BLOCK as usize + 9], all[3 * BLOCK as usize]), (1, 2));
        backend.set_len(3 * BLOCK + 5).unwrap();
        backend.set_len(4 * BLOCK).unwrap();
        backend.read(0, &mut all).unwrap();
        assert_eq!(all[4 * BLOCK as usize - 1], 0);
    }

    #[test]
    fn nothing_passes_a_breaker_that_has_tripped() {
        let (backend, _) = loose(true);
        backend.breaker().trip();
        assert!(backend.write(0, &[1]).is_err() && backend.sync_data().is_err() && backend.len().is_err());
        assert!(backend.read(0, &mut [0]).is_err());
        backend.close().unwrap();
    }
}
