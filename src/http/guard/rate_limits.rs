//! Rate limits: attempts to join from one network, operations of one device.
//!
//! Handlers ask here; governor keeps the count. The number of keys is bounded: when there is no more
//! room, those that have been at rest are forgotten, and newcomers share one allowance.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use parking_lot::Mutex;

use super::caller::{Caller, Counted};
use crate::http::conn::connections;
use crate::http::error::ApiError;
use crate::http::limits::Limits;

/// Networks or devices that are told apart; beyond what a site has, and small.
const KEYS: usize = 4_096;
/// Forgetting looks at every key: not for each newcomer of a flood.
const FORGET_EVERY: Duration = Duration::from_secs(1);

/// The rates, by a clock of one's own in tests.
pub struct Rates<C: Clock = DefaultClock> {
    joins: Keyed<IpAddr, C>,
    /// Of members: they are fewer than [`KEYS`], so no stranger takes up their room.
    ops: Keyed<Box<str>, C>,
    /// Of those whose devices are not known.
    ops_of_network: Keyed<IpAddr, C>,
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
        let ops = Quota::per_second(limits.ops_per_second).allow_burst(limits.ops_burst);
        Self {
            joins: Keyed::new(Quota::per_minute(limits.joins_per_minute), clock.clone()),
            ops: Keyed::new(ops, clock.clone()),
            ops_of_network: Keyed::new(ops, clock.clone()),
        }
    }

    /// One attempt to join.
    pub fn join(&self, address: IpAddr) -> Result<(), ApiError> {
        self.joins
            .take(&connections::network(address), NonZeroU32::MIN)
            .map_err(|wait| ApiError::too_many("too many attempts to join: wait, then try again", wait))
    }

    /// So many operations of one device; where devices are not known, of one address.
    pub fn ops(&self, caller: &Caller, count: usize) -> Result<(), ApiError> {
        caller.counted().map_or(Ok(()), |counted| self.ops_of(counted, count))
    }

    fn ops_of(&self, counted: Counted<'_>, count: usize) -> Result<(), ApiError> {
        let Some(count) = u32::try_from(count).ok().and_then(NonZeroU32::new) else { return Ok(()) };
        let taken = match counted {
            Counted::Device(device) => self.ops.take(&device.into(), count),
            Counted::Network(network) => self.ops_of_network.take(&network, count),
        };
        taken.map_err(|wait| {
            ApiError::too_many("too many operations: keep the rest, and send it after a while", wait)
        })
    }
}

/// One rate for each key.
struct Keyed<K: Hash + Eq + Clone, C: Clock> {
    limiter: RateLimiter<K, Bounded<K>, C, NoOpMiddleware<C::Instant>>,
    forgot: Mutex<Option<C::Instant>>,
}

impl<K: Hash + Eq + Clone, C: Clock> Keyed<K, C> {
    fn new(quota: Quota, clock: C) -> Self {
        Self { limiter: RateLimiter::new(quota, Bounded::default(), clock), forgot: Mutex::new(None) }
    }

    /// Take so much of the key's allowance, or say how long to wait.
    fn take(&self, key: &K, count: NonZeroU32) -> Result<(), Duration> {
        if self.limiter.len() >= KEYS {
            self.forget();
        }
        match self.limiter.check_key_n(key, count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(later)) => Err(later.wait_time_from(self.limiter.clock().now())),
            // More than is ever allowed at once; the settings leave no such way.
            Err(_) => Err(FORGET_EVERY),
        }
    }

    fn forget(&self) {
        let now = self.limiter.clock().now();
        let mut forgot = self.forgot.lock();
        if forgot.is_none_or(|last| now.duration_since(last) >= Nanos::from(FORGET_EVERY)) {
            *forgot = Some(now);
            self.limiter.retain_recent();
        }
    }
}

/// What governor remembers of each key, up to [`KEYS`]; and one state that all others share.
struct Bounded<K> {
    known: Mutex<HashMap<K, InMemoryState>>,
    shared: InMemoryState,
}

impl<K> Default for Bounded<K> {
    fn default() -> Self {
        Self { known: Mutex::default(), shared: InMemoryState::default() }
    }
}

impl<K: Hash + Eq + Clone> StateStore for Bounded<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut known = self.known.lock();
        let state = if known.contains_key(key) || known.len() < KEYS {
            &*known.entry(key.clone()).or_default()
        } else {
            &self.shared
        };
        state.measure_and_replace(&NotKeyed::NonKey, measure)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for Bounded<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        // Measuring without replacing is how a state is read.
        let last = |state: &InMemoryState| {
            state.measure_and_replace(&NotKeyed::NonKey, Err::<((), Nanos), _>).err().flatten()
        };
        let mut known = self.known.lock();
        known.retain(|_, state| last(state).is_some_and(|last| last > drop_below));
    }

    fn len(&self) -> usize {
        self.known.lock().len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{StatusCode, header};
    use axum::response::IntoResponse;
    use governor::clock::FakeRelativeClock;

    use super::*;

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

    #[test]
    fn five_attempts_a_minute_and_the_sixth_is_told_when() {
        let (rates, clock) = rates();
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for n in 0..5 {
            rates.join(address(&format!("fd00::{n}"))).unwrap();
        }
        let wait = retry_after(rates.join(address("fd00::9")));
        assert!((1..=12).contains(&wait), "{wait}");
        rates.join(address("fd00:0:0:1::9")).unwrap();
        clock.advance(Duration::from_secs(wait));
        rates.join(address("fd00::9")).unwrap();
        retry_after(rates.join(address("fd00::9")));
    }

    #[test]
    fn a_tablet_sends_what_it_held_at_once_and_then_at_the_rate() {
        let (rates, clock) = rates();
        let (one, two) = (Counted::Device("dev_1"), Counted::Device("dev_2"));
        for _ in 0..20 {
            rates.ops_of(one, 1_000).unwrap();
        }
        assert_eq!(retry_after(rates.ops_of(one, 1_000)), 5);
        rates.ops_of(two, 1_000).unwrap();
        for _ in 0..100 {
            clock.advance(Duration::from_secs(5));
            rates.ops_of(one, 1_000).unwrap();
        }
        rates.ops_of(one, 0).unwrap();
    }

    #[test]
    fn a_host_with_many_ipv6_addresses_has_one_allowance() {
        let (rates, _) = rates();
        let caller = |text: &str| Caller::Open { address: text.parse().unwrap() };
        for n in 0..20 {
            rates.ops(&caller(&format!("fd00::{n}")), 1_000).unwrap();
        }
        retry_after(rates.ops(&caller("fd00::21"), 1_000));
        rates.ops(&caller("fd00:0:0:1::21"), 1_000).unwrap();
    }

    #[test]
    fn strangers_do_not_grow_memory_nor_shut_out_the_known() {
        let (rates, clock) = rates();
        rates.join(IpAddr::from([10, 0, 0, 1])).unwrap();
        let mut refused = 0;
        for n in 0..50_000u128 {
            let address = IpAddr::from((n << 64).to_be_bytes());
            refused += u32::from(rates.join(address).is_err());
            assert!(rates.joins.limiter.len() <= KEYS);
            rates.ops_of(Counted::Network(address), 1_000).ok();
            assert!(rates.ops_of_network.limiter.len() <= KEYS);
        }
        assert!(refused > 45_000, "they share one allowance, and got {refused} refusals");
        for _ in 0..4 {
            rates.join(IpAddr::from([10, 0, 0, 1])).unwrap();
        }
        retry_after(rates.join(IpAddr::from([10, 0, 0, 1])));
        // A member who has sent nothing yet shares nothing with them.
        for _ in 0..20 {
            rates.ops_of(Counted::Device("dev_1"), 1_000).unwrap();
        }
        // At rest for long enough, they are forgotten, and a newcomer is told apart again.
        clock.advance(Duration::from_secs(120));
        rates.join(IpAddr::from([10, 0, 0, 2])).unwrap();
        assert_eq!(rates.joins.limiter.len(), 1);
    }
}
