//! What the benches stand on: a real directory, the cost of its flush, and a medium that counts
//! what is written.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)] // shared; a bench may panic

use std::fs::File;
use std::io;
use std::ops::Bound;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fieldhub::store::{Backend, DirMedium, Medium};
use redb::{BackendError, StorageBackend};
use tempfile::TempDir;

/// A directory on a real disk: `FIELDHUB_BENCH_DIR`, else `target/bench`.
pub fn dir() -> TempDir {
    let root = match std::env::var_os("FIELDHUB_BENCH_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench"),
    };
    std::fs::create_dir_all(&root).unwrap();
    tempfile::tempdir_in(root).unwrap()
}

/// The least that keeping anything costs here: one page over an old one, and a flush.
pub struct RawFlush {
    file: File,
    page: [u8; 4096],
}

impl RawFlush {
    pub fn new(dir: &Path) -> Self {
        let file = File::create(dir.join("raw-flush")).unwrap();
        let raw = Self { file, page: [7; 4096] };
        raw.pages(100);
        raw
    }

    pub fn once(&self) {
        self.file.write_all_at(&self.page, 0).unwrap();
        self.file.sync_data().unwrap();
    }

    /// As many pages as a commit has, here and there, and a flush: what redb cannot get under.
    pub fn pages(&self, pages: u64) {
        for n in 0..pages {
            self.file.write_all_at(&self.page, n * 37 % 100 * 4096).unwrap();
        }
        self.file.sync_data().unwrap();
    }

    pub fn median(&self, times: usize) -> Duration {
        median((0..times).map(|_| time(|| self.once())).collect())
    }
}

pub fn time(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

pub fn median(times: Vec<Duration>) -> Duration {
    percentile(times, 50)
}

pub fn percentile(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Bytes that this process has had written to disks, as the kernel counts them.
pub fn written_by_process() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// A directory that counts what goes into its files, and can be as slow as a memory card.
#[derive(Debug, Clone)]
pub struct Counting {
    inner: DirMedium,
    /// How much longer a flush takes than it does here.
    slower: Duration,
    pub bytes: Arc<AtomicU64>,
    pub writes: Arc<AtomicU64>,
    pub flushes: Arc<AtomicU64>,
}

impl Counting {
    pub fn new(dir: &Path) -> Self {
        let inner = DirMedium::new(dir);
        Self {
            inner,
            slower: Duration::ZERO,
            bytes: Arc::default(),
            writes: Arc::default(),
            flushes: Arc::default(),
        }
    }

    pub fn slower(self, slower: Duration) -> Self {
        Self { slower, ..self }
    }

    /// Bytes, writes, flushes.
    pub fn counts(&self) -> [u64; 3] {
        [&self.bytes, &self.writes, &self.flushes].map(|count| count.load(Ordering::SeqCst))
    }
}

impl Medium for Counting {
    fn names(&self) -> io::Result<Vec<String>> {
        self.inner.names()
    }
    fn len(&self, name: &str) -> io::Result<u64> {
        self.inner.len(name)
    }
    fn open(&self, name: &str) -> io::Result<Backend> {
        Ok(Backend::new(CountingFile { file: self.inner.open(name)?, counts: self.clone() }))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.inner.remove(name)
    }
    fn free_bytes(&self) -> io::Result<u64> {
        self.inner.free_bytes()
    }
    fn probe(&self) -> io::Result<()> {
        self.inner.probe()
    }
}

#[derive(Debug)]
struct CountingFile {
    file: Backend,
    counts: Counting,
}

impl StorageBackend for CountingFile {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.counts.flushes.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(self.counts.slower);
        self.file.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.counts.bytes.fetch_add(data.len() as u64, Ordering::SeqCst);
        self.counts.writes.fetch_add(1, Ordering::SeqCst);
        self.file.write(offset, data)
    }
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
