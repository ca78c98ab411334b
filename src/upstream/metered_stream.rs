//! Metered stream (byte counter, stall detection) of one connection to an upstream: its bytes are counted, and it tells
//! whether what we send still moves.
//!
//! Made by `dial`; `client` reads the counts, and asks the line of a call how it goes. Under TLS, so that what a
//! handshake costs is counted too.

use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::{Connected, Connection};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// A connection of whatever kind: TCP, or a simulated one.
pub trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

/// Bytes that have passed, on all connections.
#[derive(Debug, Default)]
pub struct ByteCounter {
    sent: AtomicU64,
    received: AtomicU64,
}

impl ByteCounter {
    pub fn bytes(&self) -> (u64, u64) {
        (self.sent.load(Ordering::Relaxed), self.received.load(Ordering::Relaxed))
    }
}

/// How sending goes on one connection. A call finds that of its own by hyper's `Connected`: among six, one that
/// is stuck must not look alive because the others move.
#[derive(Debug, Clone)]
pub struct SendProgress(Arc<Mutex<Sending>>);

#[derive(Debug, Clone, Copy)]
pub struct Sending {
    /// When the system last took something from us.
    pub moved: Instant,
    /// What it has taken in all.
    pub taken: u64,
    /// There is more, and it takes nothing.
    pub stuck: bool,
}

impl SendProgress {
    fn begin() -> Self {
        Self(Arc::new(Mutex::new(Sending { moved: Instant::now(), taken: 0, stuck: false })))
    }

    pub fn sending(&self) -> Sending {
        *self.0.lock()
    }

    fn set(&self, change: impl FnOnce(&mut Sending)) {
        change(&mut self.0.lock());
    }
}

pub struct MeteredStream {
    stream: Box<dyn ByteStream>,
    passed: Arc<ByteCounter>,
    line: SendProgress,
    proxied: bool,
}

impl fmt::Debug for MeteredStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeteredStream").finish_non_exhaustive()
    }
}

impl MeteredStream {
    /// `proxied`: a proxy is at the other end, and gets whole requests.
    pub fn new(stream: Box<dyn ByteStream>, passed: Arc<ByteCounter>, proxied: bool) -> Self {
        Self { stream, passed, line: SendProgress::begin(), proxied }
    }

    fn note_sent(&self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &polled {
            Poll::Ready(Ok(sent)) => {
                self.passed.sent.fetch_add(*sent as u64, Ordering::Relaxed);
                self.line.set(|line| {
                    let taken = line.taken + *sent as u64;
                    *line = Sending { moved: Instant::now(), taken, stuck: false };
                });
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.line.set(|line| line.stuck = true),
        }
        polled
    }
}

impl Connection for MeteredStream {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.proxied).extra(self.line.clone())
    }
}

impl AsyncRead for MeteredStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.passed.received.fetch_add((buf.filled().len() - before) as u64, Ordering::Relaxed);
        polled
    }
}

impl AsyncWrite for MeteredStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note_sent(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.note_sent(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
