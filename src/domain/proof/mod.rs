//! Signed statement of a hub (Ed25519): one line of ASCII that says which hub wrote what, from which log, up to where and when; and
//! the digest of the file that it stands in.
//!
//! Made for `report` and `bundle`, read by `check`; calls `key`. Whoever finds the line in twenty years needs no program of ours:
//!
//! ```text
//!  fieldhub-proof:1;of=report;hub=...;log=...;audit=...;position=312;digest=...;time=...;clock=...;key=...;sha256=...;signature=...
//!  signature  Ed25519, by `key`, over everything before `;signature=`
//!  sha256     of the file without this line, from its first letter to the last digit of the signature;
//!             `of=bundle`: of what is before the line, as a bundle ends in sums over all of it
//!  rows       where the file has rows (bundle, export): of the list of their digests, which tells which of them was altered
//! ```
//!
//! Names that a later version adds are passed over, and signed all the same.

pub mod check;
mod key;
pub mod rows;
mod sealed;
#[cfg(test)]
mod tests;

use std::fmt::Write;

use uuid::Uuid;

use super::digest::Digest;
use super::hex::{hex, unhex};
use super::id::Token;
use super::iso8601;
pub use check::{FileCheck, FileVerdict};
pub use key::{HubKey, HubPublicKey, HubSignature};
pub use sealed::{HashedOut, Sealer, sha256};

/// How the line begins, wherever it stands.
pub const BEGIN: &str = "fieldhub-proof:1";
const SIGNATURE: &str = ";signature=";
/// What a statement over a report is of.
pub const REPORT: &str = "report";
/// Over a bundle.
pub const BUNDLE: &str = "bundle";
/// Over an audit as a tablet exports it.
pub const EXPORT: &str = "export";
/// Characters of a name, as it is written down.
const MAX_NAME: usize = 96;

/// What a hub puts its name to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubStatement {
    /// `report`, `bundle`, `export`.
    pub of: String,
    pub hub: Uuid,
    /// As the hub called itself: anybody may call a hub so.
    pub name: String,
    pub log: Uuid,
    /// These four are of one audit; a bundle has several.
    pub audit: Option<Token>,
    /// `None`: it has no number.
    pub version: Option<u32>,
    pub position: Option<u64>,
    pub digest: Option<Digest>,
    pub made_ms: u64,
    /// How the hub knew the time: a word of `TimeSource`, with `,contradicted` where its tablets said another one.
    pub clock: String,
    pub key: HubPublicKey,
    /// Of the digests of its rows, where it has any.
    pub rows: Option<Digest>,
    /// Of the file. `None`: it is the head of a log alone.
    pub sha256: Option<[u8; 32]>,
}

impl HubStatement {
    /// What is signed.
    pub fn text(&self) -> String {
        let mut text = format!("{BEGIN};of={};hub={};name={}", self.of, self.hub, written(&self.name));
        // Writing to a String does not fail.
        let _ = write!(text, ";log={}", self.log);
        if let Some(audit) = &self.audit {
            let _ = write!(text, ";audit={audit}");
        }
        if let Some(version) = self.version {
            let _ = write!(text, ";version={version}");
        }
        if let Some(position) = self.position {
            let _ = write!(text, ";position={position}");
        }
        if let Some(digest) = self.digest {
            let _ = write!(text, ";digest={digest}");
        }
        let _ = write!(text, ";time={};clock={}", iso8601::format(self.made_ms), self.clock);
        let _ = write!(text, ";key={}", self.key);
        if let Some(rows) = self.rows {
            let _ = write!(text, ";rows={rows}");
        }
        if let Some(sha256) = self.sha256 {
            let _ = write!(text, ";sha256={}", hex(&sha256));
        }
        text
    }

    /// The whole line.
    pub fn signed(&self, key: &HubKey) -> String {
        let text = self.text();
        let signature = key.sign(text.as_bytes());
        Self::line(text, signature)
    }

    pub fn line(text: String, signature: HubSignature) -> String {
        format!("{text}{SIGNATURE}{}", hex(&signature))
    }

    /// What a line says, whose signature is the one of its key.
    pub fn of_line(line: &str) -> Option<Self> {
        let (text, signature) = line.split_once(SIGNATURE)?;
        let statement = Self::parse(text)?;
        statement.key.has_signed(text.as_bytes(), &unhex(signature)?).then_some(statement)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';');
        if parts.next()? != BEGIN {
            return None;
        }
        let mut known = std::collections::HashMap::new();
        for part in parts {
            let (name, value) = part.split_once('=')?;
            // Twice would be two statements.
            if known.insert(name, value).is_some() {
                return None;
            }
        }
        let text = |name: &str| known.get(name).copied();
        // What is there must be what it says to be.
        fn maybe<T>(value: Option<&str>, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
            value.map_or(Some(None), |value| read(value).map(Some))
        }
        Some(Self {
            of: text("of")?.to_owned(),
            hub: text("hub")?.parse().ok()?,
            name: percent_encoding::percent_decode_str(text("name")?).decode_utf8_lossy().into_owned(),
            log: text("log")?.parse().ok()?,
            audit: maybe(text("audit"), |audit| Token::parse(audit).ok())?,
            version: maybe(text("version"), |version| version.parse().ok())?,
            position: maybe(text("position"), |position| position.parse().ok())?,
            digest: maybe(text("digest"), |digest| digest.parse().ok())?,
            made_ms: iso8601::parse(text("time")?)?,
            clock: text("clock")?.to_owned(),
            key: text("key")?.parse().ok()?,
            rows: maybe(text("rows"), |rows| rows.parse().ok())?,
            sha256: maybe(text("sha256"), unhex)?,
        })
    }

    /// The same but for the file: of the same hub, log, position and moment.
    pub fn is_beside(&self, other: &Self) -> bool {
        Self { sha256: None, ..self.clone() } == Self { sha256: None, ..other.clone() }
    }
}

/// In letters that stand in a line as they are; cut where it is long.
fn written(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        let mut bytes = [0; 4];
        let bytes = letter.encode_utf8(&mut bytes);
        let plain = letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
        let more = match plain {
            true => bytes.to_owned(),
            false => bytes.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}")),
        };
        if text.len() + more.len() > MAX_NAME {
            break;
        }
        text.push_str(&more);
    }
    text
}
