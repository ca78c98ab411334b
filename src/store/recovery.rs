//! Recovery: the door to the database, and opening it anew after a failed read or write. redb latches after an I/O error, may
//! panic on bytes that it does not expect, and keeps what it has read in memory. So whatever fails, in whichever thread, leads
//! to the same: close, read all of it from the disk again, forget all state.
//!
//! Called by everything in `store` that reads or writes rows; calls `open`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use redb::{Database, ReadTransaction, ReadableDatabase};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::catalogue::Catalogue;
use super::engine::OPENING;
use super::file::{self, MAIN, OpenDatabase};
use super::loaded::Audit;
use super::open;
use super::pace::Pace;
use super::progress;
use super::{Engine, StoreError};
use crate::domain::Hlc;

/// How long somebody who reads waits for a commit, or for another one's reopening, before a reopening of their own.
const TURN: Duration = Duration::from_millis(500);

impl Engine {
    /// For reading rows of an audit: refuses when the database was replaced since it was looked up.
    pub(super) fn with_rows_of<T>(
        &self,
        audit: &Audit,
        work: impl FnOnce(&Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with_db(|db| {
            // Openings are counted under the write lock of what we hold for reading here.
            if audit.opening != self.generation() {
                return Err(StoreError::Replaced);
            }
            work(db)
        })
    }

    /// The one door. Not from within itself: it may end in a reopening, which waits for all who are inside.
    pub(super) fn with_db<T>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with_open(|db| work(db))
    }

    fn with_open<T>(
        &self,
        work: impl FnOnce(&OpenDatabase) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (opening, failed) = {
            // A reopening is not waited for: it may take a minute, and whoever asks serves others too.
            let slot = self.db.try_read().ok_or(StoreError::Reopening)?;
            let failed = match &*slot {
                Some(db) => match caught(|| work(db)) {
                    Err(error) if error.is_of_storage() => Some(error),
                    other => return other,
                },
                None => None,
            };
            (self.generation(), failed)
        };
        let error = failed.unwrap_or(StoreError::Reopening);
        self.recover(opening, &error);
        Err(error)
    }

    /// The same for what takes long: a reopening does not wait for it, and ends it. What fails elsewhere than in the database,
    /// such as where a copy goes, is no reason for one.
    pub(super) fn with_txn<T>(
        &self,
        work: impl FnOnce(&ReadTransaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (opening, breaker, txn) =
            self.with_open(|db| Ok((self.generation(), db.breaker(), db.begin_read()?)))?;
        let done = caught(|| work(&txn));
        drop(txn);
        if let Err(error) = &done
            && (breaker.failed_at().is_some() || matches!(error, StoreError::Damaged { .. }))
        {
            self.recover(opening, error);
        }
        done
    }

    /// Opens the database anew, if it is still the one of that opening. When that fails, the next who comes tries again.
    pub(super) fn recover(&self, opening: u64, why: &StoreError) {
        aside(|| {
            let writes = self.turn.is_owned_by_current_thread();
            let Some(_turn) = self.turn.try_lock_for(TURN) else { return };
            if self.generation() != opening && self.is_open() {
                return;
            }
            if !self.pace.lock().may(why, writes, Instant::now()) {
                return;
            }
            tracing::error!(%why, "the database failed; it is opened again");
            if let Err(error) = self.replace(false, || Ok(())) {
                tracing::error!(%error, "reopening failed; the next operation tries again");
            }
        });
    }

    /// Replace the database: close it, let `swap` change the files, open what is there then, and
    /// forget all state in memory (it is rebuilt from the log when asked for).
    pub(super) fn reopen(&self, swap: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.replace(true, swap)
    }

    /// `whole`: with an orderly end. After a failure there is none: whether the last transaction reached the disk is not known
    /// until the file has been read again, from the disk and not from what the system has in memory.
    fn replace(&self, whole: bool, swap: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
        progress::during(self.options.opening, Some(OPENING), || self.replace_it(whole, swap))
    }

    fn replace_it(
        &self,
        whole: bool,
        swap: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let _turn = self.turn.lock();
        let mut slot = self.db.write();
        match slot.take() {
            Some(db) if whole => file::close(db),
            Some(db) => db.abandon(),
            None => {}
        }
        swap()?;
        if !whole && let Err(error) = self.medium.forget(MAIN) {
            tracing::debug!(%error, "the database may be read from memory");
        }
        let opening = self.opening.fetch_add(1, Ordering::SeqCst) + 1;
        let (db, catalogue) = open::open(&*self.medium, &self.options, |db| Catalogue::read(db, opening))?;
        {
            // Together: nobody gets the id of one log with the audits of another.
            let mut audits = self.audits.write();
            *self.identity.write() = catalogue.identity;
            *self.cursor_key.write() = catalogue.cursor_key;
            *audits = catalogue.audits;
        }
        let mut clock = self.clock.lock();
        clock.0 = Hlc::resume(clock.0.high_water().max(catalogue.clock.hlc));
        clock.1 = clock.1.max(catalogue.clock.received_ms);
        if whole {
            *self.pace.lock() = Pace::default();
        }
        *slot = Some(db);
        Ok(())
    }

    /// Not while it is being opened.
    pub fn is_open(&self) -> bool {
        self.db.try_read().is_some_and(|slot| slot.is_some())
    }

    /// Reopen after an earlier failure, if that could not be done at once.
    pub(super) fn ready(&self) -> Result<(), StoreError> {
        if self.is_open() { Ok(()) } else { self.reopen(|| Ok(())) }
    }
}

/// redb may panic on a file altered behind its back: an error like any other.
fn caught<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(StoreError::Failed("the database gave up on what it read".to_owned())))
}

/// What takes longer than a few milliseconds: whoever else this thread serves is served by another meanwhile.
pub fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        // A simulation, a test or no runtime at all: nobody else waits for this thread.
        _ => work(),
    }
}
