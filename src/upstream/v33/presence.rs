//! Presence (heartbeat) with a v3.3 cloud, both ways: the office sees who is on site, and the site who is in the
//! office.
//!
//! Called by the round when nothing waits to be sent; calls the hub. Memory alone, as presence is everywhere.

use std::collections::HashMap;
use std::time::Duration;

use hyper::body::Bytes;
use hyper::{Method, header};
use tokio::time::Instant;

use super::wire::{CloudHeartbeatBody, read_technicians};
use crate::domain::Token;
use crate::domain::id::TechnicianId;
use crate::upstream::client::Request;
use crate::upstream::link::{Stop, UpstreamLink};
use crate::upstream::rounds::is_busy;

/// A cloud shows somebody for 30 s after their last heartbeat: whom we told of is not news from there for a while.
const ECHO: Duration = Duration::from_secs(90);

#[derive(Debug, Default)]
pub struct CloudPresenceSync {
    told_at: Option<Instant>,
    asked_at: Option<Instant>,
    told: HashMap<TechnicianId, Instant>,
}

impl CloudPresenceSync {
    /// When there is something to do; `None` while nothing goes on.
    pub fn due(&self, link: &UpstreamLink, stirred_at: Option<Instant>) -> Option<Duration> {
        if !link.presence || !is_busy(stirred_at) {
            return None;
        }
        let left = |at: Option<Instant>, every: Duration| {
            at.map_or(Duration::ZERO, |at| every.saturating_sub(at.elapsed()))
        };
        Some(
            left(self.told_at, link.intervals.heartbeat).min(left(self.asked_at, link.intervals.technicians)),
        )
    }

    /// Tell and ask, where it is time.
    pub async fn round(
        &mut self,
        link: &UpstreamLink,
        token: &Token,
        stirred_at: Option<Instant>,
    ) -> Result<(), Stop> {
        if !link.presence {
            return Ok(());
        }
        let passed = |at: Option<Instant>, every: Duration| at.is_none_or(|at| at.elapsed() >= every);
        if passed(self.told_at, link.intervals.heartbeat) {
            self.told_at = Some(Instant::now());
            self.tell(link, token).await?;
        }
        let busy = is_busy(stirred_at) || !self.told.is_empty();
        if busy && passed(self.asked_at, link.intervals.technicians) {
            self.asked_at = Some(Instant::now());
            self.ask(link, token).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, link: &UpstreamLink, token: &Token) -> Result<(), Stop> {
        self.told.retain(|_, at| at.elapsed() < ECHO);
        for (id, present) in link.hub.present_but(&link.name, token) {
            let body = CloudHeartbeatBody { technician_id: id.as_str(), technician_name: &present.name };
            let mut request = Request::new(Method::POST, format!("/api/audit/{token}/heartbeat"));
            request
                .headers
                .push((header::CONTENT_TYPE, header::HeaderValue::from_static("application/json")));
            // Text and nothing else: it cannot fail.
            request.body = Bytes::from(serde_json::to_vec(&body).unwrap_or_default());
            match link.call(request).await {
                // It may know marks and no heartbeats: nothing depends on them.
                Ok(_) | Err(Stop::Refused { .. }) => {}
                Err(stop) => return Err(stop),
            }
            self.told.insert(id, Instant::now());
        }
        Ok(())
    }

    async fn ask(&mut self, link: &UpstreamLink, token: &Token) -> Result<(), Stop> {
        let answer =
            match link.call(Request::new(Method::GET, format!("/api/audit/{token}/technicians"))).await {
                Ok(answer) => answer,
                Err(Stop::Refused { .. }) => return Ok(()),
                Err(stop) => return Err(stop),
            };
        for author in read_technicians(&answer.body).unwrap_or_default() {
            // Our own, come back.
            if !self.told.contains_key(&author.id) {
                link.hub.seen_via(&link.name, token, &author, None);
            }
        }
        Ok(())
    }
}
