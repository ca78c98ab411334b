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

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{Author, OpId, TechnicianId};
use super::op::{Body, Mark, Outcome};
pub use super::register::{Register, Source, set};
use super::restore::{Credit, MarkMemory, Say, Undo};
use super::stamp::{Seen, Stamp};
use super::status::Status;

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
    /// What an undo may put back, and whose it is. On the disk it lies behind the rest: see [`ModuleState::told`].
    #[serde(skip)]
    told: Option<Box<MarkMemory>>,
}

impl<T: Clone + Ord + Say> Field<T> {
    /// Whether the value shows now, and whether another one stands against it.
    fn apply(&mut self, value: &T, base: &Seen, source: Source<'_>, undo: Option<Undo>) -> (bool, bool) {
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
        if let Some(theirs) = &other.register {
            self.show(theirs.clone(), other.told.as_ref().and_then(|told| told.undo().cloned()));
        }
        if let Some(theirs) = &other.told {
            let shows = self.register.as_ref().map(|shows| (shows.stamp, shows.op));
            self.told.get_or_insert_default().join(theirs, shows);
        }
        self.told.take_if(|told| told.is_empty());
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

    fn credit(&self) -> Option<Credit<'_>> {
        MarkMemory::credit(self.told.as_deref(), self.register.as_ref()?)
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
mod tests {
    use super::*;
    use crate::domain::{Hlc, ModuleId, Restore};
    use proptest::prelude::*;
    use proptest::sample::Index;

    #[derive(Debug, Clone)]
    struct Made {
        body: Body,
        base: Seen,
        stamp: Stamp,
        op: OpId,
        by: Author,
    }

    fn take(state: &mut ModuleState, made: &Made) -> Outcome {
        let source = Source { stamp: made.stamp, op: made.op, by: &made.by, marked_ms: made.stamp.ms };
        state.take(&made.body, &made.base, source).unwrap()
    }

    fn module() -> ModuleId {
        ModuleId::parse("M001").unwrap()
    }

    fn made(
        n: u128,
        actor: u64,
        ms: u64,
        base: &Seen,
        status: Option<Status>,
        comment: Option<&str>,
    ) -> Made {
        let mark =
            Mark { module: module(), status: status.map(Some), comment: comment.map(|c| Some(c.to_owned())) };
        Made {
            body: Body::Mark(mark),
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
        back.body = Body::Mark(Mark { module: module(), status: Some(None), comment: None });
        assert_eq!(take(&mut state, &back), Outcome::Applied);
        assert_eq!(state.status(), None);
    }

    /// The undo that goes with a plain mark, as a hub makes it.
    fn beside(plain: &Made, undone: &Made) -> Made {
        let Some(mark) = plain.body.mark().cloned() else { panic!("a mark") };
        let seen = undone.base.clone();
        let restore = Restore { mark, of: plain.op, undoes: undone.op, seen };
        Made {
            body: Body::Restore(Box::new(restore)),
            stamp: plain.stamp.next_for(plain.stamp.actor),
            op: Restore::id_beside(plain.op),
            ..plain.clone()
        }
    }

    /// Léa's finding, Tom's over it, and what he does to take that back: the plain mark, and the undo.
    fn taken_back(comment: Option<&str>) -> [Made; 4] {
        let lea = made(1, 1, 10, &Seen::default(), Some(Status::Dead), comment);
        let mut seen = Seen::default();
        seen.add(lea.stamp);
        let tom = made(2, 2, 20, &seen, Some(Status::Ok), comment.map(|_| "all is well"));
        let plain = made(3, 2, 30, &seen, Some(Status::Dead), comment);
        let undo = beside(&plain, &tom);
        [lea, tom, plain, undo]
    }

    fn whose(state: &ModuleState) -> Option<(&str, u64)> {
        state.last().map(|(by, ms)| (by.id.as_str(), ms))
    }

    #[test]
    fn an_undo_puts_back_whose_finding_it_was_and_when_in_whatever_order_it_comes() {
        for comment in [None, Some("verre cassé")] {
            let night = taken_back(comment);
            let straight = fold(&night);
            assert_eq!((straight.status(), straight.comment()), (Some(Status::Dead), comment));
            assert_eq!((whose(&straight), straight.conflict()), (Some(("tech_1", 10)), false));
            for order in [[3, 2, 1, 0], [1, 2, 3, 0], [2, 0, 3, 1], [3, 0, 1, 2], [0, 3, 2, 1]] {
                assert_eq!(fold(order.map(|n| &night[n])), straight, "{order:?}");
            }
            // Who does not know the kind shows the finding, and who made the undo.
            assert_eq!(whose(&fold(&night[..3])), Some(("tech_2", 30)));
            // While the finding is not here, whoever made the undo stands for it.
            assert_eq!(whose(&fold(&night[1..])), Some(("tech_2", 30)));
        }
    }

    #[test]
    fn an_undo_of_the_first_mark_leaves_nobody() {
        let first = made(1, 1, 10, &Seen::default(), Some(Status::Dead), Some("glass"));
        let mut plain = made(2, 1, 20, &Seen::default(), None, None);
        plain.body = Body::Mark(Mark { module: module(), status: Some(None), comment: Some(None) });
        let state = fold([&first, &plain, &beside(&plain, &first)]);
        assert_eq!((state.status(), state.comment(), whose(&state)), (None, None, None));
        assert_eq!(state.touched().map(|(_, ms)| ms), Some(20), "clients that keep rows are told");
    }

    #[test]
    fn undos_go_back_one_by_one_and_forth_again() {
        let [lea, tom, ..] = taken_back(None);
        let mut all = vec![lea, tom];
        let again = made(4, 2, 25, fold(&all).seen(), Some(Status::Microcracks), None);
        all.push(again.clone());
        let back = |all: &[Made], n: u128, ms: u64, status, undone: &Made| {
            let plain = made(n, 2, ms, fold(all).seen(), Some(status), None);
            [plain.clone(), beside(&plain, undone)]
        };
        all.extend(back(&all, 5, 30, Status::Ok, &again));
        assert_eq!(whose(&fold(&all)), Some(("tech_2", 20)), "his own, of when he said it");
        let tom = all[1].clone();
        all.extend(back(&all, 6, 40, Status::Dead, &tom));
        assert_eq!(whose(&fold(&all)), Some(("tech_1", 10)));
        // Done again, and taken back again: what the undos said themselves is nobody's finding.
        let redo = made(7, 2, 50, fold(&all).seen(), Some(Status::Ok), None);
        all.push(redo.clone());
        assert_eq!(whose(&fold(&all)), Some(("tech_2", 50)));
        all.extend(back(&all, 8, 60, Status::Dead, &redo));
        assert_eq!(whose(&fold(&all)), Some(("tech_1", 10)));
    }

    #[test]
    fn nobody_is_made_to_say_what_they_have_not_said() {
        let [lea, tom, mut plain, _] = taken_back(Some("verre cassé"));
        let forged = [(Status::Ok, Some("verre cassé")), (Status::Dead, Some("rien"))];
        for (status, comment) in forged {
            let mark = Mark {
                module: module(),
                status: Some(Some(status)),
                comment: Some(comment.map(str::to_owned)),
            };
            plain.body = Body::Mark(mark);
            let state = fold([&lea, &tom, &plain, &beside(&plain, &tom)]);
            let fields = [&state.status.credit().unwrap().by.id, &state.comment.credit().unwrap().by.id];
            let honest = [status == Status::Dead, comment == Some("verre cassé")];
            for (by, honest) in fields.into_iter().zip(honest) {
                assert_eq!(by.as_str(), if honest { "tech_1" } else { "tech_2" });
            }
        }
    }

    #[test]
    fn what_is_kept_for_undos_is_bounded_and_nothing_for_a_module_that_was_marked_once() {
        let nothing = Seen::default();
        let mut state = fold([&made(1, 1, 10, &nothing, Some(Status::Dead), Some("glass"))]);
        assert!(state.told().is_none());
        let marks = (2..60).map(|n| made(n, n as u64, n as u64 * 10, &nothing, Some(Status::Ok), None));
        let marks: Vec<Made> = marks.collect();
        for mark in &marks {
            take(&mut state, mark);
        }
        let bytes = state.weight().told;
        assert!(bytes < 4_096, "{bytes}");
        let mut other = fold(marks.iter().rev());
        take(&mut other, &made(1, 1, 10, &nothing, Some(Status::Dead), Some("glass")));
        assert_eq!(state, other);
    }

    /// Four tablets mark one module over two hubs that sync now and then: every step is a tablet
    /// that marks (having seen what its hub showed some time ago) or the hubs exchanging all.
    fn a_night() -> impl Strategy<Value = Vec<Made>> {
        let step = (0..4u64, 0..2usize, any::<bool>(), 0..6usize, 0..4usize, any::<bool>(), 0..500u64);
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
                // An undo, of the device's last mark or of one that it has only heard of.
                let undo = (what == 3).then(|| beside(&mark, all.get(n / 2).unwrap_or(&mark)));
                all.push(mark);
                if let Some(undo) = undo {
                    take(&mut hubs[hub], &undo);
                    all.push(undo);
                }
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
            night in a_night(), side in prop::collection::vec(any::<bool>(), 48),
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
        fn two_parts_joined_are_the_whole(night in a_night(), side in prop::collection::vec(0..3u8, 48)) {
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
