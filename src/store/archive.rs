//! Audits that are put away: nothing of them is gone, and nobody is kept from them. It is this hub's own: no
//! operation, since what a site has done with may be what the office begins with.
//!
//! Called by the writer; calls the engine.

use std::sync::atomic::Ordering;

use super::{Engine, StoreError, open};
use crate::domain::Token;

/// An audit's number, and where its log begins: an audit that is made again under the token of a removed one is
/// another one.
pub(super) type Archived = (u32, u64);

impl Engine {
    pub(super) fn archive(&self, token: &Token, on: bool) -> Result<(), StoreError> {
        let audit = self.audit(token)?;
        self.with_db(|db| {
            let txn = db.begin_write()?;
            let mut all: Vec<Archived> =
                open::find_meta(&txn.open_table(super::tables::META)?, open::ARCHIVED)?.unwrap_or_default();
            all.retain(|one| *one != (audit.no, audit.start));
            if on {
                all.push((audit.no, audit.start));
            }
            open::put_meta(&txn, open::ARCHIVED, &all)?;
            txn.commit()?;
            Ok(())
        })?;
        audit.archived.store(on, Ordering::Relaxed);
        Ok(())
    }
}
