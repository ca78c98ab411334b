//! Retention of pictures that were taken out (grace period): since when no photo shows a blob, and which of them may go.
//!
//! Kept and asked by `hub::photo_retention`; calls nothing. The time is an argument, and one that has surely passed: neither the tablet
//! that took a picture out nor a hub that only guesses what time it is shortens the 30 days.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::BlobHash;

const DAY_MS: u64 = 24 * 3_600_000;
/// How long the bytes stay that no photo shows any more.
pub const KEPT_MS: u64 = 30 * DAY_MS;
/// And so much longer from when that is first noticed: a hub that was off for a month hears its tablets first, and a clock that was set
/// wrongly can be set back.
const NOTICE_MS: u64 = DAY_MS;

/// What was taken out and is still here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOutBlobs {
    /// By their hashes as text: this is a file of JSON.
    blobs: BTreeMap<String, OutBlob>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct OutBlob {
    /// Since when no photo shows it, as the hub has seen it.
    since_ms: u64,
    /// When its time was first found to be over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over_ms: Option<u64>,
}

impl TakenOutBlobs {
    /// `out`: all that no photo shows now. Which of them may go.
    pub fn look(&mut self, out: &HashSet<BlobHash>, now_ms: u64) -> Vec<BlobHash> {
        // What was put back begins anew the next time.
        self.blobs.retain(|hash, _| hash.parse().is_ok_and(|hash| out.contains(&hash)));
        let mut gone = Vec::new();
        for hash in out {
            let blob = self.blobs.entry(hash.to_string());
            let blob = blob.or_insert(OutBlob { since_ms: now_ms, over_ms: None });
            // The clock was set back.
            blob.since_ms = blob.since_ms.min(now_ms);
            if now_ms - blob.since_ms < KEPT_MS {
                blob.over_ms = None;
                continue;
            }
            let over_ms = blob.over_ms.unwrap_or(now_ms).min(now_ms);
            blob.over_ms = Some(over_ms);
            if now_ms - over_ms >= NOTICE_MS {
                gone.push(*hash);
            }
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: u64 = 1_780_000_000_000;

    fn hash(n: u8) -> BlobHash {
        BlobHash::of(&[n])
    }

    #[test]
    fn what_is_out_for_thirty_days_goes_a_day_after_that_was_seen() {
        let (mut kept, out) = (TakenOutBlobs::default(), HashSet::from([hash(1)]));
        for at in [0, KEPT_MS - 1, KEPT_MS, KEPT_MS + DAY_MS - 1] {
            assert_eq!(kept.look(&out, NOW + at), [], "{at}");
        }
        assert_eq!(kept.look(&out, NOW + KEPT_MS + DAY_MS), [hash(1)]);
    }

    #[test]
    fn what_is_put_back_begins_anew() {
        let (mut kept, out) = (TakenOutBlobs::default(), HashSet::from([hash(1)]));
        kept.look(&out, NOW);
        assert_eq!(kept.look(&HashSet::new(), NOW + KEPT_MS - 1), []);
        assert_eq!(kept, TakenOutBlobs::default());
        kept.look(&out, NOW + KEPT_MS);
        assert_eq!(kept.look(&out, NOW + 2 * KEPT_MS - 1), []);
    }

    #[test]
    fn a_clock_that_leapt_and_was_set_back_within_a_day_costs_nothing() {
        let (mut kept, out) = (TakenOutBlobs::default(), HashSet::from([hash(1)]));
        kept.look(&out, NOW);
        assert_eq!(kept.look(&out, NOW + 900 * DAY_MS), [], "somebody has set it to another year");
        assert_eq!(kept.look(&out, NOW + 900 * DAY_MS + 3_600_000), []);
        assert_eq!(kept.look(&out, NOW + DAY_MS), [], "and back");
        assert_eq!(kept.look(&out, NOW + KEPT_MS), [], "30 days, of which the leap was none");
        assert_eq!(kept.look(&out, NOW + KEPT_MS + DAY_MS), [hash(1)]);
    }

    proptest! {
        /// Whatever the clock does, nothing goes that was not seen out at two moments 31 days apart by that clock.
        #[test]
        fn nothing_goes_early(steps in prop::collection::vec((any::<bool>(), 0..80_u64), 1..60)) {
            let (mut kept, mut since) = (TakenOutBlobs::default(), None::<u64>);
            for (is_out, days) in steps {
                let now = NOW + days * DAY_MS;
                let out = if is_out { HashSet::from([hash(1)]) } else { HashSet::new() };
                since = is_out.then(|| since.unwrap_or(now).min(now));
                let gone = kept.look(&out, now);
                prop_assert!(gone.is_empty() || since.is_some_and(|since| now - since >= KEPT_MS + NOTICE_MS));
            }
        }
    }
}
