//! Changes of a layout (LWW registers): strings and modules of a running audit that are added, named, moved, hidden
//! and shown again.
//!
//! An operation of kind `layout_edit` says what it touches and nothing else; folded by `audit` over the layout that
//! the audit was made with. Each field of each string and module is a register of its own, in which the greatest stamp
//! wins: so the result depends on the set of operations alone (see the property tests), and two leads who change
//! different things apart from each other both have their way. No mark is touched: it belongs to its module's id.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::{Invalid, MAX_MODULES, MAX_MODULES_TEXT, ModuleId, OpId, short_text};
use super::stamp::Stamp;

/// Modules and strings in one operation, so that hubs that do not know its kind take it too.
pub const MAX_EDITS: usize = 8_192;

/// Where a module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleSlot {
    pub string: u16,
    pub position: u16,
    pub row: Option<i32>,
    pub col: Option<i32>,
}

/// What is changed of one string; what is `None` is untouched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StringEdit {
    pub number: u16,
    /// What people call it; `Some(None)`: by its number again.
    pub name: Option<Option<String>>,
    /// Its place among the strings: see [`rank_of`].
    pub rank: Option<i64>,
    pub hidden: Option<bool>,
}

/// What is changed of one module; one that the audit does not have is added by its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleEdit {
    pub module: ModuleId,
    pub place: Option<ModuleSlot>,
    pub name: Option<Option<String>>,
    pub hidden: Option<bool>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutEdit {
    pub strings: Vec<StringEdit>,
    pub modules: Vec<ModuleEdit>,
}

/// Strings are in the order of their numbers until somebody says otherwise, with room between two of them.
pub fn rank_of(number: u16) -> i64 {
    i64::from(number) << 16
}

impl StringEdit {
    pub fn of(number: u16) -> Self {
        Self { number, name: None, rank: None, hidden: None }
    }
}

impl ModuleEdit {
    pub fn of(module: ModuleId) -> Self {
        Self { module, place: None, name: None, hidden: None }
    }
}

impl LayoutEdit {
    pub fn is_empty(&self) -> bool {
        self.strings.is_empty() && self.modules.is_empty()
    }

    pub fn checked(mut self) -> Result<Self, Invalid> {
        if self.is_empty() {
            return Err(Invalid::new("modules", "name a string or a module to change"));
        }
        if self.strings.len() + self.modules.len() > MAX_EDITS {
            return Err(Invalid::new("modules", format!("at most {MAX_EDITS} in one change")));
        }
        let named = |name: &mut Option<Option<String>>| -> Result<(), Invalid> {
            if let Some(Some(text)) = name {
                *name = Some(short_text("name", text)?);
            }
            Ok(())
        };
        for string in &mut self.strings {
            if string.number == 0 {
                return Err(Invalid::new("number", "strings count from 1"));
            }
            if string.name.is_none() && string.rank.is_none() && string.hidden.is_none() {
                return Err(Invalid::new("strings", format!("nothing changes of string {}", string.number)));
            }
            named(&mut string.name)?;
        }
        for edit in &mut self.modules {
            let possible = |n: u16| (1..=MAX_MODULES).contains(&usize::from(n));
            if edit.place.is_some_and(|slot| !possible(slot.string) || !possible(slot.position)) {
                let id = &edit.module;
                let problem = format!("{id}: strings and positions count from 1 to {MAX_MODULES_TEXT}");
                return Err(Invalid::new("position", problem));
            }
            if edit.place.is_none() && edit.name.is_none() && edit.hidden.is_none() {
                return Err(Invalid::new("modules", format!("nothing changes of {}", edit.module)));
            }
            named(&mut edit.name)?;
        }
        Ok(self)
    }

    /// As many operations as it takes.
    pub fn in_parts(self) -> Vec<LayoutEdit> {
        let Self { strings, modules } = self;
        let strings =
            strings.chunks(MAX_EDITS).map(|part| Self { strings: part.to_vec(), modules: Vec::new() });
        let modules =
            modules.chunks(MAX_EDITS).map(|part| Self { strings: Vec::new(), modules: part.to_vec() });
        let parts: Vec<Self> = strings.chain(modules).collect();
        match parts.as_slice() {
            // Mostly one operation: what belongs together arrives together.
            [one, two] if one.strings.len() + two.modules.len() <= MAX_EDITS && two.strings.is_empty() => {
                vec![Self { strings: one.strings.clone(), modules: two.modules.clone() }]
            }
            _ => parts,
        }
    }
}

/// A value with what decides whether it shows. A whole `Register` would have its author too: there may be 20,000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped<T> {
    pub value: T,
    pub stamp: Stamp,
    pub op: OpId,
}

pub(super) type Slotted<T> = Option<Stamped<T>>;

/// Whether the value shows now.
pub(super) fn put<T: Clone>(
    register: &mut Slotted<T>,
    value: Option<&T>,
    (stamp, op): (Stamp, OpId),
) -> bool {
    let Some(value) = value else { return false };
    let wins = register.as_ref().is_none_or(|old| (stamp, op) > (old.stamp, old.op));
    if wins {
        *register = Some(Stamped { value: value.clone(), stamp, op });
    }
    wins
}

pub(super) fn about<T>(register: &Slotted<T>) -> Option<(Stamp, OpId)> {
    register.as_ref().map(|it| (it.stamp, it.op))
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StringRegisters {
    name: Slotted<Option<String>>,
    rank: Slotted<i64>,
    hidden: Slotted<bool>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleRegisters {
    place: Slotted<ModuleSlot>,
    name: Slotted<Option<String>>,
    hidden: Slotted<bool>,
}

impl StringRegisters {
    fn all(&self) -> [Option<(Stamp, OpId)>; 3] {
        [about(&self.name), about(&self.rank), about(&self.hidden)]
    }
}

impl ModuleRegisters {
    fn all(&self) -> [Option<(Stamp, OpId)>; 3] {
        [about(&self.place), about(&self.name), about(&self.hidden)]
    }

    pub fn place(&self) -> Option<ModuleSlot> {
        self.place.as_ref().map(|it| it.value)
    }
}

/// All changes of a layout, merged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutEdits {
    strings: BTreeMap<u16, StringRegisters>,
    modules: BTreeMap<ModuleId, ModuleRegisters>,
}

impl LayoutEdits {
    /// True when something shows by it.
    pub fn apply(&mut self, edit: &LayoutEdit, source: (Stamp, OpId)) -> bool {
        let mut shows = false;
        for StringEdit { number, name, rank, hidden } in &edit.strings {
            let string = self.strings.entry(*number).or_default();
            shows |= put(&mut string.name, name.as_ref(), source);
            shows |= put(&mut string.rank, rank.as_ref(), source);
            shows |= put(&mut string.hidden, hidden.as_ref(), source);
        }
        for ModuleEdit { module, place, name, hidden } in &edit.modules {
            let known = self.modules.entry(module.clone()).or_default();
            shows |= put(&mut known.place, place.as_ref(), source);
            shows |= put(&mut known.name, name.as_ref(), source);
            shows |= put(&mut known.hidden, hidden.as_ref(), source);
        }
        shows
    }

    pub fn modules(&self) -> impl Iterator<Item = (&ModuleId, &ModuleRegisters)> {
        self.modules.iter()
    }

    /// Whether something was ever changed of it.
    pub fn knows(&self, id: &ModuleId) -> bool {
        self.modules.contains_key(id)
    }

    pub fn place(&self, id: &ModuleId) -> Option<ModuleSlot> {
        self.modules.get(id)?.place()
    }

    pub fn string_name(&self, number: u16) -> Option<&str> {
        self.strings.get(&number)?.name.as_ref()?.value.as_deref()
    }

    pub fn module_name(&self, id: &ModuleId) -> Option<&str> {
        self.modules.get(id)?.name.as_ref()?.value.as_deref()
    }

    pub fn rank(&self, number: u16) -> i64 {
        let said = self.strings.get(&number).and_then(|string| string.rank.as_ref());
        said.map_or_else(|| rank_of(number), |rank| rank.value)
    }

    pub fn hides_string(&self, number: u16) -> bool {
        self.string_hidden_since(number).is_some()
    }

    fn string_hidden_since(&self, number: u16) -> Option<Stamp> {
        let hidden = self.strings.get(&number)?.hidden.as_ref()?;
        hidden.value.then_some(hidden.stamp)
    }

    /// Since when a module is hidden that is in this string: by itself or with it.
    pub fn hidden_since(&self, id: &ModuleId, string: u16) -> Option<Stamp> {
        let own = self.modules.get(id).and_then(|module| module.hidden.as_ref());
        own.filter(|hidden| hidden.value).map(|hidden| hidden.stamp).max(self.string_hidden_since(string))
    }

    /// Whether it is hidden by itself, whatever its string is.
    pub fn hides(&self, id: &ModuleId) -> bool {
        self.modules.get(id).and_then(|module| module.hidden.as_ref()).is_some_and(|hidden| hidden.value)
    }

    fn all(&self) -> impl Iterator<Item = (Stamp, OpId)> {
        let strings = self.strings.values().flat_map(StringRegisters::all);
        strings.chain(self.modules.values().flat_map(ModuleRegisters::all)).flatten()
    }

    pub fn latest(&self) -> Option<Stamp> {
        self.all().map(|(stamp, _)| stamp).max()
    }

    /// The last change by `actor` of what an edit touches: the next one comes after it, whatever its clock says.
    pub fn last_of(&self, edit: &LayoutEdit, actor: u64) -> Option<Stamp> {
        let strings = edit.strings.iter().filter_map(|edit| self.strings.get(&edit.number));
        let modules = edit.modules.iter().filter_map(|edit| self.modules.get(&edit.module));
        let all =
            strings.flat_map(StringRegisters::all).chain(modules.flat_map(ModuleRegisters::all)).flatten();
        all.map(|(stamp, _)| stamp).filter(|stamp| stamp.actor == actor).max()
    }

    /// The operations that set what shows, some of them more than once.
    pub fn shown_by(&self) -> impl Iterator<Item = OpId> {
        self.all().map(|(_, op)| op)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::Index;

    fn module(n: usize) -> ModuleId {
        ModuleId::parse(format!("S11-{n:02}")).unwrap()
    }

    fn slot(string: u16, position: u16) -> ModuleSlot {
        ModuleSlot { string, position, row: None, col: None }
    }

    type Made = (LayoutEdit, Stamp, OpId);

    fn fold<'a>(edits: impl IntoIterator<Item = &'a Made>) -> LayoutEdits {
        let mut all = LayoutEdits::default();
        for (edit, stamp, op) in edits {
            all.apply(edit, (*stamp, *op));
        }
        all
    }

    fn an_edit() -> impl Strategy<Value = LayoutEdit> {
        let name = || prop::option::of(prop::option::of("[a-c]{1,2}"));
        let string = (1..4_u16, name(), prop::option::of(0..9_i64), prop::option::of(any::<bool>()))
            .prop_map(|(number, name, rank, hidden)| StringEdit { number, name, rank, hidden });
        let module =
            (0..4_usize, prop::option::of((1..4_u16, 1..4_u16)), name(), prop::option::of(any::<bool>()))
                .prop_map(|(n, place, name, hidden)| ModuleEdit {
                    module: module(n),
                    place: place.map(|(string, position)| slot(string, position)),
                    name,
                    hidden,
                });
        (prop::collection::vec(string, 0..3), prop::collection::vec(module, 0..3))
            .prop_map(|(strings, modules)| LayoutEdit { strings, modules })
    }

    /// Changes by three leads, whose clocks may say the same: then ids decide.
    fn a_night() -> impl Strategy<Value = Vec<Made>> {
        prop::collection::vec((an_edit(), 0..5_u64, 0..3_u64), 1..16).prop_map(|edits| {
            let made = edits.into_iter().zip(1_u128..);
            made.map(|((edit, ms, actor), n)| (edit, Stamp { ms, counter: 0, actor }, OpId::from_u128(n)))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn any_order_with_any_repeats_gives_one_layout(
            night in a_night(), order in prop::collection::vec(any::<Index>(), 0..40),
        ) {
            let straight = fold(&night);
            prop_assert_eq!(&straight, &fold(night.iter().rev()));
            let mixed: Vec<&Made> = order.iter().map(|at| at.get(&night)).chain(&night).collect();
            prop_assert_eq!(&straight, &fold(mixed));
        }

        #[test]
        fn two_who_were_apart_hold_one_layout_when_they_meet(
            night in a_night(), side in prop::collection::vec(any::<bool>(), 16),
        ) {
            let (east, west): (Vec<_>, Vec<_>) = night.iter().zip(side).partition(|(_, side)| *side);
            let first = fold(east.iter().chain(&west).map(|(made, _)| *made));
            let second = fold(west.iter().chain(&east).map(|(made, _)| *made));
            prop_assert_eq!(first, second);
        }

        #[test]
        fn an_edit_in_parts_is_the_same_edit(edit in an_edit()) {
            let stamp = Stamp { ms: 5, counter: 0, actor: 1 };
            let parts: Vec<Made> =
                edit.clone().in_parts().into_iter().map(|part| (part, stamp, OpId::from_u128(1))).collect();
            prop_assert!(parts.len() <= 1);
            prop_assert_eq!(fold(&parts), fold(&[(edit, stamp, OpId::from_u128(1))]));
        }
    }

    #[test]
    fn what_is_no_change_is_refused_with_the_field() {
        let field = |strings: Vec<StringEdit>, modules: Vec<ModuleEdit>| {
            LayoutEdit { strings, modules }.checked().unwrap_err().field
        };
        assert_eq!(field(vec![], vec![]), "modules");
        assert_eq!(field(vec![StringEdit::of(1)], vec![]), "strings");
        assert_eq!(field(vec![StringEdit { hidden: Some(true), ..StringEdit::of(0) }], vec![]), "number");
        let long = StringEdit { name: Some(Some("x".repeat(101))), ..StringEdit::of(1) };
        assert_eq!(field(vec![long], vec![]), "name");
        assert_eq!(field(vec![], vec![ModuleEdit::of(module(1))]), "modules");
        let nowhere = ModuleEdit { place: Some(slot(0, 1)), ..ModuleEdit::of(module(1)) };
        assert_eq!(field(vec![], vec![nowhere]), "position");
        let one = ModuleEdit { hidden: Some(true), ..ModuleEdit::of(module(1)) };
        assert_eq!(field(vec![], vec![one.clone(); MAX_EDITS + 1]), "modules");
        let parts = LayoutEdit { strings: vec![], modules: vec![one; 20_000] }.in_parts();
        assert_eq!(parts.iter().map(|part| part.modules.len()).collect::<Vec<_>>(), [8_192, 8_192, 3_616]);
        assert!(parts.into_iter().all(|part| part.checked().is_ok()));
    }
}
