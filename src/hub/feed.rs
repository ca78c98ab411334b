//! Publish/subscribe notification: "something about audit A has changed", a nudge that carries no data.
//!
//! The writer's callback and presence nudge; live streams and upstreams wait. Whoever is woken
//! reads the log from its own cursor, so a slow reader reads later and nothing is ever queued.

use std::collections::HashMap;

use parking_lot::Mutex;

use tokio::sync::watch;

use crate::domain::Token;

#[derive(Debug)]
pub struct Feed {
    watched: Mutex<HashMap<Token, watch::Sender<()>>>,
    any: watch::Sender<()>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { watched: Mutex::default(), any: watch::channel(()).0 }
    }
}

/// One reader's end.
#[derive(Debug)]
pub struct Nudges(watch::Receiver<()>);

impl Nudges {
    /// Returns when there was a nudge since the last return.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // The feed is gone with the hub: there is nothing to wait for any more.
            std::future::pending::<()>().await;
        }
    }
}

impl Feed {
    pub fn watch(&self, token: &Token) -> Nudges {
        let mut watched = self.watched.lock();
        Nudges(watched.entry(token.clone()).or_insert_with(|| watch::channel(()).0).subscribe())
    }

    /// Wakes when any audit's log has changed.
    pub fn watch_any(&self) -> Nudges {
        Nudges(self.any.subscribe())
    }

    /// The audit's log has changed.
    pub fn nudge(&self, token: &Token) {
        self.any.send_replace(());
        self.tell(token);
    }

    /// Something beside the log has: who is here, what is in the cloud.
    pub fn tell(&self, token: &Token) {
        let mut watched = self.watched.lock();
        if watched.get(token).is_some_and(|sender| sender.send(()).is_err()) {
            watched.remove(token);
        }
    }

    /// Any audit may be another one now.
    pub fn nudge_all(&self) {
        self.any.send_replace(());
        let mut watched = self.watched.lock();
        watched.retain(|_, sender| sender.send(()).is_ok());
    }
}
