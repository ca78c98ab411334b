//! Publish/subscribe notification: "something about audit A has changed", a nudge that carries no data.
//!
//! The writer's callback and presence nudge; live streams and upstreams wait. Whoever is woken
//! reads the log from its own cursor, so a slow reader reads later and nothing is ever queued.
//!
//! An audience of many is woken some at a time (fan-out): between two handfuls whatever else is ready has its turn, such as the
//! next mark. Woken all at once, 200 feeds stood in a queue before it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, yield_now};

use crate::domain::Token;

/// Readers that are woken at once.
const HANDFUL: usize = 8;

#[derive(Debug)]
pub struct Feed {
    watched: Mutex<HashMap<Token, Audience>>,
    any: watch::Sender<()>,
    fan_out: Arc<FanOut>,
}

/// Who watches one audit, by handfuls.
#[derive(Debug, Default)]
struct Audience(Vec<watch::Sender<()>>);

/// Audits whose audiences are being woken, handful by handful.
#[derive(Debug, Default)]
struct FanOut {
    due: Mutex<VecDeque<Token>>,
    bell: Notify,
    /// There since somebody had to be in a second handful; ends with its runtime.
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { watched: Mutex::default(), any: watch::channel(()).0, fan_out: Arc::default() }
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
    pub fn watch(self: &Arc<Self>, token: &Token) -> Nudges {
        let mut watched = self.watched.lock();
        let audience = watched.entry(token.clone()).or_default();
        let nudges = audience.join();
        if audience.0.len() > 1 {
            self.start_fan_out();
        }
        Nudges(nudges)
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
        let Some(audience) = watched.get_mut(token) else { return };
        audience.0.retain(|handful| handful.receiver_count() > 0);
        if audience.0.is_empty() {
            watched.remove(token);
            return;
        }
        if audience.0.len() > 1 && self.fan_out.goes_on() {
            return self.fan_out.wake(token);
        }
        audience.0.iter().for_each(|handful| handful.send_replace(()));
    }

    /// Any audit may be another one now.
    pub fn nudge_all(&self) {
        self.any.send_replace(());
        for audience in self.watched.lock().values() {
            audience.0.iter().for_each(|handful| handful.send_replace(()));
        }
    }

    /// One handful of an audience; whether there was one.
    fn wake(&self, token: &Token, handful: usize) -> bool {
        let watched = self.watched.lock();
        let handful = watched.get(token).and_then(|audience| audience.0.get(handful));
        handful.map(|handful| handful.send_replace(())).is_some()
    }

    /// Without a runtime, as in some commands, all are woken at once.
    fn start_fan_out(self: &Arc<Self>) {
        let (mut task, Ok(runtime)) = (self.fan_out.task.lock(), Handle::try_current()) else { return };
        if task.as_ref().is_none_or(JoinHandle::is_finished) {
            *task = Some(runtime.spawn(Arc::clone(&self.fan_out).run(Arc::downgrade(self))));
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.fan_out.bell.notify_one();
    }
}

impl Audience {
    fn join(&mut self) -> watch::Receiver<()> {
        let room = self.0.iter().position(|handful| handful.receiver_count() < HANDFUL);
        let at = room.unwrap_or_else(|| {
            self.0.push(watch::channel(()).0);
            self.0.len() - 1
        });
        self.0[at].subscribe()
    }
}

impl FanOut {
    fn goes_on(&self) -> bool {
        self.task.lock().as_ref().is_some_and(|task| !task.is_finished())
    }

    fn wake(&self, token: &Token) {
        let mut due = self.due.lock();
        // One that is being woken is no longer there: whoever has had a turn gets another.
        if !due.contains(token) {
            due.push_back(token.clone());
        }
        drop(due);
        self.bell.notify_one();
    }

    /// Ends with the feed.
    async fn run(self: Arc<Self>, feed: Weak<Feed>) {
        loop {
            let next = self.due.lock().pop_front();
            let Some(token) = next else {
                if feed.strong_count() == 0 {
                    return;
                }
                self.bell.notified().await;
                continue;
            };
            let mut handful = 0;
            while feed.upgrade().is_some_and(|feed| feed.wake(&token, handful)) {
                handful += 1;
                // Goes on when whatever was ready has run, and the network was looked at.
                yield_now().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const READERS: usize = 100;

    async fn until(what: impl Fn() -> bool) {
        while !what() {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_large_audience_is_woken_a_handful_at_a_time_and_whoever_is_ready_comes_between() {
        let (feed, token) = (Arc::new(Feed::default()), Token::parse("jalibat").unwrap());
        let woken = Arc::new(AtomicUsize::new(0));
        for _ in 0..READERS {
            let (mut nudges, woken) = (feed.watch(&token), Arc::clone(&woken));
            tokio::spawn(async move {
                loop {
                    nudges.next().await;
                    woken.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let count = || woken.load(Ordering::Relaxed);
        for round in 1..=3 {
            feed.nudge(&token);
            let mark = Arc::clone(&woken);
            let mark = tokio::spawn(async move { mark.load(Ordering::Relaxed) });
            let before = mark.await.unwrap();
            assert!(before <= (round - 1) * READERS + 2 * HANDFUL, "{before} readers went before a mark");
            until(|| count() == round * READERS).await;
        }
        // What happens while some are still to be woken, all hear of.
        feed.nudge(&token);
        until(|| count() > 3 * READERS).await;
        feed.nudge(&token);
        until(|| count() >= 5 * READERS - HANDFUL).await;
        until(|| feed.fan_out.due.lock().is_empty()).await;
        assert!(count() <= 5 * READERS, "{}", count());
    }

    #[tokio::test]
    async fn whoever_comes_while_others_go_is_woken_and_nothing_is_left_of_an_audience() {
        let (feed, token) = (Arc::new(Feed::default()), Token::parse("jalibat").unwrap());
        let mut readers: Vec<_> = (0..3 * HANDFUL).map(|_| feed.watch(&token)).collect();
        readers.drain(..HANDFUL);
        feed.nudge(&token);
        readers.extend((0..2 * HANDFUL).map(|_| feed.watch(&token)));
        feed.nudge(&token);
        for reader in &mut readers {
            reader.next().await;
        }
        assert_eq!(feed.watched.lock()[&token].0.len(), 4);
        readers.clear();
        feed.tell(&token);
        assert!(feed.watched.lock().is_empty());
        let fan_out = Arc::downgrade(&feed.fan_out);
        drop(feed);
        until(|| fan_out.strong_count() == 0).await;
    }

    #[test]
    fn without_a_runtime_all_are_woken_at_once() {
        let (feed, token) = (Arc::new(Feed::default()), Token::parse("jalibat").unwrap());
        let readers: Vec<_> = (0..3 * HANDFUL).map(|_| feed.watch(&token)).collect();
        feed.nudge(&token);
        assert!(readers.iter().all(|reader| reader.0.has_changed().unwrap()));
    }
}
