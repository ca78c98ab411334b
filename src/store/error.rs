//! Errors of `store`: one type. Made out of redb's and the file system's; told to people by `http` and `cli`.

use crate::domain::Token;

/// What can go wrong here. Cloneable because one failed transaction answers many callers. Its words
/// get into logs, so they do not tell tokens.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    #[error("there is no audit {}", .0.hint())]
    UnknownAudit(Token),
    #[error("audit {} already exists: choose another token, or remove it first", .0.hint())]
    AuditExists(Token),
    /// Somebody else's page is for an audit that was removed here on purpose.
    #[error("audit {} was removed here: make it again, or import it, to continue", .0.hint())]
    Removed(Token),
    /// Operations are missing between what is here of another hub's log and what came.
    #[error("operations before these are missing: this hub has that log up to {have}")]
    Gap { have: u64 },
    /// Marks are refused; reading goes on, and writing when space comes back.
    #[error("the hub's disk is full: free some space; marks stay on the tablets until then")]
    DiskFull,
    #[error("{record} is damaged: {problem}")]
    Damaged { record: String, problem: String },
    #[error(
        "the data was written by a newer fieldhub (schema {found}, this one knows {known}): install that version"
    )]
    Newer { found: u32, known: u32 },
    #[error("the database is in use by another process")]
    InUse,
    #[error("not a fieldhub database: {0}")]
    NotOurs(String),
    /// Said of a copy, before it takes anything's place.
    #[error("this backup is not restored, and nothing was changed: {0}")]
    BadBackup(String),
    /// What was asked of the one that was open before may be wrong for the one that is open now.
    #[error("the database was replaced meanwhile; try again")]
    Replaced,
    #[error("the hub is stopping")]
    Stopping,
    #[error("storage: {0}")]
    Failed(String),
}

impl StoreError {
    pub(super) fn failed(error: impl std::fmt::Display) -> Self {
        StoreError::Failed(error.to_string())
    }
}

/// redb has an error type per verb; callers here need to know only what to do about it.
impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::Io(io) => io.into(),
            redb::Error::DatabaseAlreadyOpen => StoreError::InUse,
            redb::Error::Corrupted(problem) => {
                StoreError::Damaged { record: "the database file".to_owned(), problem }
            }
            other => StoreError::failed(other),
        }
    }
}

macro_rules! from_redb {
    ($($error:ident),*) => {$(
        impl From<redb::$error> for StoreError {
            fn from(error: redb::$error) -> Self {
                redb::Error::from(error).into()
            }
        }
    )*};
}
from_redb!(StorageError, TableError, TransactionError, CommitError, DatabaseError);

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
            _ => StoreError::failed(error),
        }
    }
}
