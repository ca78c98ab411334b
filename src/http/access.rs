//! Who is calling, and what they may do: decided here and nowhere else.
//!
//! The accept loop (or a command in process) says where a request came from; handlers ask this.
//! In `open` mode the audit token is the key and everybody on the network is alike.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::ApiError;
use crate::domain::Author;

/// Where a request came from. Travels as a request extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The Unix socket, guarded by file permissions, or a command in process.
    Admin,
    /// Somebody on the network, by address.
    Open { address: String },
}

impl Caller {
    pub fn must_be_admin(&self) -> Result<(), ApiError> {
        match self {
            Caller::Admin => Ok(()),
            Caller::Open { .. } => Err(ApiError::forbidden(
                "only the fieldhub command on the hub itself may do this (it uses the Unix socket)",
            )),
        }
    }

    /// Who an operation is by. In `open` mode: who it says.
    pub fn author(&self, claimed: Author) -> Author {
        claimed
    }

    /// Names the caller among those whose clocks are listened to. Not by what it says of itself:
    /// a tablet that calls as technician here and as device there would agree with itself.
    pub fn witness(&self) -> &str {
        match self {
            Caller::Admin => "admin",
            Caller::Open { address } => address,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Nobody said: the least of rights.
        Ok(parts.extensions.get().cloned().unwrap_or(Caller::Open { address: String::new() }))
    }
}
