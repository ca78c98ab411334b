//! A whole hub on a disk that reads badly, asked as over its socket: two audits alike, and a snapshot that lacks their last marks.
//!
//! Used by the tests of bad reads.

use std::sync::Arc;

use axum::body::Body;
use fieldhub::http::{Peer, Router, router};
use fieldhub::hub::{Hub, Threads};
use fieldhub::store::{Engine, Options};
use http_body_util::BodyExt;
use hyper::Request;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use super::bad_disk::BadDisk;
use super::marks::{NOW, mark};
use super::wait::until_async;
use super::{TestClock, config};

pub const AUDITS: [&str; 2] = ["brelan", "jalibat"];
pub const MODULES: usize = 120;
/// Marks in the snapshot, and after it.
pub const OLD: usize = 200;
pub const NEW: usize = 60;

/// A machine whose hub was stopped: two audits alike, with a snapshot that lacks their last marks.
pub struct Card(TempDir);

impl Card {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let site = Site::open(dir).await.unwrap();
        for token in AUDITS {
            let made = json!({ "name": token, "token": token, "strings": "24x5" });
            assert_eq!(site.call("POST", "/api/v1/audits", Some(made)).await.0, 201);
            site.marks(token, 0..OLD).await;
        }
        let dir = site.close().await;
        let engine = engine(&BadDisk::new(dir.path()));
        engine.snapshot().unwrap();
        drop(engine);
        let site = Site::open(dir).await.unwrap();
        for token in AUDITS {
            site.marks(token, OLD..OLD + NEW).await;
        }
        Self(site.kill().await)
    }

    pub fn copy(&self) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(self.0.path()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
        }
        dir
    }
}

pub fn options() -> Options {
    Options {
        mint: Uuid::new_v4,
        dated: || "20260101".to_owned(),
        min_free_bytes: 0,
        opening: |_| (),
        bounds: Default::default(),
    }
}

pub fn engine(disk: &BadDisk) -> Engine {
    Engine::open(Arc::new(disk.clone()), options()).unwrap()
}

/// The hub on its bad disk, asked as over its socket.
pub struct Site {
    dir: TempDir,
    pub disk: BadDisk,
    pub hub: Arc<Hub>,
    router: Router,
}

impl Site {
    pub async fn open(dir: TempDir) -> Result<Self, (TempDir, String)> {
        let disk = BadDisk::new(dir.path());
        Self::open_on(dir, disk).await
    }

    pub async fn open_on(dir: TempDir, disk: BadDisk) -> Result<Self, (TempDir, String)> {
        let medium = Arc::new(disk.clone());
        match Hub::open_on(config(dir.path()), TestClock::new(true), medium, Threads::Own, Uuid::new_v4) {
            Ok(hub) => Ok(Self { dir, disk, router: router(Arc::clone(&hub)), hub }),
            Err(error) => Err((dir, error.to_string())),
        }
    }

    pub async fn close(self) -> TempDir {
        self.hub.close().await;
        self.dir
    }

    /// Without an orderly end, so that the next opening replays the log.
    pub async fn kill(self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        for name in ["fieldhub.redb", "snapshot-1.redb"] {
            std::fs::copy(self.dir.path().join(name), copy.path().join(name)).unwrap();
        }
        self.close().await;
        copy
    }

    pub async fn open_request(&self, method: &str, path: &str, body: Body) -> hyper::Response<Body> {
        let mut request = Request::builder().method(method).uri(path).header("host", "fieldhub");
        request = request.header("content-type", "application/json");
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(Peer::Administrator);
        // A panic in a handler would be a connection that ends without a word: here it fails the test.
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn bytes(&self, method: &str, path: &str, body: Body) -> (u16, Vec<u8>) {
        let (parts, body) = self.open_request(method, path, body).await.into_parts();
        (parts.status.as_u16(), body.collect().await.unwrap().to_bytes().to_vec())
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let (status, bytes) = self.bytes(method, path, body).await;
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.call("GET", path, None).await
    }

    pub async fn marks(&self, token: &str, numbers: std::ops::Range<usize>) {
        assert!(self.takes(token, numbers).await);
    }

    /// Whether these marks are taken, all of them.
    pub async fn takes(&self, token: &str, numbers: std::ops::Range<usize>) -> bool {
        let ops: Vec<Value> = numbers.map(one_mark).collect();
        let (status, said) =
            self.call("POST", &format!("/api/v1/audits/{token}/ops"), Some(json!({ "ops": ops }))).await;
        if status != 200 {
            println!("{status} {said}");
            return false;
        }
        assert!(said["results"].as_array().unwrap().iter().all(|result| result["seq"].is_u64()), "{said}");
        true
    }

    /// The first events of the feed from the beginning, as far as the log went.
    pub async fn live(&self) -> (u16, Value) {
        let response = self.open_request("GET", "/api/v1/audits/jalibat/live?after=0", Body::empty()).await;
        let status = response.status().as_u16();
        if status != 200 {
            return (status, Value::Null);
        }
        let (mut body, mut text) = (response.into_body(), String::new());
        let last = format!("\"seq\":{},", 2 + OLD + NEW);
        while !text.contains(&last) {
            // A feed that cannot read on ends, and the page comes back.
            let Some(frame) = body.frame().await else { return (500, Value::Null) };
            if let Ok(data) = frame.unwrap().into_data() {
                text += std::str::from_utf8(&data).unwrap();
            }
        }
        let first = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        (
            200,
            json!({ "hello": serde_json::from_str::<Value>(first).unwrap(), "ops": text.matches("event: op").count() }),
        )
    }

    /// Works, with nothing set aside and every mark.
    pub async fn check(&self, what: &str) {
        assert!(self.disk.reads() < 1_000_000);
        until_async(what, async || {
            let (status, list) = self.get("/api/v1/audits").await;
            assert!(status == 200 || status == 503, "{what}: {status} {list}");
            status == 200 && Self::is_whole(&list)
        })
        .await;
        assert_eq!(self.hub.notices(), [] as [&str; 0], "{what}");
        let (status, health) = self.get("/healthz").await;
        assert_eq!(status, 200, "{what}: {health}");
        assert!(self.takes("brelan", OLD + NEW..OLD + NEW + 1).await, "{what}");
    }

    pub fn is_whole(list: &Value) -> bool {
        let Some(audits) = list["audits"].as_array() else { return false };
        let marked = |audit: &Value| {
            audit["marked"] == MODULES && audit["seq"].as_u64().unwrap() >= (2 + OLD + NEW) as u64
        };
        list["unread"] == json!([]) && audits.len() == 2 && audits.iter().all(marked)
    }
}

pub fn one_mark(n: usize) -> Value {
    let mut op = mark(&format!("M{:03}", 1 + n % MODULES), "dead", "lea", NOW);
    let mut number = [0; 10];
    number[2..].copy_from_slice(&(n as u64).to_be_bytes());
    op["id"] = uuid::Builder::from_unix_timestamp_millis(NOW, &number).into_uuid().to_string().into();
    op["comment"] = format!("{n}: broken glass at the lower edge, seen from the ladder").into();
    op
}
