//! Bounds (quotas) of an audit, and of each technician in it, judged as operations come in; the numbers are of `domain::bounds`.
//!
//! Called by `commit`, which asks before it takes an operation in. What an audit holds is kept along with its state (`AuditWeight`),
//! how much was written into it beside that (`WrittenBytes`), and what a batch adds to both in its draft.

use super::loaded::Loaded;
use super::written::WrittenBytes;
use crate::domain::bounds::UNKNOWN_STAMPS;
use crate::domain::id::TechnicianId;
use crate::domain::merge::ModuleWeight;
use crate::domain::{AuditBounds, Author, Beyond};

/// Each mark adds its own stamp, and each that its author had seen: for the module, and for its status and comment.
const OWN: isize = 3;

/// Who brings an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entrance {
    /// Its author, or somebody for them.
    Tablet,
    /// Another hub, which has taken it in: what it refuses for its author alone would be on that hub and not on this one.
    Peer,
}

/// What operations add to what an audit holds; less than nothing where they replace something.
#[derive(Debug, Default)]
pub(super) struct Growth {
    text: isize,
    stamps: isize,
    heads: usize,
    texts_of: Vec<(TechnicianId, isize)>,
    pub(super) written: WrittenBytes,
}

impl Growth {
    /// By one operation of so many bytes, of a module that had this weight and now has that.
    pub(super) fn of(
        by: &Author,
        bytes: usize,
        before: Option<ModuleWeight>,
        after: Option<ModuleWeight>,
    ) -> Self {
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let change = |after: usize, before: usize| after as isize - before as isize;
        let mut growth = Self {
            text: change(after.text, before.text),
            stamps: change(after.stamps, before.stamps),
            heads: if after.heads > before.heads { after.heads } else { 0 },
            texts_of: Vec::new(),
            written: WrittenBytes::of(by.id.clone(), bytes as u64),
        };
        if before.shown != after.shown {
            if let Some((by, bytes)) = before.shown {
                growth.of_member(by, -(bytes as isize));
            }
            if let Some((by, bytes)) = after.shown {
                growth.of_member(by, bytes as isize);
            }
        }
        growth
    }

    /// Of a text that is nobody's comment.
    pub(super) fn count_text(&mut self, before: usize, after: usize) {
        self.text += after as isize - before as isize;
    }

    fn of_member(&mut self, by: TechnicianId, change: isize) {
        match self.texts_of.iter_mut().find(|(known, _)| *known == by) {
            Some((_, all)) => *all += change,
            None => self.texts_of.push((by, change)),
        }
    }

    pub(super) fn add(&mut self, more: Growth) {
        self.text += more.text;
        self.stamps += more.stamps;
        for (by, change) in more.texts_of {
            self.of_member(by, change);
        }
        self.written.add(more.written);
    }

    fn text_of(&self, by: &TechnicianId) -> isize {
        self.texts_of.iter().find(|(known, _)| known == by).map_or(0, |(_, change)| *change)
    }
}

/// What an audit holds, and what of that counts for the author of an operation.
#[derive(Debug, Default)]
pub(super) struct HeldWeight {
    text: usize,
    text_of: usize,
    stamps: usize,
    written: u64,
    written_of: u64,
}

impl HeldWeight {
    pub(super) fn of(loaded: &Loaded, by: &TechnicianId) -> Self {
        let weight = loaded.state.weight();
        Self {
            text: weight.text,
            text_of: weight.texts_of.get(by).copied().unwrap_or(0),
            stamps: weight.stamps,
            written: loaded.written.all(),
            written_of: loaded.written.of_member(by),
        }
    }
}

/// Whether an operation that adds `more` has its place in an audit to which a batch has added `drafted`; `fresh`: the batch makes
/// it.
pub(super) fn judge(
    bounds: AuditBounds,
    held: &HeldWeight,
    drafted: &Growth,
    more: &Growth,
    by: &TechnicianId,
    (door, fresh): (Entrance, bool),
) -> Result<(), Beyond> {
    let after = |held: usize, drafted: isize, more: isize| held.saturating_add_signed(drafted + more);
    let bytes = more.written.all();
    if more.heads > bounds.heads {
        return Err(Beyond::Heads);
    }
    if more.text > 0 && after(held.text, drafted.text, more.text) > bounds.audit_text {
        return Err(Beyond::AuditText);
    }
    // What a tablet says that it has seen was cut to its room: see `unknown_stamps`.
    let cut = door == Entrance::Tablet || more.stamps <= OWN;
    if !cut && after(held.stamps, drafted.stamps, more.stamps) > bounds.stamps {
        return Err(Beyond::Stamps);
    }
    if held.written + drafted.written.all() + bytes > bounds.audit_log {
        return Err(Beyond::AuditLog);
    }
    // What makes an audit is a lead's, whoever it names.
    if fresh || door == Entrance::Peer {
        return Ok(());
    }
    let own = more.text_of(by);
    if own > 0 && after(held.text_of, drafted.text_of(by), own) > bounds.member_text {
        return Err(Beyond::MemberText);
    }
    if held.written_of + drafted.written.of_member(by) + bytes > bounds.member_log {
        return Err(Beyond::MemberLog);
    }
    Ok(())
}

/// How many stamps that nobody here knows the base of the next mark may name, where so many are held.
pub(super) fn unknown_stamps(bounds: AuditBounds, held: usize, drafted: &Growth) -> usize {
    let room = bounds.stamps.saturating_sub(held.saturating_add_signed(drafted.stamps));
    UNKNOWN_STAMPS.min(room / OWN as usize)
}
