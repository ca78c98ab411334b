//! Checkpoint: bring the fold tables up to the log, so that opening replays little and a repeat of an old
//! operation is recognised without holding its id in memory.
//!
//! Called by the writer thread when an audit's tail has grown, and at the end. A crash before,
//! during or after it loses nothing: the log is the truth.

use super::engine::Audit;
use super::meta::{self, CLOCK};
use super::positions;
use super::record::{self, ClockRow, Fold};
use super::tables::{FOLDS, IDS, MODULES, POSITIONS};
use super::{Engine, StoreError};

/// Operations of one audit that may wait in the log alone.
const TAIL: usize = 1_024;

impl Engine {
    /// Checkpoint the audits whose tail is long (`all`: that have one). Returns how many.
    pub fn checkpoint(&self, all: bool) -> Result<usize, StoreError> {
        let mut done = 0;
        for token in self.tokens() {
            let audit = self.audit(&token)?;
            let tail = audit.tail_len();
            if tail >= TAIL || (all && tail > 0) {
                self.checkpoint_one(&audit)?;
                done += 1;
            }
        }
        Ok(done)
    }

    pub(super) fn checkpoint_one(&self, audit: &Audit) -> Result<(), StoreError> {
        let no = audit.no;
        let (hlc, received_ms) = *self.clock.lock();
        let folded = self.with_db(|db| {
            let txn = db.begin_write()?;
            let folded = self.view(audit, |loaded| {
                let mut modules = txn.open_table(MODULES)?;
                let mut kept = txn.open_table(POSITIONS)?;
                for id in &loaded.dirty {
                    if let Some(entry) = loaded.state.modules().get(id) {
                        let row = record::seal(id.as_str().as_bytes(), &entry.clone().folded())?;
                        let before = modules.insert((no, id.as_str()), row.as_slice())?;
                        let before = before.map(|row| positions::of_row(id, row.value())).transpose()?;
                        let seqs = before.into_iter().flatten().chain(entry.seqs.iter().copied());
                        positions::keep(&mut kept, no, id, seqs)?;
                    }
                }
                let mut ids = txn.open_table(IDS)?;
                for (id, seq) in &loaded.tail {
                    ids.insert((no, id.as_u128()), seq)?;
                }
                let fold = Fold { folded: loaded.state.head, details: loaded.state.details().clone() };
                let row = record::seal(&no.to_be_bytes(), &fold)?;
                txn.open_table(FOLDS)?.insert(no, row.as_slice())?;
                Ok::<_, StoreError>(fold.folded)
            })??;
            meta::put_meta(&txn, CLOCK, &ClockRow { hlc: hlc.high_water(), received_ms })?;
            txn.commit()?;
            Ok(folded)
        })?;
        self.publish(audit, |loaded| {
            loaded.folded = folded;
            loaded.tail.clear();
            loaded.state.folded(loaded.dirty.drain());
        })
    }
}
