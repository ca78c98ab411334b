//! TCP to an upstream: finds its addresses and tries them.
//!
//! Called by `connect`; calls the network, or in tests a simulated one.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, lookup_host};
use tokio::time::timeout;
use tower::Service;

use super::counted::{Counted, Passed};

/// What the system may hold of what we send. Small, so that what is stuck shows soon, and an answer is waited for
/// from when the request is nearly there: at 2 KiB/s this takes half of that time.
const SEND_BUFFER: u32 = 32 << 10;

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

/// An error and what is under it.
pub fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> + use<'a> {
    std::iter::successors(Some(error), |error| (*error).source())
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

impl Service<Uri> for Dialler {
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
        Box::pin(async move { Ok(TokioIo::new(Counted::new(dialled.await?, passed, proxied))) })
    }
}
