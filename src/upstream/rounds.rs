//! Sync round over all audits of one upstream, of whatever kind: by turns (round robin), until none has anything to do
//! at once.
//!
//! `run` calls `Rounds`; it calls `v33` and `peer`, which know what an audit's step is.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use super::link::{Stop, UpstreamLink};
use crate::domain::Token;
use crate::hub::{LinkReason, ReasonCode};
use crate::store::StoreError;

/// An audit counts as busy for this long after something has happened.
const BUSY: Duration = Duration::from_secs(600);
/// An audit that the upstream refuses as a whole is tried again after this long, and one that it fails over after this long at most.
const REFUSED: Duration = Duration::from_secs(300);

/// What comes after a step.
#[derive(Debug)]
pub enum Next {
    Done,
    More,
    /// Something waits, and may not be sent now.
    Held(LinkReason, Duration),
}

/// How a whole round ended.
#[derive(Debug, Default)]
pub struct Done {
    /// When there is something to do again by itself.
    pub again: Option<Duration>,
    /// Why something that waits was not sent.
    pub held: Option<(LinkReason, Duration)>,
}

/// What both kinds know of one audit with one upstream.
#[derive(Debug, Default)]
pub struct SyncSchedule {
    pub pulled_at: Option<Instant>,
    /// When something last happened here or there.
    pub stirred_at: Option<Instant>,
    /// It is left alone until then, and why: it alone keeps no other audit here.
    refused: Option<(Instant, LinkReason)>,
    /// How often in a row the upstream failed over it.
    troubles: u32,
}

impl SyncSchedule {
    pub fn stir(&mut self) {
        self.stirred_at = Some(Instant::now());
    }

    pub fn is_busy(&self) -> bool {
        is_busy(self.stirred_at)
    }

    /// Whether it was read this long ago, or never.
    pub fn is_unread_for(&self, limit: Duration) -> bool {
        self.pulled_at.is_none_or(|at| at.elapsed() >= limit)
    }

    pub fn pull_every(&self, link: &UpstreamLink) -> Duration {
        // What costs by the byte is asked less often.
        if self.is_busy() && !link.is_metered() { link.intervals.busy } else { link.intervals.quiet }
    }

    /// The upstream refuses it as a whole, or has failed over it.
    pub fn is_left_alone(&self) -> bool {
        self.refused_for().is_some()
    }

    /// For how long still.
    fn refused_for(&self) -> Option<Duration> {
        let (until, _) = self.refused.as_ref()?;
        Some(until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
    }

    /// It is left alone for twice as long each time.
    fn trouble(&mut self, why: LinkReason, least: Duration) {
        let wait = least.saturating_mul(1 << self.troubles.min(16)).min(REFUSED);
        self.troubles = self.troubles.saturating_add(1);
        self.refused = Some((Instant::now() + wait, why));
    }

    /// When it is to be read again.
    fn due(&self, link: &UpstreamLink) -> Duration {
        self.pulled_at.map_or(Duration::ZERO, |at| self.pull_every(link).saturating_sub(at.elapsed()))
    }
}

pub fn is_busy(stirred_at: Option<Instant>) -> bool {
    stirred_at.is_some_and(|at| at.elapsed() < BUSY)
}

/// One audit with one upstream, as a kind of upstream has it.
pub trait Exchange: Debug + Send + Sized {
    /// What the audits of an upstream share: how much to send at a time. Its default is for a first call.
    type Batching: Debug + Default + Send;

    /// As the last run left it.
    fn resume(link: &UpstreamLink, token: &Token) -> Result<Self, StoreError>;
    fn schedule(&mut self) -> &mut SyncSchedule;
    /// What waits, without a call.
    fn look(&mut self, link: &UpstreamLink, token: &Token) -> Result<(), Stop>;
    /// Read when it is time or there is something to send, then send some.
    fn step(
        &mut self,
        link: &UpstreamLink,
        token: &Token,
        batching: &mut Self::Batching,
    ) -> impl Future<Output = Result<Next, Stop>> + Send;
    /// Put it on the board.
    fn report(&self, link: &UpstreamLink, token: &Token);
    /// And all together, whenever one of them has been put there ...
    fn sum_up(_all: &HashMap<Token, Self>, _batching: &mut Self::Batching, _link: &UpstreamLink) {}
    /// ... and when the round is over.
    fn ended(_all: &HashMap<Token, Self>, _link: &UpstreamLink) {}
    /// When presence is to be told or asked again; `None` while nothing goes on.
    fn presence_due(&self, link: &UpstreamLink) -> Option<Duration>;
    /// What goes when no mark does, in steps that are short; when to come again by itself.
    fn after_marks(
        _all: &mut HashMap<Token, Self>,
        _batching: &mut Self::Batching,
        _link: &UpstreamLink,
    ) -> impl Future<Output = Result<Option<Duration>, Stop>> + Send {
        std::future::ready(Ok(None))
    }
    /// Somebody wants to know now.
    fn begin_anew(_all: &mut HashMap<Token, Self>, _batching: &mut Self::Batching) {}
    /// What was known of the other side may no longer be so.
    fn after_outage(&mut self) {}
    /// The next call is the first after an outage: one, and not many.
    fn begin_small(batching: &mut Self::Batching) {
        *batching = Self::Batching::default();
    }
}

/// When an audit that cannot be read is tried again.
const UNREAD: Duration = Duration::from_secs(300);

#[derive(Debug)]
pub struct Rounds<E: Exchange> {
    /// Of the database that `audits` were read from.
    generation: u64,
    audits: HashMap<Token, E>,
    batching: E::Batching,
}

impl<E: Exchange> Default for Rounds<E> {
    fn default() -> Self {
        Self { generation: 0, audits: HashMap::new(), batching: E::Batching::default() }
    }
}

impl<E: Exchange> Rounds<E> {
    /// The next call is the first after an outage: one, and not many.
    pub fn begin_small(&mut self) {
        E::begin_small(&mut self.batching);
        self.audits.values_mut().for_each(E::after_outage);
    }

    /// Somebody wants to know now: read again, also what was just read or refused.
    pub fn begin_anew(&mut self) {
        for audit in self.audits.values_mut() {
            let schedule = audit.schedule();
            (schedule.pulled_at, schedule.refused) = (None, None);
        }
        E::begin_anew(&mut self.audits, &mut self.batching);
    }

    pub async fn round(&mut self, link: &UpstreamLink) -> Result<Done, Stop> {
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
                let span = tracing::error_span!("audit", hint = token.hint());
                let stepped = self.step(link, &token).instrument(span.clone()).await;
                match span.in_scope(|| self.judge(link, &token, stepped))? {
                    Next::More => unfinished.push(token),
                    Next::Held(why, after) => done.held = Some((why, after)),
                    Next::Done => {}
                }
            }
            turn = unfinished;
        }
        let aside = E::after_marks(&mut self.audits, &mut self.batching, link).await?;
        E::ended(&self.audits, link);
        self.come_again(link, &mut done);
        done.again = match (done.again, aside) {
            (Some(again), Some(aside)) => Some(again.min(aside)),
            (again, aside) => again.or(aside),
        };
        Ok(done)
    }

    /// Count what waits, without a call. What cannot be read here the round finds again, and says so.
    pub fn look(&mut self, link: &UpstreamLink) {
        for token in link.audits() {
            let looked = self.audit(link, &token).map(|audit| audit.look(link, &token));
            if matches!(looked, Ok(Ok(()))) {
                self.report(link, &token);
            }
        }
    }

    fn audit(&mut self, link: &UpstreamLink, token: &Token) -> Result<&mut E, StoreError> {
        let generation = link.hub.generation();
        if self.generation != generation {
            // Restored: positions and plans of before would leave out what the database no longer has.
            self.audits.clear();
            self.generation = generation;
        }
        Ok(match self.audits.entry(token.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(E::resume(link, token)?),
        })
    }

    async fn step(&mut self, link: &UpstreamLink, token: &Token) -> Result<Next, Stop> {
        let audit = self.audit(link, token)?;
        if audit.schedule().refused_for().is_some() {
            return Ok(Next::Done);
        }
        audit.schedule().refused = None;
        audit.look(link, token)?;
        self.report(link, token);
        match self.audits.get_mut(token) {
            Some(audit) => audit.step(link, token, &mut self.batching).await,
            None => Ok(Next::Done),
        }
    }

    /// What became of an audit's step; an error is the whole upstream's.
    fn judge(
        &mut self,
        link: &UpstreamLink,
        token: &Token,
        stepped: Result<Next, Stop>,
    ) -> Result<Next, Stop> {
        let next = match stepped {
            Err(Stop::Store(StoreError::UnknownAudit(_))) => {
                self.audits.remove(token);
                link.board.drop_audit(token);
                Next::Done
            }
            // In the middle of the step: nothing of it was written, and all of it is done again.
            Err(Stop::Store(StoreError::Replaced)) => {
                self.audits.remove(token);
                Next::More
            }
            // Of this audit alone: the others go up.
            Err(Stop::Store(error @ (StoreError::Damaged { .. } | StoreError::Unreadable { .. }))) => {
                let why = format!("audit {} cannot be read on this hub: {error}", token.hint());
                tracing::warn!(why, "an audit is left out");
                return Ok(Next::Held(LinkReason::new(ReasonCode::AuditUnread, why), UNREAD));
            }
            Err(Stop::Refused { status, why, .. }) => {
                let why = format!("it does not take audit {} ({}: {why})", token.hint(), status.as_u16());
                tracing::warn!(why, "an audit is refused");
                if let Some(audit) = self.audits.get_mut(token) {
                    let why = LinkReason::new(ReasonCode::RefusesAudit, why);
                    audit.schedule().refused = Some((Instant::now() + REFUSED, why));
                }
                Next::Done
            }
            Err(Stop::Trouble { why }) => {
                let words = format!("{why}; over audit {}", token.hint());
                let why = why.saying(words);
                tracing::warn!(%why, "an upstream fails over an audit, which is left alone for a while");
                if let Some(audit) = self.audits.get_mut(token) {
                    audit.schedule().trouble(why, link.intervals.busy);
                    audit.after_outage();
                }
                E::begin_small(&mut self.batching);
                Next::Done
            }
            stepped => {
                let next = stepped?;
                if let Some(audit) = self.audits.get_mut(token) {
                    audit.schedule().troubles = 0;
                }
                next
            }
        };
        self.report(link, token);
        Ok(next)
    }

    fn report(&mut self, link: &UpstreamLink, token: &Token) {
        if let Some(audit) = self.audits.get(token) {
            audit.report(link, token);
        }
        E::sum_up(&self.audits, &mut self.batching, link);
    }

    /// When there is something to do again, and what is held up until then.
    fn come_again(&mut self, link: &UpstreamLink, done: &mut Done) {
        let mut refused = None;
        for audit in self.audits.values_mut() {
            let presence = audit.presence_due(link);
            let schedule = audit.schedule();
            let due = match schedule.refused_for() {
                Some(left) => {
                    refused = schedule.refused.as_ref().map(|(_, why)| (why.clone(), left));
                    left
                }
                None => schedule.due(link).min(presence.unwrap_or(Duration::MAX)),
            };
            done.again = Some(done.again.map_or(due, |again| again.min(due)));
        }
        done.held = done.held.take().or(refused);
    }
}
