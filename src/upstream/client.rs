//! HTTP to one upstream: a few connections that are kept, times after which a call is given up, answers of a
//! bounded size.
//!
//! Made by `cli` from settings; called through `link`, which judges the answers. Calls hyper over `dial`, with
//! TLS and a proxy where the settings and the environment say so.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, sleep, timeout};

use super::dial::{Dial, Dialler, Passed};
use super::proxy::Proxy;
use super::tls;
use crate::domain::{BearerToken, LinkUrl};

/// Connections that are kept for the next call.
const KEPT: usize = 6;
/// An answer as it is read; unpacked too.
const LARGEST: usize = 32 << 20;
/// What moves slower than this is no link.
const SLOWEST: u64 = 1 << 10;

/// How long is waited for what.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// For a connection, with its TLS.
    pub connect: Duration,
    /// For the first byte of the answer.
    pub first_byte: Duration,
    /// For the next byte, of what we send or what comes.
    pub idle: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            idle: Duration::from_secs(15),
        }
    }
}

/// What a client is made of.
pub struct ClientOptions {
    pub url: LinkUrl,
    pub token: Option<BearerToken>,
    /// `None` where the URL is plain HTTP.
    pub tls: Option<rustls::ClientConfig>,
    pub proxy: Option<Proxy>,
    pub dial: Arc<dyn Dial>,
    pub times: Times,
    /// What a failure of TLS means, in words.
    pub explain: Explain,
}

/// Says what is wrong with somebody's certificate, if that is the matter.
pub type Explain = Arc<dyn Fn(&(dyn std::error::Error + 'static)) -> Option<String> + Send + Sync>;

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions").field("url", &self.url).finish_non_exhaustive()
    }
}

#[derive(Debug)]
pub struct Request {
    pub method: Method,
    /// With its query.
    pub path: String,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub body: Bytes,
}

impl Request {
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Bytes::new() }
    }

    pub fn with_body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.headers.push((header::CONTENT_TYPE, HeaderValue::from_static(content_type)));
        self.body = body.into();
        self
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What time it was there, where a good certificate says who tells.
    pub told_ms: Option<u64>,
}

impl Answer {
    /// When the upstream wants to hear of us again. A date is judged by the answer's own.
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let until = httpdate::parse_http_date(text).ok()?;
        let now = date_of(&self.headers)?;
        Some(until.duration_since(now).unwrap_or_default())
    }
}

fn date_of(headers: &HeaderMap) -> Option<std::time::SystemTime> {
    httpdate::parse_http_date(headers.get(header::DATE)?.to_str().ok()?).ok()
}

/// Why there is no answer. In words for people: what it is, and what may help.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    #[error("{0}")]
    Tls(String),
    #[error("no connection within {} s", .0.as_secs())]
    NoConnection(Duration),
    #[error("no answer within {} s", .0.as_secs())]
    NoAnswer(Duration),
    #[error("the link stalled: nothing moved for {} s", .0.as_secs())]
    Stalled(Duration),
    #[error("the connection broke off")]
    BrokenOff,
    #[error("its answer is larger than {} MiB", LARGEST >> 20)]
    TooLarge,
    #[error("its answer cannot be unpacked: {0}")]
    NotPacked(io::Error),
    #[error("this is no address to call: {0}")]
    Address(String),
}

enum Via {
    Plain(Pool<Dialler, Full<Bytes>>),
    Direct(Pool<HttpsConnector<Dialler>, Full<Bytes>>),
    Tunnel(Pool<HttpsConnector<Tunnel<Dialler>>, Full<Bytes>>),
}

pub struct Client {
    via: Via,
    url: LinkUrl,
    authorization: Option<HeaderValue>,
    proxy_authorization: Option<HeaderValue>,
    passed: Arc<Passed>,
    times: Times,
    explain: Explain,
    proxied: bool,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Client {
    pub fn new(options: ClientOptions) -> Result<Self, CallError> {
        let ClientOptions { url, token, tls, proxy, dial, times, explain } = options;
        let passed = Arc::new(Passed::default());
        let proxied = proxy.is_some();
        let mut proxy_authorization = None;
        let dialler = |to| Dialler::new(dial, Arc::clone(&passed), to);
        let via = match (tls, proxy) {
            (Some(tls), Some(proxy)) => {
                let mut tunnel = Tunnel::new(proxy.uri, dialler(None));
                if let Some(authorization) = proxy.authorization {
                    tunnel = tunnel.with_auth(authorization);
                }
                Via::Tunnel(pool().build(with_tls(tls, tunnel)))
            }
            (Some(tls), None) => Via::Direct(pool().build(with_tls(tls, dialler(None)))),
            // A proxy gets plain requests whole.
            (None, Some(proxy)) => {
                proxy_authorization = proxy.authorization;
                Via::Plain(pool().build(dialler(Some(proxy.uri))))
            }
            (None, None) => Via::Plain(pool().build(dialler(None))),
        };
        let authorization = token.map(|token| {
            let value = HeaderValue::try_from(format!("Bearer {}", token.expose()));
            value.map(|mut value| {
                value.set_sensitive(true);
                value
            })
        });
        let authorization = authorization
            .transpose()
            .map_err(|_| CallError::Address("its token is of characters that no header takes".to_owned()))?;
        Ok(Self { via, url, authorization, proxy_authorization, passed, times, explain, proxied })
    }

    /// Sent and received since the start, on the wire.
    pub fn bytes(&self) -> (u64, u64) {
        self.passed.bytes()
    }

    pub async fn send(&self, request: Request) -> Result<Answer, CallError> {
        tokio::select! {
            answer = self.exchange(request) => answer,
            () = self.stall(self.times.first_byte) => Err(CallError::Stalled(self.times.first_byte)),
        }
    }

    /// Returns when nothing has moved for so long, on any connection.
    async fn stall(&self, patience: Duration) {
        let (mut seen, mut since) = (self.bytes(), Instant::now());
        loop {
            sleep(patience / 10).await;
            let now = self.bytes();
            if now != seen {
                (seen, since) = (now, Instant::now());
            } else if since.elapsed() >= patience {
                return;
            }
        }
    }

    async fn exchange(&self, request: Request) -> Result<Answer, CallError> {
        // A long body takes its time, on a link that is one. An answer that has begun may take as long as it moves.
        let writing = Duration::from_secs(request.body.len() as u64 / SLOWEST);
        let patience = self.times.connect + self.times.first_byte + writing;
        let uri: Uri = format!("{}{}", self.url.http(), request.path)
            .parse()
            .map_err(|error| CallError::Address(format!("{error}")))?;
        let mut http = hyper::Request::builder()
            .method(request.method)
            .uri(uri)
            .header(header::USER_AGENT, concat!("fieldhub/", env!("CARGO_PKG_VERSION")))
            .header(header::ACCEPT_ENCODING, "gzip");
        for (name, value) in request.headers {
            http = http.header(name, value);
        }
        if let Some(value) = &self.authorization {
            http = http.header(header::AUTHORIZATION, value);
        }
        if let Some(value) = &self.proxy_authorization {
            http = http.header(header::PROXY_AUTHORIZATION, value);
        }
        let http =
            http.body(Full::new(request.body)).map_err(|error| CallError::Address(error.to_string()))?;
        let answering = match &self.via {
            Via::Plain(pool) => pool.request(http),
            Via::Direct(pool) => pool.request(http),
            Via::Tunnel(pool) => pool.request(http),
        };
        let answered =
            timeout(patience, answering).await.map_err(|_| CallError::NoAnswer(self.times.first_byte))?;
        let (parts, body) = answered.map_err(|error| self.why(&error))?.into_parts();
        if self.proxied && parts.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            let why = "the proxy wants a user and a password: put them into HTTPS_PROXY";
            return Err(CallError::Unreachable(why.to_owned()));
        }
        let body = self.read(body).await?;
        let packed = parts.headers.get(header::CONTENT_ENCODING).is_some_and(|value| value == "gzip");
        let body = if packed { unpack(&body)? } else { body };
        let told_ms = date_of(&parts.headers)
            .filter(|_| self.url.is_secure())
            .and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok())
            .and_then(|since| u64::try_from(since.as_millis()).ok());
        Ok(Answer { status: parts.status, headers: parts.headers, body, told_ms })
    }

    async fn read(&self, mut body: Incoming) -> Result<Bytes, CallError> {
        let mut read = Vec::new();
        loop {
            let frame = timeout(self.times.idle, body.frame()).await;
            match frame.map_err(|_| CallError::Stalled(self.times.idle))? {
                None => return Ok(read.into()),
                Some(Err(_)) => return Err(CallError::BrokenOff),
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    if read.len() + data.len() > LARGEST {
                        return Err(CallError::TooLarge);
                    }
                    read.extend_from_slice(&data);
                }
            }
        }
    }

    /// What went wrong on the way, in words.
    fn why(&self, error: &(dyn std::error::Error + 'static)) -> CallError {
        if let Some(words) = (self.explain)(error) {
            return CallError::Tls(words);
        }
        let chain = || std::iter::successors(Some(error), |error| tls::within(*error));
        let cause = chain().last().unwrap_or(error);
        let kind = chain().filter_map(|error| error.downcast_ref::<io::Error>()).last().map(io::Error::kind);
        match kind {
            Some(io::ErrorKind::TimedOut) => CallError::NoConnection(self.times.connect),
            Some(
                io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof,
            ) => CallError::BrokenOff,
            _ if cause.is::<hyper::Error>() => CallError::BrokenOff,
            _ if self.proxied => CallError::Unreachable(format!("{cause} (by way of the proxy)")),
            _ => CallError::Unreachable(cause.to_string()),
        }
    }
}

fn pool() -> hyper_util::client::legacy::Builder {
    let mut builder = Pool::builder(TokioExecutor::new());
    builder
        .pool_max_idle_per_host(KEPT)
        .pool_timer(TokioTimer::new())
        // Shorter than what servers and their proxies keep a silent connection for.
        .pool_idle_timeout(Duration::from_secs(20));
    builder
}

fn with_tls<C>(tls: rustls::ClientConfig, connector: C) -> HttpsConnector<C> {
    HttpsConnectorBuilder::new().with_tls_config(tls).https_only().enable_http1().wrap_connector(connector)
}

/// A small answer may unpack to all memory there is.
fn unpack(packed: &[u8]) -> Result<Bytes, CallError> {
    let mut unpacked = Vec::new();
    let mut reader = MultiGzDecoder::new(packed).take(LARGEST as u64 + 1);
    reader.read_to_end(&mut unpacked).map_err(CallError::NotPacked)?;
    if unpacked.len() > LARGEST { Err(CallError::TooLarge) } else { Ok(unpacked.into()) }
}
