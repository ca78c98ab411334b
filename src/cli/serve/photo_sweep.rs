//! Sweep of photos that were begun and not finished, and of those that were taken out 30 days ago: at the start, and every hour while
//! the hub serves.
//!
//! Called by `serve`; calls `hub`.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::hub::Hub;

const EVERY: Duration = Duration::from_secs(3_600);

/// For as long as the returned task is kept.
pub fn start(hub: &Arc<Hub>) -> Sweeping {
    let hub = Arc::clone(hub);
    Sweeping(tokio::spawn(async move {
        loop {
            // By the clock that wrote the files' times, right or wrong.
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            hub.sweep_photos(u64::try_from(now.as_millis()).unwrap_or(u64::MAX)).await;
            hub.free_taken_out().await;
            tokio::time::sleep(EVERY).await;
        }
    }))
}

#[derive(Debug)]
pub struct Sweeping(tokio::task::JoinHandle<()>);

impl Drop for Sweeping {
    fn drop(&mut self) {
        self.0.abort();
    }
}
