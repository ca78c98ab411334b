//! Digest of a log up to a position (hash chain): two logs that have the same one there are the same up to there.
//!
//! `store` makes one for each row and keeps it in the row; positions that travel carry it, so that whoever counts in
//! another log than this one is told from whoever counts in this one.

use std::fmt;
use std::str::FromStr;

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::hex::{hex, unhex};

/// The first half of a SHA-256. As text: 32 digits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Digest(pub [u8; Self::LEN]);

impl Digest {
    pub const LEN: usize = 16;
    /// Of a log in which nothing is.
    pub const EMPTY: Self = Self([0; Self::LEN]);

    /// Of the log that goes on with this row, at `seq`.
    #[must_use]
    pub fn then(self, seq: u64, row: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(&self.0);
        context.update(&seq.to_be_bytes());
        context.update(row);
        let mut half = [0; Self::LEN];
        half.copy_from_slice(&context.finish().as_ref()[..Self::LEN]);
        Self(half)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl FromStr for Digest {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        unhex(text).map(Self).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_what_came_before_and_where() {
        let one = Digest::EMPTY.then(1, b"dead");
        // For ever: it lies in the rows, and other hubs keep it.
        assert_eq!(one.to_string(), "12b958cf130fe6d7c5575f7c38adb6ae");
        assert_eq!(one.to_string().parse(), Ok(one));
        let two = one.then(2, b"ok");
        for other in [one.then(2, b"dead"), one.then(3, b"ok"), Digest::EMPTY.then(2, b"ok")] {
            assert_ne!(other, two);
        }
    }
}
