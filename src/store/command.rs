//! Commands and their acknowledgements: what can be written, and what is answered. Idempotent by operation id.
//!
//! `hub` makes commands and the writer thread brings them; `commit` carries them out.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StoreError;
use super::record::{LinkRow, Parked, Shadow};
use crate::domain::page::PageProofs;
use crate::domain::{Beyond, Carried, LinkName, ModuleId, NewOp, OpId, Outcome, Stamp, Token};

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

    /// Bytes that its operations take, roughly.
    pub(super) fn bytes(&self) -> usize {
        match self {
            // A page of another hub is bounded.
            Command::TakeIn(take) => take.ops.len() * size_of::<Carried>(),
            other => other.ops().iter().map(NewOp::bytes).sum(),
        }
    }

    pub(super) fn weight(&self) -> usize {
        match self {
            Command::TakeIn(take) => take.ops.len(),
            other => other.ops().len(),
        }
    }
}

/// Who tells how far a log is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Teller {
    /// Whoever has this credential: a hub of the crew.
    Member(String),
    /// Anybody, where access is open.
    Anybody,
    /// The command line of this hub.
    Administrator,
    /// The upstream of this name, whose log we read.
    Upstream(String),
    /// Somebody with a file, which may have been made by anybody.
    Bundle,
}

/// Part of another hub's log: what lies after `after`, up to `upto`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFrom {
    pub log_id: Uuid,
    pub after: u64,
    pub upto: u64,
    /// Of both.
    pub proofs: PageProofs,
    /// Who says so.
    pub by: Teller,
    /// Of the hub that says so: see `Identity`.
    pub instance: Option<Uuid>,
}

impl PageFrom {
    /// As anybody may say, without a proof.
    pub fn of(log_id: Uuid, after: u64, upto: u64) -> Self {
        let proofs = PageProofs::default();
        Self { log_id, after, upto, proofs, by: Teller::Anybody, instance: None }
    }
}

/// What an upstream is known to hold, from now on.
#[derive(Debug, Clone)]
pub struct Remember {
    pub link: LinkName,
    pub row: Option<LinkRow>,
    pub shadows: Vec<(ModuleId, Shadow)>,
    /// `None`: no longer parked.
    pub parked: Vec<(ModuleId, Option<Parked>)>,
}

impl Remember {
    pub fn of(link: LinkName) -> Self {
        Self { link, row: None, shadows: Vec::new(), parked: Vec::new() }
    }
}

/// What comes in from elsewhere at one time.
#[derive(Debug, Clone)]
pub struct TakeIn {
    pub token: Token,
    /// The audit is made when it is not there. One that was removed here stays removed.
    pub make: bool,
    pub ops: Vec<Carried>,
    pub from: Option<PageFrom>,
    /// Operations that are in `ops`, or were before, and no more: the high-water of their log stays.
    pub partial: bool,
    pub remember: Vec<Remember>,
}

impl TakeIn {
    /// Whether it begins where a log does, of which nothing is here.
    pub(super) fn begins(&self) -> Result<(), StoreError> {
        match &self.from {
            Some(from) if !self.partial && from.after > 0 => Err(StoreError::Gap { have: 0 }),
            _ => Ok(()),
        }
    }

    /// Whether what is remembered was worked out over this log, and not over one that was replaced meanwhile.
    pub(super) fn is_of(&self, log_id: Uuid) -> Result<(), StoreError> {
        let mut rows = self.remember.iter().filter_map(|remember| remember.row);
        if rows.all(|row| row.log_id == log_id) { Ok(()) } else { Err(StoreError::Replaced) }
    }

    /// Nothing but what is remembered.
    pub fn remember(token: Token, remember: Remember) -> Self {
        Self { token, make: false, ops: Vec::new(), from: None, partial: false, remember: vec![remember] }
    }
}

/// What became of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpAck {
    pub id: OpId,
    pub seq: u64,
    pub verdict: OpVerdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpVerdict {
    Logged {
        outcome: Outcome,
        stamp: Stamp,
    },
    /// This operation is in the log already, at `seq`.
    Duplicate {
        /// The one that it has here; `None` where its row cannot be read.
        stamp: Option<Stamp>,
        /// It came with another: two hubs gave it one each, and keep them.
        restamped: bool,
    },
    /// Another operation has this id, at `seq`; not stored.
    IdConflict,
    /// It would be one module too many; not stored, `seq` is 0.
    TooManyModules,
    /// Its stamp or base is beyond any clock; not stored, `seq` is 0.
    StampOutOfRange,
    /// Its audit, or its author there, has as much as may be; not stored, `seq` is 0.
    Beyond(Beyond),
}

/// What was not taken in, or not as it came: counted, and told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Oddities {
    pub id_conflicts: usize,
    pub stamps_out_of_range: usize,
    pub restamped: usize,
    /// By which bound.
    pub beyond: [usize; Beyond::ALL.len()],
}

impl Oddities {
    pub(super) fn count(&mut self, acks: &[OpAck]) {
        for ack in acks {
            match ack.verdict {
                OpVerdict::IdConflict => self.id_conflicts += 1,
                OpVerdict::StampOutOfRange => self.stamps_out_of_range += 1,
                OpVerdict::Duplicate { restamped: true, .. } => self.restamped += 1,
                OpVerdict::Duplicate { .. } | OpVerdict::Logged { .. } | OpVerdict::TooManyModules => {}
                OpVerdict::Beyond(beyond) => self.beyond[beyond as usize] += 1,
            }
        }
    }

    /// Into the log of the program: once for each batch, however many there are.
    pub(super) fn tell(&self) {
        let Self { id_conflicts, stamps_out_of_range, restamped, beyond } = *self;
        for (beyond, operations) in Beyond::ALL.into_iter().zip(beyond).filter(|(_, count)| *count > 0) {
            tracing::warn!(operations, bound = beyond.label(), "refused: {beyond}");
        }
        if id_conflicts > 0 {
            tracing::warn!(
                operations = id_conflicts,
                "refused: other operations have these ids; a tablet or a hub makes ids twice"
            );
        }
        if stamps_out_of_range > 0 {
            tracing::warn!(
                operations = stamps_out_of_range,
                "refused: their stamps are beyond the year 2100; the hub that they come from is not to be trusted"
            );
        }
        if restamped > 0 {
            tracing::warn!(
                operations = restamped,
                "known here with other stamps: hubs that were apart may show different marks of these modules \
                 until somebody marks them again"
            );
        }
    }
}
