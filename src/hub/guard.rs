//! Lock file: one process per data directory; it names its holder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::error::HubError;
use crate::store::no_follow;

const NAME: &str = "fieldhub.lock";

/// Held as long as the hub is open; the kernel releases it when the process ends, however it ends.
#[derive(Debug)]
pub struct Guard {
    file: File,
}

impl Drop for Guard {
    /// Released aloud: a program that is just being started has a copy of the handle for a moment, and the lock with it. Whoever
    /// opened the hub again in that moment found their own process in the way.
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::warn!(%error, "the lock file could not be released");
        }
    }
}

impl Guard {
    pub fn take(data_dir: &Path) -> Result<Self, HubError> {
        let io = |path: &Path| {
            let path = PathBuf::from(path);
            move |error| HubError::Io { path, error }
        };
        make_private_dir(data_dir).map_err(io(data_dir))?;
        let path = data_dir.join(NAME);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = no_follow::open(&mut options, &path)
            // One that root has left here is as good for locking.
            .or_else(|_| no_follow::open(OpenOptions::new().read(true), &path))
            .map_err(io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                let holder = match file.read_to_string(&mut pid) {
                    Ok(_) if !pid.trim().is_empty() => format!("process {}", pid.trim()),
                    _ => "another fieldhub".to_owned(),
                };
                return Err(HubError::InUse { path: data_dir.to_owned(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(io(&path)(error)),
        }
        // The number only helps a person; the hub runs without it, also on a full disk.
        let named = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        if let Err(error) = named {
            tracing::warn!(%error, "the lock file could not be written");
        }
        Ok(Self { file })
    }
}

/// Marks name people: nobody else on the machine reads them.
fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_free_at_once_though_a_program_that_is_being_started_has_a_copy_of_the_handle() {
        let dir = tempfile::tempdir().unwrap();
        let guard = Guard::take(dir.path()).unwrap();
        let _copy = guard.file.try_clone().unwrap();
        assert!(matches!(Guard::take(dir.path()), Err(HubError::InUse { .. })));
        drop(guard);
        Guard::take(dir.path()).unwrap();
    }
}
