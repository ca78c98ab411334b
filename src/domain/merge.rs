//! CRDT merge (last-writer-wins registers, state-based): how the marks of one module become its state.
//!
//! Called by `audit` for every mark; calls nothing but `stamp`. Status and comment are separate
//! last-writer-wins registers, so one technician's status and another's comment both live.
//! Beside its register each field keeps `seen` (per device, its latest mark or one that a mark
//! was based on) and `heads` (the values that no other mark of this field was made in knowledge
//! of). Two heads of different value are a conflict, until somebody who has seen both marks that
//! field again; a comment settles no status.
//!
//! Invariants: `seen` covers every mark applied and everything their authors had seen; a head is
//! never covered by another mark's base; the result depends only on the set of marks, not on
//! their order or repeats (see the property tests).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{Author, OpId, TechnicianId};
use super::op::{Mark, Outcome, shown_ms};
use super::stamp::{Seen, Stamp};
use super::status::Status;

/// A value and the operation that set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register<T> {
    pub value: T,
    pub stamp: Stamp,
    pub op: OpId,
    pub by: Author,
    pub marked_ms: u64,
}

impl<T> Register<T> {
    pub fn shown_ms(&self) -> u64 {
        shown_ms(self.marked_ms, self.stamp)
    }
}

/// Where a register's next value comes from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub stamp: Stamp,
    pub op: OpId,
    pub by: &'a Author,
    pub marked_ms: u64,
}

/// Last writer wins; the operation's id decides between equal stamps. True when `value` shows now.
pub fn set<T>(register: &mut Option<Register<T>>, value: T, source: Source<'_>) -> bool {
    let wins = register.as_ref().is_none_or(|old| (source.stamp, source.op) > (old.stamp, old.op));
    if wins {
        *register = Some(Register {
            value,
            stamp: source.stamp,
            op: source.op,
            by: source.by.clone(),
            marked_ms: source.marked_ms,
        });
    }
    wins
}

/// A value that a mark gave a field and that no other mark of this field was made in knowledge of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head<T> {
    stamp: Stamp,
    value: T,
}

/// One field of a module: what shows, and what is still contested.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Field<T> {
    register: Option<Register<T>>,
    /// Every mark of this field, and all that their authors had seen.
    seen: Seen,
    heads: Vec<Head<T>>,
}

impl<T: Clone + Ord> Field<T> {
    /// Whether the value shows now, and whether another one stands against it.
    fn apply(&mut self, value: &T, base: &Seen, source: Source<'_>) -> (bool, bool) {
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
        (set(&mut self.register, value.clone(), source), contested)
    }

    /// What the marks of both make together.
    fn join(&mut self, other: &Self) {
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
        if let Some(theirs) = &other.register
            && self.register.as_ref().is_none_or(|ours| (theirs.stamp, theirs.op) > (ours.stamp, ours.op))
        {
            self.register = Some(theirs.clone());
        }
    }

    fn conflict(&self) -> bool {
        self.heads.windows(2).any(|pair| pair[0].value != pair[1].value)
    }

    fn stands(&self, stamp: Stamp) -> bool {
        self.conflict() && self.heads.iter().any(|head| head.stamp == stamp)
    }

    /// Whether the mark with this stamp is one of those that are still told apart.
    fn holds(&self, stamp: Stamp) -> bool {
        self.register.as_ref().is_some_and(|register| register.stamp == stamp)
            || self.heads.iter().any(|head| head.stamp == stamp)
    }

    fn latest(&self) -> Option<Stamp> {
        let set = self.register.as_ref().map(|register| register.stamp);
        let heads = self.heads.iter().map(|head| head.stamp).max();
        set.max(heads).max(self.seen.latest())
    }

    fn last(&self) -> Option<(Stamp, &Author, u64)> {
        self.register.as_ref().map(|r| (r.stamp, &r.by, r.shown_ms()))
    }
}

impl Field<Option<Arc<str>>> {
    /// What shows and what stands against it, each once. `share` makes it so in memory.
    fn texts(&self) -> usize {
        let shown = self.register.as_ref();
        let apart = self.heads.iter().filter(|head| shown.is_none_or(|shown| shown.stamp != head.stamp));
        let text = |value: &Option<Arc<str>>| value.as_ref().map_or(0, |text| text.len());
        shown.map_or(0, |shown| text(&shown.value)) + apart.map(|head| text(&head.value)).sum::<usize>()
    }

    fn share(&mut self) {
        let Some(shown) = &self.register else { return };
        for head in
            self.heads.iter_mut().filter(|head| head.stamp == shown.stamp && head.value == shown.value)
        {
            head.value = shown.value.clone();
        }
    }
}

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
        ModuleWeight {
            text: self.comment.texts(),
            shown: shown.and_then(|shown| Some((shown.by.id.clone(), shown.value.as_ref()?.len()))),
            stamps: [&self.seen, &self.status.seen, &self.comment.seen]
                .map(|seen| seen.stamps().len())
                .iter()
                .sum(),
            heads: self.status.heads.len().max(self.comment.heads.len()),
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
        status.into_iter().chain(comment)
    }

    /// Who set what shows, and when: of the two registers, the one set last.
    pub fn last(&self) -> Option<(&Author, u64)> {
        self.status.last().max_by_stamp(self.comment.last()).map(|(_, by, ms)| (by, ms))
    }

    /// What the marks of both make together, whichever were applied to which: for one module under two names.
    pub fn join(&mut self, other: &Self) {
        self.status.join(&other.status);
        self.comment.join(&other.comment);
        self.seen.join(&other.seen);
    }

    pub fn apply(&mut self, mark: &Mark, base: &Seen, source: Source<'_>) -> Outcome {
        let (mut shows, mut contested) = (false, false);
        let mut note = |(field_shows, field_contested): (bool, bool)| {
            shows |= field_shows;
            contested |= field_contested;
        };
        if let Some(status) = &mark.status {
            note(self.status.apply(status, base, source));
        }
        if let Some(comment) = &mark.comment {
            note(self.comment.apply(&comment.as_deref().map(Arc::from), base, source));
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

/// The later of two optional things that carry a stamp first.
trait MaxByStamp<T> {
    fn max_by_stamp(self, other: Option<T>) -> Option<T>;
}

impl<A, B> MaxByStamp<(Stamp, A, B)> for Option<(Stamp, A, B)> {
    fn max_by_stamp(self, other: Option<(Stamp, A, B)>) -> Option<(Stamp, A, B)> {
        match (self, other) {
            (Some(a), Some(b)) => Some(if b.0 > a.0 { b } else { a }),
            (a, b) => a.or(b),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Hlc, ModuleId};
    use proptest::prelude::*;
    use proptest::sample::Index;

    #[derive(Debug, Clone)]
    struct Made {
        mark: Mark,
        base: Seen,
        stamp: Stamp,
        op: OpId,
        by: Author,
    }

    fn take(state: &mut ModuleState, made: &Made) -> Outcome {
        let source = Source { stamp: made.stamp, op: made.op, by: &made.by, marked_ms: made.stamp.ms };
        state.apply(&made.mark, &made.base, source)
    }

    fn made(
        n: u128,
        actor: u64,
        ms: u64,
        base: &Seen,
        status: Option<Status>,
        comment: Option<&str>,
    ) -> Made {
        let mark = Mark {
            module: ModuleId::parse("M001").unwrap(),
            status: status.map(Some),
            comment: comment.map(|c| Some(c.to_owned())),
        };
        Made {
            mark,
            base: base.clone(),
            stamp: Stamp { ms, counter: 0, actor },
            op: OpId::from_u128(n),
            by: Author::new(format!("tech_{actor}"), None).unwrap(),
        }
    }

    #[test]
    fn a_status_and_a_comment_made_apart_both_live_without_conflict() {
        let mut state = ModuleState::default();
        let nothing = Seen::default();
        take(&mut state, &made(1, 1, 10, &nothing, Some(Status::Dead), None));
        let outcome = take(&mut state, &made(2, 2, 11, &nothing, None, Some("glass broken")));
        assert_eq!(outcome, Outcome::Applied);
        assert_eq!((state.status(), state.comment()), (Some(Status::Dead), Some("glass broken")));
        assert!(!state.conflict());
    }

    #[test]
    fn two_who_had_not_seen_each_other_conflict_until_one_who_has_marks_again() {
        let mut state = ModuleState::default();
        let nothing = Seen::default();
        take(&mut state, &made(1, 1, 11, &nothing, Some(Status::Dead), None));
        let late = take(&mut state, &made(2, 2, 10, &nothing, Some(Status::Ok), None));
        assert_eq!(late, Outcome::Conflict);
        assert_eq!(state.status(), Some(Status::Dead), "the later mark shows");
        assert!(state.conflict());

        let both = state.seen().clone();
        let settled = take(&mut state, &made(3, 2, 12, &both, Some(Status::Ok), None));
        assert_eq!(settled, Outcome::Applied);
        assert!(!state.conflict());
    }

    #[test]
    fn the_same_finding_twice_is_no_conflict_and_ones_own_mark_never_is() {
        let mut state = ModuleState::default();
        let nothing = Seen::default();
        take(&mut state, &made(1, 1, 10, &nothing, Some(Status::Dead), None));
        assert_eq!(take(&mut state, &made(2, 2, 9, &nothing, Some(Status::Dead), None)), Outcome::Superseded);
        assert_eq!(take(&mut state, &made(3, 1, 12, &nothing, Some(Status::Dead), None)), Outcome::Applied);
        let mut alone = ModuleState::default();
        take(&mut alone, &made(1, 1, 10, &nothing, Some(Status::Dead), None));
        assert_eq!(take(&mut alone, &made(2, 1, 11, &nothing, Some(Status::Ok), None)), Outcome::Applied);
        assert!(!alone.conflict());
    }

    #[test]
    fn a_comment_neither_hides_nor_settles_what_is_said_of_the_status() {
        let mut state = ModuleState::default();
        let nothing = Seen::default();
        take(&mut state, &made(1, 1, 10, &nothing, Some(Status::Dead), None));
        take(&mut state, &made(2, 1, 11, &nothing, None, Some("burnt")));
        assert_eq!(take(&mut state, &made(3, 2, 12, &nothing, Some(Status::Ok), None)), Outcome::Conflict);
        let both = state.seen().clone();
        take(&mut state, &made(4, 3, 13, &both, None, Some("look again")));
        assert!(state.conflict(), "a comment settles no status");
        let all = state.seen().clone();
        take(&mut state, &made(5, 3, 14, &all, Some(Status::Dead), None));
        assert!(!state.conflict());
    }

    #[test]
    fn two_hubs_that_gave_one_device_the_same_stamp_agree_all_the_same() {
        let nothing = Seen::default();
        let one = made(1, 1, 10, &nothing, Some(Status::Dead), None);
        let other = made(2, 1, 10, &nothing, Some(Status::Ok), None);
        let third = made(3, 2, 9, &nothing, Some(Status::Dead), None);
        let all = [&one, &other, &third];
        let first = fold(all);
        assert_eq!(first, fold([&other, &one, &third]));
        assert_eq!(first, fold([&third, &other, &one]));
        assert_eq!((first.status(), first.conflict()), (Some(Status::Ok), false));
    }

    #[test]
    fn a_mark_can_be_taken_back() {
        let mut state = ModuleState::default();
        take(&mut state, &made(1, 1, 10, &Seen::default(), Some(Status::Dead), None));
        let mut back = made(2, 1, 11, &Seen::default(), None, None);
        back.mark.status = Some(None);
        assert_eq!(take(&mut state, &back), Outcome::Applied);
        assert_eq!(state.status(), None);
    }

    /// Four tablets mark one module over two hubs that sync now and then: every step is a tablet
    /// that marks (having seen what its hub showed some time ago) or the hubs exchanging all.
    fn a_night() -> impl Strategy<Value = Vec<Made>> {
        let step = (0..4u64, 0..2usize, any::<bool>(), 0..6usize, 0..3usize, any::<bool>(), 0..500u64);
        prop::collection::vec(step, 1..24).prop_map(|steps| {
            let mut hubs = [ModuleState::default(), ModuleState::default()];
            let mut clocks = [Hlc::default(), Hlc::default()];
            let mut all: Vec<Made> = Vec::new();
            let mut views = vec![Seen::default(); 4];
            for (n, (device, hub, look, status, what, sync, jitter)) in steps.into_iter().enumerate() {
                if look {
                    views[device as usize].join(hubs[hub].seen());
                }
                let now = 1_000_000 + n as u64 * 200;
                let own = views[device as usize].last_of(device).max(hubs[hub].seen().last_of(device));
                let own = own.max(all.iter().filter(|m| m.stamp.actor == device).map(|m| m.stamp).max());
                let base = views[device as usize].clone();
                let stamp = clocks[hub].stamp(now + jitter, now, device, &base, own);
                let status = (what != 1).then(|| Status::ALL[status]);
                let comment = (what != 0).then_some(if status.is_some() { "a" } else { "b" });
                let mut mark = made(n as u128, device, 0, &base, status, comment);
                mark.stamp = stamp;
                take(&mut hubs[hub], &mark);
                all.push(mark);
                if sync {
                    for mark in &all {
                        take(&mut hubs[0], mark);
                        take(&mut hubs[1], mark);
                    }
                }
            }
            all
        })
    }

    fn fold<'a>(marks: impl IntoIterator<Item = &'a Made>) -> ModuleState {
        let mut state = ModuleState::default();
        for mark in marks {
            take(&mut state, mark);
        }
        state
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn any_order_with_any_repeats_gives_one_state(
            night in a_night(), order in prop::collection::vec(any::<Index>(), 0..72),
        ) {
            let straight = fold(&night);
            let reversed = fold(night.iter().rev());
            prop_assert_eq!(&straight, &reversed);
            let mixed: Vec<&Made> = order.iter().map(|i| i.get(&night)).chain(night.iter()).collect();
            prop_assert_eq!(&straight, &fold(mixed));
        }

        #[test]
        fn partitions_that_meet_hold_one_state(
            night in a_night(), side in prop::collection::vec(any::<bool>(), 24),
        ) {
            let (mut left, mut right) = (ModuleState::default(), ModuleState::default());
            for (mark, side) in night.iter().zip(&side) {
                take(if *side { &mut left } else { &mut right }, mark);
            }
            for mark in &night { take(&mut left, mark); }
            for mark in night.iter().rev() { take(&mut right, mark); }
            prop_assert_eq!(left, right);
        }

        #[test]
        fn two_parts_joined_are_the_whole(night in a_night(), side in prop::collection::vec(0..3u8, 24)) {
            let part = |one: u8| fold(night.iter().zip(&side).filter(|(_, side)| **side != one).map(|(m, _)| m));
            let (left, right) = (part(0), part(1));
            for (one, other) in [(&left, &right), (&right, &left)] {
                let mut joined = one.clone();
                joined.join(other);
                prop_assert_eq!(&joined, &fold(&night));
                joined.join(other);
                prop_assert_eq!(&joined, &fold(&night), "once more has no effect");
            }
        }

        #[test]
        fn whoever_has_seen_all_settles_it(night in a_night()) {
            let mut state = fold(&night);
            let mut last = made(999, 77, 0, state.seen(), Some(Status::Ok), Some("settled"));
            last.stamp = Hlc::default().stamp(0, 2_000_000, 77, state.seen(), None);
            prop_assert_eq!(take(&mut state, &last), Outcome::Applied);
            prop_assert!(!state.conflict());
            prop_assert_eq!((state.status(), state.comment()), (Some(Status::Ok), Some("settled")));
        }
    }
}
