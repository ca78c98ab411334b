//! Run loop of one upstream (background sync task): a round, a wait, and again; whatever happens, until the hub stops.
//!
//! Started by `start`, one task for each upstream, so that one that fails holds up no other. Calls
//! `rounds`. An event only wakes: what there is to do, each round finds in the log.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tracing::Instrument;

use super::addresses::Addresses;
use super::backoff::{self, Backoff};
use super::client_source::{ClientSource, stopped};
use super::link::{Stop, UpstreamLink};
use super::rounds::{Exchange, Rounds};
use crate::hub::LinkState;
use crate::store::StoreError;

/// One that is paused is tried now and then all the same: somebody may have mended it elsewhere.
const PAUSED: Duration = Duration::from_secs(300);

pub async fn run<E: Exchange>(
    link: UpstreamLink,
    client: ClientSource,
    mut addresses: Addresses,
    mut random: impl FnMut() -> u64 + Send,
    mut stopping: watch::Receiver<bool>,
) {
    let mut rounds = Rounds::<E>::default();
    let mut backoff = Backoff::default();
    let mut nudges = link.hub.watch_any();
    // Until it can be called, people see how much waits, and why.
    let Some(client) = client.client(&link, &mut nudges, &mut stopping, |link| rounds.look(link)).await
    else {
        return;
    };
    // The only one that sets it.
    let _ = link.client.set(client);
    'life: loop {
        // Of this level, so that a line has it whatever level is logged.
        let span = tracing::error_span!("upstream_round", upstream = %link.name, kind = link.kind.as_str());
        let answers = link.answers();
        let mut wanted = false;
        let ended = {
            let mut round = pin!(rounds.round(&link).instrument(span.clone()));
            loop {
                tokio::select! {
                    biased;
                    ended = &mut round => break Some(ended),
                    // A call that is cut off here is repeated by the next start, and harmless.
                    () = stopped(&mut stopping) => break 'life,
                    () = link.board.woken(), if !wanted => wanted = true,
                    () = link.still_for(link.intervals.stuck), if wanted => break None,
                }
            }
        };
        let Some(ended) = ended else {
            span.in_scope(|| tracing::info!("nothing moves, and somebody wants to know now: called anew"));
            // Half a round is in them: as after a start.
            rounds = Rounds::default();
            link.forget_connections();
            backoff.reset();
            continue;
        };
        link.write_down(false).instrument(span.clone()).await;
        let wait = match ended {
            Ok(done) => {
                backoff.reset();
                link.board.leave_alone_until(None);
                // A round with nothing to ask proves nothing of whoever was not asked.
                if link.answers() > answers {
                    link.board.succeeded(link.hub.clock().now_ms());
                }
                match done.held {
                    Some((why, after)) => {
                        link.board.set_state(LinkState::Waiting { until: Instant::now() + after, why });
                    }
                    None => link.board.rest(),
                }
                let mut at_most = done.again.unwrap_or(link.intervals.quiet);
                if link.presence {
                    // Whoever has come meanwhile is told of by then. With nobody there it costs nothing.
                    at_most = at_most.min(link.intervals.heartbeat);
                }
                Wait { at_most, for_marks: true }
            }
            Err(stop) => span.in_scope(|| failed(&link, stop, &mut backoff, &mut random)),
        };
        if !wait.for_marks {
            rounds.begin_small();
        }
        if wanted && link.board.left_alone_until().is_none() {
            backoff.reset();
            rounds.begin_anew();
            link.board.set_state(LinkState::Syncing);
            continue;
        }
        let mut until = Instant::now() + wait.at_most;
        loop {
            tokio::select! {
                // One order, so that a simulation is one course of events.
                biased;
                () = stopped(&mut stopping) => break 'life,
                // Before new marks, which may come without end.
                () = sleep_until(until) => {}
                () = link.board.woken() => {
                    backoff.reset();
                    rounds.begin_anew();
                }
                () = addresses.changed() => {
                    // What was connected over the old ones is dead, and does not say so.
                    link.forget_connections();
                    backoff.reset();
                    // It has asked whoever calls, by whichever way.
                    if let Some(asked) = link.board.left_alone_until() {
                        until = until.min(asked);
                        continue;
                    }
                }
                () = nudges.next() => {
                    sleep(link.intervals.gather).await;
                    if !wait.for_marks {
                        // Nothing is sent, but people see how much waits.
                        rounds.look(&link);
                        continue;
                    }
                }
            }
            break;
        }
    }
    link.write_down(true).await;
}

struct Wait {
    at_most: Duration,
    /// A new mark ends it; not so while the upstream is away.
    for_marks: bool,
}

fn failed(link: &UpstreamLink, stop: Stop, backoff: &mut Backoff, random: &mut impl FnMut() -> u64) -> Wait {
    let (at_most, state) = match stop {
        Stop::Store(StoreError::Stopping) => {
            link.board.rest();
            return Wait { at_most: PAUSED, for_marks: false };
        }
        Stop::Later { why, after } => {
            let until = Instant::now() + after;
            (after, LinkState::Waiting { until, why })
        }
        Stop::Paused { why } => {
            tracing::warn!(%why, "an upstream is paused");
            (PAUSED, LinkState::Paused { why })
        }
        Stop::Retry { why, after } => {
            let wait = backoff.next(random(), after);
            link.board.leave_alone_until(after.map(|after| Instant::now() + backoff::patient(after)));
            tracing::info!(%why, seconds = wait.as_secs(), "an upstream is tried again later");
            (wait, LinkState::Waiting { until: Instant::now() + wait, why })
        }
        // Of the whole round: no module, and no audit, to blame.
        stop @ (Stop::Refused { .. } | Stop::Trouble { .. } | Stop::Store(_)) => {
            let why = stop.reason();
            let wait = backoff.next(random(), None);
            tracing::warn!(%why, "an upstream could not go on");
            (wait, LinkState::Waiting { until: Instant::now() + wait, why })
        }
    };
    link.board.set_state(state);
    Wait { at_most, for_marks: false }
}
