//! HTTP client of a tablet: calls, answers, and a live feed read event by event.

use std::net::SocketAddr;

use futures_util::StreamExt;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{HeaderMap, Method, Request, StatusCode};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    token: Option<String>,
    inner: HyperClient<HttpConnector, Full<Bytes>>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, token: None, inner: HyperClient::builder(TokioExecutor::new()).build_http() }
    }

    /// The same, with a session.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    /// Another tablet on the same network: it calls from 127.0.0.`host`.
    pub fn at(&self, host: u8) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_local_address(Some(std::net::Ipv4Addr::new(127, 0, 0, host).into()));
        let inner = HyperClient::builder(TokioExecutor::new()).build(connector);
        Self { inner, ..self.clone() }
    }

    pub async fn open(&self, request: Request<Full<Bytes>>) -> hyper::Response<Incoming> {
        self.inner.request(request).await.unwrap()
    }

    pub fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    pub async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let (parts, body) = self.open(request).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn call(&self, method: Method, path: &str, body: impl Into<Bytes>) -> Answer {
        let request = self.request(method, path).header("content-type", "application/json");
        self.send(request.body(Full::new(body.into())).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, "").await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path, body.to_string()).await
    }

    /// Post native operations; their results.
    pub async fn ops(&self, token: &str, ops: Vec<Value>) -> Vec<Value> {
        let answer = self.post(&format!("/api/v1/audits/{token}/ops"), &json!({ "ops": ops })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["results"].as_array().unwrap().clone()
    }

    pub async fn module(&self, token: &str, module: &str) -> Value {
        let audit = self.get(&format!("/api/v1/audits/{token}")).await.json();
        let modules = audit["modules"].as_array().unwrap();
        modules.iter().find(|m| m["module_id"] == module).cloned().unwrap_or(Value::Null)
    }

    pub async fn live(&self, path: &str, last_event_id: Option<&str>) -> Events {
        let mut request = self.request(Method::GET, path);
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = self.open(request.body(Full::default()).unwrap()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events::of(response.into_body())
    }
}

/// A live feed, read event by event.
pub struct Events {
    body: Incoming,
    /// What has come of the next ones; a character may come in two parts.
    bytes: Vec<u8>,
}

#[derive(Debug, Clone)]
pub struct Event {
    pub name: String,
    pub id: Option<String>,
    pub data: Value,
}

impl Events {
    pub fn of(body: Incoming) -> Self {
        Self { body, bytes: Vec::new() }
    }

    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(end) = self.bytes.windows(2).position(|two| two == b"\n\n") {
                let block = String::from_utf8(self.bytes.drain(..end + 2).collect()).unwrap();
                let field = |name: &str| {
                    let found = block.lines().find_map(|line| line.strip_prefix(name));
                    found.map(|value| value.trim_start().to_owned())
                };
                let Some(name) = field("event:") else { continue };
                let data = field("data:").map_or(Value::Null, |d| serde_json::from_str(&d).unwrap());
                return Some(Event { name, id: field("id:"), data });
            }
            let mut frames = http_body_util::BodyDataStream::new(&mut self.body);
            self.bytes.extend_from_slice(&frames.next().await?.ok()?);
        }
    }

    /// The next event of this name.
    pub async fn wait(&mut self, name: &str) -> Event {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the feed ended before `{name}`"));
            if event.name == name {
                return event;
            }
        }
    }
}
