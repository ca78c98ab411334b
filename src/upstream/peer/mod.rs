//! Replication with another fieldhub: pages of the log, both ways.
//!
//! `rounds` calls an audit's steps; they call `pull`, `push` and `presence`. How far our log is there, the other hub
//! knows best, and is asked after each outage; how far its log is here lies beside the operations. A page that
//! comes twice has no effect. So nothing here can go wrong for long: whoever has lost something begins again
//! earlier, at worst at 0.

mod audit_pictures;
mod picture_round;
mod picture_steps;
mod picture_turns;
mod picture_wire;
mod presence;
mod pull;
mod push;
mod step_size;
mod sync_state;
mod wire;

use std::collections::HashMap;
use std::time::Duration;

use hyper::StatusCode;

use super::link::{Stop, UpstreamLink};
use super::rounds::{Exchange, Next, SyncSchedule};
use crate::domain::{Token, page};
use crate::hub::{Judged, LinkReason, LinkState, ReasonCode};
use crate::store::{LinkRow, StoreError};
use audit_pictures::AuditPictures;
use presence::PeerPresenceSync;
pub use sync_state::PeerAuditSync;
use sync_state::{PROBE, PageBatching};
use wire::PeerStateReply;

impl Exchange for PeerAuditSync {
    type Batching = PageBatching;

    fn resume(link: &UpstreamLink, token: &Token) -> Result<Self, StoreError> {
        let log_id = link.hub.identity().log_id;
        let row = link.hub.link_row(token, &link.name)?.unwrap_or_default();
        // What was acknowledged in a log that is no more says nothing.
        let acked = if row.log_id == log_id { row.acked } else { 0 };
        Ok(Self {
            schedule: SyncSchedule::default(),
            row: LinkRow { log_id, acked, ..row },
            there: None,
            first: None,
            gapped: false,
            more_there: false,
            reread: None,
            sent: 0,
            presence: PeerPresenceSync::default(),
            head: link.hub.head(token)?,
            pictures: AuditPictures::default(),
        })
    }

    fn schedule(&mut self) -> &mut SyncSchedule {
        &mut self.schedule
    }

    /// How far our own log goes.
    fn look(&mut self, link: &UpstreamLink, token: &Token) -> Result<(), Stop> {
        let head = link.hub.head(token)?;
        if head > self.head {
            self.schedule.stir();
        }
        self.head = head;
        Ok(())
    }

    /// A page in when it is time, a page out when there is something.
    async fn step(
        &mut self,
        link: &UpstreamLink,
        token: &Token,
        batching: &mut PageBatching,
    ) -> Result<Next, Stop> {
        let log_id = link.hub.identity().log_id;
        if self.row.log_id != log_id {
            // What was acknowledged counts in a log that is no more.
            self.row = LinkRow { log_id, acked: 0, ..self.row };
            self.begin_again();
            // What came from that log was left out of what was read there, and a copy of this hub may have sent it.
            self.reread = Some(0);
        }
        if self.there.is_none() && !self.ask(link, token).await? {
            return Ok(Next::More);
        }
        if self.more_there || self.schedule.is_unread_for(self.schedule.pull_every(link)) {
            pull::pull(link, token, self, batching.batch).await?;
        }
        let mut more = self.more_there;
        if self.has_something_to_send() {
            match link.may_push() {
                Ok(()) => {
                    link.board.set_state(LinkState::Syncing);
                    let before = self.sent;
                    push::push(link, token, self, batching.batch).await?;
                    batching.sent += self.sent - before;
                    batching.batch = (batching.batch * 4).min(page::MAX_OPS);
                    more |= self.has_something_to_send();
                }
                Err(Stop::Later { why, after }) if !more => {
                    self.presence.round(link, token, self.schedule.stirred_at).await?;
                    return Ok(Next::Held(why, after));
                }
                Err(Stop::Later { .. }) => {}
                Err(stop) => return Err(stop),
            }
        }
        if more {
            return Ok(Next::More);
        }
        self.presence.round(link, token, self.schedule.stirred_at).await?;
        Ok(Next::Done)
    }

    fn report(&self, link: &UpstreamLink, token: &Token) {
        link.board.set_audit(token, self.progress());
        link.board.set_photos(token, self.pictures.progress(link, token, self.row.acked));
    }

    fn sum_up(all: &HashMap<Token, Self>, batching: &mut PageBatching, link: &UpstreamLink) {
        let pending: u64 = all.values().map(|audit| audit.progress().pending).sum();
        if pending == 0 {
            batching.sent = 0;
        }
        // A fall of what waits is no catch-up by itself: the other hub may say that it has more than was known.
        let moves = batching.sent > 0;
        let (done, total) = if moves { (batching.sent, batching.sent + pending) } else { (0, 0) };
        link.board.set_catch_up(done, total);
    }

    fn presence_due(&self, link: &UpstreamLink) -> Option<Duration> {
        self.presence.due(link, self.schedule.stirred_at)
    }

    async fn after_marks(
        all: &mut HashMap<Token, Self>,
        batching: &mut PageBatching,
        link: &UpstreamLink,
    ) -> Result<Option<Duration>, Stop> {
        let again = picture_round::go(&mut batching.pictures, all, link).await?;
        for (token, audit) in all.iter() {
            audit.report(link, token);
        }
        Ok(again)
    }

    fn begin_anew(all: &mut HashMap<Token, Self>, batching: &mut PageBatching) {
        batching.pictures.begin_anew();
        all.values_mut().for_each(|audit| audit.pictures.ask_anew());
    }

    fn after_outage(&mut self) {
        self.there = None;
        self.pictures.ask_anew();
    }

    fn begin_small(batching: &mut PageBatching) {
        batching.batch = PROBE;
    }
}

impl PeerAuditSync {
    /// Ask how far our log is there. False when our own log turned out to be another one.
    async fn ask(&mut self, link: &UpstreamLink, token: &Token) -> Result<bool, Stop> {
        let ours = self.row.log_id;
        let state = match wire::call(link, wire::state(token, ours)).await {
            Ok(answer) => {
                let state = wire::read::<PeerStateReply>(&answer)?;
                link.answered();
                Some(state)
            }
            // It is made there by the first page.
            Err(Stop::Refused { status: StatusCode::NOT_FOUND, answer, .. })
                if wire::Refusal::of(&answer).is_some_and(|refusal| refusal.code == "not_found") =>
            {
                None
            }
            Err(stop) => return Err(stop),
        };
        let told = state.as_ref().map(PeerStateReply::told);
        if let Some(state) = state {
            if state.log_id == ours {
                let why = "this upstream is this hub itself, or a copy of its data: then type `fieldhub identity \
                           new` on one of the two";
                return Err(Stop::Paused { why: LinkReason::new(ReasonCode::Itself, why) });
            }
            self.meet(state.log_id);
        }
        let there = match told {
            None => 0,
            Some(told) => match link.hub.judge(token, ours, told).await? {
                Judged::From(there) => there,
                Judged::Unproved => 0,
                Judged::NewLog => return Ok(false),
            },
        };
        self.there = Some(there);
        self.row.acked = there;
        Ok(true)
    }
}
