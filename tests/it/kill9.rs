//! The real program, killed under load again and again: what it acknowledged is there, once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::blocking::Blocking;
use crate::common::dice::Dice;
use crate::common::marks::numbered;
use crate::common::program::Serving;
use crate::common::wait::until;
use rustix::process::Signal;
use serde_json::Value;

const ROUNDS: u64 = 20;
const WRITERS: usize = 16;
const AUDIT: &str = "jalibat-demo";

/// A tablet: it keeps what it has sent until it has heard the answer, and then sends it again.
#[derive(Default)]
struct Tablet {
    /// Sent, and no answer heard.
    open: Vec<Value>,
    /// Acknowledged: id to position and what was sent.
    kept: HashMap<String, (u64, Value)>,
}

impl Tablet {
    /// Mark until the hub is gone.
    fn work(&mut self, number: usize, address: &str, mut dice: Dice, acknowledged: &AtomicUsize) {
        let Ok(mut hub) = Blocking::connect(address) else { return };
        loop {
            for _ in 0..=dice.below(4) {
                let module = usize::try_from(dice.below(104) + 1).unwrap();
                let status = ["ok", "dead", "microcracks"][usize::try_from(dice.below(3)).unwrap()];
                self.open.push(numbered(number, module, status));
            }
            let Ok((status, results)) = hub.ops(AUDIT, &self.open) else { return };
            assert_eq!(status, 200);
            assert_eq!(results.len(), self.open.len());
            acknowledged.fetch_add(results.len(), Ordering::SeqCst);
            for (result, op) in results.iter().zip(self.open.drain(..)) {
                let seq = result["seq"].as_u64().expect("nothing is refused");
                self.kept.insert(result["id"].as_str().unwrap().to_owned(), (seq, op));
            }
        }
    }
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let mut tablets: Vec<Tablet> = (0..WRITERS).map(|_| Tablet::default()).collect();
    let mut dice = Dice::new(9);
    for round in 0..ROUNDS {
        let hub = Serving::start(dir.path(), &["--demo"]);
        check(&hub.address, &tablets);

        let acknowledged = AtomicUsize::new(0);
        let enough = usize::try_from(dice.below(300)).unwrap();
        let (address, count) = (&hub.address, &acknowledged);
        std::thread::scope(|scope| {
            for (number, tablet) in tablets.iter_mut().enumerate() {
                let dice = Dice::new(round * 100 + number as u64);
                scope.spawn(move || tablet.work(number, address, dice, count));
            }
            until("enough is acknowledged", || count.load(Ordering::SeqCst) >= enough);
            hub.signal(Signal::KILL);
        });
        drop(hub);
    }

    let hub = Serving::start(dir.path(), &["--demo"]);
    check(&hub.address, &tablets);
    let cut_off: usize = tablets.iter().map(|tablet| tablet.open.len()).sum();
    assert!(cut_off > 0, "no request was cut off: that was no test");
    // Everything once more: known, at the same place; and what was cut off is taken at last.
    let mut client = Blocking::connect(&hub.address).unwrap();
    for tablet in &tablets {
        let again: Vec<Value> = tablet.kept.values().map(|(_, op)| op.clone()).collect();
        for ops in again.chunks(1_000) {
            for result in client.ops(AUDIT, ops).unwrap().1 {
                assert_eq!(result["outcome"], "duplicate", "{result}");
                assert_eq!(result["seq"].as_u64().unwrap(), tablet.kept[result["id"].as_str().unwrap()].0);
            }
        }
        for result in client.ops(AUDIT, &tablet.open).unwrap().1 {
            assert!(result["seq"].is_u64(), "{result}");
        }
    }
    check(&hub.address, &tablets);
}

/// Every acknowledged operation is in the log at the place it was told; none is there twice.
#[track_caller]
fn check(address: &str, tablets: &[Tablet]) {
    let log = Blocking::connect(address).unwrap().log(AUDIT).unwrap();
    assert!(log.iter().map(|op| op["seq"].as_u64().unwrap()).eq(1..=log.len() as u64), "gaps or repeats");
    let mut places = HashMap::new();
    for op in &log {
        let before = places.insert(op["id"].as_str().unwrap().to_owned(), op["seq"].as_u64().unwrap());
        assert_eq!(before, None, "{op} is there twice");
    }
    for (id, (seq, _)) in tablets.iter().flat_map(|tablet| &tablet.kept) {
        assert_eq!(places.get(id), Some(seq), "acknowledged and not there");
    }
}
