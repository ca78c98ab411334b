//! Upstream sync client, the hub's side: clouds that speak v3.3, and other fieldhubs.
//!
//! `cli` starts them with plain values; they call `hub`, and nothing calls them: what people and tablets see of
//! them they write on the hub's board (`hub::links`).
//!
//! ```text
//!  run: round ─ wait ─ round ...        one task for each upstream; an event only wakes
//!        │
//!        ├─▶ v33   pull, merge, push what should win, remember its shadow
//!        └─▶ peer  pages of the log, both ways, resumed by log id and seq
//!              │
//!            link ─▶ client ─▶ connect ─▶ tls, proxy, dial
//! ```
//!
//! A cursor moves after the acknowledgement and never before. So everything may be cut off at any moment, and is
//! repeated; and a repeat has no effect, here by its id, there by its content.

pub mod addresses;
pub mod backoff;
mod call_pace;
pub mod client;
mod client_source;
mod connect;
pub mod dial;
mod error_chain;
mod ledger;
mod link;
pub mod meter;
mod metered_stream;
mod peer;
mod photo_rules;
pub mod proxy;
mod rounds;
mod run;
pub mod tls;
mod tls_errors;
pub mod trial;
pub mod v33;

use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use client_source::ClientSource;
pub use link::Intervals;
pub use photo_rules::{ClassRule, PhotoRules};

use crate::domain::{LinkName, Token};
use crate::hub::{Hub, LinkInfo, LinkKind};
use addresses::Addresses;
use ledger::Ledger;
use link::UpstreamLink;
use meter::Meter;

/// One upstream, as its settings have it.
#[derive(Debug)]
pub struct UpstreamOptions {
    pub name: LinkName,
    pub kind: LinkKind,
    /// As people wrote it.
    pub url: String,
    pub client: ClientSource,
    pub meter: Meter,
    /// Audits that go up; `None` for all.
    pub only: Option<BTreeSet<Token>>,
    /// Whether who is present is told, both ways. Not where every byte counts.
    pub presence: bool,
    /// Which pictures go to another fieldhub, and when.
    pub photos: PhotoRules,
    pub intervals: Intervals,
}

/// Upstreams that run. They stop when this is dropped, or in an orderly way by `stop`.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Start them all. `random` is for the times between tries.
pub fn start(
    hub: &Arc<Hub>,
    upstreams: Vec<UpstreamOptions>,
    addresses: impl Fn() -> Addresses,
    random: impl Fn() -> u64 + Clone + Send + 'static,
) -> Running {
    let (stop, stopping) = watch::channel(false);
    let ledger = Arc::new(Ledger::open(hub.data_dir()));
    let mut tasks = JoinSet::new();
    for upstream in upstreams {
        let UpstreamOptions { name, kind, url, client, meter, only, presence, photos, intervals } = upstream;
        let meter = meter.resume(ledger.today(name.as_str()));

        let travels = |rule: &ClassRule| kind == LinkKind::Fieldhub && rule.per_day != Some(0);
        let info = LinkInfo {
            name: name.clone(),
            kind,
            url,
            budget_bytes: meter.budget(),
            photos: photos.0.each_ref().map(travels),
        };
        let photo_meters = photos.meters(&name, &ledger);
        let board = hub.status_board().add(info);
        let (hub, ledger) = (Arc::clone(hub), Arc::clone(&ledger));
        let (addresses, random, stopping) = (addresses(), random.clone(), stopping.clone());
        tasks.spawn(async move {
            let presence = presence && meter.budget().is_none();
            let (meter, photo_meters) = (Mutex::new(meter), Mutex::new(photo_meters));
            let answers = AtomicU64::default();
            let link = UpstreamLink {
                name,
                kind,
                hub,
                board,
                intervals,
                presence,
                answers,
                client: OnceLock::new(),
                meter,
                photo_meters,
                ledger,
                only,
            };
            match kind {
                LinkKind::V33 => {
                    run::run::<v33::CloudAuditSync>(link, client, addresses, random, stopping).await
                }
                LinkKind::Fieldhub => {
                    run::run::<peer::PeerAuditSync>(link, client, addresses, random, stopping).await
                }
            }
        });
    }
    Running { stop, tasks }
}

impl Running {
    /// What is on its way is cut off: the next start repeats it.
    pub async fn stop(mut self) {
        // Fails when none is left to hear it.
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }
}
