//! Digests of a page's operations, and of the pages before it: in a bundle, where they tell which operation somebody has altered.
//!
//! Written by `write` and read by `read`, at the very end of what is behind the packed columns, so that they are found without
//! unpacking those. Calls `proof`.
//!
//! ```text
//!  8 each  the beginning of the SHA-256 of each operation, in the form that it has however it came
//!  16      digest of the pages before (`BundleChain`)
//!  "rows"
//! ```

use crate::domain::Digest;
use crate::domain::proof::rows::{ROW_DIGEST, RowChange, RowDigest, changes};

const TAG: [u8; 4] = *b"rows";

/// As a page has them, and as its operations are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRows {
    pub before: Digest,
    pub written: Vec<RowDigest>,
    /// Of every operation that is there, also of those that no hub would let in.
    pub found: Vec<RowDigest>,
}

impl PageRows {
    pub fn changes(&self) -> Vec<RowChange> {
        changes(&self.written, &self.found)
    }

    pub(super) fn to_bytes(before: Digest, rows: &[RowDigest]) -> Vec<u8> {
        [rows.as_flattened(), &before.0, &TAG].concat()
    }

    /// Of what lies behind the proofs of a page.
    pub(super) fn read(added: &[u8]) -> Option<(Digest, Vec<RowDigest>)> {
        let list = added.strip_suffix(&TAG)?;
        let (list, before) = list.split_last_chunk::<{ Digest::LEN }>()?;
        let (rows, []) = list.as_chunks::<ROW_DIGEST>() else { return None };
        Some((Digest(*before), rows.to_vec()))
    }
}
