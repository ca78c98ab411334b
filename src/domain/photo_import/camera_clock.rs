//! Clock of a camera, put right (cross-correlation of two series of moments): what has to be added to its times so that shots fall
//! on marks.
//!
//! Called by `by_time`. A time is only believed where shots and marks go together at one difference and at no other: a crew that
//! takes a module every twenty seconds sharp fits as well one module further, and then nothing is said.

/// What is known of the camera's clock beforehand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ClockHint {
    /// Nothing: found by best fit.
    #[default]
    Fit,
    /// What people have read off: added to the camera's times.
    Typed(i64),
}

/// The difference that is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CameraClock {
    pub add_ms: i64,
    /// Found, or put right, by best fit: so many shots of those that were looked at fall on a mark.
    pub fits: Option<(usize, usize)>,
}

/// Widths within which shots and marks of a difference lie, the narrowest first.
const WIDTHS_MS: [i64; 3] = [8_000, 16_000, 30_000];
/// Shots that fit, at least.
const FEWEST: usize = 8;
/// Differences that are looked at: 8 bytes each.
const PAIRS: usize = 600_000;
/// How far from what people have read off the best fit is looked for.
const NEAR_MS: i64 = 60_000;
/// Of marks, the latest so many.
const MARKS: usize = 20_000;

/// The best fit of `shots` to `marks`, each ascending, in milliseconds.
pub fn fit(shots: &[u64], marks: &[u64], hint: ClockHint) -> Option<CameraClock> {
    let marks = &marks[marks.len().saturating_sub(MARKS)..];
    if shots.len() < FEWEST || marks.len() < FEWEST {
        return None;
    }
    let most = (PAIRS / marks.len()).clamp(FEWEST, shots.len());
    // Spread over the whole night.
    let sample: Vec<i64> =
        (0..most).filter_map(|n| i64::try_from(shots[n * shots.len() / most]).ok()).collect();
    let marks: Vec<i64> = marks.iter().filter_map(|ms| i64::try_from(*ms).ok()).collect();
    let near = |add: &i64| match hint {
        ClockHint::Fit => true,
        ClockHint::Typed(typed) => typed.abs_diff(*add) <= NEAR_MS.unsigned_abs(),
    };
    let mut pairs: Vec<i64> = Vec::with_capacity(sample.len() * marks.len());
    for shot in &sample {
        pairs.extend(marks.iter().map(|mark| mark - shot).filter(near));
    }
    pairs.sort_unstable();
    WIDTHS_MS.iter().find_map(|width| distinct(&pairs, &sample, &marks, *width))
}

/// The difference at which most shots fall on a mark, if no other one comes near it.
fn distinct(pairs: &[i64], sample: &[i64], marks: &[i64], width: i64) -> Option<CameraClock> {
    // Pairs are more than shots where marks are dense; so the best beginnings are counted exactly.
    let (mut best, mut beginnings) = (0, Vec::new());
    let mut end = 0;
    for (begin, add) in pairs.iter().enumerate() {
        while pairs.get(end).is_some_and(|other| other - add <= width) {
            end += 1;
        }
        let count = end - begin;
        beginnings.push(count);
        best = best.max(count);
    }
    let mut candidates: Vec<usize> = (0..pairs.len()).filter(|at| beginnings[*at] * 5 >= best * 3).collect();
    candidates.sort_by_key(|at| std::cmp::Reverse(beginnings[*at]));
    candidates.truncate(400);
    let counted: Vec<(usize, i64)> =
        candidates.iter().map(|at| (fallen(sample, marks, pairs[*at], width), pairs[*at])).collect();
    let (fits, from) =
        counted.iter().copied().max_by_key(|(fits, from)| (*fits, std::cmp::Reverse(*from)))?;
    let others = counted.iter().filter(|(_, other)| other.abs_diff(from) > 2 * width.unsigned_abs());
    let other = others.map(|(fits, _)| *fits).max().unwrap_or(0);
    // Those that were not counted are at most as many as they have pairs.
    let uncounted =
        beginnings.iter().zip(pairs).filter(|(_, other)| other.abs_diff(from) > 2 * width.unsigned_abs());
    let other =
        if candidates.len() == 400 { uncounted.map(|(count, _)| *count).max().unwrap_or(0) } else { other };
    let enough = fits >= FEWEST && fits * 2 >= sample.len();
    if !enough || other * 4 > fits * 3 {
        return None;
    }
    let within = pairs.iter().filter(|add| (from..=from + width).contains(*add));
    let within: Vec<i64> = within.copied().collect();
    let middle = *within.get(within.len() / 2)?;
    Some(CameraClock { add_ms: middle, fits: Some((fits, sample.len())) })
}

/// How many shots fall on a mark of their own, when so much is added that a mark comes at most `width` later.
fn fallen(sample: &[i64], marks: &[i64], add: i64, width: i64) -> usize {
    let (mut next, mut fallen) = (0, 0);
    for shot in sample {
        let at = shot + add;
        while marks.get(next).is_some_and(|mark| *mark < at) {
            next += 1;
        }
        if marks.get(next).is_some_and(|mark| mark - at <= width) {
            fallen += 1;
            next += 1;
        }
    }
    fallen
}
