//! Rate limits: how much of each kind one device, and all devices behind one address, may do.
//!
//! `access` and handlers take here what `costs` declares; `keyed` keeps the count of each.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::Quota;
use governor::clock::{Clock, DefaultClock, Reference};
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use parking_lot::Mutex;

use super::caller::Caller;
use super::costs::Kind;
use super::keyed::{Bounded, FORGET_EVERY, KEYS, Keyed};
use crate::http::conn::connections;
use crate::http::conn::door::Peer;
use crate::http::error::ApiError;
use crate::http::limits::{Limits, Rate, RatePair};

/// The rates, by a clock of one's own in tests.
pub struct Rates<C: Clock = DefaultClock> {
    kinds: [KindMeter<C>; Kind::ALL.len()],
    wrong_codes: WrongCodes<C>,
}

impl<C: Clock> std::fmt::Debug for Rates<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rates").finish_non_exhaustive()
    }
}

impl Rates {
    pub fn new(limits: &Limits) -> Self {
        Self::with_clock(limits, &DefaultClock::default())
    }
}

impl<C: Clock + Clone> Rates<C> {
    pub fn with_clock(limits: &Limits, clock: &C) -> Self {
        Self {
            kinds: Kind::ALL.map(|kind| KindMeter::new(Quotas::of(kind, limits), clock)),
            wrong_codes: WrongCodes::new(limits.joins_per_minute, clock.clone()),
        }
    }

    /// So many of a kind, for a caller from there; or when to come back.
    pub fn take(
        &self,
        kind: Kind,
        caller: &Caller,
        peer: Option<Peer>,
        count: usize,
    ) -> Result<(), ApiError> {
        self.wait(kind, caller, peer, count).map_err(|wait| ApiError::too_many(kind.advice(), wait))
    }

    /// The same, for those who may be kept waiting: for how long.
    pub fn wait(
        &self,
        kind: Kind,
        caller: &Caller,
        peer: Option<Peer>,
        count: usize,
    ) -> Result<(), Duration> {
        let meter = &self.kinds[kind as usize];
        match (caller, peer) {
            (Caller::Admin, _) => Ok(()),
            (Caller::Open { address }, _) => meter.open.take(&connections::network(*address), count),
            (Caller::Stranger { address, .. }, _) => {
                meter.strangers.take(&connections::network(*address), count)
            }
            (Caller::Member(session), peer) => {
                // First their own: who has used that up takes nothing from those beside.
                meter.members.take(&session.member.technician.as_str().into(), count)?;
                match peer {
                    // Who joins again and again has many names, and calls from one place.
                    Some(Peer::Network(address)) => {
                        meter.around_members.take(&connections::network(address), count)
                    }
                    _ => Ok(()),
                }
            }
        }
    }

    /// One attempt to join. Where too many codes were wrong, none is looked at: a right one would tell itself.
    pub fn join(&self, address: IpAddr, is_right: impl FnOnce() -> bool) -> Result<(), ApiError> {
        let network = connections::network(address);
        let advice = "too many wrong codes came from here: wait, then try again";
        self.wrong_codes.pass(&network).map_err(|wait| ApiError::too_many(advice, wait))?;
        if !is_right() {
            self.wrong_codes.count(&network);
            return Ok(());
        }
        let taken = self.kinds[Kind::Join as usize].strangers.take(&network, 1);
        taken.map_err(|wait| ApiError::too_many(Kind::Join.advice(), wait))
    }
}

/// The allowances of one kind.
struct Quotas {
    device: Quota,
    address: Quota,
}

impl Quotas {
    fn of(kind: Kind, limits: &Limits) -> Self {
        let rates = &limits.rates;
        match kind {
            Kind::Operation => {
                let quota = |rate, burst| Quota::per_second(rate).allow_burst(burst);
                Self {
                    device: quota(limits.ops_per_second, limits.ops_burst),
                    address: quota(limits.ops_per_second_per_address, limits.ops_burst_per_address),
                }
            }
            Kind::Join => rates.joins.into(),
            Kind::Change => rates.changes.into(),
            Kind::Audit => rates.audits.into(),
            Kind::Presence => rates.presence.into(),
            Kind::Call => rates.calls.into(),
            Kind::File => rates.files.into(),
            Kind::Restore => rates.restores.into(),
            Kind::Page => rates.pages.into(),
            Kind::Photo => rates.photos.into(),
        }
    }
}

impl From<RatePair> for Quotas {
    fn from(RatePair { device, address }: RatePair) -> Self {
        let quota = |rate: Rate| Quota::per_minute(rate.per_minute).allow_burst(rate.at_once);
        Self { device: quota(device), address: quota(address) }
    }
}

/// One kind. Members, and who stands around them, are counted apart from strangers: no stranger uses up their
/// allowance, nor the room for their keys.
struct KindMeter<C: Clock> {
    members: Keyed<Box<str>, C>,
    around_members: Keyed<IpAddr, C>,
    /// On a hub with a crew: v3.3 clients that have not joined.
    strangers: Keyed<IpAddr, C>,
    /// Anybody, on an open hub: a whole crew may be behind one address.
    open: Keyed<IpAddr, C>,
}

impl<C: Clock + Clone> KindMeter<C> {
    fn new(Quotas { device, address }: Quotas, clock: &C) -> Self {
        Self {
            members: Keyed::new(device, clock.clone()),
            around_members: Keyed::new(address, clock.clone()),
            strangers: Keyed::new(device, clock.clone()),
            open: Keyed::new(address, clock.clone()),
        }
    }
}

/// Wrong codes of each network. Only wrong ones count, so it must be told from the outside which were: governor counts as it
/// asks.
struct WrongCodes<C: Clock> {
    known: Bounded<IpAddr>,
    forgot: Mutex<Option<C::Instant>>,
    every: Nanos,
    most: NonZeroU32,
    clock: C,
    start: C::Instant,
}

impl<C: Clock> WrongCodes<C> {
    fn new(per_minute: NonZeroU32, clock: C) -> Self {
        let start = clock.now();
        let every = Nanos::from(Duration::from_secs(60) / per_minute.get());
        Self { known: Bounded::default(), forgot: Mutex::new(None), every, most: per_minute, clock, start }
    }

    fn now(&self) -> Nanos {
        self.clock.now().duration_since(self.start)
    }

    /// Whether another code of theirs is looked at, or how long not.
    fn pass(&self, network: &IpAddr) -> Result<(), Duration> {
        // The moment at which all of theirs are forgotten. Measuring without replacing is reading.
        let read = self.known.measure_and_replace(network, Err::<((), Nanos), _>);
        let until = read.err().flatten().unwrap_or_default();
        let looked_at = self.now() + self.every * u64::from(self.most.get() - 1);
        match u64::from(until).saturating_sub(looked_at.into()) {
            0 => Ok(()),
            more => Err(Duration::from_nanos(more)),
        }
    }

    fn count(&self, network: &IpAddr) {
        let now = self.now();
        if self.known.len() >= KEYS {
            let mut forgot = self.forgot.lock();
            if forgot.is_none_or(|last| self.clock.now().duration_since(last) >= Nanos::from(FORGET_EVERY)) {
                *forgot = Some(self.clock.now());
                self.known.retain_recent(now);
            }
        }
        let counted = self.known.measure_and_replace(network, |until| {
            Ok::<_, Nanos>(((), until.unwrap_or_default().max(now) + self.every))
        });
        // It refuses nothing.
        let _ = counted;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::{StatusCode, header};
    use axum::response::IntoResponse;
    use governor::clock::FakeRelativeClock;

    use super::*;
    use crate::domain::crew::Role;
    use crate::domain::id::{DeviceId, TechnicianId};
    use crate::hub::crew::{Member, Session};

    fn rates() -> (Rates<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Rates::with_clock(&Limits::default(), &clock), clock)
    }

    #[track_caller]
    fn retry_after(result: Result<(), ApiError>) -> u64 {
        let response = result.unwrap_err().into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        response.headers()[header::RETRY_AFTER].to_str().unwrap().parse().unwrap()
    }

    fn member(name: &str) -> Caller {
        let member = Member {
            technician: TechnicianId::parse(format!("tech_{name}")).unwrap(),
            name: name.to_owned(),
            role: Role::Technician,
            device: DeviceId::parse("dev_1").unwrap(),
            joined_ms: 0,
            revoked: false,
            anchored_ms: None,
            by_viewer_code: false,
        };
        Caller::Member(Arc::new(Session::of_test(member)))
    }

    fn open(address: &str) -> Caller {
        Caller::Open { address: address.parse().unwrap() }
    }

    fn stranger(address: IpAddr) -> Caller {
        Caller::Stranger { address, why: None }
    }

    fn from(address: &str) -> Option<Peer> {
        Some(Peer::Network(address.parse().unwrap()))
    }

    #[test]
    fn ten_wrong_codes_a_minute_and_the_next_is_not_looked_at() {
        let (rates, clock) = rates();
        let try_code = |text: &str, right: bool| rates.join(text.parse().unwrap(), || right);
        for n in 0..50 {
            try_code(&format!("fd00::{n}"), true).unwrap();
        }
        for n in 0..10 {
            try_code(&format!("fd00::{n}"), false).unwrap();
        }
        let unseen = || -> bool { panic!("it was looked at") };
        let wait = retry_after(rates.join("fd00::9".parse().unwrap(), unseen));
        assert!((1..=6).contains(&wait), "{wait}");
        try_code("fd00:0:0:1::9", true).unwrap();
        clock.advance(Duration::from_secs(wait));
        try_code("fd00::9", false).unwrap();
        retry_after(try_code("fd00::9", true));
    }

    #[test]
    fn a_tablet_sends_what_it_held_at_once_and_then_at_the_rate() {
        let (rates, clock) = rates();
        let (one, two, here) = (member("1"), member("2"), from("10.0.0.1"));
        let ops = |who, count| rates.take(Kind::Operation, who, here, count);
        for _ in 0..20 {
            ops(&one, 1_000).unwrap();
        }
        assert_eq!(retry_after(ops(&one, 1_000)), 5);
        ops(&two, 1_000).unwrap();
        for _ in 0..100 {
            clock.advance(Duration::from_secs(5));
            ops(&one, 1_000).unwrap();
        }
        ops(&one, 0).unwrap();
    }

    #[test]
    fn who_joins_again_and_again_from_one_place_has_no_new_allowance_each_time() {
        let (rates, _) = rates();
        let (mut taken, mut refused) = (0, 0);
        for name in 0..1_000 {
            let caller = member(&name.to_string());
            for _ in 0..20 {
                match rates.take(Kind::Operation, &caller, from("10.0.0.9"), 1_000) {
                    Ok(()) => taken += 1_000,
                    Err(_) => refused += 1_000,
                }
            }
        }
        assert_eq!((taken, refused), (250_000, 20_000_000 - 250_000));
        // Nobody elsewhere notices, nor a stranger or the administrator there.
        rates.take(Kind::Operation, &member("crew"), from("10.0.0.2"), 1_000).unwrap();
        rates.take(Kind::Operation, &stranger([10, 0, 0, 9].into()), None, 1_000).unwrap();
        rates.take(Kind::Operation, &Caller::Admin, from("10.0.0.9"), 1_000_000).unwrap();
    }

    #[test]
    fn a_host_with_many_ipv6_addresses_has_one_allowance() {
        let (rates, _) = rates();
        for n in 0..250 {
            rates.take(Kind::Operation, &open(&format!("fd00::{n}")), None, 1_000).unwrap();
        }
        retry_after(rates.take(Kind::Operation, &open("fd00::251"), None, 1_000));
        rates.take(Kind::Operation, &open("fd00:0:0:1::21"), None, 1_000).unwrap();
    }

    /// Eight hours behind one address, on a hub with a crew and on an open one: presence every ten seconds, a module
    /// opened every five, a name, a whole string at a time, and each tablet back once with what it marked in six hours.
    #[test]
    fn an_ordinary_night_of_fifty_tablets_meets_no_limit() {
        let (rates, clock) = rates();
        let crew: Vec<_> = (0..50).map(|n| member(&n.to_string())).collect();
        let nat = from("192.168.4.20");
        let everybody = open("192.168.4.20");
        let take = |kind, who: &Caller, count| {
            rates.take(kind, who, nat, count).unwrap();
            rates.take(kind, &everybody, None, count).unwrap();
        };
        for who in &crew {
            // At the beginning, all at one time.
            take(Kind::Change, who, 2);
            take(Kind::Audit, who, 1);
            for _ in 0..5 {
                take(Kind::Operation, who, 1_000);
            }
        }
        for second in 0..8 * 3_600 {
            clock.advance(Duration::from_secs(1));
            for (n, who) in crew.iter().enumerate() {
                if second % 5 == n % 5 {
                    take(Kind::Presence, who, 1);
                    take(Kind::Operation, who, 1);
                }
                if second % 60 == n {
                    take(Kind::Operation, who, 26);
                }
                if second % 3_600 == n {
                    take(Kind::Change, who, 1);
                    take(Kind::Call, who, 1);
                }
            }
        }
    }

    #[test]
    fn strangers_do_not_grow_memory_nor_shut_out_the_known() {
        let (rates, clock) = rates();
        let wrong = |address: [u8; 4]| rates.join(address.into(), || false);
        wrong([10, 0, 0, 1]).unwrap();
        let mut refused = 0;
        for n in 0..50_000u128 {
            let address = IpAddr::from((n << 64).to_be_bytes());
            refused += u32::from(rates.join(address, || false).is_err());
            assert!(rates.wrong_codes.known.len() <= KEYS);
            rates.take(Kind::Operation, &stranger(address), None, 1_000).ok();
            assert!(rates.kinds[Kind::Operation as usize].strangers.len() <= KEYS);
        }
        assert!(refused > 45_000, "they share one allowance, and got {refused} refusals");
        for _ in 0..9 {
            wrong([10, 0, 0, 1]).unwrap();
        }
        retry_after(wrong([10, 0, 0, 1]));
        // A member who has sent nothing yet shares nothing with them.
        for _ in 0..20 {
            rates.take(Kind::Operation, &member("1"), from("10.0.0.1"), 1_000).unwrap();
        }
        // At rest for long enough, they are forgotten, and a newcomer is told apart again.
        clock.advance(Duration::from_secs(120));
        wrong([10, 0, 0, 2]).unwrap();
        assert_eq!(rates.wrong_codes.known.len(), 1);
    }
}
