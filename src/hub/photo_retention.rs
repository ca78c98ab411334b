//! Retention of photos: the bytes of what was taken out go after 30 days, and what no audit names goes when somebody says so.
//!
//! Called by the sweep of `cli::serve`, and by `http` for whoever keeps the hub; calls the blobs of `store`, and the audits' states for
//! what they name. What one of them names, whichever, stays; where one cannot be read, everything does.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Hub, clock};
use crate::domain::photo::{BlobHash, TakenOutBlobs};
use crate::domain::{AuditState, Token};
use crate::store::{Have, PrivateFile, StoreError};

/// Since when what was taken out is out.
const FILE: &str = "fieldhub.photos";
/// What no audit names may be on its way for so long.
pub(super) const ON_ITS_WAY_MS: u64 = 24 * 3_600_000;

impl Hub {
    /// The bytes of photos that were taken out 30 days ago go, if no other photo shows them. By the time that has surely passed: a hub
    /// that does not know it keeps them.
    pub async fn free_taken_out(self: &Arc<Self>) {
        let hub = Arc::clone(self);
        match tokio::task::spawn_blocking(move || hub.free_taken_out_now()).await {
            Ok(Ok(0)) => {}
            Ok(Ok(blobs)) => tracing::info!(blobs, "pictures that were taken out 30 days ago are gone"),
            Ok(Err(error)) => tracing::warn!(error, "what was taken out of photos could not be looked at"),
            Err(error) => tracing::error!(%error, "looking at photos that were taken out failed"),
        }
    }

    fn free_taken_out_now(&self) -> Result<usize, String> {
        let Some(now_ms) = self.clock.vouched_ms() else { return Ok(0) };
        let file = PrivateFile::new(&self.config.data_dir, FILE);
        let before: TakenOutBlobs = match file.read() {
            Ok(kept) => kept.unwrap_or_default(),
            // The 30 days begin anew.
            Err(StoreError::Damaged { problem, .. }) => {
                tracing::warn!(problem, "since when photos are taken out is lost: it counts from now on");
                file.put_aside(&clock::dated()).map_err(|error| error.to_string())?;
                TakenOutBlobs::default()
            }
            Err(error) => return Err(error.to_string()),
        };
        let moment = self.blobs.moment();
        let out = self.taken_out().map_err(|error| error.to_string())?;
        let mut kept = before.clone();
        let due = kept.look(&out, now_ms);
        if kept != before {
            file.replace(&kept).map_err(|error| error.to_string())?;
        }
        self.blobs.free(due, moment).map_err(|error| error.to_string())
    }

    /// Audits that have photos; that of those that show none is known without reading them.
    pub(super) fn with_photos(&self) -> Result<Vec<Token>, StoreError> {
        let mut with = Vec::new();
        for token in self.tokens() {
            match self.outline(&token) {
                Ok((outline, _)) if outline.photo_count + outline.photos_not_shown == 0 => {}
                Ok(_) => with.push(token),
                Err(StoreError::UnknownAudit(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(with)
    }

    /// Looks into those, but for one that is gone meanwhile.
    fn look_into(&self, tokens: &[Token], mut look: impl FnMut(&AuditState)) -> Result<(), StoreError> {
        for token in tokens {
            match self.view(token, |loaded, _| look(&loaded.state)) {
                Ok(()) | Err(StoreError::UnknownAudit(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Blobs that are here, that photos name which were taken out, and that no other photo shows.
    fn taken_out(&self) -> Result<HashSet<BlobHash>, StoreError> {
        let tokens = self.with_photos()?;
        let mut out = HashSet::new();
        self.look_into(&tokens, |state| {
            let photos = state.photos().iter().filter(|(_, photo)| photo.taken_out().is_some());
            let variants = photos.filter_map(|(_, photo)| photo.taken()).flat_map(|taken| &taken.variants);
            out.extend(variants.map(|variant| variant.hash).filter(|hash| self.is_held(*hash)));
        })?;
        if !out.is_empty() {
            self.look_into(&tokens, |state| {
                let photos = state.photos().iter().filter(|(_, photo)| photo.is_shown());
                let variants =
                    photos.filter_map(|(_, photo)| photo.taken()).flat_map(|taken| &taken.variants);
                for variant in variants {
                    out.remove(&variant.hash);
                }
            })?;
        }
        Ok(out)
    }

    fn is_held(&self, hash: BlobHash) -> bool {
        matches!(self.blobs.have(hash), Have::Whole(_))
    }

    /// What no audit names, and nobody has sent for a day, goes: how many, and their bytes.
    pub fn free_orphans(&self) -> Result<(usize, u64), String> {
        let moment = self.blobs.moment();
        let mut named = HashSet::new();
        let tokens = self.with_photos().map_err(|error| error.to_string())?;
        let read = self.look_into(&tokens, |state| named.extend(state.photos().hashes()));
        read.map_err(|error| error.to_string())?;
        let old = self.blobs.older(ON_ITS_WAY_MS, self.clock.state().machine_ms);
        let old = old.map_err(|error| error.to_string())?;
        let orphans: Vec<_> = old.into_iter().filter(|(hash, _)| !named.contains(hash)).collect();
        let all = orphans.iter().map(|(hash, _)| *hash);
        let freed = self.blobs.free(all, moment).map_err(|error| error.to_string())?;
        let gone = orphans.iter().filter(|(hash, _)| !self.is_held(*hash));
        Ok((freed, gone.map(|(_, bytes)| bytes).sum()))
    }
}
