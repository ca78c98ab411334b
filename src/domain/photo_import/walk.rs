//! Walking order: from the first module along the strings, or in a snake (boustrophedon) over strings or rows, a module a shot.
//!
//! Called by `propose`; calls nothing but `site` and `shots`. It knows no missing shot by itself: a long halt in the middle of a
//! string makes what follows unsure, and people say where to skip one.

use std::collections::HashSet;

use super::names::at_module;
use super::shots::Shots;
use super::site::PhotoSite;
use super::{Adjustment, FoundPlace, LeftOver, MatchRule, Sureness};
use crate::domain::id::{Invalid, ModuleId};

/// How a crew goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkPath {
    /// Each string from its first position.
    Strings,
    /// Every other string from its last position.
    SnakeStrings,
    /// Every other row from its last column; for layouts that know rows and columns.
    SnakeRows,
}

impl WalkPath {
    /// A snake as this site can have one: over rows where the first module has a row, else over strings.
    pub fn snake(site: &PhotoSite, first: &ModuleId) -> Self {
        let place = site.by_id(first).and_then(|at| site.places().get(at));
        let in_rows = place.is_some_and(|place| place.row.is_some() && place.col.is_some());
        if in_rows { Self::SnakeRows } else { Self::SnakeStrings }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    pub first: ModuleId,
    pub path: WalkPath,
    /// The other way: strings, or rows, in falling order, and without a snake also positions.
    pub backwards: bool,
}

/// A halt this many times the usual time between shots, and at least so long, may have a module in it that was passed over.
const HALT_TIMES: u64 = 4;
const HALT_MS: u64 = 60_000;

/// Modules in the order in which the walk comes to them, each with the line (string or row) that it is in.
fn path(site: &PhotoSite, walk: &Walk) -> Result<Vec<(usize, usize)>, Invalid> {
    let first = site.by_id(&walk.first);
    let first =
        first.ok_or_else(|| Invalid::new("first", format!("the audit shows no module {}", walk.first)))?;
    let places = site.places();
    let mut lines: Vec<Vec<usize>> = Vec::new();
    if walk.path == WalkPath::SnakeRows {
        let cell = |at: usize| places[at].row.zip(places[at].col);
        let mut cells: Vec<(i32, i32, usize)> =
            (0..places.len()).filter_map(|at| cell(at).map(|(row, col)| (row, col, at))).collect();
        if cell(first).is_none() {
            return Err(Invalid::new(
                "path",
                "the layout has no rows and columns here; go along the strings",
            ));
        }
        cells.sort_unstable();
        lines.extend(cells.chunk_by(|a, b| a.0 == b.0).map(|row| row.iter().map(|cell| cell.2).collect()));
    } else {
        let all: Vec<usize> = (0..places.len()).collect();
        lines.extend(all.chunk_by(|a, b| places[*a].string == places[*b].string).map(<[usize]>::to_vec));
    }
    if walk.backwards {
        lines.reverse();
    }
    let begin = lines.iter().position(|line| line.contains(&first)).unwrap_or_default();
    lines.drain(..begin);
    // Whoever begins a snake at the end of a line goes towards its beginning.
    let last_of_line = lines.first().is_some_and(|line| line.len() > 1 && line.last() == Some(&first));
    let mut falls = if walk.path == WalkPath::Strings { walk.backwards } else { last_of_line };
    for line in &mut lines {
        if falls {
            line.reverse();
        }
        falls ^= walk.path != WalkPath::Strings;
    }
    let all = lines.iter().enumerate().flat_map(|(number, line)| line.iter().map(move |at| (*at, number)));
    Ok(all.skip_while(|(at, _)| *at != first).collect())
}

/// Where each of `count` pictures belongs by a walk: with modules that were skipped, and shots that were shifted.
pub(super) fn places(
    count: usize,
    shots: &Shots,
    site: &PhotoSite,
    walk: &Walk,
    adjustments: &[Adjustment],
) -> Result<Vec<Result<FoundPlace, LeftOver>>, Invalid> {
    let skipped: HashSet<usize> = adjustments
        .iter()
        .filter_map(|adjustment| match adjustment {
            Adjustment::Skip { module } => site.by_id(module),
            _ => None,
        })
        .collect();
    let mut path = path(site, walk)?;
    path.retain(|(at, _)| !skipped.contains(at));
    let mut found = vec![Err(LeftOver::ByHand); count];
    let halt = halt(shots);
    let (mut at, mut sure, mut before) = (0_i64, Sureness::Likely, None);
    if !shots.steady {
        sure = Sureness::Unsure;
    }
    for shot in &shots.shots {
        for adjustment in adjustments {
            if let Adjustment::Shift { picture, by } = adjustment
                && shot.pictures.contains(picture)
            {
                at += i64::from(*by);
            }
        }
        let step = usize::try_from(at).ok().and_then(|at| path.get(at));
        let line = step.map(|(_, line)| *line);
        if let Some((line_before, ms_before)) = before
            && shots.steady
            && shot.at_ms.unwrap_or_default().saturating_sub(ms_before) > halt
        {
            // Between two lines everybody takes a while.
            sure = if line == line_before { Sureness::Unsure } else { Sureness::Likely };
        }
        before = Some((line, shot.at_ms.unwrap_or_default()));
        for picture in &shot.pictures {
            found[*picture] = match step {
                Some((module, _)) => at_module(site, *module, MatchRule::Order, sure),
                None => Err(LeftOver::BeyondLast),
            };
        }
        at += 1;
    }
    Ok(found)
}

fn halt(shots: &Shots) -> u64 {
    let times: Vec<u64> = shots.shots.iter().filter_map(|shot| shot.at_ms).collect();
    let mut gaps: Vec<u64> = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or_default();
    HALT_MS.max(usual.saturating_mul(HALT_TIMES))
}
