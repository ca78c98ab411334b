//! Crash recovery: opening the database so that the hub always starts.
//!
//! Called by the engine; calls redb, `snapshot` for the fallback, `migrate`, and the medium.
//!
//! - First creation goes to another name and is renamed when whole: power lost on the way leaves
//!   a file that never opens, and nobody looks at that name again.
//! - What was restored has to open before it counts: until then the database before it has a name of its own, and
//!   takes its place again when it does not.
//! - Every opening verifies all checksums. A file is called damaged after a second look at it, from the disk (`look`). It is
//!   kept under a dated name, and the newest snapshot that verifies takes its place, else an empty database. Both have a
//!   new log id, so that tablets push again what they hold.

use redb::Database;

use super::file::{
    self, BEFORE_RESTORE, DAMAGED, MAIN, NEW, NEWER, OpenDatabase, Options, REPLACED, RESTORE_UPLOAD,
    RESTORED,
};
use super::look;
use super::medium::{Medium, UNNAMED};
use super::meta::{self, CLOCK, CURSOR_KEY, HUB_ID, LOG_ID, SCHEMA_KEY, put_meta};
use super::record::ClockRow;
use super::tables::{self, SCHEMA};
use super::{StoreError, migrate, snapshot};

/// What a process that was killed has left half done. Only at the start: later these may be in somebody's hands.
pub fn sweep(medium: &dyn Medium) {
    for name in leftovers(&medium.names().unwrap_or_default()) {
        match medium.remove_if_there(name) {
            Ok(()) => {
                tracing::info!(name, "removed what an interrupted backup, restore or snapshot had left")
            }
            Err(error) => tracing::warn!(%error, name, "a leftover could not be removed"),
        }
    }
}

/// Files that nobody will go on with.
pub fn leftovers(names: &[String]) -> impl Iterator<Item = &str> {
    let copy = |name: &str| name.starts_with("backup-") && name.ends_with(".tmp");
    let half = [NEW, snapshot::MAKING, RESTORE_UPLOAD];
    let ours = move |name: &&str| half.contains(name) || copy(name) || name.starts_with(UNNAMED);
    names.iter().map(String::as_str).filter(ours)
}

/// `read` takes from the database what the caller needs; rows it finds damaged count like a
/// damaged file.
pub fn open<T>(
    medium: &dyn Medium,
    options: &Options,
    read: impl Fn(&Database) -> Result<T, StoreError>,
) -> Result<(OpenDatabase, T), StoreError> {
    let whole = |db: OpenDatabase| {
        let sound = |catalogue| db.is_sound().map(|()| catalogue);
        match file::caught(MAIN, || read(&db).and_then(sound)) {
            Ok(catalogue) => Ok((db, catalogue)),
            Err(error) => Err(db.given_up(error)),
        }
    };
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
        match look::again(medium, MAIN, |torn| open_main(medium, options, torn).and_then(whole)) {
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
        match look::again(medium, name, |torn| from_snapshot(medium, name, options, torn)).and_then(whole) {
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
fn open_main(medium: &dyn Medium, options: &Options, seen_torn: bool) -> Result<OpenDatabase, StoreError> {
    let db = file::open_file(medium, MAIN, seen_torn)?;
    match file::caught(MAIN, || migrate::to_present(&db, medium, options)) {
        Ok(()) => Ok(db),
        Err(error) => Err(db.given_up(error)),
    }
}

/// A database of a newer version gets another name, which is returned: `open` goes on from the snapshot that was made before
/// it became newer. For the way back from an update, while no hub runs.
pub fn put_newer_aside(medium: &dyn Medium, options: &Options) -> Result<Option<String>, StoreError> {
    if !medium.exists(MAIN)? {
        return Ok(None);
    }
    match look::again(medium, MAIN, |torn| file::open_file(medium, MAIN, torn)) {
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

fn from_snapshot(
    medium: &dyn Medium,
    name: &str,
    options: &Options,
    seen_torn: bool,
) -> Result<OpenDatabase, StoreError> {
    let snapshot = file::open_file(medium, name, seen_torn)?;
    match file::caught(name, || snapshot::copy(&snapshot, medium, NEW, Some((options.mint)()))) {
        Ok(_) => file::close(snapshot),
        Err(error) => return Err(snapshot.given_up(error)),
    }
    medium.rename(NEW, MAIN)?;
    look::again(medium, MAIN, |torn| open_main(medium, options, torn))
}

fn create(medium: &dyn Medium, options: &Options) -> Result<OpenDatabase, StoreError> {
    medium.remove_if_there(NEW)?;
    let mut db = file::builder(medium).create_with_backend(medium.open(NEW)?)?;
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
    look::again(medium, MAIN, |torn| file::open_file(medium, MAIN, torn))
}
