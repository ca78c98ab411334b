//! Backup and restore of the hub's database while it runs: the engine's part in what `snapshot` copies.
//!
//! Called by `hub` and, for a restore, by the writer thread; calls `snapshot`, the engine and the medium.

use super::file::{self, MAIN, NEW, RESTORED};
use super::{Engine, StoreError, snapshot};

/// Where a caller lies down a file to be restored.
pub const RESTORE_UPLOAD: &str = "restore.redb";
/// Where the database goes that a restore replaces.
const BEFORE_RESTORE: &str = "fieldhub.redb.before-restore";

impl Engine {
    /// Write a verified copy of everything committed to `name`, while writing goes on.
    pub fn copy_to(&self, name: &str) -> Result<(), StoreError> {
        self.with_db(|db| snapshot::copy(db, &*self.medium, name, None))
    }

    /// Make a snapshot; the older of the two goes.
    pub fn snapshot(&self) -> Result<(), StoreError> {
        self.with_db(|db| snapshot::keep(db, self.medium(), self.options.min_free_bytes))
    }

    /// Replace the database by the file `name`, which is verified first. The log id is a new one,
    /// so that tablets push again what they hold; the old database is kept under another name.
    pub(super) fn restore(&self, name: &str) -> Result<(), StoreError> {
        let refuse = |error: StoreError| match error {
            StoreError::Damaged { problem, .. } => StoreError::NotOurs(problem),
            other => other,
        };
        let source = file::open_file(self.medium(), name, &self.options).map_err(refuse)?;
        snapshot::copy(&source, self.medium(), NEW, Some((self.options.mint)())).map_err(refuse)?;
        drop(source);
        let before = self.identity();
        // From here on `open` finishes what power lost between the next two renames leaves.
        self.medium.rename(NEW, RESTORED)?;
        self.reopen(|| {
            self.medium.rename(MAIN, BEFORE_RESTORE)?;
            self.medium.rename(RESTORED, MAIN)?;
            Ok(())
        })?;
        self.settle_restored(before)
    }
}
