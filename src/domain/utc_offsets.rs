//! Time zone of a place, as its offsets from UTC: which one held when (daylight saving time). Pure: nothing here knows the zones of
//! the world, whose rules change by law; whoever asks for a file knows its own place.
//!
//! Made by `http` from what a page says; used by `export`, so that each row has the time that clocks showed then.

/// A change of the offset: from then on it is so many minutes ahead.
type OffsetChange = (u64, i32);

/// No place is further from UTC.
const FURTHEST: i32 = 14 * 60;
/// Two a year, for longer than there have been audits.
const MOST: usize = 200;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UtcOffsets {
    /// In force before the first change.
    first: i32,
    /// In the order of time.
    changes: Vec<OffsetChange>,
}

impl From<i32> for UtcOffsets {
    fn from(always: i32) -> Self {
        Self { first: always, changes: Vec::new() }
    }
}

impl UtcOffsets {
    /// `60`; and with changes `60,1774746000000:120,1792890000000:60`: from each of these moments on so many minutes ahead of UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let first = minutes(parts.next()?)?;
        let mut changes: Vec<OffsetChange> = Vec::new();
        for part in parts {
            let (from, ahead) = part.split_once(':')?;
            let from = from.parse().ok()?;
            if changes.len() == MOST || changes.last().is_some_and(|(last, _)| *last >= from) {
                return None;
            }
            changes.push((from, minutes(ahead)?));
        }
        Some(Self { first, changes })
    }

    /// Minutes ahead of UTC at that moment.
    pub fn at(&self, ms: u64) -> i32 {
        let after = self.changes.partition_point(|(from, _)| *from <= ms);
        after.checked_sub(1).map_or(self.first, |at| self.changes[at].1)
    }

    /// Those that held at any of these moments, each once.
    pub fn within(&self, moments: std::ops::RangeInclusive<u64>) -> Vec<i32> {
        let changed = self.changes.iter().filter(|(from, _)| moments.contains(from)).map(|(_, ahead)| *ahead);
        let mut all = vec![self.at(*moments.start())];
        for ahead in changed {
            if !all.contains(&ahead) {
                all.push(ahead);
            }
        }
        all
    }
}

fn minutes(text: &str) -> Option<i32> {
    text.parse().ok().filter(|minutes| (-FURTHEST..=FURTHEST).contains(minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_moment_has_the_offset_that_held_then() {
        // Paris in 2026: 29 March and 25 October, at 01:00 UTC.
        let paris = UtcOffsets::parse("60,1774746000000:120,1792890000000:60").unwrap();
        let at = [0, 1_774_745_999_999, 1_774_746_000_000, 1_792_889_999_999, 1_792_890_000_000];
        assert_eq!(at.map(|ms| paris.at(ms)), [60, 60, 120, 120, 60]);
        assert_eq!(paris.within(1_780_000_000_000..=1_780_000_100_000), [120]);
        assert_eq!(paris.within(1_792_880_000_000..=1_792_890_000_000), [120, 60]);
        assert_eq!(paris.within(0..=u64::MAX), [60, 120]);
        assert_eq!(UtcOffsets::parse("-90").unwrap(), (-90).into());
        let many = format!("0{}", (0..201).map(|n| format!(",{n}:0")).collect::<String>());
        for wrong in ["", "841", "60,", "60,5", "60,5:841", "60,5:0,5:60", "60,-5:0", "60,x:0", &many] {
            assert_eq!(UtcOffsets::parse(wrong), None, "{wrong}");
        }
    }
}
