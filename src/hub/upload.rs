//! Restore upload: a database that is being uploaded in order to be restored; one at a time, and gone
//! from the disk however that ends.
//!
//! Called by `http::routes::admin`, which fills the file; calls the writer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use super::Hub;
use crate::store::{RESTORE_UPLOAD, StoreError};

/// The one upload there may be.
#[derive(Debug)]
pub struct Upload {
    path: PathBuf,
    _turn: OwnedMutexGuard<()>,
}

impl Upload {
    /// Where to lay down the file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Only a copy; when it cannot be removed the next upload overwrites it.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Hub {
    /// `None` while there is another one.
    pub fn upload(&self) -> Option<Upload> {
        let turn = Arc::clone(&self.uploading).try_lock_owned().ok()?;
        Some(Upload { path: self.config.data_dir.join(RESTORE_UPLOAD), _turn: turn })
    }

    /// Replace the database by what was uploaded.
    pub async fn restore(self: &Arc<Self>, upload: Upload) -> Result<(), StoreError> {
        let hub = Arc::clone(self);
        // On its own: who asked for it may hang up, and the file must stay until the writer is done with it.
        let restored = tokio::spawn(async move {
            let result = hub.writer.restore(RESTORE_UPLOAD.to_owned()).await;
            drop(upload);
            hub.feed.nudge_all();
            result
        });
        restored.await.unwrap_or_else(|error| Err(StoreError::Failed(error.to_string())))
    }
}
