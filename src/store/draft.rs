//! Uncommitted changes of one audit within a batch: what is on its way to the disk and not yet published.
//!
//! Made and filled by `commit`; reads through to the engine for what the batch has not touched.

use std::collections::HashMap;
use std::sync::Arc;

use super::bounds::{self, Entrance, Growth, HeldWeight};
use super::loaded::Audit;
use super::{Engine, StoreError};
use crate::domain::id::TechnicianId;
use crate::domain::photo::{MAX_PHOTOS, PhotoState, photo_of};
use crate::domain::property::Properties;
use crate::domain::{Beyond, Body, Details, Digest, Entry, ModuleId, OpId, PropertyOf, PropertyState};

/// Changes of one audit within the batch, not yet published.
pub(super) struct Draft {
    pub(super) audit: Arc<Audit>,
    /// Where the log ended before the batch, and where it ends with it.
    pub(super) start: u64,
    pub(super) head: u64,
    pub(super) digest: Digest,
    pub(super) details: Option<Details>,
    pub(super) modules: HashMap<ModuleId, Entry>,
    pub(super) photos: HashMap<OpId, PhotoState>,
    /// Photos that the audit did not have before.
    pub(super) new_photos: usize,
    pub(super) properties: HashMap<PropertyOf, PropertyState>,
    /// Registers of properties that the audit did not have before.
    pub(super) new_registers: usize,
    pub(super) ids: HashMap<OpId, u64>,
    pub(super) last_mark_ms: Option<u64>,
    /// Modules that the audit did not have before.
    pub(super) newcomers: usize,
    /// What the batch adds to what the audit holds.
    pub(super) growth: Growth,
}

impl Draft {
    pub(super) fn new(audit: Arc<Audit>, head: u64, digest: Digest) -> Self {
        Self {
            audit,
            start: head,
            head,
            digest,
            details: None,
            modules: HashMap::new(),
            photos: HashMap::new(),
            new_photos: 0,
            properties: HashMap::new(),
            new_registers: 0,
            ids: HashMap::new(),
            last_mark_ms: None,
            newcomers: 0,
            growth: Growth::default(),
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Draft::new(Arc::clone(&self.audit), self.head, self.digest);
    }

    /// A fresh audit has nothing but its draft.
    pub(super) fn seq_of(&self, engine: &Engine, id: OpId, fresh: bool) -> Result<Option<u64>, StoreError> {
        if let Some(seq) = self.ids.get(&id) {
            return Ok(Some(*seq));
        }
        if fresh {
            return Ok(None);
        }
        let (in_tail, folded) =
            engine.view(&self.audit, |loaded| (loaded.tail.get(&id).copied(), loaded.folded))?;
        match in_tail {
            Some(seq) => Ok(Some(seq)),
            None if folded > self.audit.start => engine.folded_seq(&self.audit, id),
            None => Ok(None),
        }
    }

    /// What the module is called here that a mark calls `id`.
    pub(super) fn name_of(
        &self,
        engine: &Engine,
        id: &ModuleId,
        fresh: bool,
    ) -> Result<ModuleId, StoreError> {
        // Of an audit that is being made, the names are settled when it is published.
        if fresh { Ok(id.clone()) } else { engine.view(&self.audit, |loaded| loaded.state.name_of(id)) }
    }

    pub(super) fn entry(&self, engine: &Engine, id: &ModuleId, fresh: bool) -> Result<Entry, StoreError> {
        match self.modules.get(id) {
            Some(entry) => Ok(entry.clone()),
            None if fresh => Ok(Entry::default()),
            None => engine.view(&self.audit, |loaded| {
                loaded.state.modules().get(id).map(|entry| Entry::clone(entry)).unwrap_or_default()
            }),
        }
    }

    /// The photo that an operation is of, as it is before that; and whether the audit has it.
    pub(super) fn photo(
        &self,
        engine: &Engine,
        (id, body): (OpId, &Body),
        fresh: bool,
    ) -> Result<Option<(OpId, PhotoState, bool)>, StoreError> {
        let Some(photo) = photo_of(id, body) else { return Ok(None) };
        let held = match self.photos.get(&photo) {
            Some(drafted) => Some(drafted.clone()),
            None if fresh => None,
            None => engine.view(&self.audit, |loaded| loaded.state.photos().get(photo).cloned())?,
        };
        let there = held.is_some();
        Ok(Some((photo, held.unwrap_or_default(), there)))
    }

    /// The thing that an operation sets something of, and what is set of it before that.
    pub(super) fn property(
        &self,
        engine: &Engine,
        body: &Body,
        fresh: bool,
    ) -> Result<Option<(PropertyOf, PropertyState)>, StoreError> {
        let Some(property) = body.property() else { return Ok(None) };
        let of = match property.of.module() {
            Some(id) => PropertyOf::Module(self.name_of(engine, id, fresh)?),
            None => property.of.clone(),
        };
        let state = match self.properties.get(&of) {
            Some(drafted) => drafted.clone(),
            None if fresh => PropertyState::default(),
            None => {
                engine.view(&self.audit, |loaded| loaded.state.property(&of).cloned())?.unwrap_or_default()
            }
        };
        Ok(Some((of, state)))
    }

    /// Whether an operation has its place that sets something; what it adds is counted.
    pub(super) fn has_room_for_registers(
        &mut self,
        engine: &Engine,
        body: &Body,
        fresh: bool,
    ) -> Result<bool, StoreError> {
        let (Some(property), Some((_, state))) = (body.property(), self.property(engine, body, fresh)?)
        else {
            return Ok(true);
        };
        let more = state.newcomers(property);
        let all = self.new_registers + more;
        let room = match fresh {
            true => Properties::default().has_room_for(all),
            false => engine.view(&self.audit, |loaded| loaded.state.properties().has_room_for(all))?,
        };
        if room || more == 0 {
            self.new_registers = all;
        }
        Ok(room || more == 0)
    }

    /// Whether one more photo has its place.
    pub(super) fn has_room_for_photo(&self, engine: &Engine, fresh: bool) -> Result<bool, StoreError> {
        let more = self.new_photos + 1;
        match fresh {
            true => Ok(more <= MAX_PHOTOS),
            false => engine.view(&self.audit, |loaded| loaded.state.photos().has_room_for(more)),
        }
    }

    /// Whether an operation by this author, that adds this, has its place.
    pub(super) fn room(
        &self,
        engine: &Engine,
        fresh: bool,
        by: &TechnicianId,
        more: &Growth,
        door: Entrance,
    ) -> Result<Result<(), Beyond>, StoreError> {
        let held = match fresh {
            true => HeldWeight::default(),
            false => engine.view(&self.audit, |loaded| HeldWeight::of(loaded, by))?,
        };
        Ok(bounds::judge(engine.options.bounds, &held, &self.growth, more, by, (door, fresh)))
    }

    /// How many stamps that nobody here knows the base of the next mark may name.
    pub(super) fn unknown_stamps(&self, engine: &Engine, fresh: bool) -> Result<usize, StoreError> {
        let held = match fresh {
            true => 0,
            false => engine.view(&self.audit, |loaded| loaded.state.weight().stamps)?,
        };
        Ok(bounds::unknown_stamps(engine.options.bounds, held, &self.growth))
    }

    pub(super) fn details(&mut self, engine: &Engine, fresh: bool) -> Result<&mut Details, StoreError> {
        if self.details.is_none() && !fresh {
            self.details = Some(engine.view(&self.audit, |loaded| loaded.state.details().clone())?);
        }
        Ok(self.details.get_or_insert_default())
    }
}
