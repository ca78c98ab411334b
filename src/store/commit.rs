//! The one write door: a batch of commands, one transaction, one flush.
//!
//! Called by the writer thread (and by crash tests, which need no thread); calls `domain` to
//! stamp and merge.
//!
//! Every operation becomes one row of the log. Merged state is worked out beside what is
//! published and takes its place only after the commit: a batch that fails leaves no trace.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::draft::Draft;
use super::engine::{audit_row, lock};
use super::open::{self, CLOCK};
use super::record::{self, AuditRow, Clock};
use super::tables::{AUDITS, FOLDS, IDS, LOG, MODULES};
use super::{Engine, StoreError};
use crate::domain::audit::Change;
use crate::domain::id::MAX_MODULES;
use crate::domain::stamp::actor_of;
use crate::domain::{AuditState, Base, Hlc, NewOp, Op, OpId, Outcome, Seen, Stamp, Token};

/// What a caller wants written.
#[derive(Debug, Clone)]
pub enum Command {
    /// Append to an audit that is there.
    Append { token: Token, ops: Vec<NewOp> },
    /// Append to an audit, making it when it is not there.
    AppendOrMake { token: Token, ops: Vec<NewOp> },
    /// Make an audit with its first operations.
    Make { token: Token, ops: Vec<NewOp> },
    /// Erase an audit. Its token may be made again; sequence numbers then go on.
    Remove { token: Token },
}

impl Command {
    pub fn token(&self) -> &Token {
        match self {
            Command::Append { token, .. }
            | Command::AppendOrMake { token, .. }
            | Command::Make { token, .. }
            | Command::Remove { token } => token,
        }
    }

    fn ops(&self) -> &[NewOp] {
        match self {
            Command::Append { ops, .. } | Command::AppendOrMake { ops, .. } | Command::Make { ops, .. } => {
                ops
            }
            Command::Remove { .. } => &[],
        }
    }

    pub(super) fn weight(&self) -> usize {
        self.ops().len()
    }
}

/// What became of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub id: OpId,
    pub seq: u64,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Logged {
        outcome: Outcome,
        stamp: Stamp,
    },
    /// This id is in the log already, at `seq`.
    Duplicate,
    /// It would be one module too many; not stored, `seq` is 0.
    TooManyModules,
}

/// The catalogue's changes within the batch; `None` is a removal.
type Listing = HashMap<Token, Option<AuditRow>>;

struct Batch<'e> {
    engine: &'e Engine,
    drafts: HashMap<Token, Draft>,
    listing: Listing,
    rows: Vec<(u32, u64, Vec<u8>)>,
    removals: Vec<u32>,
    hlc: Hlc,
    now_ms: u64,
}

impl Engine {
    /// Write all commands in one transaction. Each has its own answer; a failure of the
    /// transaction itself is everybody's.
    pub fn commit(&self, commands: &[Command], now_ms: u64) -> Vec<Result<Vec<Taken>, StoreError>> {
        let all = |error: StoreError| commands.iter().map(|_| Err(error.clone())).collect();
        if let Err(error) = self.ready() {
            return all(error);
        }
        // Removing frees space, so it is let through when marks no longer are.
        let floor = self.options.min_free_bytes;
        let full = self.medium.free_bytes().is_ok_and(|free| free < floor);

        let (hlc, received) = *lock(&self.clock);
        let mut batch = Batch {
            engine: self,
            drafts: HashMap::new(),
            listing: HashMap::new(),
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
        if batch.rows.is_empty() && batch.listing.is_empty() {
            return answers;
        }
        match batch.write() {
            Ok(()) => {
                batch.publish();
                answers
            }
            Err(error) => {
                tracing::error!(%error, "a commit failed; the database is reopened");
                if let Err(error) = self.reopen(|| Ok(())) {
                    tracing::error!(%error, "reopening failed; the next operation tries again");
                }
                // Those who were refused keep their own reason.
                answers.into_iter().map(|answer| answer.and(Err(error.clone()))).collect()
            }
        }
    }

    /// Reopen after an earlier failure, if that could not be done at once.
    fn ready(&self) -> Result<(), StoreError> {
        if self.is_open() { Ok(()) } else { self.reopen(|| Ok(())) }
    }
}

impl Batch<'_> {
    fn take(&mut self, command: &Command) -> Result<Vec<Taken>, StoreError> {
        let token = command.token();
        let there = self.find(token);
        match (command, there) {
            (Command::Remove { .. }, Ok(())) => self.remove(token),
            (Command::Make { .. }, Ok(())) => Err(StoreError::AuditExists(token.clone())),
            (Command::Append { .. } | Command::AppendOrMake { .. }, Ok(())) => self.append(command),
            (Command::Append { .. } | Command::Remove { .. }, Err(error)) => Err(error),
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
            let head = self.engine.view(&audit, |loaded| loaded.state.head)?;
            slot.insert(Draft::new(audit, head));
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
        let row = AuditRow { no, created_ms: self.now_ms, removed: false, start };
        let audit = self.engine.new_audit(&row);
        self.drafts.insert(token.clone(), Draft::new(audit, start));
        self.listing.insert(token.clone(), Some(row));
        Ok(())
    }

    fn remove(&mut self, token: &Token) -> Result<Vec<Taken>, StoreError> {
        if let Some(draft) = self.drafts.get_mut(token) {
            let no = draft.audit.no;
            draft.clear();
            self.rows.retain(|(audit, ..)| *audit != no);
            self.removals.push(no);
        }
        self.listing.insert(token.clone(), None);
        Ok(Vec::new())
    }

    fn append(&mut self, command: &Command) -> Result<Vec<Taken>, StoreError> {
        command.ops().iter().map(|op| self.append_one(command.token(), op)).collect()
    }

    fn append_one(&mut self, token: &Token, new: &NewOp) -> Result<Taken, StoreError> {
        let Some(draft) = self.drafts.get_mut(token) else {
            return Err(StoreError::UnknownAudit(token.clone()));
        };
        let fresh = matches!(self.listing.get(token), Some(Some(_)));
        if let Some(seq) = draft.seq_of(self.engine, new.id, fresh)? {
            return Ok(Taken { id: new.id, seq, verdict: Verdict::Duplicate });
        }

        // What makes an audit brings its modules, counted where they were read.
        if let (Some(id), false) = (new.body.module(), fresh) {
            let (known, count) = self
                .engine
                .view(&draft.audit, |loaded| (loaded.state.has(id), loaded.state.module_count()))?;
            if !known && !draft.modules.contains_key(id) {
                if count + draft.newcomers >= MAX_MODULES {
                    return Ok(Taken { id: new.id, seq: 0, verdict: Verdict::TooManyModules });
                }
                draft.newcomers += 1;
            }
        }

        let actor = actor_of(new.device.as_str());
        let mut entry = match new.body.module() {
            Some(id) => Some((id.clone(), draft.entry(self.engine, id, fresh)?)),
            None => None,
        };
        // What this hub itself holds cannot be forged, so what is based on it comes after all of
        // it: a v3.3 mark, a change of the audit's own data.
        let (base, after) = match (&new.base, &entry) {
            (Base::Seen(seen), Some((_, entry))) => {
                (seen.until(self.now_ms), entry.state.seen().last_of(actor))
            }
            (Base::Everything, Some((_, entry))) => (entry.state.seen().clone(), entry.state.seen().latest()),
            (Base::Seen(seen), None) => (seen.until(self.now_ms), None),
            (Base::Everything, None) => (Seen::default(), draft.details(self.engine, fresh)?.latest()),
        };
        let stamp = self.hlc.stamp(new.marked_ms, self.now_ms, actor, &base, after);
        self.hlc.tick(self.now_ms, actor);

        let mut op = Op {
            seq: draft.head + 1,
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
        op.outcome = match &mut entry {
            Some((_, entry)) => AuditState::mark(entry, &op),
            None => AuditState::change_details(draft.details(self.engine, fresh)?, &op),
        };
        self.rows.push((
            draft.audit.no,
            op.seq,
            record::encode_op(draft.audit.no, &op, self.hlc.high_water())?,
        ));
        draft.head = op.seq;
        draft.ids.insert(op.id, op.seq);
        draft.modules.extend(entry);
        if op.body.module().is_some() {
            draft.last_mark_ms = draft.last_mark_ms.max(Some(op.shown_ms()));
        }
        Ok(Taken { id: op.id, seq: op.seq, verdict: Verdict::Logged { outcome: op.outcome, stamp } })
    }

    fn write(&self) -> Result<(), StoreError> {
        self.engine.with_db(|db| {
            let txn = db.begin_write()?;
            for no in &self.removals {
                txn.open_table(LOG)?.retain_in((*no, 0)..=(*no, u64::MAX), |_, _| false)?;
                txn.open_table(IDS)?.retain_in((*no, 0)..=(*no, u128::MAX), |_, _| false)?;
                txn.open_table(MODULES)?.retain_in((*no, "")..(*no + 1, ""), |_, _| false)?;
                txn.open_table(FOLDS)?.remove(no)?;
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
                        },
                        (None, None) => continue,
                    };
                    audits
                        .insert(token.as_str(), record::seal(token.as_str().as_bytes(), &row)?.as_slice())?;
                }
                // The clock's high-water may have gone with a removed log.
                let clock = Clock { hlc: self.hlc.high_water(), received_ms: self.now_ms };
                open::put_meta(&txn, CLOCK, &clock)?;
            }
            if !self.rows.is_empty() {
                let mut log = txn.open_table(LOG)?;
                for (no, seq, row) in &self.rows {
                    log.insert((*no, *seq), row.as_slice())?;
                }
            }
            txn.commit()?;
            Ok(())
        })
    }

    fn publish(self) {
        *lock(&self.engine.clock) = (self.hlc, self.now_ms);
        for (token, row) in &self.listing {
            match row {
                Some(row) => self.engine.enlist(token.clone(), row),
                None => self.engine.delist(token),
            }
        }
        for (token, draft) in self.drafts {
            let Ok(audit) = self.engine.audit(&token) else { continue };
            let Draft { head, details, modules, ids, last_mark_ms, .. } = draft;
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
                loaded.state.head = head;
            });
            if let Err(error) = done {
                // It is on the disk: the state is rebuilt from there when next asked for.
                tracing::error!(%error, token_hint = token.hint(), "the audit could not be read back");
            }
        }
    }
}
