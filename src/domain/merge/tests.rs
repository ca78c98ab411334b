//! Tests of the merge: conflicts, undos, and that marks in any order, with any repeats and partitions, give one state.

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

fn made(n: u128, actor: u64, ms: u64, base: &Seen, status: Option<Status>, comment: Option<&str>) -> Made {
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
        let mark =
            Mark { module: module(), status: Some(Some(status)), comment: Some(comment.map(str::to_owned)) };
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
