//! Wire format: a page of operations. How they travel between hubs, and lie in a bundle.
//!
//! Called by `hub` to write pages, by `http` and `upstream` to read them, and by `bundle`. Pure: bytes and values.
//!
//! An id has ten random bytes that nothing compresses, and each operation its checksum. All else is told by what
//! came before it in the page (`context`), column by column (`columns`), and compressed. So a mark takes about 18
//! bytes, which matters where the link is a mast that the van passes.
//!
//! ```text
//!  version  1 byte
//!  length   4 bytes, of what lies between it and the checksum
//!  header   postcard: whose log, which audit, which part of it, how many operations, how long the columns are
//!  columns  compressed by DEFLATE; and within their length, after its end, what later versions add (`proofs`)
//!  rest     for each operation: the last ten bytes of its id, and a CRC-32 over all of it
//!  CRC-32   over everything before
//! ```
//!
//! Numbers are little-endian. The CRC of the page finds what the link did to it. That of an operation, which is
//! over the operation and not over its bytes here, finds a reader who understood the page differently.

mod columns;
mod context;
mod proofs;
mod read;
mod rows;
#[cfg(test)]
mod tests;
mod write;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use proofs::PageProofs;
pub use read::{claimed_token, decode, is_sealed, unsealed};
pub use rows::PageRows;
pub use write::Encoder;

use super::{Carried, Invalid, OpId, Token};

/// The form that this version writes, and the newest that it reads.
pub const VERSION: u8 = 1;
/// Operations in one page.
pub const MAX_OPS: usize = 4_096;
/// Bytes of a page as it travels.
pub const MAX_BYTES: usize = 2 << 20;
/// Bytes of the columns when they are unpacked ...
const MAX_UNPACKED: usize = 8 << 20;
/// ... and after how many of them the writer begins another page.
const ENOUGH: usize = 1 << 20;
/// Stamps in all bases together: a few bytes can tell many of them.
const MAX_STAMPS: usize = 1 << 16;

/// Bytes before what the length counts, and after it.
const HEAD: usize = 5;
const TAIL: usize = 4;

/// Which part of whose log a page is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub hub_id: Uuid,
    pub log_id: Uuid,
    pub token: Token,
    /// What lies after this position of the log ...
    pub after: u64,
    /// ... up to here ...
    pub upto: u64,
    /// ... of a log that reached so far.
    pub head: u64,
    /// Some operations of the log and no whole part of it: they show now, the others follow.
    pub partial: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub header: Header,
    pub ops: Vec<Carried>,
    pub proofs: PageProofs,
    /// In a bundle of a hub that signs.
    pub rows: Option<PageRows>,
    /// Those that no hub would have let in; the others go on without them.
    pub refused: Vec<RefusedOp>,
}

impl Page {
    /// It has a text for whoever verifies, and belongs to no part of the log (`Encoder::with_text`).
    pub fn is_text(&self) -> bool {
        let Header { after, upto, partial, .. } = self.header;
        partial && after == upto && self.ops.is_empty() && self.refused.is_empty()
    }

    /// About so many bytes, once it is in the log.
    pub fn weight(&self) -> usize {
        self.ops.iter().map(Carried::weight).sum()
    }
}

/// An operation that is not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedOp {
    pub id: OpId,
    pub why: Invalid,
}

/// The header as it is written.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    header: Header,
    count: usize,
    packed: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error(
        "these operations were written by a newer fieldhub (format {0}, this one knows {VERSION}): install \
         that version"
    )]
    Newer(u8),
    #[error("a page of operations is damaged: {0}")]
    Damaged(String),
    #[error("an operation cannot be written: {0}")]
    Unwritten(String),
}

impl PageError {
    fn damaged(problem: impl Into<String>) -> Self {
        PageError::Damaged(problem.into())
    }

    fn unread(_: postcard::Error) -> Self {
        PageError::damaged("a value is out of form")
    }

    fn unwritten(error: impl std::fmt::Display) -> Self {
        PageError::Unwritten(error.to_string())
    }
}

/// How long a page is that begins so: for readers of many.
pub fn length(head: [u8; HEAD]) -> Result<usize, PageError> {
    let [version, length @ ..] = head;
    if version != VERSION {
        return Err(if version > VERSION {
            PageError::Newer(version)
        } else {
            PageError::damaged("it is no page")
        });
    }
    let length = u32::from_le_bytes(length) as usize + HEAD + TAIL;
    if length > MAX_BYTES { Err(PageError::damaged("it is too long")) } else { Ok(length) }
}

/// As a page of a bundle has it.
#[cfg(test)]
pub(in crate::domain) fn digest_of(op: &Carried) -> super::proof::rows::RowDigest {
    super::proof::rows::row_digest(&whole(op).unwrap())
}

/// All that an operation is, in the one form that it has however it came.
fn whole(op: &Carried) -> Result<Vec<u8>, postcard::Error> {
    let (kind, body) = op.body.to_bytes()?;
    postcard::to_stdvec(&(op.id, &op.author, &op.device, op.marked_ms, op.stamp, &op.base, kind, body))
}
