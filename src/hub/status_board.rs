//! Status board of upstreams: how each is, how far every audit has got with it, and who wants it to go on.
//!
//! `upstream` writes here, `http` reads; neither knows the other. In memory alone: what must survive is in
//! the store's link rows, which an upstream reads when it starts.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::Uuid;

use super::feed::Feed;
use super::link_reason::LinkReason;
use super::photo_gaps::ByClass;
use super::receipt::{AuditProgress, PhotoProgress, Receipt};
pub use crate::domain::LinkKind;
use crate::domain::{LinkName, Token};

/// What an upstream is, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkInfo {
    pub name: LinkName,
    pub kind: LinkKind,
    pub url: String,
    pub budget_bytes: Option<u64>,
    /// Which classes of pictures go there.
    pub photos: ByClass<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// It has not answered yet, and nothing is asked of it: no audit goes there.
    Untried,
    /// Everything is there, and it has said so.
    Idle,
    Syncing,
    /// The next try is at `until`.
    Waiting {
        until: Instant,
        why: LinkReason,
    },
    /// Until somebody does something, or the reason passes.
    Paused {
        why: LinkReason,
    },
}

impl LinkState {
    pub const ALL: [&str; 5] = ["untried", "idle", "syncing", "waiting", "paused"];

    pub fn as_str(&self) -> &'static str {
        match self {
            LinkState::Untried => "untried",
            LinkState::Idle => "idle",
            LinkState::Syncing => "syncing",
            LinkState::Waiting { .. } => "waiting",
            LinkState::Paused { .. } => "paused",
        }
    }
}

/// What an upstream tells of an audit and nothing can be made of, as far as it was read since the hub's start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    pub rows: u64,
    /// One of them, and why.
    pub example: String,
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
    /// Of audits that have photos.
    pub photos: BTreeMap<Token, PhotoProgress>,
    /// Why pictures wait that may not go now.
    pub photos_held: Option<LinkReason>,
    left_out: BTreeMap<Token, LeftOut>,
}

impl LinkReport {
    pub fn pending(&self) -> u64 {
        self.audits.values().map(|audit| audit.pending).sum()
    }

    /// In all audits, with one for an example.
    pub fn left_out(&self) -> LeftOut {
        let rows = self.left_out.values().map(|left_out| left_out.rows).sum();
        let example = self.left_out.values().next().map(|left_out| left_out.example.clone());
        LeftOut { rows, example: example.unwrap_or_default() }
    }
}

#[derive(Debug)]
struct BoardEntry {
    woken: Notify,
    report: Mutex<LinkReport>,
    /// Until when the upstream has asked to be left alone.
    left_alone: Mutex<Option<Instant>>,
}

impl BoardEntry {
    /// False: it has asked to be left alone, and is, until then.
    fn wake(&self) -> bool {
        if self.left_alone.lock().is_some_and(|until| until > Instant::now()) {
            return false;
        }
        let mut report = self.lock();
        // Its wait is over now, before anybody looks: they would take it for what came of the try.
        if matches!(report.state, LinkState::Waiting { .. } | LinkState::Paused { .. }) {
            report.state = LinkState::Syncing;
        }
        drop(report);
        self.woken.notify_one();
        true
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
            state: LinkState::Untried,
            done: 0,
            total: 0,
            last_success_ms: None,
            sent_today: 0,
            received_today: 0,
            parked: 0,
            audits: BTreeMap::new(),
            photos: BTreeMap::new(),
            photos_held: None,
            left_out: BTreeMap::new(),
        };
        let (woken, report, left_alone) = (Notify::new(), Mutex::new(report), Mutex::default());
        let link = Arc::new(BoardEntry { woken, report, left_alone });
        self.links.lock().push(Arc::clone(&link));
        LinkHandle { feed: Arc::clone(&self.feed), link }
    }

    /// All upstreams, in the order of their setting.
    pub fn report(&self) -> Vec<LinkReport> {
        self.all().iter().map(|link| link.lock().clone()).collect()
    }

    /// Have one of them, or all, try at once. How many do, and how many have asked to be left alone for a while longer.
    pub fn sync_now(&self, name: Option<&LinkName>) -> (usize, usize) {
        let links = self.all();
        let named = links.iter().filter(|link| name.is_none_or(|name| link.lock().info.name == *name));
        let (woken, held): (Vec<_>, Vec<_>) = named.partition(|link| link.wake());
        (woken.len(), held.len())
    }

    /// Of positions in the log of this id.
    pub fn receipt(&self, token: &Token, log_id: Uuid) -> Option<Receipt> {
        let links = self.all();
        let each = links.iter().filter_map(|link| {
            let report = link.lock();
            report.audits.get(token).map(|audit| Receipt::of(report.info.kind, audit, log_id))
        });
        each.reduce(Receipt::and)
    }
}

impl LinkHandle {
    /// Nobody's wish to sync goes before this: the upstream has asked for it.
    pub fn leave_alone_until(&self, until: Option<Instant>) {
        *self.link.left_alone.lock() = until;
    }

    /// Until when that is, if it still is.
    pub fn left_alone_until(&self) -> Option<Instant> {
        (*self.link.left_alone.lock()).filter(|until| *until > Instant::now())
    }

    /// Returns when somebody wants it to try at once, since the last return.
    pub async fn woken(&self) {
        self.link.woken.notified().await;
    }

    pub fn set_state(&self, state: LinkState) {
        self.link.lock().state = state;
    }

    /// It has answered, and well.
    pub fn succeeded(&self, now_ms: u64) {
        self.link.lock().last_success_ms = Some(now_ms);
    }

    /// Nothing is left to do: all is there when it has ever said so, and nothing is known when it has not.
    pub fn rest(&self) {
        let mut report = self.link.lock();
        report.state = if report.last_success_ms.is_some() { LinkState::Idle } else { LinkState::Untried };
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

    /// What of this audit nothing can be made of; none: everything was read.
    pub fn set_left_out(&self, token: &Token, left_out: LeftOut) {
        let all = &mut self.link.lock().left_out;
        if left_out.rows == 0 {
            all.remove(token);
        } else {
            all.insert(token.clone(), left_out);
        }
    }

    /// So many more, of a page whose operations are refused one by one.
    pub fn leave_out(&self, token: &Token, rows: u64, why: &str) {
        let all = &mut self.link.lock().left_out;
        let left_out = all.entry(token.clone()).or_default();
        left_out.rows += rows;
        why.clone_into(&mut left_out.example);
    }

    /// Tablets hear of it when it is news.
    pub fn set_audit(&self, token: &Token, progress: AuditProgress) {
        let old = self.link.lock().audits.insert(token.clone(), progress.clone());
        if old != Some(progress) {
            self.feed.tell(token);
        }
    }

    /// How far its pictures are there; `None`: it has none.
    pub fn set_photos(&self, token: &Token, progress: Option<PhotoProgress>) {
        let all = &mut self.link.lock().photos;
        match progress {
            Some(progress) => drop(all.insert(token.clone(), progress)),
            None => drop(all.remove(token)),
        }
    }

    pub fn set_photos_held(&self, why: Option<LinkReason>) {
        self.link.lock().photos_held = why;
    }

    /// The audit does not go to this upstream, or is gone.
    pub fn drop_audit(&self, token: &Token) {
        self.set_left_out(token, LeftOut::default());
        self.set_photos(token, None);
        if self.link.lock().audits.remove(token).is_some() {
            self.feed.tell(token);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::{Holds, ModuleId};
    use crate::hub::ReasonCode;

    fn token() -> Token {
        Token::parse("jalibat").unwrap()
    }

    const LOG: Uuid = Uuid::from_u128(1);

    fn progress(acked: u64, parked: &[&str]) -> AuditProgress {
        let parked = parked.iter().map(|id| ModuleId::parse(*id).unwrap()).collect();
        let progress = AuditProgress { log_id: LOG, acked, pending: 10 - acked, ..AuditProgress::default() };
        AuditProgress { sent: acked, parked, ..progress }
    }

    fn info(name: &str, kind: LinkKind) -> LinkInfo {
        let name = LinkName::parse(name).unwrap();
        LinkInfo {
            name,
            kind,
            url: "https://cloud.example".to_owned(),
            budget_bytes: None,
            photos: [false; 3],
        }
    }

    #[test]
    fn a_mark_is_in_the_cloud_when_every_upstream_has_it() {
        let board = StatusBoard::new(Arc::default());
        let receipt = || board.receipt(&token(), LOG);
        assert_eq!(receipt(), None);
        let (one, two) = (board.add(info("one", LinkKind::V33)), board.add(info("two", LinkKind::V33)));
        assert_eq!(receipt(), None, "neither takes this audit");
        one.set_audit(&token(), progress(7, &["M001"]));
        assert_eq!(receipt().unwrap().shown, 7);
        two.set_audit(&token(), progress(3, &["M002"]));
        let both = receipt().unwrap();
        assert_eq!((both.shown, both.pending, both.sent, both.parked.len()), (3, 7, 3, 2));
        drop(two);
        assert_eq!(receipt().unwrap().shown, 7, "one that has stopped counts no longer");
    }

    #[test]
    fn a_receipt_names_what_its_upstreams_hold_each_for_itself() {
        let board = StatusBoard::new(Arc::default());
        let receipt = || {
            let receipt = board.receipt(&token(), LOG).unwrap();
            (receipt.holds, receipt.shown, receipt.whole())
        };
        let cloud = board.add(info("cloud", LinkKind::V33));
        cloud.set_audit(&token(), progress(7, &[]));
        assert_eq!(receipt(), (Holds::Shown, 7, 0), "of notes and history it holds nothing");
        let office = board.add(info("office", LinkKind::Fieldhub));
        office.set_audit(&token(), progress(9, &[]));
        assert_eq!(receipt(), (Holds::Everything, 7, 7), "the one holds all that the other cannot");
        office.set_audit(&token(), progress(2, &[]));
        assert_eq!(receipt(), (Holds::Everything, 2, 2));
        drop(cloud);
        office.set_audit(&token(), progress(9, &[]));
        assert_eq!(receipt(), (Holds::Everything, 9, 9));
    }

    #[test]
    fn what_an_upstream_has_of_another_log_is_no_receipt_for_this_one() {
        let board = StatusBoard::new(Arc::default());
        let office = board.add(info("office", LinkKind::Fieldhub));
        office.set_audit(&token(), AuditProgress { pending: 0, ..progress(7, &["M001"]) });
        let receipt = board.receipt(&token(), Uuid::from_u128(2)).unwrap();
        assert_eq!((receipt.whole(), receipt.shown, receipt.pending), (0, 0, 1), "restored a moment ago");
    }

    #[test]
    fn a_module_is_settled_when_every_upstream_says_so() {
        let board = StatusBoard::new(Arc::default());
        let (one, two) = (board.add(info("one", LinkKind::V33)), board.add(info("two", LinkKind::V33)));
        let with = |acked, settled: &[(&str, u64)]| {
            let settled = settled.iter().map(|(id, seq)| (ModuleId::parse(*id).unwrap(), *seq)).collect();
            AuditProgress { settled, ..progress(acked, &[]) }
        };
        one.set_audit(&token(), with(3, &[("M004", 4), ("M006", 6), ("M008", 8)]));
        two.set_audit(&token(), with(5, &[("M006", 6)]));
        let settled = board.receipt(&token(), LOG).unwrap().settled;
        assert_eq!(settled.keys().map(ModuleId::as_str).collect::<Vec<_>>(), ["M004", "M006"]);
    }

    #[tokio::test]
    async fn asking_to_sync_wakes_the_one_that_is_named() {
        let board = StatusBoard::new(Arc::default());
        let handle = board.add(info("one", LinkKind::Fieldhub));
        let wait =
            LinkState::Waiting { until: Instant::now(), why: LinkReason::new(ReasonCode::NoAnswer, "away") };
        handle.set_state(wait.clone());
        assert_eq!(board.sync_now(Some(&LinkName::parse("two").unwrap())), (0, 0));
        assert_eq!(board.report()[0].state, wait);
        handle.leave_alone_until(Some(Instant::now() + Duration::from_secs(60)));
        assert_eq!(board.sync_now(None), (0, 1), "it has asked to be left alone");
        assert_eq!(board.report()[0].state, wait);
        handle.leave_alone_until(Some(Instant::now()));
        assert_eq!(board.sync_now(Some(&LinkName::parse("one").unwrap())), (1, 0));
        assert_eq!(board.report()[0].state, LinkState::Syncing, "what is seen from now on came of the try");
        handle.woken().await;
    }
}
