//! A v3.3 cloud: read what is there, merge it, send what should win, remember what is there now.
//!
//! `run` calls `Rounds::round`; it calls `pull`, `push` and `presence`, which call `plan` for every decision.
//!
//! The cloud keeps one row for each module, and the last to arrive wins there. So nothing is sent without
//! having read first, and of a module only what should win, once, however often it was marked meanwhile.

pub mod id;
mod plan;
mod presence;
mod pull;
mod push;
mod queue;
pub mod wire;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use tokio::time::Instant;

use super::link::{Link, Stop};
use super::run::Done;
use crate::domain::Token;
use crate::hub::LinkState;
use crate::store::StoreError;
use presence::Presence;
use queue::Queue;

/// An audit counts as busy for this long after something has happened.
const BUSY: Duration = Duration::from_secs(600);
/// An audit that the cloud refuses as a whole is tried again after this long.
const REFUSED: Duration = Duration::from_secs(300);

/// One audit with one cloud.
#[derive(Debug)]
struct Audit {
    /// Up to where the cloud has been read, by its own time.
    pulled: u64,
    pulled_at: Option<Instant>,
    /// When something last happened here or there.
    stirred_at: Option<Instant>,
    queue: Queue,
    presence: Presence,
    /// The cloud refuses it as a whole.
    refused: Option<(Instant, String)>,
}

#[derive(Debug)]
pub struct Rounds {
    audits: HashMap<Token, Audit>,
    /// Marks sent before what is there is remembered: one after an outage, then more.
    batch: usize,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { audits: HashMap::new(), batch: 1 }
    }
}

impl Rounds {
    pub fn begin_small(&mut self) {
        self.batch = 1;
    }

    /// Somebody wants to know now.
    pub fn begin_anew(&mut self) {
        for audit in self.audits.values_mut() {
            (audit.pulled_at, audit.refused) = (None, None);
        }
    }

    pub async fn round(&mut self, link: &Link) -> Result<Done, Stop> {
        let mut done = Done::default();
        let tokens = link.audits();
        self.audits.retain(|token, _| {
            let there = tokens.contains(token);
            if !there {
                link.board.drop_audit(token);
            }
            there
        });
        // All of them first: people see what waits before the first call is answered.
        self.look(link);
        // By turns, so that a large audit holds up no small one.
        let mut turn = tokens;
        while !turn.is_empty() {
            let mut unfinished = Vec::new();
            for token in turn {
                match self.step(link, &token).await {
                    Ok(Next::More) => unfinished.push(token),
                    Ok(Next::Held(why, after)) => done.held = Some((why, after)),
                    Ok(Next::Done) => {}
                    Err(Stop::Store(StoreError::UnknownAudit(_))) => {
                        self.audits.remove(&token);
                        link.board.drop_audit(&token);
                    }
                    Err(Stop::Refused { status, why, .. }) => {
                        let why =
                            format!("it does not take audit {} ({}: {why})", token.hint(), status.as_u16());
                        tracing::warn!(link = %link.name, why, "an audit is refused");
                        if let Some(audit) = self.audits.get_mut(&token) {
                            audit.refused = Some((Instant::now(), why));
                        }
                    }
                    Err(stop) => return Err(stop),
                }
            }
            turn = unfinished;
        }
        self.report(link, &mut done);
        Ok(done)
    }

    /// Count what waits, without a call. What cannot be read here the round finds again, and says so.
    pub fn look(&mut self, link: &Link) {
        for token in link.audits() {
            if let Ok(audit) = Audit::of(&mut self.audits, link, &token)
                && audit.refill(link, &token).is_ok()
            {
                audit.queue.report(link, &token);
            }
        }
    }

    /// One audit: read when it is time or there is something to send, then send some.
    async fn step(&mut self, link: &Link, token: &Token) -> Result<Next, Stop> {
        let audit = Audit::of(&mut self.audits, link, token)?;
        if audit.refused.as_ref().is_some_and(|(at, _)| at.elapsed() < REFUSED) {
            return Ok(Next::Done);
        }
        audit.refused = None;
        audit.refill(link, token)?;
        audit.queue.report(link, token);
        let to_send = audit.queue.has_something_to_send(link, token)?;
        let limit = if to_send { link.pace.reread } else { audit.pull_every(link) };
        if audit.pulled_at.is_none_or(|at| at.elapsed() >= limit) {
            if to_send {
                link.board.set_state(LinkState::Syncing);
            }
            if pull::pull(link, token, audit).await? {
                audit.stirred_at = Some(Instant::now());
                audit.queue.refill(link, token)?;
            }
        }
        if let Err(Stop::Later { why, after }) = link.may_push() {
            audit.presence.round(link, token, audit.stirred_at).await?;
            return Ok(if audit.queue.is_empty() { Next::Done } else { Next::Held(why, after) });
        }
        let more = push::push(link, token, audit, &mut self.batch).await?;
        if !more {
            audit.presence.round(link, token, audit.stirred_at).await?;
        }
        Ok(if more { Next::More } else { Next::Done })
    }

    fn report(&self, link: &Link, done: &mut Done) {
        let parked: usize = self.audits.values().map(|audit| audit.queue.parked()).sum();
        link.board.set_parked(parked as u64);
        link.board.set_catch_up(0, 0);
        let due = |audit: &Audit| {
            let pull = audit
                .pulled_at
                .map_or(Duration::ZERO, |at| audit.pull_every(link).saturating_sub(at.elapsed()));
            audit.presence.due(link, audit.stirred_at).map_or(pull, |due| due.min(pull))
        };
        done.again = self.audits.values().filter(|audit| audit.refused.is_none()).map(due).min();
        let refused = self.audits.values().filter_map(|audit| audit.refused.as_ref()).next();
        if let (None, Some((at, why))) = (&done.held, refused) {
            done.held = Some((why.clone(), REFUSED.saturating_sub(at.elapsed())));
            let again = done.again.unwrap_or(REFUSED);
            done.again = Some(again.min(REFUSED.saturating_sub(at.elapsed())));
        }
    }
}

enum Next {
    Done,
    More,
    /// Something waits, and may not be sent now.
    Held(String, Duration),
}

impl Audit {
    fn of<'a>(
        audits: &'a mut HashMap<Token, Self>,
        link: &Link,
        token: &Token,
    ) -> Result<&'a mut Self, StoreError> {
        Ok(match audits.entry(token.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Self::resume(link, token)?),
        })
    }

    /// As the last run left it.
    fn resume(link: &Link, token: &Token) -> Result<Self, StoreError> {
        let (pulled, queue) = Queue::resume(link, token)?;
        let presence = Presence::default();
        Ok(Self { pulled, pulled_at: None, stirred_at: None, queue, presence, refused: None })
    }

    fn refill(&mut self, link: &Link, token: &Token) -> Result<(), Stop> {
        if self.queue.refill(link, token)? {
            self.stirred_at = Some(Instant::now());
        }
        Ok(())
    }

    fn pull_every(&self, link: &Link) -> Duration {
        let busy = self.stirred_at.is_some_and(|at| at.elapsed() < BUSY);
        // What costs by the byte is asked less often.
        if busy && !link.is_metered() { link.pace.busy } else { link.pace.quiet }
    }
}
