//! Pull replication from another fieldhub: read a page of its log, and take it in.
//!
//! Called by the round. The operations, how far that log is here and the link's row are one transaction.

use hyper::StatusCode;
use tokio::time::Instant;

use super::sync_state::PeerAuditSync;
use super::wire;
use crate::domain::{Token, page};
use crate::hub::{LinkReason, ReasonCode};
use crate::store::{LinkRow, Teller};
use crate::upstream::link::{Stop, UpstreamLink};

pub async fn pull(
    link: &UpstreamLink,
    token: &Token,
    audit: &mut PeerAuditSync,
    limit: usize,
) -> Result<(), Stop> {
    // Nothing is known of its log: the audit is not there yet.
    let Some(theirs) = audit.row.peer_log else {
        (audit.schedule.pulled_at, audit.more_there) = (Some(Instant::now()), false);
        return Ok(());
    };
    let by = Teller::Upstream(link.name.to_string());
    let position = match audit.reread {
        Some(upto) => (upto, None),
        None => {
            let told = link.hub.told(token, theirs, &by)?;
            (told.upto, told.proof)
        }
    };
    let after = position.0;
    let request = wire::pull(token, theirs, position, audit.row.log_id, limit.min(page::MAX_OPS));
    let answer = match wire::call(link, request).await {
        Ok(answer) => answer,
        // Removed there, or not made yet.
        Err(Stop::Refused { status: StatusCode::NOT_FOUND, .. }) => {
            (audit.schedule.pulled_at, audit.more_there) = (Some(Instant::now()), false);
            return Ok(());
        }
        Err(stop) => return Err(stop),
    };
    let read = link.hub.read_page(&answer.body);
    let page = match read {
        Ok(page) if page.header.token == *token => {
            link.answered();
            page
        }
        Ok(_) => return Err(wire::foreign()),
        Err(page::PageError::Newer(_)) => {
            let why = "the other hub is newer than this one: install that version here";
            return Err(Stop::Paused { why: LinkReason::new(ReasonCode::Newer, why) });
        }
        // On the way, by whatever answers there, or as it lies there: of this audit alone.
        Err(error) => {
            return Err(Stop::Trouble { why: LinkReason::new(ReasonCode::BadAnswer, error.to_string()) });
        }
    };
    let (log_id, upto, head) = (page.header.log_id, page.header.upto, page.header.head);
    // Before it is remembered: another log of theirs means that ours may have to go there again.
    audit.meet(log_id);
    let row = LinkRow { pulled: upto, ..audit.row };
    let remember = crate::store::Remember { row: Some(row), ..audit.remember(link) };
    let reread = audit.reread.and((upto < head).then_some(upto));
    // Most times there is nothing, and then nothing need be written for it.
    if page.ops.is_empty() && upto == after {
        audit.reread = reread;
        (audit.schedule.pulled_at, audit.more_there) = (Some(Instant::now()), false);
        return Ok(());
    }
    let taken = link.hub.take_page(page, by.into(), vec![remember]).await?;
    (audit.row, audit.reread) = (row, reread);
    audit.schedule.pulled_at = Some(Instant::now());
    audit.more_there = upto < head;
    if taken.new > 0 {
        audit.schedule.stirred_at = audit.schedule.pulled_at;
        audit.head = link.hub.head(token)?;
    }
    if taken.refused > 0 {
        tracing::warn!(
            operations = taken.refused,
            "refused: too many modules, or what is told before this line"
        );
        let why = "operations of its log: too many modules, or this hub's log says why";
        link.board.leave_out(token, taken.refused as u64, why);
    }
    Ok(())
}
