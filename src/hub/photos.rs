//! Photos of the hub: which audits name which blobs, and what goes with an audit.
//!
//! Called by `http` and `cli`; calls the blobs of `store`, and the audits' states for what they name.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::Hub;
use super::photo_retention::ON_ITS_WAY_MS;
use crate::domain::photo::{BlobHash, PhotoVariant};
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
    /// Of photos that show.
    pub missing: Vec<MissingVariant>,
    /// Blobs of another size than their photo says that are something else, and the bytes that are here.
    pub damaged: (usize, u64),
    /// Blobs that no audit names, and their bytes; and those of them that nobody has sent for a day.
    pub orphaned: (usize, u64),
    pub left_over: (usize, u64),
    /// Blobs that only photos name which were taken out.
    pub taken_out: (usize, u64),
    /// What a night takes, where there were any.
    pub night: Option<NightUse>,
    /// Audits that cannot be read: what they name is not known.
    pub unread: usize,
}

/// What the last nights have taken that had pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NightUse {
    pub nights: usize,
    /// Of one of them, on average.
    pub bytes: u64,
}

impl NightUse {
    /// A night ends at noon (UTC); the last seven of them count.
    fn of(nights: &BTreeMap<u64, u64>) -> Option<Self> {
        let last: Vec<u64> = nights.values().rev().take(LAST_NIGHTS).copied().collect();
        let bytes = last.iter().sum::<u64>() / (last.len() as u64).max(1);
        (bytes > 0).then_some(Self { nights: last.len(), bytes })
    }
}

/// A blob as one audit names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBlob {
    /// Of the file that it was.
    pub file_name: Option<String>,
}

/// The nights of which the last count.
const LAST_NIGHTS: usize = 7;
const DAY_MS: u64 = 24 * 3_600_000;

/// A night ends at noon: pictures after midnight are of the same one.
fn night_of(at_ms: u64) -> u64 {
    at_ms.saturating_sub(DAY_MS / 2) / DAY_MS
}

/// All that audits name, and whether a photo shows it.
#[derive(Debug, Default)]
struct NamedBlobs(HashMap<BlobHash, bool>);

impl NamedBlobs {
    /// Whether it is named for the first time; `None`: nothing is new of it.
    fn name(&mut self, hash: BlobHash, shown: bool) -> Option<bool> {
        match self.0.entry(hash) {
            Entry::Vacant(new) => {
                new.insert(shown);
                Some(true)
            }
            Entry::Occupied(known) if *known.get() || !shown => None,
            Entry::Occupied(mut known) => {
                known.insert(true);
                Some(false)
            }
        }
    }

    fn is_named(&self, hash: BlobHash) -> bool {
        self.0.contains_key(&hash)
    }

    fn is_out(&self, hash: BlobHash) -> bool {
        self.0.get(&hash) == Some(&false)
    }
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
        let (mut seen, mut nights) = (NamedBlobs::default(), BTreeMap::<u64, u64>::new());
        let (mut missing, mut odd, mut unread) = (Vec::new(), Vec::new(), 0);
        for token in self.tokens() {
            // Most audits have none, and that is known without reading them.
            if self.outline(&token).is_ok_and(|(of, _)| of.photo_count + of.photos_not_shown == 0) {
                continue;
            }
            let read = self.view(&token, |loaded, _| {
                for (photo, state) in loaded.state.photos().iter() {
                    let Some(taken) = state.taken() else { continue };
                    for variant in &taken.variants {
                        let PhotoVariant { class, hash, bytes, .. } = variant;
                        let Some(new) = seen.name(*hash, state.is_shown()) else { continue };
                        match self.blobs.have(*hash) {
                            Have::Whole(held) if new => {
                                *nights.entry(night_of(taken.shown_ms())).or_default() += held;
                                if held != *bytes {
                                    odd.push((*hash, held));
                                }
                            }
                            Have::Whole(_) => {}
                            // What was taken out may have gone, and nobody misses it.
                            Have::Partial(_) if !state.is_shown() => {}
                            Have::Partial(_) => missing.push(MissingVariant {
                                token: token.clone(),
                                photo,
                                class: class.clone(),
                                hash: *hash,
                                bytes: *bytes,
                            }),
                        }
                    }
                }
            });
            unread += usize::from(read.is_err_and(|error| !matches!(error, StoreError::UnknownAudit(_))));
        }
        let sum = |blobs: &[(BlobHash, u64)], which: &dyn Fn(BlobHash) -> bool| {
            let counted = blobs.iter().filter(|(hash, _)| which(*hash));
            counted.fold((0, 0), |(count, all), (_, bytes)| (count + 1, all + bytes))
        };
        let is_orphaned = |hash| !seen.is_named(hash);
        let whole = self.blobs.whole();
        let orphaned = sum(&whole, &is_orphaned);
        let old = match orphaned {
            (0, _) => Vec::new(),
            _ => self.blobs.older(ON_ITS_WAY_MS, self.clock.state().machine_ms).unwrap_or_default(),
        };
        // It may be the photo that says another size; what the file is, its hash says.
        odd.retain(|(hash, _)| !self.blobs.is_sound(*hash).unwrap_or(false));
        PhotoReport {
            facts: self.blobs.facts(),
            missing,
            damaged: sum(&odd, &|_| true),
            orphaned,
            left_over: sum(&old, &is_orphaned),
            taken_out: sum(&whole, &|hash| seen.is_out(hash)),
            night: NightUse::of(&nights),
            unread,
        }
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
