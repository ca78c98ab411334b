//! Backpressure by memory: what the hub has in hand of answers that clients are slow to take has a bounded room. One more large answer
//! is told to come later; strangers get a share of it alone, so that they leave room for the crew.
//!
//! `request` gives every request from the network an account in it, and has whole answers counted; `routes::pieces` counts
//! those that are made while they are sent. An answer up to `FREE` costs nothing, so a mark is answered whatever others ask.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use bytes::Bytes;
use hyper::Response;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::error::ApiError;

/// Bytes of an answer that are not counted.
const FREE: usize = 4 << 10;
/// The part of the room that strangers have.
const SHARE: usize = 4;

#[derive(Clone)]
pub struct AnswerMemory {
    room: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    bytes: usize,
    /// Answers for which there was no room.
    refused: OnRefusal,
}

/// Told of each for which there is no room.
pub type OnRefusal = Arc<dyn Fn() + Send + Sync>;

/// What one request may take of it. Those from the administrator's socket have none, and no limit.
#[derive(Clone, Default)]
pub struct AnswerAccount(Option<Arc<AccountState>>);

struct AccountState {
    memory: AnswerMemory,
    belongs: AtomicBool,
    /// Taken for an answer that is still to be made.
    reserved: Mutex<Option<(usize, RoomTaken)>>,
}

/// RoomTaken of the room, until this goes.
#[derive(Debug, Default)]
pub struct RoomTaken {
    room: Option<OwnedSemaphorePermit>,
    share: Option<OwnedSemaphorePermit>,
}

impl std::fmt::Debug for AnswerAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnswerAccount").field("stranger", &self.is_stranger()).finish_non_exhaustive()
    }
}

impl AnswerMemory {
    pub fn new(bytes: usize, refused: OnRefusal) -> Self {
        let semaphore = |bytes: usize| Arc::new(Semaphore::new(bytes.min(u32::MAX as usize)));
        Self { room: semaphore(bytes), strangers: semaphore(bytes / SHARE), bytes, refused }
    }

    /// As a stranger's, until it is said that its caller belongs here.
    pub fn account(&self) -> AnswerAccount {
        let memory = self.clone();
        AnswerAccount(Some(Arc::new(AccountState {
            memory,
            belongs: AtomicBool::new(false),
            reserved: Mutex::default(),
        })))
    }
}

impl AnswerAccount {
    /// The caller is one of those whom this hub is for.
    pub fn belongs(&self) {
        if let Some(state) = &self.0 {
            state.belongs.store(true, Ordering::Relaxed);
        }
    }

    pub fn is_stranger(&self) -> bool {
        self.0.as_ref().is_some_and(|state| !state.belongs.load(Ordering::Relaxed))
    }

    pub fn take(&self, bytes: usize) -> Result<RoomTaken, ApiError> {
        self.try_take(bytes).ok_or_else(|| {
            if let Some(state) = &self.0 {
                (state.memory.refused)();
            }
            ApiError::busy()
        })
    }

    /// For a request that does something before it is answered: who is told to come later must not find it done.
    pub fn reserve(&self, bytes: usize) -> Result<(), ApiError> {
        let taken = self.take(bytes)?;
        if let Some(state) = &self.0 {
            *state.reserved.lock() = Some((bytes, taken));
        }
        Ok(())
    }

    /// The same for who can do without.
    pub fn try_take(&self, bytes: usize) -> Option<RoomTaken> {
        let Some(state) = &self.0 else { return Some(RoomTaken::default()) };
        if let Some((_, taken)) = state.reserved.lock().take_if(|(reserved, _)| *reserved >= bytes) {
            return Some(taken);
        }
        let bytes = u32::try_from(bytes).ok()?;
        let take = |of: &Arc<Semaphore>| Arc::clone(of).try_acquire_many_owned(bytes).ok();
        let share = if self.is_stranger() { Some(take(&state.memory.strangers)?) } else { None };
        Some(RoomTaken { room: Some(take(&state.memory.room)?), share })
    }

    /// Waits for it: for a live feed, which has time. More than there is in all, it gets in its turn.
    pub async fn wait(&self, bytes: usize) -> RoomTaken {
        let Some(state) = &self.0 else { return RoomTaken::default() };
        let bytes = u32::try_from(bytes.min(state.memory.bytes)).unwrap_or(u32::MAX);
        // An error means that the room is closed, which it never is.
        RoomTaken { room: Arc::clone(&state.memory.room).acquire_many_owned(bytes).await.ok(), share: None }
    }

    /// The answer as it is sent: a whole one counts until it is, or there is no room for it.
    pub fn hold(&self, answer: Response<Body>) -> Response<Body> {
        let bytes =
            answer.body().size_hint().exact().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
        // What lies in the program costs nothing.
        if bytes <= FREE || answer.extensions().get::<Lasting>().is_some() {
            return answer;
        }
        match self.take(bytes) {
            Ok(taken) => answer.map(|body| Body::new(HeldAnswer { body, _taken: taken })),
            Err(busy) => busy.into_response(),
        }
    }
}

impl RoomTaken {
    /// Gives back all but so many bytes.
    pub fn keep(&mut self, bytes: usize) {
        for permit in [&mut self.room, &mut self.share].into_iter().flatten() {
            drop(permit.split(permit.num_permits().saturating_sub(bytes)));
        }
    }
}

/// Says of an answer that its bytes are no copy: those of a file that is part of the program.
#[derive(Debug, Clone, Copy)]
pub struct Lasting;

impl<S: Sync> FromRequestParts<S> for AnswerAccount {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// An answer's body, and what it has taken of the room.
struct HeldAnswer {
    body: Body,
    _taken: RoomTaken,
}

impl HttpBody for HeldAnswer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn strangers_leave_room_for_the_crew() {
        let refused = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&refused);
        let memory = AnswerMemory::new(
            1_000,
            Arc::new(move || {
                count.fetch_add(1, Ordering::Relaxed);
            }),
        );
        let (stranger, member) = (memory.account(), memory.account());
        member.belongs();
        let most = stranger.take(250).unwrap();
        assert!(stranger.take(1).is_err() && memory.account().take(1).is_err());
        let mut rest = member.take(750).unwrap();
        assert!(member.take(1).is_err());
        assert_eq!(refused.load(Ordering::Relaxed), 3);
        rest.keep(100);
        let more = member.take(600).unwrap();
        drop(most);
        assert!(stranger.take(250).is_ok(), "what goes is free again");
        drop((more, rest));
        assert!(member.take(1_000).is_ok());
        assert!(AnswerAccount::default().take(1 << 30).is_ok(), "the administrator");
    }

    #[test]
    fn a_whole_answer_counts_until_it_is_gone_and_a_small_one_does_not() {
        let memory = AnswerMemory::new(10 << 10, Arc::new(|| ()));
        let account = memory.account();
        account.belongs();
        let answer = |bytes: usize| account.hold(Response::new(Body::from(vec![0; bytes])));
        let first = answer(6 << 10);
        assert_eq!((first.status().as_u16(), answer(6 << 10).status().as_u16()), (200, 503));
        assert_eq!(answer(FREE).status(), 200);
        let mut lasting = Response::new(Body::from(vec![0; 6 << 10]));
        lasting.extensions_mut().insert(Lasting);
        assert_eq!(account.hold(lasting).status(), 200);
        drop(first);
        assert_eq!(answer(6 << 10).status(), 200);
    }
}
