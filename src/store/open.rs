//! Opening the database so that the hub always starts.
//!
//! Called by the engine; calls redb, `snapshot` for the fallback, `migrate`, and the medium.
//!
//! - First creation goes to another name and is renamed when whole: power lost on the way leaves
//!   a file that never opens, and nobody looks at that name again.
//! - Every opening verifies all checksums. A damaged file is kept under a dated name, and the
//!   newest snapshot that verifies takes its place, else an empty database. Both have a new log
//!   id, so that tablets push again what they hold.

use std::panic::{AssertUnwindSafe, catch_unwind};

use redb::{Builder, Database, ReadableTable, WriteTransaction};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::medium::Medium;
use super::record::{self, Clock};
use super::tables::{AUDITS, FOLDS, HAVES, IDS, LINKS, LOG, META, MODULES, ORIGINS, PARKED, SCHEMA, SHADOWS};
use super::{StoreError, migrate, snapshot};

pub const MAIN: &str = "fieldhub.redb";
/// Where a database is put together before it is renamed.
pub const NEW: &str = "fieldhub.redb.new";
/// A whole database about to replace `MAIN`: see `Engine::restore`.
pub const RESTORED: &str = "fieldhub.redb.restored";
/// Prefix of files put aside.
pub const DAMAGED: &str = "fieldhub.redb.damaged-";
const NEWER: &str = "fieldhub.redb.newer-";

pub const SCHEMA_KEY: &str = "schema";
pub const HUB_ID: &str = "hub_id";
pub const LOG_ID: &str = "log_id";
pub const CLOCK: &str = "clock";
/// Absent until an audit is first archived.
pub const ARCHIVED: &str = "archived";

/// redb's default is 1 GiB, more than the machine has.
const CACHE_BYTES: usize = 32 << 20;

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

/// `read` takes from the database what the caller needs; rows it finds damaged count like a
/// damaged file.
pub fn open<T>(
    medium: &dyn Medium,
    options: &Options,
    read: impl Fn(&Database) -> Result<T, StoreError>,
) -> Result<(Database, T), StoreError> {
    let whole = |db: Database| read(&db).map(|catalogue| (db, catalogue));
    medium.remove_if_there(NEW)?;
    if medium.exists(MAIN)? {
        // Power was lost before a restore replaced anything: it was never acknowledged.
        medium.remove_if_there(RESTORED)?;
    } else if medium.exists(RESTORED)? {
        // Between its two renames: the old one has its new name already.
        medium.rename(RESTORED, MAIN)?;
    }
    if medium.exists(MAIN)? {
        match open_main(medium, options).and_then(whole) {
            Ok(opened) => return Ok(opened),
            Err(StoreError::Damaged { problem, .. }) => {
                let aside = format!("{DAMAGED}{}", (options.dated)());
                tracing::error!(%problem, kept = %aside, "the database is damaged: it is kept aside");
                medium.rename(MAIN, &aside)?;
            }
            Err(other) => return Err(other),
        }
    }
    // Nothing under the right name: a first start, or a damaged file put aside now or by a start
    // that power cut short here.
    for name in snapshot::NAMES {
        if !medium.exists(name)? {
            continue;
        }
        match from_snapshot(medium, name, options).and_then(whole) {
            Ok(opened) => {
                tracing::warn!(snapshot = name, "opened the snapshot; tablets push again what they hold");
                return Ok(opened);
            }
            Err(StoreError::Damaged { problem, .. }) => {
                tracing::error!(%problem, snapshot = name, "this snapshot is damaged too");
            }
            Err(other) => return Err(other),
        }
    }
    create(medium, options).and_then(whole)
}

/// What the hub is to use, in the present schema.
fn open_main(medium: &dyn Medium, options: &Options) -> Result<Database, StoreError> {
    let db = open_file(medium, MAIN, options)?;
    migrate::to_present(&db, medium, options)?;
    Ok(db)
}

/// A database of a newer version gets another name, which is returned: `open` goes on from the snapshot that was made before
/// it became newer. For the way back from an update, while no hub runs.
pub fn put_newer_aside(medium: &dyn Medium, options: &Options) -> Result<Option<String>, StoreError> {
    if !medium.exists(MAIN)? {
        return Ok(None);
    }
    match open_file(medium, MAIN, options) {
        Err(StoreError::Newer { .. }) => {
            let aside = format!("{NEWER}{}", (options.dated)());
            medium.rename(MAIN, &aside)?;
            Ok(Some(aside))
        }
        // What else may be wrong with it, `open` deals with.
        Ok(_) | Err(StoreError::Damaged { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

fn from_snapshot(medium: &dyn Medium, name: &str, options: &Options) -> Result<Database, StoreError> {
    let snapshot = open_file(medium, name, options)?;
    snapshot::copy(&snapshot, medium, NEW, Some((options.mint)()))?;
    drop(snapshot);
    medium.rename(NEW, MAIN)?;
    open_main(medium, options)
}

fn create(medium: &dyn Medium, options: &Options) -> Result<Database, StoreError> {
    medium.remove_if_there(NEW)?;
    let mut db = builder().create_with_backend(medium.open(NEW)?)?;
    let txn = db.begin_write()?;
    make_tables(&txn)?;
    put_meta(&txn, SCHEMA_KEY, &SCHEMA)?;
    put_meta(&txn, HUB_ID, &(options.mint)())?;
    put_meta(&txn, LOG_ID, &(options.mint)())?;
    put_meta(&txn, CLOCK, &Clock::default())?;
    txn.commit()?;
    verify(&mut db)?;
    db.close()?;
    medium.rename(NEW, MAIN)?;
    open_file(medium, MAIN, options)
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

pub fn make_tables(txn: &WriteTransaction) -> Result<(), StoreError> {
    txn.open_table(META)?;
    txn.open_table(AUDITS)?;
    txn.open_table(LOG)?;
    txn.open_table(FOLDS)?;
    txn.open_table(MODULES)?;
    txn.open_table(IDS)?;
    txn.open_table(HAVES)?;
    txn.open_table(ORIGINS)?;
    txn.open_table(LINKS)?;
    txn.open_table(SHADOWS)?;
    txn.open_table(PARKED)?;
    Ok(())
}

pub fn verify(db: &mut Database) -> Result<(), StoreError> {
    if db.check_integrity()? {
        Ok(())
    } else {
        let problem = "it fails its integrity check".to_owned();
        Err(StoreError::Damaged { record: "the copy".to_owned(), problem })
    }
}

pub fn put_meta<T: Serialize>(txn: &WriteTransaction, key: &str, value: &T) -> Result<(), StoreError> {
    let row = record::seal(key.as_bytes(), value)?;
    txn.open_table(META)?.insert(key, row.as_slice())?;
    Ok(())
}

/// For what may not be there.
pub fn find_meta<T: DeserializeOwned>(
    meta: &impl ReadableTable<&'static str, &'static [u8]>,
    key: &str,
) -> Result<Option<T>, StoreError> {
    let what = || format!("the setting {key}");
    meta.get(key)?.map(|value| record::open(key.as_bytes(), value.value(), what)).transpose()
}

pub fn get_meta<T: DeserializeOwned>(
    meta: &impl ReadableTable<&'static str, &'static [u8]>,
    key: &str,
) -> Result<T, StoreError> {
    let missing =
        || StoreError::Damaged { record: format!("the setting {key}"), problem: "it is missing".to_owned() };
    find_meta(meta, key)?.ok_or_else(missing)
}
