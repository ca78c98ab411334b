//! HTTP/2 timeouts (idle timeout of the connection, stalled answers): its requests, all at one time, and whose answers
//! nobody takes.
//!
//! What `http1_timeouts` is to HTTP/1.1. `http2` asks when the next thing is due; the service and the answers tell what
//! happens. Hyper asks an answer for more only when the client has room for it, so an answer that has handed
//! something over and is not asked again is one that nobody takes.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use parking_lot::Mutex;

use super::connections::InHand;
use crate::http::limits::ConnectionTimes;

/// Bytes that are handed over at one time: what lies in memory for a stream that nobody reads.
const PIECE: usize = 16 << 10;

#[derive(Debug)]
pub struct Http2Timeouts {
    times: ConnectionTimes,
    inner: Mutex<OpenStreams>,
}

#[derive(Debug)]
struct OpenStreams {
    next: u64,
    /// Each with when it handed something over that may not be taken yet.
    open: BTreeMap<u64, Option<Instant>>,
    /// When a connection without requests ends.
    quiet_until: Instant,
}

/// What became due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Http2Due {
    /// No request has come for long.
    Idle,
    /// An answer has not been taken for long.
    Stalled,
}

impl Http2Timeouts {
    pub fn new(times: ConnectionTimes, now: Instant) -> Arc<Self> {
        // A client connects in order to ask.
        let inner = OpenStreams { next: 0, open: BTreeMap::new(), quiet_until: now + times.head };
        Arc::new(Self { times, inner: Mutex::new(inner) })
    }

    /// A request has come.
    pub fn open(self: &Arc<Self>) -> OpenStream {
        let mut inner = self.inner.lock();
        let number = inner.next;
        inner.next += 1;
        inner.open.insert(number, None);
        OpenStream { number, of: Arc::clone(self) }
    }

    /// When to look again.
    pub fn next(&self) -> Option<Instant> {
        let inner = self.inner.lock();
        if inner.open.is_empty() {
            return Some(inner.quiet_until);
        }
        inner.open.values().flatten().min().map(|since| *since + self.times.stall)
    }

    pub fn due(&self, now: Instant) -> Option<Http2Due> {
        self.next().filter(|next| *next <= now)?;
        Some(if self.inner.lock().open.is_empty() { Http2Due::Idle } else { Http2Due::Stalled })
    }
}

/// One request, until its answer is done with.
#[derive(Debug)]
pub struct OpenStream {
    number: u64,
    of: Arc<Http2Timeouts>,
}

impl OpenStream {
    fn handed_over(&self, at: Option<Instant>) {
        self.of.inner.lock().open.insert(self.number, at);
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut inner = self.of.inner.lock();
        inner.open.remove(&self.number);
        inner.quiet_until = Instant::now() + self.of.times.idle;
    }
}

/// The body of an answer, in pieces.
#[derive(Debug)]
pub struct Pieces<B> {
    body: B,
    rest: Bytes,
    stream: OpenStream,
    _in_hand: InHand,
}

impl<B> Pieces<B> {
    pub fn new(body: B, stream: OpenStream, in_hand: InHand) -> Self {
        Self { body, rest: Bytes::new(), stream, _in_hand: in_hand }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Pieces<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = &mut *self;
        this.stream.handed_over(None);
        if this.rest.is_empty() {
            match std::task::ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.rest = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                end => return Poll::Ready(end),
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE));
        this.stream.handed_over(Some(Instant::now()));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, body) = (self.rest.len() as u64, self.body.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower() + rest);
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{BodyExt, Full};
    use std::time::Duration;

    const TIMES: ConnectionTimes = ConnectionTimes::USUAL;

    #[test]
    fn it_is_idle_without_requests_and_never_with_one() {
        let start = Instant::now();
        let timeouts = Http2Timeouts::new(TIMES, start);
        assert_eq!((timeouts.due(start), timeouts.due(start + TIMES.head)), (None, Some(Http2Due::Idle)));
        let (one, two) = (timeouts.open(), timeouts.open());
        assert_eq!(timeouts.next(), None, "a live feed with nothing to tell");
        drop(one);
        assert_eq!(timeouts.next(), None);
        drop(two);
        let next = timeouts.next().unwrap();
        assert!(next >= start + TIMES.idle);
        assert_eq!(timeouts.due(next), Some(Http2Due::Idle));
    }

    #[tokio::test]
    async fn only_an_answer_that_is_not_taken_stalls() {
        let timeouts = Http2Timeouts::new(TIMES, Instant::now());
        let _quiet = timeouts.open();
        let mut body = Pieces::new(Full::new(Bytes::from(vec![7; 40_000])), timeouts.open(), InHand::none());
        assert_eq!(body.size_hint().exact(), Some(40_000));
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(
            (first.len(), body.size_hint().exact(), body.is_end_stream()),
            (PIECE, Some(23_616), false)
        );
        let due = timeouts.next().unwrap();
        assert_eq!(
            (timeouts.due(due - Duration::from_millis(1)), timeouts.due(due)),
            (None, Some(Http2Due::Stalled))
        );
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), 23_616);
        assert_eq!(timeouts.next(), None, "taken to its end");
    }
}
