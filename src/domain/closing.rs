//! Closing: the checklist before a report is made final: what of an audit is open, as counts and the first places of each.
//!
//! Called by `hub`, which adds what tablets say; calls the audit's state. What nobody in an audit uses (severity, sessions of strings,
//! photos) is told of, and holds nobody up.

use std::collections::BTreeSet;

use super::audit::AuditState;
use super::id::{ModuleId, TechnicianId};
use super::layout::Place;
use super::merge::ModuleState;
use super::property::{PropertyOf, PropertyState};

/// Places that are named of each.
const FIRST: usize = 5;

/// What may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosingKind {
    /// Modules that nobody marked, and of which nobody said why.
    Pending,
    /// Modules and strings of which two people say different things, in a mark or in a property.
    Conflicts,
    /// Strings that somebody examined, and of which nobody said when they had current.
    NoSession,
    /// Defects without severity.
    NoSeverity,
    /// Defects without a photo.
    NoPicture,
}

impl ClosingKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Conflicts => "conflicts",
            Self::NoSession => "no_session",
            Self::NoSeverity => "no_severity",
            Self::NoPicture => "no_picture",
        }
    }
}

/// Where something is open: a module, or a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPlace {
    /// 0: none.
    pub string: u16,
    pub module: Option<ModuleId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingCheck {
    pub kind: ClosingKind,
    pub count: usize,
    /// In the order of the site, [`FIRST`] at most.
    pub first: Vec<OpenPlace>,
    /// Somebody in this audit uses it at all: what nobody does is not forgotten.
    pub used: bool,
}

impl ClosingCheck {
    fn none(kind: ClosingKind, used: bool) -> Self {
        Self { kind, count: 0, first: Vec::new(), used }
    }

    fn add(&mut self, string: u16, module: Option<&ModuleId>) {
        self.count += 1;
        if self.first.len() < FIRST {
            self.first.push(OpenPlace { string, module: module.cloned() });
        }
    }

    /// It ought to be looked at before the report is final.
    pub fn is_open(&self) -> bool {
        self.used && self.count > 0
    }
}

/// What is open in an audit by what this hub has of it.
pub fn checklist(state: &AuditState) -> [ClosingCheck; 5] {
    let properties = state.properties();
    let graded = properties.modules().values().any(|known| known.get("severity").is_some());
    let in_sessions = properties.strings().values().any(|known| known.get("energised_from").is_some());
    let mut pending = ClosingCheck::none(ClosingKind::Pending, true);
    let mut conflicts = ClosingCheck::none(ClosingKind::Conflicts, true);
    let mut no_session = ClosingCheck::none(ClosingKind::NoSession, in_sessions);
    let mut no_severity = ClosingCheck::none(ClosingKind::NoSeverity, graded);
    let mut no_picture = ClosingCheck::none(ClosingKind::NoPicture, state.photos().shown() > 0);
    let mut examined: BTreeSet<u16> = BTreeSet::new();
    for (Place { module, string, .. }, entry) in state.rows() {
        let (found, known) = (entry.map(|entry| &entry.state), state.property_of_module(&module));
        match found.and_then(ModuleState::status) {
            None if is_excused(state, string, known) => {}
            None => pending.add(string, Some(&module)),
            Some(status) => {
                examined.insert(string);
                if status.is_defect() && known.and_then(|known| known.get("severity")).is_none() {
                    no_severity.add(string, Some(&module));
                }
                if status.is_defect() && state.photos_of(&module) == 0 {
                    no_picture.add(string, Some(&module));
                }
            }
        }
        if found.is_some_and(ModuleState::conflict) || known.is_some_and(PropertyState::is_contested) {
            conflicts.add(string, Some(&module));
        }
    }
    for string in state.strings() {
        let known = state.property(&PropertyOf::String(string.number));
        if known.is_some_and(PropertyState::is_contested) {
            conflicts.add(string.number, None);
        }
        let told = known.is_some_and(|known| known.get("energised_from").is_some());
        if examined.contains(&string.number) && !told {
            no_session.add(string.number, None);
        }
    }
    [pending, conflicts, no_session, no_severity, no_picture]
}

/// Somebody said why a module was not examined, of itself or of its whole string.
fn is_excused(state: &AuditState, string: u16, known: Option<&PropertyState>) -> bool {
    let of_string = || state.property(&PropertyOf::String(string));
    known.is_some_and(PropertyState::is_excused) || of_string().is_some_and(PropertyState::is_excused)
}

/// Whose findings show: their tablets may have more of them.
pub fn authors(state: &AuditState) -> BTreeSet<TechnicianId> {
    let last = state.modules().values().filter_map(|entry| entry.state.last());
    last.map(|(by, _)| by.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::op::{Body, Op, Outcome};
    use crate::domain::property::Property;
    use crate::domain::report::testing::{Log, night, of};
    use crate::domain::{Seen, Status};

    fn state_of(ops: &[Op]) -> AuditState {
        let mut state = AuditState::default();
        ops.iter().for_each(|op| state.fold(op));
        state
    }

    fn set(log: &mut Log, who: u64, of: PropertyOf, name: &str, value: &str) {
        let set = [(name.to_owned(), Some(value.to_owned()))].into();
        log.add(who, Body::Property(Box::new(Property::new(of, set))));
    }

    fn module(id: &str) -> PropertyOf {
        PropertyOf::Module(ModuleId::parse(id).unwrap())
    }

    fn said(log: &Log) -> Vec<(&'static str, usize, bool)> {
        checklist(&state_of(&log.0)).iter().map(|c| (c.kind.as_str(), c.count, c.is_open())).collect()
    }

    #[test]
    fn what_nobody_uses_is_counted_and_holds_nobody_up() {
        let mut log = night();
        log.0.retain(|op| !matches!(op.body, Body::Photo(_)));
        let expected = [
            ("pending", 3, true),
            ("conflicts", 1, true),
            ("no_session", 1, false),
            ("no_severity", 2, false),
            ("no_picture", 2, false),
        ];
        assert_eq!(said(&log), expected);
        let first = &checklist(&state_of(&log.0))[0].first;
        let named: Vec<_> = first.iter().map(|p| (p.string, p.module.as_ref().unwrap().as_str())).collect();
        assert_eq!(named, [(1, "M003"), (2, "M004"), (2, "M005")]);
    }

    #[test]
    fn what_somebody_says_why_of_is_not_pending_and_what_is_used_is_missed_where_it_is_not() {
        let mut log = night();
        set(&mut log, 1, PropertyOf::String(2), "not_examined", "no_power");
        set(&mut log, 1, module("M003"), "not_examined", "shade");
        set(&mut log, 1, module("M002"), "severity", "B");
        set(&mut log, 1, PropertyOf::String(2), "energised_from", "1761272532000");
        log.photo(1, of("X9"), None);
        let open: Vec<_> = said(&log).into_iter().filter(|one| one.2).collect();
        assert_eq!(open, [("conflicts", 1, true), ("no_session", 1, true), ("no_severity", 1, true)]);
        set(&mut log, 1, PropertyOf::String(1), "energised_from", "1761272532000");
        assert!(said(&log).contains(&("no_session", 0, false)));
    }

    /// Over a property as over a status; of strings as of modules; and a module counts once.
    #[test]
    fn whoever_disagrees_over_a_property_is_in_conflict_too() {
        let mut log = night();
        for (who, grade) in [(1, "A"), (2, "C")] {
            set(&mut log, who, module("M002"), "severity", grade);
            set(&mut log, who, module("M001"), "serial", &format!("SN-{grade}"));
            set(&mut log, who, PropertyOf::String(2), "not_examined", grade);
        }
        assert!(log.0.iter().all(|op| op.base == Seen::default() || op.outcome == Outcome::Applied));
        assert_eq!(said(&log)[1], ("conflicts", 3, true));
        let first = &checklist(&state_of(&log.0))[1].first;
        assert_eq!(first[2], OpenPlace { string: 2, module: None });
    }

    #[test]
    fn of_an_audit_without_anything_nothing_is_open() {
        let mut log = Log::default();
        assert!(said(&log).iter().all(|(_, count, open)| *count == 0 && !open));
        log.mark(1, "M001", Status::Ok, None);
        assert!(said(&log).iter().all(|(.., open)| !open));
        assert_eq!(authors(&state_of(&log.0)).len(), 1);
    }
}
