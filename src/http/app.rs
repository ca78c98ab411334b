//! Handler state (axum), which every handler gets: the hub, and what the handlers of one hub share.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

use super::aside::Aside;
use super::conn::listener::Listeners;
use super::guard::feed_quota::Feeds;
use super::guard::rate_limits::Rates;
use super::limits::Limits;
use super::routes::live_tail::Tails;
use super::routes::states::States;
use crate::hub::Hub;

/// Steps of pictures that are written, flushed and hashed at one time, when all their bytes have come: a mark's flush waits for
/// those that the disk has in hand, and ten tablets are no faster than two.
const PHOTO_WRITES: usize = 2;

/// Handed to every layer, extractor and handler of each request: one count goes up and down, and not one for each part.
#[derive(Debug, Clone)]
pub struct App(Arc<AppParts>);

#[derive(Debug)]
pub struct AppParts {
    pub hub: Arc<Hub>,
    /// Becomes true when the hub is stopping: live streams end.
    pub stopping: watch::Receiver<bool>,
    pub tails: Arc<Tails>,
    pub rates: Arc<Rates>,
    pub feeds: Arc<Feeds>,
    pub listeners: Arc<Listeners>,
    pub states: Arc<States>,
    pub aside: Arc<Aside>,
    /// Whose step of a picture goes to the disk: taken by `photo_blobs`.
    pub photo_writes: Arc<Semaphore>,
    pub v33_makes_audits: bool,
}

impl App {
    pub fn new(
        hub: Arc<Hub>,
        limits: &Limits,
        stopping: watch::Receiver<bool>,
        listeners: Listeners,
    ) -> Self {
        let aside = Arc::new(Aside::default());
        Self(Arc::new(AppParts {
            hub,
            stopping,
            tails: Arc::default(),
            rates: Arc::new(Rates::new(limits)),
            feeds: Feeds::new(limits),
            listeners: Arc::new(listeners),
            states: States::new(Arc::clone(&aside)),
            aside,
            photo_writes: Arc::new(Semaphore::new(PHOTO_WRITES)),
            v33_makes_audits: limits.v33_makes_audits,
        }))
    }
}

impl Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}
