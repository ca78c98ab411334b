//! Archived audits: put away, nothing of them is gone, and nobody is kept from them. It is this hub's own: no
//! operation, since what a site has done with may be what the office begins with.
//!
//! Called by the writer; calls the engine.

use std::sync::atomic::Ordering;

use super::meta::{self, ARCHIVED};
use super::record::Archived;
use super::tables::META;
use super::{Engine, StoreError};
use crate::domain::Token;

impl Engine {
    pub(super) fn archive(&self, token: &Token, on: bool) -> Result<(), StoreError> {
        let _turn = self.turn.lock();
        self.ready()?;
        let audit = self.audit(token)?;
        self.with_rows_of(&audit, |db| {
            let txn = db.begin_write()?;
            let mut all: Vec<Archived> =
                meta::find_meta(&txn.open_table(META)?, ARCHIVED)?.unwrap_or_default();
            all.retain(|one| *one != (audit.no, audit.start));
            if on {
                all.push((audit.no, audit.start));
            }
            meta::put_meta(&txn, ARCHIVED, &all)?;
            txn.commit()?;
            Ok(())
        })?;
        audit.archived.store(on, Ordering::Relaxed);
        Ok(())
    }
}
