//! Push replication to another fieldhub: a page of our log. First what shows now, when there is much; then the log in
//! its order.
//!
//! Called by the round. The row is written after the acknowledgement: a crash between sends a page again.

use std::collections::HashSet;

use hyper::StatusCode;

use super::sync_state::{First, PeerAuditSync};
use super::wire::{self, PeerPushReply, Refusal};
use crate::domain::{Token, page};
use crate::hub::{PageOut, Without};
use crate::upstream::link::{Stop, UpstreamLink};

/// With more than this to send, what shows now goes first: two pages.
const MUCH: u64 = 2 * page::MAX_OPS as u64;
/// The other hub is told of so many positions with nothing for it: what came from there. With fewer, the next page
/// that has something tells.
const NOTHING: u64 = 1_024;

pub async fn push(
    link: &UpstreamLink,
    token: &Token,
    audit: &mut PeerAuditSync,
    batch: usize,
) -> Result<(), Stop> {
    let Some(there) = audit.there else { return Ok(()) };
    let theirs = audit.row.peer_log;
    if audit.first.is_none() && audit.head.saturating_sub(there) > MUCH {
        let seqs = link.hub.showing_after(token, there, theirs)?;
        audit.first = Some(First { seqs, sent: 0, there: HashSet::new() });
    }
    if let Some(first) = audit.first.as_ref().filter(|first| first.sent < first.seqs.len()) {
        let end = first.seqs.len().min(first.sent + batch);
        let (from, mut left) = (first.sent, &first.seqs[first.sent..end]);
        let page = link.hub.page_of(token, &mut left)?;
        let sent = end - left.len();
        if send(link, token, audit, page).await?.is_some()
            && let Some(first) = &mut audit.first
        {
            first.there.extend(&first.seqs[from..sent]);
            first.sent = sent;
        }
        return Ok(());
    }
    let at = audit.first.as_ref().map(|first| &first.there);
    let page = link.hub.page_since(token, there, batch, Without { from: theirs, at })?;
    let upto = page.upto;
    if page.ops == 0 && upto - there < NOTHING && audit.first.is_none() {
        audit.row.acked = upto;
        return Ok(());
    }
    if send(link, token, audit, page).await?.is_some() {
        audit.there = Some(upto);
        audit.row.acked = upto;
        if upto >= audit.head {
            audit.first = None;
        }
        link.hub.remember(token.clone(), audit.remember(link)).await?;
    }
    Ok(())
}

/// `None`: it did not help, and what is known of the other hub is not as it was.
async fn send(
    link: &UpstreamLink,
    token: &Token,
    audit: &mut PeerAuditSync,
    page: PageOut,
) -> Result<Option<()>, Stop> {
    let ops = page.ops as u64;
    let answer = match wire::call(link, wire::push(token, page.bytes)).await {
        Ok(answer) => answer,
        Err(Stop::Refused { status: StatusCode::CONFLICT, why, answer }) => {
            let gap = Refusal::of(&answer).filter(|refusal| refusal.code == "gap");
            // Once: where our log is there, it is asked again. Twice, and something is wrong with one of us.
            let Some(refusal) = gap.filter(|_| !audit.gapped) else {
                return Err(Stop::Refused { status: StatusCode::CONFLICT, why, answer });
            };
            audit.gapped = true;
            audit.first = None;
            audit.there = None;
            audit.row.acked = audit.row.acked.min(refusal.have);
            return Ok(None);
        }
        Err(stop) => return Err(stop),
    };
    let taken: PeerPushReply = wire::read(&answer)?;
    link.answered();
    audit.gapped = false;
    if taken.refused > 0 {
        tracing::warn!(operations = taken.refused, "refused there: too many modules, or its log says why");
    }
    let met = audit.row.peer_log;
    audit.meet(taken.log_id);
    // Another log than that which has the rest: from where that one is. The first page of an audit makes it there.
    if met.is_some_and(|met| met != taken.log_id) {
        return Ok(None);
    }
    audit.sent += ops;
    Ok(Some(()))
}
