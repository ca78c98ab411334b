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
    #[error("{path} cannot be used ({source}): check it and its permissions, or choose another --data-dir")]
    Io { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Invalid(#[from] Invalid),
}
