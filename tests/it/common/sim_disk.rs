//! A simulated disk that loses power: what was written and not flushed survives in part, or torn.
//!
//! Used by the crash and damage tests through `fieldhub::store::Medium`. What it promises is what
//! an ordinary Linux file system promises and no more:
//! - bytes and lengths are kept once `sync_data` has returned; before that, any subset of them,
//!   each write whole or in part by sectors of 512 bytes;
//! - `rename` is atomic and durable; a file made or removed since the last rename may be there
//!   after the cut or not.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fieldhub::store::{Backend, Medium};
use redb::StorageBackend;

use super::dice::Dice;

// By its path: fuzz/ takes this file from another place.
#[path = "sim_disk/blobs.rs"]
mod blobs;

const SECTOR: usize = 512;

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    SetLen(usize),
}

#[derive(Debug, Clone, Default)]
struct SimFile {
    /// What a reader sees.
    now: Vec<u8>,
    /// What a power cut cannot take.
    durable: Vec<u8>,
    /// Between the two.
    pending: Vec<Change>,
    /// Made since the last rename: its name may be lost.
    young: bool,
}

#[derive(Debug)]
struct State {
    /// Name to file; files are numbered, because a handle follows its file through a rename.
    names: BTreeMap<String, usize>,
    files: BTreeMap<usize, SimFile>,
    /// Removed since the last rename: they may come back.
    ghosts: Vec<(String, usize)>,
    /// Of the blobs: folders, and files that were renamed (from, to) and whose folder was not flushed since. A cut may undo it.
    folders: std::collections::BTreeSet<String>,
    moves: Vec<(String, String, usize)>,
    next_file: usize,
    dice: Dice,
    /// Changes until the power goes; `None`: it stays.
    left: Option<u64>,
    on: bool,
    /// Which start of the machine this is: handles of earlier ones fail.
    boot: u64,
    /// A disk that lies: it says that it has flushed and has not.
    lying: bool,
    /// One call in so many fails, and does nothing: a loose card, a full queue.
    faulty: Option<u64>,
    /// Calls until one fails, and whether all fail from then on.
    fails: Option<(u64, bool)>,
}

/// A machine's disk; clones are the same disk.
#[derive(Debug, Clone)]
pub struct SimDisk(Arc<Mutex<State>>);

#[derive(Debug)]
struct Handle {
    disk: SimDisk,
    file: usize,
    boot: u64,
}

fn no_power() -> io::Error {
    io::Error::other("the power is gone")
}

impl SimDisk {
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            names: BTreeMap::new(),
            files: BTreeMap::new(),
            ghosts: Vec::new(),
            folders: Default::default(),
            moves: Vec::new(),
            next_file: 0,
            dice: Dice::new(seed),
            left: None,
            on: true,
            boot: 0,
            lying: false,
            faulty: None,
            fails: None,
        })))
    }

    /// A disk that acknowledges a flush and does nothing.
    pub fn lying(seed: u64) -> Self {
        let disk = Self::new(seed);
        disk.state().lying = true;
        disk
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cut the power at the `n`-th change from now (a write, a length, a flush, a name).
    pub fn cut_at(&self, n: u64) {
        self.state().left = Some(n);
    }

    pub fn is_on(&self) -> bool {
        self.state().on
    }

    /// From now on one call in `n` fails with an I/O error; `None`: no more.
    pub fn fail_one_in(&self, n: Option<u64>) {
        self.state().faulty = n;
    }

    /// The `n`-th call from now fails with an I/O error; `for_good`: and all that follow.
    pub fn fail_at(&self, n: u64, for_good: bool) {
        self.state().fails = Some((n, for_good));
    }

    /// Nothing fails any more. Whether there was a call that did.
    pub fn mend(&self) -> bool {
        self.state().fails.take().is_none_or(|(left, _)| left == 0)
    }

    /// Power comes back, and stays until [`Self::cut_at`]. Cuts it first if it is on.
    pub fn boot(&self) {
        let mut state = self.state();
        if state.on {
            state.cut();
        }
        state.on = true;
        state.left = None;
    }

    /// Another disk with the same durable content, as if this one had been copied at rest.
    pub fn fork(&self) -> Self {
        let copy = Self::new(0);
        {
            let state = self.state();
            let mut to = copy.state();
            for (name, number) in &state.names {
                let bytes = state.files[number].now.clone();
                to.names.insert(name.clone(), *number);
                let file = SimFile { now: bytes.clone(), durable: bytes, pending: Vec::new(), young: false };
                to.files.insert(*number, file);
            }
            to.next_file = state.next_file;
        }
        copy
    }

    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let state = self.state();
        state.names.get(name).map(|number| state.files[number].now.clone())
    }

    /// Put these bytes there, behind everybody's back.
    pub fn plant(&self, name: &str, bytes: Vec<u8>) {
        let mut state = self.state();
        let number = state.next_file;
        state.next_file += 1;
        state.names.insert(name.to_owned(), number);
        let file = SimFile { now: bytes.clone(), durable: bytes, pending: Vec::new(), young: false };
        state.files.insert(number, file);
    }
}

impl State {
    /// Count a change; at the last one the power goes, with that change among the pending ones.
    fn change(&mut self, boot: u64, change: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        if !self.on || boot != self.boot {
            return Err(no_power());
        }
        self.stumble()?;
        let last = match &mut self.left {
            Some(left) => {
                *left = left.saturating_sub(1);
                *left == 0
            }
            None => false,
        };
        change(self)?;
        if last {
            self.cut();
            return Err(no_power());
        }
        Ok(())
    }

    fn stumble(&mut self) -> io::Result<()> {
        // EIO, as a real card says it.
        let mut fails = self.faulty.is_some_and(|n| self.dice.one_in(n));
        if let Some((left, for_good)) = &mut self.fails {
            let before = *left;
            *left = left.saturating_sub(1);
            fails |= before == 1 || (before == 0 && *for_good);
        }
        if fails { Err(io::Error::from_raw_os_error(5)) } else { Ok(()) }
    }

    fn cut(&mut self) {
        self.on = false;
        self.boot += 1;
        // Some cuts take nearly everything, some nearly nothing.
        let kept = [0, 10, 50, 90, 100][usize::try_from(self.dice.below(5)).unwrap()];
        let torn = [0, 30, 100][usize::try_from(self.dice.below(3)).unwrap()];
        for (from, to, number) in std::mem::take(&mut self.moves).into_iter().rev() {
            if self.dice.one_in(2) && self.names.get(&to) == Some(&number) {
                self.names.remove(&to);
                self.names.insert(from, number);
            }
        }
        for (name, number) in std::mem::take(&mut self.ghosts) {
            if self.dice.one_in(2) && !self.names.contains_key(&name) {
                self.names.insert(name, number);
            }
        }
        let named: Vec<(String, usize)> = self.names.iter().map(|(n, f)| (n.clone(), *f)).collect();
        for (name, number) in named {
            let file = self.files.get_mut(&number).unwrap();
            if std::mem::take(&mut file.young) && self.dice.one_in(2) {
                self.names.remove(&name);
                continue;
            }
            for change in std::mem::take(&mut file.pending) {
                if !self.dice.percent(kept) {
                    continue;
                }
                match change {
                    Change::SetLen(len) => file.durable.resize(len, 0),
                    Change::Write(at, bytes) => {
                        let tear = self.dice.percent(torn);
                        for (from, sector) in sectors(at, &bytes) {
                            if !(tear && self.dice.one_in(2)) {
                                put(&mut file.durable, from, sector);
                            }
                        }
                    }
                }
            }
            file.now.clone_from(&file.durable);
        }
        let names: Vec<usize> = self.names.values().copied().collect();
        self.files.retain(|number, _| names.contains(number));
    }

    /// A directory flush: names made and removed are final. Blobs have folders of their own.
    fn settle_names(&mut self) {
        self.settle(|name| !name.contains('/'));
    }

    fn settle(&mut self, there: impl Fn(&str) -> bool) {
        self.ghosts.retain(|(name, _)| !there(name));
        self.moves.retain(|(_, to, _)| !there(to));
        for (_, number) in self.names.iter().filter(|(name, _)| there(name)) {
            if let Some(file) = self.files.get_mut(number) {
                file.young = false;
            }
        }
    }
}

/// A write in pieces that a disk keeps or loses as one.
fn sectors(at: usize, bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let from = at + done;
        let len = (SECTOR - from % SECTOR).min(bytes.len() - done);
        let piece = &bytes[done..done + len];
        done += len;
        (len > 0).then_some((from, piece))
    })
}

/// A write beyond the end makes the file longer, as in a real one.
fn put(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[at..end].copy_from_slice(bytes);
}

fn not_found(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, name.to_owned())
}

impl Medium for SimDisk {
    fn names(&self) -> io::Result<Vec<String>> {
        let state = self.state();
        if state.on { Ok(state.names.keys().cloned().collect()) } else { Err(no_power()) }
    }

    fn len(&self, name: &str) -> io::Result<u64> {
        let state = self.state();
        let number = state.names.get(name).filter(|_| state.on).ok_or_else(|| not_found(name))?;
        Ok(state.files[number].now.len() as u64)
    }

    fn open(&self, name: &str) -> io::Result<Backend> {
        let mut state = self.state();
        let boot = state.boot;
        if !state.on {
            return Err(no_power());
        }
        let file = match state.names.get(name) {
            Some(number) => *number,
            None => {
                let number = state.next_file;
                state.change(boot, |state| {
                    state.next_file += 1;
                    state.names.insert(name.to_owned(), number);
                    state.files.insert(number, SimFile { young: true, ..SimFile::default() });
                    Ok(())
                })?;
                number
            }
        };
        Ok(Backend::new(Handle { disk: self.clone(), file, boot }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        let boot = state.boot;
        // Atomic: a cut comes before it or after it. Which of the two is drawn.
        let before = state.left == Some(1) && state.dice.one_in(2);
        state.change(boot, |state| {
            if before {
                return Ok(());
            }
            let file = state.names.remove(from).ok_or_else(|| not_found(from))?;
            state.names.insert(to.to_owned(), file);
            state.settle_names();
            Ok(())
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        let boot = state.boot;
        if state.on && !state.names.contains_key(name) {
            return Err(not_found(name));
        }
        state.change(boot, |state| {
            let file = state.names.remove(name).ok_or_else(|| not_found(name))?;
            state.ghosts.push((name.to_owned(), file));
            Ok(())
        })
    }

    fn free_bytes(&self) -> io::Result<u64> {
        Ok(1 << 40)
    }

    fn pause(&self, _: std::time::Duration) {}

    fn probe(&self) -> io::Result<()> {
        if self.is_on() { Ok(()) } else { Err(no_power()) }
    }
}

impl Handle {
    fn look<T>(&self, look: impl FnOnce(&SimFile) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.disk.state();
        state.stumble()?;
        match state.files.get(&self.file) {
            Some(file) if state.on && state.boot == self.boot => look(file),
            _ => Err(no_power()),
        }
    }

    fn change(&self, change: impl FnOnce(&mut SimFile, bool)) -> io::Result<()> {
        let file = self.file;
        self.disk.state().change(self.boot, |state| {
            let lying = state.lying;
            change(state.files.get_mut(&file).ok_or_else(no_power)?, lying);
            Ok(())
        })
    }
}

fn index(n: u64) -> usize {
    usize::try_from(n).unwrap()
}

impl StorageBackend for Handle {
    fn len(&self) -> io::Result<u64> {
        self.look(|file| Ok(file.now.len() as u64))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.look(|file| {
            let from = index(offset);
            let bytes = file.now.get(from..from.saturating_add(out.len()));
            out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
            Ok(())
        })
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.change(|file, _| {
            file.now.resize(index(len), 0);
            file.pending.push(Change::SetLen(index(len)));
        })
    }

    fn sync_data(&self) -> io::Result<()> {
        // A cut in the middle of a flush: what has arrived by then is drawn as for any cut.
        let cut = self.disk.state().left == Some(1);
        self.change(|file, lying| {
            if !cut && !lying {
                file.pending.clear();
                file.durable.clone_from(&file.now);
            }
        })
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.change(|file, _| {
            put(&mut file.now, index(offset), data);
            file.pending.push(Change::Write(index(offset), data.to_vec()));
        })
    }
}
