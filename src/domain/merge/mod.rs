//! CRDT merge (last-writer-wins registers, state-based): how the marks of one module become its state.
//!
//! Called by `audit` for every mark; calls nothing but `stamp`, and `restore` for undos. Status and comment are separate
//! last-writer-wins registers, so one technician's status and another's comment both live.
//! Beside its register each field keeps `seen` (per device, its latest mark or one that a mark
//! was based on) and `heads` (the values that no other mark of this field was made in knowledge
//! of). Two heads of different value are a conflict, until somebody who has seen both marks that
//! field again; a comment settles no status.
//!
//! Invariants: `seen` covers every mark applied and everything their authors had seen; a head is
//! never covered by another mark's base; the result depends only on the set of marks, not on
//! their order or repeats (see the property tests).

pub mod field;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{Author, OpId, TechnicianId};
use super::op::{Body, Mark, Outcome};
pub use super::register::{Register, Source};
use super::restore::{MarkMemory, Undo};
use super::stamp::{Seen, Stamp};
use super::status::Status;
use field::Field;

/// What a module takes of the memory of its hub beyond itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModuleWeight {
    /// Bytes of its comments, those that stand against each other too.
    pub text: usize,
    /// Who wrote the one that shows, and its bytes.
    pub shown: Option<(TechnicianId, usize)>,
    /// Stamps that its authors had seen, as often as they are kept.
    pub stamps: usize,
    /// Marks of one field that stand against each other, at most.
    pub heads: usize,
    /// Bytes of what an undo may put back.
    pub told: usize,
}

/// The merged state of one module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleState {
    status: Field<Option<Status>>,
    comment: Field<Option<Arc<str>>>,
    seen: Seen,
}

impl ModuleState {
    pub fn status(&self) -> Option<Status> {
        self.status.register.as_ref().and_then(|r| r.value)
    }

    pub fn comment(&self) -> Option<&str> {
        self.comment.register.as_ref().and_then(|r| r.value.as_deref())
    }

    /// What a reader of this state has seen: the `base` of their next mark.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// When it was last marked.
    pub fn last_stamp(&self) -> Option<Stamp> {
        let status = self.status.register.as_ref().map(|r| r.stamp);
        status.max(self.comment.register.as_ref().map(|r| r.stamp))
    }

    /// The latest stamp that there is in it.
    pub fn latest(&self) -> Option<Stamp> {
        self.status.latest().max(self.comment.latest()).max(self.seen.latest())
    }

    pub fn conflict(&self) -> bool {
        self.status.conflict() || self.comment.conflict()
    }

    /// Whether the mark with this stamp is a side of a conflict.
    pub fn stands(&self, stamp: Stamp) -> bool {
        self.status.stands(stamp) || self.comment.stands(stamp)
    }

    /// Whether the mark with this stamp is certain to be in the log, and not only seen by others.
    pub fn holds(&self, stamp: Stamp) -> bool {
        self.status.holds(stamp) || self.comment.holds(stamp)
    }

    pub fn weight(&self) -> ModuleWeight {
        let shown = self.comment.register.as_ref();
        let told = || [&self.status.told, &self.comment.told].into_iter().flatten();
        let seen = [&self.seen, &self.status.seen, &self.comment.seen];
        ModuleWeight {
            text: self.comment.texts(),
            shown: shown.and_then(|shown| Some((shown.by.id.clone(), shown.value.as_ref()?.len()))),
            stamps: seen.iter().map(|seen| seen.stamps().len()).sum::<usize>()
                + told().map(|told| told.stamps()).sum::<usize>(),
            heads: self.status.heads.len().max(self.comment.heads.len()),
            told: told().map(|told| told.bytes()).sum(),
        }
    }

    /// As it lies on the disk it has a comment twice; in memory once.
    pub fn share(&mut self) {
        self.comment.share();
    }

    /// The operations that set what shows.
    pub fn shown_by(&self) -> impl Iterator<Item = OpId> {
        let status = self.status.register.as_ref().map(|r| r.op);
        let comment = self.comment.register.as_ref().map(|r| r.op);
        let told = [&self.status.told, &self.comment.told].into_iter().flatten();
        status.into_iter().chain(comment).chain(told.filter_map(|told| told.plain()))
    }

    /// Whose finding shows, and of when: of the two fields, that of the later. Of what an undo has put back that is
    /// whoever found it; nobody where it put back that nothing was said.
    pub fn last(&self) -> Option<(&Author, u64)> {
        let both = [self.status.credit(), self.comment.credit()];
        let last = both.into_iter().flatten().max_by_key(|credit| credit.stamp)?;
        Some((last.by, last.ms))
    }

    /// Who touched it last, and when, though it be an undo: for clients that have to be told of each change.
    pub fn touched(&self) -> Option<(&Author, u64)> {
        let status = self.status.register.as_ref().map(|r| (r.stamp, &r.by, r.shown_ms()));
        let comment = self.comment.register.as_ref().map(|r| (r.stamp, &r.by, r.shown_ms()));
        let last = [status, comment].into_iter().flatten().max_by_key(|(stamp, ..)| *stamp);
        last.map(|(_, by, ms)| (by, ms))
    }

    /// What is remembered for undos, of status and comment: it lies on the disk behind all else.
    pub fn told(&self) -> Option<[Option<&MarkMemory>; 2]> {
        let told = [&self.status.told, &self.comment.told].map(|told| told.as_deref());
        told.iter().any(Option::is_some).then_some(told)
    }

    pub fn remember(&mut self, [status, comment]: [Option<MarkMemory>; 2]) {
        self.status.told = status.map(Box::new);
        self.comment.told = comment.map(Box::new);
    }

    /// What the marks of both make together, whichever were applied to which: for one module under two names.
    pub fn join(&mut self, other: &Self) {
        self.status.join(&other.status);
        self.comment.join(&other.comment);
        self.seen.join(&other.seen);
    }

    /// `None`: the operation marks nothing.
    pub fn take(&mut self, body: &Body, base: &Seen, source: Source<'_>) -> Option<Outcome> {
        match body {
            Body::Mark(mark) => Some(self.apply(mark, base, source)),
            Body::Restore(restore) => {
                let Mark { status, comment, .. } = &restore.mark;
                let status = status.as_ref().map(|status| Undo::of(restore, status));
                let comment = comment.as_ref().map(|text| Undo::of(restore, &text.as_deref().map(Arc::from)));
                Some(self.apply_all(&restore.mark, base, source, [status, comment]))
            }
            _ => None,
        }
    }

    pub fn apply(&mut self, mark: &Mark, base: &Seen, source: Source<'_>) -> Outcome {
        self.apply_all(mark, base, source, [None, None])
    }

    fn apply_all(
        &mut self,
        mark: &Mark,
        base: &Seen,
        source: Source<'_>,
        undo: [Option<Undo>; 2],
    ) -> Outcome {
        let [status_undo, comment_undo] = undo;
        let (mut shows, mut contested) = (false, false);
        let mut note = |(field_shows, field_contested): (bool, bool)| {
            shows |= field_shows;
            contested |= field_contested;
        };
        if let Some(status) = &mark.status {
            note(self.status.apply(status, base, source, status_undo));
        }
        if let Some(comment) = &mark.comment {
            note(self.comment.apply(&comment.as_deref().map(Arc::from), base, source, comment_undo));
        }
        self.seen.join(base);
        self.seen.add(source.stamp);
        match (contested, shows) {
            (true, _) => Outcome::Conflict,
            (false, true) => Outcome::Applied,
            (false, false) => Outcome::Superseded,
        }
    }
}

#[cfg(test)]
mod tests;
