//! What can be written, and what is answered.
//!
//! `hub` makes commands and the writer thread brings them; `commit` carries them out.

use super::taken_in::TakeIn;
use crate::domain::{NewOp, OpId, Outcome, Stamp, Token};

/// What a caller wants written.
#[derive(Debug, Clone)]
pub enum Command {
    /// Append to an audit that is there.
    Append { token: Token, ops: Vec<NewOp> },
    /// Append to an audit, making it when it is not there.
    AppendOrMake { token: Token, ops: Vec<NewOp> },
    /// Make an audit with its first operations.
    Make { token: Token, ops: Vec<NewOp> },
    /// Take in operations of elsewhere as they are.
    TakeIn(Box<TakeIn>),
    /// Erase an audit. Its token may be made again; sequence numbers then go on.
    Remove { token: Token },
}

impl Command {
    pub fn token(&self) -> &Token {
        match self {
            Command::Append { token, .. }
            | Command::AppendOrMake { token, .. }
            | Command::Make { token, .. }
            | Command::Remove { token } => token,
            Command::TakeIn(take) => &take.token,
        }
    }

    pub(super) fn ops(&self) -> &[NewOp] {
        match self {
            Command::Append { ops, .. } | Command::AppendOrMake { ops, .. } | Command::Make { ops, .. } => {
                ops
            }
            Command::Remove { .. } | Command::TakeIn(_) => &[],
        }
    }

    pub(super) fn weight(&self) -> usize {
        match self {
            Command::TakeIn(take) => take.ops.len(),
            other => other.ops().len(),
        }
    }
}

/// What became of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub id: OpId,
    pub seq: u64,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Logged {
        outcome: Outcome,
        stamp: Stamp,
    },
    /// This id is in the log already, at `seq`.
    Duplicate,
    /// It would be one module too many; not stored, `seq` is 0.
    TooManyModules,
}
