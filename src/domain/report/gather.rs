//! Fold of a log up to a position (event sourcing), and the report that it comes to.
//!
//! Called by `hub`, which reads the log page by page: once for all ([`ReportFold`]), and once more for what people disagreed on
//! ([`ReportDisputes`]), where they did. Calls the audit's state. What is in memory grows with the audit and not with its log.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::known::{self, KnownString};
use super::measured;
use super::photos::PhotosByPlace;
use super::{
    Report, ReportAbout, ReportContested, ReportEdition, ReportFigures, ReportModule, ReportPerson,
    ReportProof, ReportSections, ReportStep, ReportString,
};
use crate::domain::audit::{AuditState, Entry};
use crate::domain::id::{ModuleId, OpId, TechnicianId, Token};
use crate::domain::layout::Place;
use crate::domain::op::{Body, Op, Outcome};
use crate::domain::property::names::CONTESTED;
use crate::domain::property::{Property, PropertyOf};

/// Steps that are told of one module: the last ones.
const MAX_STEPS: usize = 100;

/// Somebody's part in the log.
#[derive(Debug, Default)]
struct CrewPart {
    /// Where it began.
    first: usize,
    name: String,
    marks: usize,
}

/// The state of an audit, and what its log says besides.
#[derive(Debug, Default)]
pub struct ReportFold {
    state: AuditState,
    period_ms: Option<(u64, u64)>,
    parts: HashMap<TechnicianId, CrewPart>,
    /// Modules on which somebody contradicted somebody, as they were called then.
    contradicted: BTreeSet<ModuleId>,
}

impl ReportFold {
    /// The next operations of the log.
    pub fn add(&mut self, ops: &[Op]) {
        for op in ops {
            self.tell(op);
            self.state.fold(op);
        }
        // Where each mark lies in the log is not asked for here.
        let marked: BTreeSet<ModuleId> =
            ops.iter().filter_map(|op| op.body.module()).map(|id| self.state.name_of(id)).collect();
        self.state.folded(marked.into_iter());
        let set: BTreeSet<PropertyOf> =
            ops.iter().filter_map(|op| op.body.property()).map(|one| self.state.thing_of(&one.of)).collect();
        self.state.folded_properties(set.into_iter());
    }

    fn tell(&mut self, op: &Op) {
        if let Some(module) = disputed(op) {
            self.contradicted.insert(module.clone());
        }
        let Some(module) = op.body.module() else { return };
        if op.outcome == Outcome::Conflict {
            self.contradicted.insert(module.clone());
        }
        let first = self.parts.len();
        let part = self
            .parts
            .entry(op.author.id.clone())
            .or_insert_with(|| CrewPart { first, ..CrewPart::default() });
        part.name = op.author.name.to_string();
        if matches!(op.body, Body::Restore(_)) {
            // The plain mark that says the same came before it, and neither is a finding of theirs.
            part.marks = part.marks.saturating_sub(1);
            return;
        }
        part.marks += 1;
        let ms = op.shown_ms();
        let (from, to) = self.period_ms.unwrap_or((ms, ms));
        self.period_ms = Some((from.min(ms), to.max(ms)));
    }

    /// What people disagreed on. `None`: on nothing, and the log need not be read for it.
    pub fn disputes(&self) -> Option<ReportDisputes> {
        let mut modules: BTreeSet<ModuleId> =
            self.contradicted.iter().map(|id| self.state.name_of(id)).collect();
        let open = self.state.modules().iter().filter(|(_, entry)| entry.state.conflict());
        modules.extend(open.map(|(id, _)| id.clone()));
        let open = self.state.properties().notable().filter(|(_, known)| known.is_contested());
        modules.extend(open.map(|(id, _)| id.clone()));
        modules.retain(|id| !self.state.is_hidden(id));
        if modules.is_empty() {
            return None;
        }
        let names = modules.iter().flat_map(|id| id.spellings().chain([id.clone()]));
        let names = names.map(|id| (self.state.name_of(&id), id)).filter(|(own, _)| modules.contains(own));
        let names = names.map(|(own, id)| (id, own)).collect();
        Some(ReportDisputes { names, steps: BTreeMap::new() })
    }

    /// What the log comes to.
    pub fn finish(
        self,
        head: ReportHead,
        edition: ReportEdition,
        proof: ReportProof,
        disputes: Option<ReportDisputes>,
    ) -> Report {
        let state = &self.state;
        let mut photos = PhotosByPlace::of(state);
        let (strings, mut modules) = by_string(state, &mut photos);
        let mut figures = ReportFigures { hidden: state.hidden_count(), ..ReportFigures::default() };
        modules.iter().for_each(|module| figures.add(module));
        let site = photos.of_site();
        figures.photos += site.len() + strings.iter().map(|string| string.photos.len()).sum::<usize>();
        let findings = (0..modules.len()).filter(|at| modules[*at].is_finding()).collect();
        let contested = contested(&mut modules, disputes.unwrap_or_default());
        let about = ReportAbout {
            name: if state.name().is_empty() { head.token.to_string() } else { state.name().to_owned() },
            token: head.token,
            client: state.client().map(str::to_owned),
            location: state.location().map(str::to_owned),
            created_ms: head.created_ms,
        };
        let (conditions, severities) = (known::conditions(state), known::severities(state, &modules));
        let measurements = measured::of(state, &strings, &modules);
        let crew = crew(self.parts, state);
        let period_ms = self.period_ms;
        Report {
            about,
            edition,
            proof,
            period_ms,
            crew,
            figures,
            strings,
            modules,
            findings,
            contested,
            photos: site,
            conditions,
            severities,
            sections: ReportSections::default(),
            measurements,
            company: None,
        }
    }
}

/// What is known of an audit beside its log.
#[derive(Debug, Clone)]
pub struct ReportHead {
    pub token: Token,
    pub created_ms: u64,
}

/// All modules that are shown, those of a string together, each string with what it has.
fn by_string(state: &AuditState, photos: &mut PhotosByPlace) -> (Vec<ReportString>, Vec<ReportModule>) {
    let rows = state.rows();
    let mut order: Vec<u16> = Vec::new();
    let mut of: HashMap<u16, Vec<usize>> = HashMap::new();
    for (at, (place, _)) in rows.iter().enumerate() {
        of.entry(place.string)
            .or_insert_with(|| {
                order.push(place.string);
                Vec::new()
            })
            .push(at);
    }
    // What has no string comes last.
    order.sort_by_key(|number| *number == 0);
    let (mut strings, mut modules) = (Vec::new(), Vec::with_capacity(rows.len()));
    for number in order {
        let from = modules.len();
        let mut figures = ReportFigures::default();
        let KnownString { not_examined, session, sessions_before } = known::of_string(state, number);
        for at in of.remove(&number).unwrap_or_default() {
            let Some((place, entry)) = rows.get(at) else { continue };
            let mut module = module(state, place, *entry, photos);
            known::of_module(state, &mut module, not_examined.as_deref());
            figures.add(&module);
            modules.push(module);
        }
        let photos = photos.of_string(number);
        figures.photos += photos.len();
        strings.push(ReportString {
            number,
            name: state.shown().string_name(number).map(str::to_owned),
            modules: from..modules.len(),
            figures,
            photos,
            not_examined,
            session,
            sessions_before,
        });
    }
    (strings, modules)
}

fn module(
    state: &AuditState,
    place: &Place,
    entry: Option<&Entry>,
    photos: &mut PhotosByPlace,
) -> ReportModule {
    let found = entry.map(|entry| &entry.state);
    let last = found.and_then(|found| found.last());
    let mut module = ReportModule {
        id: place.module.clone(),
        name: state.shown().module_name(&place.module).map(str::to_owned),
        string: place.string,
        position: place.position,
        row: place.row,
        col: place.col,
        status: found.and_then(|found| found.status()),
        comment: found.and_then(|found| found.comment()).map(str::to_owned),
        by: last.map(|(by, _)| by.name.to_string()),
        at_ms: last.map(|(_, ms)| ms),
        conflict: found.is_some_and(|found| found.conflict()),
        photos: Vec::new(),
        severity: None,
        action: None,
        serial: None,
        not_examined: None,
    };
    module.photos = photos.of_module(&module);
    module
}

fn crew(parts: HashMap<TechnicianId, CrewPart>, state: &AuditState) -> Vec<ReportPerson> {
    let mut shown: HashMap<&TechnicianId, (usize, usize)> = HashMap::new();
    for (_, entry) in state.rows() {
        let Some(found) = entry.map(|entry| &entry.state) else { continue };
        let Some((by, _)) = found.last() else { continue };
        let (modules, defects) = shown.entry(&by.id).or_default();
        *modules += usize::from(found.status().is_some());
        *defects += usize::from(found.status().is_some_and(|status| status.is_defect()));
    }
    let mut crew: Vec<(usize, ReportPerson)> = parts
        .into_iter()
        .map(|(id, part)| {
            let (modules, defects) = shown.get(&id).copied().unwrap_or_default();
            let CrewPart { first, name, marks } = part;
            (first, ReportPerson { id, name, marks, modules, defects })
        })
        .collect();
    crew.sort_by_key(|(first, _)| *first);
    crew.into_iter().map(|(_, person)| person).collect()
}

/// What was said of the modules on which people disagreed, out of the log.
#[derive(Debug, Default)]
pub struct ReportDisputes {
    /// What each is called here, by every way to write it.
    names: HashMap<ModuleId, ModuleId>,
    steps: BTreeMap<ModuleId, Steps>,
}

#[derive(Debug, Default)]
struct Steps {
    last: VecDeque<(OpId, ReportStep)>,
    left_out: usize,
}

impl ReportDisputes {
    /// The next operations of the log.
    pub fn add(&mut self, ops: &[Op]) {
        for op in ops {
            let said = op.body.module().or_else(|| op.body.property().and_then(|one| one.of.module()));
            let Some(module) = said.and_then(|id| self.names.get(id)) else { continue };
            let set = op.body.property().map(contested_values).unwrap_or_default();
            if op.body.property().is_some() && set.is_empty() {
                continue;
            }
            let mark = op.body.mark();
            let steps = self.steps.entry(module.clone()).or_default();
            let undone = if let Body::Restore(restore) = &op.body { Some(restore.of) } else { None };
            // The plain mark that an undo follows says the same.
            let plain = steps.last.iter_mut().rev().find(|(id, _)| Some(*id) == undone);
            if let Some((_, plain)) = plain {
                plain.undo = true;
                continue;
            }
            if steps.last.len() == MAX_STEPS {
                steps.last.pop_front();
                steps.left_out += 1;
            }
            let step = ReportStep {
                position: op.seq,
                at_ms: op.shown_ms(),
                by: op.author.name.to_string(),
                status: mark.and_then(|mark| mark.status),
                comment: mark.and_then(|mark| mark.comment.clone()),
                set,
                undo: undone.is_some(),
                contradicts: op.outcome == Outcome::Conflict,
            };
            steps.last.push_back((op.id, step));
        }
    }
}

/// The module on which this operation contradicts somebody in something else than a mark.
fn disputed(op: &Op) -> Option<&ModuleId> {
    op.body.property().filter(|_| op.outcome == Outcome::Conflict)?.of.module()
}

/// What it sets of that on which people disagree.
fn contested_values(property: &Property) -> Vec<(String, Option<String>)> {
    let known = |name: &&str| property.set.contains_key(*name);
    let values = CONTESTED.into_iter().filter(known);
    values.filter_map(|name| Some((name.to_owned(), property.set.get(name)?.clone()))).collect()
}

fn contested(modules: &mut [ReportModule], mut disputes: ReportDisputes) -> Vec<ReportContested> {
    let found = modules.iter().enumerate().filter_map(|(at, module)| {
        let steps = disputes.steps.remove(&module.id)?;
        Some(ReportContested {
            module: at,
            open: module.conflict,
            steps: steps.last.into_iter().map(|(_, step)| step).collect(),
            left_out: steps.left_out,
        })
    });
    found.collect()
}
