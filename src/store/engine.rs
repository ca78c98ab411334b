//! Storage engine: the database with the merged state in memory; reading.
//!
//! `Writer` and `hub` call this. Writing is in `commit` and `checkpoint`, opening in `open`, the door to the database in
//! `recovery`.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::{Mutex, ReentrantMutex, RwLock};
use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable};
use uuid::Uuid;

use super::StoreError;
use super::chain;
use super::file::{DAMAGED, OpenDatabase, Options};
use super::identity::{self, Identity};
use super::medium::Medium;
use super::meta::{self, ARCHIVED, CLOCK, CURSOR_KEY, LOG_ID};
use super::open;
use super::pace::Pace;
use super::record::{self, Archived, AuditRow, ClockRow, audit_row};
use super::tables::{AUDITS, FOLDS, IDS, LOG, META, MODULES};
use super::written::WrittenBytes;
use crate::domain::audit::{AuditOutline, Change};
use crate::domain::body::KNOWN_KINDS;
use crate::domain::{
    AuditState, Body, CursorKey, Digest, Entry, Fingerprint, Hlc, ModuleId, Op, OpId, Picture, Token,
};

/// One audit: its number in the tables and, once somebody has asked for it, its state.
#[derive(Debug)]
pub struct Audit {
    pub(super) no: u32,
    pub created_ms: u64,
    pub(super) start: u64,
    pub(super) chained_after: u64,
    pub(super) chain: Digest,
    /// Which opening of the database the number belongs to.
    pub(super) opening: u64,
    pub(super) loaded: RwLock<Option<Loaded>>,
    /// Somebody has looked at it since the last [`Engine::rest`].
    pub(super) used: AtomicBool,
    /// And when, counted in looks.
    pub(super) used_at: AtomicU64,
    /// Of a state that has left memory.
    pub(super) outline: Mutex<Option<AuditOutline>>,
    /// Put away: still whole, and out of the way.
    pub(super) archived: AtomicBool,
    pub(super) notes: Mutex<NoteIndex>,
}

/// The state of an audit in memory.
#[derive(Debug, Default)]
pub struct Loaded {
    pub state: AuditState,
    /// Sequence numbers begin after it. An audit made again has a later one.
    pub start: u64,
    /// Of the log up to `state.head`.
    pub digest: Digest,
    /// The last operation that the fold tables hold.
    pub(super) folded: u64,
    /// What they hold was folded by a version that did not know all kinds: the next checkpoint writes it anew.
    pub(super) refolded: bool,
    /// Ids of the operations after that.
    pub(super) tail: HashMap<OpId, u64>,
    pub(super) dirty: HashSet<ModuleId>,
    pub(super) written: WrittenBytes,
    /// The last one taken, as long as somebody has it.
    picture: Mutex<Weak<Picture>>,
}

/// Where the notes of an audit are in its log.
#[derive(Debug, Default)]
pub struct NoteIndex {
    pub(super) upto: u64,
    pub(super) seqs: Vec<u64>,
}

/// Operations from the log, and where it ends.
#[derive(Debug)]
pub struct LogPage {
    pub ops: Vec<Op>,
    /// Of the log up to each of them: see `Engine::digest_at`.
    pub digests: Vec<Option<Digest>>,
    pub next: u64,
    pub head: u64,
}

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
        let (db, catalogue) = open::open(&*medium, &options, |db| Catalogue::read(db, 0))?;
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
                let row = record::decode_op(audit.no, key.value().1, value.value())?;
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

impl Loaded {
    fn picture(&self) -> Arc<Picture> {
        let mut kept = self.picture.lock();
        if let Some(picture) = kept.upgrade().filter(|picture| picture.outline.head == self.state.head) {
            return picture;
        }
        let picture = Arc::new(self.state.picture());
        *kept = Arc::downgrade(&picture);
        picture
    }

    /// Bytes of memory, roughly.
    pub(super) fn bytes(&self) -> usize {
        self.state.weight().bytes(self.state.module_count())
    }

    /// Folds from their tables, then the log after them.
    pub(super) fn read(txn: &ReadTransaction, audit: &Audit) -> Result<Self, StoreError> {
        let mut loaded = Loaded { start: audit.start, folded: audit.start, ..Loaded::default() };
        if let Some(value) = txn.open_table(FOLDS)?.get(audit.no)? {
            let (mut fold, known) = record::open_fold(audit.no, value.value())?;
            loaded.folded = fold.folded;
            if known < KNOWN_KINDS {
                loaded.refolded = true;
                let log = txn.open_table(LOG)?;
                for row in log.range((audit.no, 0)..=(audit.no, fold.folded))? {
                    let (key, value) = row?;
                    let op = record::decode_op(audit.no, key.value().1, value.value())?.op;
                    // The others are in it.
                    if matches!(op.body, Body::LayoutEdit(_)) {
                        AuditState::change_details(&mut fold.details, &op);
                    }
                }
            }
            loaded.state.publish(Change::Details(fold.details));
        }
        for row in txn.open_table(MODULES)?.range((audit.no, "")..(audit.no + 1, ""))? {
            let (key, value) = row?;
            let name = key.value().1;
            let what = || format!("module {name} of audit number {}", audit.no);
            let entry: Entry = record::open(name.as_bytes(), value.value(), what)?;
            let id = ModuleId::parse(name)
                .map_err(|e| StoreError::Damaged { record: what(), problem: e.to_string() })?;
            // Two rows of one module, where a version before knew it under two names.
            loaded.state.take_back(id, entry.folded());
        }
        loaded.state.head = loaded.folded;
        loaded.written = WrittenBytes::read(&txn.open_table(META)?, audit.no, audit.start)?;
        let log = txn.open_table(LOG)?;
        for row in log.range((audit.no, loaded.folded + 1)..=(audit.no, u64::MAX))? {
            let (key, value) = row?;
            let op = record::decode_op(audit.no, key.value().1, value.value())?.op;
            loaded.state.fold(&op);
            loaded.tail.insert(op.id, op.seq);
            loaded.dirty.extend(op.body.module().map(|id| loaded.state.name_of(id)));
            loaded.written.add(WrittenBytes::of(op.author.id, value.value().len() as u64));
        }
        loaded.digest = audit.kept_digest(&log, loaded.state.head)?;
        Ok(loaded)
    }
}

impl Audit {
    pub(super) fn new(row: &AuditRow, opening: u64) -> Self {
        Self {
            no: row.no,
            created_ms: row.created_ms,
            start: row.start,
            chained_after: row.chained_after,
            chain: row.chain,
            opening,
            loaded: RwLock::new(None),
            used: AtomicBool::new(false),
            used_at: AtomicU64::new(0),
            outline: Mutex::default(),
            archived: AtomicBool::new(false),
            notes: Mutex::default(),
        }
    }

    fn kept_digest(
        &self,
        log: &impl ReadableTable<(u32, u64), &'static [u8]>,
        seq: u64,
    ) -> Result<Digest, StoreError> {
        if seq == self.chained_after { Ok(self.chain) } else { chain::kept_digest(log, self.no, seq) }
    }

    /// Sequence numbers begin after it.
    pub fn start(&self) -> u64 {
        self.start
    }

    pub fn is_archived(&self) -> bool {
        self.archived.load(Ordering::Relaxed)
    }

    /// What the tables hold of it was folded by a version that did not know all.
    pub(super) fn is_refolded(&self) -> bool {
        self.loaded.read().as_ref().is_some_and(|loaded| loaded.refolded)
    }

    pub(super) fn tail_len(&self) -> usize {
        self.loaded.read().as_ref().map_or(0, |loaded| loaded.tail.len())
    }
}

/// What must be known before the first request.
pub(super) struct Catalogue {
    pub(super) identity: Identity,
    pub(super) cursor_key: CursorKey,
    pub(super) audits: HashMap<Token, Arc<Audit>>,
    pub(super) clock: ClockRow,
}

impl Catalogue {
    pub(super) fn read(db: &Database, opening: u64) -> Result<Self, StoreError> {
        let txn = db.begin_read()?;
        let settings = txn.open_table(META)?;
        let identity = identity::read(&settings)?;
        let secret: [u8; 32] = meta::get_meta(&settings, CURSOR_KEY)?;
        let cursor_key = CursorKey::new(&secret);
        let mut clock: ClockRow = meta::get_meta(&settings, CLOCK)?;
        let log = txn.open_table(LOG)?;
        let archived: Vec<Archived> = meta::find_meta(&settings, ARCHIVED)?.unwrap_or_default();
        let mut audits = HashMap::new();
        for row in txn.open_table(AUDITS)?.range::<&str>(..)? {
            let (key, value) = row?;
            let (token, row) = audit_row(key.value(), value.value())?;
            // The clock's high-water lies in the last operation of each log.
            if let Some(last) = log.range((row.no, 0)..=(row.no, u64::MAX))?.next_back() {
                let (key, value) = last?;
                let at = record::decode_op(row.no, key.value().1, value.value())?.clock;
                clock.hlc = clock.hlc.max(at.hlc);
                clock.received_ms = clock.received_ms.max(at.received_ms);
            }
            if !row.removed {
                let audit = Audit::new(&row, opening);
                audit.archived.store(archived.contains(&(row.no, row.start)), Ordering::Relaxed);
                audits.insert(token, Arc::new(audit));
            }
        }
        Ok(Self { identity, cursor_key, audits, clock })
    }
}
