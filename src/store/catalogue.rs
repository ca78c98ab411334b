//! Catalogue: the audits, the identity and the clock of a database, read at each opening.
//!
//! Called by `Engine` and `recovery`; calls `meta`, `record` and redb.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use redb::{Database, ReadableDatabase};

use super::StoreError;
use super::identity::{self, Identity};
use super::loaded::Audit;
use super::meta::{self, ARCHIVED, CLOCK, CURSOR_KEY};
use super::record::{self, Archived, ClockRow, audit_row};
use super::tables::{AUDITS, LOG, META};
use crate::domain::{CursorKey, Token};

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
