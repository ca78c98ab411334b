//! Errors of the hub as a whole: why it does not open.
//!
//! Told to people by `cli`.

use std::path::PathBuf;

use crate::domain::Invalid;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum HubError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{path} is in use by {holder}: stop it, or choose another --data-dir")]
    InUse { path: PathBuf, holder: String },
    #[error("{path} cannot be used ({error}): check it and its permissions, or choose another --data-dir")]
    /// Not as its `source`: who prints the whole chain would say it twice.
    Io { path: PathBuf, error: std::io::Error },
    #[error(transparent)]
    Invalid(#[from] Invalid),
}
