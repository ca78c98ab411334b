//! Index of notes (chat) among the operations of an audit. A log is read for them once, when somebody first asks,
//! and from there on only what has come since: a table of its own would be a second one for every note to write, and what an earlier
//! version took in without knowing it for a note would not be in it.
//!
//! Called by `hub`; calls the engine.

use super::engine::{Audit, LogPage};
use super::{Engine, StoreError};
use crate::domain::Body;

/// Operations read at a time.
const PAGE: usize = 1_000;

impl Engine {
    /// Notes after `after`, at most `limit`.
    pub fn notes(&self, audit: &Audit, after: u64, limit: usize) -> Result<LogPage, StoreError> {
        let seqs = {
            let mut index = audit.notes.lock();
            loop {
                let page = self.since(audit, index.upto, PAGE)?;
                let notes = page.ops.iter().filter(|op| matches!(op.body, Body::Note(_)));
                index.seqs.extend(notes.map(|op| op.seq));
                let done = page.next == index.upto || page.next >= page.head;
                index.upto = page.next;
                if done {
                    break;
                }
            }
            let from = index.seqs.partition_point(|seq| *seq <= after);
            index.seqs[from..].iter().take(limit).copied().collect::<Vec<_>>()
        };
        let head = self.view(audit, |loaded| loaded.state.head)?;
        let next = match seqs.last() {
            Some(last) if seqs.len() >= limit => *last,
            _ => head.max(after),
        };
        Ok(LogPage { ops: self.ops_at(audit, &seqs)?, digests: Vec::new(), next, head })
    }
}
