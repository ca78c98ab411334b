//! Tests of changes of a layout: what was asked for is what shows then.

use super::*;
use crate::domain::id::{Author, DeviceId, OpId};
use crate::domain::layout::{Layout, Place};
use crate::domain::op::{Body, Mark, Op, Outcome};
use crate::domain::stamp::{Seen, Stamp};
use crate::domain::status::Status;

fn op(state: &AuditState, body: Body) -> Op {
    let seq = state.head + 1;
    Op {
        seq,
        id: OpId::from_u128(u128::from(seq)),
        author: Author::new("tech_1", None).unwrap(),
        device: DeviceId::parse("dev_1").unwrap(),
        marked_ms: seq,
        received_ms: seq,
        stamp: Stamp { ms: seq, counter: 0, actor: 1 },
        base: Seen::default(),
        outcome: Outcome::Applied,
        body,
    }
}

fn fold(state: &mut AuditState, body: Body) {
    let op = op(state, body);
    state.fold(&op);
}

fn audit(strings: &str) -> AuditState {
    let mut state = AuditState::default();
    fold(&mut state, Body::Layout(Layout::from_counts(strings).unwrap()));
    state
}

fn edit(state: &mut AuditState, edit: LayoutEdit) {
    fold(state, Body::LayoutEdit(edit));
}

fn mark(state: &mut AuditState, id: &str) {
    let id = ModuleId::parse(id).unwrap();
    fold(state, Body::Mark(Mark::new(id, Some(Some(Status::Dead)), None).unwrap()));
}

fn strings(state: &AuditState) -> Vec<(u16, usize)> {
    state.strings().map(|string| (string.number, string.module_count)).collect()
}

fn names(places: &[Place]) -> Vec<&str> {
    places.iter().map(|place| place.module.as_str()).collect()
}

#[test]
fn a_string_found_on_site_is_added_at_the_end_or_where_it_stands() {
    let mut state = audit("2,2");
    mark(&mut state, "M003");
    let new = NewString { module_count: 3, ..NewString::default() };
    let add = add_string(&state, new).unwrap();
    edit(&mut state, add);
    assert_eq!(strings(&state), [(1, 2), (2, 2), (3, 3)]);
    let rows = state.rows();
    assert_eq!(rows[6].0.module.as_str(), "S3-03");
    let named =
        NewString { name: Some("MPPT 4".into()), module_count: 1, after: Some(1), ..NewString::default() };
    let add = add_string(&state, named).unwrap();
    edit(&mut state, add);
    assert_eq!(strings(&state), [(1, 2), (4, 1), (2, 2), (3, 3)]);
    assert_eq!(state.counts.marked(), 1, "no mark is touched");
    let again = NewString { number: Some(4), module_count: 1, ..NewString::default() };
    assert_eq!(add_string(&state, again).unwrap_err().field, "number");
    for count in [0, LONGEST + 1] {
        let new = NewString { module_count: count, ..NewString::default() };
        assert_eq!(add_string(&state, new).unwrap_err().field, "module_count");
    }
    let more = add_modules(&state, 4, 2).unwrap();
    edit(&mut state, more);
    assert_eq!(strings(&state)[1], (4, 3));
    assert_eq!(state.rows()[4].0.module.as_str(), "S4-03");
}

#[test]
fn a_string_can_be_moved_for_ever() {
    let mut state = audit("1x4");
    for _ in 0..40 {
        let order: Vec<u16> = state.strings().map(|string| string.number).collect();
        let change = move_string(&state, order[3], order[0]).unwrap();
        edit(&mut state, change);
        let now: Vec<u16> = state.strings().map(|string| string.number).collect();
        assert_eq!(now, [order[0], order[3], order[1], order[2]]);
    }
    let first = move_string(&state, 2, 0).unwrap();
    edit(&mut state, first);
    assert_eq!(strings(&state)[0].0, 2);
    assert_eq!(move_string(&state, 9, 0).unwrap_err().field, "number");
    assert_eq!(move_string(&state, 2, 2).unwrap_err().field, "after");
}

#[test]
fn junk_is_hidden_keeps_its_marks_and_a_mark_that_comes_later_is_told() {
    let mut state = audit("2");
    for n in 0..50 {
        mark(&mut state, &format!("junk-{n}"));
    }
    mark(&mut state, "M001");
    assert_eq!((state.module_count(), state.counts.marked(), state.hidden_count()), (52, 51, 0));
    let hide = hide_unplaced(&state);
    edit(&mut state, hide);
    assert_eq!((state.module_count(), state.counts.marked(), state.hidden_count()), (2, 1, 50));
    assert_eq!((state.rows().len(), state.hidden_rows().len()), (2, 50));
    let junk = ModuleId::parse("junk-7").unwrap();
    assert!(!state.is_marked_though_hidden(&junk));
    mark(&mut state, "junk-7");
    assert!(state.is_marked_though_hidden(&junk));
    assert_eq!((state.counts.marked(), state.modules()[&junk].seqs.len()), (1, 2), "kept, and not counted");
    let show = LayoutEdit {
        strings: vec![],
        modules: vec![ModuleEdit { hidden: Some(false), ..ModuleEdit::of(junk) }],
    };
    edit(&mut state, show);
    assert_eq!((state.module_count(), state.counts.marked(), state.hidden_count()), (3, 2, 49));
}

#[test]
fn a_plan_says_what_is_new_moved_and_gone_and_does_it() {
    let mut state = audit("2,2");
    mark(&mut state, "M004");
    // Without names of its own: by places.
    let plan = Layout::from_counts("3,1,2").unwrap();
    let diff = compare(&state, &plan);
    assert_eq!(names(&diff.new), ["S1-03", "S3-01", "S3-02"]);
    assert_eq!((diff.moved.len(), names(&diff.gone)), (0, vec!["M004"]));
    edit(&mut state, diff.edit.checked().unwrap());
    assert_eq!(strings(&state), [(1, 3), (2, 1), (3, 2)]);
    assert_eq!(state.counts.marked(), 0, "hidden with its mark");
    let same = compare(&state, &plan);
    assert_eq!(same, PlanDiff::default(), "a second time has no effect");
    // And back: shown again, with its mark.
    let diff = compare(&state, &Layout::from_counts("3,2,2").unwrap());
    assert_eq!((names(&diff.back), diff.new.len(), diff.gone.len()), (vec!["M004"], 0, 0));
    edit(&mut state, diff.edit.checked().unwrap());
    assert_eq!(state.counts.marked(), 1);

    // With names: wherever they are now.
    let place = |id: &str, string, position| Place {
        module: ModuleId::parse(id).unwrap(),
        string,
        position,
        row: Some(1),
        col: None,
    };
    let plan = Layout::new(vec![place("M004", 1, 1), place("new", 1, 2)]).unwrap();
    let diff = compare(&state, &plan);
    assert_eq!((names(&diff.new), diff.moved.len(), diff.gone.len()), (vec!["new"], 1, 6));
    edit(&mut state, diff.edit.checked().unwrap());
    assert_eq!(state.rows().iter().map(|(p, _)| p.module.as_str()).collect::<Vec<_>>(), ["M004", "new"]);
    assert_eq!(state.counts.marked(), 1, "the mark goes where its module goes");
    assert_eq!(compare(&state, &plan), PlanDiff::default());
}

#[test]
fn a_string_that_was_hidden_comes_back_with_the_plan_that_has_it() {
    let mut state = audit("2,2");
    let hide = StringEdit { hidden: Some(true), ..StringEdit::of(2) };
    edit(&mut state, LayoutEdit { strings: vec![hide], modules: vec![] });
    assert_eq!(strings(&state), [(1, 2)]);
    let plan = Layout::from_counts("2,2").unwrap();
    let diff = compare(&state, &plan);
    assert_eq!((diff.back.len(), diff.edit.strings.len(), diff.edit.modules.len()), (2, 1, 0));
    edit(&mut state, diff.edit);
    assert_eq!((strings(&state), compare(&state, &plan)), (vec![(1, 2), (2, 2)], PlanDiff::default()));
}
