//! Proofs of a page: that its part of a log begins and ends in the very log that it names.
//!
//! Written by `write` and read by `read`, behind the packed columns and within their length, where earlier versions look at
//! nothing. What later versions add comes after it (`rows`), and is passed over here.

use serde::{Deserialize, Serialize};

use super::PageError;
use crate::domain::Proof;

/// Of the positions `after` and `upto` of the header. Only the hub whose log it is can judge them; others keep and return
/// them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageProofs {
    pub after: Option<Proof>,
    pub upto: Option<Proof>,
}

/// As they are written.
#[derive(Serialize, Deserialize)]
struct Added {
    after: Option<[u8; Proof::LEN]>,
    upto: Option<[u8; Proof::LEN]>,
}

impl PageProofs {
    /// Nothing where there is nothing: the page is then as earlier versions wrote it.
    pub(super) fn written(self) -> Result<Vec<u8>, PageError> {
        if self == Self::default() {
            return Ok(Vec::new());
        }
        let bytes = |proof: Option<Proof>| proof.map(Proof::to_bytes);
        let added = Added { after: bytes(self.after), upto: bytes(self.upto) };
        postcard::to_stdvec(&added).map_err(PageError::unwritten)
    }

    /// For what is behind it: earlier versions read this first.
    pub(super) fn nothing() -> Result<Vec<u8>, PageError> {
        postcard::to_stdvec(&Added { after: None, upto: None }).map_err(PageError::unwritten)
    }

    /// With what lies behind them. What is not understood proves nothing, and spoils no page: its operations have their own checksums.
    pub(super) fn read(added: &[u8]) -> (Self, &[u8]) {
        let proof = |bytes: Option<[u8; Proof::LEN]>| bytes.map(Proof::from_bytes);
        postcard::take_from_bytes::<Added>(added).map_or_else(
            |_| (Self::default(), &[][..]),
            |(added, rest)| (Self { after: proof(added.after), upto: proof(added.upto) }, rest),
        )
    }
}
