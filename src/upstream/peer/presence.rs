//! Presence (heartbeat) with another fieldhub, both ways: one call tells who is here and asks who is there.
//!
//! Called by the round when nothing waits to be sent; calls the hub. Memory alone, as presence is everywhere.

use std::time::Duration;

use tokio::time::Instant;

use super::wire::{self, MaybeTechnician, PeerPresenceBody, PeerPresent, PeerTechnicians};
use crate::domain::{Author, ModuleId, Token};
use crate::hub::Hub;
use crate::upstream::link::{Stop, UpstreamLink};
use crate::upstream::rounds::is_busy;

#[derive(Debug, Default)]
pub struct PeerPresenceSync {
    told_at: Option<Instant>,
}

impl PeerPresenceSync {
    /// When there is something to do; `None` while nothing goes on.
    pub fn due(&self, link: &UpstreamLink, stirred_at: Option<Instant>) -> Option<Duration> {
        let busy = is_busy(stirred_at);
        let left =
            self.told_at.map_or(Duration::ZERO, |at| link.intervals.heartbeat.saturating_sub(at.elapsed()));
        (link.presence && busy).then_some(left)
    }

    pub async fn round(
        &mut self,
        link: &UpstreamLink,
        token: &Token,
        stirred_at: Option<Instant>,
    ) -> Result<(), Stop> {
        if !link.presence || self.told_at.is_some_and(|at| at.elapsed() < link.intervals.heartbeat) {
            return Ok(());
        }
        let here = link.hub.present_but(&link.name, token);
        if here.is_empty() && self.due(link, stirred_at).is_none() {
            return Ok(());
        }
        self.told_at = Some(Instant::now());
        let hub = call_sign(&link.hub);
        let technicians = here.iter().map(|(id, present)| PeerPresent {
            technician_id: id.as_str(),
            technician_name: &present.name,
            focus: present.at.focus.as_ref().map(ModuleId::as_str),
        });
        let body = PeerPresenceBody { hub: &hub, technicians: technicians.collect() };
        let answer = match wire::call(link, wire::presence(token, &body)).await {
            Ok(answer) => answer,
            // Nothing depends on it.
            Err(Stop::Refused { .. }) => return Ok(()),
            Err(stop) => return Err(stop),
        };
        for there in wire::read::<PeerTechnicians>(&answer)?.technicians {
            let MaybeTechnician::Technician(there) = there else { continue };
            let Ok(author) = Author::new(there.technician_id, there.technician_name) else { continue };
            let focus = there.focus.and_then(|focus| ModuleId::parse(focus).ok());
            link.hub.seen_via(&link.name, token, &author, focus);
        }
        Ok(())
    }
}

/// What tells this hub from others, for people: its name, and a part of its id because names repeat.
fn call_sign(hub: &Hub) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = hub.name().chars().map(plain).take(40).collect();
    let id = hub.identity().hub_id.simple().to_string();
    format!("{name}-{}", &id[..8])
}
