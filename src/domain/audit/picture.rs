//! Picture (snapshot, copy on write): the merged state of an audit at one moment, taken in no time, for an answer that takes long.
//!
//! Taken by `store`, under the lock that publishing waits for, and read by `http` without it: it shares the state of each module
//! with the audit, and costs two words a module.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{AuditOutline, AuditState, Entry, v33_name};
use crate::domain::id::ModuleId;
use crate::domain::layout::Place;
use crate::domain::photo::PhotoCounts;
use crate::domain::property::PropertyState;
use crate::domain::shown_layout::ShownLayout;
use crate::domain::stamp::Stamp;

impl AuditState {
    /// What it is at this moment, for whoever takes long to tell of it.
    pub fn picture(&self) -> Picture {
        let mut loose = Vec::new();
        if self.loose > 0 {
            let extra = self.modules.iter().filter(|(id, _)| !self.layout.has(id));
            let mut extra: Vec<_> = extra.filter(|(id, _)| !self.is_hidden(id)).collect();
            extra.sort_by_key(|(id, _)| (id.implied_place(), id.as_str().len(), (*id).clone()));
            let mut nowhere = 0u16;
            for (id, entry) in extra {
                let (string, position) = id.implied_place().unwrap_or_else(|| {
                    nowhere = nowhere.saturating_add(1);
                    (0, nowhere)
                });
                let place = Place { module: id.clone(), string, position, row: None, col: None };
                loose.push((place, Arc::clone(entry)));
            }
        }
        let of_modules = self.properties.modules();
        let properties = match of_modules.is_empty() {
            true => Vec::new(),
            false => {
                let placed = self.layout.places().iter().map(|place| &place.module);
                let all = placed.chain(loose.iter().map(|(place, _)| &place.module));
                all.map(|id| of_modules.get(id).cloned()).collect()
            }
        };
        Picture {
            properties,
            of_strings: self.properties.strings().clone(),
            of_audit: self.properties.audit().cloned(),
            outline: self.outline(),
            layout: Arc::clone(&self.layout),
            layout_stamp: self.details.layout_stamp(),
            placed: self
                .layout
                .places()
                .iter()
                .map(|place| self.modules.get(&place.module).cloned())
                .collect(),
            loose,
            photos: self.photo_counts(),
            padded: self.padded,
            text: self.weight.text,
            stamps: self.weight.stamps,
        }
    }
}

impl AuditState {
    /// By the names that modules have here.
    fn photo_counts(&self) -> Arc<PhotoCounts> {
        let counts = self.photos.counts();
        if counts.keys().all(|id| self.name_of(id) == *id) {
            return Arc::clone(counts);
        }
        let mut named = PhotoCounts::new();
        for (id, count) in &**counts {
            *named.entry(self.name_of(id)).or_default() += count;
        }
        Arc::new(named)
    }
}

/// An audit at one moment. It shares with the audit what that holds of its modules, and whoever has it keeps
/// nobody from marking.
#[derive(Debug)]
pub struct Picture {
    pub outline: AuditOutline,
    /// As it shows: what is hidden is in no picture.
    pub layout: Arc<ShownLayout>,
    /// The last change of it.
    pub layout_stamp: Option<Stamp>,
    /// What there is of each module of the layout.
    placed: Vec<Option<Arc<Entry>>>,
    /// Modules that the layout does not place.
    loose: Vec<(Place, Arc<Entry>)>,
    /// How many photos show of a module.
    photos: Arc<PhotoCounts>,
    /// What is set of each module, those of the layout first; none where no module has any.
    properties: Vec<Option<Arc<PropertyState>>>,
    /// What is set of strings, and of the audit itself.
    pub of_strings: BTreeMap<u16, Arc<PropertyState>>,
    pub of_audit: Option<Arc<PropertyState>>,
    padded: bool,
    text: usize,
    stamps: usize,
}

impl Picture {
    /// How many modules there are.
    pub fn len(&self) -> usize {
        self.placed.len() + self.loose.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Module number `at` in order: those of the layout, then those only marked, by the place their id tells, at the
    /// end of that string, or in string 0.
    pub fn row(&self, at: usize) -> Option<(&Place, Option<&Entry>)> {
        match self.placed.get(at) {
            Some(entry) => Some((self.layout.places().get(at)?, entry.as_deref())),
            None => self.loose.get(at - self.placed.len()).map(|(place, entry)| (place, Some(&**entry))),
        }
    }

    /// All modules in order.
    pub fn rows(&self) -> impl Iterator<Item = (&Place, Option<&Entry>)> {
        (0..self.len()).filter_map(|at| self.row(at))
    }

    /// What is set of module number `at`.
    pub fn properties_at(&self, at: usize) -> Option<&PropertyState> {
        self.properties.get(at)?.as_deref()
    }

    /// Whether any of these is set of a module or of a string.
    pub fn has_any_of(&self, names: &[&str]) -> bool {
        let modules = self.properties.iter().flatten();
        let mut all = modules.chain(self.of_strings.values());
        all.any(|set| names.iter().any(|name| set.get(name).is_some()))
    }

    pub fn photos_of(&self, id: &ModuleId) -> usize {
        self.photos.get(id).map_or(0, |count| *count as usize)
    }

    /// What v3.3 clients call a module: see [`AuditState::v33_name`].
    pub fn v33_name(&self, id: &ModuleId) -> ModuleId {
        v33_name(id, self.padded)
    }

    /// Bytes of its comments, and stamps that their authors had seen: by these an answer with all of it is large.
    pub fn weight(&self) -> (usize, usize) {
        (self.text, self.stamps)
    }
}
