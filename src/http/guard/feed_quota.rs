//! Feed quota: how many live feeds one device has open. `live` opens them here.
//!
//! Each feed is an open connection, so this holds no more keys than there are connections.

use std::collections::HashMap;
use std::sync::Arc;

use super::caller::{Caller, Counted};
use crate::http::error::ApiError;
use crate::http::limits::Limits;
use parking_lot::Mutex;

#[derive(Debug)]
pub struct Feeds {
    of_device: u32,
    of_address: u32,
    open: Mutex<HashMap<Box<str>, u32>>,
}

/// One open feed, however it ends.
#[derive(Debug)]
pub struct FeedGuard(Option<(Arc<Feeds>, Box<str>)>);

impl Feeds {
    pub fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            of_device: limits.feeds,
            of_address: limits.feeds_per_address,
            open: Mutex::default(),
        })
    }

    pub fn open(self: &Arc<Self>, caller: &Caller) -> Result<FeedGuard, ApiError> {
        let (key, most): (Box<str>, _) = match caller.counted() {
            None => return Ok(FeedGuard(None)),
            Some(Counted::Device(device)) => (Box::from(device), self.of_device),
            Some(Counted::Network(network)) => (network.to_string().into(), self.of_address),
        };
        let mut open = self.open.lock();
        let count = open.entry(key.clone()).or_default();
        if *count >= most {
            // Each is found out within the time of a ping when its reader has gone.
            let problem = format!("{most} live feeds are open from here already: close one first");
            return Err(ApiError::too_many(problem, std::time::Duration::from_secs(10)));
        }
        *count += 1;
        Ok(FeedGuard(Some((Arc::clone(self), key))))
    }
}

impl Drop for FeedGuard {
    fn drop(&mut self) {
        let Some((feeds, key)) = self.0.take() else { return };
        let mut open = feeds.open.lock();
        if let Some(count) = open.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                open.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_counts_while_it_is_open() {
        let feeds = Feeds::new(&Limits { feeds_per_address: 2, ..Limits::default() });
        let caller = |address: &str| Caller::Open { address: address.parse().unwrap() };
        let first = feeds.open(&caller("10.0.0.1")).unwrap();
        let second = feeds.open(&caller("10.0.0.1")).unwrap();
        assert!(feeds.open(&caller("10.0.0.1")).is_err());
        let other = feeds.open(&caller("10.0.0.2")).unwrap();
        drop(first);
        let third = feeds.open(&caller("10.0.0.1")).unwrap();
        assert!(feeds.open(&caller("10.0.0.1")).is_err());
        let admins: Vec<_> = (0..100).map(|_| feeds.open(&Caller::Admin).unwrap()).collect();
        drop((second, third, other, admins));
        assert!(feeds.open.lock().is_empty());
    }
}
