//! Group commit: a batch of commands, one transaction, one flush. The one door for writing.
//!
//! Called by the writer thread (and by crash tests, which need no thread); calls `domain` to
//! stamp and merge.
//!
//! Every operation becomes one row of the log. Merged state is worked out beside what is
//! published and takes its place only after the commit: a batch that fails leaves no trace.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::bounds::{Entrance, Growth};
use super::command::{Command, OpAck, OpVerdict};
use super::draft::Draft;
use super::meta::{self, CLOCK};
use super::record::{self, AuditRow, ClockRow, audit_row};
use super::replication::Memos;
use super::tables::{self, AUDITS, LOG};
use super::written::WrittenBytes;
use super::{Engine, StoreError};
use crate::domain::audit::Change;
use crate::domain::op::Content;
use crate::domain::{
    AuditState, Body, Digest, Entry, Hlc, LayoutEdit, ModuleId, NewOp, Op, Outcome, Stamp, Token,
};

/// Of a batch, when something of what it builds on could not be read.
const TRIES: usize = 2;

/// The catalogue's changes within the batch; `None` is a removal.
type Listing = HashMap<Token, Option<AuditRow>>;

/// An audit's module as a mark finds it; `None` for operations that mark none.
pub(super) type FoundModule = Option<(ModuleId, Entry)>;

pub(super) struct WriteBatch<'e> {
    pub(super) engine: &'e Engine,
    pub(super) drafts: HashMap<Token, Draft>,
    pub(super) listing: Listing,
    pub(super) memos: Memos,
    /// Rows of the log, in the order in which they were taken.
    pub(super) rows: Vec<(u32, u64, Vec<u8>)>,
    removals: Vec<u32>,
    pub(super) hlc: Hlc,
    pub(super) now_ms: u64,
}

impl Engine {
    /// Write all commands in one transaction. Each has its own answer; a failure of the
    /// transaction itself is everybody's.
    pub fn commit(&self, commands: &[Command], now_ms: u64) -> Vec<Result<Vec<OpAck>, StoreError>> {
        let all = |error: StoreError| commands.iter().map(|_| Err(error.clone())).collect();
        let _turn = self.turn.lock();
        for _ in 0..TRIES {
            if let Err(error) = self.ready() {
                return all(error);
            }
            if let Some(answers) = self.try_to_commit(commands, now_ms) {
                return answers;
            }
        }
        all(StoreError::Reopening)
    }

    /// `None`: something could not be read, and the database was opened anew before anything was written.
    fn try_to_commit(
        &self,
        commands: &[Command],
        now_ms: u64,
    ) -> Option<Vec<Result<Vec<OpAck>, StoreError>>> {
        let opening = self.generation();
        // Removing frees space, so it is let through when marks no longer are.
        let floor = self.options.min_free_bytes;
        let full = self.medium.free_bytes().is_ok_and(|free| free < floor);

        let (hlc, received) = *self.clock.lock();
        let mut batch = WriteBatch {
            engine: self,
            drafts: HashMap::new(),
            listing: HashMap::new(),
            memos: Memos::default(),
            rows: Vec::new(),
            removals: Vec::new(),
            hlc,
            // Receipt times never decrease along the log: `updates` depends on it.
            now_ms: now_ms.max(received),
        };
        let answers: Vec<_> = commands
            .iter()
            .map(|command| match command {
                Command::Remove { .. } => batch.take(command),
                _ if full => Err(StoreError::DiskFull),
                _ => batch.take(command),
            })
            .collect();
        if self.generation() != opening {
            return None;
        }
        if batch.rows.is_empty() && batch.listing.is_empty() && batch.memos.is_empty() {
            return Some(answers);
        }
        Some(match batch.write() {
            Ok(()) => {
                batch.publish();
                answers
            }
            // The door has opened the database anew. Those who were refused keep their own reason.
            Err(error) => answers.into_iter().map(|answer| answer.and(Err(error.clone()))).collect(),
        })
    }
}

impl WriteBatch<'_> {
    fn take(&mut self, command: &Command) -> Result<Vec<OpAck>, StoreError> {
        let token = command.token();
        if let Command::TakeIn(take) = command {
            take.is_of(self.engine.identity().log_id)?;
        }
        let there = self.find(token);
        match (command, there) {
            (Command::Remove { .. }, Ok(())) => self.remove(token),
            (Command::Make { .. }, Ok(())) => Err(StoreError::AuditExists(token.clone())),
            (Command::Append { .. } | Command::AppendOrMake { .. }, Ok(())) => self.append(command),
            (Command::TakeIn(take), Ok(())) => self.take_in(take),
            (Command::TakeIn(take), Err(StoreError::UnknownAudit(_))) if take.make => {
                if self.was_removed(token)? {
                    return Err(StoreError::Removed(token.clone()));
                }
                take.begins()?;
                self.make(token)?;
                self.take_in(take)
            }
            (Command::Append { .. } | Command::Remove { .. } | Command::TakeIn(_), Err(error)) => Err(error),
            (Command::Make { .. } | Command::AppendOrMake { .. }, Err(StoreError::UnknownAudit(_))) => {
                self.make(token)?;
                self.append(command)
            }
            (_, Err(error)) => Err(error),
        }
    }

    /// Have a draft for the audit, or say that there is no such audit.
    fn find(&mut self, token: &Token) -> Result<(), StoreError> {
        if matches!(self.listing.get(token), Some(None)) {
            return Err(StoreError::UnknownAudit(token.clone()));
        }
        if let Slot::Vacant(slot) = self.drafts.entry(token.clone()) {
            let audit = self.engine.audit(token)?;
            let (head, digest) = self.engine.view(&audit, |loaded| (loaded.state.head, loaded.digest))?;
            slot.insert(Draft::new(audit, head, digest));
        }
        Ok(())
    }

    fn make(&mut self, token: &Token) -> Result<(), StoreError> {
        let (old, next_no) = self.engine.with_db(|db| {
            let audits = redb::ReadableDatabase::begin_read(db)?.open_table(AUDITS)?;
            let old = match audits.get(token.as_str())? {
                Some(value) => Some(audit_row(token.as_str(), value.value())?.1),
                None => None,
            };
            let mut next_no = 1;
            for row in audits.range::<&str>(..)? {
                let (key, value) = row?;
                next_no = next_no.max(audit_row(key.value(), value.value())?.1.no + 1);
            }
            Ok((old, next_no))
        })?;
        // Made, removed and made again within one batch: go on from the draft's end.
        let before = self.drafts.remove(token).map(|draft| (draft.audit.no, draft.head + 1));
        // Drafts know those too that this batch has made and removed: their rows keep the number.
        let taken = self.drafts.values().map(|draft| draft.audit.no + 1).max().unwrap_or(0);
        let (no, start) = match (before, old) {
            (Some(before), _) => before,
            (None, Some(row)) => (row.no, row.start),
            (None, None) => (next_no.max(taken), 0),
        };
        let row = AuditRow {
            no,
            created_ms: self.now_ms,
            removed: false,
            start,
            chained_after: start,
            chain: Digest::EMPTY,
        };
        let audit = self.engine.new_audit(&row);
        self.drafts.insert(token.clone(), Draft::new(audit, start, Digest::EMPTY));
        self.listing.insert(token.clone(), Some(row));
        Ok(())
    }

    fn remove(&mut self, token: &Token) -> Result<Vec<OpAck>, StoreError> {
        if let Some(draft) = self.drafts.get_mut(token) {
            let no = draft.audit.no;
            draft.clear();
            self.rows.retain(|(audit, ..)| *audit != no);
            self.memos.forget(no);
            self.removals.push(no);
        }
        self.listing.insert(token.clone(), None);
        Ok(Vec::new())
    }

    fn append(&mut self, command: &Command) -> Result<Vec<OpAck>, StoreError> {
        command.ops().iter().map(|op| self.append_one(command.token(), op)).collect()
    }

    pub(super) fn is_fresh(&self, token: &Token) -> bool {
        matches!(self.listing.get(token), Some(Some(_)))
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
        let before = found.as_ref().map(|(_, entry)| entry.state.weight());
        op.outcome = match found {
            Some((_, entry)) => AuditState::mark(entry, &op),
            None if op.body.changes_audit() => {
                AuditState::change_details(draft.details(self.engine, fresh)?, &op)
            }
            // A note shows by being there; of what this version does not know it says nothing else.
            None => Outcome::Applied,
        };
        let (row, digest) = record::encode_op(draft.audit.no, &op, self.hlc.high_water(), draft.digest)?;
        let after = found.as_ref().map(|(_, entry)| entry.state.weight());
        let growth = Growth::of(&op.author, row.len(), before, after);
        if let Err(beyond) = draft.room(self.engine, fresh, &op.author.id, &growth, door)? {
            return Ok(OpAck { id: op.id, seq: 0, verdict: OpVerdict::Beyond(beyond) });
        }
        draft.growth.add(growth);
        self.rows.push((draft.audit.no, op.seq, row));
        (draft.head, draft.digest) = (op.seq, digest);
        draft.ids.insert(op.id, op.seq);
        draft.modules.extend(found.take());
        if op.body.module().is_some() {
            draft.last_mark_ms = draft.last_mark_ms.max(Some(op.shown_ms()));
        }
        Ok(OpAck {
            id: op.id,
            seq: op.seq,
            verdict: OpVerdict::Logged { outcome: op.outcome, stamp: op.stamp },
        })
    }

    fn write(&self) -> Result<(), StoreError> {
        self.engine.with_db(|db| {
            let txn = db.begin_write()?;
            for no in &self.removals {
                tables::erase(&txn, *no)?;
                WrittenBytes::erase(&txn, *no)?;
            }
            if !self.listing.is_empty() {
                let mut audits = txn.open_table(AUDITS)?;
                for (token, row) in &self.listing {
                    let row = match (row, self.drafts.get(token)) {
                        (Some(row), _) => row.clone(),
                        (None, Some(draft)) => AuditRow {
                            no: draft.audit.no,
                            created_ms: draft.audit.created_ms,
                            removed: true,
                            start: draft.head + 1,
                            chained_after: draft.head + 1,
                            chain: Digest::EMPTY,
                        },
                        (None, None) => continue,
                    };
                    audits
                        .insert(token.as_str(), record::seal(token.as_str().as_bytes(), &row)?.as_slice())?;
                }
                // The clock's high-water may have gone with a removed log.
                let clock = ClockRow { hlc: self.hlc.high_water(), received_ms: self.now_ms };
                meta::put_meta(&txn, CLOCK, &clock)?;
            }
            if !self.rows.is_empty() {
                let mut log = txn.open_table(LOG)?;
                for (no, seq, row) in &self.rows {
                    log.insert((*no, *seq), row.as_slice())?;
                }
            }
            self.memos.write(&txn)?;
            txn.commit()?;
            Ok(())
        })
    }

    fn publish(self) {
        // Its high-water is on the disk with operations and audits; what is only remembered carries none.
        if !self.rows.is_empty() || !self.listing.is_empty() {
            *self.engine.clock.lock() = (self.hlc, self.now_ms);
        }
        for (token, row) in &self.listing {
            match row {
                Some(row) => self.engine.enlist(token.clone(), row),
                None => self.engine.delist(token),
            }
        }
        for (token, draft) in self.drafts {
            let Ok(audit) = self.engine.audit(&token) else { continue };
            let Draft { head, digest, details, modules, ids, last_mark_ms, growth, .. } = draft;
            let done = self.engine.publish(&audit, |loaded| {
                // Loaded only now, from the log that has all this already: nothing to add.
                if loaded.state.head >= head {
                    return;
                }
                for (id, entry) in modules {
                    loaded.dirty.insert(id.clone());
                    loaded.state.publish(Change::Module(id, entry));
                }
                if let Some(details) = details {
                    loaded.state.publish(Change::Details(details));
                }
                loaded.state.last_mark_ms = loaded.state.last_mark_ms.max(last_mark_ms);
                loaded.tail.extend(ids);
                loaded.written.add(growth.written);
                (loaded.state.head, loaded.digest) = (head, digest);
            });
            if let Err(error) = done {
                // It is on the disk: the state is rebuilt from there when next asked for.
                tracing::error!(%error, token_hint = token.hint(), "the audit could not be read back");
            }
        }
    }
}
