//! Key of a hub (Ed25519, PKCS#8): it signs what the hub gives away, and its public half and fingerprint tell the hub from others.
//!
//! Called by `proof`; `hub` keeps it. Calls ring.

use std::fmt;
use std::str::FromStr;

use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::domain::hex::{hex, unhex};

pub type HubSignature = [u8; 64];

/// Both halves: whoever has it is the hub.
pub struct HubKey(Ed25519KeyPair);

impl HubKey {
    /// As ring writes one (PKCS#8, version 2).
    pub fn from_pkcs8(bytes: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_pkcs8(bytes).ok().map(Self)
    }

    /// The same key each time.
    #[cfg(test)]
    pub(in crate::domain) fn of_seed(seed: [u8; 32]) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&seed).unwrap())
    }

    pub fn public(&self) -> HubPublicKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.0.public_key().as_ref());
        HubPublicKey(key)
    }

    /// The same for the same bytes, each time.
    pub fn sign(&self, bytes: &[u8]) -> HubSignature {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.0.sign(bytes).as_ref());
        signature
    }
}

/// Without the half that is nobody's business.
impl fmt::Debug for HubKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HubKey({})", self.public())
    }
}

/// As text: 64 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HubPublicKey(pub [u8; 32]);

impl HubPublicKey {
    pub fn has_signed(&self, bytes: &[u8], signature: &HubSignature) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(bytes, signature).is_ok()
    }

    /// For people to compare: `3f2a 91bc 77d0 12ef 5a60 c4d9`, the first twelve bytes of its SHA-256.
    pub fn fingerprint(&self) -> String {
        let whole = digest(&SHA256, &self.0);
        let half = whole.as_ref().get(..12).unwrap_or_default();
        half.chunks(2).map(hex).collect::<Vec<_>>().join(" ")
    }

    /// Whether somebody who wrote this, the key or its fingerprint, means it.
    pub fn is_named(&self, text: &str) -> bool {
        let plain = |text: &str| -> String {
            text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
        };
        let named = plain(text);
        named == self.to_string() || named == plain(&self.fingerprint())
    }
}

impl fmt::Display for HubPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl FromStr for HubPublicKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        unhex(text).map(Self).ok_or(())
    }
}
