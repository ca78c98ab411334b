//! History of a module: its marks, and what was set of it, out of the log, a piece at a time, as there may be any number.
//!
//! Called by `http`; calls the engine.

use super::Hub;
use crate::domain::{ModuleId, Op, Token};
use crate::store::StoreError;

/// Marks of a module, and bytes of the log, that are read at a time for its history.
const HISTORY: usize = 256;
const PIECE: usize = 256 << 10;

impl Hub {
    /// The marks of one module, and what was set of it, that this hub has taken in after a position in its log, oldest first, and where to go on: some of
    /// them, as they may be any number. None are left when it says nowhere.
    pub fn history_after(
        &self,
        token: &Token,
        module: &ModuleId,
        after: u64,
    ) -> Result<(Vec<Op>, Option<u64>), StoreError> {
        self.reading(token, |audit| {
            let seqs = self.engine.positions(audit, module, after, HISTORY)?;
            let mut ops = self.engine.ops_at_within(audit, &seqs, PIECE)?;
            let next = match (ops.last(), seqs.last()) {
                (Some(op), Some(last)) if op.seq < *last => Some(op.seq),
                (_, Some(last)) if seqs.len() == HISTORY => Some(*last),
                _ => None,
            };
            // An index may be damaged unnoticed; the log tells.
            self.engine.view(audit, |loaded| {
                let name = loaded.state.name_of(module);
                let is_it = |id: &ModuleId| loaded.state.name_of(id) == name;
                ops.retain(|op| op.body.told_of().is_some_and(is_it));
            })?;
            Ok((ops, next))
        })
    }
}
