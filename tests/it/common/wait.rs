//! Polling: asks until something holds, with a pause in between. For threads, and for tasks.

use std::time::{Duration, Instant};

/// How long anything may take on a machine that is busy with other things. No test measures by it.
const PATIENCE: Duration = Duration::from_secs(240);

/// A look may be the start of a whole program. All looks together leave four fifths of a core to what is waited for.
fn pause(look: Duration) -> Duration {
    (look * 4).clamp(Duration::from_millis(5), Duration::from_millis(500))
}

#[track_caller]
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    loop {
        let looked = Instant::now();
        if holds() {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::sleep(pause(looked.elapsed()));
    }
}

pub async fn until_async(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    loop {
        let looked = Instant::now();
        if holds().await {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "in vain: {what}");
        tokio::time::sleep(pause(looked.elapsed())).await;
    }
}
