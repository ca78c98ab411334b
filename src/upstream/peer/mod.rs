//! Another fieldhub: pages of the log, both ways.
//!
//! `run` calls `Rounds::round`; it calls `pull`, `push` and `presence`. How far our log is there, the other hub
//! knows best, and is asked after each outage; how far its log is here lies beside the operations. A page that
//! comes twice has no effect. So nothing here can go wrong for long: whoever has lost something begins again
//! earlier, at worst at 0.

mod presence;
mod pull;
mod push;
mod wire;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use hyper::StatusCode;
use tokio::time::Instant;

use super::link::{Link, Stop};
use super::run::Done;
use crate::domain::{Token, page};
use crate::hub::{AuditProgress, Cursor, LinkState};
use crate::store::{LinkRow, Remember, StoreError};
use presence::Presence;
use push::First;
use wire::PeerState;

/// An audit counts as busy for this long after something has happened.
const BUSY: Duration = Duration::from_secs(600);
/// An audit that the other hub refuses is tried again after this long.
const REFUSED: Duration = Duration::from_secs(300);
/// Operations in the first page after an outage; each further one has more of them.
const PROBE: usize = 64;

/// One audit with one fieldhub.
#[derive(Debug)]
struct Audit {
    row: LinkRow,
    /// How far our log is there: pages begin after it. `None`: to be asked.
    there: Option<u64>,
    /// What shows now goes first, when there is much to send.
    first: Option<First>,
    /// It has just said that operations are missing there.
    gapped: bool,
    /// There may be more to read at once.
    more_there: bool,
    pulled_at: Option<Instant>,
    /// When something last happened here or there.
    stirred_at: Option<Instant>,
    presence: Presence,
    refused: Option<(Instant, String)>,
    /// Our log's end, as last looked at.
    head: u64,
}

#[derive(Debug)]
pub struct Rounds {
    audits: HashMap<Token, Audit>,
    /// Operations in the next page.
    batch: usize,
    /// What waited when the catch-up under way began.
    total: u64,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { audits: HashMap::new(), batch: PROBE, total: 0 }
    }
}

impl Rounds {
    pub fn begin_small(&mut self) {
        self.batch = PROBE;
        for audit in self.audits.values_mut() {
            audit.there = None;
        }
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
        // All of them at once: people see what waits before the first call is answered.
        self.look(link);
        // By turns, so that a large audit holds up no small one.
        let mut turn = tokens;
        while !turn.is_empty() {
            let mut unfinished = Vec::new();
            for token in turn {
                let stepped = self.step(link, &token).await;
                match self.judge(link, &token, stepped)? {
                    Next::More => unfinished.push(token),
                    Next::Held(why, after) => done.held = Some((why, after)),
                    Next::Done => {}
                }
            }
            turn = unfinished;
        }
        self.finish(link, &mut done);
        Ok(done)
    }

    /// Count what waits, without a call. What cannot be read here the round finds again, and says so.
    pub fn look(&mut self, link: &Link) {
        for token in link.audits() {
            if let Ok(audit) = Audit::of(&mut self.audits, link, &token)
                && audit.look(link, &token).is_ok()
            {
                self.report(link, &token);
            }
        }
    }

    /// What became of an audit's step; an error is the whole link's.
    fn judge(&mut self, link: &Link, token: &Token, stepped: Result<Next, Stop>) -> Result<Next, Stop> {
        let next = match stepped {
            Err(Stop::Store(StoreError::UnknownAudit(_))) => {
                self.audits.remove(token);
                link.board.drop_audit(token);
                Next::Done
            }
            Err(Stop::Refused { status, why, .. }) => {
                let why = format!("it does not take audit {} ({}: {why})", token.hint(), status.as_u16());
                tracing::warn!(link = %link.name, why, "an audit is refused");
                if let Some(audit) = self.audits.get_mut(token) {
                    audit.refused = Some((Instant::now(), why));
                }
                Next::Done
            }
            stepped => stepped?,
        };
        self.report(link, token);
        Ok(next)
    }

    /// One audit: a page in when it is time, a page out when there is something.
    async fn step(&mut self, link: &Link, token: &Token) -> Result<Next, Stop> {
        let log_id = link.hub.identity().log_id;
        let audit = Audit::of(&mut self.audits, link, token)?;
        if audit.refused.as_ref().is_some_and(|(at, _)| at.elapsed() < REFUSED) {
            return Ok(Next::Done);
        }
        audit.refused = None;
        audit.look(link, token)?;
        if audit.row.log_id != log_id {
            // What was acknowledged counts in a log that is no more.
            audit.row = LinkRow { log_id, acked: 0, ..audit.row };
            audit.begin_again();
        }
        if audit.there.is_none() && !audit.ask(link, token).await? {
            return Ok(Next::More);
        }
        if audit.more_there || audit.pulled_at.is_none_or(|at| at.elapsed() >= audit.pull_every(link)) {
            pull::pull(link, token, audit, self.batch).await?;
        }
        let mut more = audit.more_there;
        if audit.has_something_to_send() {
            match link.may_push() {
                Ok(()) => {
                    link.board.set_state(LinkState::Syncing);
                    push::push(link, token, audit, self.batch).await?;
                    self.batch = (self.batch * 4).min(page::MAX_OPS);
                    more |= audit.has_something_to_send();
                }
                Err(Stop::Later { why, after }) if !more => {
                    audit.presence.round(link, token, audit.stirred_at).await?;
                    return Ok(Next::Held(why, after));
                }
                Err(Stop::Later { .. }) => {}
                Err(stop) => return Err(stop),
            }
        }
        if !more {
            audit.presence.round(link, token, audit.stirred_at).await?;
        }
        Ok(if more { Next::More } else { Next::Done })
    }

    fn report(&mut self, link: &Link, token: &Token) {
        if let Some(audit) = self.audits.get(token) {
            link.board.set_audit(token, audit.progress());
        }
        let pending: u64 = self.audits.values().map(|audit| audit.progress().pending).sum();
        self.total = if pending == 0 { 0 } else { self.total.max(pending) };
        link.board.set_catch_up(self.total - pending, self.total);
    }

    fn finish(&self, link: &Link, done: &mut Done) {
        let due = |audit: &Audit| {
            let pull = audit
                .pulled_at
                .map_or(Duration::ZERO, |at| audit.pull_every(link).saturating_sub(at.elapsed()));
            audit.presence.due(link, audit.stirred_at).map_or(pull, |due| due.min(pull))
        };
        done.again = self.audits.values().filter(|audit| audit.refused.is_none()).map(due).min();
        let refused = self.audits.values().filter_map(|audit| audit.refused.as_ref()).next();
        if let (None, Some((at, why))) = (&done.held, refused) {
            let left = REFUSED.saturating_sub(at.elapsed());
            done.held = Some((why.clone(), left));
            done.again = Some(done.again.unwrap_or(left).min(left));
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
        let log_id = link.hub.identity().log_id;
        let row = link.hub.link_row(token, &link.name)?.unwrap_or_default();
        // What was acknowledged in a log that is no more says nothing.
        let acked = if row.log_id == log_id { row.acked } else { 0 };
        Ok(Self {
            row: LinkRow { log_id, acked, ..row },
            there: None,
            first: None,
            gapped: false,
            more_there: false,
            pulled_at: None,
            stirred_at: None,
            presence: Presence::default(),
            refused: None,
            head: link.hub.view(token, |loaded, _| loaded.state.head)?,
        })
    }

    /// How far our own log goes.
    fn look(&mut self, link: &Link, token: &Token) -> Result<(), StoreError> {
        let head = link.hub.view(token, |loaded, _| loaded.state.head)?;
        if head > self.head {
            self.stirred_at = Some(Instant::now());
        }
        self.head = head;
        Ok(())
    }

    /// Whatever was known of the other hub may no longer be so.
    fn begin_again(&mut self) {
        self.there = None;
        self.first = None;
        self.pulled_at = None;
    }

    /// Ask how far our log is there. False when our own log turned out to be another one.
    async fn ask(&mut self, link: &Link, token: &Token) -> Result<bool, Stop> {
        let ours = self.row.log_id;
        let state = match link.call(wire::state(token, ours)).await {
            Ok(answer) => Some(wire::read::<PeerState>(&answer)?),
            // It is made there by the first page.
            Err(Stop::Refused { status: StatusCode::NOT_FOUND, answer, .. })
                if wire::Refusal::of(&answer).is_some_and(|refusal| refusal.code == "not_found") =>
            {
                None
            }
            Err(stop) => return Err(stop),
        };
        let have = state.map_or(0, |state| state.have);
        if let Some(state) = state {
            if state.log_id == ours {
                return Err(Stop::Paused { why: "this upstream is this hub itself".to_owned() });
            }
            self.meet(state.log_id);
        }
        if have > self.head {
            // It has seen more of our log than there is: we were rolled back, and this is another log.
            link.hub.resume(token, Cursor { log_id: ours, seq: have }, true).await?;
            return Ok(false);
        }
        self.there = Some(have);
        self.row.acked = have;
        Ok(true)
    }

    /// The other hub's log, as it says itself.
    fn meet(&mut self, log_id: uuid::Uuid) {
        if self.row.peer_log != Some(log_id) {
            self.row = LinkRow { acked: 0, peer_log: Some(log_id), pulled: 0, ..self.row };
            self.begin_again();
        }
    }

    fn has_something_to_send(&self) -> bool {
        self.there.is_none() || self.row.acked < self.head
    }

    fn progress(&self) -> AuditProgress {
        let ahead = self.first.as_ref().map_or(0, |first| first.sent_after(self.row.acked));
        let pending = self.head.saturating_sub(self.row.acked).saturating_sub(ahead);
        AuditProgress { acked: self.row.acked, pending, ..AuditProgress::default() }
    }

    fn remember(&self, link: &Link) -> Remember {
        Remember { row: Some(self.row), ..Remember::of(link.name.clone()) }
    }

    fn pull_every(&self, link: &Link) -> Duration {
        let busy = self.stirred_at.is_some_and(|at| at.elapsed() < BUSY);
        // What costs by the byte is asked less often.
        if busy && !link.is_metered() { link.pace.busy } else { link.pace.quiet }
    }
}
