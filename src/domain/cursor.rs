//! Cursor: a position in the log of an audit, as a reader is given it and says it again. It is `LOGID:SEQ`, and with its
//! proof `LOGID:SEQ:PROOF`.
//!
//! Made by `http` for live feeds, judged by `Hub::resume`. The proof is the digest of the log up to there, which shows
//! whether the reader's log and this one are the same, and a code (MAC) that only this database could have made: a reader
//! who has seen more than there is, or something else, has then really seen it.

use std::fmt;
use std::str::FromStr;

use ring::hmac;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::Token;
use super::digest::Digest;
use super::hex::{hex, unhex};

/// Where a reader has got to: a position, in which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub log_id: Uuid,
    pub seq: u64,
    /// Earlier versions gave none, and positions that they wrote have none.
    pub proof: Option<Proof>,
}

/// What only whoever was given this position can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    pub digest: Digest,
    /// Half as long as the digest: it is tried against the hub alone, which is slow.
    mac: [u8; Self::MAC_LEN],
}

/// The secret of a database, which proofs are made with. It is copied with the database: a copy that is put back must
/// know again what the original gave.
#[derive(Clone)]
pub struct CursorKey(hmac::Key);

/// As a reader says it: without the log id it is believed to be of this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    Seq(u64),
    Cursor(Cursor),
}

impl Cursor {
    pub fn unproved(log_id: Uuid, seq: u64) -> Self {
        Self { log_id, seq, proof: None }
    }
}

impl Proof {
    const MAC_LEN: usize = 8;
    pub const LEN: usize = Digest::LEN + Self::MAC_LEN;

    /// As other hubs keep it.
    pub fn to_bytes(self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..Digest::LEN].copy_from_slice(&self.digest.0);
        bytes[Digest::LEN..].copy_from_slice(&self.mac);
        bytes
    }

    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        let mut proof = Self { digest: Digest::EMPTY, mac: [0; Self::MAC_LEN] };
        proof.digest.0.copy_from_slice(&bytes[..Digest::LEN]);
        proof.mac.copy_from_slice(&bytes[Digest::LEN..]);
        proof
    }
}

impl CursorKey {
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    pub fn prove(&self, log_id: Uuid, audit: &Token, seq: u64, digest: Digest) -> Proof {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(log_id.as_bytes());
        context.update(&seq.to_be_bytes());
        context.update(&digest.0);
        // The only one of any length: at the end.
        context.update(audit.as_str().as_bytes());
        let mut mac = [0; Proof::MAC_LEN];
        mac.copy_from_slice(&context.sign().as_ref()[..Proof::MAC_LEN]);
        Proof { digest, mac }
    }

    /// Whether the cursor was given by this database, of this audit.
    pub fn gave(&self, audit: &Token, cursor: &Cursor) -> bool {
        cursor.proof.is_some_and(|proof| {
            let right = self.prove(cursor.log_id, audit, cursor.seq, proof.digest);
            // In the same time wherever they differ.
            right.mac.iter().zip(&proof.mac).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
        })
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(..)")
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.digest, hex(&self.mac))
    }
}

impl FromStr for Proof {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (digest, mac) = text.split_at_checked(2 * Digest::LEN).ok_or(())?;
        Ok(Self { digest: digest.parse()?, mac: unhex(mac).ok_or(())? })
    }
}

impl Serialize for Proof {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.log_id, self.seq)?;
        self.proof.map_or(Ok(()), |proof| write!(f, ":{proof}"))
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (log_id, rest) = text.split_once(':').ok_or(())?;
        let (seq, proof) = match rest.split_once(':') {
            Some((seq, proof)) => (seq, Some(proof.parse()?)),
            None => (rest, None),
        };
        Ok(Self { log_id: log_id.parse().map_err(drop)?, seq: seq.parse().map_err(drop)?, proof })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seq(seq) => seq.fmt(f),
            Self::Cursor(cursor) => cursor.fmt(f),
        }
    }
}

impl FromStr for Position {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.contains(':') {
            true => text.parse().map(Self::Cursor),
            false => text.parse().map(Self::Seq).map_err(drop),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(name: &str) -> Token {
        Token::parse(name).unwrap()
    }

    fn cursor(key: &CursorKey) -> Cursor {
        let (log_id, digest) = (Uuid::from_u128(1), Digest([7; 16]));
        let proof = key.prove(log_id, &token("jalibat"), 12, digest);
        Cursor { log_id, seq: 12, proof: Some(proof) }
    }

    #[test]
    fn a_position_reads_back_as_written_with_and_without_what_proves_it() {
        let with = cursor(&CursorKey::new(b"secret"));
        let without = Cursor { proof: None, ..with };
        for position in [Position::Seq(0), Position::Cursor(without), Position::Cursor(with)] {
            assert_eq!(position.to_string().parse(), Ok(position));
        }
        let proof = with.proof.unwrap();
        assert_eq!((Proof::from_bytes(proof.to_bytes()), 2 * Proof::LEN), (proof, proof.to_string().len()));
        assert_eq!(without.to_string(), "00000000-0000-0000-0000-000000000001:12");
        let text = with.to_string();
        assert_eq!(text.len(), without.to_string().len() + 1 + 48);
        for wrong in
            ["", ":", "12:", ":12", "x:12", "-1", &text[..text.len() - 1], format!("{text}0").as_str()]
        {
            assert_eq!(wrong.parse::<Position>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn a_proof_is_of_one_database_log_audit_position_and_history() {
        let key = CursorKey::new(b"secret");
        let given = cursor(&key);
        assert!(key.gave(&token("jalibat"), &given));
        assert!(!key.gave(&token("jalibas"), &given));
        assert!(!CursorKey::new(b"secrets").gave(&token("jalibat"), &given));
        let proof = given.proof.unwrap();
        let forged = [
            Cursor { log_id: Uuid::from_u128(2), ..given },
            Cursor { seq: 13, ..given },
            Cursor { proof: None, ..given },
            Cursor { proof: Some(Proof { digest: Digest([8; 16]), ..proof }), ..given },
            Cursor { proof: Some(Proof { mac: [0; 8], ..proof }), ..given },
        ];
        for cursor in forged {
            assert!(!key.gave(&token("jalibat"), &cursor), "{cursor}");
        }
        assert_eq!(format!("{key:?}"), "CursorKey(..)");
    }
}
