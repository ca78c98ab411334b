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
    /// The bytes did not come: whether they are good is not known.
    #[error("{record} cannot be read at byte {at}: {problem}")]
    Unreadable { record: String, at: u64, problem: String },
    /// A commit that power cut short, or a page of it that came in wrong: redb would go on from the one before.
    #[error("the last commit in {record} does not read as it was written")]
    Torn { record: String },
    /// Nothing is lost, and soon it is there again.
    #[error("the database is being opened again after a failure: try again in a moment")]
    Reopening,
    #[error("there is no room for {what}, which needs {needed} bytes: free some space on the hub's disk")]
    NoRoom { what: &'static str, needed: u64 },
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
    /// By the file system, which says the same however often it is asked.
    #[error("storage: {0}")]
    Denied(String),
}

impl StoreError {
    /// Of reading or writing the file, and not of what was asked: the database is to be opened anew.
    pub(super) fn is_of_storage(&self) -> bool {
        matches!(
            self,
            StoreError::Damaged { .. }
                | StoreError::Unreadable { .. }
                | StoreError::DiskFull
                | StoreError::Failed(_)
                | StoreError::Denied(_)
        )
    }

    pub fn failed(error: impl std::fmt::Display) -> Self {
        StoreError::Failed(error.to_string())
    }
}

/// redb has an error type per verb; callers here need to know only what to do about it.
impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::Io(io) => io.into(),
            redb::Error::DatabaseAlreadyOpen => StoreError::InUse,
            // By `recovery`, in the middle of a reading that took long.
            redb::Error::DatabaseClosed => StoreError::Reopening,
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
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::Denied(error.to_string())
            }
            _ => StoreError::failed(error),
        }
    }
}

/// Which file it was: the system's own words do not say.
pub trait OfFile<T> {
    fn of_file(self, path: &std::path::Path) -> std::io::Result<T>;
}

impl<T> OfFile<T> for std::io::Result<T> {
    fn of_file(self, path: &std::path::Path) -> std::io::Result<T> {
        self.map_err(|error| std::io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    }
}
