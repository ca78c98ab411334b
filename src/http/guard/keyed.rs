//! Keyed rate limiter: one rate for each key, by governor. The number of keys is bounded: when there is no more room, those
//! that have been at rest are forgotten, and newcomers share one allowance.
//!
//! Called by `rate_limits`.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use parking_lot::Mutex;

/// Networks or devices that are told apart; beyond what a site has, and small.
pub const KEYS: usize = 4_096;
/// Forgetting looks at every key: not for each newcomer of a flood.
pub const FORGET_EVERY: Duration = Duration::from_secs(1);

/// One rate for each key.
pub struct Keyed<K: Hash + Eq + Clone, C: Clock> {
    most: NonZeroU32,
    limiter: RateLimiter<K, Bounded<K>, C, NoOpMiddleware<C::Instant>>,
    forgot: Mutex<Option<C::Instant>>,
}

impl<K: Hash + Eq + Clone, C: Clock> Keyed<K, C> {
    pub fn new(quota: Quota, clock: C) -> Self {
        let limiter = RateLimiter::new(quota, Bounded::default(), clock);
        Self { most: quota.burst_size(), limiter, forgot: Mutex::new(None) }
    }

    /// Take so much of the key's allowance, or say how long to wait.
    pub fn take(&self, key: &K, count: usize) -> Result<(), Duration> {
        let Some(count) = NonZeroU32::new(u32::try_from(count).unwrap_or(u32::MAX)) else { return Ok(()) };
        // More than is ever allowed at once takes all there is.
        let count = count.min(self.most);
        if self.limiter.len() >= KEYS {
            self.forget();
        }
        match self.limiter.check_key_n(key, count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(later)) => Err(later.wait_time_from(self.limiter.clock().now())),
            // Left no way just above.
            Err(_) => Err(FORGET_EVERY),
        }
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.limiter.len()
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
pub struct Bounded<K> {
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
