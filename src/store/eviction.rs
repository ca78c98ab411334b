//! Cache eviction: the state of an audit that nobody looks at leaves memory, and a list still knows what to say of it.
//!
//! Called by the writer thread now and then, and by whoever looks at all audits; calls `checkpoint`.

use std::sync::atomic::Ordering;

use super::engine::{Audit, NoteIndex};
use super::{Engine, StoreError};
use crate::domain::audit::AuditOutline;

impl Engine {
    /// What a list says of an audit. Whoever looks at all of them keeps none in memory by that.
    pub fn outline(&self, audit: &Audit) -> Result<AuditOutline, StoreError> {
        if let Some(loaded) = &*audit.loaded.read() {
            return Ok(loaded.state.outline());
        }
        let kept = audit.outline.lock().clone();
        kept.map_or_else(|| self.view(audit, |loaded| loaded.state.outline()), Ok)
    }

    /// Where the log of an audit ends; for whoever asks this of all of them.
    pub fn head(&self, audit: &Audit) -> Result<u64, StoreError> {
        if let Some(loaded) = &*audit.loaded.read() {
            return Ok(loaded.state.head);
        }
        let kept = audit.outline.lock().as_ref().map(|outline| outline.head);
        kept.map_or_else(|| self.view(audit, |loaded| loaded.state.head), Ok)
    }

    /// Audits that nobody has looked at since the last time leave memory; what they have not on the disk tables goes
    /// there first. For the thread that writes.
    pub fn rest(&self) -> Result<(), StoreError> {
        let _turn = self.turn.lock();
        for token in self.tokens() {
            let Ok(audit) = self.audit(&token) else { continue };
            if audit.used.swap(false, Ordering::Relaxed) || audit.loaded.read().is_none() {
                continue;
            }
            if audit.tail_len() > 0 {
                self.checkpoint_one(&audit)?;
            }
            let mut slot = audit.loaded.write();
            if let Some(loaded) = slot.take_if(|loaded| loaded.tail.is_empty() && loaded.dirty.is_empty()) {
                *audit.outline.lock() = Some(loaded.state.outline());
                // Where its notes are is found again as well.
                *audit.notes.lock() = NoteIndex::default();
                audit.used.store(false, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {

    use uuid::Uuid;

    use super::super::Command;
    use super::super::testing::open;
    use super::*;
    use crate::domain::id::DeviceId;
    use crate::domain::{Author, Base, Body, Mark, ModuleId, NewOp, Seen, Status, Token};

    fn mark(engine: &Engine, token: &str, n: u128) {
        let mark = Mark::new(ModuleId::parse("M001").unwrap(), Some(Some(Status::Dead)), None).unwrap();
        let op = NewOp {
            id: Uuid::from_u128(n),
            author: Author::new("tech_1", None).unwrap(),
            device: DeviceId::parse("dev_1").unwrap(),
            marked_ms: 1,
            base: Base::Seen(Seen::default()),
            body: Body::Mark(mark),
            stamp: None,
            believed_ms: 0,
        };
        let (token, ops) = (Token::parse(token).unwrap(), vec![op]);
        engine.commit(&[Command::AppendOrMake { token, ops }], 1).remove(0).unwrap();
    }

    #[test]
    fn an_audit_that_nobody_looks_at_leaves_memory_and_comes_back_whole() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path());
        let of = |token: &str| engine.audit(&Token::parse(token).unwrap()).unwrap();
        let loaded = |token: &str| of(token).loaded.read().is_some();
        for n in 0..10 {
            mark(&engine, if n < 5 { "quiet" } else { "busy" }, n);
        }
        let before = engine.outline(&of("quiet")).unwrap();
        assert_eq!((before.head, before.counts.marked()), (5, 1));
        engine.rest().unwrap();
        assert!(loaded("quiet") && loaded("busy"), "both were used a moment ago");
        for _ in 0..3 {
            engine.view(&of("busy"), |_| ()).unwrap();
            // Lists and upstreams ask all of them, and keep none by it.
            assert_eq!(engine.outline(&of("quiet")).unwrap(), before);
            assert_eq!(engine.head(&of("quiet")).unwrap(), 5);
            engine.rest().unwrap();
            assert!(!loaded("quiet") && loaded("busy"));
        }
        let state = engine.view(&of("quiet"), |loaded| loaded.state.outline()).unwrap();
        assert_eq!(state, before, "what waited in the log was folded first");
        assert_eq!(engine.positions(&of("quiet"), &ModuleId::parse("M001").unwrap()).unwrap().len(), 5);

        // A mark on one that has left: nothing of it is in what a list said before.
        engine.rest().unwrap();
        engine.rest().unwrap();
        assert!(!loaded("quiet"));
        mark(&engine, "quiet", 10);
        assert_eq!((engine.head(&of("quiet")).unwrap(), engine.outline(&of("quiet")).unwrap().head), (6, 6));
    }
}
