//! Ring buffer: the last events of each audit's feed, encoded once for all who listen.
//!
//! Called by `live`, which reads and encodes; this keeps what is encoded as long as somebody
//! listens, and as long as all rings have their room. A reader that is further behind than this reaches reads the log for itself.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use bytes::Bytes;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::domain::Token;
use crate::store::StoreError;

/// Events kept: a burst of a whole crew.
const KEPT: usize = 512;
/// Bytes of all rings. One that finds them taken keeps nothing.
const ROOM: usize = 4 << 20;

#[derive(Debug, Default)]
pub struct Tails {
    rings: Mutex<HashMap<Token, Weak<Tail>>>,
    bytes: Arc<AtomicUsize>,
}

/// One audit's last events. Held by its listeners, gone with the last of them.
#[derive(Debug, Default)]
pub struct Tail {
    ring: Mutex<Ring>,
    /// Of all rings.
    bytes: Arc<AtomicUsize>,
}

/// Events of consecutive operations of one log, the last one being number `end`.
#[derive(Debug, Default)]
struct Ring {
    log_id: Uuid,
    end: u64,
    events: VecDeque<Bytes>,
}

/// What a reader gets.
#[derive(Debug)]
pub enum TailRead {
    /// These, and where they end.
    Events(Vec<Bytes>, u64),
    /// Nothing: it is far behind, and reads the log for itself.
    Behind,
}

impl Tails {
    pub fn of(&self, token: &Token) -> Arc<Tail> {
        let mut tails = self.rings.lock();
        if let Some(tail) = tails.get(token).and_then(Weak::upgrade) {
            return tail;
        }
        tails.retain(|_, tail| tail.strong_count() > 0);
        let tail = Arc::new(Tail { ring: Mutex::default(), bytes: Arc::clone(&self.bytes) });
        tails.insert(token.clone(), Arc::downgrade(&tail));
        tail
    }
}

impl Tail {
    /// Events after `after` in log `log_id`, whose last operation is `head`, and where they end.
    /// `encode` makes those that are not here, from a position on.
    pub fn read(
        &self,
        log_id: Uuid,
        after: u64,
        head: u64,
        encode: impl FnOnce(u64) -> Result<(Vec<Bytes>, u64), StoreError>,
    ) -> Result<TailRead, StoreError> {
        // Locked while encoding: those who are woken by the same mark find it done.
        let mut ring = self.ring.lock();
        if ring.log_id != log_id || after > ring.end {
            // Nobody has listened for a while.
            self.forget(&mut ring, usize::MAX);
            *ring = Ring { log_id, end: after, events: VecDeque::new() };
        }
        if after < ring.begin() {
            return Ok(TailRead::Behind);
        }
        if ring.end < head {
            let (events, end) = encode(ring.end)?;
            let bytes: usize = events.iter().map(Bytes::len).sum();
            ring.end = end;
            ring.events.extend(events);
            self.bytes.fetch_add(bytes, Ordering::Relaxed);
        }
        let skip = usize::try_from(after - ring.begin()).unwrap_or(usize::MAX);
        let read = ring.events.iter().skip(skip).cloned().collect();
        let over = match self.bytes.load(Ordering::Relaxed) > ROOM {
            true => usize::MAX,
            false => ring.events.len().saturating_sub(KEPT),
        };
        self.forget(&mut ring, over);
        Ok(TailRead::Events(read, ring.end))
    }

    /// The first so many.
    fn forget(&self, ring: &mut Ring, events: usize) {
        let events = events.min(ring.events.len());
        let bytes: usize = ring.events.drain(..events).map(|event| event.len()).sum();
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Ring {
    fn begin(&self) -> u64 {
        self.end - self.events.len() as u64
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        let mut ring = std::mem::take(self.ring.get_mut());
        self.forget(&mut ring, usize::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a log of `head` operations, at most ten at a time, counting what had to be encoded; whether the ring had it.
    fn read_if(tail: &Tail, log: u128, after: u64, head: u64, encoded: &mut u64) -> Option<(usize, u64)> {
        let encode = |from| {
            let end = head.min(from + 10);
            *encoded += end - from;
            Ok(((from..end).map(|_| Bytes::from_static(b"event")).collect(), end))
        };
        match tail.read(Uuid::from_u128(log), after, head, encode).unwrap() {
            TailRead::Events(events, end) => Some((events.len(), end)),
            TailRead::Behind => None,
        }
    }

    fn read(tail: &Tail, log: u128, after: u64, head: u64, encoded: &mut u64) -> (usize, u64) {
        read_if(tail, log, after, head, encoded).unwrap()
    }

    #[test]
    fn what_one_listener_made_the_others_get() {
        let tail = Tail::default();
        let mut encoded = 0;
        assert_eq!(read(&tail, 1, 100, 103, &mut encoded), (3, 103));
        for after in [100, 101, 102, 103] {
            assert_eq!(read(&tail, 1, after, 103, &mut encoded), (103 - after as usize, 103));
        }
        assert_eq!(encoded, 3);
        assert_eq!(read(&tail, 1, 103, 104, &mut encoded), (1, 104));
        assert_eq!(encoded, 4);
    }

    #[test]
    fn a_reader_far_behind_reads_for_itself_and_disturbs_nobody() {
        let tail = Tail::default();
        let mut encoded = 0;
        read(&tail, 1, 100, 105, &mut encoded);
        encoded = 0;
        assert_eq!(read_if(&tail, 1, 7, 105, &mut encoded), None);
        assert_eq!(read(&tail, 1, 102, 105, &mut encoded), (3, 105));
        assert_eq!(encoded, 0);
    }

    #[test]
    fn another_log_begins_anew_and_the_ring_stays_small() {
        let tail = Tail::default();
        let mut encoded = 0;
        read(&tail, 1, 0, 5, &mut encoded);
        assert_eq!(read(&tail, 2, 0, 3, &mut encoded), (3, 3));
        let mut after = 3;
        while after < 2_000 {
            after = read(&tail, 2, after, 2_000, &mut encoded).1;
        }
        assert!(tail.ring.lock().events.len() <= KEPT);
        assert_eq!(read(&tail, 2, 1_999, 2_000, &mut encoded), (1, 2_000));
    }

    #[test]
    fn rings_that_find_no_room_keep_nothing_and_give_back_what_they_had() {
        let tails = Tails::default();
        let tail = tails.of(&Token::parse("a").unwrap());
        let long = |from| Ok((vec![Bytes::from(vec![0; ROOM / 2])], from + 1));
        let read = |after| match tail.read(Uuid::nil(), after, after + 1, long).unwrap() {
            TailRead::Events(events, end) => (events.len(), end),
            TailRead::Behind => (0, 0),
        };
        assert_eq!((read(0), read(1)), ((1, 1), (1, 2)));
        assert_eq!(tails.bytes.load(Ordering::Relaxed), ROOM);
        assert_eq!((read(2), tails.bytes.load(Ordering::Relaxed)), ((1, 3), 0));
        assert_eq!((read(3), tails.bytes.load(Ordering::Relaxed)), ((1, 4), ROOM / 2));
        drop(tail);
        assert_eq!(tails.bytes.load(Ordering::Relaxed), 0);
    }
}
