//! systemd readiness and watchdog (sd_notify, `Type=notify`, `WatchdogSec=`): how far a repair has got, that the hub is
//! ready and where, and as long as the writer answers that the hub lives.
//!
//! Called by `serve` and, while a database is opened, by the store through a plain function; calls sd-notify. Without systemd there
//! is no socket to tell, and all of this does nothing.

use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::task::JoinHandle;

use crate::hub::{Hub, IDLE};
use crate::store::StoreError;

/// What an opening may take until it is heard of again: redb tells once for each time that it goes through the file.
const OPENING_STEP: Duration = Duration::from_secs(10 * 60);

/// Pings for as long as it is kept.
#[derive(Debug)]
pub struct Watch(Option<JoinHandle<()>>);

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(pings) = &self.0 {
            pings.abort();
        }
    }
}

/// A database is gone through, at the start or when it is reopened after a failure: the writer is then busy, and no
/// dead one.
pub fn opening(done: f64) {
    let status = format!("Opening the database: {:.0} %", done * 100.0);
    tracing::debug!("{status}");
    let step = u32::try_from(OPENING_STEP.as_micros()).unwrap_or(u32::MAX);
    tell(&[NotifyState::ExtendTimeoutUsec(step), NotifyState::Watchdog, NotifyState::Status(&status)]);
}

/// The hub takes requests; `status` says where.
pub fn ready(hub: &Arc<Hub>, status: String) -> Watch {
    tell(&[NotifyState::Ready, NotifyState::Status(&status)]);
    let Some(patience) = sd_notify::watchdog_enabled().filter(|time| !time.is_zero()) else {
        return Watch(None);
    };
    let hub = Arc::clone(hub);
    Watch(Some(tokio::spawn(async move {
        // Two may get lost; systemd asks for half of the time at most.
        let mut turns = tokio::time::interval(patience / 3);
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            // A writer that hangs never answers, and a new process may help. A commit that fails is an answer: a new
            // process would find the same disk, and be gone for those who read.
            let said = match hub.probe(IDLE).await {
                Ok(()) => status.clone(),
                // There is no writer any more: only a new process has one.
                Err(error @ StoreError::Stopping) => {
                    tracing::error!(%error, "the writer has ended: the watchdog is not told that the hub lives");
                    continue;
                }
                Err(error) => format!("{status}; marks wait on the tablets: {error}"),
            };
            tell(&[NotifyState::Watchdog, NotifyState::Status(&said)]);
        }
    })))
}

pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("Stopping")]);
}

fn tell(news: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(news) {
        tracing::warn!(%error, "systemd could not be told how the hub is");
    }
}
