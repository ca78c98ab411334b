//! Invariants (oracle) of a course of events: what must hold at any moment, by what the authors had seen, and in the morning.

use std::collections::BTreeSet;

use fieldhub::domain::{Body, Mark, Op, OpId};

use super::{Course, MODULES, Showed, module};

impl Course {
    pub(super) fn showed(&self, hub: usize, n: usize) -> Showed {
        let state = self.hubs[hub].state(n);
        Showed {
            ops: self.there(hub, n),
            status: state.status(),
            comment: state.comment().map(str::to_owned),
            conflict: state.conflict(),
        }
    }

    /// What must hold at any moment, by what the authors had seen.
    pub(super) fn check(&self) {
        for (which, hub) in self.hubs.iter().enumerate() {
            let log = hub.log();
            for n in 0..MODULES as usize {
                let marks: Vec<&Op> = log.iter().filter(|op| op.body.module() == Some(&module(n))).collect();
                for earlier in &marks {
                    for later in marks.iter().filter(|op| self.made[&op.id].past.contains(&earlier.id)) {
                        assert!(
                            (earlier.stamp, earlier.id) < (later.stamp, later.id),
                            "hub {which}: {} is after {}, whose author had seen it",
                            earlier.id,
                            later.id
                        );
                    }
                }
                let state = hub.state(n);
                let conflict = self.contested(&marks, |mark| mark.status.map(|s| format!("{s:?}")))
                    || self.contested(&marks, |mark| mark.comment.clone().map(|c| format!("{c:?}")));
                assert_eq!(state.conflict(), conflict, "hub {which}, {}: a conflict", module(n));
            }
        }
    }

    /// Whether two marks of a field say different things, whose successors nobody has made.
    fn contested(&self, marks: &[&Op], said: impl Fn(&Mark) -> Option<String>) -> bool {
        let field = |op: &Op| match &op.body {
            Body::Mark(mark) => said(mark),
            _ => None,
        };
        let marks: Vec<(&OpId, String)> = marks.iter().filter_map(|op| Some((&op.id, field(op)?))).collect();
        let settled = |id: &OpId| marks.iter().any(|(other, _)| self.made[*other].past.contains(id));
        let heads: BTreeSet<&String> =
            marks.iter().filter(|(id, _)| !settled(id)).map(|(_, said)| said).collect();
        heads.len() > 1
    }

    /// Everybody is in reach, and nobody marks.
    pub fn morning(&mut self) {
        for hub in &mut self.hubs {
            hub.behind_ms = 0;
        }
        for _ in 0..2 {
            let mut order = vec![0, 1, 2];
            order.rotate_left(self.dice.below(3) as usize);
            for which in order {
                self.send(which, true);
                self.check();
            }
            if self.hubs.len() > 1 {
                self.meet();
                self.check();
            }
        }
        let all: BTreeSet<OpId> = self.made.iter().filter(|(_, made)| !made.v33).map(|(id, _)| *id).collect();
        for hub in 0..self.hubs.len() {
            let there: BTreeSet<OpId> = (0..MODULES as usize).flat_map(|n| self.there(hub, n)).collect();
            assert!(all.is_subset(&there), "hub {hub}: a mark is gone");
        }
        for (n, before) in &self.before {
            for hub in 0..self.hubs.len() {
                let now = self.showed(hub, *n);
                if now.ops == before.ops {
                    assert_eq!(&now, before, "hub {hub}, {}: what all saw before the restore", module(*n));
                }
            }
        }
        if self.hubs.len() > 1 {
            for n in 0..MODULES as usize {
                assert_eq!(self.showed(0, n), self.showed(1, n), "both hubs show the same of {}", module(n));
            }
        }
    }
}
