//! Disk of the blobs: folders of files that are written once, below the store. A directory, or in tests a simulated disk that loses
//! power.
//!
//! Called by `blobs` alone; calls the file system. Nothing here is durable before it is flushed: a file by `flush`, its name (made,
//! renamed, removed) by `flush_folder` of its folder. Saying when is the store's work, and what the simulation looks at.

use std::fmt::Debug;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::store::error::OfFile;
use crate::store::no_follow;

/// A file as a folder has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobFile {
    pub name: String,
    pub bytes: u64,
    /// When it was last written, by the machine's clock.
    pub changed_ms: u64,
}

/// Folders of files, one level deep.
pub trait BlobDisk: Debug + Send + Sync {
    /// The folders that there are.
    fn folders(&self) -> io::Result<Vec<String>>;
    fn files(&self, folder: &str) -> io::Result<Vec<BlobFile>>;
    /// Makes it, if it is not there; it stays, once this has returned.
    fn make_folder(&self, folder: &str) -> io::Result<()>;
    /// Puts bytes into a file, which is made when it is not there.
    fn write(&self, file: (&str, &str), at: u64, bytes: &[u8]) -> io::Result<()>;
    fn shorten(&self, file: (&str, &str), bytes: u64) -> io::Result<()>;
    /// What was written into the file stays, once this has returned.
    fn flush(&self, file: (&str, &str)) -> io::Result<()>;
    /// As many bytes as there are from there on, and fit.
    fn read(&self, file: (&str, &str), at: u64, out: &mut [u8]) -> io::Result<usize>;
    fn rename(&self, from: (&str, &str), to: (&str, &str)) -> io::Result<()>;
    fn remove(&self, file: (&str, &str)) -> io::Result<()>;
    /// Which files the folder has stays, once this has returned.
    fn flush_folder(&self, folder: &str) -> io::Result<()>;
    fn free_bytes(&self) -> io::Result<u64>;
}

/// A directory of real files. It is made with the first of them.
#[derive(Debug, Clone)]
pub struct DirBlobs {
    dir: PathBuf,
}

impl DirBlobs {
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    fn folder(&self, folder: &str) -> PathBuf {
        self.dir.join(folder)
    }

    fn open(&self, file: (&str, &str), options: &mut OpenOptions) -> io::Result<File> {
        let path = self.folder(file.0).join(file.1);
        no_follow::open(options, &path).of_file(&path)
    }
}

/// A directory that only the hub's own user may read: pictures show what customers have.
fn make(path: &Path) -> io::Result<bool> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).of_file(path),
    }
}

fn flush_dir(path: &Path) -> io::Result<()> {
    File::open(path).and_then(|dir| dir.sync_all()).of_file(path)
}

impl BlobDisk for DirBlobs {
    fn folders(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.of_file(&self.dir)?,
        };
        let mut folders = Vec::new();
        for entry in entries {
            let entry = entry.of_file(&self.dir)?;
            // Of the entry itself: what a link leads to is not ours.
            if entry.file_type().of_file(&self.dir)?.is_dir() {
                folders.extend(entry.file_name().into_string());
            }
        }
        folders.sort();
        Ok(folders)
    }

    fn files(&self, folder: &str) -> io::Result<Vec<BlobFile>> {
        let path = self.folder(folder);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.of_file(&path)?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.of_file(&path)?;
            let about = match entry.metadata() {
                // Gone in the meantime.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                about => about.of_file(&path)?,
            };
            if !about.is_file() {
                continue;
            }
            let changed = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            let changed_ms = changed.map_or(0, |at| u64::try_from(at.as_millis()).unwrap_or(u64::MAX));
            if let Ok(name) = entry.file_name().into_string() {
                files.push(BlobFile { name, bytes: about.len(), changed_ms });
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    fn make_folder(&self, folder: &str) -> io::Result<()> {
        if make(&self.dir)? {
            let beside = self.dir.parent().filter(|dir| !dir.as_os_str().is_empty());
            flush_dir(beside.unwrap_or(Path::new(".")))?;
        }
        if make(&self.folder(folder))? {
            flush_dir(&self.dir)?;
        }
        Ok(())
    }

    fn write(&self, file: (&str, &str), at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        self.open(file, &mut options)?.write_all_at(bytes, at).of_file(&self.folder(file.0).join(file.1))
    }

    fn shorten(&self, file: (&str, &str), bytes: u64) -> io::Result<()> {
        self.open(file, OpenOptions::new().write(true))?.set_len(bytes)
    }

    fn flush(&self, file: (&str, &str)) -> io::Result<()> {
        self.open(file, OpenOptions::new().write(true))?.sync_data()
    }

    fn read(&self, file: (&str, &str), at: u64, out: &mut [u8]) -> io::Result<usize> {
        let file = self.open(file, OpenOptions::new().read(true))?;
        let mut read = 0;
        while read < out.len() {
            match file.read_at(&mut out[read..], at + read as u64) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    fn rename(&self, from: (&str, &str), to: (&str, &str)) -> io::Result<()> {
        let path = self.folder(from.0).join(from.1);
        fs::rename(&path, self.folder(to.0).join(to.1)).of_file(&path)
    }

    fn remove(&self, file: (&str, &str)) -> io::Result<()> {
        let path = self.folder(file.0).join(file.1);
        fs::remove_file(&path).of_file(&path)
    }

    fn flush_folder(&self, folder: &str) -> io::Result<()> {
        flush_dir(&self.folder(folder))
    }

    fn free_bytes(&self) -> io::Result<u64> {
        // Before the first photo, its disk is that of the directory around it.
        let there = self.dir.ancestors().find(|dir| dir.exists()).unwrap_or(&self.dir);
        let stat = rustix::fs::statvfs(there)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}
