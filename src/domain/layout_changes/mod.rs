//! Making a change of a layout (diff of a plan, new string, new order): what somebody wants, as the edit that does it.
//!
//! Called by `http` for the page, the command line and plans that are imported onto an audit; calls `audit`. Pure. The
//! page makes the small ones itself (web/src/domain/layout-edit.ts), as it may be out of reach.

mod plan_diff;

use super::audit::AuditState;
use super::id::{Invalid, ModuleId};
use super::layout_edit::{LayoutEdit, ModuleEdit, ModuleSlot, StringEdit, rank_of};
pub use plan_diff::{PlanDiff, compare};

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

#[cfg(test)]
mod tests;
