//! Materialized view: one audit's state in memory, folded from its tables and the log after them.
//!
//! Kept by `Engine`, filled when somebody asks for it, emptied by `eviction`; calls `record`, `chain` and redb.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::{Mutex, RwLock};
use redb::{ReadTransaction, ReadableTable};

use super::StoreError;
use super::chain;
use super::photo_rows;
use super::property_rows;
use super::record::{self, AuditRow};
use super::tables::{FOLDS, LOG, META, MODULES};
use super::written::WrittenBytes;
use crate::domain::audit::{AuditOutline, Change};
use crate::domain::body::{KIND_RESTORE, KNOWN_KINDS};
use crate::domain::photo::photo_of;
use crate::domain::{AuditState, Body, Digest, ModuleId, OpId, Picture, PropertyOf};

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
    /// Who had it made, once somebody has asked; nobody, where that is not known.
    pub made_by: OnceLock<Option<String>>,
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
    pub(super) dirty_photos: HashSet<OpId>,
    /// Rows of photos that the tables have are not of their fold: the next checkpoint writes all of them.
    pub(super) photos_anew: bool,
    pub(super) dirty_properties: HashSet<PropertyOf>,
    pub(super) properties_anew: bool,
    pub(super) written: WrittenBytes,
    /// The last one taken, as long as somebody has it.
    picture: Mutex<Weak<Picture>>,
}

/// Where the notes of an audit are in its log, and the versions of its report.
#[derive(Debug, Default)]
pub struct NoteIndex {
    pub(super) upto: u64,
    pub(super) seqs: Vec<u64>,
    pub(super) reports: Vec<u64>,
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
            made_by: OnceLock::new(),
        }
    }

    pub(super) fn kept_digest(
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

impl Loaded {
    pub(super) fn picture(&self) -> Arc<Picture> {
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
        let state = &self.state;
        state.weight().bytes(state.module_count()) + state.photos().bytes() + state.properties().bytes()
    }

    /// Folds from their tables, then the log after them.
    pub(super) fn read(txn: &ReadTransaction, audit: &Audit) -> Result<Self, StoreError> {
        let (start, folded) = (audit.start, audit.start);
        let mut loaded =
            Loaded { start, folded, photos_anew: true, properties_anew: true, ..Loaded::default() };
        let mut knew = KNOWN_KINDS;
        if let Some(value) = txn.open_table(FOLDS)?.get(audit.no)? {
            let (mut fold, known) = record::open_fold(audit.no, value.value())?;
            (loaded.folded, knew) = (fold.folded, known);
            let photos = photo_rows::of_fold(txn, audit.no, std::mem::take(&mut fold.photos))?;
            let properties = property_rows::of_fold(txn, audit.no, fold.property_rows)?;
            let refold = known < KNOWN_KINDS || !photos.whole || properties.is_none();
            loaded.properties_anew = properties.is_none();
            (loaded.photos_anew, loaded.refolded) = (refold || !photos.in_rows, refold || photos.to_move());
            for (id, photo) in photos.all {
                loaded.state.publish(Change::Photo(id, Box::new(photo)));
            }
            for (of, state) in properties.into_iter().flatten() {
                loaded.state.publish(Change::Property(of, Box::new(state)));
            }
            if refold {
                let log = txn.open_table(LOG)?;
                for row in log.range((audit.no, 0)..=(audit.no, fold.folded))? {
                    let (key, value) = row?;
                    let op = record::decode_op(audit.no, key.value().1, value.value())?.op;
                    // The others are in it.
                    if matches!(op.body, Body::LayoutEdit(_)) {
                        AuditState::change_details(&mut fold.details, &op);
                    }
                    loaded.state.fold_photo(&op);
                    if loaded.properties_anew {
                        loaded.state.fold_property(&op);
                    }
                }
            }
            loaded.state.publish(Change::Details(fold.details));
        }
        for row in txn.open_table(MODULES)?.range((audit.no, "")..(audit.no + 1, ""))? {
            let (key, value) = row?;
            let name = key.value().1;
            let what = || format!("module {name} of audit number {}", audit.no);
            let entry = record::open_entry(name, value.value(), what)?;
            let id = ModuleId::parse(name)
                .map_err(|e| StoreError::Damaged { record: what(), problem: e.to_string() })?;
            // Two rows of one module, where a version before knew it under two names.
            loaded.state.take_back(id, entry.folded());
        }
        if knew < KIND_RESTORE {
            let log = txn.open_table(LOG)?;
            for row in log.range((audit.no, 0)..=(audit.no, loaded.folded))? {
                let (key, value) = row?;
                let op = record::decode_op(audit.no, key.value().1, value.value())?.op;
                if loaded.state.fold_again(&op) {
                    loaded.dirty.extend(op.body.module().map(|id| loaded.state.name_of(id)));
                }
            }
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
            loaded.dirty_photos.extend(photo_of(op.id, &op.body));
            loaded.dirty_properties.extend(op.body.property().map(|property| property.of.clone()));
            loaded.written.add(WrittenBytes::of(op.author.id, value.value().len() as u64));
        }
        loaded.digest = audit.kept_digest(&log, loaded.state.head)?;
        Ok(loaded)
    }
}
