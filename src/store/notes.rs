//! Index of notes (chat) among the operations of an audit. A log is read for them once, when somebody first asks,
//! and from there on only what has come since: a table of its own would be a second one for every note to write, and what an earlier
//! version took in without knowing it for a note would not be in it.
//!
//! Called by `hub`; calls the engine.

use super::engine::LogPage;
use super::loaded::Audit;
use super::{Engine, StoreError};
use crate::domain::Body;

/// Operations read at a time, and bytes of the log.
const PAGE: usize = 1_000;
const BYTES: usize = 256 << 10;

impl Engine {
    /// Notes after `after`, at most `limit`.
    pub fn notes(&self, audit: &Audit, after: u64, limit: usize) -> Result<LogPage, StoreError> {
        let seqs = {
            let mut index = audit.notes.lock();
            loop {
                let page = self.since_within(audit, index.upto, PAGE, BYTES)?;
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
        let head = self.head(audit)?;
        let ops = self.ops_at_within(audit, &seqs, BYTES)?;
        let next = match (ops.last(), seqs.last()) {
            (Some(op), Some(last)) if op.seq < *last || seqs.len() >= limit => op.seq,
            _ => head.max(after),
        };
        Ok(LogPage { ops, digests: Vec::new(), next, head })
    }
}
