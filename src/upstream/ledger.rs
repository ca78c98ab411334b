//! Data usage file: what metered links have cost today, over restarts. A hub that starts anew at each halt of the van
//! must not get a new budget each time.
//!
//! Called by `start` and by `run` after its rounds; calls `store::PrivateFile`. Written at most once a minute, to
//! spare the card: what a power cut loses of it is a minute's bytes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use super::meter::DayUsage;
use crate::store::PrivateFile;

const FILE: &str = "fieldhub.metered";
const EVERY: Duration = Duration::from_secs(60);

type Pages = BTreeMap<String, DayUsage>;

#[derive(Debug)]
pub struct Ledger {
    file: PrivateFile,
    inner: Mutex<LedgerState>,
}

#[derive(Debug, Default)]
struct LedgerState {
    pages: Pages,
    written: Pages,
    at: Option<Instant>,
}

impl Ledger {
    pub fn open(dir: &Path) -> Self {
        let file = PrivateFile::new(dir, FILE);
        let pages: Pages = match file.read() {
            Ok(pages) => pages.unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, "what metered links have cost today is not known: it counts from now on");
                Pages::new()
            }
        };
        Self { file, inner: Mutex::new(LedgerState { written: pages.clone(), pages, at: None }) }
    }

    pub fn today(&self, account: &str) -> DayUsage {
        let inner = self.inner.lock();
        inner.pages.get(account).copied().unwrap_or_default()
    }

    /// Note it, and write it down if it is time. Blocks for a flush then.
    pub fn note(&self, days: Vec<(String, DayUsage)>, at_once: bool) {
        let mut inner = self.inner.lock();
        inner.pages.extend(days);
        let due = at_once || inner.at.is_none_or(|at| at.elapsed() >= EVERY);
        if !due || inner.pages == inner.written {
            return;
        }
        inner.at = Some(Instant::now());
        match self.file.replace(&inner.pages) {
            Ok(()) => inner.written = inner.pages.clone(),
            Err(error) => tracing::warn!(%error, "what metered links cost could not be written down"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_spent_is_known_after_a_restart_and_the_card_is_spared() {
        let dir = tempfile::tempdir().unwrap();
        let (link, other) = ("modem", "other preview");
        let spent = |sent| DayUsage { day: 20_000, sent, received: 1 };
        {
            let ledger = Ledger::open(dir.path());
            assert_eq!(ledger.today(link), DayUsage::default());
            ledger.note(vec![(link.to_owned(), spent(5))], false);
            ledger.note(vec![(link.to_owned(), spent(6))], false);
            assert_eq!(Ledger::open(dir.path()).today(link), spent(5), "not a minute has passed");
            tokio::time::advance(EVERY).await;
            ledger.note(vec![(link.to_owned(), spent(7))], false);
            ledger.note(vec![(other.to_owned(), spent(8))], true);
        }
        let again = Ledger::open(dir.path());
        assert_eq!((again.today(link), again.today(other)), (spent(7), spent(8)));
        std::fs::write(dir.path().join(FILE), "rubbish").unwrap();
        assert_eq!(Ledger::open(dir.path()).today(link), DayUsage::default());
    }
}
