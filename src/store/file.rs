//! Database file: its names, and opening one with all its checksums verified.
//!
//! Called by `open`, `snapshot` and `backup`; calls redb and the medium.

use std::io;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::{Builder, Database};
use uuid::Uuid;

use super::StoreError;
use super::backend::Breaker;
use super::medium::Medium;
use super::meta::{SCHEMA_KEY, get_meta};
use super::progress::{self, WorkProgress};
use super::tables::{META, SCHEMA};
use crate::domain::AuditBounds;

pub const MAIN: &str = "fieldhub.redb";
/// Where a database is put together before it is renamed.
pub const NEW: &str = "fieldhub.redb.new";
/// The database that a restore is replacing, until what was restored has been opened.
pub const REPLACED: &str = "fieldhub.redb.replaced";
/// And from then on.
pub const BEFORE_RESTORE: &str = "fieldhub.redb.before-restore";
/// A whole database about to replace `MAIN`, as earlier versions left it when power was lost.
pub const RESTORED: &str = "fieldhub.redb.restored";
/// Where a caller lies down a file to be restored.
pub const RESTORE_UPLOAD: &str = "restore.redb";
/// Prefix of files put aside.
pub const DAMAGED: &str = "fieldhub.redb.damaged-";
pub const NEWER: &str = "fieldhub.redb.newer-";

/// What the store is told from outside.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Random ids.
    pub mint: fn() -> Uuid,
    /// Date and time for the name of a file put aside.
    pub dated: fn() -> String,
    /// Free space under which marks are refused, before the disk is really full.
    pub min_free_bytes: u64,
    /// What one audit, and one technician in it, may make this hold.
    pub bounds: AuditBounds,
    /// Told how an opening, a restore or a commit goes that takes long. All of a database is read when it is opened, and more
    /// than once when it was not closed: a slow card may take a minute.
    pub opening: fn(WorkProgress),
}

/// An open database, and the breaker of its file.
#[derive(Debug)]
pub struct OpenDatabase {
    db: Database,
    name: String,
    breaker: Arc<Breaker>,
}

impl Deref for OpenDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.db
    }
}

impl DerefMut for OpenDatabase {
    fn deref_mut(&mut self) -> &mut Database {
        &mut self.db
    }
}

impl OpenDatabase {
    /// As its file lies, with nothing written any more: what redb has in memory may be wrong.
    pub fn abandon(self) {
        self.breaker.trip();
        close(self);
    }

    /// For an error that ends the use of it: with where it could not be read.
    pub fn given_up(self, error: StoreError) -> StoreError {
        let error = self.located(error);
        self.abandon();
        error
    }

    pub fn breaker(&self) -> Arc<Breaker> {
        Arc::clone(&self.breaker)
    }

    /// redb passes over some failures, and does nothing more after them.
    pub fn is_sound(&self) -> Result<(), StoreError> {
        match self.breaker.failed_at() {
            None => Ok(()),
            Some(_) => Err(self.located(StoreError::Failed("a reading failed".to_owned()))),
        }
    }

    /// The same error, with the place where it could not be read.
    pub fn located(&self, error: StoreError) -> StoreError {
        located(error, &self.name, &self.breaker)
    }
}

/// In an orderly way. redb may panic on what it finds then, and what is closed is of no interest any more.
pub fn close(db: OpenDatabase) {
    if catch_unwind(AssertUnwindSafe(|| drop(db))).is_err() {
        tracing::warn!("the database panicked while it was closed");
    }
}

/// What is done with a database while it is opened, and may panic as its opening may: on a file altered behind its back, on a
/// reading that is bad at the wrong moment. It is damage then, which another look has to confirm.
pub fn caught<T>(name: &str, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(given_up(name)))
}

fn given_up(name: &str) -> StoreError {
    StoreError::Damaged { record: name.to_owned(), problem: "redb gave up on it".to_owned() }
}

fn located(error: StoreError, name: &str, breaker: &Breaker) -> StoreError {
    match (error, breaker.failed_at()) {
        (StoreError::Failed(problem), Some(at)) => {
            StoreError::Unreadable { record: name.to_owned(), at, problem }
        }
        (other, _) => other,
    }
}

/// Opens a file that should be a database of ours, of this schema or an earlier one, with all checksums verified. Anything wrong
/// with the bytes is `Damaged`; redb may even panic on a file altered behind its back. Bytes that do not come are `Unreadable`. Both
/// may be an accident, and so may `Torn`, which is accepted when an earlier look has found it too: see `look`.
pub fn open_file(medium: &dyn Medium, name: &str, seen_torn: bool) -> Result<OpenDatabase, StoreError> {
    let damaged = |problem: String| StoreError::Damaged { record: name.to_owned(), problem };
    // Of the name itself, and not of some place in it: a directory, a broken file system. A link to a disk that is not there
    // yet is no damage.
    let unopened = |error: io::Error| match (error.kind(), StoreError::from(error)) {
        (io::ErrorKind::NotFound, missing) => missing,
        (_, StoreError::Failed(problem)) => {
            StoreError::Unreadable { record: name.to_owned(), at: 0, problem }
        }
        (_, other) => other,
    };
    if medium.len(name).map_err(unopened)? == 0 {
        return Err(damaged("it is empty".to_owned()));
    }
    let file = medium.open(name).map_err(unopened)?;
    let breaker = file.breaker();
    let torn = Arc::new(AtomicBool::new(false));
    let found_torn = Arc::clone(&torn);
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let mut builder = builder(medium);
        builder.set_check_integrity_on_open(true);
        builder.set_repair_callback(move |session| {
            progress::part(session.progress());
            if !seen_torn && is_falling_back(session.progress()) {
                found_torn.store(true, Ordering::SeqCst);
                session.abort();
            }
        });
        builder.create_with_backend(file)
    }));
    let db = match opened {
        Ok(Ok(db)) => db,
        Ok(Err(_)) if torn.load(Ordering::SeqCst) => {
            return Err(StoreError::Torn { record: name.to_owned() });
        }
        Ok(Err(error)) => return Err(located(classify(error, name), name, &breaker)),
        Err(_) => return Err(given_up(name)),
    };
    let db = OpenDatabase { db, name: name.to_owned(), breaker };
    match caught(name, || schema(&db)) {
        Ok(found) if found > SCHEMA => Err(StoreError::Newer { found, known: SCHEMA }),
        Ok(_) => Ok(db),
        Err(error) => Err(db.given_up(error)),
    }
}

/// redb is at 0.3 when, and only when, the newest commit fails its checksums and the one before is to take its place.
fn is_falling_back(progress: f64) -> bool {
    (progress - 0.3).abs() < 0.01
}

fn schema(db: &Database) -> Result<u32, StoreError> {
    let txn = redb::ReadableDatabase::begin_read(db)?;
    let meta = txn.open_table(META).map_err(|error| match error {
        // A card that could not be read for a moment is not a damaged file.
        redb::TableError::Storage(error) => error.into(),
        other => StoreError::Damaged { record: "the database file".to_owned(), problem: other.to_string() },
    })?;
    get_meta(&meta, SCHEMA_KEY)
}

fn classify(error: redb::DatabaseError, name: &str) -> StoreError {
    use std::io::ErrorKind::{InvalidData, UnexpectedEof};
    let record = name.to_owned();
    match error.into() {
        // Bytes that are not a database, or stop too early, come as I/O errors of these kinds.
        redb::Error::Io(io) if matches!(io.kind(), InvalidData | UnexpectedEof) => {
            StoreError::Damaged { record, problem: io.to_string() }
        }
        redb::Error::Corrupted(problem) => StoreError::Damaged { record, problem },
        redb::Error::RepairAborted => StoreError::Damaged { record, problem: "it cannot be repaired".into() },
        redb::Error::UpgradeRequired(v) => {
            StoreError::Damaged { record, problem: format!("it has the old file format {v}") }
        }
        other => other.into(),
    }
}

pub fn builder(medium: &dyn Medium) -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(medium.cache_bytes());
    builder
}

pub fn verify(db: &mut Database) -> Result<(), StoreError> {
    if db.check_integrity()? {
        Ok(())
    } else {
        let problem = "it fails its integrity check".to_owned();
        Err(StoreError::Damaged { record: "the copy".to_owned(), problem })
    }
}
