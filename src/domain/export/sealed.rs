//! Signed form of the tablet export (streaming hash): its last two fields are the digests of its modules, and the hub's signature.
//!
//! Called by `http` with what it writes, and by `check`, which reads it; calls `proof`. Readers of before pass over both fields.

use ring::digest::{Context, SHA256};

use crate::domain::Digest;
use crate::domain::hex::hex;
use crate::domain::proof::rows::row_digest;
use crate::domain::proof::{HubStatement, Sealer};

/// How the list of digests begins: 16 digits for each module.
pub(super) const LIST: &str = "  \"row_hashes\": \"";

/// Of the list, as the signature has it.
pub(super) fn list_digest(list: &str) -> Digest {
    Digest::EMPTY.then(0, list.as_bytes())
}

/// Passes over what is written, and writes the end.
#[expect(missing_debug_implementations, reason = "a hash in the making says nothing")]
pub struct ExportSum {
    sha256: Context,
    list: String,
}

impl Default for ExportSum {
    fn default() -> Self {
        Self { sha256: Context::new(&SHA256), list: String::new() }
    }
}

impl ExportSum {
    /// What comes before the modules.
    pub fn begin(&mut self, text: &str) {
        self.sha256.update(text.as_bytes());
    }

    pub fn module(&mut self, text: &str) {
        self.sha256.update(text.as_bytes());
        self.list.push_str(&hex(&row_digest(text.trim_start_matches([',', '\n', ' ']).as_bytes())));
    }

    /// Instead of `tablet_end`.
    pub fn end(mut self, seal: &Sealer<'_>) -> String {
        let close = if self.list.is_empty() { "]" } else { "\n  ]" };
        let before = format!("{close},\n{LIST}{}\",\n  \"proof\": \"", self.list);
        let after = "\"\n}";
        self.sha256.update(before.as_bytes());
        self.sha256.update(after.as_bytes());
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.sha256.finish().as_ref());
        let statement = HubStatement { rows: Some(list_digest(&self.list)), ..seal.statement.clone() };
        let line = Sealer { statement, key: seal.key }.line(sha256);
        before + &line + after
    }
}
