//! Gaps: which pictures an audit names and this hub lacks, by class. What another hub is asked for, and what it tells us that it waits for.
//!
//! Called by `http` for other hubs and by `upstream`; calls the view and the blobs. Photos that were taken out travel no further.

use std::collections::HashSet;

use super::Hub;
use super::picture_arrivals::PictureArrivals;
use crate::domain::Token;
use crate::domain::photo::{BlobHash, CLASSES, PhotoState};
use crate::store::{Have, StoreError};

/// How many, and how large together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PictureSum {
    pub blobs: u64,
    pub bytes: u64,
}

impl PictureSum {
    pub fn add(&mut self, bytes: u64) {
        self.blobs += 1;
        self.bytes += bytes;
    }

    pub fn take(&mut self, bytes: u64) {
        self.blobs = self.blobs.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    pub fn and(self, other: Self) -> Self {
        Self { blobs: self.blobs + other.blobs, bytes: self.bytes + other.bytes }
    }
}

/// One for each of the classes, in their order.
pub type ByClass<T> = [T; CLASSES.len()];

/// Where a class stands among them. What a later version knows goes where originals go.
pub fn class_at(class: &str) -> usize {
    CLASSES.iter().position(|(known, _)| *known == class).unwrap_or(CLASSES.len() - 1)
}

/// A picture that is not here wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureGap {
    pub hash: BlobHash,
    /// As its photo says.
    pub bytes: u64,
    /// So much of it is here.
    pub have: u64,
    /// It was here whole, and was found damaged.
    pub lost: bool,
}

/// Some of the gaps of one class, in the order in which their photos changed, and the sums of all classes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PictureGaps {
    pub some: Vec<PictureGap>,
    /// There are others: after this position.
    pub next: Option<u64>,
    pub sums: ByClass<PictureSum>,
}

/// A picture as its photo names it: its class, where the photo last changed, and its bytes.
type Named = (usize, u64, BlobHash, u64);

fn named(photo: &PhotoState) -> impl Iterator<Item = Named> + '_ {
    let variants = photo.taken().filter(|_| photo.is_shown()).into_iter().flat_map(|taken| &taken.variants);
    variants.map(|variant| (class_at(&variant.class), photo.seq(), variant.hash, variant.bytes))
}

impl Hub {
    fn named_after(&self, token: &Token, after: u64) -> Result<Vec<Named>, StoreError> {
        // The blobs are asked after the look at the state, which holds up the writer.
        self.view(token, |loaded, _| {
            loaded.state.photos().after(after).flat_map(|(_, photo)| named(photo)).collect()
        })
    }

    /// Those of a class whose photos have changed after a position; of all that are missing, or of those that were here.
    pub fn picture_gaps(
        &self,
        token: &Token,
        class: usize,
        (after, limit): (u64, usize),
        only_lost: bool,
    ) -> Result<PictureGaps, StoreError> {
        let (mut gaps, mut seen, mut last) = (PictureGaps::default(), HashSet::new(), after);
        for (at, seq, hash, bytes) in self.named_after(token, 0)? {
            let Have::Partial(have) = self.blobs.have(hash) else { continue };
            // A small picture may be its own preview.
            if !seen.insert(hash) {
                continue;
            }
            gaps.sums[at].add(bytes);
            let lost = self.blobs.is_lost(hash);
            if at != class || seq <= after || gaps.next.is_some() || (only_lost && !lost) {
                continue;
            }
            if gaps.some.len() < limit || seq == last {
                gaps.some.push(PictureGap { hash, bytes, have, lost });
                last = seq;
            } else {
                gaps.next = Some(last);
            }
        }
        Ok(gaps)
    }

    /// Pictures whose photos have changed after a position, here or not.
    pub fn pictures_after(&self, token: &Token, after: u64) -> Result<ByClass<PictureSum>, StoreError> {
        let (mut sums, mut seen) = (<ByClass<PictureSum>>::default(), HashSet::new());
        for (at, _, hash, bytes) in self.named_after(token, after)? {
            if seen.insert(hash) {
                sums[at].add(bytes);
            }
        }
        Ok(sums)
    }

    /// Where in the log a photo was last taken or changed.
    pub fn last_photo(&self, token: &Token) -> Result<u64, StoreError> {
        self.view(token, |loaded, _| loaded.state.photos().last_change())
    }

    /// A picture is whole here. Where the audit names it already, those who look at it are told.
    pub fn picture_came(&self, token: &Token, hash: BlobHash) {
        let naming = self.view(token, |loaded, _| loaded.state.photos().naming(hash));
        if let Ok(Some(photo)) = naming {
            self.arrivals.add(token, photo);
            self.feed.tell(token);
        }
    }

    /// How many pictures have come after their photos.
    pub fn arrivals(&self) -> &PictureArrivals {
        &self.arrivals
    }
}
