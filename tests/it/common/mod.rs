//! A hub of one's own for each test: started on a free port in a new directory, gone with the
//! value. `client` is what calls it.

pub mod bad_disk;
pub mod bad_site;
pub mod blocking;
pub mod client;
pub mod cloud;
pub mod course;
pub mod dice;
pub mod fake_machine;
pub mod image_files;
pub mod lan;
pub mod machine;
pub mod marks;
pub mod narrow;
pub mod needed;
pub mod netns;
pub mod onlooker;
pub mod oracle;
pub mod peers;
pub mod program;
pub mod raw;
pub mod secure;
pub mod server;
pub mod sim_disk;
pub mod sites;
pub mod terminal;
pub mod updatable;
pub mod upstream;
pub mod wait;

pub use client::{Answer, Client, Event, Events};
pub use marks::{NOW, mark};

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fieldhub::domain::crew::Access;
use fieldhub::domain::id::DeviceId;
use fieldhub::domain::site_clock::Reading;
use fieldhub::domain::{AuditBounds, Fingerprint};
use fieldhub::http::{Limits, Listener, serve};
use fieldhub::hub::crew::WhichCode;
use fieldhub::hub::{Clock, Crew, Hub, HubConfig};
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct TestClock {
    pub wall_ms: AtomicU64,
    pub monotonic_ms: AtomicU64,
    pub synchronised: bool,
}

impl TestClock {
    pub fn new(synchronised: bool) -> Arc<Self> {
        Arc::new(Self { wall_ms: NOW.into(), monotonic_ms: 1_000.into(), synchronised })
    }

    pub fn advance(&self, ms: u64) {
        self.wall_ms.fetch_add(ms, Ordering::SeqCst);
        self.monotonic_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn reading(&self) -> Reading {
        Reading {
            monotonic_ms: self.monotonic_ms.load(Ordering::SeqCst),
            wall_ms: self.wall_ms.load(Ordering::SeqCst),
            synchronised: self.synchronised,
        }
    }
}

pub fn config(dir: &Path) -> HubConfig {
    HubConfig {
        data_dir: dir.to_owned(),
        name: "Test hub".to_owned(),
        updates_overlap: Duration::from_secs(10),
        snapshot_every: Duration::from_secs(3_600),
        min_free_bytes: 0,
        access: Access::Open,
        session: Duration::from_secs(30 * 86_400),
        signing_key: None,
        machine: Fingerprint::default(),
        opening: |_| (),
        bounds: Default::default(),
        photos: Default::default(),
    }
}

pub struct TestHub {
    pub hub: Arc<Hub>,
    pub clock: Arc<TestClock>,
    pub address: SocketAddr,
    pub client: Client,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
    dir: Option<TempDir>,
}

impl TestHub {
    /// An open one: the audit token is the key.
    pub async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), TestClock::new(true), Access::Open).await
    }

    pub async fn with_clock(clock: Arc<TestClock>) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), clock, Access::Open).await
    }

    /// One that only the crew gets into.
    pub async fn crew() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), TestClock::new(true), Access::Crew).await
    }

    pub async fn crew_with_clock(clock: Arc<TestClock>) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), clock, Access::Crew).await
    }

    pub async fn with_limits(access: Access, limits: Limits) -> Self {
        Self::start_with(tempfile::tempdir().unwrap(), TestClock::new(true), access, limits).await
    }

    pub async fn start_in(dir: TempDir, clock: Arc<TestClock>, access: Access) -> Self {
        Self::start_with(dir, clock, access, Limits::default()).await
    }

    /// An open one on a machine that is known by this.
    pub async fn start_on(dir: TempDir, board: &str) -> Self {
        let mut machine = Fingerprint::default();
        machine.add("board", board.as_bytes());
        let config = HubConfig { machine, ..config(dir.path()) };
        Self::start_as(config, dir, TestClock::new(true), Limits::default()).await
    }

    /// An open one with these limits and bounds.
    pub async fn with_bounds(limits: Limits, bounds: AuditBounds) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = HubConfig { bounds, ..config(dir.path()) };
        Self::start_as(config, dir, TestClock::new(true), limits).await
    }

    /// The same again, on its data.
    pub async fn restart_with(mut self, bounds: AuditBounds) -> Self {
        let clock = Arc::clone(&self.clock);
        let dir = self.stop().await;
        let config = HubConfig { bounds, ..config(dir.path()) };
        Self::start_as(config, dir, clock, Limits::default()).await
    }

    async fn start_with(dir: TempDir, clock: Arc<TestClock>, access: Access, limits: Limits) -> Self {
        Self::start_as(HubConfig { access, ..config(dir.path()) }, dir, clock, limits).await
    }

    pub async fn start_as(config: HubConfig, dir: TempDir, clock: Arc<TestClock>, limits: Limits) -> Self {
        let hub = Hub::open(config, clock.clone()).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&hub);
        let served = tokio::spawn(async move {
            let shutdown = async {
                let _ = stopped.await;
            };
            serve(serving, vec![Listener::Tcp(listener)], limits, shutdown).await.unwrap();
        });
        Self {
            hub,
            clock,
            address,
            client: Client::new(address),
            stop: Some(stop),
            served: Some(served),
            dir: Some(dir),
        }
    }

    /// Stop in an orderly way, and start again on the same data.
    pub async fn restart(mut self) -> Self {
        let clock = Arc::clone(&self.clock);
        let access = self.hub.access();
        let dir = self.stop().await;
        Self::start_in(dir, clock, access).await
    }

    pub async fn stop(&mut self) -> TempDir {
        drop(self.stop.take());
        self.served.take().unwrap().await.unwrap();
        self.hub.close().await;
        let dir = self.dir.take().unwrap();
        // The lock goes with the last handle.
        let empty = Hub::open(config(tempfile::tempdir().unwrap().path()), self.clock.clone()).unwrap();
        drop(std::mem::replace(&mut self.hub, empty));
        dir
    }

    /// The database as it is now ...
    pub async fn backup(&self) -> Vec<u8> {
        let path = self.hub.copy_to("backup-of-a-test.redb".to_owned()).await.unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        bytes
    }

    /// ... and back again, while the hub runs.
    pub async fn restore(&self, backup: &[u8]) {
        let upload = self.hub.upload().unwrap();
        std::fs::write(upload.path(), backup).unwrap();
        self.hub.restore(upload).await.unwrap();
    }

    pub fn dir(&self) -> &Path {
        self.dir.as_ref().unwrap().path()
    }

    /// An audit of 242 modules in ten strings, made by whoever may; its token.
    pub async fn jalibat(&self) -> String {
        let client = match self.hub.access() {
            Access::Open => self.client.clone(),
            Access::Crew => self.lead("Maker").await,
        };
        let body =
            json!({ "name": "JALIBAT", "client": "Watt&Co", "token": "jalibat", "strings": "26,24x9" });
        let answer = client.post("/api/v1/audits", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        "jalibat".to_owned()
    }

    pub fn the_crew(&self) -> &Arc<Crew> {
        self.hub.crew().unwrap()
    }

    /// Somebody new in the crew, who calls with their token.
    pub async fn technician(&self, name: &str) -> Client {
        self.joined(name, WhichCode::Crew).await
    }

    pub async fn lead(&self, name: &str) -> Client {
        self.joined(name, WhichCode::Lead).await
    }

    /// Past the network, which limits how often somebody may try.
    async fn joined(&self, name: &str, which: WhichCode) -> Client {
        let code = self.the_crew().code(which).as_str().to_owned();
        let device = DeviceId::parse(device_of(name)).unwrap();
        let joined = self.hub.join(code, name.to_owned(), device, None).await.unwrap();
        self.client.with_token(&joined.token)
    }
}

/// A tablet's id that tells whose it is.
pub fn device_of(name: &str) -> String {
    format!("dev_{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), ""))
}
