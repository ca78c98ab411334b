//! Health check of writing: a commit that changes nothing shows whether the way of a mark to the disk is open.
//!
//! Called by the writer thread, for whoever watches over the hub; calls redb as `commit` does.

use super::{Engine, StoreError};

impl Engine {
    /// The same transaction and flush that a mark has, with no row in it. A failure is dealt with as there.
    pub(super) fn probe(&self) -> Result<(), StoreError> {
        let _turn = self.turn.lock();
        self.ready()?;
        if self.medium.free_bytes().is_ok_and(|free| free < self.options.min_free_bytes) {
            return Err(StoreError::DiskFull);
        }
        self.with_db(|db| Ok(db.begin_write()?.commit()?))
    }
}
