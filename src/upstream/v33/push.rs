//! Pushing marks to a v3.3 cloud in batches that grow (slow start): of each module that has changed, what it shows now,
//! unless the cloud has that. A refused one goes to the dead letters (parked).
//!
//! Called by the round after reading; calls `plan` for each module. Shadow and cursor are written after the
//! acknowledgement: a crash between repeats a call that the cloud takes for the same.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt, stream};
use hyper::body::Bytes;
use hyper::{Method, header};

use super::names::cloud_name;
use super::plan::{PushAction, push_action};
use super::queue::Queue;
use super::sync_state::CloudAuditSync;
use super::wire::{CloudMarkBody, read_answer};
use crate::domain::{ModuleId, Token};
use crate::hub::{LinkReason, LinkState, ParkedCode, ReasonCode};
use crate::store::{Loaded, Parked, Remember, Shadow};
use crate::upstream::client::Request;
use crate::upstream::link::{Stop, UpstreamLink};

/// Calls in flight; never two for one module, because a batch has each module once.
const IN_FLIGHT: usize = 6;
/// Marks sent before what is there is remembered, at most.
const BATCH: usize = 64;
/// Modules looked at for one batch.
const LOOK: usize = 2_048;

/// What one batch is to do.
#[derive(Debug, Default)]
pub struct PushBatch {
    send: Vec<OutgoingMark>,
    remember: Vec<(ModuleId, Option<Parked>)>,
    /// The cloud failed over them: they wait a while, and the others go.
    aside: Vec<(u64, ModuleId)>,
    /// They were hidden when it was their turn, and are so no more.
    shown_again: Vec<ModuleId>,
    looked: usize,
}

/// A mark on its way.
#[derive(Debug)]
struct OutgoingMark {
    seq: u64,
    /// The module's last mark, which this sends.
    last: u64,
    module: ModuleId,
    /// What the cloud calls it.
    there: ModuleId,
    body: Bytes,
    shadow: Shadow,
}

/// How a call went that did not fail.
enum Call {
    Taken,
    NotBegun,
}

impl PushBatch {
    /// Whether there is a call to make for it.
    pub fn sends(&self) -> bool {
        !self.send.is_empty()
    }
}

/// Send a batch, as gathered from the queue as it is. True when more waits.
pub async fn push(
    link: &UpstreamLink,
    token: &Token,
    audit: &mut CloudAuditSync,
    batch: PushBatch,
    size: &mut usize,
) -> Result<bool, Stop> {
    if batch.looked == 0 && batch.shown_again.is_empty() {
        return Ok(false);
    }
    let PushBatch { send, remember: parking, aside, shown_again, looked } = batch;
    audit.queue.take(looked);
    if !send.is_empty() {
        link.board.set_state(LinkState::Syncing);
    }
    let mut remember = Remember { parked: parking, ..Remember::of(link.name.clone()) };
    // There already, or nothing that the cloud has a word for: no byte of it moves.
    audit.queue.forgo(looked - send.len() - aside.len());
    let mut unsent = aside;
    let mut stop = None;
    let mut failed_over = Vec::new();
    let mut sent = 0;
    {
        // Once the cloud is away or asks to wait, nothing more is begun; nor when the reading is no longer fresh. Some
        // are, whatever that took: else nothing would ever go over a slow link.
        let halted = AtomicBool::new(false);
        let (halted, schedule, fresh) = (&halted, &audit.schedule, link.intervals.fresh);
        let calls = stream::iter(send).enumerate().map(|(n, letter)| async move {
            if halted.load(Ordering::Relaxed) || (n >= IN_FLIGHT && schedule.is_unread_for(fresh)) {
                return (letter, Ok(Call::NotBegun));
            }
            let (letter, delivered) = deliver(link, token, letter).await;
            if !matches!(delivered, Ok(()) | Err(Stop::Refused { .. } | Stop::Trouble { .. })) {
                halted.store(true, Ordering::Relaxed);
            }
            (letter, delivered.map(|()| Call::Taken))
        });
        let mut calls = std::pin::pin!(calls.buffer_unordered(IN_FLIGHT));
        while let Some((letter, delivered)) = calls.next().await {
            match delivered {
                Ok(Call::NotBegun) => unsent.push((letter.seq, letter.module)),
                Ok(Call::Taken) => {
                    sent += 1;
                    audit.queue.took(&letter.module, letter.last);
                    if audit.queue.parked_at(&letter.module).is_some() {
                        remember.parked.push((letter.module.clone(), None));
                    }
                    remember.shadows.push((letter.there, letter.shadow));
                }
                Err(Stop::Refused { status, why, .. }) => {
                    audit.queue.forgo(1);
                    let reason = ParkedCode::Refused.words(&format!("{}: {why}", status.as_u16()));
                    let at_ms = link.hub.clock().now_ms();
                    let parked = Parked { reason, at_ms, seq: letter.last, dropped: false };
                    tracing::warn!(module = %letter.module, %status, "a module is parked");
                    remember.parked.push((letter.module, Some(parked)));
                }
                Err(Stop::Trouble { why }) => failed_over.push((letter, why)),
                Err(other) => {
                    unsent.push((letter.seq, letter.module));
                    // The first reason is the reason; the others mostly follow from it.
                    stop.get_or_insert(other);
                }
            }
        }
    }
    for (letter, why) in failed_over {
        if audit.queue.strike(&letter.module, link.intervals.busy) {
            audit.queue.forgo(1);
            let at_ms = link.hub.clock().now_ms();
            tracing::warn!(module = %letter.module, %why, "a module is parked: the cloud takes others, and fails over it");
            let reason = ParkedCode::FailsOverOne.words(&why);
            let parked = Parked { reason, at_ms, seq: letter.last, dropped: false };
            remember.parked.push((letter.module, Some(parked)));
        } else {
            unsent.push((letter.seq, letter.module));
            if sent == 0 {
                stop.get_or_insert(Stop::Trouble { why });
            }
        }
    }
    audit.queue.put_back(unsent);
    let further = audit.queue.acknowledge();
    if further || !shown_again.is_empty() || !remember.shadows.is_empty() || !remember.parked.is_empty() {
        remember.row = Some(audit.queue.row());
        for (module, parked) in &remember.parked {
            audit.queue.park(module.clone(), parked.clone());
        }
        // The queue finds that they are parked no more, as when somebody has said to try them again.
        remember.parked.extend(shown_again.iter().map(|module| (module.clone(), None)));
        link.hub.remember(token.clone(), remember).await?;
    }
    audit.queue.report(link, token);
    if let Some(stop) = stop {
        return Err(stop);
    }
    if sent > 0 {
        *size = (*size * 2).min(BATCH);
    }
    Ok(audit.queue.has_due() || !shown_again.is_empty())
}

/// Look at the first modules of the queue until there are enough to send. They stay in it until they are sent.
pub fn gather(link: &UpstreamLink, token: &Token, queue: &Queue, size: usize) -> Result<PushBatch, Stop> {
    let mut batch = PushBatch::default();
    let unsent = queue.parked_for(ParkedCode::Hidden);
    if !unsent.is_empty() {
        let shown = |loaded: &Loaded| unsent.into_iter().filter(|id| !loaded.state.is_hidden(id)).collect();
        batch.shown_again = link.hub.view(token, |loaded, _| shown(loaded))?;
    }
    for (seq, module) in queue.waiting().take(LOOK) {
        if batch.send.len() >= size {
            break;
        }
        batch.looked += 1;
        if queue.is_aside(module) {
            batch.aside.push((*seq, module.clone()));
            continue;
        }
        let there = cloud_name(link, token, module)?;
        let shadow = link.hub.shadow(token, &link.name, &there)?;
        let parked = queue.parked_at(module);
        let now_ms = link.hub.clock().now_ms();
        link.hub.view(token, |loaded, _| {
            let Some(entry) = loaded.state.entry(module) else { return };
            let last = entry.seqs.last().copied().unwrap_or(0);
            if last > *seq && last <= queue.scanned() {
                // Marked again since: it is further back in the queue as well.
                return;
            }
            // As it was when it was parked: only somebody can have it tried again.
            if parked.is_some_and(|parked| parked.seq >= last) {
                return;
            }
            // v3.3 has no word for it, and takes nothing back: what is hidden is no part of what the crew has to tell.
            if loaded.state.is_hidden(module) {
                let parked =
                    Parked { reason: ParkedCode::Hidden.words(""), at_ms: now_ms, seq: last, dropped: true };
                batch.remember.push((module.clone(), Some(parked)));
                return;
            }
            match push_action(&entry.state, shadow.as_ref()) {
                PushAction::Nothing => {
                    if parked.is_some() {
                        batch.remember.push((module.clone(), None));
                    }
                }
                PushAction::Unsayable(why) => {
                    let parked = Parked { reason: why.words(""), at_ms: now_ms, seq: last, dropped: false };
                    batch.remember.push((module.clone(), Some(parked)));
                }
                PushAction::Send(wanted) => {
                    let body = CloudMarkBody {
                        status: wanted.status.as_str(),
                        comment: wanted.comment,
                        technician_id: wanted.technician,
                        technician_name: wanted.name,
                    };
                    // Text and nothing else: it cannot fail.
                    let body = serde_json::to_vec(&body).unwrap_or_default().into();
                    let shadow = wanted.shadow(0);
                    let module = module.clone();
                    batch.send.push(OutgoingMark { seq: *seq, last, module, there, body, shadow });
                }
            }
        })?;
    }
    Ok(batch)
}

async fn deliver(
    link: &UpstreamLink,
    token: &Token,
    letter: OutgoingMark,
) -> (OutgoingMark, Result<(), Stop>) {
    let path = format!("/api/audit/{token}/module/{}", letter.there);
    let mut request = Request::new(Method::POST, path);
    request.headers.push((header::CONTENT_TYPE, header::HeaderValue::from_static("application/json")));
    request.body = letter.body.clone();
    let delivered = match link.call(request).await {
        Err(stop) => Err(stop),
        Ok(answer) => match read_answer(&answer.body) {
            Ok(()) => {
                link.answered();
                Ok(())
            }
            Err(Some(why)) => Err(Stop::Refused { status: answer.status, why, answer: Box::new(answer) }),
            Err(None) => {
                let why = "what answers there is not a v3.3 hub: is there a page to log in to?";
                Err(Stop::Retry { why: LinkReason::new(ReasonCode::NotHub, why), after: None })
            }
        },
    };
    (letter, delivered)
}
