//! Hash of a blob (SHA-256, content addressing): what a picture's file is called, and what it is compared with.
//!
//! `photo` names blobs by it; `store::blobs` makes it of what lies on the disk. Calls ring.

use std::fmt;
use std::str::FromStr;

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::domain::hex::{hex, unhex};

/// As text: 64 digits, no capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BlobHash([u8; 32]);

impl BlobHash {
    pub fn of(bytes: &[u8]) -> Self {
        let mut digest = BlobDigest::default();
        digest.add(bytes);
        digest.finish()
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0[..4]))
    }
}

impl FromStr for BlobHash {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        unhex(text).map(Self).ok_or(())
    }
}

/// The hash of what comes in pieces.
#[derive(Clone)]
pub struct BlobDigest(Context);

impl Default for BlobDigest {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl BlobDigest {
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn finish(self) -> BlobHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.0.finish().as_ref());
        BlobHash(hash)
    }
}

impl fmt::Debug for BlobDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlobDigest")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_sha_256_and_reads_back_as_written() {
        let empty = BlobHash::of(b"");
        assert_eq!(empty.to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(empty.to_string().parse(), Ok(empty));
        let mut pieces = BlobDigest::default();
        pieces.add(b"field");
        pieces.add(b"hub");
        assert_eq!(pieces.finish(), BlobHash::of(b"fieldhub"));
        for wrong in ["", "E3B0", &"a".repeat(63), &"g".repeat(64), "../../etc/passwd"] {
            assert_eq!(wrong.parse::<BlobHash>(), Err(()));
        }
    }
}
