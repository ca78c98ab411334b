//! Saying that this hub is here, and under which name, for as long as it runs.
//!
//! Called by `cli::announce`; calls `daemon`, and tells its caller the name. mdns-sd follows interfaces and addresses by
//! itself. Names are settled here and not there: it renames single records of single interfaces, so that a host may
//! have two names. Here a hub has one, and begins anew with the next when that is another's.

use std::time::Duration;

use mdns_sd::{DaemonEvent, HostnameResolutionEvent, Receiver, ResolvedService, ServiceEvent, ServiceInfo};
use tokio::select;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval_at, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::daemon::Daemon;
use super::names::{Taken, beside, gives_way, turn};
use super::record::{About, Found, HUBS};
use super::{LanError, Reach, machine};
use crate::hub::OnLan;

/// Who has a name says so within this time, or is asked three times more when we take it.
const LOOK: Duration = Duration::from_secs(1);
/// Who speaks a turn earlier has said his names when we would.
const TURN: Duration = Duration::from_millis(1_300);
/// So often we listen again when a name was refused us, to learn who has what. Then it is another's.
const ATTEMPTS: usize = 3;
/// When nothing could be said by then, somebody should know.
const QUIET: Duration = Duration::from_secs(15);
/// How often is looked who looks after the machine's own name.
const OWNER: Duration = Duration::from_secs(30);
const AGAIN: Duration = Duration::from_secs(60);

/// What to say, where.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The wish for a name, before `.local`.
    pub label: String,
    pub about: About,
    pub reach: Reach,
}

/// The hub is announced until this is told to leave.
#[derive(Debug)]
pub struct Announcer {
    leave: CancellationToken,
    task: JoinHandle<()>,
}

impl Announcer {
    /// Begin to take leave; at once.
    pub fn leave(&self) {
        self.leave.cancel();
    }

    pub async fn left(self) {
        self.leave.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "announcing the hub failed");
        }
    }
}

/// `tell` hears the name when it is announced, and that there is none.
pub fn announce(plan: Plan, tell: impl Fn(Option<OnLan>) + Send + Sync + 'static) -> Announcer {
    let leave = CancellationToken::new();
    let task = tokio::spawn(run(plan, tell, leave.clone()));
    Announcer { leave, task }
}

async fn run(plan: Plan, tell: impl Fn(Option<OnLan>) + Send + Sync, leave: CancellationToken) {
    let mut others = Others::default();
    while !leave.is_cancelled() {
        let ended = match Daemon::start() {
            Err(error) => Err(error),
            Ok(mut daemon) => {
                let ended = select! {
                    ended = under_one_name(&plan, &tell, &mut daemon, &mut others) => ended,
                    () = leave.cancelled() => Ok(()),
                };
                daemon.stop().await;
                ended
            }
        };
        tell(None);
        if let Err(error) = ended {
            tracing::warn!("{error}");
            select! {
                () = sleep(AGAIN) => {}
                () = leave.cancelled() => {}
            }
        }
    }
}

/// What is known of the others.
#[derive(Debug, Default)]
struct Others {
    taken: Taken,
    /// How often a name was refused us.
    refused: usize,
}

/// Names that nobody else has, as far as can be heard.
#[derive(Debug)]
struct Names {
    instance: String,
    /// What services point to.
    target: String,
    /// What people are told: `target`, or the machine's own name.
    shown: String,
    /// Another program on this machine answers for `shown`.
    not_ours: bool,
}

/// Until the names have to be others.
async fn under_one_name(
    plan: &Plan,
    tell: &(impl Fn(Option<OnLan>) + Sync),
    daemon: &mut Daemon,
    others: &mut Others,
) -> Result<(), LanError> {
    let hubs = daemon.hubs()?;
    let names = choose(plan, daemon, &hubs, others).await?;
    let services = plan.about.services(&names.instance, &format!("{}.local.", names.target), &plan.reach)?;
    let events = daemon.events()?;
    daemon.register(&services)?;

    let mut quiet = Some(Instant::now() + QUIET);
    let mut owner = interval_at(Instant::now() + OWNER, OWNER);
    loop {
        select! {
            event = events.recv_async() => match event.map_err(|_| LanError::Stopped)? {
                DaemonEvent::Announce(fullname, _) if is(&fullname, services[0].get_fullname()) => {
                    quiet = None;
                    tell(Some(on_lan(plan, &names)));
                }
                DaemonEvent::NameChange(change) => {
                    tracing::debug!(from = change.original, to = change.new_name, "a name is another's");
                    others.refused += 1;
                    if others.refused <= ATTEMPTS {
                        // Another hub may begin just now: of a host and a service each may have won one.
                    } else if is(&change.original, services[0].get_hostname()) {
                        others.taken.label(&names.target);
                    } else {
                        others.taken.instance(&names.instance);
                    }
                    return Ok(());
                }
                DaemonEvent::Error(error) => tracing::warn!(%error, "mDNS"),
                other => tracing::debug!(?other, "mDNS"),
            },
            heard = hubs.recv_async() => match heard.map_err(|_| LanError::Stopped)? {
                ServiceEvent::ServiceResolved(hub) => {
                    if clashes(plan, &services[0], &hub, &names, &mut others.taken) {
                        return Ok(());
                    }
                }
                // Somebody who had our name has taken leave of it.
                ServiceEvent::ServiceRemoved(_, fullname) if is(&fullname, services[0].get_fullname()) => {
                    daemon.register(&services)?;
                }
                _ => {}
            },
            _ = owner.tick() => {
                if machine::avahi_has(&names.shown) != names.not_ours && !names.not_ours {
                    return Ok(());
                }
            }
            () = until(quiet) => {
                quiet = None;
                if machine::addresses().any(|ip| plan.reach.covers(ip)) {
                    tracing::warn!(
                        "the hub could not be announced by mDNS: another program may have UDP port 5353 for \
                         itself, or multicast is forbidden; it can be opened by its address"
                    );
                }
            }
        }
    }
}

fn on_lan(plan: &Plan, names: &Names) -> OnLan {
    let instead_of = (names.shown != plan.label).then(|| format!("{}.local", plan.label));
    OnLan {
        host: format!("{}.local", names.shown),
        instead_of,
        service: names.instance.clone(),
        port: plan.reach.port(),
    }
}

/// Who is heard before we have said anything is there already: what he has is taken.
async fn choose(
    plan: &Plan,
    daemon: &Daemon,
    hubs: &Receiver<ServiceEvent>,
    others: &mut Others,
) -> Result<Names, LanError> {
    let mut look = LOOK + TURN * turn(plan.about.hub_id, others.refused);
    let taken = &mut others.taken;
    loop {
        let label = taken.free_label(&plan.label);
        let own = machine::avahi_has(&label);
        let has = who_has(daemon, &label, look, hubs, taken).await?;
        look = LOOK;
        if has == Owner::Another {
            // Avahi has found that out as well, and calls this machine something else.
            taken.label(&label);
            continue;
        }
        let not_ours = own || has == Owner::ThisMachine;
        let target = if not_ours { taken.free_label(&beside(&label)) } else { label.clone() };
        let instance = taken.free_instance(&plan.about.name);
        return Ok(Names { instance, target, shown: label, not_ours });
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Nobody,
    /// Another program here.
    ThisMachine,
    Another,
}

async fn who_has(
    daemon: &Daemon,
    label: &str,
    within: Duration,
    hubs: &Receiver<ServiceEvent>,
    taken: &mut Taken,
) -> Result<Owner, LanError> {
    let answers = daemon.host(&format!("{label}.local."), within)?;
    let until = Instant::now() + within;
    let mut owner = Owner::Nobody;
    loop {
        select! {
            heard = hubs.recv_async() => {
                if let ServiceEvent::ServiceResolved(hub) = heard.map_err(|_| LanError::Stopped)? {
                    taken.instance(&instance_of(&hub));
                }
            }
            answer = answers.recv_async() => match answer {
                Ok(HostnameResolutionEvent::AddressesFound(_, addresses)) => {
                    owner = match machine::has_all(addresses.iter().map(|ip| ip.to_ip_addr())) {
                        true => Owner::ThisMachine,
                        false => return Ok(Owner::Another),
                    };
                }
                Ok(_) => {}
                Err(_) => sleep_until(until).await,
            },
            () = sleep_until(until) => return Ok(owner),
        }
    }
}

/// Whether a hub that we hear has one of our names, and we are the one to take another. The networks of the two may
/// have been joined only now.
fn clashes(plan: &Plan, ours: &ServiceInfo, hub: &ResolvedService, names: &Names, taken: &mut Taken) -> bool {
    let theirs = Found::of(hub).hub_id.unwrap_or_default();
    if theirs == plan.about.hub_id || !gives_way(plan.about.hub_id, theirs) {
        return false;
    }
    let same_host = is(hub.get_hostname(), ours.get_hostname());
    let same_instance = is(hub.get_fullname(), ours.get_fullname());
    if same_host {
        taken.label(&names.target);
    }
    if same_instance {
        taken.instance(&names.instance);
    }
    same_host || same_instance
}

/// Before the type, and as it was before it was put into a full name.
fn instance_of(hub: &ResolvedService) -> String {
    let fullname = hub.get_fullname();
    let instance = fullname.strip_suffix(HUBS).unwrap_or(fullname).trim_end_matches('.');
    instance.replace("\\.", ".").replace("\\\\", "\\")
}

/// DNS knows no case.
fn is(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
