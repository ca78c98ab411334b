//! Connection limits: how many in all and from one network, and who makes room for a newcomer.
//!
//! `accept` admits every TCP connection here; whoever finds a request acceptable calls
//! [`Slot::prove`]. A flood of connections that send nothing, or nothing that is accepted, then
//! never locks out the crew: the longest of them has to go for each newcomer, even when flood and
//! crew share one address.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::Notify;

/// A newcomer has this long to show that it belongs here before it must make room for others.
const TRIAL: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct Connections {
    most: usize,
    most_of_network: usize,
    table: Mutex<OpenConnections>,
}

#[derive(Debug, Default)]
struct OpenConnections {
    next: u64,
    /// By number, so the oldest come first.
    open: BTreeMap<u64, Open>,
    of_network: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Open {
    network: IpAddr,
    since: Instant,
    proven: bool,
    leave: Arc<Notify>,
}

/// One admitted connection; the place is free again when this goes. Each of its requests carries
/// it as an extension, in an `Arc`.
#[derive(Debug)]
pub struct Slot {
    number: u64,
    proven: AtomicBool,
    leave: Arc<Notify>,
    connections: Arc<Connections>,
}

impl Connections {
    pub fn new(most: usize, most_of_network: usize) -> Arc<Self> {
        Arc::new(Self { most, most_of_network, table: Mutex::default() })
    }

    /// A place for a connection from `address`, if there is one or one can be made.
    pub fn admit(self: &Arc<Self>, address: IpAddr, now: Instant) -> Option<Slot> {
        let network = network(address);
        let mut table = self.table.lock();
        let beside = table.of_network.get(&network).copied().unwrap_or(0);
        if beside >= self.most_of_network {
            table.make_room(Some(network), now)?;
        } else if table.open.len() >= self.most {
            table.make_room(None, now)?;
        }
        let number = table.next;
        table.next += 1;
        let leave = Arc::new(Notify::new());
        *table.of_network.entry(network).or_default() += 1;
        table.open.insert(number, Open { network, since: now, proven: false, leave: Arc::clone(&leave) });
        Some(Slot { number, proven: AtomicBool::new(false), leave, connections: Arc::clone(self) })
    }
}

impl OpenConnections {
    /// Send away who has been here longest without an accepted request.
    fn make_room(&mut self, of: Option<IpAddr>, now: Instant) -> Option<()> {
        let idle = |open: &Open| !open.proven && of.is_none_or(|network| network == open.network);
        let (&number, oldest) = self.open.iter().find(|(_, open)| idle(open))?;
        if now.duration_since(oldest.since) < TRIAL {
            return None;
        }
        self.close(number)?.leave.notify_one();
        Some(())
    }

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
}

impl Slot {
    /// Tells connections apart, in the log.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// This connection has carried a request that was accepted: it need not make room for others.
    pub fn prove(&self) {
        if !self.proven.swap(true, Ordering::Relaxed)
            && let Some(open) = self.connections.table.lock().open.get_mut(&self.number)
        {
            open.proven = true;
        }
    }

    /// Returns when the place has been given to somebody else.
    pub async fn must_leave(&self) {
        self.leave.notified().await;
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
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn left(place: &Slot) -> bool {
        !place.connections.table.lock().open.contains_key(&place.number)
    }

    #[test]
    fn the_oldest_stranger_makes_room_after_its_trial_and_the_crew_never() {
        let connections = Connections::new(3, 3);
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let crew = connections.admit(ip("10.0.0.1"), at(0)).unwrap();
        crew.prove();
        let first = connections.admit(ip("10.0.0.2"), at(10)).unwrap();
        let second = connections.admit(ip("10.0.0.3"), at(20)).unwrap();
        assert!(connections.admit(ip("10.0.0.4"), at(1_000)).is_none(), "nobody's trial is over");
        let third = connections.admit(ip("10.0.0.4"), at(1_010)).unwrap();
        assert_eq!([left(&crew), left(&first), left(&second)], [false, true, false]);
        // Its place is another's now: going does not free that.
        drop(first);
        assert!(connections.admit(ip("10.0.0.5"), at(1_011)).is_none());
        second.prove();
        third.prove();
        assert!(connections.admit(ip("10.0.0.5"), at(9_000)).is_none(), "everybody belongs here");
        drop(crew);
        assert!(connections.admit(ip("10.0.0.5"), at(9_000)).is_some());
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
            drop(connections.admit(IpAddr::V4(n.into()), now).unwrap());
        }
        let table = connections.table.lock();
        assert!(table.open.is_empty() && table.of_network.is_empty());
    }

    #[test]
    fn an_ipv4_address_is_itself_in_whatever_form() {
        assert_eq!(network(ip("::ffff:10.0.0.1")), ip("10.0.0.1"));
        assert_eq!(network(ip("fd00:1:2:3:4:5:6:7")), ip("fd00:1:2:3::"));
    }
}
