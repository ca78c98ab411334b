//! Two fieldhubs, one the upstream of the other: joined, waited for, compared. Used by the tests of peers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use fieldhub::domain::upstream::{BearerToken, LinkKind};
use fieldhub::domain::{Carried, LinkName, ModuleId, ModuleState, PropertyOf, PropertyState, Token};
use fieldhub::hub::Hub;
use fieldhub::upstream::addresses::Addresses;
use fieldhub::upstream::client::{CallTimeouts, Client, ClientOptions};
use fieldhub::upstream::dial::TcpDial;
use fieldhub::upstream::meter::Meter;
use fieldhub::upstream::{self, ClientSource, Intervals, PhotoRules, Running, UpstreamOptions};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::{NOW, TestHub, mark};

pub fn token() -> Token {
    Token::parse("jalibat").unwrap()
}

/// `site` has `office` as its upstream from now on.
pub fn join(site: &TestHub, office: &TestHub, session: Option<&str>) -> Running {
    join_by(site, office.address, session, PhotoRules::default())
}

/// The same by another address of it, with these rules for pictures.
pub fn join_by(site: &TestHub, address: SocketAddr, session: Option<&str>, photos: PhotoRules) -> Running {
    let url = format!("fieldhub+http://{address}").parse().unwrap();
    let patience = Duration::from_secs(10);
    let client = Client::new(ClientOptions {
        url,
        token: session.map(|token| BearerToken::parse(token).unwrap()),
        tls: None,
        proxy: None,
        dial: Arc::new(TcpDial { patience }),
        times: CallTimeouts::default(),
        explain: Arc::new(|_| None),
    });
    let soon = Duration::from_millis(50);
    let upstream = UpstreamOptions {
        name: LinkName::parse("office").unwrap(),
        kind: LinkKind::Fieldhub,
        url: "fieldhub+http://office".to_owned(),
        client: ClientSource::Ready(Box::new(client.unwrap())),
        meter: Meter::new(None, Vec::new()),
        only: None,
        presence: true,
        photos,
        intervals: Intervals {
            busy: soon,
            quiet: soon,
            reread: soon,
            fresh: soon,
            heartbeat: soon,
            gather: soon,
            ..Intervals::default()
        },
    };
    upstream::start(&site.hub, vec![upstream], Addresses::never, || 1)
}

/// Wait until it is so; whatever changes on a hub, its log or how far it has got, has it looked at again.
pub async fn until_told(hubs: &[&TestHub], what: &str, so: impl Fn() -> bool) {
    let waiting = async {
        let mut nudges: Vec<_> = hubs.iter().map(|hub| hub.hub.watch(&token())).collect();
        while !so() {
            let mut woken: FuturesUnordered<_> = nudges.iter_mut().map(|nudge| nudge.next()).collect();
            woken.next().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("not {what}"));
}

/// All that a hub holds of the audit, but for what is its own.
type Whole = (Vec<String>, BTreeMap<ModuleId, ModuleState>, String);

fn whole(hub: &Hub) -> Option<Whole> {
    // Not within the look at the state, which holds up the writer.
    let log = hub.since(&token(), 0, usize::MAX).ok()?.ops;
    let mut ops: Vec<_> = log.into_iter().map(|op| format!("{:?}", Carried::from(op))).collect();
    ops.sort();
    let state = hub.view(&token(), |loaded, _| {
        let modules = loaded.state.modules().iter();
        let modules = modules.map(|(id, entry)| (id.clone(), entry.state.clone())).collect();
        let mut set: Vec<String> =
            loaded.state.properties().iter().map(|(of, set)| set_of(&of, set)).collect();
        set.sort();
        (modules, format!("{:?} {set:?}", loaded.state.details()))
    });
    state.ok().map(|(modules, details)| (ops, modules, details))
}

/// What is set of one thing, but for where that is in the log.
fn set_of(of: &PropertyOf, set: &PropertyState) -> String {
    let mut all = set.clone();
    all.seqs.clear();
    format!("{} {all:?}", of.key())
}

/// Each hub is looked at once: what one is compared with must not have moved on before the next is.
pub fn same(hubs: &[&TestHub]) -> bool {
    let mut wholes = hubs.iter().map(|hub| whole(&hub.hub));
    let first = wholes.next().flatten();
    first.is_some() && wholes.all(|whole| whole == first)
}

pub async fn meet(one: &TestHub, other: &TestHub) {
    until_told(&[one, other], "the same on both sides", || same(&[one, other])).await;
}

/// Marks of one technician, one after the other, without having seen anything.
pub async fn night(hub: &TestHub, who: &str, modules: impl Iterator<Item = u64>, status: &str) {
    let ops = modules.map(|n| mark(&format!("M{n:03}"), status, who, NOW + n)).collect();
    hub.client.ops("jalibat", ops).await;
}

pub fn head(hub: &TestHub) -> u64 {
    hub.hub.view(&token(), |loaded, _| loaded.state.head).unwrap()
}

/// Up to where all of this hub's log is elsewhere too, and how much waits.
pub fn whole_elsewhere(hub: &TestHub) -> Option<(u64, u64)> {
    let receipt = hub.hub.receipt(&token(), hub.hub.identity().log_id)?;
    Some((receipt.whole(), receipt.pending))
}
