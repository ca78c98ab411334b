//! Rollback to an earlier version, while no hub runs.
//!
//! Called by `fieldhub update`, whose new version did not become healthy; calls the store.

use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::clock;
use super::error::HubError;
use super::guard::Guard;
use crate::store::{self, DirMedium, Options};

/// Where the database went, when a newer version had made it its own: the next start goes on from the snapshot of before that,
/// under a new log id, and tablets push again what they hold.
pub fn put_newer_aside(data_dir: &Path) -> Result<Option<PathBuf>, HubError> {
    let medium = DirMedium::new(data_dir);
    if !data_dir.exists() {
        return Ok(None);
    }
    let _guard = Guard::take(data_dir)?;
    let options = Options {
        mint: Uuid::new_v4,
        dated: clock::dated,
        min_free_bytes: 0,
        opening: |_| (),
        bounds: Default::default(),
    };
    Ok(store::put_newer_aside(&medium, &options)?.map(|name| data_dir.join(name)))
}
