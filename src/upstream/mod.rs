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
pub mod client;
mod connect;
pub mod dial;
mod error_chain;
mod ledger;
mod link;
pub mod meter;
mod metered_stream;
mod peer;
pub mod proxy;
mod rounds;
mod run;
pub mod tls;
mod tls_errors;
pub mod v33;

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use link::Intervals;

use crate::domain::{LinkName, Token};
use crate::hub::{Hub, LinkHandle, LinkInfo, LinkKind, LinkState};
use addresses::Addresses;
use client::Client;
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
    /// Or why nothing can be called there, on this machine as it is.
    pub client: Result<Client, String>,
    pub meter: Meter,
    /// Audits that go up; `None` for all.
    pub only: Option<BTreeSet<Token>>,
    /// Whether who is present is told, both ways. Not where every byte counts.
    pub presence: bool,
    pub intervals: Intervals,
}

/// Upstreams that run. They stop when this is dropped, or in an orderly way by `stop`.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    /// Those that cannot run keep their place on the board, where people see why.
    _unusable: Vec<LinkHandle>,
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
    let mut unusable = Vec::new();
    for upstream in upstreams {
        let UpstreamOptions { name, kind, url, client, meter, only, presence, intervals } = upstream;
        let meter = meter.resume(ledger.today(&name));
        let info = LinkInfo { name: name.clone(), kind, url, budget_bytes: meter.budget() };
        let board = hub.status_board().add(info);
        let client = match client {
            Ok(client) => client,
            Err(why) => {
                tracing::error!(%name, why, "nothing goes up to this upstream");
                board.set_state(LinkState::Paused { why });
                unusable.push(board);
                continue;
            }
        };
        let link = UpstreamLink {
            name,
            kind,
            hub: Arc::clone(hub),
            board,
            intervals,
            presence: presence && meter.budget().is_none(),
            client,
            meter: Mutex::new(meter),
            ledger: Arc::clone(&ledger),
            only,
        };
        let (addresses, random, stopping) = (addresses(), random.clone(), stopping.clone());
        match kind {
            LinkKind::V33 => tasks.spawn(run::run::<v33::CloudAuditSync>(link, addresses, random, stopping)),
            LinkKind::Fieldhub => {
                tasks.spawn(run::run::<peer::PeerAuditSync>(link, addresses, random, stopping))
            }
        };
    }
    Running { stop, tasks, _unusable: unusable }
}

impl Running {
    /// What is on its way is cut off: the next start repeats it.
    pub async fn stop(mut self) {
        // Fails when none is left to hear it.
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }
}
