//! TCP to an upstream, counted byte by byte: what a link costs is what passes its socket.
//!
//! Called by `client`; calls the network, or in tests a simulated one.

use std::fmt;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpSocket, lookup_host};
use tokio::time::timeout;

/// What the kernel may hold of what we send. Small, so that what is stuck shows soon.
const SEND_BUFFER: u32 = 64 << 10;

pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub type Dialled = Pin<Box<dyn Future<Output = io::Result<Box<dyn Stream>>> + Send>>;

/// Connects to a host and port. A simulation brings its own.
pub trait Dial: Send + Sync {
    fn dial(&self, host: String, port: u16) -> Dialled;
}

/// The network.
#[derive(Debug, Clone, Copy)]
pub struct Network {
    /// For each address of the host.
    pub patience: Duration,
}

impl Dial for Network {
    fn dial(&self, host: String, port: u16) -> Dialled {
        let patience = self.patience;
        Box::pin(async move {
            let mut last = io::Error::new(io::ErrorKind::NotFound, "no address was found for it");
            for address in lookup_host((host, port)).await? {
                let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
                socket.set_send_buffer_size(SEND_BUFFER)?;
                match timeout(patience, socket.connect(address)).await {
                    Ok(Ok(stream)) => {
                        stream.set_nodelay(true)?;
                        return Ok(Box::new(stream) as Box<dyn Stream>);
                    }
                    Ok(Err(error)) => last = error,
                    Err(_) => last = io::Error::new(io::ErrorKind::TimedOut, "nobody answers there"),
                }
            }
            Err(last)
        })
    }
}

/// Bytes that have passed.
#[derive(Debug, Default)]
pub struct Passed {
    pub sent: AtomicU64,
    pub received: AtomicU64,
}

impl Passed {
    pub fn bytes(&self) -> (u64, u64) {
        (self.sent.load(Ordering::Relaxed), self.received.load(Ordering::Relaxed))
    }
}

/// What hyper connects with.
#[derive(Clone)]
pub struct Dialler {
    dial: Arc<dyn Dial>,
    passed: Arc<Passed>,
    /// Requests go through this proxy, which gets them whole: for plain HTTP.
    proxy: Option<Uri>,
}

impl fmt::Debug for Dialler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialler").finish_non_exhaustive()
    }
}

impl Dialler {
    pub fn new(dial: Arc<dyn Dial>, passed: Arc<Passed>, proxy: Option<Uri>) -> Self {
        Self { dial, passed, proxy }
    }
}

impl tower::Service<Uri> for Dialler {
    type Response = TokioIo<Counted>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<Counted>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let to = self.proxy.as_ref().unwrap_or(&uri);
        let secure = to.scheme_str() == Some("https");
        let port = to.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let host = to.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let dialled = self.dial.dial(host, port);
        let (passed, proxied) = (Arc::clone(&self.passed), self.proxy.is_some());
        Box::pin(async move { Ok(TokioIo::new(Counted { stream: dialled.await?, passed, proxied })) })
    }
}

/// A connection whose bytes are counted.
pub struct Counted {
    stream: Box<dyn Stream>,
    passed: Arc<Passed>,
    proxied: bool,
}

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counted").finish_non_exhaustive()
    }
}

impl Connection for Counted {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.proxied)
    }
}

impl AsyncRead for Counted {
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

impl Counted {
    fn count_sent(&self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(sent)) = &polled {
            self.passed.sent.fetch_add(*sent as u64, Ordering::Relaxed);
        }
        polled
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.count_sent(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.count_sent(polled)
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
