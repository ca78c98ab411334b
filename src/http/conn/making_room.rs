//! Admission policy (eviction, fairness): whose connection is closed for a newcomer when there is no place left.
//!
//! Pure; called by `connections`. Strangers go before members, the idle before those at work, and who has most before
//! who has few. Nobody at work goes for somebody of whom nothing is known.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// A newcomer has this long to show that it belongs here before it must make room for others.
const TRIAL: Duration = Duration::from_secs(1);
/// A connection without a request for so long is idle: whoever it is of opens another without noticing.
const IDLE: Duration = Duration::from_secs(10);
/// Connections of one member at work: more than any tablet has.
const FAIR: usize = 8;

#[derive(Debug)]
pub struct Newcomer {
    pub network: IpAddr,
    /// Connections that its network has.
    pub beside: usize,
    /// Members have called from its network.
    pub known: bool,
    /// Places that members keep from those of whom nothing is known.
    pub kept: usize,
}

/// How a connection stands, the oldest first.
#[derive(Debug)]
pub struct Standing {
    pub number: u64,
    pub network: IpAddr,
    pub age: Duration,
    pub proven: bool,
    /// The member that it is of.
    pub who: Option<Arc<str>>,
    /// For how long it has had no request; none while it has one.
    pub quiet: Option<Duration>,
}

/// The number of the one that goes, if any does.
pub fn who_goes(newcomer: &Newcomer, in_its_network: bool, open: &[Standing]) -> Option<u64> {
    let goes = match open.iter().find(|one| !one.proven) {
        // Who has been here longest without an accepted request.
        Some(stranger) if stranger.age >= TRIAL => Some(stranger),
        // One goes in a moment: until then a flood costs nobody of the crew a place.
        Some(_) => idle_of_many(open),
        None => idle(newcomer, open).or_else(|| at_work(newcomer, in_its_network, open)),
    };
    goes.map(|standing| standing.number)
}

/// One of a member who keeps more than any tablet has.
fn idle_of_many(open: &[Standing]) -> Option<&Standing> {
    let is_idle = |one: &&Standing| one.quiet.is_some_and(|quiet| quiet >= IDLE);
    let (who, many) = most(open.iter().filter(is_idle).filter_map(|one| one.who.as_ref()))?;
    open.iter().filter(is_idle).find(|one| one.who.as_ref() == Some(who)).filter(|_| many > FAIR)
}

/// Who has been idle for longest. Members keep their share from those of whom nothing is known.
fn idle<'s>(newcomer: &Newcomer, open: &'s [Standing]) -> Option<&'s Standing> {
    let members = open.iter().filter(|one| one.who.is_some()).count();
    let spared = !newcomer.known && members <= newcomer.kept;
    open.iter()
        .filter(|one| one.proven && one.quiet.is_some_and(|quiet| quiet >= IDLE))
        .filter(|one| !spared || one.who.is_none())
        .max_by_key(|one| one.quiet)
}

/// Somebody of many, for somebody of few: of one network's members the one with most connections, else of the network
/// with most.
fn at_work<'s>(newcomer: &Newcomer, in_its_network: bool, open: &'s [Standing]) -> Option<&'s Standing> {
    if in_its_network {
        let (who, many) = most(open.iter().filter_map(|one| one.who.as_ref()))?;
        return open.iter().find(|one| one.who.as_ref() == Some(who)).filter(|_| many > FAIR);
    }
    let (network, many) = most(open.iter().map(|one| &one.network))?;
    let oldest = open.iter().find(|one| one.network == *network && one.age >= TRIAL);
    oldest.filter(|_| newcomer.known && many > newcomer.beside + FAIR)
}

fn most<'s, T: Eq + std::hash::Hash>(of: impl Iterator<Item = &'s T>) -> Option<(&'s T, usize)> {
    let mut counts: HashMap<&T, usize> = HashMap::new();
    of.for_each(|one| *counts.entry(one).or_default() += 1);
    counts.into_iter().max_by_key(|(_, count)| *count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// `who` of nobody is a stranger without a proof.
    fn one(number: u64, host: u8, who: &str, quiet: Option<u32>) -> Standing {
        Standing {
            number,
            network: [10, 0, 0, host].into(),
            age: 100 * SECOND,
            proven: !who.is_empty(),
            who: (!who.is_empty()).then(|| who.into()),
            quiet: quiet.map(|seconds| seconds * SECOND),
        }
    }

    fn newcomer(known: bool, kept: usize) -> Newcomer {
        Newcomer { network: [10, 0, 0, 99].into(), beside: 0, known, kept }
    }

    #[test]
    fn strangers_go_before_the_idle_and_the_idle_before_those_at_work() {
        let mut open = vec![
            one(1, 1, "lea", None),
            one(2, 1, "lea", Some(30)),
            one(3, 2, "tom", Some(40)),
            one(4, 3, "", Some(1)),
            one(5, 3, "", None),
        ];
        for expected in [Some(4), Some(5), Some(3), Some(2), None] {
            let goes = who_goes(&newcomer(true, 0), false, &open);
            assert_eq!(goes, expected);
            open.retain(|one| Some(one.number) != goes);
        }
    }

    #[test]
    fn a_flood_from_the_crews_own_address_costs_only_those_who_keep_many() {
        let fresh = |number| Standing { age: SECOND / 2, ..one(number, 99, "", None) };
        let crew = (0..10).map(|n| one(n, 99, "lea", Some(if n < 4 { 30 } else { 1 })));
        let mut open: Vec<_> = crew.chain((10..20).map(fresh)).collect();
        assert_eq!(who_goes(&newcomer(true, 0), true, &open), None, "a few idle, many at work");
        open.extend((20..40).map(|n| one(n, 99, "rogue", Some(30))));
        assert_eq!(who_goes(&newcomer(true, 0), true, &open), Some(20));
    }

    #[test]
    fn a_flood_of_strangers_takes_no_members_place() {
        let open = [one(1, 1, "lea", Some(50)), one(2, 2, "tom", Some(50))];
        assert_eq!(who_goes(&newcomer(false, 2), false, &open), None);
        assert!(who_goes(&newcomer(false, 1), false, &open).is_some(), "beyond the share that is kept");
        assert!(who_goes(&newcomer(true, 2), false, &open).is_some());
    }

    #[test]
    fn whoever_has_most_gives_one_to_the_crew() {
        let rogue = (0..20).map(|n| one(n, 9, "rogue", None));
        let crew = (20..26).map(|n| one(n, 1, "lea", None));
        let open: Vec<_> = crew.chain(rogue).collect();
        assert_eq!(who_goes(&newcomer(true, 0), false, &open), Some(0), "the oldest of the many");
        assert_eq!(who_goes(&newcomer(false, 0), false, &open), None, "nobody at work, for a stranger");
        // Behind one address: of the member with most.
        let behind: Vec<_> =
            open.into_iter().map(|one| Standing { network: [10, 0, 0, 99].into(), ..one }).collect();
        assert_eq!(who_goes(&newcomer(true, 0), true, &behind), Some(0));
        assert_eq!(who_goes(&newcomer(true, 0), true, &behind[..6]), None, "six are few");
    }
}
