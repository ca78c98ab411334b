//! Backpressure by memory: all large request bodies together have a bounded room, and one more is told to come later.
//!
//! `request` gives every request from the network an account in it; `guard::body` draws on that as a body
//! arrives. A body up to `FREE` costs nothing, so a mark finds room whatever others upload.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answer_memory::OnRefusal;
use crate::http::error::ApiError;

/// Bytes of each body that are not counted: a mark, a page of them.
const FREE: usize = 64 << 10;

#[derive(Clone)]
pub struct BodyMemory {
    room: Arc<Semaphore>,
    /// Bodies for which there was none.
    refused: OnRefusal,
}

impl BodyMemory {
    pub fn new(bytes: usize, refused: OnRefusal) -> Self {
        Self { room: Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))), refused }
    }

    pub fn account(&self) -> Account {
        Account { memory: self.clone(), taken: Arc::default() }
    }
}

/// What one request has taken. It is given back when the last copy of this goes: when the request
/// has its answer.
#[derive(Clone)]
pub struct Account {
    memory: BodyMemory,
    taken: Arc<Mutex<TakenMemory>>,
}

#[derive(Debug, Default)]
struct TakenMemory {
    bytes: usize,
    held: Option<OwnedSemaphorePermit>,
}

impl Account {
    pub fn take(&self, bytes: usize) -> Result<(), ApiError> {
        let mut taken = self.taken.lock();
        let before = taken.bytes.max(FREE);
        taken.bytes += bytes;
        let more = taken.bytes.saturating_sub(before);
        if more == 0 {
            return Ok(());
        }
        let more = u32::try_from(more).map_err(|_| ApiError::busy())?;
        let permit = Arc::clone(&self.memory.room).try_acquire_many_owned(more).map_err(|_| {
            (self.memory.refused)();
            ApiError::busy()
        })?;
        match &mut taken.held {
            Some(held) => held.merge(permit),
            none => *none = Some(permit),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_bodies_share_the_room_and_small_ones_need_none() {
        let room = BodyMemory::new(1_000, Arc::new(|| ()));
        let first = room.account();
        first.take(FREE - 10).unwrap();
        first.take(10 + 600).unwrap();
        let second = room.account();
        second.take(FREE).unwrap();
        second.take(400).unwrap();
        assert!(second.take(1).is_err());
        room.account().take(FREE).unwrap();
        let copy = first.clone();
        drop(first);
        assert!(second.take(1).is_err());
        drop(copy);
        second.take(600).unwrap();
    }
}
