//! Fingerprint of a machine: what tells it, and the card or disk that a hub's data lie on, from others.
//!
//! `cli` collects the facts, `store` keeps them beside the hub's identity and compares them whenever a database is opened:
//! data that were copied wake elsewhere. Facts are kept as hashes, as backups travel.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// By kind of fact: a machine may have several of one, such as network interfaces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(BTreeMap<String, BTreeSet<Uuid>>);

impl Fingerprint {
    pub fn add(&mut self, kind: &str, fact: &[u8]) {
        const FACTS: Uuid = Uuid::from_u128(0x6669_656c_6468_7562_0000_0000_6d61_6368);
        self.0.entry(kind.to_owned()).or_default().insert(Uuid::new_v5(&FACTS, fact));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The kind of fact that tells the machine of `now` from this one. What is known of one of them alone tells nothing: a
    /// card in a USB reader hides its number, and an interface may be unplugged. One that differs is enough: to take one
    /// machine for two costs some bytes, to take two for one costs marks.
    pub fn differs_from(&self, now: &Self) -> Option<&str> {
        let differing = self.0.iter().find(|(kind, facts)| {
            now.0.get(*kind).is_some_and(|others| !others.is_empty() && facts.is_disjoint(others))
        });
        differing.map(|(kind, _)| kind.as_str())
    }

    /// What tells a hub's data here from copies of them elsewhere. The same one whenever it is asked for: data that were put
    /// back as an earlier version wrote them are no other hub.
    pub fn instance_of(&self, hub_id: Uuid) -> Uuid {
        // What somebody plugs in, or moves, counts only where there is nothing better.
        const PASSING: [&str; 2] = ["network", "directory"];
        let lasting = self.0.iter().filter(|(kind, _)| !PASSING.contains(&kind.as_str()));
        let lasting: Vec<_> = lasting.flat_map(|(_, facts)| facts).collect();
        let facts = if lasting.is_empty() { self.0.values().flatten().collect() } else { lasting };
        let bytes: Vec<u8> = facts.into_iter().flat_map(|fact| *fact.as_bytes()).collect();
        Uuid::new_v5(&hub_id, &bytes)
    }

    /// What is known of one machine by two looks at it. Of each kind, what the later one saw.
    #[must_use]
    pub fn seen_again(&self, now: &Self) -> Self {
        let mut both = self.clone();
        both.0.extend(now.0.clone());
        both
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(facts: &[(&str, &str)]) -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        facts.iter().for_each(|(kind, fact)| fingerprint.add(kind, fact.as_bytes()));
        fingerprint
    }

    #[test]
    fn one_fact_that_differs_is_another_machine_and_one_that_is_not_there_is_none() {
        let van = of(&[("board", "1000"), ("card", "SC32G"), ("network", "b8:27"), ("network", "dc:a6")]);
        assert_eq!(van.differs_from(&van), None);
        let reader = of(&[("board", "1000"), ("network", "b8:27")]);
        assert_eq!((van.differs_from(&reader), reader.differs_from(&van)), (None, None));
        assert_eq!(van.differs_from(&of(&[("board", "2000"), ("card", "SC32G")])), Some("board"));
        assert_eq!(van.differs_from(&of(&[("board", "1000"), ("card", "SC64G")])), Some("card"));
        assert_eq!(van.differs_from(&of(&[("network", "00:11")])), Some("network"));
        assert_eq!(van.differs_from(&Fingerprint::default()), None);
        assert_eq!(Fingerprint::default().differs_from(&van), None);
    }

    #[test]
    fn an_instance_is_of_one_hub_on_one_machine_and_the_same_whenever_it_is_asked_for() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let van = of(&[("board", "1000"), ("card", "SC32G"), ("network", "b8:27")]);
        let later = of(&[("board", "1000"), ("card", "SC32G"), ("network", "dc:a6"), ("directory", "7")]);
        assert_eq!(van.instance_of(one), later.instance_of(one));
        assert_ne!(van.instance_of(one), van.instance_of(two));
        let copy = of(&[("board", "2000"), ("card", "SC32G")]);
        assert_ne!(van.instance_of(one), copy.instance_of(one));
        // Of a router nothing better is known.
        let (router, other) = (of(&[("network", "b8:27")]), of(&[("network", "dc:a6")]));
        assert_ne!(router.instance_of(one), other.instance_of(one));
    }

    #[test]
    fn what_one_look_did_not_see_is_kept_from_the_look_before() {
        let first = of(&[("board", "1000"), ("network", "b8:27")]);
        let both = first.seen_again(&of(&[("network", "dc:a6"), ("card", "SC32G")]));
        assert_eq!(both, of(&[("board", "1000"), ("network", "dc:a6"), ("card", "SC32G")]));
        assert_eq!(both.differs_from(&of(&[("board", "2000")])), Some("board"));
    }
}
