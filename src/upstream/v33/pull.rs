//! Polling a v3.3 cloud (`updates?since=`): read what it has, and take in what others marked there.
//!
//! Called by the round; calls `plan` for each row, and the hub. Operations, shadows and the cursor are one
//! transaction: a crash before it reads again, and finds the same operations under the same ids.

use hyper::Method;
use tokio::time::Instant;

use super::plan::{PushAction, RowMeaning, judge, once_shown, push_action};
use super::sync_state::CloudAuditSync;
use super::wire::{CloudRow, read_updates};
use crate::domain::{Carried, ModuleState, Token};
use crate::hub::{LinkReason, ReasonCode};
use crate::store::{LinkRow, Remember, Shadow, StoreError, TakeIn};
use crate::upstream::client::Request;
use crate::upstream::link::{Stop, UpstreamLink};

/// The cloud's own times are read again this far back: a mark may get its time before it can be read.
const OVERLAP_MS: u64 = 20_000;
/// While marks are sent it is read again and again, and what was sent comes back each time: so far back then.
const SHORT_OVERLAP_MS: u64 = 2_000;
/// A cloud's clock is not further ahead of ours than this, unless one of them is wrong.
const AHEAD_MS: u64 = 24 * 3_600_000;
/// Rows in one transaction.
const CHUNK: usize = 500;

/// True when somebody had marked something there.
pub async fn pull(link: &UpstreamLink, token: &Token, audit: &mut CloudAuditSync) -> Result<bool, Stop> {
    let far = audit.read_back_at.is_none_or(|at| at.elapsed() >= link.intervals.reread);
    let overlap_ms = if far { OVERLAP_MS } else { SHORT_OVERLAP_MS };
    let since = audit.queue.pulled().saturating_sub(overlap_ms);
    let request = Request::new(Method::GET, format!("/api/audit/{token}/updates?since={since}"));
    let answer = link.call(request).await?;
    let Some(mut told) = read_updates(&answer.body) else {
        let why = "what answers there is not a v3.3 hub: check the address, or whether there is a page to \
                   log in to";
        return Err(Stop::Retry { why: LinkReason::new(ReasonCode::NotHub, why), after: None });
    };
    link.answered();
    audit.left_out.tell(link, token, &told);
    // A row from years ahead must not be the last that is ever read.
    told.latest_ms = told.latest_ms.min(link.hub.clock().now_ms().saturating_add(AHEAD_MS));
    // As they were marked, for the history.
    told.rows.sort_by_key(|row| row.updated_ms);
    let mut news = false;
    let chunks = told.rows.chunks(CHUNK).count();
    for (n, rows) in told.rows.chunks(CHUNK).enumerate() {
        // The cursor moves past what is on the disk, and no further.
        let before = audit.queue.pulled();
        let pulled = if n + 1 == chunks { before.max(told.latest_ms) } else { before };
        news |= take_in(link, token, audit, rows, pulled).await?;
    }
    audit.queue.was_read(audit.queue.pulled().max(told.latest_ms));
    audit.schedule.pulled_at = Some(Instant::now());
    if far {
        audit.read_back_at = audit.schedule.pulled_at;
    }
    Ok(news)
}

/// What the row says, where some mark of it here said the same.
fn once_here(
    link: &UpstreamLink,
    token: &Token,
    row: &CloudRow,
    shadow: Option<&Shadow>,
) -> Result<Option<Shadow>, StoreError> {
    let (mut state, mut after) = (ModuleState::default(), 0);
    loop {
        let (marks, next) = link.hub.history_after(token, &row.module, after)?;
        let marks: Vec<Carried> = marks.into_iter().map(Carried::from).collect();
        let found = once_shown(&mut state, &marks, row, shadow);
        match next {
            Some(next) if found.is_none() => after = next,
            _ => return Ok(found),
        }
    }
}

async fn take_in(
    link: &UpstreamLink,
    token: &Token,
    audit: &mut CloudAuditSync,
    rows: &[CloudRow],
    pulled: u64,
) -> Result<bool, Stop> {
    let mut remember = Remember::of(link.name.clone());
    let mut ops = Vec::new();
    for row in rows {
        let shadow = link.hub.shadow(token, &link.name, &row.module)?;
        let verdict = link.hub.view(token, |loaded, _| {
            let entry = loaded.state.entry(&row.module);
            judge(token, row, shadow.as_ref(), entry.map(|entry| &entry.state))
        })?;
        let verdict = match verdict {
            RowMeaning::Mark(..) => {
                once_here(link, token, row, shadow.as_ref())?.map_or(verdict, RowMeaning::Same)
            }
            known => known,
        };
        match verdict {
            RowMeaning::Echo => {}
            RowMeaning::Same(shadow) => {
                // An older one of ours, perhaps where a later one had been: then that has to go up again.
                let last = link.hub.view(token, |loaded, _| {
                    let (state, entry) = (&loaded.state, loaded.state.entry(&row.module)?);
                    let again = matches!(push_action(&entry.state, Some(&shadow)), PushAction::Send(_));
                    entry.seqs.last().filter(|_| again).map(|last| (*last, state.name_of(&row.module)))
                })?;
                if let Some((last, module)) = last {
                    audit.queue.again(last, &module);
                }
                remember.shadows.push((row.module.clone(), shadow));
            }
            RowMeaning::Mark(op, shadow) => {
                ops.push(*op);
                remember.shadows.push((row.module.clone(), shadow));
            }
        }
    }
    if remember.shadows.is_empty() {
        return Ok(false);
    }
    let news = !ops.is_empty();
    remember.row = Some(LinkRow { pulled, ..audit.queue.row() });
    let take = TakeIn {
        token: token.clone(),
        make: false,
        ops,
        from: None,
        partial: false,
        remember: vec![remember],
    };
    link.hub.take_in(take).await?;
    Ok(news)
}
