//! stub over plain HTTP
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode};
use hyper_util::client::legacy::connect::HttpConnector;
use std::time::Duration;
#[derive(Debug)]
pub struct Client {
    base: String,
    inner: hyper_util::client::legacy::Client<HttpConnector, Full<Bytes>>,
}
#[derive(Debug)]
pub struct Request {
    pub method: Method,
    pub path: String,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub body: Bytes,
}
impl Request {
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Bytes::new() }
    }
}
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub told_ms: Option<u64>,
}
impl Answer {
    pub fn retry_after(&self) -> Option<Duration> {
        self.headers.get("retry-after")?.to_str().ok()?.parse().ok().map(Duration::from_secs)
    }
}
impl Client {
    pub fn stub(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            inner: hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new())
                .build_http(),
        }
    }
    pub fn bytes(&self) -> (u64, u64) {
        (0, 0)
    }
    pub async fn send(&self, r: Request) -> Result<Answer, std::io::Error> {
        let mut b = hyper::Request::builder().method(r.method).uri(format!("{}{}", self.base, r.path));
        for (n, v) in r.headers {
            b = b.header(n, v);
        }
        let res = self
            .inner
            .request(b.body(Full::new(r.body)).map_err(std::io::Error::other)?)
            .await
            .map_err(std::io::Error::other)?;
        let (parts, body) = res.into_parts();
        let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body, told_ms: None })
    }
}
