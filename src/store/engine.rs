//! Storage engine: the database with the merged state in memory; reading.
//!
//! `Writer` and `hub` call this. Writing is in `commit` and `checkpoint`, opening in `open`, the door to the database in
//! `recovery`, an audit in memory in `loaded`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::{Mutex, ReentrantMutex, RwLock};
use redb::ReadableDatabase;
use uuid::Uuid;

use super::StoreError;
use super::catalogue::Catalogue;
use super::file::{DAMAGED, OpenDatabase, Options};
use super::identity::Identity;
use super::loaded::{Audit, Loaded};
use super::medium::Medium;
use super::meta::{self, LOG_ID};
use super::names_read::NamesRead;
use super::open;
use super::pace::Pace;
use super::progress;
use super::record::{self, AuditRow};
use super::tables::{IDS, LOG};
use crate::domain::{CursorKey, Digest, Fingerprint, Hlc, Op, OpId, Picture, Token};

/// Operations from the log, and where it ends.
#[derive(Debug)]
pub struct LogPage {
    pub ops: Vec<Op>,
    /// Of the log up to each of them: see `Engine::digest_at`.
    pub digests: Vec<Option<Digest>>,
    pub next: u64,
    pub head: u64,
}

/// What the hub is at, for people.
pub(super) const OPENING: &str = "Opening the database";

/// No panic poisons a lock here. One that happens while a lock is held leaves at worst an audit unpublished, and the
/// next reopening rebuilds that from the log: going on is right.
#[derive(Debug)]
pub struct Engine {
    pub(super) medium: Arc<dyn Medium>,
    pub(super) options: Options,
    /// `None` only between a failure and a successful reopening.
    pub(super) db: RwLock<Option<OpenDatabase>>,
    /// Counts openings: after a restore, an audit's number may mean another audit.
    pub(super) opening: AtomicU64,
    /// Held by whoever writes, for a whole batch, and by whoever opens the database anew: no batch goes over an opening.
    pub(super) turn: ReentrantMutex<()>,
    pub(super) pace: Mutex<Pace>,
    pub(super) identity: RwLock<Identity>,
    pub(super) cursor_key: RwLock<CursorKey>,
    /// What is known of this machine, once somebody has said it.
    pub(super) machine: Mutex<Option<Fingerprint>>,
    pub(super) audits: RwLock<HashMap<Token, Arc<Audit>>>,
    pub(super) clock: Mutex<(Hlc, u64)>,
    pub(super) looks: AtomicU64,
    /// More is in memory than may be, and the writer alone can help.
    pub(super) crowded: AtomicBool,
}

impl Engine {
    /// Opens what is there; a damaged file is put aside, see `open`. Always ends in a working
    /// database unless the medium itself fails, another process has it, or it is a newer one.
    pub fn open(medium: Arc<dyn Medium>, options: Options) -> Result<Self, StoreError> {
        let open = || open::open(&*medium, &options, |db| Catalogue::read(db, 0));
        let (db, catalogue) = progress::during(options.opening, Some(OPENING), open)?;
        Ok(Self {
            medium,
            options,
            identity: RwLock::new(catalogue.identity),
            cursor_key: RwLock::new(catalogue.cursor_key),
            machine: Mutex::default(),
            audits: RwLock::new(catalogue.audits),
            clock: Mutex::new((Hlc::resume(catalogue.clock.hlc), catalogue.clock.received_ms)),
            looks: AtomicU64::new(0),
            crowded: AtomicBool::new(false),
            db: RwLock::new(Some(db)),
            opening: AtomicU64::new(0),
            turn: ReentrantMutex::default(),
            pace: Mutex::default(),
        })
    }

    pub fn identity(&self) -> Identity {
        *self.identity.read()
    }

    /// Counts openings of the database: after one, as in a restore, whoever keeps a position in memory begins anew with
    /// what the database says now.
    pub fn generation(&self) -> u64 {
        self.opening.load(Ordering::SeqCst)
    }

    /// What proves that this database has given a cursor. A restored one has that of its backup.
    pub fn cursor_key(&self) -> CursorKey {
        self.cursor_key.read().clone()
    }

    pub(super) fn set_identity(&self, identity: Identity) {
        *self.identity.write() = identity;
    }

    /// The latest time of receipt in the log: what the site clock must not fall behind.
    pub fn received_ms(&self) -> u64 {
        self.clock.lock().1
    }

    /// Damaged files that lie aside, by name.
    pub fn damaged_files(&self) -> Vec<String> {
        let names = self.medium.names().unwrap_or_default();
        names.into_iter().filter(|n| n.starts_with(DAMAGED)).collect()
    }

    pub fn medium(&self) -> &dyn Medium {
        &*self.medium
    }

    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens: Vec<_> = self.audits.read().keys().cloned().collect();
        tokens.sort();
        tokens
    }

    pub fn audit(&self, token: &Token) -> Result<Arc<Audit>, StoreError> {
        self.audit_and_log(token).map(|(audit, _)| audit)
    }

    /// With the id of the log that its positions are of.
    pub fn audit_and_log(&self, token: &Token) -> Result<(Arc<Audit>, Uuid), StoreError> {
        // The two are replaced together, under this lock.
        let audits = self.audits.read();
        let audit = audits.get(token).cloned().ok_or_else(|| StoreError::UnknownAudit(token.clone()))?;
        Ok((audit, self.identity().log_id))
    }

    pub(super) fn enlist(&self, token: Token, row: &AuditRow) {
        self.audits.write().insert(token, self.new_audit(row));
    }

    pub(super) fn new_audit(&self, row: &AuditRow) -> Arc<Audit> {
        Arc::new(Audit::new(row, self.opening.load(Ordering::SeqCst)))
    }

    pub(super) fn delist(&self, token: &Token) {
        self.audits.write().remove(token);
    }

    /// Look at an audit's state. `look` runs under a read lock: build what is needed and leave.
    pub fn view<T>(&self, audit: &Audit, look: impl FnOnce(&Loaded) -> T) -> Result<T, StoreError> {
        audit.used.store(true, Ordering::Relaxed);
        audit.used_at.store(self.looks.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        if let Some(loaded) = &*audit.loaded.read() {
            return Ok(look(loaded));
        }
        let mut slot = audit.loaded.write();
        let loaded = match &mut *slot {
            Some(loaded) => loaded,
            empty => empty.insert(self.load(audit)?),
        };
        let seen = look(loaded);
        drop(slot);
        self.make_room(audit);
        Ok(seen)
    }

    /// Change an audit's state: only for what is on the disk already.
    pub(super) fn publish(&self, audit: &Audit, change: impl FnOnce(&mut Loaded)) -> Result<(), StoreError> {
        let mut slot = audit.loaded.write();
        let loaded = match &mut *slot {
            Some(loaded) => loaded,
            empty => {
                // It left memory meanwhile, and what is said of it since is no longer so.
                *audit.outline.lock() = None;
                empty.insert(self.load(audit)?)
            }
        };
        change(loaded);
        Ok(())
    }

    /// Folds from their tables, then the log after them.
    fn load(&self, audit: &Audit) -> Result<Loaded, StoreError> {
        self.with_rows_of(audit, |db| Loaded::read(&db.begin_read()?, audit))
    }

    /// What an audit is at this moment, with the digest of its log. All who ask at one position get the same one.
    pub fn picture(&self, audit: &Audit) -> Result<(Arc<Picture>, Digest), StoreError> {
        self.view(audit, |loaded| (loaded.picture(), loaded.digest))
    }

    /// Operations after `after`, at most `limit`.
    pub fn since(&self, audit: &Audit, after: u64, limit: usize) -> Result<LogPage, StoreError> {
        self.since_within(audit, after, limit, usize::MAX)
    }

    /// The same, and no more of them than so many bytes of the log; but one, if there is one.
    pub fn since_within(
        &self,
        audit: &Audit,
        after: u64,
        limit: usize,
        most_bytes: usize,
    ) -> Result<LogPage, StoreError> {
        let head = self.head(audit)?;
        let (mut bytes, mut more) = (0usize, false);
        let mut page = LogPage { ops: Vec::new(), digests: Vec::new(), next: after, head };
        if after >= head {
            return Ok(page);
        }
        let mut names = NamesRead::default();
        self.with_rows_of(audit, |db| {
            let txn = db.begin_read()?;
            let log = txn.open_table(LOG)?;
            // Up to `head` as read above: what is in the log beyond it may not be published yet.
            for row in log.range((audit.no, after + 1)..=(audit.no, head))?.take(limit) {
                let (key, value) = row?;
                bytes = bytes.saturating_add(value.value().len());
                if bytes > most_bytes && !page.ops.is_empty() {
                    more = true;
                    break;
                }
                let row = record::decode_op_among(&mut names, audit.no, key.value().1, value.value())?;
                page.digests.push(row.digest);
                page.ops.push(row.op);
            }
            Ok(())
        })?;
        // A page that is not full is the last one, also where the log of an audit made again begins late.
        page.next = match page.ops.last() {
            Some(op) if more || page.ops.len() >= limit => op.seq,
            _ => head,
        };
        Ok(page)
    }

    /// The digest of an audit's log up to `seq`. `None` beyond its end, and where a version wrote that knew none.
    pub fn digest_at(&self, audit: &Audit, seq: u64) -> Result<Option<Digest>, StoreError> {
        let (head, digest) = self.view(audit, |loaded| (loaded.state.head, loaded.digest))?;
        if seq == head {
            return Ok(Some(digest));
        }
        if seq > head || seq < audit.chained_after {
            return Ok(None);
        }
        self.with_rows_of(audit, |db| audit.kept_digest(&db.begin_read()?.open_table(LOG)?, seq).map(Some))
    }

    /// The operations with these sequence numbers.
    pub fn ops_at(&self, audit: &Audit, seqs: &[u64]) -> Result<Vec<Op>, StoreError> {
        self.ops_at_within(audit, seqs, usize::MAX)
    }

    /// The first of them, so many bytes of the log at most; but one, if there is one.
    pub fn ops_at_within(
        &self,
        audit: &Audit,
        seqs: &[u64],
        most_bytes: usize,
    ) -> Result<Vec<Op>, StoreError> {
        self.with_rows_of(audit, |db| {
            let log = db.begin_read()?.open_table(LOG)?;
            let mut bytes = 0usize;
            let mut ops = Vec::new();
            for seq in seqs {
                if let Some(value) = log.get((audit.no, *seq))? {
                    bytes = bytes.saturating_add(value.value().len());
                    if bytes > most_bytes && !ops.is_empty() {
                        break;
                    }
                    ops.push(record::decode_op(audit.no, *seq, value.value())?.op);
                }
            }
            Ok(ops)
        })
    }

    /// The sequence number of an operation that the fold tables know.
    pub(super) fn folded_seq(&self, audit: &Audit, id: OpId) -> Result<Option<u64>, StoreError> {
        self.with_rows_of(audit, |db| {
            let ids = db.begin_read()?.open_table(IDS)?;
            Ok(ids.get((audit.no, id.as_u128()))?.map(|seq| seq.value()))
        })
    }

    /// A new log id: every reader starts again from 0.
    pub fn mint_log_id(&self) -> Result<(), StoreError> {
        let _turn = self.turn.lock();
        self.ready()?;
        let log_id = (self.options.mint)();
        self.with_db(|db| {
            let txn = db.begin_write()?;
            meta::put_meta(&txn, LOG_ID, &log_id)?;
            txn.commit()?;
            Ok(())
        })?;
        self.identity.write().log_id = log_id;
        Ok(())
    }
}
