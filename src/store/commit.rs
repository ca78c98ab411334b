//! Group commit: a batch of commands, one transaction, one flush. The one door for writing.
//!
//! Called by the writer thread (and by crash tests, which need no thread); each operation gets its place by `append`,
//! what comes from other hubs by `ingest`.
//!
//! Every operation becomes one row of the log. Merged state is worked out beside what is
//! published and takes its place only after the commit: a batch that fails leaves no trace.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::command::{Command, OpAck};
use super::draft::Draft;
use super::meta::{self, CLOCK};
use super::record::{self, AuditRow, ClockRow, audit_row};
use super::replication::Memos;
use super::tables::{self, AUDITS, LOG};
use super::written::WrittenBytes;
use super::{Engine, StoreError};
use crate::domain::audit::Change;
use crate::domain::{Digest, Hlc, Token};

/// Of a batch, when something of what it builds on could not be read.
const TRIES: usize = 2;

/// The catalogue's changes within the batch; `None` is a removal.
type Listing = HashMap<Token, Option<AuditRow>>;

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

    pub(super) fn is_fresh(&self, token: &Token) -> bool {
        matches!(self.listing.get(token), Some(Some(_)))
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
            let Draft {
                head, digest, details, modules, photos, properties, ids, last_mark_ms, growth, ..
            } = draft;
            let done = self.engine.publish(&audit, |loaded| {
                // Loaded only now, from the log that has all this already: nothing to add.
                if loaded.state.head >= head {
                    return;
                }
                for (id, entry) in modules {
                    loaded.dirty.insert(id.clone());
                    loaded.state.publish(Change::Module(id, entry));
                }
                for (id, photo) in photos {
                    loaded.dirty_photos.insert(id);
                    loaded.state.publish(Change::Photo(id, Box::new(photo)));
                }
                for (of, state) in properties {
                    loaded.dirty_properties.insert(of.clone());
                    loaded.state.publish(Change::Property(of, Box::new(state)));
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
