//! Event sourcing: the merged state of one audit is the fold of its log.
//!
//! `store` holds one per audit in memory and publishes changes after the commit; `hub` reads it.

mod picture;
mod weight;

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{ModuleId, OpId};
use super::layout::{Layout, Place};
use super::merge::{ModuleState, Register, Source, set};
use super::op::{Body, DetailsChange, Op, Outcome};
use super::stamp::Stamp;
use super::status::Status;
pub use picture::Picture;
pub use weight::AuditWeight;

/// Name, client and place of an audit, each the last one set, and its layout.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    pub name: Option<Register<String>>,
    pub client: Option<Register<Option<String>>>,
    pub location: Option<Register<Option<String>>>,
    pub layout: Option<Register<Arc<Layout>>>,
}

impl Details {
    fn apply(&mut self, change: &DetailsChange, source: Source<'_>) -> bool {
        let mut shows = false;
        if let Some(name) = &change.name {
            shows |= set(&mut self.name, name.clone(), source);
        }
        if let Some(client) = &change.client {
            shows |= set(&mut self.client, client.clone(), source);
        }
        if let Some(location) = &change.location {
            shows |= set(&mut self.location, location.clone(), source);
        }
        shows
    }

    /// The last change: one that is made knowing this state comes after it.
    pub fn latest(&self) -> Option<Stamp> {
        let name = self.name.as_ref().map(|r| r.stamp);
        let client = self.client.as_ref().map(|r| r.stamp);
        let location = self.location.as_ref().map(|r| r.stamp);
        let layout = self.layout.as_ref().map(|r| r.stamp);
        name.max(client).max(location).max(layout)
    }

    /// The operations that set what shows.
    pub fn shown_by(&self) -> impl Iterator<Item = OpId> {
        let name = self.name.as_ref().map(|r| r.op);
        let client = self.client.as_ref().map(|r| r.op);
        let location = self.location.as_ref().map(|r| r.op);
        let layout = self.layout.as_ref().map(|r| r.op);
        [name, client, location, layout].into_iter().flatten()
    }

    pub fn places(&self) -> &[Place] {
        self.layout.as_ref().map_or(&[], |r| r.value.places())
    }
}

/// One module: what is merged, and what only this hub knows of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub state: ModuleState,
    /// When this hub last took in a mark of it.
    pub received_ms: u64,
    /// Where its marks are in this hub's log, ascending: the last one at least, and all since the tables were written.
    /// Others are on the disk alone.
    pub seqs: Vec<u64>,
}

impl Entry {
    /// The marks of both: of one module under two names.
    fn join(&mut self, other: &Self) {
        self.state.join(&other.state);
        self.received_ms = self.received_ms.max(other.received_ms);
        self.seqs.extend(&other.seqs);
        self.seqs.sort_unstable();
        self.seqs.dedup();
    }

    /// The tables hold where its marks are: the last one is enough here.
    pub fn folded(mut self) -> Self {
        self.state.share();
        self.seqs.drain(..self.seqs.len().saturating_sub(1));
        self.seqs.shrink_to_fit();
        self
    }
}

/// What one operation changed: the new values, to be published once they are on the disk.
#[derive(Debug, Clone)]
pub enum Change {
    Module(ModuleId, Entry),
    Details(Details),
}

/// How many modules show which status, and how many are in conflict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    statuses: [usize; Status::ALL.len()],
    pub conflicts: usize,
}

/// What a list says of an audit: it stays in memory when the state does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditOutline {
    pub name: String,
    pub client: Option<String>,
    pub location: Option<String>,
    pub string_count: usize,
    pub module_count: usize,
    pub counts: Counts,
    pub head: u64,
    pub last_mark_ms: Option<u64>,
}

/// The merged state of an audit. What it holds of modules is shared with the pictures that were taken of it.
#[derive(Debug, Clone, Default)]
pub struct AuditState {
    details: Details,
    modules: HashMap<ModuleId, Arc<Entry>>,
    weight: AuditWeight,
    /// Where each module of the layout is in its list.
    placed: HashMap<ModuleId, usize>,
    /// The layout's names are [`Layout::is_padded`].
    padded: bool,
    /// Marked modules that the layout does not place.
    loose: usize,
    pub counts: Counts,
    /// The last operation folded in.
    pub head: u64,
    pub last_mark_ms: Option<u64>,
}

impl AuditState {
    pub fn source(op: &Op) -> Source<'_> {
        Source { stamp: op.stamp, op: op.id, by: &op.author, marked_ms: op.marked_ms }
    }

    /// Apply a mark to `entry`, which may be newer than what is published (an earlier operation of
    /// the same transaction).
    pub fn mark(entry: &mut Entry, op: &Op) -> Outcome {
        let Body::Mark(mark) = &op.body else {
            return Outcome::Superseded;
        };
        let outcome = entry.state.apply(mark, &op.base, Self::source(op));
        entry.received_ms = entry.received_ms.max(op.received_ms);
        entry.seqs.push(op.seq);
        outcome
    }

    /// Apply a change of the audit's own data to `details`.
    pub fn change_details(details: &mut Details, op: &Op) -> Outcome {
        let shows = match &op.body {
            Body::Details(change) => details.apply(change, Self::source(op)),
            Body::Layout(layout) => set(&mut details.layout, Arc::new(layout.clone()), Self::source(op)),
            Body::Mark(_) | Body::Note(_) | Body::Unknown { .. } => true,
        };
        if shows { Outcome::Applied } else { Outcome::Superseded }
    }

    /// Make a change visible.
    pub fn publish(&mut self, change: Change) {
        match change {
            Change::Module(id, entry) => {
                match self.modules.get(&id) {
                    Some(old) => {
                        self.counts.remove(&old.state);
                        self.weight.remove(&old.state);
                    }
                    None => self.loose += usize::from(!self.placed.contains_key(&id)),
                }
                self.counts.add(&entry.state);
                self.weight.add(&entry.state);
                self.last_mark_ms = self.last_mark_ms.max(entry.state.last().map(|(_, ms)| ms));
                self.modules.insert(id, Arc::new(entry));
            }
            Change::Details(details) => {
                self.details = details;
                let places = self.details.places().iter().enumerate();
                self.placed = places.map(|(at, place)| (place.module.clone(), at)).collect();
                self.padded = self.details.layout.as_ref().is_some_and(|layout| layout.value.is_padded());
                let loose = self.modules.keys().filter(|id| !self.placed.contains_key(*id));
                let renamed: Vec<_> = loose.filter(|id| self.name_of(id) != **id).cloned().collect();
                for id in renamed {
                    if let Some(entry) = self.modules.remove(&id) {
                        self.counts.remove(&entry.state);
                        self.weight.remove(&entry.state);
                        self.take_back(id, Arc::unwrap_or_clone(entry));
                    }
                }
                self.loose = self.modules.keys().filter(|id| !self.placed.contains_key(*id)).count();
            }
        }
    }

    /// What is kept of a module, under the name that it had then.
    pub fn take_back(&mut self, id: ModuleId, entry: Entry) {
        let id = self.name_of(&id);
        let mut whole = self.modules.get(&id).map(|entry| Entry::clone(entry)).unwrap_or_default();
        whole.join(&entry);
        self.publish(Change::Module(id, whole));
    }

    /// Fold one logged operation: how the state is rebuilt from the log.
    pub fn fold(&mut self, op: &Op) {
        match op.body.module() {
            Some(id) => {
                let id = self.name_of(id);
                let mut entry = self.modules.get(&id).map(|entry| Entry::clone(entry)).unwrap_or_default();
                Self::mark(&mut entry, op);
                self.publish(Change::Module(id, entry));
            }
            None if !op.body.changes_audit() => {}
            None => {
                let mut details = self.details.clone();
                Self::change_details(&mut details, op);
                self.publish(Change::Details(details));
            }
        }
        self.head = op.seq;
    }

    /// The tables hold these modules now, with where their marks are.
    pub fn folded(&mut self, modules: impl Iterator<Item = ModuleId>) {
        for id in modules {
            if let Some(entry) = self.modules.get_mut(&id) {
                let entry = Arc::make_mut(entry);
                *entry = std::mem::take(entry).folded();
            }
        }
    }

    pub fn outline(&self) -> AuditOutline {
        AuditOutline {
            name: self.name().to_owned(),
            client: self.client().map(str::to_owned),
            location: self.location().map(str::to_owned),
            string_count: self.details.layout.as_ref().map_or(0, |layout| layout.value.strings().len()),
            module_count: self.module_count(),
            counts: self.counts,
            head: self.head,
            last_mark_ms: self.last_mark_ms,
        }
    }

    pub fn details(&self) -> &Details {
        &self.details
    }

    /// Under the names that they have here: whoever looks for one asks [`Self::entry`].
    pub fn modules(&self) -> &HashMap<ModuleId, Arc<Entry>> {
        &self.modules
    }

    /// What the module is called here that somebody calls `id`. Where nothing is placed under that name, the number
    /// decides: `M001` and `M0001` are one module.
    pub fn name_of(&self, id: &ModuleId) -> ModuleId {
        if self.placed.contains_key(id) {
            return id.clone();
        }
        id.spellings().find(|other| self.placed.contains_key(other)).unwrap_or_else(|| id.clone())
    }

    /// What is kept of a module, whichever way its name is written.
    pub fn entry(&self, id: &ModuleId) -> Option<&Entry> {
        self.modules.get(&self.name_of(id)).map(|entry| &**entry)
    }

    pub fn weight(&self) -> &AuditWeight {
        &self.weight
    }

    /// Whether the audit has this module, by its layout or by a mark.
    pub fn has(&self, id: &ModuleId) -> bool {
        let id = self.name_of(id);
        self.placed.contains_key(&id) || self.modules.contains_key(&id)
    }

    /// What v3.3 clients call a module: the names that a version before gave by itself, they never had.
    pub fn v33_name(&self, id: &ModuleId) -> ModuleId {
        v33_name(id, self.padded)
    }

    pub fn name(&self) -> &str {
        self.details.name.as_ref().map_or("", |r| &r.value)
    }

    pub fn client(&self) -> Option<&str> {
        self.details.client.as_ref().and_then(|r| r.value.as_deref())
    }

    pub fn location(&self) -> Option<&str> {
        self.details.location.as_ref().and_then(|r| r.value.as_deref())
    }

    /// Where one module is, as [`Picture::rows`] would say; for a module that is not in the layout
    /// its own id decides.
    pub fn place_of(&self, id: &ModuleId) -> Place {
        let id = self.name_of(id);
        let placed = self.placed.get(&id).and_then(|at| self.details.places().get(*at));
        placed.cloned().unwrap_or_else(|| {
            let (string, position) = id.implied_place().unwrap_or((0, 0));
            Place { module: id, string, position, row: None, col: None }
        })
    }

    /// Modules in all: those of the layout and those only marked.
    pub fn module_count(&self) -> usize {
        self.details.places().len() + self.loose
    }
}

/// `padded`: the names in the layout are those that a version before gave by itself.
fn v33_name(id: &ModuleId, padded: bool) -> ModuleId {
    let number = id.number().filter(|_| padded);
    number.map_or_else(|| id.clone(), ModuleId::numbered)
}

impl Counts {
    pub fn of(&self, status: Status) -> usize {
        self.statuses[status as usize]
    }

    pub fn marked(&self) -> usize {
        self.statuses.iter().sum()
    }

    pub fn defects(&self) -> usize {
        Status::ALL.into_iter().filter(|s| s.is_defect()).map(|s| self.of(s)).sum()
    }

    fn add(&mut self, state: &ModuleState) {
        if let Some(status) = state.status() {
            self.statuses[status as usize] += 1;
        }
        self.conflicts += usize::from(state.conflict());
    }

    fn remove(&mut self, state: &ModuleState) {
        if let Some(status) = state.status() {
            self.statuses[status as usize] -= 1;
        }
        self.conflicts -= usize::from(state.conflict());
    }
}
