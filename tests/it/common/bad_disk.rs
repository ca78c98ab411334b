//! A disk that reads badly: whatever lies below is whole, and some readings of it are not.
//!
//! Used by the tests of bad reads as a `fieldhub::store::Medium`. It keeps nothing in memory, so that each reading of a page is one
//! of the disk, and it waits for nobody.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fieldhub::store::{Backend, DirMedium, Medium};
use redb::StorageBackend;

/// How a reading is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// As a card says it.
    Eio,
    /// One byte of what comes is another.
    Flipped,
    /// As redb does when it meets what it does not expect. Only in the hub's own database: where a copy is made, redb holds locks
    /// while it reads.
    Panic,
}

/// A file, whatever it is called by now, and where in it.
type Place = (u64, u64);

/// What is to happen.
#[derive(Debug, Clone, Copy)]
struct Plan {
    fault: Fault,
    /// Readings before it.
    after: u64,
    /// How many of this place; the first one finds the place.
    times: u64,
    place: Option<Place>,
}

#[derive(Debug, Default)]
struct State {
    plan: Option<Plan>,
    all: Option<Fault>,
    reads: u64,
    hit: u64,
}

#[derive(Debug, Clone)]
pub struct BadDisk {
    below: Arc<DirMedium>,
    state: Arc<Mutex<State>>,
}

impl BadDisk {
    pub fn new(dir: &Path) -> Self {
        Self { below: Arc::new(DirMedium::new(dir)), state: Arc::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The reading after `after` more is bad, and so are the next ones of its place: `times` in all.
    pub fn plan(&self, fault: Fault, after: u64, times: u64) {
        *self.state() = State { plan: Some(Plan { fault, after, times, place: None }), ..State::default() };
    }

    /// Every reading is bad.
    pub fn plan_all(&self, fault: Fault) {
        *self.state() = State { all: Some(fault), ..State::default() };
    }

    /// All is well from now on. How often it was bad.
    pub fn mend(&self) -> u64 {
        std::mem::take(&mut *self.state()).hit
    }

    /// Readings since the last plan.
    pub fn reads(&self) -> u64 {
        self.state().reads
    }

    fn fault_at(&self, here: Place, is_main: bool) -> Option<Fault> {
        let mut state = self.state();
        let panics =
            state.all == Some(Fault::Panic) || state.plan.is_some_and(|plan| plan.fault == Fault::Panic);
        if panics && !is_main {
            return None;
        }
        let before = state.reads;
        state.reads += 1;
        if state.all.is_some() {
            return state.all;
        }
        let mut plan = state.plan?;
        let struck = match plan.place {
            None => before == plan.after,
            Some(place) => place == here,
        };
        if !struck || plan.times == 0 {
            return None;
        }
        plan.place = Some(here);
        plan.times -= 1;
        state.plan = Some(plan);
        state.hit += 1;
        Some(plan.fault)
    }
}

impl Medium for BadDisk {
    fn names(&self) -> io::Result<Vec<String>> {
        self.below.names()
    }

    fn len(&self, name: &str) -> io::Result<u64> {
        self.below.len(name)
    }

    fn open(&self, name: &str) -> io::Result<Backend> {
        let file = self.below.open(name)?;
        let inode = std::fs::metadata(self.below.path(name))?.ino();
        Ok(Backend::new(BadFile { file, inode, is_main: name == "fieldhub.redb", disk: self.clone() }))
    }

    fn unnamed(&self) -> io::Result<(Backend, File)> {
        let (file, same) = self.below.unnamed()?;
        let inode = same.metadata()?.ino();
        Ok((Backend::new(BadFile { file, inode, is_main: false, disk: self.clone() }), same))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.below.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.below.remove(name)
    }

    fn free_bytes(&self) -> io::Result<u64> {
        self.below.free_bytes()
    }

    fn probe(&self) -> io::Result<()> {
        self.below.probe()
    }

    fn pause(&self, _: Duration) {}

    fn cache_bytes(&self) -> usize {
        0
    }
}

#[derive(Debug)]
struct BadFile {
    file: Backend,
    inode: u64,
    is_main: bool,
    disk: BadDisk,
}

impl StorageBackend for BadFile {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)?;
        match self.disk.fault_at((self.inode, offset), self.is_main) {
            None => {}
            Some(Fault::Eio) => return Err(io::Error::from_raw_os_error(5)),
            Some(Fault::Flipped) => {
                // One that says something: the rest of a page is zeros.
                let at = out.iter().rposition(|byte| *byte != 0).unwrap_or(0);
                out[at] ^= 0x10;
            }
            // Without a word: the messages of hundreds would hide others.
            Some(Fault::Panic) => std::panic::resume_unwind(Box::new("a page that nobody expects")),
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.file.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }
}
