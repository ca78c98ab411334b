//! Snapshot schedule: two rotating snapshots beside the database, made while writing goes on.
//!
//! Started by the hub; a thread of its own, because a copy of a large log takes seconds.

use std::sync::{Arc, mpsc};

use parking_lot::Mutex;
use std::thread::JoinHandle;
use std::time::Duration;

use super::Metrics;
use crate::store::Engine;

/// The first comes early: a hub whose van is moved every hour should have one too.
const FIRST: Duration = Duration::from_secs(5 * 60);

#[derive(Debug)]
pub struct Snapshots {
    running: Mutex<Option<(mpsc::Sender<()>, JoinHandle<()>)>>,
}

impl Snapshots {
    pub fn start(engine: Arc<Engine>, metrics: Arc<Metrics>, every: Duration) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::Builder::new().name("snapshots".to_owned()).spawn(move || {
            let mut wait = FIRST.min(every);
            // A restored database needs one of its own, whatever the last one covers.
            let mut covered = (engine.generation(), 0);
            // Nobody ever sends: the wait ends by time, or because the sender was dropped.
            while stopped.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout) {
                wait = every;
                let now = (engine.generation(), metrics.commits());
                if now == covered {
                    continue;
                }
                match engine.snapshot() {
                    Ok(()) => covered = now,
                    Err(error) => tracing::warn!(%error, "no snapshot this time"),
                }
            }
        })?;
        Ok(Self { running: Mutex::new(Some((stop, thread))) })
    }

    /// For a hub without threads.
    pub fn none() -> Self {
        Self { running: Mutex::new(None) }
    }

    /// Waits for a snapshot in the making. A second call does nothing.
    pub fn stop(&self) {
        let running = self.running.lock().take();
        if let Some((stop, thread)) = running {
            drop(stop);
            if thread.join().is_err() {
                tracing::error!("the snapshot thread panicked");
            }
        }
    }
}

impl Drop for Snapshots {
    fn drop(&mut self) {
        self.stop();
    }
}
