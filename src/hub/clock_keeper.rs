//! Persistence schedule of the clock: writes what is known of the time when that changes, now and then, and at the end.
//!
//! Started by the hub; a thread of its own, because a flush takes as long as the card likes.

use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;

use super::clock::{HubClock, KeepOrder};

/// What a power cut costs of the hub's running time. Rarely, as it wears the card.
const EVERY: Duration = Duration::from_secs(30 * 60);

#[derive(Debug)]
pub struct ClockKeeper {
    running: Mutex<Option<(Arc<HubClock>, JoinHandle<()>)>>,
}

impl ClockKeeper {
    pub(super) fn start(clock: Arc<HubClock>, orders: mpsc::Receiver<KeepOrder>) -> std::io::Result<Self> {
        let kept = Arc::clone(&clock);
        let thread = std::thread::Builder::new().name("clock".to_owned()).spawn(move || {
            loop {
                let order = orders.recv_timeout(EVERY);
                let mut stop =
                    matches!(order, Ok(KeepOrder::Stop) | Err(mpsc::RecvTimeoutError::Disconnected));
                // What has piled up meanwhile is done by this one.
                stop |= orders.try_iter().any(|order| matches!(order, KeepOrder::Stop));
                if let Err(error) = kept.keep() {
                    tracing::warn!(%error, "what is known of the time could not be written down");
                }
                if stop {
                    return;
                }
            }
        })?;
        Ok(Self { running: Mutex::new(Some((clock, thread))) })
    }

    /// For a hub without threads.
    pub fn none() -> Self {
        Self { running: Mutex::new(None) }
    }

    /// Writes once more, and ends. A second call does nothing.
    pub fn stop(&self) {
        let running = self.running.lock().take();
        if let Some((clock, thread)) = running {
            clock.order(KeepOrder::Stop);
            if thread.join().is_err() {
                tracing::error!("the thread of the clock panicked");
            }
        }
    }
}

impl Drop for ClockKeeper {
    fn drop(&mut self) {
        self.stop();
    }
}
