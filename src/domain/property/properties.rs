//! Properties of an audit (last-writer-wins registers, multi-value): what their operations come to.
//!
//! Kept by `audit`, by `store` for what a batch changes and for their rows; calls `merge::field`. Each name of each thing is a register
//! of its own, merged as a comment is, so the result depends on the set of operations alone, not on their order or repeats.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::names::{CONTESTED, NOT_EXAMINED};
use super::{Property, PropertyOf};
use crate::domain::id::ModuleId;
use crate::domain::merge::ModuleWeight;
use crate::domain::merge::field::Field;
use crate::domain::op::{Body, Op, Outcome};
use crate::domain::register::{Register, Source};
use crate::domain::stamp::{Seen, Stamp};

/// Registers of one audit: names of things that somebody has set, also those that were taken back. Serial, severity, action and
/// reason of as many modules as an audit may have, and strings beside them.
pub const MAX_REGISTERS: usize = 100_000;

type TextField = Field<Option<Arc<str>>>;

/// All that is set of one thing, merged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyState {
    /// By name, in their order. A tree of one name would take the room of eleven.
    fields: Vec<(Box<str>, TextField)>,
    seen: Seen,
    /// Where its operations since the last checkpoint are in this hub's log; others are on the disk alone.
    #[serde(skip)]
    pub seqs: Vec<u64>,
}

impl PropertyState {
    /// Fold an operation that is of this thing.
    pub fn apply(&mut self, op: &Op) -> Outcome {
        let Body::Property(property) = &op.body else { return Outcome::Superseded };
        let set = &property.set;
        let source = Source { stamp: op.stamp, op: op.id, by: &op.author, marked_ms: op.marked_ms };
        let (mut shows, mut contested) = (set.is_empty(), false);
        for (name, value) in set {
            let field = self.field_mut(name);
            let (wins, against) = field.apply(&value.as_deref().map(Arc::from), &op.base, source, None);
            // There is no undo that would put back what was there before.
            field.told = None;
            shows |= wins;
            contested |= against && CONTESTED.contains(&name.as_str());
        }
        self.seen.join(&op.base);
        self.seen.add(op.stamp);
        self.seqs.push(op.seq);
        match (contested, shows) {
            (true, _) => Outcome::Conflict,
            (false, true) => Outcome::Applied,
            (false, false) => Outcome::Superseded,
        }
    }

    fn field(&self, name: &str) -> Option<&TextField> {
        let at = self.fields.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        self.fields.get(at).map(|(_, field)| field)
    }

    fn field_mut(&mut self, name: &str) -> &mut TextField {
        let found = self.fields.binary_search_by(|(known, _)| (**known).cmp(name));
        let at = found.unwrap_or_else(|at| {
            self.fields.reserve_exact(1);
            self.fields.insert(at, (name.into(), Field::default()));
            at
        });
        &mut self.fields[at].1
    }

    /// What the operations of both make together: of one module under two names.
    pub fn join(&mut self, other: &Self) {
        for (name, theirs) in &other.fields {
            let field = self.field_mut(name);
            field.join(theirs);
            field.told = None;
        }
        self.seen.join(&other.seen);
        self.seqs.extend(&other.seqs);
        self.seqs.sort_unstable();
        self.seqs.dedup();
    }

    /// As it lies on the disk it has a value twice; in memory once.
    pub fn shared(mut self) -> Self {
        self.fields.iter_mut().for_each(|(_, field)| field.share());
        self
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.field(name)?.register.as_ref()?.value.as_deref()
    }

    /// What shows, by name; with who set it and when.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str, &Register<Option<Arc<str>>>)> {
        self.fields.iter().filter_map(|(name, field)| {
            let register = field.register.as_ref()?;
            Some((&**name, register.value.as_deref()?, register))
        })
    }

    /// Names of which two values stand against each other.
    pub fn conflicts(&self) -> impl Iterator<Item = &str> {
        CONTESTED.into_iter().filter(|name| self.field(name).is_some_and(Field::conflict))
    }

    pub fn is_contested(&self) -> bool {
        self.conflicts().next().is_some()
    }

    /// Somebody said why it was not examined.
    pub fn is_excused(&self) -> bool {
        self.get(NOT_EXAMINED).is_some()
    }

    fn is_notable(&self) -> bool {
        self.is_excused() || self.is_contested()
    }

    /// Whether the operation with this stamp is a side of a conflict.
    pub fn stands(&self, stamp: Stamp) -> bool {
        CONTESTED.iter().filter_map(|name| self.field(name)).any(|field| field.stands(stamp))
    }

    /// What a reader of this state has seen: the `base` of their next change.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    pub fn latest(&self) -> Option<Stamp> {
        self.fields.iter().map(|(_, field)| field.latest()).max().flatten().max(self.seen.latest())
    }

    /// The last change by `actor` that is told apart: the next one comes after it, whatever its clock says.
    pub fn last_of(&self, actor: u64) -> Option<Stamp> {
        self.fields.iter().filter_map(|(_, field)| field.last_of(actor)).max()
    }

    /// How many registers `more` would add.
    pub fn newcomers(&self, more: &Property) -> usize {
        more.set.keys().filter(|name| self.field(name).is_none()).count()
    }

    pub fn weight(&self) -> ModuleWeight {
        let mut weight = ModuleWeight { stamps: self.seen.stamps().len(), ..ModuleWeight::default() };
        for (name, field) in &self.fields {
            weight.text += name.len() + field.texts();
            weight.stamps += field.seen.stamps().len();
            weight.heads = weight.heads.max(field.heads.len());
        }
        weight
    }
}

/// All of an audit, by what they are of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties {
    audit: Option<Arc<PropertyState>>,
    strings: BTreeMap<u16, Arc<PropertyState>>,
    modules: HashMap<ModuleId, Arc<PropertyState>>,
    registers: usize,
    /// Modules that somebody said why of, or on which people disagree: what lists count without asking all.
    notable: BTreeSet<ModuleId>,
    /// Some are called by another name than in their rows.
    pub renamed: bool,
}

impl Properties {
    pub fn get(&self, of: &PropertyOf) -> Option<&Arc<PropertyState>> {
        match of {
            PropertyOf::Audit => self.audit.as_ref(),
            PropertyOf::String(number) => self.strings.get(number),
            PropertyOf::Module(id) => self.modules.get(id),
        }
    }

    pub fn audit(&self) -> Option<&Arc<PropertyState>> {
        self.audit.as_ref()
    }

    pub fn strings(&self) -> &BTreeMap<u16, Arc<PropertyState>> {
        &self.strings
    }

    /// Under the names that they have here.
    pub fn modules(&self) -> &HashMap<ModuleId, Arc<PropertyState>> {
        &self.modules
    }

    pub fn iter(&self) -> impl Iterator<Item = (PropertyOf, &Arc<PropertyState>)> {
        let strings = self.strings.iter().map(|(number, state)| (PropertyOf::String(*number), state));
        let modules = self.modules.iter().map(|(id, state)| (PropertyOf::Module(id.clone()), state));
        self.audit.iter().map(|state| (PropertyOf::Audit, state)).chain(strings).chain(modules)
    }

    /// Under the names that they have here.
    pub fn notable(&self) -> impl Iterator<Item = (&ModuleId, &PropertyState)> {
        self.notable.iter().filter_map(|id| Some((id, &**self.modules.get(id)?)))
    }

    /// How many things have some.
    pub fn len(&self) -> usize {
        usize::from(self.audit.is_some()) + self.strings.len() + self.modules.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether so many more registers have their place.
    pub fn has_room_for(&self, more: usize) -> bool {
        more == 0 || self.registers + more <= MAX_REGISTERS
    }

    /// What was there before.
    pub fn publish(&mut self, of: PropertyOf, state: PropertyState) -> Option<Arc<PropertyState>> {
        self.registers += state.fields.len();
        if let PropertyOf::Module(id) = &of {
            match state.is_notable() {
                true => self.notable.insert(id.clone()),
                false => self.notable.remove(id),
            };
        }
        let state = Arc::new(state);
        let before = match of {
            PropertyOf::Audit => self.audit.replace(state),
            PropertyOf::String(number) => self.strings.insert(number, state),
            PropertyOf::Module(id) => self.modules.insert(id, state),
        };
        self.registers -= before.as_ref().map_or(0, |before| before.fields.len());
        before
    }

    pub fn take_module(&mut self, id: &ModuleId) -> Option<Arc<PropertyState>> {
        let taken = self.modules.remove(id)?;
        self.notable.remove(id);
        self.registers -= taken.fields.len();
        self.renamed = true;
        Some(taken)
    }

    /// The tables have where their operations are.
    pub fn folded(&mut self, of: &PropertyOf) {
        let state = match of {
            PropertyOf::Audit => self.audit.as_mut(),
            PropertyOf::String(number) => self.strings.get_mut(number),
            PropertyOf::Module(id) => self.modules.get_mut(id),
        };
        if let Some(state) = state.filter(|state| !state.seqs.is_empty()) {
            Arc::make_mut(state).seqs = Vec::new();
        }
    }

    /// Bytes of memory, roughly, but for the text and what authors had seen.
    pub fn bytes(&self) -> usize {
        const THING: usize = 120;
        const REGISTER: usize = 400;
        self.len() * THING + self.registers * REGISTER
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;
    use crate::domain::id::{Author, DeviceId, OpId};

    const NAMES: [&str; 4] = ["severity", "serial", "weather", "later_name"];

    fn op(n: u128, (ms, actor): (u64, u64), base: Seen, of: PropertyOf, set: &[(&str, Option<&str>)]) -> Op {
        let set = set.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned)));
        Op {
            seq: 0,
            id: OpId::from_u128(n),
            author: Author::new(format!("tech_{actor}"), None).unwrap(),
            device: DeviceId::parse(format!("dev_{actor}")).unwrap(),
            marked_ms: ms,
            received_ms: ms,
            stamp: Stamp { ms, counter: 0, actor },
            base,
            outcome: Outcome::Applied,
            body: Body::Property(Box::new(Property::new(of, set.collect()))),
        }
    }

    fn thing(n: usize) -> PropertyOf {
        match n {
            0 => PropertyOf::Audit,
            1 => PropertyOf::String(3),
            n => PropertyOf::Module(ModuleId::parse(format!("M00{n}")).unwrap()),
        }
    }

    fn fold<'a>(ops: impl IntoIterator<Item = &'a Op>) -> Properties {
        let mut all = Properties::default();
        for op in ops {
            let Body::Property(property) = &op.body else { panic!("a property") };
            let mut state =
                all.get(&property.of).map(|state| PropertyState::clone(state)).unwrap_or_default();
            state.apply(op);
            state.seqs.clear();
            all.publish(property.of.clone(), state);
        }
        all
    }

    /// Values by three tablets whose clocks may say the same, each of which has seen some of the others'.
    fn a_night() -> impl Strategy<Value = Vec<Op>> {
        let set = prop::collection::btree_map(
            prop::sample::select(&NAMES[..]),
            prop::option::of("[a-c]{1,2}"),
            1..3,
        );
        let one = (0..4_usize, set, 0..6_u64, 0..3_u64, prop::collection::vec(any::<Index>(), 0..3));
        prop::collection::vec(one, 1..20).prop_map(|all| {
            let mut night: Vec<Op> = Vec::new();
            for (n, (of, set, ms, actor, seen)) in all.into_iter().enumerate() {
                let mut base = Seen::default();
                let before: Vec<Stamp> =
                    night.iter().map(|op| op.stamp).filter(|stamp| stamp.ms < ms).collect();
                seen.iter().filter(|_| !before.is_empty()).for_each(|at| base.add(*at.get(&before)));
                let set: Vec<_> = set.iter().map(|(name, value)| (*name, value.as_deref())).collect();
                night.push(op(n as u128, (ms, actor), base, thing(of), &set));
            }
            night
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn any_order_with_any_repeats_gives_the_same_properties(
            night in a_night(), order in prop::collection::vec(any::<Index>(), 0..40),
        ) {
            let straight = fold(&night);
            prop_assert_eq!(&straight, &fold(night.iter().rev()));
            let mixed: Vec<&Op> = order.iter().map(|at| at.get(&night)).chain(&night).collect();
            prop_assert_eq!(&straight, &fold(mixed));
        }

        #[test]
        fn two_hubs_that_were_apart_hold_the_same_properties_when_they_meet(
            night in a_night(), side in prop::collection::vec(any::<bool>(), 20),
        ) {
            let (east, west): (Vec<_>, Vec<_>) = night.iter().zip(side).partition(|(_, side)| *side);
            let (east, west): (Vec<&Op>, Vec<&Op>) =
                (east.into_iter().map(|(op, _)| op).collect(), west.into_iter().map(|(op, _)| op).collect());
            let whole = fold(&night);
            prop_assert_eq!(&whole, &fold(east.iter().chain(&west).copied()));
            let mut joined = fold(east.iter().copied());
            for (of, theirs) in fold(west.iter().copied()).iter() {
                let mut state = joined.get(&of).map(|state| PropertyState::clone(state)).unwrap_or_default();
                state.join(theirs);
                joined.publish(of, state);
            }
            prop_assert_eq!(&whole, &joined, "and so do their states alone");
        }

        #[test]
        fn a_row_reads_back_and_only_contested_names_are_conflicts(night in a_night()) {
            let all = fold(&night);
            let mut read = Properties::default();
            let mut registers = 0;
            for (of, state) in all.iter() {
                let bytes = postcard::to_stdvec(&**state).unwrap();
                read.publish(of, postcard::from_bytes::<PropertyState>(&bytes).unwrap().shared());
                prop_assert!(state.conflicts().all(|name| name == "severity" || name == "serial"));
                registers += state.fields.len();
            }
            prop_assert_eq!(&read, &all);
            prop_assert_eq!(read.registers, registers);
        }
    }

    #[test]
    fn an_audit_has_so_many_registers_and_no_more() {
        let full = Properties { registers: MAX_REGISTERS, ..Properties::default() };
        assert!(full.has_room_for(0) && !full.has_room_for(1));
        assert!(Properties { registers: MAX_REGISTERS - 1, ..full }.has_room_for(1));
    }

    #[test]
    fn two_who_did_not_know_of_each_other_are_told_apart_until_somebody_has_seen_both() {
        let of = || thing(2);
        let nothing = Seen::default;
        let mut state = PropertyState::default();
        assert_eq!(
            state.apply(&op(1, (10, 1), nothing(), of(), &[("severity", Some("A"))])),
            Outcome::Applied
        );
        let other = op(2, (20, 2), nothing(), of(), &[("severity", Some("C")), ("weather", Some("rain"))]);
        assert_eq!(state.apply(&other), Outcome::Conflict);
        assert_eq!(state.conflicts().collect::<Vec<_>>(), ["severity"]);
        assert!(state.stands(other.stamp) && state.get("severity") == Some("C"));
        // Another name settles nothing.
        let serial = op(3, (30, 1), state.seen().clone(), of(), &[("serial", Some("X99"))]);
        assert_eq!(state.apply(&serial), Outcome::Applied);
        assert_eq!(state.conflicts().count(), 1);
        let settled = op(4, (40, 3), state.seen().clone(), of(), &[("severity", Some("B"))]);
        assert_eq!(state.apply(&settled), Outcome::Applied);
        assert_eq!((state.conflicts().count(), state.get("severity")), (0, Some("B")));
        let late = op(5, (5, 4), nothing(), of(), &[("weather", Some("snow"))]);
        assert_eq!(state.apply(&late), Outcome::Superseded, "the last one shows, and that is all");
        let back = op(6, (50, 3), state.seen().clone(), of(), &[("severity", None)]);
        assert_eq!(state.apply(&back), Outcome::Applied);
        assert_eq!(state.get("severity"), None);
        assert_eq!(state.values().map(|(name, ..)| name).collect::<Vec<_>>(), ["serial", "weather"]);
    }
}
