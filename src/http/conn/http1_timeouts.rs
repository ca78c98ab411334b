//! HTTP/1.1 timeouts (request head, stalled answer, idle timeout between keep-alive requests): where one connection
//! stands.
//!
//! `http1` asks when the next thing is due; the socket's wrapper and the service tell what happens. One lock and
//! one timer for each connection, whatever it does.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use hyper::body::{Body, Frame, SizeHint};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connections::InHand;
use super::raw_answers::RawAnswer;
use crate::http::limits::ConnectionTimes;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Connected, and nothing came yet; or between two requests.
    Quiet,
    /// Some of a request's head has arrived.
    Head,
    /// A request is with its handler, or its answer on the way: `slow_body` watches over its body.
    Asked,
}

/// What became due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Http1Due {
    /// Part of a request came, and the rest did not: worth an answer.
    Late,
    /// Nothing to say to anybody.
    Silent,
}

#[derive(Debug)]
pub struct Http1Timeouts {
    times: ConnectionTimes,
    phase: Phase,
    /// When the phase ends by itself.
    until: Option<Instant>,
    /// Since when the client has taken nothing that is ready for it; when that ends the connection.
    stalled_until: Option<Instant>,
    /// The client has closed.
    closed: bool,
    /// Nothing of an answer is on its way.
    at_rest: bool,
    /// What hyper said in our stead, of a head that it could not read: see [`WatchedStream`].
    refused: Option<RawAnswer>,
}

impl Http1Timeouts {
    pub fn new(times: ConnectionTimes, now: Instant) -> Self {
        // A client connects in order to ask.
        let until = Some(now + times.head);
        Self {
            times,
            phase: Phase::Quiet,
            until,
            stalled_until: None,
            closed: false,
            at_rest: true,
            refused: None,
        }
    }

    /// The client sent so many bytes; none means that it has closed.
    pub fn read(&mut self, bytes: usize, now: Instant) {
        if bytes == 0 {
            self.closed = true;
        } else if self.phase == Phase::Quiet {
            (self.phase, self.until) = (Phase::Head, Some(now + self.times.head));
        }
    }

    /// The client took something.
    pub fn wrote(&mut self, now: Instant) {
        self.stalled_until = None;
        // The rest of an answer that its handler has finished with.
        if self.phase == Phase::Quiet {
            self.until = Some(now + self.times.idle);
        }
    }

    /// Nothing is left that TLS holds back; a plain socket holds nothing back, and is flushed all the time.
    pub fn flushed(&mut self, now: Instant) {
        if self.stalled_until.is_some() {
            self.wrote(now);
        }
    }

    /// There is something for the client, and it does not take it.
    pub fn stalled(&mut self, now: Instant) {
        self.stalled_until.get_or_insert(now + self.times.stall);
    }

    pub fn asked(&mut self) {
        (self.phase, self.until) = (Phase::Asked, None);
    }

    pub fn answered(&mut self, now: Instant) {
        (self.phase, self.until) = (Phase::Quiet, Some(now + self.times.idle));
    }

    /// No request is in hand, not even part of one.
    pub fn is_quiet(&self) -> bool {
        self.phase == Phase::Quiet && self.stalled_until.is_none()
    }

    /// Part of a request is here, and nothing else on the way to the client.
    pub fn is_answerable(&self) -> bool {
        self.phase == Phase::Head && self.stalled_until.is_none()
    }

    /// Whether these bytes are hyper's own answer to a head that it cannot read: bare, and not the one of any handler.
    fn is_refusal(&mut self, bytes: &[u8]) -> bool {
        if self.phase != Phase::Head || !self.at_rest {
            return false;
        }
        self.refused = match bytes.get(..12) {
            Some(b"HTTP/1.1 400") => Some(RawAnswer::NoHttp),
            Some(b"HTTP/1.1 414" | b"HTTP/1.1 431") => Some(RawAnswer::LargeHead),
            _ => None,
        };
        self.refused.is_some()
    }

    /// What is to be said once hyper is done.
    pub fn refused(&self) -> Option<RawAnswer> {
        self.refused
    }

    pub fn client_has_closed(&self) -> bool {
        self.closed
    }

    /// When to look again.
    pub fn next(&self) -> Option<Instant> {
        match (self.until, self.stalled_until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    pub fn due(&self, now: Instant) -> Option<Http1Due> {
        self.next().filter(|next| *next <= now)?;
        Some(if self.is_answerable() { Http1Due::Late } else { Http1Due::Silent })
    }
}

/// What socket, service and answers share.
pub type Shared = Arc<Mutex<Http1Timeouts>>;

/// A socket that tells what passes through it. What hyper itself answers to a head that it cannot read has no body and none of
/// our headers, and hyper lets nobody change it: it is kept back, and `http1` says it as all others are said.
#[derive(Debug)]
pub struct WatchedStream<S> {
    pub stream: S,
    timeouts: Shared,
}

impl<S> WatchedStream<S> {
    pub fn new(stream: S, timeouts: Shared) -> Self {
        Self { stream, timeouts }
    }

    fn written<T>(&self, result: &Poll<io::Result<T>>) {
        let mut timeouts = self.timeouts.lock();
        timeouts.at_rest = false;
        match result {
            Poll::Ready(_) => timeouts.wrote(Instant::now()),
            Poll::Pending => timeouts.stalled(Instant::now()),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WatchedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if matches!(result, Poll::Ready(Ok(()))) {
            self.timeouts.lock().read(buffer.filled().len() - before, Instant::now());
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WatchedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.timeouts.lock().is_refusal(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(&result);
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = slices.iter().find(|slice| !slice.is_empty());
        if first.is_some_and(|first| self.timeouts.lock().is_refusal(first)) {
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(&result);
        result
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(cx);
        match result {
            // Hyper asks for it when it has nothing left to write.
            Poll::Ready(_) => {
                let mut timeouts = self.timeouts.lock();
                timeouts.at_rest = true;
                timeouts.flushed(Instant::now());
            }
            Poll::Pending => self.timeouts.lock().stalled(Instant::now()),
        }
        result
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // There is more to say than hyper knows.
        if self.timeouts.lock().refused.is_some() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The body of an answer, which tells when hyper is done with it.
#[derive(Debug)]
pub struct TimedAnswer<B> {
    body: B,
    timeouts: Shared,
    _in_hand: InHand,
}

impl<B> TimedAnswer<B> {
    pub fn new(body: B, timeouts: Shared, in_hand: InHand) -> Self {
        Self { body, timeouts, _in_hand: in_hand }
    }
}

impl<B> Drop for TimedAnswer<B> {
    fn drop(&mut self) {
        self.timeouts.lock().answered(Instant::now());
    }
}

impl<B: Body + Unpin> Body for TimedAnswer<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
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
    use std::time::Duration;

    use super::*;

    const TIMES: ConnectionTimes = ConnectionTimes::USUAL;

    #[test]
    fn a_head_has_its_time_from_its_first_byte_however_slowly_it_comes() {
        let start = Instant::now();
        let at = |s| start + Duration::from_secs(s);
        let mut timeouts = Http1Timeouts::new(TIMES, start);
        assert_eq!((timeouts.due(at(9)), timeouts.due(at(10))), (None, Some(Http1Due::Silent)));
        for second in 5..15 {
            timeouts.read(1, at(second));
            assert_eq!(timeouts.due(at(second)), None);
        }
        assert_eq!(timeouts.due(at(15)), Some(Http1Due::Late));
        timeouts.asked();
        assert_eq!(timeouts.next(), None, "a handler takes the time it needs");
    }

    #[test]
    fn between_requests_it_may_be_idle_and_then_begins_anew() {
        let start = Instant::now();
        let at = |s| start + Duration::from_secs(s);
        let mut timeouts = Http1Timeouts::new(TIMES, start);
        timeouts.read(100, start);
        timeouts.asked();
        timeouts.answered(at(100));
        assert_eq!((timeouts.due(at(159)), timeouts.due(at(160))), (None, Some(Http1Due::Silent)));
        timeouts.wrote(at(150));
        assert_eq!(timeouts.due(at(209)), None, "a large answer was still on its way");
        timeouts.read(1, at(200));
        assert_eq!((timeouts.due(at(209)), timeouts.due(at(210))), (None, Some(Http1Due::Late)));
    }

    #[test]
    fn only_what_is_ready_and_not_taken_stalls() {
        let start = Instant::now();
        let at = |s| start + Duration::from_secs(s);
        let mut timeouts = Http1Timeouts::new(TIMES, start);
        timeouts.read(100, start);
        timeouts.asked();
        assert_eq!(timeouts.due(at(10_000)), None, "a live feed with nothing to tell");
        timeouts.stalled(at(0));
        timeouts.stalled(at(20));
        assert_eq!((timeouts.due(at(29)), timeouts.due(at(30))), (None, Some(Http1Due::Silent)));
        timeouts.wrote(at(29));
        timeouts.stalled(at(29));
        assert_eq!((timeouts.due(at(58)), timeouts.due(at(59))), (None, Some(Http1Due::Silent)));
    }
}
