//! Matching by time: a shot belongs to the module that was marked when it was taken, or at least to the string in which people
//! marked then.
//!
//! Called by `propose`; calls `camera_clock` for the camera's clock. Two modules that were marked about as near decide nothing.

use super::camera_clock::{self, CameraClock, ClockHint};
use super::names::{at_module, at_string};
use super::shots::Shots;
use super::site::PhotoSite;
use super::{CardPicture, FoundPlace, LeftOver, MatchRule, Sureness};
use crate::domain::id::ModuleId;

/// When somebody marked a module, by the hub's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkTime {
    pub module: ModuleId,
    pub at_ms: u64,
}

/// How far from its shot a mark is at most ...
const REACH_MS: i64 = 20_000;
/// ... and how much further than that one of another module is.
const APART_MS: i64 = 4_000;
/// So near, and nothing else within three times that, is sure.
const SURE_MS: i64 = 6_000;
/// Around a shot, where marks of one string alone tell the string.
const STRING_MS: i64 = 90_000;
/// Marks of so many modules within a second were made by one tap for all of them: they say nothing of where somebody was.
const AT_ONCE: usize = 3;

/// Marks in the order of their times, without those that were made at one tap.
fn single(site: &PhotoSite, marks: &[MarkTime]) -> Vec<(i64, usize)> {
    let at = |mark: &MarkTime| Some((i64::try_from(mark.at_ms).ok()?, site.by_id(&mark.module)?));
    let mut all: Vec<(i64, usize)> = marks.iter().filter_map(at).collect();
    all.sort_unstable();
    all.dedup();
    let mut kept = Vec::with_capacity(all.len());
    for (n, (ms, module)) in all.iter().enumerate() {
        let begin = all[..n].partition_point(|(other, _)| *other < ms - 1_000);
        let end = n + all[n..].partition_point(|(other, _)| *other <= ms + 1_000);
        let around = &all[begin..end];
        // The same module twice within a second is one person who taps.
        let mut modules: Vec<usize> = around.iter().take(4 * AT_ONCE).map(|(_, module)| *module).collect();
        modules.sort_unstable();
        modules.dedup();
        if modules.len() < AT_ONCE {
            kept.push((*ms, *module));
        }
    }
    kept
}

pub(super) fn places(
    pictures: &[CardPicture],
    shots: &Shots,
    site: &PhotoSite,
    hint: ClockHint,
    marks: &[MarkTime],
) -> (Vec<Result<FoundPlace, LeftOver>>, Option<CameraClock>) {
    let marks = single(site, marks);
    let taken: Vec<u64> = shots.shots.iter().filter_map(|shot| shot.at_ms).collect();
    let moments: Vec<u64> = marks.iter().filter_map(|(ms, _)| u64::try_from(*ms).ok()).collect();
    let mut taken_sorted = taken;
    taken_sorted.sort_unstable();
    let fitted = camera_clock::fit(&taken_sorted, &moments, hint);
    let clock = fitted.or(match hint {
        ClockHint::Fit => None,
        ClockHint::Typed(add_ms) => Some(CameraClock { add_ms, fits: None }),
    });
    let mut found: Vec<Result<FoundPlace, LeftOver>> = pictures
        .iter()
        .map(|picture| {
            Err(if picture.taken_ms.is_some() { LeftOver::ClockUnknown } else { LeftOver::NoTime })
        })
        .collect();
    let Some(clock) = clock else { return (found, None) };
    let mut at: Vec<(i64, usize)> = Vec::new();
    for (number, shot) in shots.shots.iter().enumerate() {
        let ms = shot.at_ms.and_then(|ms| i64::try_from(ms).ok()?.checked_add(clock.add_ms));
        at.extend(ms.map(|ms| (ms, number)));
    }
    at.sort_unstable();
    for (n, (ms, number)) in at.iter().enumerate() {
        let others = [n.checked_sub(1).and_then(|n| at.get(n)), at.get(n + 1)];
        let place = one(site, &marks, *ms, others.map(|other| other.map(|(ms, _)| *ms)));
        shots.shots[*number].pictures.iter().for_each(|picture| found[*picture] = place.clone());
    }
    (found, Some(clock))
}

/// Of the shot at `ms`, with the shots before and after it.
fn one(
    site: &PhotoSite,
    marks: &[(i64, usize)],
    ms: i64,
    others: [Option<i64>; 2],
) -> Result<FoundPlace, LeftOver> {
    let begin = marks.partition_point(|(at, _)| *at < ms - STRING_MS);
    let end = marks.partition_point(|(at, _)| *at <= ms + STRING_MS);
    let near = &marks[begin..end];
    let far = |(at, _): &(i64, usize)| (at - ms).abs();
    let Some(nearest) = near.iter().min_by_key(|mark| far(mark)) else { return Err(LeftOver::NoMarkNear) };
    let (mark_ms, module) = *nearest;
    let distance = far(nearest);
    let next = near.iter().filter(|(_, other)| *other != module).map(far).min().unwrap_or(i64::MAX);
    // The mark may be that of a shot that is nearer to it.
    let taken = others.into_iter().flatten().any(|other| (mark_ms - other).abs() <= distance);
    let clear = next >= distance.saturating_mul(2) && next - distance >= APART_MS;
    if distance <= REACH_MS && clear && !taken {
        let sure = distance <= SURE_MS && next >= 3 * distance.max(SURE_MS / 2);
        let sure = if sure { Sureness::Sure } else { Sureness::Likely };
        return at_module(site, module, MatchRule::Time, sure);
    }
    let string = site.places()[module].string;
    // From both sides: the next string may begin with this very shot.
    let inside = near.iter().any(|(at, _)| *at <= ms) && near.iter().any(|(at, _)| *at >= ms);
    if string > 0 && inside && near.iter().all(|(_, module)| site.places()[*module].string == string) {
        return Ok(at_string(string, MatchRule::Time));
    }
    Err(if inside { LeftOver::SeveralMarksNear } else { LeftOver::NoMarkNear })
}
