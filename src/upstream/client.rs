//! HTTP client of one upstream: connection pool (keep-alive), timeouts (connect, first byte, idle), gzip, answers of a
//! bounded size. Reads Retry-After.
//!
//! Made by `cli` from settings; called through `link`, which judges the answers. Calls hyper over `connect`.
//!
//! A call has no time as a whole: on a slow link a page takes minutes, and is not to be begun again and again as
//! long as something moves. But it moves at a pace: a byte now and then is no call, and would hold up all others.

use std::error::Error;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::Extensions;
use hyper::{HeaderMap, Method, StatusCode, Uri};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use parking_lot::Mutex;
use tokio::time::{Instant, sleep_until, timeout};

use super::call_pace::CallPace;
use super::connect::{Connector, connector};
use super::dial::Dial;
use super::error_chain::{causes, kind};
use super::metered_stream::{ByteCounter, SendProgress, Sending};
use super::proxy::Proxy;
use crate::domain::{BearerToken, LinkUrl};
use crate::hub::ReasonCode;

/// Connections that are kept for the next call.
const KEPT: usize = 6;
/// Shorter than what servers and their proxies keep a silent connection for.
const KEPT_FOR: Duration = Duration::from_secs(20);
/// An answer as it is read; unpacked too.
const LARGEST: usize = 32 << 20;

/// How long is waited for what.
#[derive(Debug, Clone, Copy)]
pub struct CallTimeouts {
    /// For a connection, with its TLS and its proxy.
    pub connect: Duration,
    /// For the head of the answer, from when the system has taken the last of the request.
    pub first_byte: Duration,
    /// For the next byte, of what we send or what comes.
    pub idle: Duration,
}

impl Default for CallTimeouts {
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
    pub times: CallTimeouts,
    /// What a failure of TLS means, in words.
    pub explain: Explain,
}

/// Says what is wrong with somebody's certificate, if that is the matter.
pub type Explain = Arc<dyn Fn(&(dyn Error + 'static)) -> Option<String> + Send + Sync>;

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
pub struct UpstreamResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What time it was there, where a good certificate says who tells.
    pub told_ms: Option<u64>,
}

impl UpstreamResponse {
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
    #[error("too slow: {bytes} bytes in {} s", .within.as_secs())]
    TooSlow { bytes: u64, within: Duration },
    #[error("the connection broke off")]
    BrokenOff,
    #[error("what answers there does not speak HTTP: check the address")]
    NotHttp,
    #[error("its answer is larger than {} MiB", LARGEST >> 20)]
    TooLarge,
    #[error("its answer cannot be unpacked: {0}")]
    NotPacked(io::Error),
    #[error("this is no address to call: {0}")]
    Address(String),
}

impl CallError {
    pub fn code(&self) -> ReasonCode {
        match self {
            Self::Unreachable(_) => ReasonCode::Unreachable,
            Self::Tls(_) => ReasonCode::Tls,
            Self::NoConnection(_) => ReasonCode::NoConnection,
            Self::NoAnswer(_) => ReasonCode::NoAnswer,
            Self::Stalled(_) | Self::TooSlow { .. } => ReasonCode::Stalled,
            Self::BrokenOff => ReasonCode::BrokenOff,
            Self::NotHttp => ReasonCode::NotHttp,
            Self::TooLarge | Self::NotPacked(_) => ReasonCode::BadAnswer,
            Self::Address(_) => ReasonCode::Address,
        }
    }
}

type Pool = HyperClient<Connector, Full<Bytes>>;

pub struct Client {
    connector: Connector,
    pool: Mutex<Pool>,
    url: LinkUrl,
    authorization: Option<HeaderValue>,
    proxy_authorization: Option<HeaderValue>,
    passed: Arc<ByteCounter>,
    times: CallTimeouts,
    explain: Explain,
    /// Its address, for people.
    proxy: Option<String>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Client {
    pub fn new(options: ClientOptions) -> Result<Self, CallError> {
        let ClientOptions { url, token, tls, proxy, dial, times, explain } = options;
        let authorization = token.map(|token| HeaderValue::try_from(format!("Bearer {}", token.expose())));
        let mut authorization = authorization
            .transpose()
            .map_err(|_| CallError::Address("its token has characters that no header can have".to_owned()))?;
        if let Some(value) = &mut authorization {
            value.set_sensitive(true);
        }
        let said = proxy.as_ref().map(|proxy| proxy.uri.authority().map_or("", |at| at.as_str()).to_owned());
        // In a tunnel the proxy sees no request of ours.
        let plain = proxy.as_ref().filter(|_| tls.is_none());
        let proxy_authorization = plain.and_then(|proxy| proxy.authorization.clone());
        let passed = Arc::new(ByteCounter::default());
        let connector = connector(dial, Arc::clone(&passed), tls, proxy, times.connect);
        let pool = Mutex::new(pool(&connector));
        Ok(Self {
            connector,
            pool,
            url,
            authorization,
            proxy_authorization,
            passed,
            times,
            explain,
            proxy: said,
        })
    }

    /// Sent and received since the start, on the wire.
    pub fn bytes(&self) -> (u64, u64) {
        self.passed.bytes()
    }

    /// Connect anew for the next call: after a change of network, kept connections lead nowhere and do not say so.
    /// Calls that are on their way go on.
    pub fn forget_connections(&self) {
        *self.pool.lock() = pool(&self.connector);
    }

    pub async fn send(&self, request: Request) -> Result<UpstreamResponse, CallError> {
        let answered = self.exchange(request).await;
        if let Err(CallError::NoAnswer(_) | CallError::Stalled(_) | CallError::TooSlow { .. }) = &answered {
            // What is kept beside it goes the same way.
            self.forget_connections();
        }
        answered
    }

    async fn exchange(&self, request: Request) -> Result<UpstreamResponse, CallError> {
        let mut http = self.http(request)?;
        let connection = capture_connection(&mut http);
        let pool = self.pool.lock().clone();
        let answered = tokio::select! {
            answered = pool.request(http) => answered,
            lost = self.patience(connection) => return Err(lost),
        };
        let (parts, body) = answered.map_err(|error| self.why(error.is_connect(), &error))?.into_parts();
        if self.proxy.is_some() && parts.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(self.unreachable("proxy authorization required"));
        }
        let body = self.read(body).await?;
        let packed = parts.headers.get(header::CONTENT_ENCODING).is_some_and(|value| value == "gzip");
        let body = if packed && !body.is_empty() { unpack(&body)? } else { body };
        let told_ms = date_of(&parts.headers)
            .filter(|_| self.url.is_secure())
            .and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok())
            .and_then(|since| u64::try_from(since.as_millis()).ok());
        Ok(UpstreamResponse { status: parts.status, headers: parts.headers, body, told_ms })
    }

    fn http(&self, request: Request) -> Result<hyper::Request<Full<Bytes>>, CallError> {
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
        http.body(Full::new(request.body)).map_err(|error| CallError::Address(error.to_string()))
    }

    /// Returns when the request no longer moves, or its answer is waited for no longer. While there is no
    /// connection, the connector has a time of its own.
    async fn patience(&self, mut connection: CaptureConnection) -> CallError {
        drop(connection.wait_for_connection_metadata().await);
        let begun = Instant::now();
        let mut pace = None;
        loop {
            let sending = line(&connection).map(|line| line.sending());
            let stuck = sending.is_some_and(|sending| sending.stuck);
            // What the system has taken whole is the other side's matter.
            if let Some(Sending { taken, .. }) = sending.filter(|sending| sending.stuck) {
                let pace = pace.get_or_insert_with(|| CallPace::from(taken, self.times.idle));
                if let Err((bytes, within)) = pace.is_kept(taken) {
                    return CallError::TooSlow { bytes, within };
                }
            }
            // A kept connection may have moved last long ago.
            let since = sending.map_or(begun, |sending| sending.moved.max(begun));
            let patience = if stuck { self.times.idle } else { self.times.first_byte };
            let now = Instant::now();
            if now >= since + patience {
                return if stuck { CallError::Stalled(patience) } else { CallError::NoAnswer(patience) };
            }
            // What moves now may be stuck soon.
            sleep_until((since + patience).min(now + self.times.idle / 4)).await;
        }
    }

    async fn read(&self, mut body: Incoming) -> Result<Bytes, CallError> {
        let mut read = Vec::new();
        let mut pace = CallPace::from(0, self.times.idle);
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
                    let kept = pace.is_kept(read.len() as u64);
                    kept.map_err(|(bytes, within)| CallError::TooSlow { bytes, within })?;
                }
            }
        }
    }

    /// What went wrong on the way, in words.
    fn why(&self, connecting: bool, error: &(dyn Error + 'static)) -> CallError {
        if let Some(words) = (self.explain)(error) {
            return CallError::Tls(words);
        }
        let late = |cause: &(dyn Error + 'static)| cause.is::<tower::timeout::error::Elapsed>();
        let garbled =
            |cause: &(dyn Error + 'static)| cause.downcast_ref().is_some_and(hyper::Error::is_parse);
        let bottom = causes(error).last().unwrap_or(error);
        match kind(error) {
            _ if causes(error).any(garbled) => CallError::NotHttp,
            _ if causes(error).any(late) => CallError::NoConnection(self.times.connect),
            Some(io::ErrorKind::TimedOut) if connecting => CallError::NoConnection(self.times.connect),
            Some(
                io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof,
            ) => CallError::BrokenOff,
            _ if connecting => self.unreachable(&bottom.to_string()),
            _ => CallError::BrokenOff,
        }
    }

    fn unreachable(&self, why: &str) -> CallError {
        CallError::Unreachable(match &self.proxy {
            Some(proxy) => format!("{why}, through the proxy {proxy} that the environment names"),
            None => why.to_owned(),
        })
    }
}

fn pool(connector: &Connector) -> Pool {
    HyperClient::builder(TokioExecutor::new())
        .pool_max_idle_per_host(KEPT)
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(KEPT_FOR)
        .build(connector.clone())
}

/// How sending goes where this call has its connection; it may get another one, if that was closed before it began.
fn line(connection: &CaptureConnection) -> Option<SendProgress> {
    let mut extras = Extensions::new();
    connection.connection_metadata().as_ref()?.get_extras(&mut extras);
    extras.remove()
}

/// A small answer may unpack to all memory there is.
fn unpack(packed: &[u8]) -> Result<Bytes, CallError> {
    let mut unpacked = Vec::new();
    let mut reader = MultiGzDecoder::new(packed).take(LARGEST as u64 + 1);
    reader.read_to_end(&mut unpacked).map_err(CallError::NotPacked)?;
    if unpacked.len() > LARGEST { Err(CallError::TooLarge) } else { Ok(unpacked.into()) }
}
