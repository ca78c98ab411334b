//! Last-writer-wins register: a value, and the operation that set it.
//!
//! Used by `merge`, and by `audit` for the audit's own data; calls nothing but `stamp`.

use serde::{Deserialize, Serialize};

use super::id::{Author, OpId};
use super::op::shown_ms;
use super::stamp::Stamp;

/// A value and the operation that set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register<T> {
    pub value: T,
    pub stamp: Stamp,
    pub op: OpId,
    pub by: Author,
    pub marked_ms: u64,
}

impl<T> Register<T> {
    pub fn shown_ms(&self) -> u64 {
        shown_ms(self.marked_ms, self.stamp)
    }
}

/// Where a register's next value comes from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub stamp: Stamp,
    pub op: OpId,
    pub by: &'a Author,
    pub marked_ms: u64,
}

/// Last writer wins; the operation's id decides between equal stamps. True when `value` shows now.
pub fn set<T>(register: &mut Option<Register<T>>, value: T, source: Source<'_>) -> bool {
    let wins = register.as_ref().is_none_or(|old| (source.stamp, source.op) > (old.stamp, old.op));
    if wins {
        *register = Some(Register {
            value,
            stamp: source.stamp,
            op: source.op,
            by: source.by.clone(),
            marked_ms: source.marked_ms,
        });
    }
    wins
}
