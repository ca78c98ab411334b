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
    fn what_one_look_did_not_see_is_kept_from_the_look_before() {
        let first = of(&[("board", "1000"), ("network", "b8:27")]);
        let both = first.seen_again(&of(&[("network", "dc:a6"), ("card", "SC32G")]));
        assert_eq!(both, of(&[("board", "1000"), ("network", "dc:a6"), ("card", "SC32G")]));
        assert_eq!(both.differs_from(&of(&[("board", "2000")])), Some("board"));
    }
}
