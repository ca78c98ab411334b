//! Authentication and authorisation: the crew. Who has joined, with which rights, and whether a token is theirs.
//!
//! `http` calls it. `session` answers at every request, from memory; `join` and `change` go to the disk
//! first and into memory then. Below them are `book` (what is kept), `token` (JWTs), `codes` (Argon2).
//!
//! A token proves who somebody is. What they may do, and whether still, is in the book: so a revoked
//! member is out, and a promoted one in, at their next request, and live feeds are told to look again.

mod book;
mod change;
mod codes;
mod error;
mod hubs;
mod join;
mod session;
mod token;

use std::collections::HashMap;
use std::path::PathBuf;

use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard};
use tokio::sync::watch;
use uuid::Uuid;

pub use book::Member;
use book::{BOOK, Book, SECRETS, Secrets};
pub use error::{CrewError, JoinError, NotIn};
pub use join::JoinRequest;
pub use session::{Joined, Session};
pub use token::Claims;
use token::Signing;

use crate::domain::crew::SigningKey;
use crate::domain::hex::hex;
use crate::domain::id::TechnicianId;
use crate::domain::site_clock::SteadyTime;
use crate::store::{PrivateFile, StoreError};

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

/// Which of the two codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichCode {
    Crew,
    Lead,
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
    book_file: PrivateFile,
    secrets_file: PrivateFile,
    hasher: codes::Hasher,
    /// One change at a time: to the disk, then into `inner`.
    changing: Mutex<()>,
    inner: RwLock<CrewState>,
    /// When each member was last heard of; in memory alone.
    heard: Mutex<HashMap<TechnicianId, u64>>,
    changes: watch::Sender<u64>,
}

struct CrewState {
    secrets: Secrets,
    book: Book,
    signing: Signing,
    generation: u64,
    /// What somebody should read: the files were damaged and made anew.
    notice: Option<String>,
}

/// Secrets are in no log.
impl std::fmt::Debug for Crew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crew").field("dir", &self.options.dir).finish_non_exhaustive()
    }
}

impl Crew {
    /// Reads what is kept, or makes it. A damaged file is put aside: then everybody joins again.
    pub fn open(options: CrewOptions) -> Result<Self, StoreError> {
        let secrets_file = PrivateFile::new(&options.dir, SECRETS);
        let book_file = PrivateFile::new(&options.dir, BOOK);
        let mut notice = None;
        let secrets = match read(&secrets_file, &options, &mut notice)? {
            Some(secrets) => secrets,
            None => {
                let secrets = Secrets {
                    signing_key: hex(&fill::<32>(&options)?),
                    crew_code: codes::shown(fill(&options)?)?,
                    lead_code: codes::shown(fill(&options)?)?,
                };
                secrets_file.replace(&secrets)?;
                secrets
            }
        };
        let hasher = codes::Hasher::default();
        let hashed = |shown| hasher.hash(shown, &fill::<16>(&options)?);
        let book = match read::<Book>(&book_file, &options, &mut notice)? {
            Some(mut book) => {
                // Power was lost while a code was replaced: the one that is shown is the one that counts.
                let mut stale = false;
                for (hash, shown) in
                    [(&mut book.crew_code, &secrets.crew_code), (&mut book.lead_code, &secrets.lead_code)]
                {
                    if hash.id != shown.id {
                        *hash = hashed(shown)?;
                        stale = true;
                    }
                }
                if stale {
                    book_file.replace(&book)?;
                }
                book
            }
            None => {
                let book = Book {
                    hub: Uuid::from_bytes(fill(&options)?),
                    crew_code: hashed(&secrets.crew_code)?,
                    lead_code: hashed(&secrets.lead_code)?,
                    members: Vec::new(),
                    open_v33: Vec::new(),
                };
                book_file.replace(&book)?;
                book
            }
        };
        let foreign = options.signing_key.as_ref().map(SigningKey::as_bytes);
        let signing = Signing::new(foreign.unwrap_or(secrets.signing_key.as_bytes()));
        Ok(Self {
            options,
            book_file,
            secrets_file,
            hasher,
            changing: Mutex::new(()),
            inner: RwLock::new(CrewState { secrets, book, signing, generation: 0, notice }),
            heard: Mutex::default(),
            changes: watch::Sender::new(0),
        })
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
        self.read().notice.clone()
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
        self.book_file.replace(&book)?;
        self.publish(changing, |inner| inner.book = book);
        Ok(answer)
    }

    fn publish(&self, _changing: MutexGuard<'_, ()>, update: impl FnOnce(&mut CrewState)) {
        update(&mut self.inner.write());
        let known = self.read();
        self.heard.lock().retain(|technician, _| known.book.member(technician.as_str()).is_some());
        drop(known);
        self.changes.send_modify(|count| *count += 1);
    }
}

fn read<T: serde::de::DeserializeOwned>(
    file: &PrivateFile,
    options: &CrewOptions,
    notice: &mut Option<String>,
) -> Result<Option<T>, StoreError> {
    match file.read() {
        Err(StoreError::Damaged { record, problem }) => {
            let aside = file.put_aside(&(options.dated)())?;
            tracing::error!(file = record, problem, aside = %aside.display(), "made anew");
            *notice = Some(
                "What the hub kept about the crew was damaged and has been replaced: everyone has to join \
                 again, with the code that `fieldhub crew code` shows."
                    .to_owned(),
            );
            Ok(None)
        }
        other => other,
    }
}

fn fill<const N: usize>(options: &CrewOptions) -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    (options.random)(&mut bytes)
        .map_err(|error| StoreError::Failed(format!("the system's random source failed: {error}")))?;
    Ok(bytes)
}
