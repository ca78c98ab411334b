//! Making a change of a layout (diff of a plan, new string, new order): what somebody wants, as the edit that does it.
//!
//! Called by `http` for the page, the command line and plans that are imported onto an audit; calls `audit`. Pure. The
//! page makes the small ones itself (web/src/domain/layout-edit.ts), as it may be out of reach.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::audit::AuditState;
use super::id::{Invalid, ModuleId};
use super::layout::{Layout, Place};
use super::layout_edit::{LayoutEdit, ModuleEdit, ModuleSlot, StringEdit, rank_of};

/// More positions than a string of modules has.
const LONGEST: usize = 1_000;

/// A string that was found on site. `after`: behind which one it stands, `Some(0)` for the first place; else the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewString {
    pub number: Option<u16>,
    pub name: Option<String>,
    pub module_count: usize,
    pub after: Option<u16>,
}

pub fn add_string(state: &AuditState, new: NewString) -> Result<LayoutEdit, Invalid> {
    let NewString { number, name, module_count, after } = new;
    let number = match number {
        Some(number) => number,
        None => {
            let last = state.all_strings().iter().map(|string| string.number).max().unwrap_or(0);
            last.checked_add(1).ok_or_else(|| Invalid::new("number", "there is no number left"))?
        }
    };
    if state.strings().any(|string| string.number == number) {
        let problem = format!("string {number} is there; add modules to it, or give another number");
        return Err(Invalid::new("number", problem));
    }
    let mut edit = add_modules(state, number, module_count)?;
    let mut string = StringEdit::of(number);
    string.name = name.map(Some);
    // One of this number that was hidden is this one.
    string.hidden = state.all_strings().iter().any(|it| it.number == number && it.hidden).then_some(false);
    if string != StringEdit::of(number) {
        edit.strings.push(string);
    }
    if let Some(after) = after {
        for rank in ranks(state, number, after)? {
            match edit.strings.iter_mut().find(|string| string.number == rank.number) {
                Some(string) => string.rank = rank.rank,
                None => edit.strings.push(rank),
            }
        }
    }
    edit.checked()
}

/// Modules at the end of a string.
pub fn add_modules(state: &AuditState, string: u16, count: usize) -> Result<LayoutEdit, Invalid> {
    if string == 0 {
        return Err(Invalid::new("string", "strings count from 1"));
    }
    if count == 0 || count > LONGEST {
        return Err(Invalid::new("module_count", format!("1 to {LONGEST} modules")));
    }
    let there = state.rows().into_iter().chain(state.hidden_rows());
    let last = there.filter(|(place, _)| place.string == string).map(|(place, _)| place.position).max();
    let last = last.unwrap_or(0);
    let mut modules = Vec::with_capacity(count);
    for n in 1..=u16::try_from(count).unwrap_or(u16::MAX) {
        let position = last.saturating_add(n);
        let place = Some(ModuleSlot { string, position, row: None, col: None });
        modules.push(ModuleEdit { place, ..ModuleEdit::of(free_name(state, string, position)?) });
    }
    LayoutEdit { strings: Vec::new(), modules }.checked()
}

/// `S11-03`: two leads who add the same string apart from each other add the same modules. Unless a plan has given the
/// name to a module elsewhere.
fn free_name(state: &AuditState, string: u16, position: u16) -> Result<ModuleId, Invalid> {
    let elsewhere = |id: &ModuleId| {
        state.placed(id).is_some_and(|place| (place.string, place.position) != (string, position))
    };
    for form in [
        format!("S{string}-{position:02}"),
        format!("S{string}-P{position:02}"),
        format!("S{string}-{position:02}-new"),
    ] {
        let id = ModuleId::parse(form)?;
        if !elsewhere(&id) {
            return Ok(id);
        }
    }
    Err(Invalid::new(
        "string",
        format!("the plan has modules named S{string}-{position:02} elsewhere; add them by file"),
    ))
}

/// Have a string stand behind another one (0: before all).
pub fn move_string(state: &AuditState, number: u16, after: u16) -> Result<LayoutEdit, Invalid> {
    if !state.all_strings().iter().any(|string| string.number == number) {
        return Err(Invalid::new("number", format!("there is no string {number}")));
    }
    LayoutEdit { strings: ranks(state, number, after)?, modules: Vec::new() }.checked()
}

/// The rank between its neighbours, where there is room; else a rank for all.
fn ranks(state: &AuditState, number: u16, after: u16) -> Result<Vec<StringEdit>, Invalid> {
    let others: Vec<u16> =
        state.all_strings().iter().map(|string| string.number).filter(|it| *it != number).collect();
    let at = match after {
        0 => 0,
        after => {
            let at = others.iter().position(|it| *it == after);
            at.ok_or_else(|| Invalid::new("after", format!("there is no other string {after}")))? + 1
        }
    };
    let rank = |number: u16| state.details().edits.rank(number);
    let ranked = |number: u16, rank: i64| StringEdit { rank: Some(rank), ..StringEdit::of(number) };
    let before = at.checked_sub(1).and_then(|at| others.get(at)).map(|number| rank(*number));
    let behind = others.get(at).map(|number| rank(*number));
    let between = match (before, behind) {
        (None, None) => Some(rank_of(number)),
        (Some(before), None) => before.checked_add(rank_of(1)),
        (None, Some(behind)) => behind.checked_sub(rank_of(1)),
        (Some(before), Some(behind)) if behind - before > 1 => Some(before + (behind - before) / 2),
        (Some(_), Some(_)) => None,
    };
    if let Some(between) = between {
        return Ok(vec![ranked(number, between)]);
    }
    let mut order = others;
    order.insert(at, number);
    Ok(order.into_iter().zip(1_u16..).map(|(number, n)| ranked(number, rank_of(n))).collect())
}

/// What was only marked and is in no plan: what somebody made who marked modules that there are not.
pub fn hide_unplaced(state: &AuditState) -> LayoutEdit {
    let loose =
        state.rows().into_iter().map(|(place, _)| place.module).filter(|id| state.placed(id).is_none());
    let hide = |module| ModuleEdit { hidden: Some(true), ..ModuleEdit::of(module) };
    LayoutEdit { strings: Vec::new(), modules: loose.map(hide).collect() }
}

/// What a plan says otherwise than an audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanDiff {
    /// Not in the audit yet, or marked there without a place.
    pub new: Vec<Place>,
    /// With where it is now.
    pub moved: Vec<(Place, Place)>,
    /// Not in the plan: they are hidden, with all their marks.
    pub gone: Vec<Place>,
    /// Hidden, and in the plan.
    pub back: Vec<Place>,
    /// What does all this.
    pub edit: LayoutEdit,
}

/// Compare an audit with a plan. Modules are the same by name; where the plan has no names of its own (it was numbered
/// when it was read), by their places: a string more in the middle would give all behind it other numbers.
pub fn compare(state: &AuditState, plan: &Layout) -> PlanDiff {
    let numbered = is_numbered(plan);
    let mut by_place: HashMap<(u16, u16), &Place> = HashMap::new();
    let all = || state.rows().into_iter().chain(state.hidden_rows()).map(|(place, _)| place);
    let here: BTreeMap<ModuleId, Place> =
        all().filter(|place| state.placed(&place.module).is_some()).map(|p| (p.module.clone(), p)).collect();
    if numbered {
        // Of two at one place the one that is shown.
        let (shown, hidden): (Vec<_>, Vec<_>) = here.values().partition(|p| !state.is_hidden(&p.module));
        let all = hidden.into_iter().chain(shown);
        by_place = all.map(|place| ((place.string, place.position), place)).collect();
    }
    let mut diff = PlanDiff::default();
    let mut met: BTreeSet<ModuleId> = BTreeSet::new();
    let mut back: BTreeSet<u16> = BTreeSet::new();
    for planned in plan.places() {
        let same = match by_place.get(&(planned.string, planned.position)) {
            Some(place) => Some(*place),
            None if numbered => None,
            None => here.get(&state.name_of(&planned.module)),
        };
        let id = match (same, numbered) {
            (Some(same), _) => same.module.clone(),
            // Its number may be another module's.
            (None, true) => match free_name(state, planned.string, planned.position) {
                Ok(id) => id,
                Err(_) => continue,
            },
            (None, false) => planned.module.clone(),
        };
        met.insert(id.clone());
        let place = Place { module: id.clone(), ..planned.clone() };
        let mut edit = ModuleEdit::of(id.clone());
        let slot =
            ModuleSlot { string: place.string, position: place.position, row: place.row, col: place.col };
        if state.is_hidden(&id) {
            if state.details().edits.hides(&id) {
                edit.hidden = Some(false);
            }
            if state.details().edits.hides_string(place.string) && back.insert(place.string) {
                let shown = StringEdit { hidden: Some(false), ..StringEdit::of(place.string) };
                diff.edit.strings.push(shown);
            }
            diff.back.push(place.clone());
        }
        match same {
            None => {
                edit.place = Some(slot);
                diff.new.push(place);
            }
            Some(same) if differs(same, &place) => {
                edit.place =
                    Some(ModuleSlot { row: slot.row.or(same.row), col: slot.col.or(same.col), ..slot });
                diff.moved.push((place, same.clone()));
            }
            Some(_) => {}
        }
        if edit != ModuleEdit::of(id) {
            diff.edit.modules.push(edit);
        }
    }
    for (place, _) in state.rows() {
        if state.placed(&place.module).is_some() && !met.contains(&place.module) {
            let hide = ModuleEdit { hidden: Some(true), ..ModuleEdit::of(place.module.clone()) };
            diff.edit.modules.push(hide);
            diff.gone.push(place);
        }
    }
    diff
}

/// A plan that knows no rows and columns takes none away.
fn differs(here: &Place, plan: &Place) -> bool {
    (here.string, here.position) != (plan.string, plan.position)
        || (plan.row.is_some() && plan.row != here.row)
        || (plan.col.is_some() && plan.col != here.col)
}

/// Whether its names are those that it would be given.
fn is_numbered(plan: &Layout) -> bool {
    let slots = plan.places().iter().map(|p| (p.string, p.position, p.row, p.col)).collect();
    Layout::numbered(slots).is_ok_and(|numbered| numbered == *plan)
}

#[cfg(test)]
mod tests {
    use super::super::id::{Author, DeviceId, OpId};
    use super::super::op::{Body, Mark, Op, Outcome};
    use super::super::stamp::{Seen, Stamp};
    use super::super::status::Status;
    use super::*;

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
        let named = NewString {
            name: Some("MPPT 4".into()),
            module_count: 1,
            after: Some(1),
            ..NewString::default()
        };
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
        assert_eq!(
            (state.counts.marked(), state.modules()[&junk].seqs.len()),
            (1, 2),
            "kept, and not counted"
        );
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
}
