//! Database file: its names, and opening one with all its checksums verified.
//!
//! Called by `open`, `snapshot` and `backup`; calls redb and the medium.

use std::panic::{AssertUnwindSafe, catch_unwind};

use redb::{Builder, Database};
use uuid::Uuid;

use super::StoreError;
use super::medium::Medium;
use super::meta::{SCHEMA_KEY, get_meta};
use super::tables::{META, SCHEMA};

pub const MAIN: &str = "fieldhub.redb";
/// Where a database is put together before it is renamed.
pub const NEW: &str = "fieldhub.redb.new";
/// The database that a restore is replacing, until what was restored has been opened.
pub const REPLACED: &str = "fieldhub.redb.replaced";
/// And from then on.
pub const BEFORE_RESTORE: &str = "fieldhub.redb.before-restore";
/// A whole database about to replace `MAIN`, as earlier versions left it when power was lost.
pub const RESTORED: &str = "fieldhub.redb.restored";
/// Prefix of files put aside.
pub const DAMAGED: &str = "fieldhub.redb.damaged-";
pub const NEWER: &str = "fieldhub.redb.newer-";

/// Pages in memory, which opening fills and nothing empties: redb's default of 1 GiB is more than the machine has. What is
/// looked at is merged state, which has its own place in memory, and the system keeps the file's pages while it has room.
const CACHE_BYTES: usize = 4 << 20;

/// What the store is told from outside.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Random ids.
    pub mint: fn() -> Uuid,
    /// Date and time for the name of a file put aside.
    pub dated: fn() -> String,
    /// Free space under which marks are refused, before the disk is really full.
    pub min_free_bytes: u64,
    /// Told how far the opening of a database has got, from 0 to 1. All of it is read, and more than once when it was
    /// not closed: a slow card may take a minute.
    pub opening: fn(f64),
}

/// Opens a file that should be a database of ours, of this schema or an earlier one, with all checksums verified. Anything wrong
/// with the bytes is `Damaged`; redb may even panic on a file altered behind its back.
pub fn open_file(medium: &dyn Medium, name: &str, options: &Options) -> Result<Database, StoreError> {
    let damaged = |problem: String| StoreError::Damaged { record: name.to_owned(), problem };
    if medium.len(name)? == 0 {
        return Err(damaged("it is empty".to_owned()));
    }
    let file = medium.open(name)?;
    let opening = options.opening;
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let mut builder = builder();
        builder.set_check_integrity_on_open(true);
        builder.set_repair_callback(move |session| opening(session.progress()));
        builder.create_with_backend(file)
    }));
    let db = match opened {
        Ok(Ok(db)) => db,
        Ok(Err(error)) => return Err(classify(error, name)),
        Err(_) => return Err(damaged("redb gave up on it".to_owned())),
    };
    let found: u32 = {
        let txn = redb::ReadableDatabase::begin_read(&db)?;
        let meta = txn.open_table(META).map_err(|error| match error {
            // A card that could not be read for a moment is not a damaged file.
            redb::TableError::Storage(error) => error.into(),
            other => damaged(other.to_string()),
        })?;
        get_meta(&meta, SCHEMA_KEY)?
    };
    if found > SCHEMA {
        return Err(StoreError::Newer { found, known: SCHEMA });
    }
    Ok(db)
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

pub fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
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
