//! Weight (memory accounting): what the modules of an audit take of the memory of its hub, kept along with the state.
//!
//! Kept by `AuditState::publish`; `bounds` judges by it.

use std::collections::HashMap;

use crate::domain::id::TechnicianId;
use crate::domain::merge::ModuleWeight;
use crate::domain::stamp::Stamp;

/// What the modules of an audit take of the memory of its hub beyond themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditWeight {
    pub text: usize,
    pub stamps: usize,
    /// Bytes of what undos may put back.
    pub told: usize,
    /// Bytes of the comments that show, by who wrote them.
    pub texts_of: HashMap<TechnicianId, usize>,
}

impl AuditWeight {
    pub(super) fn add(&mut self, weight: ModuleWeight) {
        self.text += weight.text;
        self.stamps += weight.stamps;
        self.told += weight.told;
        if let Some((by, bytes)) = weight.shown {
            *self.texts_of.entry(by).or_default() += bytes;
        }
    }

    pub(super) fn remove(&mut self, weight: ModuleWeight) {
        self.text -= weight.text;
        self.stamps -= weight.stamps;
        self.told -= weight.told;
        if let Some((by, bytes)) = weight.shown
            && let Some(all) = self.texts_of.get_mut(&by)
        {
            *all -= bytes;
            if *all == 0 {
                self.texts_of.remove(&by);
            }
        }
    }

    /// Bytes of memory, roughly, with so many modules.
    pub fn bytes(&self, modules: usize) -> usize {
        const MODULE: usize = 800;
        modules * MODULE + self.text + self.told + self.stamps * size_of::<Stamp>()
    }
}
