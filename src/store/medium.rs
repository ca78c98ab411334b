//! Storage medium: where the database files lie. A directory, or in tests a simulated disk that loses power.
//!
//! Called by `open`, `snapshot` and the engine; calls the file system.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::num::NonZeroU64;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use redb::backends::FileBackend;
use rustix::fs::{Advice, OFlags, fadvise};

use super::backend::Backend;
use super::error::OfFile;
use super::no_follow;

/// Pages in memory, which opening fills and nothing empties: redb's default of 1 GiB is more than the machine has. What is
/// looked at is merged state, which has its own place in memory, and the system keeps the file's pages while it has room.
const CACHE_BYTES: usize = 4 << 20;

/// A flat place of named files. `rename` is atomic and durable when it returns.
pub trait Medium: Debug + Send + Sync {
    fn names(&self) -> io::Result<Vec<String>>;
    fn len(&self, name: &str) -> io::Result<u64>;
    /// Opens the file, creating an empty one when there is none.
    fn open(&self, name: &str) -> io::Result<Backend>;
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    fn remove(&self, name: &str) -> io::Result<()>;
    fn free_bytes(&self) -> io::Result<u64>;
    /// Whether bytes can be written and flushed right now.
    fn probe(&self) -> io::Result<()>;

    /// A file without a name, gone with its last handle however this process ends: one to fill, one to read.
    fn unnamed(&self) -> io::Result<(Backend, File)> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Drops what the system keeps of a file in memory: the next reading is one of the disk.
    fn forget(&self, _name: &str) -> io::Result<()> {
        Ok(())
    }

    /// Time for a disk that has just failed.
    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn cache_bytes(&self) -> usize {
        CACHE_BYTES
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        Ok(self.names()?.iter().any(|n| n == name))
    }

    fn remove_if_there(&self, name: &str) -> io::Result<()> {
        match self.remove(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

/// A directory of real files.
#[derive(Debug, Clone)]
pub struct DirMedium {
    dir: PathBuf,
}

impl DirMedium {
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn sync_dir(&self) -> io::Result<()> {
        File::open(&self.dir).and_then(|dir| dir.sync_all()).of_file(&self.dir)
    }
}

impl Medium for DirMedium {
    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.dir).of_file(&self.dir)? {
            if let Ok(name) = entry.of_file(&self.dir)?.file_name().into_string() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn len(&self, name: &str) -> io::Result<u64> {
        let path = self.path(name);
        Ok(fs::symlink_metadata(&path).of_file(&path)?.len())
    }

    fn open(&self, name: &str) -> io::Result<Backend> {
        let mut options = OpenOptions::new();
        // Marks name people, and the directory may be one that others can read.
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let path = self.path(name);
        no_follow::open(&mut options, &path).and_then(|file| backend(file, &path)).of_file(&path)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let from = self.path(from);
        fs::rename(&from, self.path(to)).of_file(&from)?;
        self.sync_dir()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.path(name);
        fs::remove_file(&path).of_file(&path)
    }

    fn free_bytes(&self) -> io::Result<u64> {
        free_bytes(&self.dir)
    }

    fn unnamed(&self) -> io::Result<(Backend, File)> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        // Never in the directory: whoever is killed at this very moment leaves nothing.
        let nameless = options.clone().custom_flags(OFlags::TMPFILE.bits().cast_signed()).open(&self.dir);
        let path = self.path(&format!("{UNNAMED}{}", uuid::Uuid::new_v4()));
        let made = || {
            let file = match nameless {
                Ok(file) => file,
                // FAT, and others, know no such thing.
                Err(_) => {
                    let file = options.create_new(true).open(&path)?;
                    fs::remove_file(&path)?;
                    file
                }
            };
            Ok((backend(file.try_clone()?, &path)?, file))
        };
        made().of_file(&path)
    }

    fn forget(&self, name: &str) -> io::Result<()> {
        let path = self.path(name);
        let file = no_follow::open(OpenOptions::new().read(true), &path).of_file(&path)?;
        // What was not written yet stays in memory whatever is advised; and what failed to be written is no longer there.
        let _ = file.sync_data();
        Ok(fadvise(file, 0, None, Advice::DontNeed)?)
    }

    fn probe(&self) -> io::Result<()> {
        let path = self.path(".probe");
        let written = || {
            let mut file =
                no_follow::open(OpenOptions::new().write(true).create(true).truncate(true), &path)?;
            io::Write::write_all(&mut file, b"fieldhub")?;
            file.sync_data()?;
            fs::remove_file(&path)
        };
        written().of_file(&path)
    }
}

/// What a file is called in the moment before it has no name, where a file system cannot make one without.
pub const UNNAMED: &str = "unnamed-";

fn backend(file: File, path: &Path) -> io::Result<Backend> {
    let advised = file.try_clone()?;
    let file = FileBackend::new(file).map_err(io::Error::other)?;
    let backend = Backend::forgetting(file, move |offset, len| {
        // Advice: where it is not taken, the second reading is one of memory.
        let _ = fadvise(&advised, offset, NonZeroU64::new(len), Advice::DontNeed);
    });
    Ok(backend.at(path))
}

fn free_bytes(dir: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(dir)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}
