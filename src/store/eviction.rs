//! Cache eviction: the state of an audit that nobody looks at leaves memory, and a list still knows what to say of it. All audits
//! in memory have a bounded room: whoever brings one in sends out those that were looked at least lately.
//!
//! Called by the writer thread now and then, by `engine` when it has loaded one, and by whoever looks at all audits; calls
//! `checkpoint`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::loaded::{Audit, Loaded, NoteIndex};
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
            if audit.tail_len() > 0 || audit.is_refolded() {
                self.checkpoint_one(&audit)?;
            }
            audit.leave(&mut audit.loaded.write());
        }
        Ok(())
    }

    /// Those that were looked at least lately leave, but for `keep`, until all have their room. What is not on the disk tables yet
    /// stays until the writer has put it there.
    pub(super) fn make_room(&self, keep: &Audit) {
        for audit in self.too_many(Some(keep.no)) {
            // Somebody is looking at it, or it waits for the writer.
            let gone = audit.loaded.try_write().is_some_and(|mut slot| audit.leave(&mut slot));
            if !gone {
                self.crowded.store(true, Ordering::Relaxed);
            }
        }
    }

    /// The same by the thread that writes, when it was wanted.
    pub fn make_room_if_crowded(&self) -> Result<(), StoreError> {
        if !self.crowded.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let _turn = self.turn.lock();
        for audit in self.too_many(None) {
            if audit.tail_len() > 0 || audit.is_refolded() {
                self.checkpoint_one(&audit)?;
            }
            audit.leave(&mut audit.loaded.write());
        }
        Ok(())
    }

    /// Audits in memory for which there is no room, beginning with the one that was looked at least lately.
    fn too_many(&self, keep: Option<u32>) -> Vec<Arc<Audit>> {
        let mut in_memory = Vec::new();
        let mut bytes = 0usize;
        for audit in self.audits.read().values() {
            let Some(slot) = audit.loaded.try_read() else { continue };
            let Some(loaded) = &*slot else { continue };
            bytes += loaded.bytes();
            in_memory.push((audit.used_at.load(Ordering::Relaxed), loaded.bytes(), Arc::clone(audit)));
        }
        in_memory.sort_by_key(|(used_at, ..)| *used_at);
        // One alone may be larger.
        in_memory.pop();
        let mut too_many = Vec::new();
        for (_, freed, audit) in in_memory.into_iter().filter(|(.., audit)| Some(audit.no) != keep) {
            if bytes <= self.options.bounds.in_memory {
                break;
            }
            bytes -= freed;
            too_many.push(audit);
        }
        too_many
    }
}

impl Audit {
    /// Out of memory, when the disk tables have it all; whether it is.
    fn leave(&self, slot: &mut Option<Loaded>) -> bool {
        if let Some(loaded) = slot.take_if(|loaded| loaded.tail.is_empty() && loaded.dirty.is_empty()) {
            *self.outline.lock() = Some(loaded.state.outline());
            // Where its notes are is found again as well.
            *self.notes.lock() = NoteIndex::default();
            self.used.store(false, Ordering::Relaxed);
        }
        slot.is_none()
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
        assert_eq!(
            engine.positions(&of("quiet"), &ModuleId::parse("M001").unwrap(), 0, 99).unwrap().len(),
            5
        );

        // A mark on one that has left: nothing of it is in what a list said before.
        engine.rest().unwrap();
        engine.rest().unwrap();
        assert!(!loaded("quiet"));
        mark(&engine, "quiet", 10);
        assert_eq!((engine.head(&of("quiet")).unwrap(), engine.outline(&of("quiet")).unwrap().head), (6, 6));
    }
}
