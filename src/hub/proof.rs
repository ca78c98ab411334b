//! Keeping of the hub's signing key (Ed25519): made once, when it is first asked for, and kept in the data directory for its owner alone.
//!
//! Called by `reports`, `http` and `cli`; calls `store`'s private files and ring. It is in no backup: whoever has a backup is not the hub. A
//! hub that has lost its key, or is another hub now, makes a new one.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Hub, clock};
use crate::domain::hex::{hex, unhex};
use crate::domain::proof::{BUNDLE, EXPORT, HubKey, HubPublicKey, HubStatement};
use crate::domain::report::proof::{HubSigner, clock_word};
use crate::domain::{Digest, Token};
use crate::store::{PrivateFile, StoreError};

/// In the data directory.
pub const PROOF_KEY: &str = "fieldhub.proof";
/// Bytes of a PKCS#8 key as ring writes it.
const PKCS8: usize = 83;

#[derive(Serialize, Deserialize)]
struct KeptKey {
    hub_id: Uuid,
    pkcs8: String,
}

impl KeptKey {
    fn read(&self) -> Option<HubKey> {
        HubKey::from_pkcs8(&unhex::<PKCS8>(&self.pkcs8)?)
    }
}

/// The key as it was read last, and of which hub it is.
#[derive(Debug, Default)]
pub(super) struct ProofKey(Mutex<Option<(Uuid, Arc<HubKey>)>>);

impl Hub {
    /// What this hub signs with. `None`: it can be neither read nor kept now; then nothing is signed, and all else goes on.
    pub fn proof_key(&self) -> Option<Arc<HubKey>> {
        let hub_id = self.identity().hub_id;
        let mut known = self.proof_key.0.lock();
        if let Some((_, key)) = known.as_ref().filter(|(of, _)| *of == hub_id) {
            return Some(Arc::clone(key));
        }
        match self.load_key(hub_id) {
            Ok(key) => {
                let key = Arc::new(key);
                *known = Some((hub_id, Arc::clone(&key)));
                Some(key)
            }
            Err(error) => {
                tracing::warn!(%error, "the key that signs reports cannot be had: they go without a signature");
                None
            }
        }
    }

    fn load_key(&self, hub_id: Uuid) -> Result<HubKey, StoreError> {
        let file = PrivateFile::new(&self.config.data_dir, PROOF_KEY);
        match file.read::<KeptKey>() {
            Ok(Some(kept)) if kept.hub_id == hub_id => match kept.read() {
                Some(key) => return Ok(key),
                None => drop(file.put_aside(&clock::dated())?),
            },
            // Data that were copied are another hub, which must not sign as the first one.
            Ok(_) => {}
            Err(StoreError::Damaged { .. }) => {
                let aside = file.put_aside(&clock::dated())?;
                tracing::warn!(aside = %aside.display(), "the key that signs reports was damaged: the hub has a new one");
            }
            Err(error) => return Err(error),
        }
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(StoreError::failed)?;
        let kept = KeptKey { hub_id, pkcs8: hex(pkcs8.as_ref()) };
        let key = kept.read().ok_or_else(|| StoreError::Failed("the new key cannot be read".to_owned()))?;
        // What is not on the disk signs nothing.
        file.replace(&kept)?;
        Ok(key)
    }

    /// What is said of a file of all audits, written now.
    pub fn bundle_statement(&self, key: &HubKey) -> HubStatement {
        let (clock, identity) = (self.clock().state(), self.identity());
        HubStatement {
            of: BUNDLE.to_owned(),
            hub: identity.hub_id,
            name: self.name().to_owned(),
            log: identity.log_id,
            audit: None,
            version: None,
            position: None,
            digest: None,
            made_ms: clock.now_ms,
            clock: clock_word(clock.source, clock.contradicted_ms.is_some()),
            key: key.public(),
            rows: None,
            sha256: None,
        }
    }

    /// The same of one audit as it is at a position of its log.
    pub fn export_statement(
        &self,
        key: &HubKey,
        token: &Token,
        position: u64,
        digest: Digest,
    ) -> HubStatement {
        HubStatement {
            of: EXPORT.to_owned(),
            audit: Some(token.clone()),
            position: Some(position),
            digest: Some(digest),
            ..self.bundle_statement(key)
        }
    }

    /// This hub, as it signs.
    pub fn signer<'h>(&'h self, key: &'h HubKey) -> HubSigner<'h> {
        HubSigner { hub: self.identity().hub_id, name: self.name(), key }
    }
}

/// Of which hub the key in a data directory is, and its public half, for whoever compares; `None`: there is none, or none that can be read.
pub fn key_in(data_dir: &Path) -> Option<(Uuid, HubPublicKey)> {
    let kept = PrivateFile::new(data_dir, PROOF_KEY).read::<KeptKey>().ok()??;
    Some((kept.hub_id, kept.read()?.public()))
}
