//! Network change detection: notices that this machine has another address, as somebody has plugged in a modem, or the
//! van has found a Wi-Fi.
//!
//! `run` waits for it beside its own wait, and tries at once. Looked at every few seconds, because that is the
//! same on every system and costs nothing.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use tokio::time::sleep;

const EVERY: Duration = Duration::from_secs(3);

type Look = Box<dyn Fn() -> Option<BTreeSet<IpAddr>> + Send + Sync>;

pub struct Addresses {
    look: Look,
    known: Option<BTreeSet<IpAddr>>,
}

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Addresses").field("known", &self.known).finish_non_exhaustive()
    }
}

impl Addresses {
    /// Those of this machine.
    pub fn watch() -> Self {
        Self::looking(|| {
            let interfaces = if_addrs::get_if_addrs().ok()?;
            Some(
                interfaces
                    .into_iter()
                    .filter(|i| !i.is_loopback() && !i.is_link_local())
                    .map(|i| i.ip())
                    .collect(),
            )
        })
    }

    /// Where nothing ever changes.
    pub fn never() -> Self {
        Self::looking(|| None)
    }

    fn looking(look: impl Fn() -> Option<BTreeSet<IpAddr>> + Send + Sync + 'static) -> Self {
        let known = look();
        Self { look: Box::new(look), known }
    }

    /// Returns when there is an address that was not there before. One that is gone brings no link.
    pub async fn changed(&mut self) {
        loop {
            sleep(EVERY).await;
            let Some(now) = (self.look)() else { continue };
            let known = self.known.replace(now.clone()).unwrap_or_default();
            if !now.is_subset(&known) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parking_lot::Mutex;
    use std::sync::Arc;
    use tokio::time::{Instant, timeout};

    #[tokio::test(start_paused = true)]
    async fn an_address_that_comes_wakes_and_one_that_goes_does_not() {
        let set =
            |ends: &[u8]| ends.iter().map(|end| IpAddr::from([10, 0, 0, *end])).collect::<BTreeSet<_>>();
        let machine = Arc::new(Mutex::new(Some(set(&[1]))));
        let looked = Arc::clone(&machine);
        let mut addresses = Addresses::looking(move || looked.lock().clone());
        let wait = Duration::from_secs(60);
        assert!(timeout(wait, addresses.changed()).await.is_err());
        *machine.lock() = Some(set(&[]));
        assert!(timeout(wait, addresses.changed()).await.is_err(), "gone");
        *machine.lock() = None;
        assert!(timeout(wait, addresses.changed()).await.is_err(), "it could not be looked at");
        *machine.lock() = Some(set(&[1, 2]));
        let since = Instant::now();
        addresses.changed().await;
        assert!(since.elapsed() <= EVERY);
    }
}
