//! Counters of an audit (progress): how many modules show which status, and how many are in conflict.
//!
//! Kept by `AuditState::publish`; calls `merge` and `status`.

use crate::domain::merge::ModuleState;
use crate::domain::status::Status;

/// How many modules show which status, and how many are in conflict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    statuses: [usize; Status::ALL.len()],
    pub conflicts: usize,
}

impl Counts {
    pub fn of(&self, status: Status) -> usize {
        self.statuses[status as usize]
    }

    pub fn marked(&self) -> usize {
        self.statuses.iter().sum()
    }

    pub fn defects(&self) -> usize {
        Status::ALL.into_iter().filter(|s| s.is_defect()).map(|s| self.of(s)).sum()
    }

    pub(super) fn add(&mut self, state: &ModuleState) {
        if let Some(status) = state.status() {
            self.statuses[status as usize] += 1;
        }
        self.conflicts += usize::from(state.conflict());
    }

    pub(super) fn remove(&mut self, state: &ModuleState) {
        if let Some(status) = state.status() {
            self.statuses[status as usize] -= 1;
        }
        self.conflicts -= usize::from(state.conflict());
    }
}
