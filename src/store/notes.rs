//! Index of notes (chat), and of versions of the report, among the operations of an audit. A log is read for them once, when somebody first asks,
//! and from there on only what has come since: a table of its own would be a second one for every note to write, and what an earlier
//! version took in without knowing it for a note would not be in it.
//!
//! Called by `hub`; calls the engine.

use super::engine::LogPage;
use super::loaded::{Audit, NoteIndex};
use super::{Engine, StoreError};
use crate::domain::Body;

/// Operations read at a time, and bytes of the log.
const PAGE: usize = 1_000;
const BYTES: usize = 256 << 10;

impl Engine {
    /// Notes after `after`, at most `limit`.
    pub fn notes(&self, audit: &Audit, after: u64, limit: usize) -> Result<LogPage, StoreError> {
        let seqs = self.indexed(audit, |index| {
            let from = index.seqs.partition_point(|seq| *seq <= after);
            index.seqs[from..].iter().take(limit).copied().collect::<Vec<_>>()
        })?;
        let head = self.head(audit)?;
        let ops = self.ops_at_within(audit, &seqs, BYTES)?;
        let next = match (ops.last(), seqs.last()) {
            (Some(op), Some(last)) if op.seq < *last || seqs.len() >= limit => op.seq,
            _ => head.max(after),
        };
        Ok(LogPage { ops, digests: Vec::new(), next, head })
    }

    /// Where the last versions of the report are, in the order of the log.
    pub fn report_seqs(&self, audit: &Audit, limit: usize) -> Result<Vec<u64>, StoreError> {
        self.indexed(audit, |index| index.reports[index.reports.len().saturating_sub(limit)..].to_vec())
    }

    /// What the index says of the whole log.
    fn indexed<T>(&self, audit: &Audit, look: impl FnOnce(&NoteIndex) -> T) -> Result<T, StoreError> {
        let mut index = audit.notes.lock();
        loop {
            let page = self.since_within(audit, index.upto, PAGE, BYTES)?;
            for op in &page.ops {
                match op.body {
                    Body::Note(_) => index.seqs.push(op.seq),
                    Body::Report(_) => index.reports.push(op.seq),
                    _ => {}
                }
            }
            let done = page.next == index.upto || page.next >= page.head;
            index.upto = page.next;
            if done {
                return Ok(look(&index));
            }
        }
    }
}
