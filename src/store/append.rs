//! Append to the log: one operation gets its place in its audit, or is refused.
//!
//! Called by the batch (`commit`) for what tablets send, and by `ingest` for what other hubs bring; calls `domain` to merge.
//! Nothing here is on the disk yet: it all goes into the batch's draft.

use super::StoreError;
use super::bounds::{Entrance, Growth};
use super::command::{Command, OpAck, OpVerdict};
use super::commit::WriteBatch;
use super::record;
use crate::domain::op::Content;
use crate::domain::photo::PhotoState;
use crate::domain::{
    AuditState, Beyond, Body, Entry, LayoutEdit, ModuleId, NewOp, Op, OpId, Outcome, PropertyState, Stamp,
    Token,
};

/// An audit's module as a mark finds it; `None` for operations that mark none.
pub(super) type FoundModule = Option<(ModuleId, Entry)>;

impl WriteBatch<'_> {
    pub(super) fn append(&mut self, command: &Command) -> Result<Vec<OpAck>, StoreError> {
        command.ops().iter().map(|op| self.append_one(command.token(), op)).collect()
    }

    /// Whether an operation is new and has its place: then the module that it marks; else its answer. `stamp` is
    /// the one that it came with.
    pub(super) fn room_for(
        &mut self,
        token: &Token,
        content: Content<'_>,
        stamp: Option<Stamp>,
    ) -> Result<Result<FoundModule, OpAck>, StoreError> {
        let (id, module) = (content.id, content.body.module());
        let fresh = self.is_fresh(token);
        let Some(draft) = self.drafts.get_mut(token) else {
            return Err(StoreError::UnknownAudit(token.clone()));
        };
        if let Some(seq) = draft.seq_of(self.engine, id, fresh)? {
            return self.known(token, seq, content, stamp).map(Err);
        }
        if let Some((.., there)) = draft.photo(self.engine, (id, content.body), fresh)? {
            if there || draft.has_room_for_photo(self.engine, fresh)? {
                draft.new_photos += usize::from(!there);
                return Ok(Ok(None));
            }
            return Ok(Err(OpAck { id, seq: 0, verdict: OpVerdict::Beyond(Beyond::Photos) }));
        }
        if !draft.has_room_for_registers(self.engine, content.body, fresh)? {
            return Ok(Err(OpAck { id, seq: 0, verdict: OpVerdict::Beyond(Beyond::Properties) }));
        }
        let Some(module) = module else {
            let room = fresh || self.has_room_for_edit(token, content.body)?;
            let full = OpAck { id, seq: 0, verdict: OpVerdict::TooManyModules };
            return Ok(if room { Ok(None) } else { Err(full) });
        };
        // The log keeps what was said; what it means is the fold's.
        let module = draft.name_of(self.engine, module, fresh)?;
        // What makes an audit brings its modules, counted where they were read.
        if !fresh {
            let more = draft.newcomers + 1;
            let (known, room) = self
                .engine
                .view(&draft.audit, |loaded| (loaded.state.has(&module), loaded.state.has_room_for(more)))?;
            if !known && !draft.modules.contains_key(&module) {
                if !room {
                    return Ok(Err(OpAck { id, seq: 0, verdict: OpVerdict::TooManyModules }));
                }
                draft.newcomers += 1;
            }
        }
        let entry = draft.entry(self.engine, &module, fresh)?;
        Ok(Ok(Some((module, entry))))
    }

    /// Whether the modules that a change of the layout adds have their place.
    fn has_room_for_edit(&mut self, token: &Token, body: &Body) -> Result<bool, StoreError> {
        let (Body::LayoutEdit(edit), Some(draft)) = (body, self.drafts.get_mut(token)) else {
            return Ok(true);
        };
        let newcomers = draft.newcomers;
        let (more, room) = self.engine.view(&draft.audit, |loaded| {
            let state = &loaded.state;
            let strange = |id: &&ModuleId| !state.has(id) && !state.details().edits.knows(id);
            let more = edit.modules.iter().map(|edit| &edit.module).filter(strange).count();
            (more, more == 0 || state.has_room_for(newcomers + more))
        })?;
        draft.newcomers += more;
        Ok(room)
    }

    /// What to answer about an id that the log has at `seq`.
    fn known(
        &self,
        token: &Token,
        seq: u64,
        content: Content<'_>,
        stamp: Option<Stamp>,
    ) -> Result<OpAck, StoreError> {
        let held = match self.op_at(token, seq) {
            Ok(held) => held,
            // It was answered once, and the row will not get better: its tablet need not send it for ever.
            Err(StoreError::Damaged { .. }) => None,
            Err(error) => return Err(error),
        };
        let verdict = match held {
            Some(held) if !content.is_repeated_by(&Content::from(&held)) => OpVerdict::IdConflict,
            held => {
                let held = held.map(|held| held.stamp);
                let restamped = stamp.is_some_and(|stamp| held.is_some_and(|held| held != stamp));
                OpVerdict::Duplicate { stamp: held, restamped }
            }
        };
        Ok(OpAck { id: content.id, seq, verdict })
    }

    fn append_one(&mut self, token: &Token, new: &NewOp) -> Result<OpAck, StoreError> {
        let mut found = match self.room_for(token, Content::from(new), new.stamp)? {
            Ok(found) => found,
            Err(taken) => return Ok(taken),
        };
        let (stamp, base) = match &new.body {
            Body::Restore(restore) => match self.beside(token, new, restore)? {
                Some(beside) => beside,
                // It goes with a mark, and that was not taken.
                None => return Ok(OpAck { id: new.id, seq: 0, verdict: OpVerdict::IdConflict }),
            },
            _ => self.stamp_for(token, new, &found)?,
        };
        self.hlc.tick(self.now_ms, stamp.actor);
        let op = Op {
            seq: 0,
            id: new.id,
            author: new.author.clone(),
            device: new.device.clone(),
            marked_ms: new.marked_ms,
            received_ms: self.now_ms,
            stamp,
            base,
            outcome: Outcome::Applied,
            body: new.body.clone(),
        };
        self.log(token, op, &mut found, Entrance::Tablet)
    }

    pub(super) fn details_latest(&mut self, token: &Token) -> Result<Option<Stamp>, StoreError> {
        let fresh = self.is_fresh(token);
        let Some(draft) = self.drafts.get_mut(token) else { return Ok(None) };
        Ok(draft.details(self.engine, fresh)?.latest())
    }

    /// When this device last changed what an edit touches.
    pub(super) fn last_edit(
        &mut self,
        token: &Token,
        edit: &LayoutEdit,
        actor: u64,
    ) -> Result<Option<Stamp>, StoreError> {
        let fresh = self.is_fresh(token);
        let Some(draft) = self.drafts.get_mut(token) else { return Ok(None) };
        Ok(draft.details(self.engine, fresh)?.edits.last_of(edit, actor))
    }

    /// Of the photo that an operation is of: the last change, by this device or at all.
    pub(super) fn last_of_photo(
        &mut self,
        token: &Token,
        op: (OpId, &Body),
        actor: Option<u64>,
    ) -> Result<Option<Stamp>, StoreError> {
        let fresh = self.is_fresh(token);
        let Some(draft) = self.drafts.get(token) else { return Ok(None) };
        let photo = draft.photo(self.engine, op, fresh)?;
        Ok(photo.and_then(|(_, photo, _)| match actor {
            Some(actor) => photo.last_of(actor),
            None => photo.latest(),
        }))
    }

    /// What is set of the thing that an operation sets something of.
    pub(super) fn property(&self, token: &Token, body: &Body) -> Result<Option<PropertyState>, StoreError> {
        let Some(draft) = self.drafts.get(token) else { return Ok(None) };
        Ok(draft.property(self.engine, body, self.is_fresh(token))?.map(|(_, state)| state))
    }

    /// Fold a stamped operation into the draft and give it its row.
    pub(super) fn log(
        &mut self,
        token: &Token,
        mut op: Op,
        found: &mut FoundModule,
        door: Entrance,
    ) -> Result<OpAck, StoreError> {
        let fresh = self.is_fresh(token);
        let Some(draft) = self.drafts.get_mut(token) else {
            return Err(StoreError::UnknownAudit(token.clone()));
        };
        op.seq = draft.head + 1;
        let mut property = draft.property(self.engine, &op.body, fresh)?;
        let weight = |found: &FoundModule, property: &Option<(_, PropertyState)>| {
            let module = found.as_ref().map(|(_, entry)| entry.state.weight());
            module.or_else(|| property.as_ref().map(|(_, state)| state.weight()))
        };
        let before = weight(found, &property);
        let mut photo = draft.photo(self.engine, (op.id, &op.body), fresh)?;
        let caption = |photo: &Option<(_, PhotoState, _)>| {
            photo.as_ref().and_then(|(_, photo, _)| photo.caption()).map_or(0, str::len)
        };
        let caption_before = caption(&photo);
        op.outcome = match found {
            Some((_, entry)) => AuditState::mark(entry, &op),
            None if op.body.changes_audit() => {
                AuditState::change_details(draft.details(self.engine, fresh)?, &op)
            }
            None if property.is_some() => {
                property.as_mut().map_or(Outcome::Applied, |(_, state)| state.apply(&op))
            }
            // A note shows by being there; of what this version does not know it says nothing else.
            None => match photo.as_mut().map(|(_, photo, _)| photo.apply(&op)) {
                Some(false) => Outcome::Superseded,
                Some(true) | None => Outcome::Applied,
            },
        };
        let (row, digest) = record::encode_op(draft.audit.no, &op, self.hlc.high_water(), draft.digest)?;
        let after = weight(found, &property);
        let mut growth = Growth::of(&op.author, row.len(), before, after);
        growth.count_text(caption_before, caption(&photo));
        if let Err(beyond) = draft.room(self.engine, fresh, &op.author.id, &growth, door)? {
            return Ok(OpAck { id: op.id, seq: 0, verdict: OpVerdict::Beyond(beyond) });
        }
        draft.growth.add(growth);
        self.rows.push((draft.audit.no, op.seq, row));
        (draft.head, draft.digest) = (op.seq, digest);
        draft.ids.insert(op.id, op.seq);
        draft.modules.extend(found.take());
        draft.properties.extend(property);
        draft.photos.extend(photo.map(|(id, photo, _)| (id, photo)));
        if op.body.module().is_some() {
            draft.last_mark_ms = draft.last_mark_ms.max(Some(op.shown_ms()));
        }
        Ok(OpAck {
            id: op.id,
            seq: op.seq,
            verdict: OpVerdict::Logged { outcome: op.outcome, stamp: op.stamp },
        })
    }
}
