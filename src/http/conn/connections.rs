//! Connection limits: how many in all and from one network, and who makes room for a newcomer.
//!
//! `accept` admits every TCP connection here; whoever finds a request acceptable calls [`Slot::prove`], and `request`
//! says how long it is in hand. A flood of connections that send nothing, or nothing that is accepted, never locks
//! out the crew, even when flood and crew share one address; nor do those of somebody who once belonged here: a proof
//! ends with its session, and whoever is idle makes room. Who goes, `making_room` decides.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::making_room::{Newcomer, Standing, who_goes};

/// A network that members have called from is known for so long ...
const KNOWN: Duration = Duration::from_secs(12 * 3_600);
/// ... and so many of them are.
const KNOWN_NETWORKS: usize = 1_024;

#[derive(Debug)]
pub struct Connections {
    most: usize,
    most_of_network: usize,
    /// Of these, places that only networks get at which members have called from.
    kept: usize,
    start: Instant,
    table: Mutex<OpenConnections>,
}

#[derive(Debug, Default)]
struct OpenConnections {
    next: u64,
    /// By number, so the oldest come first.
    open: BTreeMap<u64, Open>,
    of_network: HashMap<IpAddr, usize>,
    known: HashMap<IpAddr, Instant>,
}

#[derive(Debug)]
struct Open {
    network: IpAddr,
    since: Instant,
    shared: Arc<SlotState>,
}

/// What a connection shows of itself, for as long as it is open. Its requests tell it without a word to the table.
#[derive(Debug, Default)]
struct SlotState {
    leave: Notify,
    /// Requests that are not done with.
    in_hand: AtomicU32,
    /// When the last of them was, in milliseconds from the start.
    quiet_since: AtomicU64,
    proof: Mutex<Option<PlaceProof>>,
}

/// That somebody may be here.
pub struct PlaceProof {
    /// What tells it from another: whoever sends it again needs no new one.
    pub key: u128,
    /// The member that it is of.
    pub who: Option<Arc<str>>,
    /// Whether it speaks for the network that it came from.
    pub vouches: bool,
    /// Whether it is still good: sessions end.
    pub still: Box<dyn Fn() -> bool + Send + Sync>,
}

impl PlaceProof {
    /// Of anybody, on an open hub.
    pub fn of_anybody() -> Self {
        Self { key: 0, who: None, vouches: true, still: Box::new(|| true) }
    }

    /// Of a v3.3 client that is nobody of the crew, and let in all the same.
    pub fn of_stranger() -> Self {
        Self { vouches: false, ..Self::of_anybody() }
    }
}

impl fmt::Debug for PlaceProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlaceProof").field("who", &self.who).finish_non_exhaustive()
    }
}

/// One admitted connection; the place is free again when this goes. Each of its requests carries
/// it as an extension, in an `Arc`.
#[derive(Debug)]
pub struct Slot {
    number: u64,
    network: IpAddr,
    shared: Arc<SlotState>,
    connections: Arc<Connections>,
}

/// One request, until its answer is done with.
#[derive(Debug)]
pub struct InHand(Option<Arc<Slot>>);

impl Connections {
    pub fn new(most: usize, most_of_network: usize) -> Arc<Self> {
        let start = Instant::now();
        Arc::new(Self { most, most_of_network, kept: most / 4, start, table: Mutex::default() })
    }

    /// A place for a connection from `address`, if there is one or one can be made.
    pub fn admit(self: &Arc<Self>, address: IpAddr, now: Instant) -> Option<Slot> {
        let network = network(address);
        let mut table = self.table.lock();
        let beside = table.of_network.get(&network).copied().unwrap_or(0);
        let known =
            table.known.get(&network).is_some_and(|last| now.saturating_duration_since(*last) < KNOWN);
        let most = if known { self.most } else { self.most - self.kept };
        let newcomer = Newcomer { network, beside, known, kept: self.kept };
        if beside >= self.most_of_network {
            self.make_room(&mut table, &newcomer, true, now)?;
        } else if table.open.len() >= most {
            self.make_room(&mut table, &newcomer, false, now)?;
        }
        let number = table.next;
        table.next += 1;
        let shared = Arc::<SlotState>::default();
        shared.quiet_since.store(self.millis(now), Ordering::Relaxed);
        *table.of_network.entry(network).or_default() += 1;
        table.open.insert(number, Open { network, since: now, shared: Arc::clone(&shared) });
        Some(Slot { number, network, shared, connections: Arc::clone(self) })
    }

    /// Take the proofs away that are no longer good: the crew has changed, or time has passed.
    pub fn look_again(&self) {
        for open in self.table.lock().open.values() {
            let mut proof = open.shared.proof.lock();
            if proof.as_ref().is_some_and(|proof| !(proof.still)()) {
                *proof = None;
            }
        }
    }

    fn make_room(
        &self,
        table: &mut OpenConnections,
        newcomer: &Newcomer,
        in_its_network: bool,
        now: Instant,
    ) -> Option<()> {
        let now_ms = self.millis(now);
        let inside = |open: &Open| !in_its_network || open.network == newcomer.network;
        let standings = table.open.iter().filter(|(_, open)| inside(open)).map(|(number, open)| {
            let proof = open.shared.proof.lock();
            let busy = open.shared.in_hand.load(Ordering::Relaxed) > 0;
            let quiet_ms = now_ms.saturating_sub(open.shared.quiet_since.load(Ordering::Relaxed));
            Standing {
                number: *number,
                network: open.network,
                age: now.saturating_duration_since(open.since),
                proven: proof.is_some(),
                who: proof.as_ref().and_then(|proof| proof.who.clone()),
                quiet: (!busy).then(|| Duration::from_millis(quiet_ms)),
            }
        });
        let number = who_goes(newcomer, in_its_network, &standings.collect::<Vec<_>>())?;
        table.close(number)?.shared.leave.notify_one();
        Some(())
    }

    fn millis(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.start).as_millis()).unwrap_or(u64::MAX)
    }
}

impl OpenConnections {
    fn close(&mut self, number: u64) -> Option<Open> {
        let open = self.open.remove(&number)?;
        if let Some(count) = self.of_network.get_mut(&open.network) {
            *count -= 1;
            if *count == 0 {
                self.of_network.remove(&open.network);
            }
        }
        Some(open)
    }

    fn know(&mut self, network: IpAddr, now: Instant) {
        if self.known.len() >= KNOWN_NETWORKS && !self.known.contains_key(&network) {
            self.known.retain(|_, last| now.saturating_duration_since(*last) < KNOWN / 12);
        }
        if self.known.len() < KNOWN_NETWORKS || self.known.contains_key(&network) {
            self.known.insert(network, now);
        }
    }
}

impl Slot {
    /// Tells connections apart, in the log.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// This connection has carried a request that was accepted: strangers make room before it does.
    pub fn prove(&self, key: u128, proof: impl FnOnce() -> PlaceProof) {
        let mut held = self.shared.proof.lock();
        if held.as_ref().is_some_and(|held| held.key == key) {
            return;
        }
        let proof = proof();
        let vouches = proof.vouches;
        *held = Some(proof);
        // In this order nowhere else: whoever has the table looks at proofs.
        drop(held);
        if vouches {
            self.connections.table.lock().know(self.network, Instant::now());
        }
    }

    /// A request has come.
    pub fn begin(self: &Arc<Self>) -> InHand {
        self.shared.in_hand.fetch_add(1, Ordering::Relaxed);
        InHand(Some(Arc::clone(self)))
    }

    /// Returns when the place has been given to somebody else.
    pub async fn must_leave(&self) {
        self.shared.leave.notified().await;
    }
}

impl InHand {
    /// Of no connection.
    #[cfg(test)]
    pub fn none() -> Self {
        Self(None)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        let Some(slot) = &self.0 else { return };
        let now_ms = slot.connections.millis(Instant::now());
        slot.shared.quiet_since.store(now_ms, Ordering::Relaxed);
        slot.shared.in_hand.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // Nothing to close when it was given away.
        let _ = self.connections.table.lock().close(self.number);
    }
}

/// Whom an address belongs to: an IPv6 host has all of its /64 to call from.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn left(place: &Slot) -> bool {
        !place.connections.table.lock().open.contains_key(&place.number)
    }

    /// Somebody of the crew, for good.
    fn proven(slot: Slot, who: &str) -> Arc<Slot> {
        slot.prove(1, || PlaceProof { who: Some(who.into()), key: 1, ..PlaceProof::of_anybody() });
        Arc::new(slot)
    }

    #[test]
    fn the_oldest_stranger_makes_room_after_its_trial_and_the_crew_at_work_never() {
        let connections = Connections::new(3, 3);
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let crew = proven(connections.admit(ip("10.0.0.1"), at(0)).unwrap(), "lea");
        let first = connections.admit(ip("10.0.0.2"), at(10)).unwrap();
        let second = connections.admit(ip("10.0.0.3"), at(20)).unwrap();
        assert!(connections.admit(ip("10.0.0.4"), at(1_000)).is_none(), "nobody's trial is over");
        let third = connections.admit(ip("10.0.0.4"), at(1_010)).unwrap();
        assert_eq!([left(&crew), left(&first), left(&second)], [false, true, false]);
        // Its place is another's now: going does not free that.
        drop(first);
        assert!(connections.admit(ip("10.0.0.5"), at(1_011)).is_none());
        let (second, third) = (proven(second, "tom"), proven(third, "ana"));
        let at_work = [crew.begin(), second.begin(), third.begin()];
        assert!(connections.admit(ip("10.0.0.5"), at(90_000)).is_none(), "everybody is at work");
        drop(at_work);
        drop(crew);
        assert!(connections.admit(ip("10.0.0.5"), at(9_000)).is_some());
    }

    #[test]
    fn whoever_was_sent_away_makes_room_at_once_and_the_idle_after_a_while() {
        let connections = Connections::new(2, 2);
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let good = Arc::new(AtomicBool::new(true));
        let away = connections.admit(ip("10.0.0.1"), at(0)).unwrap();
        let still = Arc::clone(&good);
        away.prove(7, || PlaceProof {
            key: 7,
            who: Some("rogue".into()),
            vouches: true,
            still: Box::new(move || still.load(Ordering::Relaxed)),
        });
        let away = Arc::new(away);
        let at_work = away.begin();
        let crew = proven(connections.admit(ip("10.0.0.2"), at(0)).unwrap(), "lea");
        connections.look_again();
        assert!(connections.admit(ip("10.0.0.3"), at(5_000)).is_none());
        good.store(false, Ordering::Relaxed);
        connections.look_again();
        let newcomer = connections.admit(ip("10.0.0.3"), at(5_000)).unwrap();
        assert_eq!([left(&away), left(&crew)], [true, false], "in the middle of something, too");
        drop(at_work);
        let _newcomer = proven(newcomer, "tom");
        // Both belong here; Léa's has been idle for longer.
        let _other = connections.admit(ip("10.0.0.4"), at(60_000)).unwrap();
        assert!(left(&crew));
    }

    #[test]
    fn a_thousand_idle_connections_of_one_member_lock_nobody_out() {
        let connections = Connections::new(1_024, 1_024);
        let start = Instant::now();
        let rogue: Vec<_> = (0..1_024)
            .filter_map(|_| connections.admit(ip("10.0.0.9"), start))
            .map(|slot| proven(slot, "rogue"))
            .collect();
        let later = start + Duration::from_secs(11);
        let crew: Vec<_> = (0..50u8)
            .flat_map(|n| (0..6).map(move |_| IpAddr::from([10, 0, 1, n])))
            .map(|address| proven(connections.admit(address, later).unwrap(), &address.to_string()))
            .collect();
        assert_eq!(crew.iter().filter(|slot| left(slot)).count(), 0);
        assert_eq!(rogue.iter().filter(|slot| left(slot)).count(), 300);
    }

    #[test]
    fn one_network_fills_its_own_share_and_makes_room_in_it() {
        let connections = Connections::new(10, 2);
        let start = Instant::now();
        let late = start + Duration::from_secs(5);
        let other = connections.admit(ip("10.0.0.1"), start).unwrap();
        let one = connections.admit(ip("fd00:1:2:3::1"), start).unwrap();
        let two = connections.admit(ip("fd00:1:2:3:ffff::2"), start).unwrap();
        assert!(connections.admit(ip("fd00:1:2:3::3"), start).is_none(), "one /64 is one network");
        let elsewhere = connections.admit(ip("fd00:1:2:4::3"), start).unwrap();
        let three = connections.admit(ip("fd00:1:2:3::3"), late).unwrap();
        let gone = [&other, &one, &two, &elsewhere, &three].map(left);
        assert_eq!(gone, [false, true, false, false, false]);
    }

    #[test]
    fn nothing_is_kept_of_those_who_went() {
        let connections = Connections::new(4, 2);
        let now = Instant::now();
        for n in 0..10_000u32 {
            drop(proven(connections.admit(IpAddr::V4(n.into()), now).unwrap(), "many"));
        }
        let table = connections.table.lock();
        assert!(table.open.is_empty() && table.of_network.is_empty());
        assert!(table.known.len() <= KNOWN_NETWORKS);
    }

    #[test]
    fn an_ipv4_address_is_itself_in_whatever_form() {
        assert_eq!(network(ip("::ffff:10.0.0.1")), ip("10.0.0.1"));
        assert_eq!(network(ip("fd00:1:2:3:4:5:6:7")), ip("fd00:1:2:3::"));
    }
}
