//! Ring buffer: the last events of each audit's feed, encoded once for all who listen.
//!
//! Called by `live`, which reads and encodes; this keeps what is encoded as long as somebody
//! listens. A reader that is further behind than this reaches reads the log for itself.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Weak};

use axum::response::sse::Event;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::domain::Token;
use crate::store::StoreError;

/// Events kept: a burst of a whole crew.
const KEPT: usize = 512;

#[derive(Debug, Default)]
pub struct Tails(Mutex<HashMap<Token, Weak<Tail>>>);

/// One audit's last events. Held by its listeners, gone with the last of them.
#[derive(Debug, Default)]
pub struct Tail(Mutex<Ring>);

/// Events of consecutive operations of one log, the last one being number `end`.
#[derive(Debug, Default)]
struct Ring {
    log_id: Uuid,
    end: u64,
    events: VecDeque<Event>,
}

impl Tails {
    pub fn of(&self, token: &Token) -> Arc<Tail> {
        let mut tails = self.0.lock();
        if let Some(tail) = tails.get(token).and_then(Weak::upgrade) {
            return tail;
        }
        tails.retain(|_, tail| tail.strong_count() > 0);
        let tail = Arc::new(Tail::default());
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
        encode: impl FnOnce(u64) -> Result<(Vec<Event>, u64), StoreError>,
    ) -> Result<(Vec<Event>, u64), StoreError> {
        // Locked while encoding: those who are woken by the same mark find it done.
        let mut ring = self.0.lock();
        if ring.log_id != log_id {
            *ring = Ring { log_id, end: after, events: VecDeque::new() };
        }
        let begin = ring.end - ring.events.len() as u64;
        if after < begin || after > ring.end {
            // Far behind, or nobody has listened for a while.
            if after > ring.end {
                *ring = Ring { log_id, end: after, events: VecDeque::new() };
            } else {
                drop(ring);
                return encode(after);
            }
        }
        if ring.end < head {
            let (events, end) = encode(ring.end)?;
            ring.events.extend(events);
            ring.end = end;
            while ring.events.len() > KEPT {
                ring.events.pop_front();
            }
        }
        let begin = ring.end - ring.events.len() as u64;
        let skip = usize::try_from(after.saturating_sub(begin)).unwrap_or(usize::MAX);
        Ok((ring.events.iter().skip(skip).cloned().collect(), ring.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a log of `head` operations, at most ten at a time, counting what had to be encoded.
    fn read(tail: &Tail, log: u128, after: u64, head: u64, encoded: &mut u64) -> (usize, u64) {
        let (events, end) = tail
            .read(Uuid::from_u128(log), after, head, |from| {
                let end = head.min(from + 10);
                *encoded += end - from;
                Ok(((from..end).map(|_| Event::default()).collect(), end))
            })
            .unwrap();
        (events.len(), end)
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
        assert_eq!(read(&tail, 1, 7, 105, &mut encoded), (10, 17));
        encoded = 0;
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
        assert!(tail.0.lock().events.len() <= KEPT);
        assert_eq!(read(&tail, 2, 1_999, 2_000, &mut encoded), (1, 2_000));
    }
}
