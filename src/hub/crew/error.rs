//! Errors of the crew: why a token lets nobody in, why nobody joins, why nothing was changed.
//!
//! Made in `session`, `join` and `change`; told to people by `http`.

use crate::store::StoreError;

/// Why a token lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotIn {
    /// Not a token of this hub, or of a technician that it does not know.
    Bad,
    Expired,
    Revoked,
}

#[derive(Debug, thiserror::Error)]
pub enum CrewError {
    #[error("there is no member {0}: `fieldhub crew list` shows them")]
    Unknown(String),
    #[error("the signing key comes from systemd's credentials: replace it there and restart the hub")]
    ForeignKey,
    #[error("this is the crew's last lead: make somebody else a lead first")]
    LastLead,
    #[error("the session is over")]
    NotIn(NotIn),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// Access is open: there is nothing to join.
    #[error("access is open: nobody needs to join")]
    OpenHub,
    #[error("this is not the code")]
    WrongCode,
    #[error("the crew has no room for another member: revoke those who left, with `fieldhub crew revoke`")]
    Full,
    /// Too many have the right code and wait for their turn.
    #[error("many are joining at this moment: try again in a few seconds")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}
