//! Status board of upstreams: how each is, how far every audit has got with it, and who wants it to go on.
//!
//! `upstream` writes here, `http` reads; neither knows the other. In memory alone: what must survive is in
//! the store's link rows, which an upstream reads when it starts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::feed::Feed;
pub use crate::domain::LinkKind;
use crate::domain::{LinkName, ModuleId, Token};

/// What an upstream is, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkInfo {
    pub name: LinkName,
    pub kind: LinkKind,
    pub url: String,
    pub budget_bytes: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// Everything is there.
    Idle,
    Syncing,
    /// The next try is at `until`.
    Waiting {
        until: Instant,
        why: String,
    },
    /// Until somebody does something, or the reason passes.
    Paused {
        why: String,
    },
}

impl LinkState {
    pub const ALL: [&str; 4] = ["idle", "syncing", "waiting", "paused"];

    pub fn as_str(&self) -> &'static str {
        match self {
            LinkState::Idle => "idle",
            LinkState::Syncing => "syncing",
            LinkState::Waiting { .. } => "waiting",
            LinkState::Paused { .. } => "paused",
        }
    }
}

/// How far one audit is with one upstream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditProgress {
    /// The upstream has our log up to here, but for what is parked.
    pub acked: u64,
    /// What waits: modules (v3.3) or operations (fieldhub).
    pub pending: u64,
    /// Modules that are not there, and will not get there by themselves.
    pub parked: BTreeSet<ModuleId>,
}

/// Where the marks of an audit have got to: `None` for an audit that goes nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Every upstream of this audit has our log up to here.
    pub seq: u64,
    pub pending: u64,
    pub parked: Vec<ModuleId>,
}

#[derive(Debug, Clone)]
pub struct LinkReport {
    pub info: LinkInfo,
    pub state: LinkState,
    /// Of the catch-up under way; both 0 when there is none.
    pub done: u64,
    pub total: u64,
    pub last_success_ms: Option<u64>,
    pub sent_today: u64,
    pub received_today: u64,
    /// Modules that are parked and not dropped.
    pub parked: u64,
    pub audits: BTreeMap<Token, AuditProgress>,
}

impl LinkReport {
    pub fn pending(&self) -> u64 {
        self.audits.values().map(|audit| audit.pending).sum()
    }
}

#[derive(Debug)]
struct BoardEntry {
    woken: Notify,
    report: Mutex<LinkReport>,
}

impl BoardEntry {
    fn wake(&self) {
        let mut report = self.lock();
        // Its wait is over now, before anybody looks: they would take it for what came of the try.
        if matches!(report.state, LinkState::Waiting { .. } | LinkState::Paused { .. }) {
            report.state = LinkState::Syncing;
        }
        drop(report);
        self.woken.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, LinkReport> {
        self.report.lock()
    }
}

#[derive(Debug)]
pub struct StatusBoard {
    feed: Arc<Feed>,
    links: Mutex<Vec<Arc<BoardEntry>>>,
}

/// What an upstream holds of its place on the board; the place is gone with it.
#[derive(Debug)]
pub struct LinkHandle {
    feed: Arc<Feed>,
    link: Arc<BoardEntry>,
}

impl StatusBoard {
    pub(super) fn new(feed: Arc<Feed>) -> Self {
        Self { feed, links: Mutex::default() }
    }

    fn all(&self) -> Vec<Arc<BoardEntry>> {
        let mut links = self.links.lock();
        // One that is held here alone has stopped.
        links.retain(|link| Arc::strong_count(link) > 1);
        links.clone()
    }

    pub fn add(&self, info: LinkInfo) -> LinkHandle {
        let report = LinkReport {
            info,
            state: LinkState::Idle,
            done: 0,
            total: 0,
            last_success_ms: None,
            sent_today: 0,
            received_today: 0,
            parked: 0,
            audits: BTreeMap::new(),
        };
        let link = Arc::new(BoardEntry { woken: Notify::new(), report: Mutex::new(report) });
        self.links.lock().push(Arc::clone(&link));
        LinkHandle { feed: Arc::clone(&self.feed), link }
    }

    /// All upstreams, in the order of their setting.
    pub fn report(&self) -> Vec<LinkReport> {
        self.all().iter().map(|link| link.lock().clone()).collect()
    }

    /// Have one of them, or all, try at once. How many there are of that name.
    pub fn sync_now(&self, name: Option<&LinkName>) -> usize {
        let links = self.all();
        let named = links.iter().filter(|link| name.is_none_or(|name| link.lock().info.name == *name));
        named.inspect(|link| link.wake()).count()
    }

    pub fn receipt(&self, token: &Token) -> Option<Receipt> {
        let mut receipt: Option<(u64, u64, BTreeSet<ModuleId>)> = None;
        for link in self.all() {
            let Some(audit) = link.lock().audits.get(token).cloned() else { continue };
            receipt = Some(match receipt {
                None => (audit.acked, audit.pending, audit.parked),
                Some((seq, pending, mut parked)) => {
                    parked.extend(audit.parked);
                    (seq.min(audit.acked), pending.max(audit.pending), parked)
                }
            });
        }
        receipt.map(|(seq, pending, parked)| Receipt { seq, pending, parked: parked.into_iter().collect() })
    }
}

impl LinkHandle {
    /// Returns when somebody wants it to try at once, since the last return.
    pub async fn woken(&self) {
        self.link.woken.notified().await;
    }

    pub fn set_state(&self, state: LinkState) {
        self.link.lock().state = state;
    }

    pub fn succeeded(&self, now_ms: u64) {
        self.link.lock().last_success_ms = Some(now_ms);
    }

    pub fn set_catch_up(&self, done: u64, total: u64) {
        let mut report = self.link.lock();
        (report.done, report.total) = (done, total);
    }

    pub fn set_bytes_today(&self, sent: u64, received: u64) {
        let mut report = self.link.lock();
        (report.sent_today, report.received_today) = (sent, received);
    }

    /// How many modules are parked and not dropped, in all audits.
    pub fn set_parked(&self, parked: u64) {
        self.link.lock().parked = parked;
    }

    /// Tablets hear of it when it is news.
    pub fn set_audit(&self, token: &Token, progress: AuditProgress) {
        let old = self.link.lock().audits.insert(token.clone(), progress.clone());
        if old != Some(progress) {
            self.feed.tell(token);
        }
    }

    /// The audit does not go to this upstream, or is gone.
    pub fn drop_audit(&self, token: &Token) {
        if self.link.lock().audits.remove(token).is_some() {
            self.feed.tell(token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        Token::parse("jalibat").unwrap()
    }

    fn progress(acked: u64, parked: &[&str]) -> AuditProgress {
        let parked = parked.iter().map(|id| ModuleId::parse(*id).unwrap()).collect();
        AuditProgress { acked, pending: 10 - acked, parked }
    }

    #[test]
    fn a_mark_is_in_the_cloud_when_every_upstream_has_it() {
        let board = StatusBoard::new(Arc::default());
        let info = |name: &str| LinkInfo {
            name: LinkName::parse(name).unwrap(),
            kind: LinkKind::V33,
            url: "https://cloud.example".to_owned(),
            budget_bytes: None,
        };
        assert_eq!(board.receipt(&token()), None);
        let (one, two) = (board.add(info("one")), board.add(info("two")));
        assert_eq!(board.receipt(&token()), None, "neither takes this audit");
        one.set_audit(&token(), progress(7, &["M001"]));
        assert_eq!(board.receipt(&token()).unwrap().seq, 7);
        two.set_audit(&token(), progress(3, &["M002"]));
        let receipt = board.receipt(&token()).unwrap();
        assert_eq!((receipt.seq, receipt.pending, receipt.parked.len()), (3, 7, 2));
        drop(two);
        assert_eq!(board.receipt(&token()).unwrap().seq, 7, "one that has stopped counts no longer");
    }

    #[tokio::test]
    async fn asking_to_sync_wakes_the_one_that_is_named() {
        let board = StatusBoard::new(Arc::default());
        let info = LinkInfo {
            name: LinkName::parse("one").unwrap(),
            kind: LinkKind::Fieldhub,
            url: String::new(),
            budget_bytes: None,
        };
        let handle = board.add(info);
        let wait = LinkState::Waiting { until: Instant::now(), why: "away".to_owned() };
        handle.set_state(wait.clone());
        assert_eq!(board.sync_now(Some(&LinkName::parse("two").unwrap())), 0);
        assert_eq!(board.report()[0].state, wait);
        assert_eq!(board.sync_now(Some(&LinkName::parse("one").unwrap())), 1);
        assert_eq!(board.report()[0].state, LinkState::Syncing, "what is seen from now on came of the try");
        handle.woken().await;
    }
}
