//! Company of the hub: one row of `META`, so it is in every backup and snapshot, and a restored hub has that of its backup.
//!
//! Called by the writer and by `hub`; calls the engine. The words are those of `domain::company`; names that a later version has put
//! there stay.

use redb::ReadableDatabase;

use super::meta::{self, COMPANY};
use super::tables::META;
use super::{Engine, StoreError};
use crate::domain::company::CompanyWords;

impl Engine {
    /// Empty: nobody has said it.
    pub fn company(&self) -> Result<CompanyWords, StoreError> {
        self.with_db(|db| {
            let settings = db.begin_read()?.open_table(META)?;
            Ok(meta::find_meta(&settings, COMPANY)?.unwrap_or_default())
        })
    }

    pub(super) fn set_company(&self, words: &CompanyWords) -> Result<(), StoreError> {
        let _turn = self.turn.lock();
        self.ready()?;
        self.with_db(|db| {
            let txn = db.begin_write()?;
            meta::put_meta(&txn, COMPANY, words)?;
            txn.commit()?;
            Ok(())
        })
    }
}
