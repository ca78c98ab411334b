//! Digests of rows (SHA-256, diff): a signed list of them tells which row of a file was altered, removed, added or moved.
//!
//! Called by `page` and `export`, which write such lists, and by what checks bundles and exports. The list says where; that nothing was
//! changed is said by the signature over the whole file alone.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::sha256;

pub const ROW_DIGEST: usize = 8;

/// The beginning of its SHA-256.
pub type RowDigest = [u8; ROW_DIGEST];

pub fn row_digest(row: &[u8]) -> RowDigest {
    let [a, b, c, d, e, f, g, h, ..] = sha256(row);
    [a, b, c, d, e, f, g, h]
}

/// One difference. Places are counted from 0: `written` in the list, `found` among the rows that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowChange {
    Altered {
        written: usize,
        found: usize,
    },
    Removed {
        written: usize,
    },
    /// Before the row that was written there.
    Added {
        written: usize,
        found: usize,
    },
    Moved {
        written: usize,
        found: usize,
    },
}

/// What happened to the rows that were written, in their order.
pub fn changes(written: &[RowDigest], found: &[RowDigest]) -> Vec<RowChange> {
    if written == found {
        return Vec::new();
    }
    let mut places: HashMap<&RowDigest, VecDeque<usize>> = HashMap::new();
    written.iter().enumerate().for_each(|(at, row)| places.entry(row).or_default().push_back(at));
    let origins: Vec<Option<usize>> =
        found.iter().map(|row| places.get_mut(row).and_then(VecDeque::pop_front)).collect();
    let there: BTreeSet<usize> = origins.iter().copied().flatten().collect();
    let in_order = longest_rise(&origins);

    let (mut changes, mut w, mut f) = (Vec::new(), 0, 0);
    while w < written.len() || f < origins.len() {
        let gone = w < written.len() && !there.contains(&w);
        match origins.get(f) {
            Some(None) if gone => {
                changes.push(RowChange::Altered { written: w, found: f });
                (w, f) = (w + 1, f + 1);
            }
            _ if gone => {
                changes.push(RowChange::Removed { written: w });
                w += 1;
            }
            Some(None) => {
                changes.push(RowChange::Added { written: w, found: f });
                f += 1;
            }
            Some(Some(origin)) if !in_order.contains(origin) => {
                changes.push(RowChange::Moved { written: *origin, found: f });
                f += 1;
            }
            // The row of this place, or one that is told where it has gone to.
            Some(Some(origin)) => {
                f += usize::from(*origin == w);
                w += 1;
            }
            None => w += 1,
        }
    }
    changes
}

/// The most rows that still follow each other as they did: all others have moved.
fn longest_rise(origins: &[Option<usize>]) -> BTreeSet<usize> {
    // Of rises of each length the one that ends lowest (patience sorting), and what comes before in it.
    let (mut ends, mut before): (Vec<usize>, HashMap<usize, usize>) = (Vec::new(), HashMap::new());
    for origin in origins.iter().copied().flatten() {
        let at = ends.partition_point(|end| *end < origin);
        if let Some(shorter) = at.checked_sub(1).and_then(|at| ends.get(at)) {
            before.insert(origin, *shorter);
        }
        match ends.get_mut(at) {
            Some(end) => *end = origin,
            None => ends.push(origin),
        }
    }
    let mut rise = BTreeSet::new();
    let mut last = ends.last().copied();
    while let Some(origin) = last {
        rise.insert(origin);
        last = before.get(&origin).copied();
    }
    rise
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    fn rows(of: &[u32]) -> Vec<RowDigest> {
        of.iter().map(|row| row_digest(&row.to_le_bytes())).collect()
    }

    fn told(found: &[u32]) -> Vec<RowChange> {
        changes(&rows(&[0, 1, 2, 3, 4]), &rows(found))
    }

    #[test]
    fn each_change_is_told_with_its_place() {
        use RowChange::{Added, Altered, Moved, Removed};
        assert_eq!(told(&[0, 1, 2, 3, 4]), []);
        assert_eq!(told(&[0, 9, 2, 3, 4]), [Altered { written: 1, found: 1 }]);
        assert_eq!(told(&[0, 1, 3, 4]), [Removed { written: 2 }]);
        assert_eq!(told(&[0, 1, 2, 3]), [Removed { written: 4 }]);
        assert_eq!(told(&[9, 0, 1, 2, 3, 4]), [Added { written: 0, found: 0 }]);
        assert_eq!(told(&[0, 1, 2, 3, 4, 4]), [Added { written: 5, found: 5 }]);
        assert_eq!(told(&[0, 3, 2, 1, 4]), [Moved { written: 3, found: 1 }, Moved { written: 2, found: 2 }]);
        assert_eq!(told(&[4, 0, 1, 2, 3]), [Moved { written: 4, found: 0 }]);
        assert_eq!(told(&[0, 8, 3, 9]).len(), 3);
        assert_eq!(told(&[]).len(), 5);
    }

    proptest! {
        #[test]
        fn whatever_is_done_to_rows_is_told_and_nothing_else(
            count in 1..60_u32, how in 0..4, at in any::<Index>(), to in any::<Index>()
        ) {
            let written: Vec<u32> = (0..count).collect();
            let (at, to) = (at.index(written.len()), to.index(written.len()));
            let mut found = written.clone();
            match how {
                0 => found[at] = 1_000,
                1 => drop(found.remove(at)),
                2 => found.insert(at, 1_000),
                _ => found.swap(at, to),
            }
            let changes = changes(&rows(&written), &rows(&found));
            match how {
                0 => prop_assert_eq!(changes, [RowChange::Altered { written: at, found: at }]),
                1 => prop_assert_eq!(changes, [RowChange::Removed { written: at }]),
                2 => prop_assert_eq!(changes, [RowChange::Added { written: at, found: at }]),
                _ if at == to => prop_assert_eq!(changes, []),
                // Of two neighbours either has moved.
                _ => prop_assert!((1..=2).contains(&changes.len()) && changes.iter().all(|change| {
                    matches!(change, RowChange::Moved { written, .. } if [at, to].contains(written)
                        || written.abs_diff(at) == 1 || written.abs_diff(to) == 1)
                }), "{:?}", changes),
            }
        }
    }
}
