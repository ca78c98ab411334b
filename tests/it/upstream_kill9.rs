//! The real program, killed again and again while its marks go up: none is lost, none is doubled.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::blocking::Blocking;
use crate::common::cloud::{At, Fault, TestCloud};
use crate::common::dice::Dice;
use crate::common::marks::mark;
use crate::common::program::{Serving, program};
use crate::common::upstream::now_ms;
use crate::common::wait::until;
use rustix::process::Signal;
use serde_json::{Value, json};

const AUDIT: &str = "night";
const MODULES: usize = 1_200;

fn start(dir: &Path, cloud: &TestCloud) -> Serving {
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--upstream", &cloud.url, "--data-dir"]);
    command
        .arg(dir)
        .env("FIELDHUB_LIMITS_OPS_PER_SECOND", "100000")
        .env("FIELDHUB_LIMITS_OPS_BURST", "100000");
    Serving::spawn(command)
}

/// Every module marked, in a thousand operations at a time.
fn mark_all(address: &str, statuses: &BTreeMap<String, &str>) {
    let now_ms = now_ms();
    let op = |(module, status): (&String, &&str)| mark(module, status, "night", now_ms);
    let ops: Vec<Value> = statuses.iter().map(op).collect();
    let mut hub = Blocking::connect(address).unwrap();
    for ops in ops.chunks(1_000) {
        assert_eq!(hub.ops(AUDIT, ops).unwrap().0, 200);
    }
}

fn audit(address: &str) -> Value {
    let (status, body) =
        Blocking::connect(address).unwrap().call("GET", &format!("/api/v1/audits/{AUDIT}"), "").unwrap();
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

#[track_caller]
#[test]
fn what_was_acknowledged_goes_up_although_the_hub_is_killed_on_the_way() {
    let dir = tempfile::tempdir().unwrap();
    let cloud = TestCloud::start();
    // Slow enough to be killed in the middle; and now and then an answer is lost on its way.
    for n in 1..=5 {
        cloud.fail(Fault::cut(At::After).kind("module").skip(20 * n).times(1));
    }
    cloud.fail(Fault::slow(20).kind("module"));
    let mut dice = Dice::new(chrono::Utc::now().timestamp_millis().unsigned_abs());
    let hub = start(dir.path(), &cloud);
    let plan = json!({ "name": "Night", "token": AUDIT, "strings": "60x20" });
    let mut client = Blocking::connect(&hub.address).unwrap();
    assert_eq!(client.call("POST", "/api/v1/audits", &plan.to_string()).unwrap().0, 201);
    let layout = audit(&hub.address);
    let modules: Vec<String> = layout["modules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["module_id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(modules.len(), MODULES);
    let statuses: BTreeMap<String, &str> = modules
        .into_iter()
        .map(|module| (module, ["ok", "dead", "microcracks"][usize::try_from(dice.below(3)).unwrap()]))
        .collect();
    mark_all(&hub.address, &statuses);
    let log = audit(&hub.address)["seq"].clone();

    // Killed at five moments that nobody has chosen.
    let mut hub = Some(hub);
    for _ in 0..5 {
        let before = cloud.rows(AUDIT).len();
        let some = usize::try_from(dice.below(40)).unwrap() + 1;
        until("some go through", || cloud.rows(AUDIT).len() >= (before + some).min(MODULES));
        hub.as_ref().unwrap().signal(Signal::KILL);
        drop(hub.take());
        hub = Some(start(dir.path(), &cloud));
    }
    let there = cloud.rows(AUDIT).len();
    assert!(there < MODULES, "it was through before the last kill: that was no test");
    let hub = hub.unwrap();
    until("everything is sent", || audit(&hub.address)["cloud"]["pending"] == 0);

    let held: BTreeMap<String, String> =
        cloud.rows(AUDIT).into_iter().map(|(module, row)| (module, row.status)).collect();
    assert!(
        held.iter().map(|(m, s)| (m.as_str(), s.as_str())).eq(statuses.iter().map(|(m, s)| (m.as_str(), *s)))
    );
    let after = audit(&hub.address);
    assert_eq!(after["seq"], log, "our own marks came back as news");
    let receipt = json!({ "log_id": after["log_id"], "seq": 0, "shown": log, "holds": "shown", "pending": 0,
        "sent": after["cloud"]["sent"], "settled": [], "lacking": [], "parked": [] });
    assert_eq!(after["cloud"], receipt);
    // A kill repeats what it had not heard of: a batch each, and no more.
    let summary = cloud.summary();
    assert!(summary.of("module") <= (MODULES + 5 * 64 + 5) as u64, "{} marks", summary.of("module"));
    assert!(summary.most_in_flight <= 12, "those of a killed hub may still be under way there");

    assert_eq!(hub.stop(Signal::TERM), Some(0));
}
