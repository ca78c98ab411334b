//! Stamping (hybrid logical clock): which stamp an operation of a tablet gets, and what it had seen.
//!
//! Part of `commit`; calls `domain::stamp`, and reads the log where a mark may be one that the log has lost.
//!
//! An operation keeps its place. Who offers one again, to a log that was restored or begun anew, sends the stamp that
//! it had, and gets that. Where it was never told (the answer got lost as well), others may have seen the mark: their
//! bases name its stamp, and the log has no mark with it. Then it comes no later than that.

use super::StoreError;
use super::append::FoundModule;
use super::commit::WriteBatch;
use super::record;
use crate::domain::stamp::{LATEST_MS, actor_of, latest_given};
use crate::domain::{Base, Body, Entry, NewOp, Op, Restore, Seen, Stamp, Token};

/// Marks of one module that are looked at, the latest. More of them by one device, out of order, is no night's work.
const LOOK_BACK: usize = 128;

/// What the log has of one device on one module.
#[derive(Debug, Default)]
struct DeviceMarks {
    /// The stamps of its marks ...
    logged: Vec<Stamp>,
    /// ... and those that authors of other marks had seen.
    seen: Vec<Stamp>,
}

impl DeviceMarks {
    /// The earliest mark from `from` on that somebody had seen and the log has lost.
    fn lost(&self, from: Stamp) -> Option<Stamp> {
        self.seen.iter().copied().filter(|stamp| *stamp >= from && !self.logged.contains(stamp)).min()
    }

    /// The last mark in the log before that one.
    fn before(&self, stamp: Stamp) -> Option<Stamp> {
        self.logged.iter().copied().filter(|logged| *logged < stamp).max()
    }
}

impl WriteBatch<'_> {
    pub(super) fn stamp_for(
        &mut self,
        token: &Token,
        new: &NewOp,
        found: &FoundModule,
    ) -> Result<(Stamp, Seen), StoreError> {
        let actor = actor_of(new.device.as_str());
        let stamp = |batch: &mut Self, base: &Seen, own| {
            batch.hlc.stamp(new.marked_ms, batch.now_ms, actor, base, own)
        };
        let nothing = Seen::default();
        let property = self.property(token, &new.body)?;
        let held = match (found, &property) {
            (Some((_, entry)), _) => entry.state.seen(),
            (None, Some(property)) => property.seen(),
            (None, None) => &nothing,
        };
        let Base::Seen(seen) = &new.base else {
            // What this hub itself holds cannot be forged, so what is based on it comes after all of
            // it: a v3.3 mark, a change of the audit's own data.
            let of_thing = found.is_some() || property.is_some();
            let last = if of_thing { held.latest() } else { self.details_latest(token)? };
            return Ok((stamp(self, held, last), held.clone()));
        };
        let limit_ms = latest_given(self.now_ms).max(new.believed_ms.min(LATEST_MS));
        let unknown = match self.drafts.get(token) {
            Some(draft) => draft.unknown_stamps(self.engine, self.is_fresh(token))?,
            None => 0,
        };
        if let Some(kept) = new.stamp.filter(|kept| kept.actor == actor) {
            let base = seen.credible(limit_ms, held, Some(kept)).known(held, unknown);
            if could_have_given(kept, limit_ms, &base, held) {
                self.hlc.observe(kept, self.now_ms);
                return Ok((kept, base));
            }
        }
        let base = seen.credible(limit_ms, held, None).known(held, unknown);
        if let Some(property) = &property {
            let own = property.last_of(actor);
            return Ok((stamp(self, &base, own.max(base.latest())), base));
        }
        if let Body::LayoutEdit(edit) = &new.body {
            let own = self.last_edit(token, edit, actor)?;
            return Ok((stamp(self, &base, own.max(base.latest())), base));
        }
        if let Body::PhotoEdit(_) = &new.body {
            let own = self.last_of_photo(token, (new.id, &new.body), Some(actor))?;
            return Ok((stamp(self, &base, own.max(base.latest())), base));
        }
        let own = match (found, held.last_of(actor)) {
            (Some((_, entry)), Some(last)) => {
                let claim = self.claim(new.marked_ms, actor).map(|claim| after(claim, &base));
                if claim.is_some_and(|claim| claim > last) {
                    // Later than all that is known of this device, as nearly always.
                    None
                } else if claim.is_some_and(|claim| claim.ms == last.ms) && entry.state.holds(last) {
                    Some(last)
                } else {
                    let marks = self.marks_of(token, entry, actor)?;
                    if let Some(stamp) = place_of_lost(new.marked_ms, claim, &base, &marks) {
                        self.hlc.observe(stamp, self.now_ms);
                        return Ok((stamp, base));
                    }
                    marks.logged.into_iter().max().max(entry.state.holds(last).then_some(last))
                }
            }
            _ => None,
        };
        Ok((stamp(self, &base, own.max(base.latest())), base))
    }

    /// Of an undo: what comes right after the plain mark that it goes with, and what that was based on. So every hub
    /// that makes one of that mark gives it the same place.
    pub(super) fn beside(
        &mut self,
        token: &Token,
        new: &NewOp,
        restore: &Restore,
    ) -> Result<Option<(Stamp, Seen)>, StoreError> {
        let fresh = self.is_fresh(token);
        let Some(draft) = self.drafts.get_mut(token) else { return Ok(None) };
        let Some(seq) = draft.seq_of(self.engine, restore.of, fresh)? else { return Ok(None) };
        let Some(plain) = self.op_at(token, seq)? else { return Ok(None) };
        if plain.body.mark() != Some(&restore.mark) || plain.stamp.actor != actor_of(new.device.as_str()) {
            return Ok(None);
        }
        let stamp = plain.stamp.next_for(plain.stamp.actor);
        self.hlc.observe(stamp, self.now_ms);
        Ok(Some((stamp, plain.base)))
    }

    /// The stamp that the claim alone makes; `None` where it is too far ahead to be believed.
    fn claim(&self, marked_ms: u64, actor: u64) -> Option<Stamp> {
        (marked_ms <= latest_given(self.now_ms)).then_some(Stamp { ms: marked_ms, counter: 0, actor })
    }

    fn marks_of(&self, token: &Token, entry: &Entry, actor: u64) -> Result<DeviceMarks, StoreError> {
        let from = entry.seqs.len().saturating_sub(LOOK_BACK);
        let mut marks = DeviceMarks::default();
        for op in self.ops_at(token, &entry.seqs[from..])? {
            if op.stamp.actor == actor {
                marks.logged.push(op.stamp);
            }
            marks.seen.extend(op.base.last_of(actor));
        }
        Ok(marks)
    }

    /// Operations of the log, and of this batch.
    fn ops_at(&self, token: &Token, seqs: &[u64]) -> Result<Vec<Op>, StoreError> {
        let (Some(draft), Some(first)) = (self.drafts.get(token), seqs.first()) else {
            return Ok(Vec::new());
        };
        let no = draft.audit.no;
        let here = self.rows.iter().rev().filter(|(audit, ..)| *audit == no);
        let here = here.take_while(|(_, seq, _)| seq >= first).filter(|(_, seq, _)| seqs.contains(seq));
        let mut ops = here
            .map(|(no, seq, row)| record::decode_op(*no, *seq, row).map(|row| row.op))
            .collect::<Result<Vec<Op>, _>>()?;
        if ops.len() < seqs.len() && !self.is_fresh(token) {
            ops.extend(self.engine.ops_at(&draft.audit, seqs)?);
        }
        Ok(ops)
    }

    pub(super) fn op_at(&self, token: &Token, seq: u64) -> Result<Option<Op>, StoreError> {
        // Not through all of the batch for what has long been written.
        if self.drafts.get(token).is_some_and(|draft| seq <= draft.start) {
            let audit = self.engine.audit(token)?;
            return Ok(self.engine.ops_at(&audit, &[seq])?.pop());
        }
        Ok(self.ops_at(token, &[seq])?.pop())
    }
}

/// Whether this hub, or the one that it was before, gave this stamp: after all that its author had seen, and not later
/// than a hub gives any, unless that was seen as well.
fn could_have_given(stamp: Stamp, limit_ms: u64, base: &Seen, held: &Seen) -> bool {
    base.latest().is_none_or(|latest| stamp > latest)
        && stamp.is_in_range(held.latest())
        && (stamp.ms <= limit_ms || held.covers(stamp))
}

/// The least stamp from `claim` on that is after the base.
fn after(claim: Stamp, base: &Seen) -> Stamp {
    base.latest().filter(|latest| *latest >= claim).map_or(claim, |latest| latest.next_for(claim.actor))
}

/// Where a mark belongs that others have seen and the log has lost: this is that mark, or an earlier one of its device.
/// `claim` is `None` where the device's clock was too far ahead: then it had the hub's time, and what others saw tells
/// which.
fn place_of_lost(claimed_ms: u64, claim: Option<Stamp>, base: &Seen, marks: &DeviceMarks) -> Option<Stamp> {
    match claim {
        Some(claim) => {
            let lost = marks.lost(claim)?;
            Some(
                marks
                    .before(lost)
                    .filter(|before| *before >= claim)
                    .map_or(claim, |b| b.next_for(claim.actor)),
            )
        }
        None => {
            let after = base.latest();
            let lost = marks.seen.iter().copied().filter(|stamp| after.is_none_or(|after| *stamp > after));
            lost.filter(|stamp| stamp.ms <= claimed_ms && !marks.logged.contains(stamp)).min()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64, counter: u16) -> Stamp {
        Stamp { ms, counter, actor: 7 }
    }

    #[test]
    fn a_lost_mark_goes_where_others_saw_it_and_no_later() {
        let marks =
            |logged: &[Stamp], seen: &[Stamp]| DeviceMarks { logged: logged.into(), seen: seen.into() };
        let place = |ms, marks: &DeviceMarks| place_of_lost(ms, Some(at(ms, 0)), &Seen::default(), marks);
        assert_eq!(place(10, &marks(&[], &[at(10, 0)])), Some(at(10, 0)), "this is the one");
        assert_eq!(place(9, &marks(&[], &[at(10, 0)])), Some(at(9, 0)), "an earlier one");
        assert_eq!(place(11, &marks(&[], &[at(10, 0)])), None, "a later one");
        assert_eq!(place(10, &marks(&[at(10, 0)], &[at(10, 0)])), None, "it is not lost");
        // The clock was set back between two taps: the second came after the first.
        assert_eq!(place(5, &marks(&[at(10, 0)], &[at(10, 1)])), Some(at(10, 1)));
        // What was marked later is here already.
        assert_eq!(place(10, &marks(&[at(20, 0)], &[at(10, 0)])), Some(at(10, 0)));
    }

    #[test]
    fn a_lost_mark_of_a_tablet_years_ahead_gets_the_time_that_others_saw() {
        let marks = DeviceMarks { logged: vec![at(10, 0)], seen: vec![at(10, 0), at(12, 0), at(15, 0)] };
        assert_eq!(place_of_lost(99, None, &Seen::default(), &marks), Some(at(12, 0)));
        let mut base = Seen::default();
        base.add(at(12, 0));
        assert_eq!(place_of_lost(99, None, &base, &marks), Some(at(15, 0)), "its author had seen the first");
        base.add(at(15, 0));
        assert_eq!(place_of_lost(99, None, &base, &marks), None);
    }
}
