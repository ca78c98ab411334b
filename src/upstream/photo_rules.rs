//! Rules of pictures (data budget and hours of each class): which go to and come from another fieldhub, how much in a day, and when.
//!
//! Plain values from `cli`; a link keeps a meter for each class. Pure.

use super::ledger::Ledger;
use super::meter::Meter;
use crate::domain::photo::CLASSES;
use crate::domain::{Hours, LinkName};
use crate::hub::ByClass;

/// What is set of one class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassRule {
    /// Bytes in a day; `None`: any, 0: this class does not travel.
    pub per_day: Option<u64>,
    /// When; empty is always.
    pub hours: Vec<Hours>,
}

/// Of all classes, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoRules(pub ByClass<ClassRule>);

impl Default for PhotoRules {
    /// Small ones always; what may be gigabytes in a night only where somebody allows it.
    fn default() -> Self {
        let rule = |per_day| ClassRule { per_day, hours: Vec::new() };
        Self([rule(None), rule(Some(500 << 20)), rule(Some(0))])
    }
}

impl PhotoRules {
    /// Meters that go on counting where the last run ended.
    pub(super) fn meters(self, link: &LinkName, ledger: &Ledger) -> ByClass<Meter> {
        let mut at = 0;
        self.0.map(|ClassRule { per_day, hours }| {
            at += 1;
            Meter::new(per_day, hours).resume(ledger.today(&account(link, at - 1)))
        })
    }
}

/// Where the ledger has what a class has cost: no link has such a name.
pub(super) fn account(link: &LinkName, class: usize) -> String {
    format!("{link} {}", CLASSES.get(class).map_or("", |(class, _)| *class))
}
