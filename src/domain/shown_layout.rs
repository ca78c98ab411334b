//! The layout as people see it: the one that the audit was made with, and over it what was changed since; without what
//! is hidden.
//!
//! Made by `audit` whenever one of the two changes; calls nothing. Two modules at one place (two leads who were apart)
//! stand one after the other, the same way on every hub.

use std::collections::{BTreeMap, HashMap};

use super::id::ModuleId;
use super::layout::Place;
use super::layout_edit::{LayoutEdits, ModuleSlot, rank_of};

/// One string, shown or hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownString {
    pub number: u16,
    pub name: Option<String>,
    /// Its place among the others, where somebody gave it one.
    pub rank: Option<i64>,
    /// What it shows, or would show.
    pub module_count: usize,
    pub hidden: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownLayout {
    /// In the order of strings and positions.
    places: Vec<Place>,
    hidden: Vec<Place>,
    strings: Vec<ShownString>,
    /// Where each module is: in `places`, or after them in `hidden`.
    at: HashMap<ModuleId, usize>,
    /// Names that people gave to modules.
    names: HashMap<ModuleId, String>,
}

impl ShownLayout {
    pub fn of(made_with: &[Place], edits: &LayoutEdits) -> Self {
        let mut slots: BTreeMap<&ModuleId, ModuleSlot> = made_with
            .iter()
            .map(|Place { module, string, position, row, col }| {
                (module, ModuleSlot { string: *string, position: *position, row: *row, col: *col })
            })
            .collect();
        slots.extend(edits.modules().filter_map(|(id, registers)| Some((id, registers.place()?))));
        let mut order: Vec<(&ModuleId, ModuleSlot)> = slots.into_iter().collect();
        order.sort_by_key(|(id, slot)| {
            (edits.rank(slot.string), slot.string, slot.position, id.as_str().len(), *id)
        });
        let mut shown = Self::default();
        // What is hidden is in nobody's way.
        let mut last = [(0, 0); 2];
        for (id, slot) in order {
            let last = &mut last[usize::from(edits.hidden_since(id, slot.string).is_some())];
            let position = if slot.string == last.0 { slot.position.max(last.1 + 1) } else { slot.position };
            *last = (slot.string, position.min(u16::MAX - 1));
            let place =
                Place { module: id.clone(), string: slot.string, position, row: slot.row, col: slot.col };
            shown.take(place, edits);
        }
        let ids = shown.places.iter().chain(&shown.hidden).map(|place| place.module.clone());
        shown.at = ids.zip(0..).collect();
        let named =
            edits.modules().filter_map(|(id, _)| Some((id.clone(), edits.module_name(id)?.to_owned())));
        shown.names = named.collect();
        shown
    }

    fn take(&mut self, place: Place, edits: &LayoutEdits) {
        let number = place.string;
        if self.strings.last().is_none_or(|string| string.number != number) {
            self.strings.push(ShownString {
                number,
                name: edits.string_name(number).map(str::to_owned),
                rank: Some(edits.rank(number)).filter(|rank| *rank != rank_of(number)),
                module_count: 0,
                hidden: edits.hides_string(number),
            });
        }
        if edits.hidden_since(&place.module, number).is_some() {
            if let Some(string) = self.strings.last_mut().filter(|_| !edits.hides(&place.module)) {
                string.module_count += 1;
            }
            self.hidden.push(place);
        } else {
            if let Some(string) = self.strings.last_mut() {
                string.module_count += 1;
            }
            self.places.push(place);
        }
    }

    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Modules with a place that are not shown.
    pub fn hidden(&self) -> &[Place] {
        &self.hidden
    }

    /// All of them, hidden ones too, as they are ordered.
    pub fn all_strings(&self) -> &[ShownString] {
        &self.strings
    }

    /// Those that show a module.
    pub fn strings(&self) -> impl Iterator<Item = &ShownString> {
        self.strings.iter().filter(|string| !string.hidden && string.module_count > 0)
    }

    pub fn string_name(&self, number: u16) -> Option<&str> {
        self.strings.iter().find(|string| string.number == number)?.name.as_deref()
    }

    pub fn module_name(&self, id: &ModuleId) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// Whether it has a place, be it hidden.
    pub fn has(&self, id: &ModuleId) -> bool {
        self.at.contains_key(id)
    }

    pub fn place(&self, id: &ModuleId) -> Option<&Place> {
        let at = *self.at.get(id)?;
        self.places.get(at).or_else(|| self.hidden.get(at - self.places.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::id::OpId;
    use super::super::layout::Layout;
    use super::super::layout_edit::{LayoutEdit, ModuleEdit, StringEdit};
    use super::super::stamp::Stamp;
    use super::*;
    use proptest::prelude::*;

    fn id(text: &str) -> ModuleId {
        ModuleId::parse(text).unwrap()
    }

    fn at(text: &str, string: u16, position: u16) -> ModuleEdit {
        let place = Some(ModuleSlot { string, position, row: None, col: None });
        ModuleEdit { place, ..ModuleEdit::of(id(text)) }
    }

    fn shown(edits: &[(u64, LayoutEdit)]) -> ShownLayout {
        let mut all = LayoutEdits::default();
        for (ms, edit) in edits {
            let stamp = Stamp { ms: *ms, counter: 0, actor: 1 };
            all.apply(edit, (stamp, OpId::from_u128(1)));
        }
        ShownLayout::of(Layout::from_counts("2,2").unwrap().places(), &all)
    }

    fn names(shown: &ShownLayout) -> Vec<String> {
        shown.places().iter().map(|p| format!("{}@{}.{}", p.module, p.string, p.position)).collect()
    }

    #[test]
    fn a_string_is_added_named_moved_hidden_and_shown_again() {
        let add = LayoutEdit { strings: vec![], modules: vec![at("S3-02", 3, 2), at("S3-01", 3, 1)] };
        assert_eq!(
            names(&shown(&[(1, add.clone())])),
            ["M001@1.1", "M002@1.2", "M003@2.1", "M004@2.2", "S3-01@3.1", "S3-02@3.2"]
        );
        let first = StringEdit { rank: Some(5), name: Some(Some("by the gate".into())), ..StringEdit::of(3) };
        let first = LayoutEdit { strings: vec![first], modules: vec![] };
        let moved = shown(&[(1, add.clone()), (2, first.clone())]);
        assert_eq!(moved.strings().map(|s| s.number).collect::<Vec<_>>(), [3, 1, 2]);
        assert_eq!(moved.all_strings()[0].name.as_deref(), Some("by the gate"));
        let hide = |hidden| LayoutEdit {
            strings: vec![StringEdit { hidden: Some(hidden), ..StringEdit::of(3) }],
            modules: vec![],
        };
        let gone = shown(&[(1, add.clone()), (3, hide(true))]);
        assert_eq!((gone.places().len(), gone.hidden().len(), gone.strings().count()), (4, 2, 2));
        assert_eq!(gone.all_strings()[2].module_count, 2, "what it would show");
        assert!(gone.has(&id("S3-01")));
        assert_eq!(gone.place(&id("S3-02")).unwrap().position, 2);
        let back = shown(&[(1, add), (3, hide(true)), (4, hide(false))]);
        assert_eq!((back.places().len(), back.hidden().len()), (6, 0));
    }

    #[test]
    fn a_string_of_which_every_module_is_hidden_is_not_shown() {
        let hide = |text| ModuleEdit { hidden: Some(true), ..ModuleEdit::of(id(text)) };
        let gone = shown(&[(1, LayoutEdit { strings: vec![], modules: vec![hide("M001"), hide("M002")] })]);
        assert_eq!((gone.strings().count(), gone.all_strings()[0].module_count), (1, 0));
        let other = shown(&[(1, LayoutEdit { strings: vec![], modules: vec![hide("X9")] })]);
        assert_eq!(other.places().len(), 4, "one that has no place is hidden by itself");
    }

    proptest! {
        /// Every place once, in order, whoever put what where.
        #[test]
        fn two_at_one_place_stand_one_after_the_other(
            moves in prop::collection::vec((0..8_usize, 1..4_u16, 1..6_u16), 0..12),
        ) {
            let modules = moves.iter().map(|(n, string, position)| at(&format!("M{n:03}"), *string, *position));
            let layout = shown(&[(1, LayoutEdit { strings: vec![], modules: modules.collect() })]);
            let mut places: Vec<_> = layout.places().iter().map(|p| (p.string, p.position)).collect();
            prop_assert!(places.is_sorted());
            let all = places.len();
            places.dedup();
            prop_assert_eq!(places.len(), all);
            let counted: usize = layout.strings().map(|s| s.module_count).sum();
            prop_assert_eq!(counted, layout.places().len());
        }
    }
}
