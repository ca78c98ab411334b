//! A v3.3 cloud of one's own: the Worker of tests/cloud-hub in workerd, gone with the value. It fails as it is told
//! and remembers every request. Used by the tests and benches of upstreams.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

/// Starting takes a second; on a machine that does five other things, more.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct TestCloud {
    child: Child,
    wire: Mutex<Wire>,
    /// `http://127.0.0.1:40123`
    pub url: String,
}

/// One order and its answer at a time.
struct Wire {
    orders: Option<ChildStdin>,
    answers: Receiver<String>,
}

/// A request, as the cloud's edge saw it.
#[derive(Debug, Clone, Deserialize)]
pub struct Call {
    pub method: String,
    pub path: String,
    /// updates, heartbeat, technicians, module, or other.
    pub kind: String,
    pub token: Option<String>,
    pub module: Option<String>,
    pub body: String,
    pub at_ms: u64,
    /// `None` while it is open, and when it ended without an answer.
    pub status: Option<u16>,
    pub ended_ms: Option<u64>,
}

impl Call {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Summary {
    pub open: u64,
    /// Requests of each kind.
    pub count: BTreeMap<String, u64>,
    /// Marks that were under way at once, at most.
    pub most_in_flight: u64,
    /// Modules of which two marks were under way at once.
    pub doubled: Vec<String>,
    pub bytes: Bytes,
}

/// On the wire, TLS included.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Bytes {
    pub received: u64,
    pub sent: u64,
}

impl Summary {
    pub fn of(&self, kind: &str) -> u64 {
        self.count.get(kind).copied().unwrap_or(0)
    }
}

/// A row, as the cloud keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Row {
    pub status: String,
    pub comment: Option<String>,
    pub technician_id: String,
    pub technician_name: String,
    pub updated_at: u64,
}

/// What goes wrong, and with which requests; all of them, for ever, unless it says less.
#[derive(Debug, Clone)]
pub struct Fault(Value);

/// Where a request comes to grief.
#[derive(Debug, Clone, Copy)]
pub enum At {
    /// The cloud has not written.
    Before,
    /// It has written, and no answer comes.
    After,
    /// Half of the answer comes.
    Middle,
}

impl At {
    fn word(self) -> &'static str {
        match self {
            At::Before => "before",
            At::After => "after",
            At::Middle => "middle",
        }
    }
}

impl Fault {
    fn act(act: Value) -> Self {
        Self(json!({ "act": act }))
    }

    pub fn status(status: u16) -> Self {
        Self::act(json!({ "status": status }))
    }

    pub fn hang(at: At) -> Self {
        Self::act(json!({ "hang": at.word() }))
    }

    pub fn cut(at: At) -> Self {
        Self::act(json!({ "cut": at.word() }))
    }

    pub fn slow(ms: u64) -> Self {
        Self::act(json!({ "slow_ms": ms }))
    }

    /// And no earlier than [`TestCloud::heal`]: what must happen meanwhile cannot come too late.
    pub fn held(mut self) -> Self {
        self.0["act"]["held"] = true.into();
        self
    }

    /// A mobile network's page about money instead of the cloud.
    pub fn portal() -> Self {
        Self::act(json!({ "portal": true }))
    }

    pub fn saying(mut self, error: &str) -> Self {
        self.0["act"]["error"] = error.into();
        self
    }

    /// Seconds, or a date.
    pub fn retry_after(mut self, value: impl ToString) -> Self {
        self.0["act"]["retry_after"] = value.to_string().into();
        self
    }

    pub fn kind(mut self, kind: &str) -> Self {
        self.0["kind"] = kind.into();
        self
    }

    pub fn module(mut self, module: &str) -> Self {
        self.0["module"] = module.into();
        self.kind("module")
    }

    pub fn audit(mut self, token: &str) -> Self {
        self.0["token"] = token.into();
        self
    }

    pub fn times(mut self, times: u64) -> Self {
        self.0["times"] = times.into();
        self
    }

    /// Only after so many that go well.
    pub fn skip(mut self, skip: u64) -> Self {
        self.0["skip"] = skip.into();
        self
    }
}

/// The runner, in the network that this command runs things in.
fn runner(mut command: Command, args: &[&str]) -> Command {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cloud-hub");
    assert!(
        dir.join("node_modules/miniflare").exists(),
        "the cloud of the tests is not installed: make tests/cloud-hub/node_modules/.installed"
    );
    command.arg(dir.join("run.mjs")).args(args);
    command
}

impl TestCloud {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// With options of run.mjs.
    pub fn with(args: &[&str]) -> Self {
        Self::spawn(runner(Command::new("node"), args))
    }

    /// In another network namespace, at an address of it.
    pub fn in_namespace(name: &str, args: &[&str]) -> Self {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", name, "node"]);
        Self::spawn(runner(command, args))
    }

    fn spawn(mut command: Command) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("Node 20.19 or newer is needed: {error}"));
        let out = BufReader::new(child.stdout.take().unwrap());
        let (line, answers) = channel();
        // Ends when the runner does.
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|said| line.send(said)));
        let wire = Wire { orders: child.stdin.take(), answers };
        let url = wire.hear()["url"].as_str().unwrap().to_owned();
        Self { child, wire: Mutex::new(wire), url }
    }

    pub fn address(&self) -> SocketAddr {
        self.url.split_once("://").unwrap().1.parse().unwrap()
    }

    pub fn port(&self) -> String {
        self.address().port().to_string()
    }

    fn order(&self, order: &Value) -> Value {
        let mut wire = self.wire.lock().unwrap();
        writeln!(wire.orders.as_mut().unwrap(), "{order}").unwrap();
        let mut answer = wire.hear();
        assert!(answer.get("error").is_none(), "{order}: {answer}");
        answer["ok"].take()
    }

    pub fn fail(&self, fault: Fault) {
        self.order(&json!({ "do": "fail", "rule": fault.0 }));
    }

    /// Nothing fails any more. What hangs goes on hanging.
    pub fn heal(&self) {
        self.order(&json!({ "do": "heal" }));
    }

    /// Every request from the `after`th on.
    pub fn journal_after(&self, after: usize) -> Vec<Call> {
        serde_json::from_value(self.order(&json!({ "do": "journal", "after": after }))).unwrap()
    }

    pub fn journal(&self) -> Vec<Call> {
        self.journal_after(0)
    }

    /// The marks among the requests.
    pub fn marks(&self) -> Vec<Call> {
        self.journal().into_iter().filter(|call| call.kind == "module").collect()
    }

    pub fn summary(&self) -> Summary {
        serde_json::from_value(self.order(&json!({ "do": "summary" }))).unwrap()
    }

    /// Forget the requests so far.
    pub fn clear(&self) {
        self.order(&json!({ "do": "clear" }));
    }

    /// What it holds of an audit.
    pub fn rows(&self, token: &str) -> BTreeMap<String, Row> {
        let rows = self.order(&json!({ "do": "rows", "token": token }));
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| {
            (row["module_id"].as_str().unwrap().to_owned(), serde_json::from_value(row.clone()).unwrap())
        })
        .collect()
    }

    pub fn row(&self, token: &str, module: &str) -> Option<Row> {
        self.rows(token).remove(module)
    }

    /// Rows that arrived at the times they tell.
    pub fn put(&self, token: &str, rows: &[(&str, Row)]) {
        let rows: Vec<Value> = rows.iter().map(|(module, row)| row.json(token, module)).collect();
        self.order(&json!({ "do": "put", "rows": rows }));
    }

    /// It goes down, with every connection.
    pub fn stop(self) {}
}

impl Row {
    pub fn new(status: &str, technician: &str, updated_at: u64) -> Self {
        Self {
            status: status.to_owned(),
            comment: None,
            technician_id: format!("tech_{technician}"),
            technician_name: technician.to_owned(),
            updated_at,
        }
    }

    pub fn comment(mut self, comment: &str) -> Self {
        self.comment = Some(comment.to_owned());
        self
    }

    fn json(&self, token: &str, module: &str) -> Value {
        json!({
            "token": token, "module_id": module, "status": self.status, "comment": self.comment,
            "technician_id": self.technician_id, "technician_name": self.technician_name,
            "updated_at": self.updated_at,
        })
    }
}

impl Wire {
    fn hear(&self) -> Value {
        let line = self.answers.recv_timeout(PATIENCE);
        let line =
            line.unwrap_or_else(|_| panic!("the cloud of the tests says nothing: its errors are above"));
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("it said {line:?}"))
    }
}

impl Drop for TestCloud {
    fn drop(&mut self) {
        // It stops when there is nobody to give it orders, and takes workerd with it.
        // Also after an order that failed, which has poisoned the lock: the wait below would have no end.
        drop(self.wire.lock().unwrap_or_else(PoisonError::into_inner).orders.take());
        let _ = self.child.wait();
    }
}
