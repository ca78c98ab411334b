//! Photos of the hub: which audits name which blobs, and what goes with an audit.
//!
//! Called by `http` and `cli`; calls the blobs of `store`, and the audits' states for what they name.

use std::collections::HashSet;
use std::sync::Arc;

use super::Hub;
use crate::domain::photo::BlobHash;
use crate::domain::{OpId, Token};
use crate::store::{BlobFacts, Blobs, Have, StoreError};

/// A variant that an audit names, and that is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingVariant {
    pub token: Token,
    pub photo: OpId,
    pub class: String,
    pub hash: BlobHash,
    pub bytes: u64,
}

/// How what the audits name and what is here go together.
#[derive(Debug, Clone)]
pub struct PhotoReport {
    pub facts: BlobFacts,
    pub missing: Vec<MissingVariant>,
    /// Blobs that no audit names, and their bytes.
    pub orphaned: (usize, u64),
    /// Audits that cannot be read: what they name is not known.
    pub unread: usize,
}

/// A blob as one audit names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBlob {
    /// Of the file that it was.
    pub file_name: Option<String>,
}

impl Hub {
    pub fn blobs(&self) -> &Arc<Blobs> {
        &self.blobs
    }

    /// Whether the audit names this blob, and how.
    pub fn named_blob(&self, token: &Token, hash: BlobHash) -> Result<Option<NamedBlob>, StoreError> {
        self.view(token, |loaded, _| {
            let photos = loaded.state.photos();
            let taken = photos.get(photos.naming(hash)?)?.taken()?;
            Some(NamedBlob { file_name: taken.name.clone() })
        })
    }

    /// All that an audit names.
    fn named_blobs(&self, token: &Token) -> Result<HashSet<BlobHash>, StoreError> {
        self.view(token, |loaded, _| loaded.state.photos().hashes().collect())
    }

    /// Of an audit that has been removed: what it named goes, unless another one names it.
    pub(super) async fn free_blobs(self: &Arc<Self>, mut named: HashSet<BlobHash>) {
        if named.is_empty() {
            return;
        }
        let hub = Arc::clone(self);
        let freed = tokio::task::spawn_blocking(move || {
            let moment = hub.blobs.moment();
            for token in hub.tokens() {
                match hub.named_blobs(&token) {
                    Ok(others) => named.retain(|hash| !others.contains(hash)),
                    Err(StoreError::UnknownAudit(_)) => {}
                    // It may name any of them.
                    Err(error) => return Err(error.to_string()),
                }
            }
            hub.blobs.free(named, moment).map_err(|error| error.to_string())
        });
        match freed.await.map_err(|error| error.to_string()).flatten() {
            Ok(blobs) => tracing::info!(blobs, "the photos of a removed audit are gone"),
            Err(error) => tracing::warn!(error, "photos of a removed audit are still on the disk"),
        }
    }

    /// What is to go with an audit when that is removed.
    pub(super) fn blobs_of(&self, token: &Token) -> HashSet<BlobHash> {
        self.named_blobs(token).unwrap_or_default()
    }

    /// Reads what every audit names: takes its time where there are many.
    pub fn photo_report(&self) -> PhotoReport {
        let (mut named, mut missing, mut unread) = (HashSet::new(), Vec::new(), 0);
        for token in self.tokens() {
            let read = self.view(&token, |loaded, _| {
                for (photo, state) in loaded.state.photos().iter() {
                    for variant in state.taken().iter().flat_map(|taken| &taken.variants) {
                        if matches!(self.blobs.have(variant.hash), Have::Partial(_))
                            && named.insert(variant.hash)
                        {
                            missing.push(MissingVariant {
                                token: token.clone(),
                                photo,
                                class: variant.class.clone(),
                                hash: variant.hash,
                                bytes: variant.bytes,
                            });
                        }
                        named.insert(variant.hash);
                    }
                }
            });
            unread += usize::from(read.is_err());
        }
        let orphaned = self.blobs.whole().into_iter().filter(|(hash, _)| !named.contains(hash));
        let orphaned = orphaned.fold((0, 0), |(count, all), (_, bytes)| (count + 1, all + bytes));
        PhotoReport { facts: self.blobs.facts(), missing, orphaned, unread }
    }

    /// What has not come wholly for a week goes; by the clock of the machine, which made these files.
    pub async fn sweep_photos(self: &Arc<Self>, now_ms: u64) {
        let blobs = Arc::clone(&self.blobs);
        match tokio::task::spawn_blocking(move || blobs.sweep(now_ms)).await {
            Ok(Ok(0)) => {}
            Ok(Ok(gone)) => {
                tracing::info!(gone, "photos that were begun and not finished for a week are gone")
            }
            Ok(Err(error)) => tracing::warn!(%error, "photos that were begun could not be looked at"),
            Err(error) => tracing::error!(%error, "looking at photos failed"),
        }
    }
}
