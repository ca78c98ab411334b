//! Closing of an audit: the checklist of what is open, with what tablets said of themselves, and what has come since the last version.
//!
//! Called by `http`; calls `domain::closing`, the crew for its tablets, and the blobs. What a tablet has and never told of, no hub knows:
//! each is named with when it last said something.

use super::Hub;
use super::crew::Member;
use super::reports::NumberedReport;
use crate::domain::closing::{self, ClosingCheck};
use crate::domain::crew::Role;
use crate::domain::id::TechnicianId;
use crate::domain::photo::BlobHash;
use crate::domain::{Body, Token};
use crate::store::{Have, StoreError};

/// Operations, and bytes of the log, that are read at a time.
const PAGE: usize = 1_000;
const PAGE_BYTES: usize = 256 << 10;

/// What is open in an audit before its report is final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingList {
    pub checks: [ClosingCheck; 5],
    /// Pictures that are known here and have not come: those of another hub, or damaged ones.
    pub pictures_missing: usize,
    /// Of those who marked here, or were heard since the hub started. `None`: this hub keeps no crew, and no tablet says how much it has.
    pub tablets: Option<Vec<TabletWord>>,
    pub last: Option<NumberedReport>,
    /// Marks, photos and what else was changed since then, or of all.
    pub changes_since: usize,
}

/// What somebody's tablet last said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabletWord {
    pub id: TechnicianId,
    pub name: String,
    /// Marks, and photos, that it alone has. `None`: it did not say.
    pub unsent: Option<u32>,
    pub unsent_photos: Option<u32>,
    pub told_ms: Option<u64>,
}

impl TabletWord {
    pub fn waits(&self) -> bool {
        self.unsent.unwrap_or_default() > 0 || self.unsent_photos.unwrap_or_default() > 0
    }
}

impl ClosingList {
    /// Nothing that this hub knows of is open.
    pub fn is_clean(&self) -> bool {
        let waits = self.tablets.iter().flatten().any(TabletWord::waits);
        !waits && self.pictures_missing == 0 && !self.checks.iter().any(ClosingCheck::is_open)
    }
}

impl Hub {
    /// The checklist of an audit. It may read the log from the last version on.
    pub fn closing(&self, token: &Token) -> Result<ClosingList, StoreError> {
        let (checks, authors, pictures) = self.view(token, |loaded, _| {
            let state = &loaded.state;
            let photos = state.photos().iter().filter(|(_, photo)| photo.is_shown());
            let variants = photos.filter_map(|(_, photo)| photo.taken()).flat_map(|taken| &taken.variants);
            let mut pictures: Vec<BlobHash> = variants.map(|variant| variant.hash).collect();
            pictures.sort_unstable();
            pictures.dedup();
            (closing::checklist(state), closing::authors(state), pictures)
        })?;
        // The blobs are asked after the look at the state, which holds up the writer.
        let missing = |hash: &BlobHash| !matches!(self.blobs.have(*hash), Have::Whole(_));
        let pictures_missing = pictures.into_iter().filter(missing).count();
        let tablets = self.crew.as_ref().map(|crew| {
            let members = crew.members().into_iter().filter(|(member, seen)| {
                let tells = member.role != Role::Viewer && !member.revoked && !member.is_hub();
                tells && (seen.is_some() || authors.contains(&member.technician))
            });
            let word = |(member, _): (Member, Option<u64>)| {
                let told = crew.tablet_of(&member.technician);
                let report = told.as_ref().map(|told| &told.report);
                TabletWord {
                    unsent: report.and_then(|report| report.unsent),
                    unsent_photos: report.and_then(|report| report.unsent_photos),
                    told_ms: told.as_ref().map(|told| told.told_ms),
                    id: member.technician,
                    name: member.name,
                }
            };
            members.map(word).collect()
        });
        let last = self.report_versions(token)?.pop();
        let changes_since = self.changes_after(token, last.as_ref().map_or(0, |one| one.seq))?;
        Ok(ClosingList { checks, pictures_missing, tablets, last, changes_since })
    }

    fn changes_after(&self, token: &Token, mut after: u64) -> Result<usize, StoreError> {
        let mut changes = 0;
        loop {
            let page = self.since_within(token, after, PAGE, PAGE_BYTES)?;
            // An undo is a mark and what it restores: one change.
            let beside = |body: &Body| matches!(body, Body::Note(_) | Body::Report(_) | Body::Restore(_));
            changes += page.ops.iter().filter(|op| !beside(&op.body)).count();
            if page.next <= after || page.next >= page.head {
                return Ok(changes);
            }
            after = page.next;
        }
    }
}
