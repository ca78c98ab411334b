//! Two-way sync with a v3.3 cloud: read what is there, merge it, send what should win, remember what is there now.
//!
//! `rounds` calls an audit's steps; they call `pull`, `push` and `presence`, which call `plan` for every decision.
//!
//! The cloud keeps one row for each module, and the last to arrive wins there. So nothing is sent without
//! having read first, and of a module only what should win, once, however often it was marked meanwhile.

pub mod id;
mod left_out;
mod names;
mod plan;
mod presence;
mod pull;
mod push;
mod queue;
mod suspects;
mod sync_state;
pub mod wire;

use std::collections::HashMap;
use std::time::Duration;

use super::link::{Stop, UpstreamLink};
use super::rounds::{Exchange, Next, SyncSchedule};
use crate::domain::Token;
use crate::hub::LinkState;
use crate::store::StoreError;
use left_out::LeftOutRows;
use presence::CloudPresenceSync;
use queue::Queue;
pub use sync_state::CloudAuditSync;
use sync_state::MarkBatchSize;

impl Exchange for CloudAuditSync {
    type Batching = MarkBatchSize;

    fn resume(link: &UpstreamLink, token: &Token) -> Result<Self, StoreError> {
        let queue = Queue::resume(link, token)?;
        Ok(Self {
            schedule: SyncSchedule::default(),
            read_back_at: None,
            queue,
            left_out: LeftOutRows::default(),
            presence: CloudPresenceSync::default(),
        })
    }

    fn schedule(&mut self) -> &mut SyncSchedule {
        &mut self.schedule
    }

    fn look(&mut self, link: &UpstreamLink, token: &Token) -> Result<(), Stop> {
        if self.queue.refill(link, token)? {
            self.schedule.stir();
        }
        Ok(())
    }

    async fn step(
        &mut self,
        link: &UpstreamLink,
        token: &Token,
        size: &mut MarkBatchSize,
    ) -> Result<Next, Stop> {
        if self.schedule.is_unread_for(self.schedule.pull_every(link)) {
            if !self.queue.is_empty() {
                link.board.set_state(LinkState::Syncing);
            }
            self.read(link, token).await?;
        }
        if let Err(Stop::Later { why, after }) = link.may_push() {
            self.presence.round(link, token, self.schedule.stirred_at).await?;
            return Ok(if self.queue.is_empty() { Next::Done } else { Next::Held(why, after) });
        }
        let mut batch = push::gather(link, token, &self.queue, size.0)?;
        // Whoever sends must have read first, just before: what was marked there meanwhile is overwritten without a
        // trace. With nothing to send there is no need to ask the cloud.
        if batch.sends() && self.schedule.is_unread_for(link.intervals.fresh) {
            link.board.set_state(LinkState::Syncing);
            self.read(link, token).await?;
            batch = push::gather(link, token, &self.queue, size.0)?;
        }
        if push::push(link, token, self, batch, &mut size.0).await? {
            return Ok(Next::More);
        }
        self.presence.round(link, token, self.schedule.stirred_at).await?;
        Ok(Next::Done)
    }

    fn report(&self, link: &UpstreamLink, token: &Token) {
        self.queue.report(link, token);
    }

    fn ended(all: &HashMap<Token, Self>, link: &UpstreamLink) {
        let parked: usize = all.values().map(|audit| audit.queue.parked()).sum();
        link.board.set_parked(parked as u64);
        link.board.set_catch_up(0, 0);
    }

    fn presence_due(&self, link: &UpstreamLink) -> Option<Duration> {
        self.presence.due(link, self.schedule.stirred_at)
    }
}

impl CloudAuditSync {
    async fn read(&mut self, link: &UpstreamLink, token: &Token) -> Result<(), Stop> {
        if pull::pull(link, token, self).await? {
            self.schedule.stir();
            self.queue.refill(link, token)?;
        }
        Ok(())
    }
}
