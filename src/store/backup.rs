//! Backup and restore of the hub's database while it runs: the engine's part in what `snapshot` copies.
//!
//! Called by `hub` and, for a restore, by the writer thread; calls `snapshot`, `verify`, the engine and the medium.
//!
//! A restore has two halves. First the backup is copied and verified under another name; nothing else is touched.
//! Then it takes the database's place, and the database keeps a name by which `open` goes back to it when what was
//! restored does not open.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use redb::ReadableDatabase;
use uuid::Uuid;

use super::file::{self, BEFORE_RESTORE, MAIN, NEW, REPLACED};
use super::verify::{self, Inventory};
use super::{Engine, StoreError, look, migrate, progress, snapshot};

impl Engine {
    /// Write a verified copy of everything committed to `name`, while writing goes on.
    pub fn copy_to(&self, name: &str) -> Result<(), StoreError> {
        self.medium.remove_if_there(name)?;
        let file = self.medium.open(name)?;
        self.with_txn(|txn| snapshot::fill(txn, self.medium(), file, None))
    }

    /// The same in a file that has no name: whatever becomes of this process, nothing of it stays on the disk.
    pub fn copy(&self) -> Result<File, StoreError> {
        self.has_room("a backup", self.medium.len(MAIN)?)?;
        let (file, copy) = self.medium.unnamed()?;
        self.with_txn(|txn| snapshot::fill(txn, self.medium(), file, None))?;
        Ok(copy)
    }

    /// Whether so many bytes fit on the disk, and marks beside them.
    pub fn has_room(&self, what: &'static str, needed: u64) -> Result<(), StoreError> {
        if self.medium.free_bytes()? < needed.saturating_add(self.options.min_free_bytes) {
            return Err(StoreError::NoRoom { what, needed });
        }
        Ok(())
    }

    /// Make a snapshot; the older of the two goes.
    pub fn snapshot(&self) -> Result<(), StoreError> {
        self.with_txn(|txn| snapshot::keep(txn, self.medium(), self.options.min_free_bytes))
    }

    /// Replace the database by the file `name`, which is verified first. The log id is a new one,
    /// so that tablets push again what they hold; the old database is kept under another name.
    pub(super) fn restore(&self, name: &str) -> Result<(), StoreError> {
        progress::during(self.options.opening, Some("Restoring a backup"), || self.restore_from(name))
    }

    fn restore_from(&self, name: &str) -> Result<(), StoreError> {
        let _turn = self.turn.lock();
        let log_id = (self.options.mint)();
        let contents = caught(|| self.candidate(name, log_id)).inspect_err(|_| {
            // Half a copy would take what marks need.
            let _ = self.medium.remove_if_there(NEW);
        })?;
        let opened = self.reopen(|| {
            self.medium.rename(MAIN, REPLACED)?;
            self.medium.rename(NEW, MAIN)?;
            Ok(())
        });
        let there = opened.and_then(|()| self.with_db(|db| Inventory::of(&db.begin_read()?)));
        let error = match there {
            Ok(there) if there == contents => return Ok(()),
            Ok(_) => StoreError::Failed("what was opened is not what was restored".to_owned()),
            Err(error) => error,
        };
        tracing::error!(%error, "the restore failed; the hub goes back to the database before it");
        // Opened, and what is wrong with it showed later: by then the one before has its last name.
        let before = if self.identity().log_id == log_id { BEFORE_RESTORE } else { REPLACED };
        if let Err(error) = self.reopen(|| self.go_back(before)) {
            tracing::error!(%error, "reopening failed; the next operation tries again");
        }
        Err(error)
    }

    /// Whichever of the renames was done before something failed.
    fn go_back(&self, before: &str) -> Result<(), StoreError> {
        let medium = self.medium();
        if medium.exists(before)? {
            if medium.exists(MAIN)? {
                medium.rename(MAIN, NEW)?;
            }
            medium.rename(before, MAIN)?;
        }
        Ok(())
    }

    /// A copy of the file `name` under `NEW`, of the present schema and read to the last row; and what is in it.
    fn candidate(&self, name: &str, log_id: Uuid) -> Result<Inventory, StoreError> {
        let (medium, options) = (self.medium(), &self.options);
        let bad = |error: StoreError| match error {
            // The file itself, and not a row in it.
            StoreError::Damaged { record, problem } if record == name => StoreError::NotOurs(problem),
            error @ StoreError::Damaged { .. } => StoreError::BadBackup(error.to_string()),
            other => other,
        };
        let source = look::again(medium, name, |torn| file::open_file(medium, name, torn)).map_err(bad)?;
        snapshot::copy(&source, medium, NEW, Some(log_id)).map_err(bad)?;
        drop(source);
        let copy = look::again(medium, NEW, |torn| file::open_file(medium, NEW, torn)).map_err(bad)?;
        migrate::steps(&copy, options).map_err(bad)?;
        self.keep_identity(&copy)?;
        verify::read(&copy).map_err(bad)
    }
}

/// Redb, and a fold over values that nobody has ever had, may panic.
fn caught<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(StoreError::BadBackup("reading it failed: is it a backup of this program?".to_owned()))
    })
}
