//! Undo that keeps authorship: a mark that puts back what a module showed before, and whose finding that is.
//!
//! Carried by `body` as a kind of its own; `merge` keeps what is told of each field here (`MarkMemory`), and asks it who said
//! what shows. An undo names operations and no people: the author of what is put back is read from the mark that said it,
//! and only where that is one of the same module and says the same. While it is not here, whoever made the undo stands for it.
//!
//! Invariants: what is kept depends only on the set of marks, as in `merge`; it is bounded, and nothing for a module that was
//! marked once.

use ring::digest::SHA256;
use serde::{Deserialize, Serialize};

use super::id::{Author, OpId};
use super::op::{Restore, shown_ms};
use super::register::Register;
use super::stamp::{Seen, Stamp};

/// Marks of one field that are remembered behind the one that shows, the latest. An undo of something older than that is
/// signed by whoever makes it.
const REMEMBERED: usize = 12;

/// A value, to compare it by: of a comment not the text, which would be kept once more.
pub trait Say {
    /// `None`: nothing is said.
    fn say(&self) -> Option<[u8; 16]>;
}

impl Say for Option<super::Status> {
    fn say(&self) -> Option<[u8; 16]> {
        self.map(|status| [status as u8; 16])
    }
}

impl Say for Option<std::sync::Arc<str>> {
    fn say(&self) -> Option<[u8; 16]> {
        let text = self.as_ref()?;
        let mut half = [0; 16];
        half.copy_from_slice(&ring::digest::digest(&SHA256, text.as_bytes()).as_ref()[..16]);
        Some(half)
    }
}

/// What is kept of one field behind what it shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkMemory {
    /// The latest, in their order.
    earlier: Vec<Earlier>,
    /// What shows is an undo.
    undo: Option<Undo>,
}

/// A mark that does not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Earlier {
    stamp: Stamp,
    op: OpId,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum What {
    Said {
        by: Author,
        marked_ms: u64,
        value: Option<[u8; 16]>,
    },
    /// An undo says nothing of its own, and neither does the plain mark that goes with it.
    Undo {
        of: OpId,
    },
}

/// Of the undo that shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    of: OpId,
    undoes: OpId,
    seen: Seen,
    value: Option<[u8; 16]>,
}

impl Undo {
    pub fn of<T: Say>(restore: &Restore, value: &T) -> Self {
        let Restore { of, undoes, seen, .. } = restore;
        Self { of: *of, undoes: *undoes, seen: seen.clone(), value: value.say() }
    }
}

/// Who said what a field shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit<'a> {
    pub stamp: Stamp,
    pub by: &'a Author,
    pub ms: u64,
}

impl MarkMemory {
    /// A mark shows now, in the place of `before`.
    pub fn shows<T: Say>(&mut self, before: Option<Register<T>>, undo: Option<Undo>) {
        let was = std::mem::replace(&mut self.undo, undo);
        if let Some(before) = before {
            self.keep(Earlier::of(before, was.map(|undo| undo.of)));
        }
    }

    /// A mark came that does not show; one that shows is not told again.
    pub fn passed<T: Say>(&mut self, register: Register<T>, undo: Option<Undo>) {
        self.keep(Earlier::of(register, undo.map(|undo| undo.of)));
    }

    fn keep(&mut self, one: Earlier) {
        if let Err(at) = self.earlier.binary_search_by_key(&one.key(), Earlier::key) {
            // Not beyond what is remembered, to be thrown out again.
            if at > 0 || self.earlier.len() < REMEMBERED {
                self.earlier.insert(at, one);
            }
        }
        if self.earlier.len() > REMEMBERED {
            self.earlier.remove(0);
        }
    }

    /// What is kept of two parts of the marks, where `shows` is what shows of both.
    pub fn join(&mut self, other: &MarkMemory, shows: Option<(Stamp, OpId)>) {
        for one in other.earlier.iter().filter(|one| Some(one.key()) != shows) {
            self.keep(one.clone());
        }
        self.earlier.retain(|one| Some(one.key()) != shows);
    }

    pub fn undo(&self) -> Option<&Undo> {
        self.undo.as_ref()
    }

    pub fn is_empty(&self) -> bool {
        self.undo.is_none() && self.earlier.is_empty()
    }

    /// The plain mark that goes with what shows: who is sent the one gets the other.
    pub fn plain(&self) -> Option<OpId> {
        self.undo.as_ref().map(|undo| undo.of)
    }

    /// Bytes of memory, roughly.
    pub fn bytes(&self) -> usize {
        let seen = self.undo.as_ref().map_or(0, |undo| size_of_val(undo.seen.stamps()));
        let names = |one: &Earlier| match &one.what {
            What::Said { by, .. } => by.id.as_str().len() + by.name.len(),
            What::Undo { .. } => 0,
        };
        size_of::<Self>()
            + seen
            + self.earlier.iter().map(|one| size_of::<Earlier>() + names(one)).sum::<usize>()
    }

    pub fn stamps(&self) -> usize {
        self.undo.as_ref().map_or(0, |undo| undo.seen.stamps().len())
    }

    /// Who said what `register` shows. `None`: nothing was said, and it is nobody's.
    pub fn credit<'a, T>(told: Option<&'a Self>, register: &'a Register<T>) -> Option<Credit<'a>> {
        let own = Credit { stamp: register.stamp, by: &register.by, ms: register.shown_ms() };
        let Some((told, undo)) = told.and_then(|told| Some((told, told.undo.as_ref()?))) else {
            return Some(own);
        };
        told.first(undo, register.stamp.actor).or_else(|| undo.value.map(|_| own))
    }

    /// The mark that an undo puts back: the latest that its author had seen when making what is taken back, or had
    /// made before that, and that says the same.
    fn first(&self, undo: &Undo, actor: u64) -> Option<Credit<'_>> {
        let undone = self.earlier.iter().find(|one| one.op == undo.undoes).map(|one| one.stamp);
        let plain = |op: OpId| {
            undo.of == op || self.earlier.iter().any(|one| matches!(one.what, What::Undo { of } if of == op))
        };
        self.earlier.iter().rev().find_map(|one| {
            let What::Said { by, marked_ms, value } = &one.what else { return None };
            let before = undo.seen.covers(one.stamp)
                || (one.stamp.actor == actor && undone.is_some_and(|undone| one.stamp < undone));
            let is_it = *value == undo.value && before && one.op != undo.undoes && !plain(one.op);
            is_it.then(|| Credit { stamp: one.stamp, by, ms: shown_ms(*marked_ms, one.stamp) })
        })
    }
}

impl Earlier {
    fn of<T: Say>(register: Register<T>, undo: Option<OpId>) -> Self {
        let Register { value, stamp, op, by, marked_ms } = register;
        let what = match undo {
            Some(of) => What::Undo { of },
            None => What::Said { by, marked_ms, value: value.say() },
        };
        Self { stamp, op, what }
    }

    fn key(&self) -> (Stamp, OpId) {
        (self.stamp, self.op)
    }
}
