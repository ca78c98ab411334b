//! Outbound queue (write-behind), with its dead letters (parked modules): modules of one audit that have changed here,
//! and may have to go up; in the order of their last marks.
//!
//! Filled and emptied by `push`. It is a reading of the log from where the cloud is known to have it, so it is
//! made again after a start. What is acknowledged is everything before the first that waits.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::names::cloud_name;
use super::plan::{PushAction, push_action};
use super::suspects::Suspects;
use crate::domain::{ModuleId, Token};
use crate::hub::{AuditProgress, ParkedCode};
use crate::store::{LinkRow, Parked, StoreError};
use crate::upstream::link::{Stop, UpstreamLink};

#[derive(Debug, Default)]
pub struct Queue {
    row: LinkRow,
    /// Position of a module's last mark, and the module.
    waiting: VecDeque<(u64, ModuleId)>,
    /// Marks up to here have been looked at.
    scanned: u64,
    parked: BTreeMap<ModuleId, Parked>,
    /// Modules that need not go up though what is acknowledged ends before their last mark, and where that is: sent out of
    /// turn, or marked and taken back before anything was sent.
    settled: BTreeMap<ModuleId, u64>,
    /// Modules that wait though what is acknowledged goes past their last mark: somebody has said to try them again.
    retried: BTreeSet<ModuleId>,
    suspects: Suspects,
    /// The cloud has been read, in this life or an earlier one: with nothing to send it is known to have everything.
    read: bool,
    /// Modules that it has taken since the hub's start, and those of the catch-up under way.
    sent: u64,
    done: u64,
    total: u64,
}

impl Queue {
    /// As the last run left it.
    pub fn resume(link: &UpstreamLink, token: &Token) -> Result<Self, StoreError> {
        let log_id = link.hub.identity().log_id;
        // One with a log of the peer's is of a fieldhub that had this name before.
        let row =
            link.hub.link_row(token, &link.name)?.filter(|row| row.peer_log.is_none()).unwrap_or_default();
        // Another log: what was acknowledged counts in the old one. Shadows say what the cloud has all the same.
        let acked = if row.log_id == log_id { row.acked } else { 0 };
        let head = link.hub.head(token)?;
        let acked = acked.min(head);
        let row = LinkRow { log_id, acked, ..row };
        Ok(Self { row, scanned: acked, read: acked > 0 || row.pulled > 0, ..Self::default() })
    }

    pub fn row(&self) -> LinkRow {
        self.row
    }

    /// Up to where the cloud has been read, by its own time.
    pub fn pulled(&self) -> u64 {
        self.row.pulled
    }

    /// The cloud has told all that it has, up to this time of its own.
    pub fn was_read(&mut self, pulled: u64) {
        self.row.pulled = pulled;
        self.read = true;
        if self.waiting.is_empty() {
            self.row.acked = self.scanned;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Marks up to here are in the queue, or need not be.
    pub fn scanned(&self) -> u64 {
        self.scanned
    }

    /// Modules that are parked and not dropped.
    pub fn parked(&self) -> usize {
        self.parked.values().filter(|parked| !parked.dropped).count()
    }

    /// Those that are parked for this reason.
    pub fn parked_for(&self, code: ParkedCode) -> Vec<ModuleId> {
        let those = self.parked.iter().filter(|(_, parked)| ParkedCode::of(&parked.reason) == Some(code));
        those.map(|(module, _)| module.clone()).collect()
    }

    pub fn parked_at(&self, module: &ModuleId) -> Option<&Parked> {
        self.parked.get(module)
    }

    /// Look at what has been marked since the last time. True when there was something.
    pub fn refill(&mut self, link: &UpstreamLink, token: &Token) -> Result<bool, Stop> {
        self.reread_parked(link, token)?;
        if link.hub.identity().log_id != self.row.log_id {
            // The log was replaced: from the beginning, and what the cloud has shows in the shadows. It is read again
            // from where this log's row says.
            let (parked, sent) = (std::mem::take(&mut self.parked), self.sent);
            *self = Self { parked, sent, ..Self::resume(link, token)? };
        }
        let (head, changed) = link.hub.view(token, |loaded, _| {
            let head = loaded.state.head;
            if head <= self.scanned {
                return (head, Vec::new());
            }
            let last = |(id, entry): (&ModuleId, &std::sync::Arc<crate::domain::Entry>)| {
                let seq = entry.seqs.last().filter(|seq| **seq > self.scanned)?;
                Some((*seq, id.clone(), matches!(push_action(&entry.state, None), PushAction::Nothing)))
            };
            (head, loaded.state.modules().iter().filter_map(last).collect::<Vec<_>>())
        })?;
        let news = head > self.scanned;
        self.scanned = head;
        let (mut waits, mut settled) = (Vec::with_capacity(changed.len()), Vec::new());
        for (seq, module, blank) in changed {
            // Marked and taken back before the cloud heard of it: there is nothing to send, now or later.
            let unheard = blank
                && !self.parked.contains_key(&module)
                && link.hub.shadow(token, &link.name, &cloud_name(link, token, &module)?)?.is_none();
            if unheard { settled.push((seq, module)) } else { waits.push((seq, module)) }
        }
        waits.sort_unstable();
        if self.waiting.is_empty() {
            (self.done, self.total) = (0, 0);
        }
        self.extend(waits, settled);
        if self.waiting.is_empty() && self.read {
            self.row.acked = self.scanned;
        }
        Ok(news)
    }

    /// These wait, each once, at the place of its last mark: as a start would find them.
    fn extend(&mut self, changed: Vec<(u64, ModuleId)>, settled: Vec<(u64, ModuleId)>) {
        let again: BTreeSet<&ModuleId> = changed.iter().chain(&settled).map(|(_, module)| module).collect();
        if !again.is_empty() {
            let before = self.waiting.len();
            self.waiting.retain(|(_, module)| !again.contains(module));
            self.settled.retain(|module, _| !again.contains(module));
            self.retried.retain(|module| !again.contains(module));
            self.forgo(before - self.waiting.len());
        }
        self.total += changed.len() as u64;
        self.waiting.extend(changed);
        self.settled.extend(settled.into_iter().map(|(seq, module)| (module, seq)));
    }

    /// What somebody has said to try again goes to the front.
    fn reread_parked(&mut self, link: &UpstreamLink, token: &Token) -> Result<(), Stop> {
        let now: BTreeMap<ModuleId, Parked> = link.hub.parked(token, &link.name)?.into_iter().collect();
        let again: Vec<ModuleId> = self.parked.keys().filter(|id| !now.contains_key(*id)).cloned().collect();
        for module in again {
            if self.waiting.iter().all(|(_, waiting)| *waiting != module) {
                self.total += 1;
                if self.parked.get(&module).is_some_and(|parked| parked.seq <= self.row.acked) {
                    self.retried.insert(module.clone());
                }
                self.waiting.push_front((self.row.acked + 1, module));
            }
        }
        self.parked = now;
        Ok(())
    }

    /// A module whose last mark is not there after all: what is acknowledged ends before it, over a restart too.
    pub fn again(&mut self, last: u64, module: &ModuleId) {
        self.row.acked = self.row.acked.min(last.saturating_sub(1));
        if self.waiting.iter().all(|(_, waiting)| waiting != module) {
            self.total += 1;
            let at = self.waiting.partition_point(|(seq, _)| *seq < last);
            self.waiting.insert(at, (last, module.clone()));
        }
    }

    /// Position of a module's last mark, and the module; the first to go up first.
    pub fn waiting(&self) -> impl Iterator<Item = &(u64, ModuleId)> {
        self.waiting.iter()
    }

    /// The first of them, which wait no longer.
    pub fn take(&mut self, count: usize) {
        self.waiting.drain(..count.min(self.waiting.len()));
    }

    /// Those that could not be sent, back to the front, in their order.
    pub fn put_back(&mut self, mut entries: Vec<(u64, ModuleId)>) {
        entries.sort_unstable();
        for entry in entries.into_iter().rev() {
            self.waiting.push_front(entry);
        }
    }

    /// The cloud has this one, as its last mark at `last` has it.
    pub fn took(&mut self, module: &ModuleId, last: u64) {
        self.suspects.took(module);
        self.settled.insert(module.clone(), last);
        self.sent += 1;
        self.done += 1;
    }

    /// So many wait no longer, and were not sent.
    pub fn forgo(&mut self, count: usize) {
        self.total = self.total.saturating_sub(count as u64);
    }

    /// The cloud failed over it: it waits a while. True when it takes others, and never this one.
    pub fn strike(&mut self, module: &ModuleId, least: Duration) -> bool {
        self.suspects.strike(module, least, Instant::now())
    }

    pub fn is_aside(&self, module: &ModuleId) -> bool {
        self.suspects.is_aside(module, Instant::now())
    }

    /// Whether any of those that wait may go now.
    pub fn has_due(&self) -> bool {
        self.waiting.iter().any(|(_, module)| !self.is_aside(module))
    }

    pub fn park(&mut self, module: ModuleId, parked: Option<Parked>) {
        match parked {
            Some(parked) => drop(self.parked.insert(module, parked)),
            None => drop(self.parked.remove(&module)),
        }
    }

    /// Everything before the first that waits is up there, or parked. True when that is further than before.
    pub fn acknowledge(&mut self) -> bool {
        let acked = self.waiting.front().map_or(self.scanned, |(seq, _)| seq.saturating_sub(1));
        let further = acked > self.row.acked;
        self.row.acked = self.row.acked.max(acked);
        self.settled.retain(|_, seq| *seq > self.row.acked);
        if !self.retried.is_empty() {
            let waiting: BTreeSet<&ModuleId> = self.waiting.iter().map(|(_, module)| module).collect();
            self.retried.retain(|module| waiting.contains(module));
        }
        further
    }

    pub fn report(&self, link: &UpstreamLink, token: &Token) {
        let moves = 0 < self.done && self.done < self.total;
        let (done, total) = if moves { (self.done, self.total) } else { (0, 0) };
        link.board.set_catch_up(done, total);
        let progress = AuditProgress {
            log_id: self.row.log_id,
            acked: self.row.acked,
            pending: self.waiting.len() as u64,
            sent: self.sent,
            settled: self.settled.clone(),
            lacking: self.retried.clone(),
            parked: self.parked.keys().cloned().collect(),
        };
        link.board.set_audit(token, progress);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seq: u64, module: &str) -> (u64, ModuleId) {
        (seq, ModuleId::parse(module).unwrap())
    }

    /// What a batch looks at waits until it is taken, and what it could not send is never counted as there.
    #[test]
    fn a_module_that_is_marked_again_waits_once_and_no_bar_moves_for_it() {
        let waiting = VecDeque::from([at(3, "M001"), at(5, "M002")]);
        let mut queue = Queue { waiting, scanned: 5, total: 2, ..Queue::default() };
        queue.extend(vec![at(8, "M001"), at(9, "M003")], Vec::new());
        let modules: Vec<_> = queue.waiting().cloned().collect();
        assert_eq!(modules, [at(5, "M002"), at(8, "M001"), at(9, "M003")]);
        assert_eq!((queue.done, queue.total), (0, 3));
        queue.take(3);
        queue.took(&ModuleId::parse("M002").unwrap(), 5);
        queue.forgo(1);
        queue.put_back(vec![at(9, "M003")]);
        assert_eq!((queue.sent, queue.done, queue.total), (1, 1, 2), "one moved, one had no need to");
        queue.acknowledge();
        assert!(queue.settled.is_empty(), "{:?}", queue.settled);
    }

    #[test]
    fn what_need_not_go_up_is_named_until_all_before_it_is_there() {
        let mut queue = Queue { waiting: VecDeque::from([at(3, "M001"), at(5, "M002")]), ..Queue::default() };
        queue.scanned = 8;
        queue.extend(Vec::new(), vec![at(8, "M002")]);
        assert_eq!(queue.waiting().count(), 1, "taken back before it was sent");
        queue.acknowledge();
        assert_eq!(queue.settled.keys().map(ModuleId::as_str).collect::<Vec<_>>(), ["M002"]);
        queue.take(1);
        queue.took(&ModuleId::parse("M001").unwrap(), 3);
        queue.acknowledge();
        assert!(queue.settled.is_empty());
        queue.settled.insert(ModuleId::parse("M002").unwrap(), 12);
        queue.extend(vec![at(13, "M002")], Vec::new());
        assert!(queue.settled.is_empty(), "marked again");
    }

    /// Before the cloud has said anything it has nothing, though nothing waits.
    #[test]
    fn nothing_is_there_before_the_cloud_has_been_read() {
        let mut queue = Queue { scanned: 2, ..Queue::default() };
        queue.extend(Vec::new(), Vec::new());
        assert_eq!(queue.row().acked, 0);
        queue.was_read(0);
        assert_eq!(queue.row().acked, 2);
    }

    #[test]
    fn only_what_has_left_the_queue_for_good_is_acknowledged() {
        let waiting = VecDeque::from([at(3, "M001"), at(5, "M002"), at(8, "M003")]);
        let mut queue = Queue { waiting, scanned: 9, ..Queue::default() };
        assert_eq!(queue.waiting().take(2).count(), 2);
        assert!(queue.acknowledge());
        assert_eq!(queue.row().acked, 2, "looked at, and still there");

        queue.take(2);
        queue.put_back(vec![at(5, "M002")]);
        assert!(queue.acknowledge());
        assert_eq!(queue.row().acked, 4, "M001 is up there, M002 came back");

        queue.take(2);
        queue.put_back(vec![at(8, "M003"), at(5, "M002")]);
        assert!(!queue.acknowledge(), "nothing went up");
        assert_eq!(queue.waiting().map(|(seq, _)| *seq).collect::<Vec<_>>(), [5, 8], "in their order");

        queue.take(2);
        assert!(queue.acknowledge());
        assert_eq!(queue.row().acked, 9, "everything that was looked at");
    }
}
