//! Atomic swap of the program's file (rename, hard link), such that power may be lost between any two steps:
//!
//! 1. `fieldhub.new` is written and flushed. A start removes it.
//! 2. `fieldhub.trial` becomes a second name of the installed program. That there is one says that an update has not ended.
//! 3. `fieldhub.new` is renamed to `fieldhub`: there is always a whole program under that name.
//! 4. The trial went well: `fieldhub.trial` is renamed to `fieldhub.old`. It did not: the content of `fieldhub.trial` is put in
//!    place again, and then that name goes.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::cli::machine::apply::below;
use crate::cli::machine::facts::Init;
use crate::cli::machine::{self, PACKAGED, PROGRAM};

pub const ON_TRIAL: &str = "fieldhub.trial";
const NEW: &str = "fieldhub.new";
const OLD: &str = "fieldhub.old";

/// The program that the machine starts as its hub.
#[derive(Debug)]
pub struct Installed {
    name: &'static str,
    path: PathBuf,
    pub init: Init,
}

impl Installed {
    pub fn of(machine: &machine::MachineRoot) -> anyhow::Result<Self> {
        let facts = machine.facts()?;
        let on_openwrt = facts.init == Init::Procd;
        if facts.packaged_unit && !on_openwrt {
            bail!("a package installed this hub; upgrade it with: sudo apt install ./fieldhub_VERSION.deb");
        }
        let name = if on_openwrt { PACKAGED } else { PROGRAM };
        let path = below(&machine.root, Path::new(name));
        if !facts.unit || !path.exists() {
            bail!(
                "no hub is installed on this machine; the new program can install itself: chmod +x FILE, \
                 then sudo ./FILE service install"
            );
        }
        Ok(Self { name, path, init: facts.init })
    }

    /// As the machine has it, whatever `--root` says.
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub fn program(&self) -> PathBuf {
        self.path.clone()
    }

    pub fn new_program(&self) -> PathBuf {
        self.path.with_file_name(NEW)
    }

    pub fn on_trial(&self) -> PathBuf {
        self.path.with_file_name(ON_TRIAL)
    }

    pub fn put_new(&self, content: &[u8]) -> anyhow::Result<()> {
        let path = self.new_program();
        let written = || -> io::Result<()> {
            self.remove(NEW)?;
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o755).open(&path)?;
            file.write_all(content)?;
            // Whatever the umask is: the hub is another user.
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
            file.sync_all()
        };
        written().with_context(|| path.display().to_string())
    }

    pub fn drop_new(&self) -> anyhow::Result<()> {
        self.remove(NEW).with_context(|| self.new_program().display().to_string())
    }

    /// Steps 2 and 3. The lock says to others that the trial is watched over.
    pub fn swap(&self) -> anyhow::Result<File> {
        let swapped = || -> io::Result<File> {
            fs::hard_link(&self.path, self.on_trial())?;
            let lock = File::open(self.on_trial())?;
            lock.try_lock()?;
            self.sync()?;
            fs::rename(self.new_program(), &self.path)?;
            self.sync()?;
            Ok(lock)
        };
        swapped().with_context(|| self.path.display().to_string())
    }

    /// Step 4, when it went well; returns where the old one is.
    pub fn accept(&self) -> anyhow::Result<PathBuf> {
        let old = self.path.with_file_name(OLD);
        let renamed = fs::rename(self.on_trial(), &old).and_then(|()| self.sync());
        renamed.with_context(|| old.display().to_string())?;
        Ok(old)
    }

    /// Step 4, when it did not, after the old one has been put in place.
    pub fn forget(&self) -> anyhow::Result<()> {
        self.remove(ON_TRIAL)
            .and_then(|()| self.sync())
            .with_context(|| self.on_trial().display().to_string())
    }

    /// Whether what is installed is what was there before the update.
    pub fn is_the_old_one(&self) -> anyhow::Result<bool> {
        let read = |path: PathBuf| fs::read(&path).with_context(|| path.display().to_string());
        Ok(read(self.path.clone())? == read(self.on_trial())?)
    }

    /// Whether this process runs the program that is installed now, rather than one that had its name before.
    pub fn runs_as(&self, process: u64) -> bool {
        let file = |path: &Path| path.metadata().map(|meta| (meta.dev(), meta.ino())).ok();
        let running = file(Path::new(&format!("/proc/{process}/exe")));
        running.is_some() && running == file(&self.path)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path.with_file_name(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn sync(&self) -> io::Result<()> {
        File::open(self.path.parent().unwrap_or(Path::new("/")))?.sync_all()
    }
}

/// Who looks after an update that has not ended.
#[derive(Debug)]
pub enum Turn {
    /// Nobody did. While this is kept, we do.
    Ours(File),
    Others,
}

impl Turn {
    pub fn of_interrupted(installed: &Installed) -> anyhow::Result<Option<Self>> {
        let path = installed.on_trial();
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.with_context(|| path.display().to_string())?,
        };
        match file.try_lock() {
            Ok(()) => Ok(Some(Self::Ours(file))),
            Err(TryLockError::WouldBlock) => Ok(Some(Self::Others)),
            Err(TryLockError::Error(error)) => Err(error).with_context(|| path.display().to_string()),
        }
    }
}
