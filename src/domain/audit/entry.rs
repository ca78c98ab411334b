//! One module's entry: its merged state, and where its marks are in this hub's log.
//!
//! Kept by `AuditState`, one for each module that somebody marked; calls `merge`.

use serde::{Deserialize, Serialize};

use crate::domain::merge::ModuleState;

/// One module: what is merged, and what only this hub knows of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub state: ModuleState,
    /// When this hub last took in a mark of it.
    pub received_ms: u64,
    /// Where its marks are in this hub's log, ascending: the last one at least, and all since the tables were written.
    /// Others are on the disk alone.
    pub seqs: Vec<u64>,
}

impl Entry {
    /// The marks of both: of one module under two names.
    pub(super) fn join(&mut self, other: &Self) {
        self.state.join(&other.state);
        self.received_ms = self.received_ms.max(other.received_ms);
        self.seqs.extend(&other.seqs);
        self.seqs.sort_unstable();
        self.seqs.dedup();
    }

    /// The tables hold where its marks are: the last one is enough here.
    pub fn folded(mut self) -> Self {
        self.state.share();
        self.seqs.drain(..self.seqs.len().saturating_sub(1));
        self.seqs.shrink_to_fit();
        self
    }
}
