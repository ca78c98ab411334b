//! Conflict detection and last-writer-wins for one field (multi-value register): what shows, and what stands against it.
//!
//! Kept by `ModuleState`, one for the status and one for the comment, and by `property`, one for each name; calls `register`, `restore` and `stamp`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::register::{Register, Source};
use crate::domain::restore::{Credit, MarkMemory, Say, Undo};
use crate::domain::stamp::{Seen, Stamp};

/// A value that a mark gave a field and that no other mark of this field was made in knowledge of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::domain) struct Head<T> {
    stamp: Stamp,
    value: T,
}

/// One field of a module: what shows, and what is still contested.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::domain) struct Field<T> {
    pub(in crate::domain) register: Option<Register<T>>,
    /// Every mark of this field, and all that their authors had seen.
    pub(in crate::domain) seen: Seen,
    pub(in crate::domain) heads: Vec<Head<T>>,
    /// What an undo may put back, and whose it is. On the disk it lies behind the rest: see `ModuleState::told`.
    #[serde(skip)]
    pub(in crate::domain) told: Option<Box<MarkMemory>>,
}

impl<T: Clone + Ord + Say> Field<T> {
    /// Whether the value shows now, and whether another one stands against it.
    pub(in crate::domain) fn apply(
        &mut self,
        value: &T,
        base: &Seen,
        source: Source<'_>,
        undo: Option<Undo>,
    ) -> (bool, bool) {
        let own = source.stamp;
        let settled =
            |head: &Head<T>| base.covers(head.stamp) || (head.stamp.actor == own.actor && head.stamp < own);
        self.heads.retain(|head| !settled(head));
        let mut contested = false;
        let at = self.heads.partition_point(|head| head.stamp < own);
        match self.heads.get_mut(at).filter(|head| head.stamp == own) {
            // Two hubs gave one device the same stamp: whichever came first, the same one stands.
            Some(head) if head.value < *value => head.value = value.clone(),
            Some(_) => {}
            None if self.seen.covers(own) => {}
            None => {
                contested = self.heads.iter().any(|head| head.value != *value);
                self.heads.insert(at, Head { stamp: own, value: value.clone() });
            }
        }
        self.seen.join(base);
        self.seen.add(own);
        let Source { stamp, op, by, marked_ms } = source;
        let new = Register { value: value.clone(), stamp, op, by: by.clone(), marked_ms };
        (self.show(new, undo), contested)
    }

    /// Last writer wins, and what does not show is remembered.
    fn show(&mut self, new: Register<T>, undo: Option<Undo>) -> bool {
        let held = self.register.as_ref().map(|held| (held.stamp, held.op));
        let wins = held.is_none_or(|held| (new.stamp, new.op) > held);
        if wins {
            let before = self.register.replace(new);
            if before.is_some() || undo.is_some() {
                self.told.get_or_insert_default().shows(before, undo);
            }
        } else if held != Some((new.stamp, new.op)) {
            self.told.get_or_insert_default().passed(new, undo);
        }
        wins
    }

    /// What the marks of both make together.
    pub(in crate::domain) fn join(&mut self, other: &Self) {
        // A head that the other side knows and does not have is settled there.
        let stands = |head: &Head<T>, there: &Self| {
            !there.seen.covers(head.stamp) || there.heads.iter().any(|other| other.stamp == head.stamp)
        };
        let theirs: Vec<_> = other.heads.iter().filter(|head| stands(head, self)).cloned().collect();
        self.heads.retain(|head| stands(head, other));
        for head in theirs {
            let at = self.heads.partition_point(|held| held.stamp < head.stamp);
            match self.heads.get_mut(at).filter(|held| held.stamp == head.stamp) {
                Some(held) => held.value = held.value.clone().max(head.value),
                None => self.heads.insert(at, head),
            }
        }
        self.seen.join(&other.seen);
        if let Some(theirs) = &other.register {
            self.show(theirs.clone(), other.told.as_ref().and_then(|told| told.undo().cloned()));
        }
        if let Some(theirs) = &other.told {
            let shows = self.register.as_ref().map(|shows| (shows.stamp, shows.op));
            self.told.get_or_insert_default().join(theirs, shows);
        }
        self.told.take_if(|told| told.is_empty());
    }

    pub(in crate::domain) fn conflict(&self) -> bool {
        self.heads.windows(2).any(|pair| pair[0].value != pair[1].value)
    }

    pub(in crate::domain) fn stands(&self, stamp: Stamp) -> bool {
        self.conflict() && self.heads.iter().any(|head| head.stamp == stamp)
    }

    /// Whether the mark with this stamp is one of those that are still told apart.
    pub(in crate::domain) fn holds(&self, stamp: Stamp) -> bool {
        self.register.as_ref().is_some_and(|register| register.stamp == stamp)
            || self.heads.iter().any(|head| head.stamp == stamp)
    }

    pub(in crate::domain) fn latest(&self) -> Option<Stamp> {
        let set = self.register.as_ref().map(|register| register.stamp);
        let heads = self.heads.iter().map(|head| head.stamp).max();
        set.max(heads).max(self.seen.latest())
    }

    /// The last one by `actor` that is told apart.
    pub(in crate::domain) fn last_of(&self, actor: u64) -> Option<Stamp> {
        let shown = self.register.as_ref().map(|register| register.stamp);
        let all = self.heads.iter().map(|head| head.stamp).chain(shown);
        all.filter(|stamp| stamp.actor == actor).max()
    }

    pub(in crate::domain) fn credit(&self) -> Option<Credit<'_>> {
        MarkMemory::credit(self.told.as_deref(), self.register.as_ref()?)
    }
}

impl Field<Option<Arc<str>>> {
    /// What shows and what stands against it, each once. `share` makes it so in memory.
    pub(in crate::domain) fn texts(&self) -> usize {
        let shown = self.register.as_ref();
        let apart = self.heads.iter().filter(|head| shown.is_none_or(|shown| shown.stamp != head.stamp));
        let text = |value: &Option<Arc<str>>| value.as_ref().map_or(0, |text| text.len());
        shown.map_or(0, |shown| text(&shown.value)) + apart.map(|head| text(&head.value)).sum::<usize>()
    }

    pub(in crate::domain) fn share(&mut self) {
        let Some(shown) = &self.register else { return };
        for head in
            self.heads.iter_mut().filter(|head| head.stamp == shown.stamp && head.value == shown.value)
        {
            head.value = shown.value.clone();
        }
    }
}
