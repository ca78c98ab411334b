//! TCP dialling (happy eyeballs, DNS lookup): finds an upstream's addresses and tries them.
//!
//! Called by `connect`; calls the network, or in tests a simulated one.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioIo;
use tokio::net::lookup_host;
use tower::Service;

use super::error_chain::{causes, kind};
use super::metered_stream::{ByteCounter, MeteredStream};

pub use super::metered_stream::ByteStream;

/// What the system may hold of what we send. Small, so that what is stuck shows soon, and an answer is waited for
/// from when the request is nearly there: at 2 KiB/s this takes half of that time.
const SEND_BUFFER: usize = 32 << 10;

pub type Dialled = Pin<Box<dyn Future<Output = io::Result<Box<dyn ByteStream>>> + Send>>;

/// Connects to a host and port. A simulation brings its own.
pub trait Dial: Send + Sync {
    fn dial(&self, host: String, port: u16) -> Dialled;
}

/// The network. IPv6 that leads nowhere does not hold up IPv4: hyper-util tries the other one soon.
#[derive(Debug, Clone, Copy)]
pub struct TcpDial {
    /// For all addresses of the host, in equal parts.
    pub patience: Duration,
}

impl Dial for TcpDial {
    fn dial(&self, host: String, port: u16) -> Dialled {
        let mut connector = HttpConnector::new_with_resolver(tower::service_fn(addresses));
        connector.set_connect_timeout(Some(self.patience));
        connector.set_send_buffer_size(Some(SEND_BUFFER));
        connector.set_nodelay(true);
        Box::pin(async move {
            let host = if host.contains(':') { format!("[{host}]") } else { host };
            let uri: Uri = format!("http://{host}:{port}").parse().map_err(io::Error::other)?;
            let stream = connector.call(uri).await.map_err(|error| plain(&error))?;
            Ok(Box::new(stream.into_inner()) as Box<dyn ByteStream>)
        })
    }
}

async fn addresses(name: Name) -> io::Result<std::vec::IntoIter<SocketAddr>> {
    let found = lookup_host((name.as_str(), 0)).await.map(Iterator::collect::<Vec<_>>);
    let why = match found {
        Ok(found) if !found.is_empty() => return Ok(found.into_iter()),
        Ok(_) => "there is none".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(io::Error::new(io::ErrorKind::NotFound, format!("no address was found for {name} ({why})")))
}

/// The error at the bottom: "tcp connect error" helps nobody.
fn plain(error: &(dyn Error + 'static)) -> io::Error {
    let bottom = causes(error).last().unwrap_or(error);
    io::Error::new(kind(error).unwrap_or(io::ErrorKind::Other), bottom.to_string())
}

/// What hyper connects with.
#[derive(Clone)]
pub struct Dialler {
    dial: Arc<dyn Dial>,
    passed: Arc<ByteCounter>,
    /// Requests go through this proxy, which gets them whole: for plain HTTP.
    proxy: Option<Uri>,
}

impl fmt::Debug for Dialler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialler").finish_non_exhaustive()
    }
}

impl Dialler {
    pub fn new(dial: Arc<dyn Dial>, passed: Arc<ByteCounter>, proxy: Option<Uri>) -> Self {
        Self { dial, passed, proxy }
    }
}

impl Service<Uri> for Dialler {
    type Response = TokioIo<MeteredStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<MeteredStream>>> + Send>>;

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
        Box::pin(async move { Ok(TokioIo::new(MeteredStream::new(dialled.await?, passed, proxied))) })
    }
}
