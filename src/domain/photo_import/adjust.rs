//! Adjustments of a proposal, as data: what people change before they confirm a string. Applied anew to each proposal, in their order.
//!
//! Called by `propose`; `walk` takes in by itself what moves a walk.

use std::collections::HashSet;

use super::names::at_module;
use super::site::PhotoSite;
use super::{FoundPlace, LeftOver, MatchRule, Sureness};
use crate::domain::id::{Invalid, ModuleId};
use crate::domain::photo::PhotoPlace;

/// Pictures by their numbers in the list that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adjustment {
    /// From this picture on everything is so many modules further: to the end of the walk, or else of its string.
    Shift {
        picture: usize,
        by: i32,
    },
    /// This module has no picture: what is there, and behind it, is one further.
    Skip {
        module: ModuleId,
    },
    Swap {
        picture: usize,
        with: usize,
    },
    /// It belongs to nothing. In a walk it was no step.
    Leave {
        picture: usize,
    },
    /// This one alone, by hand.
    Put {
        picture: usize,
        at: PhotoPlace,
    },
}

/// In one proposal.
const MOST: usize = 10_000;

pub(super) fn check(all: &[Adjustment], pictures: usize, site: &PhotoSite) -> Result<(), Invalid> {
    if all.len() > MOST {
        return Err(Invalid::new("adjust", format!("at most {MOST}")));
    }
    let picture = |number: usize| {
        (number < pictures)
            .then_some(())
            .ok_or_else(|| Invalid::new("adjust", format!("there is no picture {number}")))
    };
    let module = |id: &ModuleId| {
        let found = site.by_id(id).map(|_| ());
        found.ok_or_else(|| Invalid::new("adjust", format!("the audit shows no module {id}")))
    };
    for adjustment in all {
        match adjustment {
            Adjustment::Shift { picture: number, by } => {
                picture(*number)?;
                if by.unsigned_abs() as usize > site.places().len() {
                    return Err(Invalid::new("adjust", "further than the audit has modules"));
                }
            }
            Adjustment::Skip { module: id } => module(id)?,
            Adjustment::Swap { picture: one, with } => {
                picture(*one)?;
                picture(*with)?;
            }
            Adjustment::Leave { picture: number } => picture(*number)?,
            Adjustment::Put { picture: number, at } => {
                picture(*number)?;
                at.module.as_ref().map_or(Ok(()), module)?;
                if at.string.is_some_and(|string| !site.has_string(string)) {
                    return Err(Invalid::new("adjust", "the audit shows no such string"));
                }
            }
        }
    }
    Ok(())
}

/// Pictures that belong to nothing.
pub(super) fn left(all: &[Adjustment]) -> HashSet<usize> {
    let of = |adjustment: &Adjustment| match adjustment {
        Adjustment::Leave { picture } => Some(*picture),
        _ => None,
    };
    all.iter().filter_map(of).collect()
}

/// `moves`: shifts and skips too, which a walk has in it already. `shot_of`: the order in which pictures were taken.
pub(super) fn apply(
    found: &mut [Result<FoundPlace, LeftOver>],
    all: &[Adjustment],
    site: &PhotoSite,
    shot_of: &[usize],
    moves: bool,
) {
    for adjustment in all {
        match adjustment {
            Adjustment::Shift { picture, by } if moves => {
                let Some(from) = module_of(&found[*picture], site) else { continue };
                let behind = |number: usize, at: usize| at >= from && shot_of[number] >= shot_of[*picture];
                shift(found, site, from, *by, behind);
            }
            Adjustment::Skip { module } if moves => {
                let Some(from) = site.by_id(module) else { continue };
                shift(found, site, from, 1, |_, at| at >= from);
            }
            Adjustment::Shift { .. } | Adjustment::Skip { .. } => {}
            Adjustment::Swap { picture, with } => {
                found.swap(*picture, *with);
                for number in [*picture, *with] {
                    if let Ok(place) = &mut found[number] {
                        (place.rule, place.sure) = (MatchRule::Hand, Sureness::Sure);
                    }
                }
            }
            Adjustment::Leave { picture } => found[*picture] = Err(LeftOver::ByHand),
            Adjustment::Put { picture, at } => {
                found[*picture] =
                    Ok(FoundPlace { at: at.clone(), rule: MatchRule::Hand, sure: Sureness::Sure });
            }
        }
    }
}

fn module_of(found: &Result<FoundPlace, LeftOver>, site: &PhotoSite) -> Option<usize> {
    site.by_id(found.as_ref().ok()?.at.module.as_ref()?)
}

/// Those of the string of `from` that are meant; what would leave the string is left over.
fn shift(
    found: &mut [Result<FoundPlace, LeftOver>],
    site: &PhotoSite,
    from: usize,
    by: i32,
    meant: impl Fn(usize, usize) -> bool,
) {
    let string = site.places()[from].string;
    for (number, place) in found.iter_mut().enumerate() {
        let Some(at) = module_of(place, site) else { continue };
        if site.places()[at].string != string || !meant(number, at) {
            continue;
        }
        let to = i64::try_from(at).ok().and_then(|at| usize::try_from(at + i64::from(by)).ok());
        let to = to.filter(|to| site.places().get(*to).is_some_and(|place| place.string == string));
        *place = match to {
            Some(to) => at_module(site, to, MatchRule::Hand, Sureness::Likely),
            None => Err(LeftOver::BeyondLast),
        };
    }
}
