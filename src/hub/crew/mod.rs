//! Authentication and authorisation: the crew. Who has joined, with which rights, and whether a token is theirs.
//!
//! `http` calls it. `session` answers at every request, from memory; `join` and `change` go to the disk
//! first and into memory then. Below them are `book` (what is kept), `kept` (how it is loaded), `token` (JWTs), `codes` (Argon2).
//!
//! A token proves who somebody is. What they may do, and whether still, is in the book: so a revoked
//! member is out, and a promoted one in, at their next request, and live feeds are told to look again.

mod book;
mod change;
mod codes;
mod error;
mod hubs;
mod join;
mod kept;
mod session;
mod tablets;
mod token;

use std::collections::HashMap;
use std::path::PathBuf;

use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard};
use tokio::sync::watch;

pub use book::Member;
use book::{Book, Secrets};
pub use error::{CrewError, JoinError, NotIn};
pub use join::JoinRequest;
use kept::{CrewFiles, LoadedCrew};
pub use session::{Joined, Session};
pub use tablets::{TabletReport, ToldTablet};
pub use token::Claims;
use token::Signing;

use crate::domain::crew::{Role, SigningKey};
use crate::domain::id::TechnicianId;
use crate::domain::site_clock::SteadyTime;
use crate::store::StoreError;

/// What the crew is told from outside.
#[derive(Debug, Clone)]
pub struct CrewOptions {
    pub dir: PathBuf,
    /// From systemd's credentials; else the hub makes its own.
    pub signing_key: Option<SigningKey>,
    pub lifetime_ms: u64,
    pub random: fn(&mut [u8]) -> std::io::Result<()>,
    /// Date and time for the name of a file put aside.
    pub dated: fn() -> String,
}

/// Which of the codes: each lets in with a role of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichCode {
    Viewer,
    Crew,
    Lead,
}

impl WhichCode {
    pub fn role(self) -> Role {
        match self {
            WhichCode::Viewer => Role::Viewer,
            WhichCode::Crew => Role::Technician,
            WhichCode::Lead => Role::Lead,
        }
    }
}

/// The site's time for people, and the steady one for sessions.
#[derive(Debug, Clone, Copy)]
pub struct QualifiedTime {
    pub now_ms: u64,
    pub steady: SteadyTime,
}

impl QualifiedTime {
    /// A moment of steady time, as the site's clock shows it.
    fn shown(self, steady_ms: u64) -> u64 {
        self.now_ms.saturating_add(steady_ms).saturating_sub(self.steady.ms)
    }
}

pub struct Crew {
    options: CrewOptions,
    files: CrewFiles,
    hasher: codes::Hasher,
    /// One change at a time: to the disk, then into `inner`.
    changing: Mutex<()>,
    inner: RwLock<CrewState>,
    /// When each member was last heard of; in memory alone.
    heard: Mutex<HashMap<TechnicianId, u64>>,
    /// What each member's tablet last said of itself; in memory alone.
    tablets: Mutex<HashMap<TechnicianId, ToldTablet>>,
    changes: watch::Sender<u64>,
}

struct CrewState {
    secrets: Secrets,
    book: Book,
    signing: Signing,
    generation: u64,
    /// What somebody should read: the files were damaged and made anew.
    notice: Option<String>,
    /// Why this is in memory alone: what is kept cannot be read, and must not be overwritten.
    lack: Option<StoreError>,
}

impl CrewState {
    fn of(loaded: LoadedCrew, options: &CrewOptions, generation: u64) -> Self {
        let LoadedCrew { secrets, book, notice, lack } = loaded;
        let foreign = options.signing_key.as_ref().map(SigningKey::as_bytes);
        let signing = Signing::new(foreign.unwrap_or(secrets.signing_key.as_bytes()));
        Self { secrets, book, signing, generation, notice, lack }
    }
}

/// Secrets are in no log.
impl std::fmt::Debug for Crew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crew").field("dir", &self.options.dir).finish_non_exhaustive()
    }
}

impl Crew {
    /// Reads what is kept, or makes it. A damaged file is put aside: then everybody joins again. One that cannot be read is
    /// left where it is, and the crew is in memory until it can: see [`Crew::look_again`].
    pub fn open(options: CrewOptions) -> Result<Self, StoreError> {
        let files = CrewFiles::new(&options.dir);
        let hasher = codes::Hasher::default();
        let loaded = files.load(&options, &hasher, None)?;
        if let Some(error) = &loaded.lack {
            tracing::error!(%error, "what is kept about the crew cannot be read: everybody joins again until it can");
        }
        let state = CrewState::of(loaded, &options, 0);
        Ok(Self {
            options,
            files,
            hasher,
            changing: Mutex::new(()),
            inner: RwLock::new(state),
            heard: Mutex::default(),
            tablets: Mutex::default(),
            changes: watch::Sender::new(0),
        })
    }

    /// Whether what is kept could not be read: then nothing of this crew is on the disk.
    pub fn is_in_memory(&self) -> bool {
        self.read().lack.is_some()
    }

    /// Takes what is kept, once that can be read: who was in before is in again. Blocks.
    pub fn look_again(&self) -> Result<(), StoreError> {
        if !self.is_in_memory() || !self.files.can_be_read() {
            return Ok(());
        }
        let had = {
            let inner = self.read();
            (inner.secrets.clone(), inner.book.clone())
        };
        let loaded = self.files.load(&self.options, &self.hasher, Some(had))?;
        if loaded.lack.is_some() {
            return Ok(());
        }
        tracing::info!("what is kept about the crew can be read again");
        let changing = self.changing.lock();
        let state = CrewState::of(loaded, &self.options, self.read().generation + 1);
        self.publish(changing, |inner| *inner = state);
        Ok(())
    }

    /// Members with when they were last heard of since the hub started, those who joined last first.
    pub fn members(&self) -> Vec<(Member, Option<u64>)> {
        let inner = self.read();
        let heard = self.heard.lock();
        let members = inner.book.members.iter();
        let mut list: Vec<_> =
            members.map(|m| (m.clone(), heard.get(m.technician.as_str()).copied())).collect();
        list.sort_by(|(a, _), (b, _)| (a.revoked, b.joined_ms).cmp(&(b.revoked, a.joined_ms)));
        list
    }

    pub fn notice(&self) -> Option<String> {
        let inner = self.read();
        let lack = |error: &StoreError| {
            format!(
                "What the hub keeps about the crew cannot be read ({error}). Until it can, everyone has to join again, \
                 with the code that `fieldhub crew code` shows. `fieldhub doctor` says what to do; the hub takes the file \
                 as soon as it can be read, or begins a new crew once it is deleted."
            )
        };
        inner.lack.as_ref().map(lack).or_else(|| inner.notice.clone())
    }

    fn read(&self) -> RwLockReadGuard<'_, CrewState> {
        self.inner.read()
    }

    /// Change the book: on the disk first. What changes nothing wears no card, and wakes nobody.
    fn change<T, E: From<StoreError>>(
        &self,
        edit: impl FnOnce(&mut Book, &Signing) -> Result<T, E>,
    ) -> Result<T, E> {
        let changing = self.changing.lock();
        let mut book = self.read().book.clone();
        let answer = edit(&mut book, &self.read().signing)?;
        if book == self.read().book {
            return Ok(answer);
        }
        self.write_book(&book)?;
        self.publish(changing, |inner| inner.book = book);
        Ok(answer)
    }

    fn write_book(&self, book: &Book) -> Result<(), StoreError> {
        if self.is_in_memory() { Ok(()) } else { self.files.book.replace(book) }
    }

    fn write_secrets(&self, secrets: &Secrets) -> Result<(), StoreError> {
        if self.is_in_memory() { Ok(()) } else { self.files.secrets.replace(secrets) }
    }

    fn publish(&self, _changing: MutexGuard<'_, ()>, update: impl FnOnce(&mut CrewState)) {
        update(&mut self.inner.write());
        let known = self.read();
        self.heard.lock().retain(|technician, _| known.book.member(technician.as_str()).is_some());
        self.tablets.lock().retain(|technician, _| known.book.member(technician.as_str()).is_some());
        drop(known);
        self.changes.send_modify(|count| *count += 1);
    }
}

fn fill<const N: usize>(options: &CrewOptions) -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    (options.random)(&mut bytes)
        .map_err(|error| StoreError::Failed(format!("the system's random source failed: {error}")))?;
    Ok(bytes)
}
