//! Delta encoding: what writer and reader of a page both know before each operation, from those before
//! it: the same on both sides, so that whatever can be told by it need not be sent.
//!
//! Called by `write` and `read`, which both tell it of every operation.

use std::collections::HashMap;

use crate::domain::id::DeviceId;
use crate::domain::stamp::actor_of;
use crate::domain::{Author, Carried, ModuleId, OpId, Seen, Stamp};

/// How the base of an operation is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseForm {
    /// Its author had seen nothing of the module.
    Nothing = 0,
    /// What the operations of this module before it, in this page, amount to.
    Known = 1,
    /// That, and the stamps that are listed.
    More = 2,
    /// The stamps that are listed.
    Listed = 3,
}

impl BaseForm {
    pub fn of(number: u8) -> Option<Self> {
        [Self::Nothing, Self::Known, Self::More, Self::Listed].into_iter().find(|form| *form as u8 == number)
    }
}

/// Somebody with a device, as they were last.
#[derive(Debug)]
pub struct Who {
    pub author: Author,
    pub device: DeviceId,
    pub actor: u64,
    /// The time in the id of their last operation ...
    pub id_ms: u64,
    /// ... and how much later it was marked.
    pub lead: u64,
    /// The module they marked last.
    pub module: Option<ModuleId>,
    /// The times that were listed last in their bases, by the number of the actor: who goes from module to module
    /// follows those who went before.
    pub listed: HashMap<usize, u64>,
}

#[derive(Debug, Default)]
pub struct Context {
    pub who: Vec<Who>,
    /// The time in the id before.
    id_ms: u64,
    named: HashMap<(Author, DeviceId), usize>,
    /// Devices by their number.
    pub actors: Vec<u64>,
    numbered: HashMap<u64, usize>,
    seen: HashMap<ModuleId, Seen>,
}

impl Context {
    pub fn who(&self, op: &Carried) -> Option<usize> {
        self.named.get(&(op.author.clone(), op.device.clone())).copied()
    }

    pub fn name(&mut self, author: Author, device: DeviceId) -> usize {
        let actor = actor_of(device.as_str());
        self.number(actor);
        self.named.insert((author.clone(), device.clone()), self.who.len());
        self.who.push(Who {
            author,
            device,
            actor,
            id_ms: self.id_ms,
            lead: 0,
            module: None,
            listed: HashMap::new(),
        });
        self.who.len() - 1
    }

    pub fn actor(&self, actor: u64) -> Option<usize> {
        self.numbered.get(&actor).copied()
    }

    pub fn number(&mut self, actor: u64) -> usize {
        let next = self.actors.len();
        let at = *self.numbered.entry(actor).or_insert(next);
        if at == next {
            self.actors.push(actor);
        }
        at
    }

    /// What there is of a module so far.
    pub fn seen(&self, module: Option<&ModuleId>) -> Option<&Seen> {
        self.seen.get(module?)
    }

    /// An operation is told.
    pub fn learn(&mut self, op: &Carried, who: usize) {
        self.id_ms = id_ms(op.id);
        let Some(who) = self.who.get_mut(who) else { return };
        who.id_ms = self.id_ms;
        who.lead = op.marked_ms.wrapping_sub(self.id_ms);
        if let Some(module) = op.body.plainly_marked() {
            who.module = Some(module.clone());
            let seen = self.seen.entry(module.clone()).or_default();
            seen.join(&op.base);
            seen.add(op.stamp);
        }
    }
}

/// The 48 bits of time in a UUIDv7; of others, just as many bits.
pub fn id_ms(id: OpId) -> u64 {
    id.as_u64_pair().0 >> 16
}

/// What the stamp is when nothing but the claim made it.
pub fn claimed(marked_ms: u64, actor: u64) -> Stamp {
    Stamp { ms: marked_ms, counter: 0, actor }
}

/// `M099` and 1 make `M100`. `None` where there is no number to count with.
pub fn step(module: &ModuleId, step: i64) -> Option<ModuleId> {
    let (stem, digits) = numbered(module)?;
    let number = digits.parse::<u64>().ok()?.checked_add_signed(step)?;
    let width = digits.len();
    ModuleId::parse(format!("{stem}{number:0width$}")).ok()
}

/// The step that leads from one module to the other, if one does.
pub fn step_to(from: &ModuleId, to: &ModuleId) -> Option<i64> {
    let (here, there) = (numbered(from)?.1.parse::<i64>().ok()?, numbered(to)?.1.parse::<i64>().ok()?);
    let steps = there - here;
    (step(from, steps).as_ref() == Some(to)).then_some(steps)
}

/// A name, parted before the number at its end.
fn numbered(module: &ModuleId) -> Option<(&str, &str)> {
    let name = module.as_str();
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    // As many digits as any number has that can be counted with.
    let digits = &name[stem.len()..];
    (1..=18).contains(&digits.len()).then_some((stem, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_counted_as_layouts_count_them() {
        let module = |text: &str| ModuleId::parse(text).unwrap();
        let next = |text: &str, by| step(&module(text), by).map(|module| module.to_string());
        assert_eq!(next("M099", 1).as_deref(), Some("M100"));
        assert_eq!(next("M999", 1).as_deref(), Some("M1000"));
        assert_eq!(next("S3-9", 1).as_deref(), Some("S3-10"));
        assert_eq!(next("M001", -1).as_deref(), Some("M000"));
        assert_eq!(next("M000", -1), None);
        assert_eq!(next("north", 1), None);
        assert_eq!(next("9999999999999999999", 1), None);
        assert_eq!(step_to(&module("M00123"), &module("M19000")), Some(18_877));
        assert_eq!(step_to(&module("S3-12"), &module("S4-1")), None);
        assert_eq!(step_to(&module("M1000"), &module("M999")), None, "it would be M0999");
        assert_eq!(step_to(&module("M7"), &module("M7")), Some(0));
    }
}
