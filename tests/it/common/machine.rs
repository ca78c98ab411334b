//! A machine of the simulation: its disk, its hub and the tablets that mark on it, on turmoil's network.
//!
//! Used by `simulation`, which lets it lose its power and its link.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fieldhub::domain::id::DeviceId;
use fieldhub::domain::op::Note;
use fieldhub::domain::site_clock::Reading;
use fieldhub::domain::upstream::LinkKind;
use fieldhub::domain::{
    Author, Base, Body, Layout, LinkName, Mark, ModuleId, ModuleState, NewOp, OpId, Seen, Stamp, Status,
    Token,
};
use fieldhub::http::{Peer, router};
use fieldhub::hub::{Clock, Hub, HubConfig, Threads};
use fieldhub::store::{Medium, OpVerdict};
use fieldhub::upstream::addresses::Addresses;
use fieldhub::upstream::client::{CallTimeouts, Client, ClientOptions};
use fieldhub::upstream::dial::{ByteStream, Dial, Dialled};
use fieldhub::upstream::meter::Meter;
use fieldhub::upstream::{self, ClientSource, Intervals, PhotoRules, UpstreamOptions};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use super::config;
use super::dice::Dice;
use super::marks::NOW;
use super::sim_disk::SimDisk;

/// Few, so that both sides meet on them.
const MODULES: u64 = 12;
const DATABASE: &str = "fieldhub.redb";

#[derive(Debug, Default)]
pub struct SimClock(pub AtomicU64);

impl Clock for SimClock {
    fn reading(&self) -> Reading {
        let ms = self.0.load(Ordering::SeqCst);
        Reading { monotonic_ms: ms, wall_ms: NOW + ms, synchronised: true }
    }
}

/// The operations of a machine's tablets, in the order in which they were made, and what each author had seen.
#[derive(Default)]
struct KeptMarks {
    ops: Vec<(NewOp, BTreeSet<OpId>)>,
    /// The log that has all but the last so many of them.
    log_id: Option<Uuid>,
    to_offer: usize,
}

/// A machine, whether or not it runs.
pub struct Machine {
    pub name: &'static str,
    disk: SimDisk,
    dir: TempDir,
    clock: Arc<SimClock>,
    running: Mutex<Option<Arc<Hub>>>,
    /// What its tablets were told is kept.
    pub acknowledged: Mutex<BTreeSet<OpId>>,
    /// What its tablets keep.
    kept: Mutex<KeptMarks>,
    backup: Mutex<Option<Vec<u8>>>,
    dice: Mutex<Dice>,
    pub at_work: AtomicU64,
}

impl Machine {
    pub fn new(name: &'static str, seed: u64, clock: &Arc<SimClock>) -> Arc<Self> {
        Arc::new(Self {
            name,
            disk: SimDisk::new(seed),
            dir: tempfile::tempdir().unwrap(),
            clock: Arc::clone(clock),
            running: Mutex::default(),
            acknowledged: Mutex::default(),
            kept: Mutex::default(),
            backup: Mutex::default(),
            dice: Mutex::new(Dice::new(seed ^ 0x51)),
            at_work: AtomicU64::new(1),
        })
    }

    pub fn hub(&self) -> Option<Arc<Hub>> {
        self.running.lock().unwrap().clone()
    }

    fn roll(&self, below: u64) -> u64 {
        self.dice.lock().unwrap().below(below)
    }

    fn open(&self) -> Arc<Hub> {
        let config = HubConfig { name: self.name.to_owned(), ..config(self.dir.path()) };
        let disk = Arc::new(self.disk.clone());
        Hub::open_on(config, self.clock.clone(), disk, Threads::None, minted).expect("the hub starts")
    }

    /// What this machine runs from power-on to power-off.
    pub async fn run(self: Arc<Self>, up: Option<LinkKind>) -> turmoil::Result {
        let hub = self.open();
        if !hub.exists(&token()) && self.name == "site" {
            let op = NewOp { body: Body::Layout(Layout::from_counts("6x2").unwrap()), ..self.op(&hub, 1) };
            hub.make(token(), vec![op]).await?;
        }
        *self.running.lock().unwrap() = Some(Arc::clone(&hub));
        let _running = up.map(|kind| {
            let random = Arc::clone(&self);
            upstream::start(&hub, vec![to_the_cloud(kind)], Addresses::never, move || random.roll(u64::MAX))
        });
        tokio::spawn(Arc::clone(&self).tablets(Arc::clone(&hub)));
        let listener = turmoil::net::TcpListener::bind("0.0.0.0:80").await?;
        loop {
            let (stream, peer) = listener.accept().await?;
            let router = router(Arc::clone(&hub));
            let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
                let router = router.clone();
                request.extensions_mut().insert(Peer::Network(peer.ip()));
                async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap()) }
            });
            tokio::spawn(async move {
                let http = hyper::server::conn::http1::Builder::new();
                // Links break: that is what this is about.
                let _ = http.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }

    fn op(&self, hub: &Hub, device: u64) -> NewOp {
        NewOp {
            id: OpId::from_u128((u128::from(self.roll(u64::MAX)) << 64) | u128::from(self.roll(u64::MAX))),
            author: Author::new(format!("tech_{}{device}", self.name), None).unwrap(),
            device: DeviceId::parse(format!("dev_{}{device}", self.name)).unwrap(),
            marked_ms: (hub.clock().now_ms() + 1_000).saturating_sub(self.roll(20_000)),
            base: Base::Seen(Seen::default()),
            body: Body::Unknown { kind: 900, bytes: vec![7; 20] },
            stamp: None,
            believed_ms: 0,
        }
    }

    /// Marks at random, mostly of what the tablet shows, now and then of something it saw long ago; and some notes. What
    /// another log took is offered to this one before.
    async fn tablets(self: Arc<Self>, hub: Arc<Hub>) {
        loop {
            tokio::time::sleep(Duration::from_millis(20 + self.roll(400))).await;
            if !hub.exists(&token()) || self.offer(&hub).await || self.at_work.load(Ordering::SeqCst) == 0 {
                continue;
            }
            let module = ModuleId::parse(format!("M{:03}", self.roll(MODULES) + 1)).unwrap();
            let mut op = self.op(&hub, self.roll(3));
            let status = (self.roll(4) > 0).then(|| Some(Status::ALL[self.roll(6) as usize]));
            let comment =
                (status.is_none() || self.roll(3) == 0).then(|| Some(format!("note {}", self.roll(9))));
            op.body = Body::Mark(Mark::new(module.clone(), status, comment).unwrap());
            if self.roll(12) == 0 {
                op.body = Body::Note(Note::new(&format!("on arrive au {module}")).unwrap());
            }
            let mut past = self.own(&op);
            if op.body.module().is_some() && self.roll(3) > 0 {
                let seen = hub.view(&token(), |loaded, _| {
                    loaded.state.modules().get(&module).map(|e| e.state.seen().clone()).unwrap_or_default()
                });
                op.base = Base::Seen(seen.unwrap());
                past.extend(hub.history_after(&token(), &module, 0).unwrap().0.iter().map(|op| op.id));
            }
            let Ok(acks) = hub.apply(token(), vec![op.clone()]).await else { continue };
            if let OpVerdict::Logged { stamp, .. } = acks[0].verdict {
                op.stamp = Some(stamp);
            }
            self.acknowledged.lock().unwrap().insert(op.id);
            self.kept.lock().unwrap().ops.push((op, past));
        }
    }

    /// What its device did to that module before.
    fn own(&self, op: &NewOp) -> BTreeSet<OpId> {
        let kept = self.kept.lock().unwrap();
        // Notes are in no order but that of the log.
        let Some(module) = op.body.module() else { return BTreeSet::new() };
        let before = kept.ops.iter().filter(|(own, _)| own.device == op.device);
        before.filter(|(own, _)| own.body.module() == Some(module)).map(|(own, _)| own.id).collect()
    }

    /// Some of what another log took. True while there is more.
    async fn offer(&self, hub: &Hub) -> bool {
        let log_id = hub.identity().log_id;
        let ops: Vec<NewOp> = {
            let mut kept = self.kept.lock().unwrap();
            if kept.log_id.is_some_and(|had| had != log_id) {
                kept.to_offer = kept.ops.len();
            }
            kept.log_id = Some(log_id);
            let from = kept.ops.len() - kept.to_offer;
            kept.ops[from..].iter().take(20).map(|(op, _)| op.clone()).collect()
        };
        let count = ops.len();
        if count == 0 {
            return false;
        }
        if hub.apply(token(), ops).await.is_ok() {
            self.kept.lock().unwrap().to_offer -= count;
        }
        true
    }

    /// Whether its log has all that its tablets keep.
    pub fn has_all(&self) -> bool {
        let kept = self.kept.lock().unwrap();
        kept.to_offer == 0 && self.hub().is_some_and(|hub| kept.log_id == Some(hub.identity().log_id))
    }

    /// What the authors of its operations had seen.
    pub fn pasts(&self) -> BTreeMap<OpId, BTreeSet<OpId>> {
        self.kept.lock().unwrap().ops.iter().map(|(op, past)| (op.id, past.clone())).collect()
    }

    pub fn back_up(&self) {
        if self.hub().is_some_and(|hub| hub.exists(&token())) {
            *self.backup.lock().unwrap() = self.disk.fork().bytes(DATABASE);
        }
    }

    /// Another card, with the backup on it as the newest snapshot. False where there is no backup.
    pub fn change_card(&self) -> bool {
        let Some(backup) = self.backup.lock().unwrap().clone() else { return false };
        // Twice before it runs again.
        if self.disk.exists(DATABASE).unwrap() {
            self.disk.rename(DATABASE, "lost.redb").unwrap();
        }
        self.disk.plant("snapshot-1.redb", backup);
        true
    }

    /// All stamps of its log.
    pub fn stamps(&self) -> BTreeMap<OpId, Stamp> {
        let page = self.hub().unwrap().since(&token(), 0, usize::MAX).unwrap();
        page.ops.iter().map(|op| (op.id, op.stamp)).collect()
    }

    /// Nothing keeps its hub alive any more, and what was not flushed is gone.
    pub fn lose_power(&self) {
        *self.running.lock().unwrap() = None;
        self.disk.boot();
    }

    /// All operations of its log; asserts that none is there twice.
    pub fn log(&self) -> BTreeSet<OpId> {
        let hub = self.hub().unwrap();
        let (mut after, mut ids) = (0, BTreeSet::new());
        loop {
            let page = hub.since(&token(), after, 500).unwrap();
            for op in &page.ops {
                assert!(ids.insert(op.id), "{}: an operation is twice in the log", self.name);
            }
            if page.next >= page.head {
                return ids;
            }
            after = page.next;
        }
    }

    pub fn states(&self) -> BTreeMap<ModuleId, ModuleState> {
        let Some(hub) = self.hub().filter(|hub| hub.exists(&token())) else { return BTreeMap::new() };
        hub.view(&token(), |loaded, _| {
            loaded.state.modules().iter().map(|(id, entry)| (id.clone(), entry.state.clone())).collect()
        })
        .unwrap()
    }
}

thread_local! {
    /// A night is one thread.
    pub static MINT: RefCell<Dice> = RefCell::new(Dice::new(0));
}

/// Ids by seed.
fn minted() -> Uuid {
    let (high, low) = MINT.with_borrow_mut(|dice| (dice.roll(), dice.roll()));
    uuid::Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes()).into_uuid()
}

pub fn token() -> Token {
    Token::parse("jalibat").unwrap()
}

/// turmoil's network.
struct Simulated;

impl Dial for Simulated {
    fn dial(&self, host: String, port: u16) -> Dialled {
        Box::pin(async move {
            let stream = turmoil::net::TcpStream::connect((host.as_str(), port)).await?;
            Ok(Box::new(stream) as Box<dyn ByteStream>)
        })
    }
}

fn to_the_cloud(kind: LinkKind) -> UpstreamOptions {
    let url = match kind {
        LinkKind::V33 => "http://cloud",
        LinkKind::Fieldhub => "fieldhub+http://cloud",
    };
    let short = Duration::from_millis(500);
    let client = Client::new(ClientOptions {
        url: url.parse().unwrap(),
        token: None,
        tls: None,
        proxy: None,
        dial: Arc::new(Simulated),
        times: CallTimeouts { connect: short, first_byte: short * 2, idle: short },
        explain: Arc::new(|_| None),
    });
    UpstreamOptions {
        name: LinkName::parse("cloud").unwrap(),
        kind,
        url: url.to_owned(),
        client: ClientSource::Ready(Box::new(client.unwrap())),
        meter: Meter::new(None, Vec::new()),
        only: None,
        presence: true,
        photos: PhotoRules::default(),
        intervals: Intervals {
            busy: short,
            quiet: short,
            reread: short,
            fresh: short,
            gather: short / 10,
            ..Intervals::default()
        },
    }
}
