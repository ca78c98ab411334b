//! Pace (exponential backoff): how often the database may be opened anew because something in it cannot be read.
//!
//! Kept by the engine, asked by `recovery`.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::StoreError;

/// Reopenings because of reads: a database in which something cannot be read, whatever is done, must not be opened all day
/// long. The writer's own have no limit: nobody can mark before one succeeds.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// What a reopening has been tried for (exponential backoff).
#[derive(Debug, Default)]
pub struct Pace {
    last: Option<(Instant, Duration)>,
    /// Rows that were damaged, and were read from the disk again for it. Once more would find the same.
    damaged: HashSet<String>,
}

impl Pace {
    pub fn may(&mut self, why: &StoreError, writes: bool, now: Instant) -> bool {
        match why {
            StoreError::Damaged { record, .. } => return self.damaged.insert(record.clone()),
            _ if writes => return true,
            _ => {}
        }
        let wait = match self.last {
            Some((last, wait)) if now.duration_since(last) < wait => return false,
            Some((last, wait)) if now.duration_since(last) < wait + LONGEST => (wait * 2).min(LONGEST),
            _ => FIRST,
        };
        self.last = Some((now, wait));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_never_be_read_opens_the_database_ever_more_seldom() {
        let mut pace = Pace::default();
        let began = Instant::now();
        let failed = StoreError::Failed("EIO".to_owned());
        let opened = (0..3_600).filter(|s| pace.may(&failed, false, began + Duration::from_secs(*s))).count();
        assert!((60..70).contains(&opened), "{opened} in an hour of a reading each second");
        assert!(pace.may(&failed, true, began), "who writes is not held up");
        assert!(pace.may(&failed, false, began + Duration::from_secs(9_999)), "nor is a later accident");
    }

    #[test]
    fn a_damaged_row_is_looked_at_twice_and_no_more() {
        let mut pace = Pace::default();
        let damaged =
            |n: u32| StoreError::Damaged { record: format!("operation {n}"), problem: String::new() };
        let now = Instant::now();
        let may = [1, 2, 1, 2].map(|n| pace.may(&damaged(n), n == 2, now));
        assert_eq!(may, [true, true, false, false]);
    }
}
