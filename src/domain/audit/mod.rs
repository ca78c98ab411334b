//! Event sourcing: the merged state of one audit is the fold of its log.
//!
//! `store` holds one per audit in memory and publishes changes after the commit; `hub` reads it.

mod counts;
mod details;
mod entry;
mod picture;
mod property;
mod weight;

use std::collections::HashMap;
use std::sync::Arc;

use super::id::{MAX_MODULES, ModuleId, OpId};
use super::layout::Place;
use super::op::{Body, Op, Outcome};
use super::photo::{PhotoState, Photos};
use super::property::{Properties, PropertyOf, PropertyState};
use super::register::{Source, set};
use super::shown_layout::{ShownLayout, ShownString};
use super::stamp::Stamp;
pub use counts::Counts;
pub use details::Details;
pub use entry::Entry;
pub use picture::Picture;
pub use weight::AuditWeight;

/// What one operation changed: the new values, to be published once they are on the disk.
#[derive(Debug, Clone)]
pub enum Change {
    Module(ModuleId, Entry),
    Details(Details),
    Photo(OpId, Box<PhotoState>),
    Property(PropertyOf, Box<PropertyState>),
}

/// What a list says of an audit: it stays in memory when the state does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditOutline {
    pub name: String,
    pub client: Option<String>,
    pub location: Option<String>,
    pub string_count: usize,
    pub module_count: usize,
    pub hidden_count: usize,
    pub photo_count: usize,
    /// Photos that were taken out, or of which only a change is here.
    pub photos_not_shown: usize,
    pub counts: Counts,
    /// Without a mark, and somebody said why.
    pub excused: usize,
    /// In no conflict over marks, and in one over what else is said of them.
    pub contested: usize,
    pub head: u64,
    pub last_mark_ms: Option<u64>,
}

/// The merged state of an audit. What it holds of modules is shared with the pictures that were taken of it.
#[derive(Debug, Clone, Default)]
pub struct AuditState {
    details: Details,
    modules: HashMap<ModuleId, Arc<Entry>>,
    photos: Photos,
    properties: Properties,
    weight: AuditWeight,
    layout: Arc<ShownLayout>,
    /// The layout's names are [`Layout::is_padded`].
    padded: bool,
    /// Marked modules that the layout does not place: shown, and hidden.
    loose: usize,
    loose_hidden: usize,
    /// Of what is shown.
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
        let Some(outcome) = entry.state.take(&op.body, &op.base, Self::source(op)) else {
            return Outcome::Superseded;
        };
        entry.received_ms = entry.received_ms.max(op.received_ms);
        entry.seqs.push(op.seq);
        outcome
    }

    /// Apply a change of the audit's own data to `details`.
    pub fn change_details(details: &mut Details, op: &Op) -> Outcome {
        let shows = match &op.body {
            Body::Details(change) => details.apply(change, Self::source(op)),
            Body::Layout(layout) => set(&mut details.layout, Arc::new(layout.clone()), Self::source(op)),
            Body::LayoutEdit(edit) => details.edits.apply(edit, (op.stamp, op.id)),
            // None of these is of the audit's own data.
            _ => true,
        };
        if shows { Outcome::Applied } else { Outcome::Superseded }
    }

    /// Make a change visible.
    pub fn publish(&mut self, change: Change) {
        match change {
            Change::Module(id, entry) => {
                let hidden = self.is_hidden(&id);
                match self.modules.get(&id) {
                    Some(old) => {
                        if !hidden {
                            self.counts.remove(&old.state);
                        }
                        self.weight.remove(old.state.weight());
                    }
                    None if self.layout.has(&id) => {}
                    None if hidden => self.loose_hidden += 1,
                    None => self.loose += 1,
                }
                if !hidden {
                    self.counts.add(&entry.state);
                }
                self.weight.add(entry.state.weight());
                self.last_mark_ms = self.last_mark_ms.max(entry.state.last().map(|(_, ms)| ms));
                self.modules.insert(id, Arc::new(entry));
            }
            Change::Details(details) => {
                self.details = details;
                self.layout = Arc::new(ShownLayout::of(self.details.made_with(), &self.details.edits));
                self.padded = self.details.layout.as_ref().is_some_and(|layout| layout.value.is_padded());
                let loose = self.modules.keys().filter(|id| !self.layout.has(id));
                let renamed: Vec<_> = loose.filter(|id| self.name_of(id) != **id).cloned().collect();
                for id in renamed {
                    if let Some(entry) = self.modules.remove(&id) {
                        let name = self.name_of(&id);
                        self.weight.remove(entry.state.weight());
                        let mut whole = Entry::default();
                        if let Some(old) = self.modules.get(&name) {
                            self.weight.remove(old.state.weight());
                            whole = Entry::clone(old);
                        }
                        whole.join(&entry);
                        self.weight.add(whole.state.weight());
                        self.modules.insert(name, Arc::new(whole));
                    }
                }
                self.name_properties();
                self.count();
            }
            Change::Property(of, state) => self.publish_property(of, *state),
            Change::Photo(id, photo) => {
                let text = |photo: &PhotoState| photo.caption().map_or(0, str::len);
                self.weight.text += text(&photo);
                self.weight.text -= self.photos.get(id).map_or(0, text);
                self.photos.publish(id, *photo);
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

    /// From the beginning: other modules may be shown now.
    fn count(&mut self) {
        let (mut counts, mut loose, mut loose_hidden) = (Counts::default(), 0, 0);
        for (id, entry) in &self.modules {
            let hidden = self.is_hidden(id);
            if !hidden {
                counts.add(&entry.state);
            }
            if !self.layout.has(id) {
                *(if hidden { &mut loose_hidden } else { &mut loose }) += 1;
            }
        }
        (self.counts, self.loose, self.loose_hidden) = (counts, loose, loose_hidden);
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
            None if op.body.property().is_some() => self.fold_property(op),
            None if !op.body.changes_audit() => self.fold_photo(op),
            None => {
                let mut details = std::mem::take(&mut self.details);
                Self::change_details(&mut details, op);
                self.publish(Change::Details(details));
            }
        }
        self.head = op.seq;
    }

    /// Fold an operation of photos: as often as one likes.
    pub fn fold_photo(&mut self, op: &Op) {
        if let Some((id, mut photo)) = self.photos.found(op.id, &op.body) {
            photo.apply(op);
            self.publish(Change::Photo(id, Box::new(photo)));
        }
    }

    /// Fold a mark that may be in the state, by a version that knew no undos; whether the tables have to be told. Marks are
    /// folded as often as one likes; where an undo is, that version did not note.
    pub fn fold_again(&mut self, op: &Op) -> bool {
        let Some(id) = op.body.module().map(|id| self.name_of(id)) else { return false };
        let mut entry = self.modules.get(&id).map(|entry| Entry::clone(entry)).unwrap_or_default();
        let seqs = entry.seqs.clone();
        Self::mark(&mut entry, op);
        if matches!(op.body, Body::Mark(_)) {
            entry.seqs = seqs;
        } else {
            entry.seqs.sort_unstable();
            entry.seqs.dedup();
        }
        let told = entry.state.told().is_some();
        self.publish(Change::Module(id, entry));
        told
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
            string_count: self.layout.strings().count(),
            module_count: self.module_count(),
            hidden_count: self.hidden_count(),
            photo_count: self.photos.shown(),
            photos_not_shown: self.photos.len() - self.photos.shown(),
            counts: self.counts,
            excused: self.excused(),
            contested: self.contested(),
            head: self.head,
            last_mark_ms: self.last_mark_ms,
        }
    }

    pub fn photos(&self) -> &Photos {
        &self.photos
    }

    /// How many photos show of a module, whichever way its name is written.
    pub fn photos_of(&self, id: &ModuleId) -> usize {
        let counts = self.photos.counts();
        if counts.is_empty() {
            return 0;
        }
        let own = self.name_of(id);
        let others = own.spellings().filter(|other| self.name_of(other) == own);
        let all = others.filter_map(|other| counts.get(&other)).chain(counts.get(&own));
        all.map(|count| *count as usize).sum()
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
        if self.layout.has(id) {
            return id.clone();
        }
        id.spellings().find(|other| self.layout.has(other)).unwrap_or_else(|| id.clone())
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
        self.layout.has(&id) || self.modules.contains_key(&id)
    }

    /// What v3.3 clients call a module: the names that a version before gave by itself, they never had.
    pub fn v33_name(&self, id: &ModuleId) -> ModuleId {
        v33_name(id, self.padded)
    }

    /// All of them, hidden ones too, in their order.
    pub fn all_strings(&self) -> &[ShownString] {
        self.layout.all_strings()
    }

    /// Those that show a module.
    pub fn strings(&self) -> impl Iterator<Item = &ShownString> {
        self.layout.strings()
    }

    /// Since when a module is not shown; by itself, or with its string.
    pub fn hidden_since(&self, id: &ModuleId) -> Option<Stamp> {
        let id = &self.name_of(id);
        let string = match self.layout.place(id) {
            Some(place) => place.string,
            None => id.implied_place().map_or(0, |(string, _)| string),
        };
        self.details.edits.hidden_since(id, string)
    }

    pub fn is_hidden(&self, id: &ModuleId) -> bool {
        self.hidden_since(id).is_some()
    }

    /// Somebody marked it who did not know, or did not see, that it is hidden.
    pub fn is_marked_though_hidden(&self, id: &ModuleId) -> bool {
        let marked = self.entry(id).and_then(|entry| entry.state.last_stamp());
        self.hidden_since(id).is_some_and(|hidden| marked.is_some_and(|marked| marked > hidden))
    }

    /// Where the layout has it, shown or not.
    pub fn placed(&self, id: &ModuleId) -> Option<&Place> {
        self.layout.place(&self.name_of(id))
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

    /// All modules that are shown, in order: those of the layout, then those only marked, by the place their id
    /// tells, at the end of that string, or in string 0.
    pub fn rows(&self) -> Vec<(Place, Option<&Entry>)> {
        self.rows_of(self.layout.places(), false)
    }

    /// All that are not.
    pub fn hidden_rows(&self) -> Vec<(Place, Option<&Entry>)> {
        self.rows_of(self.layout.hidden(), true)
    }

    fn entry_at(&self, place: &Place) -> Option<&Entry> {
        self.modules.get(&place.module).map(|entry| &**entry)
    }

    /// The layout as it shows, with the names that people gave.
    pub fn shown(&self) -> &ShownLayout {
        &self.layout
    }

    fn rows_of(&self, places: &[Place], hidden: bool) -> Vec<(Place, Option<&Entry>)> {
        let mut rows: Vec<_> = places.iter().map(|place| (place.clone(), self.entry_at(place))).collect();
        if (if hidden { self.loose_hidden } else { self.loose }) > 0 {
            let loose = self.modules.iter().filter(|(id, _)| !self.layout.has(id));
            let mut extra: Vec<_> = loose.filter(|(id, _)| self.is_hidden(id) == hidden).collect();
            extra.sort_by_key(|(id, _)| (id.implied_place(), id.as_str().len(), (*id).clone()));
            let mut loose = 0u16;
            for (id, entry) in extra {
                let (string, position) = id.implied_place().unwrap_or_else(|| {
                    loose = loose.saturating_add(1);
                    (0, loose)
                });
                let place = Place { module: id.clone(), string, position, row: None, col: None };
                rows.push((place, Some(&**entry)));
            }
        }
        rows
    }

    /// Where one module is, as [`Self::rows`] would say; for a module that is not in the layout
    /// its own id decides.
    pub fn place_of(&self, id: &ModuleId) -> Place {
        let id = self.name_of(id);
        self.layout.place(&id).cloned().unwrap_or_else(|| {
            let (string, position) = id.implied_place().unwrap_or((0, 0));
            Place { module: id, string, position, row: None, col: None }
        })
    }

    /// Modules that are shown: those of the layout and those only marked.
    pub fn module_count(&self) -> usize {
        self.layout.places().len() + self.loose
    }

    /// Those of them that are only marked.
    pub fn unplaced_count(&self) -> usize {
        self.loose
    }

    pub fn hidden_count(&self) -> usize {
        self.layout.hidden().len() + self.loose_hidden
    }

    /// Whether so many more modules have their place. Hidden ones leave room for others, but not for ever: they are in
    /// memory, and who makes junk can make it again.
    pub fn has_room_for(&self, more: usize) -> bool {
        let shown = self.module_count() + more;
        shown <= MAX_MODULES && shown + self.hidden_count() <= 3 * MAX_MODULES
    }
}

/// `padded`: the names in the layout are those that a version before gave by itself.
fn v33_name(id: &ModuleId, padded: bool) -> ModuleId {
    let number = id.number().filter(|_| padded);
    number.map_or_else(|| id.clone(), ModuleId::numbered)
}
