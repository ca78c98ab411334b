//! Receipt (acknowledgement of upstreams): where the marks of an audit have got to, out of how far each upstream is with it.
//!
//! Worked out by the status board whenever somebody asks; pure.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::link_reason::LinkReason;
use super::photo_gaps::{ByClass, PictureSum};
use crate::domain::{Holds, LinkKind, ModuleId};

/// How far one audit is with one upstream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditProgress {
    /// Our log, which `acked` counts in.
    pub log_id: Uuid,
    /// The upstream has of our log up to here what it can hold of it, but for what is parked.
    pub acked: u64,
    /// What waits: modules (v3.3) or operations (fieldhub).
    pub pending: u64,
    /// What it has taken since the hub's start, counted as `pending` is. It never falls: a bar is made of this alone.
    pub sent: u64,
    /// Modules that need not go up though their last mark lies after `acked`, and where that is.
    pub settled: BTreeMap<ModuleId, u64>,
    /// Modules that wait though their last mark does not.
    pub lacking: BTreeSet<ModuleId>,
    /// Modules that are not there, and will not get there by themselves.
    pub parked: BTreeSet<ModuleId>,
}

/// How far the pictures of one audit are with one upstream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhotoProgress {
    /// It has said what it lacks, since the hub's start; else `waits` is all that there are.
    pub known: bool,
    /// What it lacks of each class, by its own word, and what our log has not told it yet.
    pub waits: ByClass<PictureSum>,
    /// Pictures that it does not take.
    pub refused: u64,
    /// Why, of one of them.
    pub why: Option<LinkReason>,
}

/// Where the marks of an audit have got to: `None` for an audit that goes nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What modules show by marks up to here, every upstream of this audit has.
    pub shown: u64,
    /// What is held elsewhere of what is sent: the most that one of the upstreams holds.
    pub holds: Holds,
    pub pending: u64,
    /// Of the upstream that lacks most.
    pub sent: u64,
    /// Modules whose last mark is after `shown`, and that need not go up.
    pub settled: BTreeMap<ModuleId, u64>,
    /// Modules whose last mark is up to `shown`, and that wait.
    pub lacking: BTreeSet<ModuleId>,
    pub parked: BTreeSet<ModuleId>,
}

impl Receipt {
    /// Of one upstream. What it has of another log than this says nothing of positions in this one, until that is
    /// looked at: something waits.
    pub(super) fn of(kind: LinkKind, audit: &AuditProgress, log_id: Uuid) -> Self {
        let (sent, parked, lacking) = (audit.sent, audit.parked.clone(), audit.lacking.clone());
        let (shown, pending, settled) = if audit.log_id == log_id {
            (audit.acked, audit.pending, audit.settled.clone())
        } else {
            (0, audit.pending.max(1), BTreeMap::new())
        };
        Self { shown, holds: kind.holds(), pending, sent, settled, lacking, parked }
    }

    /// Of both: a mark is there when both have it, and whole when one of them holds all.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.parked.extend(other.parked);
        self.lacking.extend(other.lacking);
        // Settled with the one, and there with the other, or settled there too.
        let with = |all: &BTreeMap<ModuleId, u64>, shown: u64, module: &ModuleId, seq: u64| {
            seq <= shown || all.contains_key(module)
        };
        let mut settled = self.settled.clone();
        settled.retain(|module, seq| with(&other.settled, other.shown, module, *seq));
        let theirs = other.settled.iter().filter(|(id, seq)| with(&self.settled, self.shown, id, **seq));
        settled.extend(theirs.map(|(id, seq)| (id.clone(), *seq)));
        Self {
            settled,
            lacking: self.lacking,
            shown: self.shown.min(other.shown),
            holds: self.holds.max(other.holds),
            pending: self.pending.max(other.pending),
            sent: if other.pending > self.pending { other.sent } else { self.sent },
            parked: self.parked,
        }
    }

    /// Everything up to here is held elsewhere, notes, marks that lost and history too: tablets need not keep it.
    pub fn whole(&self) -> u64 {
        match self.holds {
            Holds::Everything => self.shown,
            Holds::Shown => 0,
        }
    }
}
