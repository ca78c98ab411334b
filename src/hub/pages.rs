//! Replication pages: operations made into pages from the log, and taken into it.
//!
//! Called by `http` and `upstream`, which carry them; calls `domain::page`, the engine and the writer.

use std::collections::HashSet;

use uuid::Uuid;

use super::Hub;
use crate::domain::page::{self, Encoder, Header, Page, PageError, PageProofs};
use crate::domain::{Digest, OpId, Proof, Token};
use crate::store::{OpAck, OpVerdict, PageFrom, Remember, StoreError, TakeIn, Teller, aside};

/// Operations read from the log at a time: with the longest comments, 4 MiB.
const CHUNK: usize = 256;

/// What is left out of a page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Without<'a> {
    /// What came from this log: whoever it is has it.
    pub from: Option<Uuid>,
    /// What lies at these positions.
    pub at: Option<&'a HashSet<u64>>,
}

/// A page, ready to be sent.
#[derive(Debug)]
pub struct PageOut {
    pub bytes: Vec<u8>,
    pub ops: usize,
    /// It holds the log up to here ...
    pub upto: u64,
    /// ... which reached so far.
    pub head: u64,
}

/// What became of a page that came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageTaken {
    pub new: usize,
    pub known: usize,
    /// Marks of modules that would be too many for one audit, and what no hub should send: see the metrics.
    pub refused: usize,
}

impl Hub {
    /// What lies after `after`, as far as a page and `most` operations reach.
    pub fn page_since(
        &self,
        token: &Token,
        after: u64,
        most: usize,
        without: Without<'_>,
    ) -> Result<PageOut, StoreError> {
        self.page_into(Encoder::default(), token, after, most, without)
    }

    /// The same for a bundle that is signed, with the digests of its operations and of the pages before it.
    pub fn bundle_page(&self, token: &Token, after: u64, before: Digest) -> Result<PageOut, StoreError> {
        self.page_into(Encoder::after_pages(before), token, after, page::MAX_OPS, Without::default())
    }

    fn page_into(
        &self,
        mut encoder: Encoder,
        token: &Token,
        after: u64,
        most: usize,
        without: Without<'_>,
    ) -> Result<PageOut, StoreError> {
        aside(|| {
            let log_id = self.identity().log_id;
            let (mut upto, mut head) = (after, after);
            'full: while encoder.count() < most {
                let chunk = self.carried_since(token, upto, CHUNK, without.from)?;
                head = chunk.head;
                for (seq, op) in chunk.seqs.iter().zip(&chunk.ops) {
                    let left_out = without.at.is_some_and(|at| at.contains(seq));
                    if !left_out && (encoder.count() >= most || !encoder.push(op).map_err(unwritten)?) {
                        upto = seq - 1;
                        break 'full;
                    }
                }
                upto = chunk.upto;
                if upto >= head {
                    break;
                }
            }
            let part = Part { log_id, after, upto, head: head.max(upto), partial: false };
            self.finish(token, encoder, part)
        })
    }

    /// Reads all that lies after `after`, and gives none of it: whether it can be read is known before any of it is sent.
    pub fn read_through(&self, token: &Token, after: u64) -> Result<(), StoreError> {
        aside(|| {
            let mut upto = after;
            loop {
                let chunk = self.carried_since(token, upto, CHUNK, None)?;
                upto = chunk.upto;
                if upto >= chunk.head {
                    return Ok(());
                }
            }
        })
    }

    /// The operations at these positions, as many of them as a page holds. They are taken from the list.
    pub fn page_of(&self, token: &Token, seqs: &mut &[u64]) -> Result<PageOut, StoreError> {
        aside(|| {
            let log_id = self.identity().log_id;
            let head = self.view(token, |loaded, _| loaded.state.head)?;
            let mut encoder = Encoder::default();
            'full: while !seqs.is_empty() {
                let (chunk, _) = seqs.split_at(CHUNK.min(seqs.len()));
                for op in self.carried_at(token, chunk)? {
                    if !encoder.push(&op).map_err(unwritten)? {
                        break 'full;
                    }
                    *seqs = &seqs[1..];
                }
            }
            let part = Part { log_id, after: 0, upto: head, head, partial: true };
            self.finish(token, encoder, part)
        })
    }

    fn finish(&self, token: &Token, encoder: Encoder, part: Part) -> Result<PageOut, StoreError> {
        let Part { log_id, after, upto, head, partial } = part;
        if self.identity().log_id != log_id {
            // What was read may be of two logs.
            return Err(StoreError::Replaced);
        }
        let ops = encoder.count();
        let token = token.clone();
        // Some operations and no whole part of the log are nowhere in it.
        let proof = |seq: u64| if partial { Ok(None) } else { self.proof_at(&token, log_id, seq) };
        let proofs = PageProofs { after: proof(after)?, upto: proof(upto)? };
        let header = Header { hub_id: self.identity().hub_id, log_id, token, after, upto, head, partial };
        Ok(PageOut { bytes: encoder.finish_proved(header, proofs).map_err(unwritten)?, ops, upto, head })
    }

    /// What this hub will know its own log by, at this position. `None` where an earlier version wrote.
    pub fn proof_at(&self, token: &Token, log_id: Uuid, seq: u64) -> Result<Option<Proof>, StoreError> {
        let digest = self.digest_at(token, seq)?;
        Ok(digest.map(|digest| self.cursor_key().prove(log_id, token, seq, digest)))
    }

    /// Where the operations after `after` lie that set what shows now; the audit's own data first, then in
    /// order.
    pub fn showing_after(
        &self,
        token: &Token,
        after: u64,
        without: Option<Uuid>,
    ) -> Result<Vec<u64>, StoreError> {
        aside(|| {
            let shown: HashSet<OpId> = self.view(token, |loaded, _| {
                let modules = loaded.state.modules().values().flat_map(|entry| entry.state.shown_by());
                modules.chain(loaded.state.details().shown_by()).collect()
            })?;
            let (mut details, mut marks) = (Vec::new(), Vec::new());
            let mut upto = after;
            loop {
                let chunk = self.carried_since(token, upto, CHUNK, without)?;
                for (seq, op) in chunk.seqs.iter().zip(&chunk.ops).filter(|(_, op)| shown.contains(&op.id)) {
                    if op.body.module().is_some() { marks.push(*seq) } else { details.push(*seq) }
                }
                upto = chunk.upto;
                if upto >= chunk.head {
                    details.append(&mut marks);
                    return Ok(details);
                }
            }
        })
    }

    /// A page as it came over a link.
    pub fn read_page(&self, bytes: &[u8]) -> Result<Page, PageError> {
        aside(|| page::decode(bytes))
    }

    /// Take a page in, with how far its log is then here and what else is to be remembered, in one transaction. An
    /// audit that is not there is made.
    pub async fn take_page(
        &self,
        page: Page,
        by: PageBearer,
        remember: Vec<Remember>,
    ) -> Result<PageTaken, StoreError> {
        let Page { header, ops, proofs, refused, rows: _ } = page;
        if let Some(first) = refused.first() {
            tracing::warn!(
                operations = refused.len(), first = %first.id, why = %first.why,
                "refused: no hub lets these in"
            );
            self.metrics().refused("out_of_form", refused.len());
        }
        let Header { log_id, token, after, upto, partial, .. } = header;
        let PageBearer { by, instance } = by;
        // Our own log come back, by a bundle: it is all here.
        let from = (log_id != self.identity().log_id).then_some(PageFrom {
            log_id,
            after,
            upto,
            proofs,
            by,
            instance,
        });
        let taken = self.take_in(TakeIn { token, make: true, ops, from, partial, remember }).await?;
        let mut taken = PageTaken::of(&taken);
        taken.refused += refused.len();
        Ok(taken)
    }
}

/// Who brings a page. What it says of how far a log is here is told to this one alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageBearer {
    pub by: Teller,
    /// Of the hub that sends it, where it says so.
    pub instance: Option<Uuid>,
}

impl From<Teller> for PageBearer {
    fn from(by: Teller) -> Self {
        Self { by, instance: None }
    }
}

impl PageTaken {
    pub fn of(taken: &[OpAck]) -> Self {
        let count =
            |which: fn(&OpVerdict) -> bool| taken.iter().filter(|taken| which(&taken.verdict)).count();
        Self {
            new: count(|verdict| matches!(verdict, OpVerdict::Logged { .. })),
            known: count(|verdict| matches!(verdict, OpVerdict::Duplicate { .. })),
            refused: count(|verdict| {
                matches!(
                    verdict,
                    OpVerdict::TooManyModules
                        | OpVerdict::IdConflict
                        | OpVerdict::StampOutOfRange
                        | OpVerdict::Beyond(_)
                )
            }),
        }
    }
}

/// Which part of our log a page is.
struct Part {
    log_id: Uuid,
    after: u64,
    upto: u64,
    head: u64,
    partial: bool,
}

fn unwritten(error: PageError) -> StoreError {
    StoreError::Failed(error.to_string())
}
