//! Backup: a verified copy of the database while writing goes on, one at a time.
//!
//! Called by `http`; calls the engine, on a thread that may wait.

use std::path::PathBuf;
use std::sync::Arc;

use super::Hub;
use crate::store::StoreError;

/// A copy of the database for whoever asked; the only one as long as it is kept.
#[derive(Debug)]
pub struct Backup {
    pub file: std::fs::File,
    _turn: tokio::sync::OwnedMutexGuard<()>,
}

impl Hub {
    /// A verified copy of the database under `name` in the data directory, while writing goes on.
    pub async fn copy_to(self: &Arc<Self>, name: String) -> Result<PathBuf, StoreError> {
        let path = self.config.data_dir.join(&name);
        let hub = Arc::clone(self);
        let copied = tokio::task::spawn_blocking(move || hub.engine.copy_to(&name)).await;
        copied.map_err(|e| StoreError::Failed(e.to_string()))??;
        Ok(path)
    }

    /// A verified copy of the database, made while writing goes on. It has no name, so nothing of it stays when this process
    /// ends. `None` while there is another one: each needs as much room as the database.
    pub async fn backup(self: &Arc<Self>) -> Option<Result<Backup, StoreError>> {
        let turn = Arc::clone(&self.copying).try_lock_owned().ok()?;
        let hub = Arc::clone(self);
        // Whoever asked may hang up: the copy goes on, and its turn with it.
        let copy = move || hub.engine.copy().map(|file| Backup { file, _turn: turn });
        let copied = tokio::task::spawn_blocking(copy).await;
        Some(copied.map_err(|error| StoreError::Failed(error.to_string())).flatten())
    }

    /// Whether so many bytes fit on the disk, and marks beside them.
    pub fn has_room(&self, what: &'static str, needed: u64) -> Result<(), StoreError> {
        self.engine.has_room(what, needed)
    }
}
