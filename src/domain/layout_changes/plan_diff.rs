//! Diff of a plan and an audit: what is new, moved and gone, and the edit that does it.
//!
//! Called by `http` when a plan is imported onto an audit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::free_name;
use crate::domain::audit::AuditState;
use crate::domain::id::ModuleId;
use crate::domain::layout::{Layout, Place};
use crate::domain::layout_edit::{LayoutEdit, ModuleEdit, ModuleSlot, StringEdit};

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
