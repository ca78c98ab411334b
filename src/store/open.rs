//! Crash recovery: opening the database so that the hub always starts.
//!
//! Called by the engine; calls redb, `snapshot` for the fallback, `migrate`, and the medium.
//!
//! - First creation goes to another name and is renamed when whole: power lost on the way leaves
//!   a file that never opens, and nobody looks at that name again.
//! - What was restored has to open before it counts: until then the database before it has a name of its own, and
//!   takes its place again when it does not.
//! - Every opening verifies all checksums. A damaged file is kept under a dated name, and the
//!   newest snapshot that verifies takes its place, else an empty database. Both have a new log
//!   id, so that tablets push again what they hold.

use redb::Database;

use super::file::{self, BEFORE_RESTORE, DAMAGED, MAIN, NEW, NEWER, Options, REPLACED, RESTORED};
use super::medium::Medium;
use super::meta::{self, CLOCK, CURSOR_KEY, HUB_ID, LOG_ID, SCHEMA_KEY, put_meta};
use super::record::ClockRow;
use super::tables::{self, SCHEMA};
use super::{StoreError, migrate, snapshot};

/// `read` takes from the database what the caller needs; rows it finds damaged count like a
/// damaged file.
pub fn open<T>(
    medium: &dyn Medium,
    options: &Options,
    read: impl Fn(&Database) -> Result<T, StoreError>,
) -> Result<(Database, T), StoreError> {
    let whole = |db: Database| read(&db).map(|catalogue| (db, catalogue));
    if !medium.exists(MAIN)? && medium.exists(REPLACED)? {
        // Between the two renames of a restore, which was never acknowledged.
        medium.rename(REPLACED, MAIN)?;
    }
    medium.remove_if_there(NEW)?;
    if medium.exists(MAIN)? {
        medium.remove_if_there(RESTORED)?;
    } else if medium.exists(RESTORED)? {
        medium.rename(RESTORED, MAIN)?;
    }
    while medium.exists(MAIN)? {
        match open_main(medium, options).and_then(whole) {
            Ok(opened) => {
                if medium.exists(REPLACED)? {
                    medium.rename(REPLACED, BEFORE_RESTORE)?;
                }
                return Ok(opened);
            }
            Err(StoreError::Damaged { problem, .. }) => {
                let aside = format!("{DAMAGED}{}", (options.dated)());
                tracing::error!(%problem, kept = %aside, "the database is damaged: it is set aside");
                medium.rename(MAIN, &aside)?;
                if medium.exists(REPLACED)? {
                    tracing::error!("it had just been restored: the database before it is used");
                    medium.rename(REPLACED, MAIN)?;
                }
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
                tracing::warn!(snapshot = name, "opened the snapshot; tablets send again what they have");
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
    let db = file::open_file(medium, MAIN, options)?;
    migrate::to_present(&db, medium, options)?;
    Ok(db)
}

/// A database of a newer version gets another name, which is returned: `open` goes on from the snapshot that was made before
/// it became newer. For the way back from an update, while no hub runs.
pub fn put_newer_aside(medium: &dyn Medium, options: &Options) -> Result<Option<String>, StoreError> {
    if !medium.exists(MAIN)? {
        return Ok(None);
    }
    match file::open_file(medium, MAIN, options) {
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
    let snapshot = file::open_file(medium, name, options)?;
    snapshot::copy(&snapshot, medium, NEW, Some((options.mint)()))?;
    drop(snapshot);
    medium.rename(NEW, MAIN)?;
    open_main(medium, options)
}

fn create(medium: &dyn Medium, options: &Options) -> Result<Database, StoreError> {
    medium.remove_if_there(NEW)?;
    let mut db = file::builder().create_with_backend(medium.open(NEW)?)?;
    let txn = db.begin_write()?;
    tables::make(&txn)?;
    put_meta(&txn, SCHEMA_KEY, &SCHEMA)?;
    put_meta(&txn, HUB_ID, &(options.mint)())?;
    put_meta(&txn, LOG_ID, &(options.mint)())?;
    put_meta(&txn, CLOCK, &ClockRow::default())?;
    put_meta(&txn, CURSOR_KEY, &meta::cursor_key(options.mint))?;
    txn.commit()?;
    file::verify(&mut db)?;
    db.close()?;
    medium.rename(NEW, MAIN)?;
    file::open_file(medium, MAIN, options)
}
