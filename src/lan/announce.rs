//! mDNS announcement (DNS-SD): saying that this hub is here, and under which name, for as long as it runs.
//!
//! Called by `cli::serve::announce`; calls `daemon` and `browse`, and tells its caller the name. mdns-sd follows
//! interfaces and addresses by itself. Names are settled here: ask who has them, take them, ask again, and of two hubs
//! the one with the higher id takes the next (docs/decisions/0013).

use std::time::Duration;

use mdns_sd::{DaemonEvent, ResolvedService, ServiceEvent, ServiceInfo};
use tokio::select;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval_at, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::browse::{Owner, look};
use super::daemon::Daemon;
use super::name_conflicts::{TakenNames, beside, gives_way};
use super::service_record::{About, FoundHub, HUBS};
use super::{LanError, Reach, machine};
use crate::hub::OnLan;

/// Who has a name says so within this time. He is asked twice: nobody says a thing twice within a second.
const LOOK: Duration = Duration::from_millis(1_500);
/// After we have said something new, or an interface has come: then others have heard it, and can be asked.
const SETTLED: Duration = Duration::from_secs(2);
/// How often is asked whether the names are still ours alone: nobody tells. Each hub a little more, by its id: where all
/// ask at one moment nobody gets a whole answer.
const CHECK: Duration = Duration::from_secs(27);
/// mdns-sd looks at the addresses of the machine every five seconds: what seems wrong is looked at again after that.
const DOUBT: Duration = Duration::from_secs(6);
/// When mDNS has failed as a whole.
const AGAIN: Duration = Duration::from_secs(60);

/// What to say, where.
#[derive(Debug, Clone)]
pub struct Announcement {
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
pub fn announce(plan: Announcement, tell: impl Fn(Option<OnLan>) + Send + Sync + 'static) -> Announcer {
    let leave = CancellationToken::new();
    let task = tokio::spawn(run(plan, tell, leave.clone()));
    Announcer { leave, task }
}

async fn run(plan: Announcement, tell: impl Fn(Option<OnLan>) + Send + Sync, leave: CancellationToken) {
    let mut taken = TakenNames::default();
    loop {
        let ended = select! {
            names = choose(&plan, &mut taken) => match names {
                Ok(names) => under_one_name(&plan, &names, &mut taken, &tell, &leave).await,
                Err(error) => Err(error),
            },
            () = leave.cancelled() => return,
        };
        let Err(error) = ended else { continue };
        tracing::warn!("{error}");
        select! {
            () = sleep(AGAIN) => {}
            () = leave.cancelled() => return,
        }
    }
}

/// Names that nobody else has, as far as can be heard.
#[derive(Debug)]
struct ChosenNames {
    instance: String,
    /// What services point to.
    target: String,
    /// What people are told: `target`, or the machine's own name.
    shown: String,
    /// Another program on this machine answers for `shown`.
    not_ours: bool,
}

/// Until the hub stops, or the names have to be others.
async fn under_one_name(
    plan: &Announcement,
    names: &ChosenNames,
    taken: &mut TakenNames,
    tell: &(impl Fn(Option<OnLan>) + Sync),
    leave: &CancellationToken,
) -> Result<(), LanError> {
    let mut daemon = Daemon::start()?;
    let ended = select! {
        ended = keep(plan, names, taken, tell, &mut daemon) => ended,
        () = leave.cancelled() => Ok(()),
    };
    daemon.stop().await;
    tell(None);
    ended
}

async fn keep(
    plan: &Announcement,
    names: &ChosenNames,
    taken: &mut TakenNames,
    tell: &(impl Fn(Option<OnLan>) + Sync),
    daemon: &mut Daemon,
) -> Result<(), LanError> {
    let services = plan.about.services(&names.instance, &local(&names.target), &plan.reach)?;
    let (events, hubs) = (daemon.events()?, daemon.hubs()?);
    daemon.register(&services)?;

    let (mut announced, mut doubts) = (false, 0);
    let own_pace = Duration::from_secs(u64::from(plan.about.hub_id.as_bytes()[15] % 8));
    let mut check = interval_at(Instant::now() + SETTLED, CHECK + own_pace);
    loop {
        select! {
            event = events.recv_async() => match event.map_err(|_| LanError::Stopped)? {
                DaemonEvent::Announce(fullname, _) => announced |= is(&fullname, services[0].get_fullname()),
                DaemonEvent::IpAdd(_) => check.reset_after(SETTLED),
                DaemonEvent::Error(error) => tracing::warn!(%error, "mDNS"),
                other => tracing::debug!(?other, "mDNS"),
            },
            heard = hubs.recv_async() => match heard.map_err(|_| LanError::Stopped)? {
                ServiceEvent::ServiceResolved(hub) => {
                    let theirs = rival(plan, &services[0], &hub);
                    if theirs.is_some_and(|theirs| gives_way(plan.about.hub_id, theirs)) {
                        return Ok(());
                    }
                }
                // A hub that gives way takes leave of our name as if it were its own.
                ServiceEvent::ServiceRemoved(_, fullname) if is(&fullname, services[0].get_fullname()) => {
                    daemon.register(&services)?;
                }
                _ => {}
            },
            _ = check.tick() => match judge(plan, names, &services[0], announced).await? {
                NameCheck::Good => {
                    doubts = 0;
                    tell(announced.then(|| on_lan(plan, names)));
                }
                NameCheck::GiveWay => return Ok(()),
                doubt => {
                    doubts += 1;
                    match (doubts, doubt) {
                        (1, _) => check.reset_after(DOUBT),
                        (2, NameCheck::NotHeard) => tracing::warn!(
                            "the hub could not be announced by mDNS: another program may have UDP port 5353 for \
                             itself, or multicast is forbidden; it can be opened by its address"
                        ),
                        (_, NameCheck::NotHeard) => {}
                        _ => {
                            taken.label(&names.target);
                            return Ok(());
                        }
                    }
                }
            },
        }
    }
}

fn on_lan(plan: &Announcement, names: &ChosenNames) -> OnLan {
    let instead_of = (names.shown != plan.label).then(|| format!("{}.local", plan.label));
    OnLan {
        host: format!("{}.local", names.shown),
        instead_of,
        service: names.instance.clone(),
        port: plan.reach.port(),
    }
}

/// Who is heard before we have said anything is there already: what he has is taken.
async fn choose(plan: &Announcement, taken: &mut TakenNames) -> Result<ChosenNames, LanError> {
    loop {
        let label = taken.free_label(&plan.label);
        let own = machine::avahi_has(&label);
        let heard = look(Some(&local(&label)), LOOK).await?;
        for fullname in &heard.services {
            taken.instance(&instance_of(fullname));
        }
        if heard.owner == Owner::Another {
            // Also where the machine has this name: avahi has given way as well then.
            taken.label(&label);
            continue;
        }
        let not_ours = own || heard.owner == Owner::ThisMachine;
        let target = if not_ours { taken.free_label(&beside(&label)) } else { label.clone() };
        let instance = taken.free_instance(&plan.about.name);
        return Ok(ChosenNames { instance, target, shown: label, not_ours });
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameCheck {
    Good,
    GiveWay,
    /// Something that is no hub answers for our name, or we ourselves with an address that we have no longer.
    Doubtful,
    /// There are addresses, and nothing could be said there, or not yet.
    NotHeard,
}

/// Whether the names can stay. The networks of two hubs may have been joined only now, both may have begun at one
/// moment, or a program beside us may have come or gone that has our name.
async fn judge(
    plan: &Announcement,
    names: &ChosenNames,
    ours: &ServiceInfo,
    announced: bool,
) -> Result<NameCheck, LanError> {
    if !announced && machine::addresses().any(|ip| plan.reach.covers(ip)) {
        return Ok(NameCheck::NotHeard);
    }
    let heard = look(Some(&local(&names.shown)), LOOK).await?;
    let avahi = machine::avahi_has(&names.shown);
    let came = !names.not_ours && avahi;
    let went = names.not_ours && !avahi && heard.owner == Owner::Nobody;
    let rivals: Vec<Uuid> = heard.hubs.iter().filter_map(|hub| rival(plan, ours, hub)).collect();
    let stronger = rivals.iter().any(|theirs| gives_way(plan.about.hub_id, *theirs));
    Ok(match heard.owner {
        _ if came || went || stronger => NameCheck::GiveWay,
        Owner::Another if rivals.is_empty() => NameCheck::Doubtful,
        // A weaker hub takes another name by itself.
        _ => NameCheck::Good,
    })
}

/// Another hub that has one of our names.
fn rival(plan: &Announcement, ours: &ServiceInfo, hub: &ResolvedService) -> Option<Uuid> {
    let same = is(hub.get_hostname(), ours.get_hostname()) || is(hub.get_fullname(), ours.get_fullname());
    let theirs = FoundHub::of(hub).hub_id.unwrap_or_default();
    (same && theirs != plan.about.hub_id).then_some(theirs)
}

/// Before the type, and as it was before it was put into a full name.
fn instance_of(fullname: &str) -> String {
    let instance = fullname.strip_suffix(HUBS).unwrap_or(fullname);
    let instance = instance.strip_suffix('.').unwrap_or(instance);
    instance.replace("\\.", ".").replace("\\\\", "\\")
}

fn local(label: &str) -> String {
    format!("{label}.local.")
}

/// DNS knows no case.
fn is(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
