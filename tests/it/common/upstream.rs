//! A hub on a site with a cloud as its upstream. Used by the tests of upstreams.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use fieldhub::domain::{BearerToken, LinkName};
use fieldhub::hub::{LinkKind, LinkReport, LinkState};
use fieldhub::upstream::addresses::Addresses;
use fieldhub::upstream::client::{CallTimeouts, Client, ClientOptions};
use fieldhub::upstream::dial::TcpDial;
use fieldhub::upstream::meter::Meter;
use fieldhub::upstream::{self, ClientSource, Intervals, PhotoRules, Running, UpstreamOptions};
use serde_json::{Value, json};

use super::cloud::TestCloud;
use super::wait::until_async;
use super::{TestClock, TestHub, mark};

/// After which a call is given up here.
const SOON: Duration = Duration::from_secs(2);
pub const AUDIT: &str = "jalibat";
/// An address that refuses every connection.
pub const NOBODY: &str = "http://127.0.0.1:1";
pub const HOUR: u64 = 3_600_000;

/// The present, as the cloud's own clock has it.
pub fn now_ms() -> u64 {
    u64::try_from(chrono::Utc::now().timestamp_millis()).unwrap()
}

/// Everything that is done by the clock is done often.
pub fn pace() -> Intervals {
    Intervals {
        busy: Duration::from_millis(100),
        quiet: Duration::from_millis(100),
        reread: Duration::from_millis(100),
        fresh: Duration::from_millis(100),
        heartbeat: Duration::from_millis(100),
        technicians: Duration::from_millis(100),
        gather: Duration::from_millis(20),
        stuck: Duration::from_millis(500),
    }
}

pub fn cloud_at(name: &str, url: &str, token: Option<&str>) -> UpstreamOptions {
    UpstreamOptions {
        name: LinkName::parse(name).unwrap(),
        kind: LinkKind::V33,
        url: url.to_owned(),
        client: ClientSource::Ready(Box::new(client(url, token))),
        meter: Meter::new(None, Vec::new()),
        only: None,
        presence: true,
        photos: PhotoRules::default(),
        intervals: pace(),
    }
}

/// The same by a client that waits for an answer for longer than any test does, and asks by itself once an hour.
pub fn patient_cloud_at(name: &str, url: &str) -> UpstreamOptions {
    const LONG: Duration = Duration::from_secs(3_600);
    let times = CallTimeouts { connect: LONG, first_byte: LONG, idle: LONG };
    let client = ClientSource::Ready(Box::new(client_of(url, None, times)));
    let intervals = Intervals { busy: LONG, quiet: LONG, heartbeat: LONG, technicians: LONG, ..pace() };
    UpstreamOptions { client, intervals, presence: false, ..cloud_at(name, url, None) }
}

/// A client that loses patience soon.
fn client(url: &str, token: Option<&str>) -> Client {
    client_of(url, token, CallTimeouts { connect: SOON, first_byte: SOON, idle: SOON })
}

fn client_of(url: &str, token: Option<&str>, times: CallTimeouts) -> Client {
    let options = ClientOptions {
        url: url.parse().unwrap(),
        token: token.map(|token| BearerToken::parse(token).unwrap()),
        tls: None,
        proxy: None,
        dial: Arc::new(TcpDial { patience: SOON }),
        times,
        explain: Arc::new(|_| None),
    };
    Client::new(options).unwrap()
}

/// A hub with the audit, and its upstreams.
pub struct Site {
    pub test: TestHub,
    running: Option<Running>,
}

impl Deref for Site {
    type Target = TestHub;

    fn deref(&self) -> &TestHub {
        &self.test
    }
}

impl Site {
    /// Its clock is the cloud's, and stands.
    pub async fn alone() -> Self {
        let clock = TestClock::new(true);
        clock.wall_ms.store(now_ms(), Ordering::SeqCst);
        let test = TestHub::with_clock(clock).await;
        test.jalibat().await;
        Self { test, running: None }
    }

    /// No audit is there yet, and nothing listens where it sends to.
    pub fn unheard(test: TestHub) -> Self {
        let mut site = Self { test, running: None };
        site.link(vec![cloud_at("cloud", NOBODY, None)]);
        site
    }

    pub async fn of(cloud: &TestCloud) -> Self {
        let mut site = Self::alone().await;
        site.link(vec![cloud_at("cloud", &cloud.url, None)]);
        site
    }

    pub fn link(&mut self, upstreams: Vec<UpstreamOptions>) {
        self.running = Some(upstream::start(&self.test.hub, upstreams, Addresses::never, || 0));
    }

    pub async fn unlink(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    pub async fn restart(mut self) -> Self {
        self.unlink().await;
        Self { test: self.test.restart().await, running: None }
    }

    pub fn report(&self, name: &str) -> LinkReport {
        let report = self.hub.status_board().report();
        report.into_iter().find(|link| link.info.name.as_str() == name).unwrap()
    }

    pub fn state(&self) -> LinkState {
        self.report("cloud").state
    }

    pub fn sync_now(&self) {
        self.hub.status_board().sync_now(None);
    }

    /// One mark of a technician on the site; its result.
    pub async fn mark(&self, module: &str, status: &str, technician: &str) -> Value {
        self.mark_at(module, status, technician, now_ms()).await
    }

    pub async fn mark_at(&self, module: &str, status: &str, technician: &str, at_ms: u64) -> Value {
        self.op(mark(module, status, technician, at_ms)).await
    }

    pub async fn op(&self, op: Value) -> Value {
        self.client.ops(AUDIT, vec![op]).await.remove(0)
    }

    pub async fn audit(&self) -> Value {
        self.client.get(&format!("/api/v1/audits/{AUDIT}")).await.json()
    }

    pub async fn head(&self) -> u64 {
        self.audit().await["seq"].as_u64().unwrap()
    }

    /// Marks in the log, details and layout not counted.
    pub async fn log(&self) -> Vec<Value> {
        let mut log: Vec<Value> = Vec::new();
        loop {
            let after = log.last().map_or(0, |op| op["seq"].as_u64().unwrap());
            let path = format!("/api/v1/audits/{AUDIT}/ops?after={after}&limit=1000");
            let mut page = self.client.get(&path).await.json();
            let Value::Array(ops) = page["ops"].take() else { panic!("{page}") };
            if ops.is_empty() {
                log.retain(|op| op["kind"] == "mark");
                return log;
            }
            log.extend(ops);
        }
    }

    /// Status and comment of every module that somebody has marked.
    pub async fn shows(&self) -> BTreeMap<String, (String, Option<String>)> {
        let audit = self.audit().await;
        let marked = audit["modules"].as_array().unwrap().iter().filter(|m| m["status"] != "pending");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        marked
            .map(|m| (text(&m["module_id"]).unwrap(), (text(&m["status"]).unwrap(), text(&m["comment"]))))
            .collect()
    }

    /// Everything that was marked here is there.
    pub async fn sent(&self) {
        until_async("everything sent", async || {
            let audit = self.audit().await;
            audit["cloud"]["pending"] == 0 && audit["cloud"]["shown"] == audit["seq"]
        })
        .await;
    }

    /// `n` more readings of the cloud, begun and ended from now on.
    pub async fn reads(&self, cloud: &TestCloud, n: usize) {
        let before = cloud.journal().len();
        until_async("the cloud read again", async || {
            let calls = cloud.journal_after(before);
            calls.iter().filter(|call| call.kind == "updates" && call.ended_ms.is_some()).count() > n
        })
        .await;
    }

    /// Here and there show the same, and nobody has anything more to say.
    pub async fn agrees_with(&self, cloud: &TestCloud) {
        self.sent().await;
        until_async("one state here and there", async || self.shows().await == held(cloud)).await;
        self.reads(cloud, 2).await;
        let (head, marks) = (self.head().await, cloud.marks().len());
        self.reads(cloud, 3).await;
        assert_eq!(self.head().await, head, "an echo was taken for news");
        assert_eq!(cloud.marks().len(), marks, "something was sent again");
        assert_eq!(self.shows().await, held(cloud));
    }
}

/// Status and comment of what the cloud holds.
pub fn held(cloud: &TestCloud) -> BTreeMap<String, (String, Option<String>)> {
    cloud.rows(AUDIT).into_iter().map(|(id, row)| (id, (row.status, row.comment))).collect()
}

/// Somebody in the office marks: through the contract, at the cloud's own time.
pub async fn office(cloud: &TestCloud, module: &str, status: &str, comment: Option<&str>) {
    let client = super::Client::new(cloud.address());
    let body = json!({
        "status": status, "comment": comment, "technicianId": "tech_office", "technicianName": "Office",
    });
    let answer = client.post(&format!("/api/audit/{AUDIT}/module/{module}"), &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}
