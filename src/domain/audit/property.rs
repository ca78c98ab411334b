//! Properties in the state of an audit: whose they are by the names that modules have here.
//!
//! Part of `AuditState`; calls `property`.

use std::collections::BTreeSet;

use super::AuditState;
use crate::domain::id::ModuleId;
use crate::domain::op::Op;
use crate::domain::property::{Properties, PropertyOf, PropertyState};

impl AuditState {
    pub fn properties(&self) -> &Properties {
        &self.properties
    }

    /// What is called so here that somebody calls `of`.
    pub fn thing_of(&self, of: &PropertyOf) -> PropertyOf {
        match of {
            PropertyOf::Module(id) => PropertyOf::Module(self.name_of(id)),
            of => of.clone(),
        }
    }

    /// Of one thing, whichever way its name is written.
    pub fn property(&self, of: &PropertyOf) -> Option<&PropertyState> {
        self.properties.get(&self.thing_of(of)).map(|state| &**state)
    }

    pub fn property_of_module(&self, id: &ModuleId) -> Option<&PropertyState> {
        self.properties.modules().get(&self.name_of(id)).map(|state| &**state)
    }

    pub(super) fn publish_property(&mut self, of: PropertyOf, state: PropertyState) {
        self.weight.add(state.weight());
        if let Some(before) = self.properties.publish(of, state) {
            self.weight.remove(before.weight());
        }
    }

    /// What is kept of a thing, under the name that it had then.
    pub fn take_back_property(&mut self, of: &PropertyOf, state: &PropertyState) {
        let of = self.thing_of(of);
        let mut whole = self.property(&of).cloned().unwrap_or_default();
        whole.join(state);
        self.publish_property(of, whole.shared());
    }

    /// Modules that show no mark, and that somebody said why of, by themselves or with their string.
    pub(super) fn excused(&self) -> usize {
        let unmarked = |id: &ModuleId| self.entry(id).is_none_or(|entry| entry.state.status().is_none());
        let strings: BTreeSet<u16> = self
            .properties
            .strings()
            .iter()
            .filter(|(_, known)| known.is_excused())
            .map(|(n, _)| *n)
            .collect();
        let alone = self.properties.notable().filter(|(id, known)| {
            let here = self.has(id) && !self.is_hidden(id) && !strings.contains(&self.place_of(id).string);
            here && known.is_excused() && unmarked(id)
        });
        let alone = alone.count();
        if strings.is_empty() {
            return alone;
        }
        let whole = self.rows().into_iter().filter(|(place, entry)| {
            strings.contains(&place.string) && entry.is_none_or(|entry| entry.state.status().is_none())
        });
        alone + whole.count()
    }

    /// Modules on which people disagree in something else than a mark.
    pub(super) fn contested(&self) -> usize {
        let marks_agree = |id: &ModuleId| self.entry(id).is_none_or(|entry| !entry.state.conflict());
        let some = self.properties.notable().filter(|(id, known)| {
            known.is_contested() && self.has(id) && !self.is_hidden(id) && marks_agree(id)
        });
        some.count()
    }

    /// Fold an operation of properties: as often as one likes.
    pub fn fold_property(&mut self, op: &Op) {
        let Some(property) = op.body.property() else { return };
        let of = self.thing_of(&property.of);
        let mut state = self.property(&of).cloned().unwrap_or_default();
        state.apply(op);
        self.publish_property(of, state);
    }

    /// The layout has changed: modules may be called otherwise.
    pub(super) fn name_properties(&mut self) {
        let loose = self.properties.modules().keys().filter(|id| !self.layout.has(id));
        let renamed: Vec<_> = loose.filter(|id| self.name_of(id) != **id).cloned().collect();
        for id in renamed {
            if let Some(state) = self.properties.take_module(&id) {
                self.weight.remove(state.weight());
                self.take_back_property(&PropertyOf::Module(id), &state);
            }
        }
    }

    /// The tables hold these now, with where their operations are.
    pub fn folded_properties(&mut self, things: impl Iterator<Item = PropertyOf>) {
        self.properties.renamed = false;
        things.for_each(|of| self.properties.folded(&of));
    }
}
