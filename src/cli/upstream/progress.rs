//! Remaining time (ETA) of a catch-up, from what was seen of it so far. Pure but for the clock that is handed in.
//!
//! Called by `status`.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::print;

/// So much of a catch-up says something about the rest.
const ENOUGH: Duration = Duration::from_secs(2);

/// Where each upstream's catch-up was first seen.
#[derive(Debug, Default)]
pub struct CatchUp {
    first: HashMap<String, FirstSeen>,
}

#[derive(Debug, Clone, Copy)]
struct FirstSeen {
    at: Instant,
    done: u64,
    total: u64,
}

impl CatchUp {
    /// `█████░░░░░ 3000 of 6000 (50%), about 2 min 0 s left`; nothing when no catch-up is under way.
    pub fn line(&mut self, name: &str, (done, total): (u64, u64), now: Instant) -> Option<String> {
        if total == 0 {
            self.first.remove(name);
            return None;
        }
        let first = self.first.entry(name.to_owned()).or_insert(FirstSeen { at: now, done, total });
        if first.total != total || first.done > done {
            // Another one has begun.
            *first = FirstSeen { at: now, done, total };
        }
        let left = left(*first, done, now).map_or_else(String::new, |left| {
            format!(", about {} left", print::span(u64::try_from(left.as_millis()).unwrap_or(u64::MAX)))
        });
        Some(format!("{}{left}", print::bar(done, total)))
    }
}

fn left(first: FirstSeen, done: u64, now: Instant) -> Option<Duration> {
    let (took, came) = (now.saturating_duration_since(first.at), done - first.done);
    let rest = first.total.saturating_sub(done);
    (took >= ENOUGH && came > 0)
        .then(|| Duration::from_secs_f64(took.as_secs_f64() * rest as f64 / came as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_judged_by_what_was_seen() {
        let (mut pace, start) = (CatchUp::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(pace.line("cloud", (0, 0), start), None);
        let first = pace.line("cloud", (1_000, 5_000), start).unwrap();
        assert!(first.ends_with("1000 of 5000 (20%)"), "{first}");
        let soon = pace.line("cloud", (1_100, 5_000), after(1)).unwrap();
        assert!(soon.ends_with("(22%)"), "{soon}");
        let later = pace.line("cloud", (2_000, 5_000), after(10)).unwrap();
        assert!(later.ends_with("2000 of 5000 (40%), about 30 s left"), "{later}");
        let other = pace.line("cloud", (10, 600), after(11)).unwrap();
        assert!(other.ends_with("10 of 600 (1%)"), "{other}");
        assert_eq!(pace.line("cloud", (0, 0), after(12)), None);
    }
}
