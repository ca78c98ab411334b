//! The property of an upstream's queues: nothing at their heads holds up what is behind it, be it a module or an audit that the
//! upstream refuses, or one over which it fails.

use std::collections::BTreeSet;

use fieldhub::hub::ParkedFilter;
use hyper::Method;
use serde_json::json;

use crate::common::TestHub;
use crate::common::cloud::{Fault, TestCloud};
use crate::common::dice::Dice;
use crate::common::mark;
use crate::common::peers::join;
use crate::common::upstream::{AUDIT, Site, now_ms};
use crate::common::wait::until_async;

const FIRST: &str = "aaa";

async fn make(hub: &TestHub, token: &str) {
    let body = json!({ "name": token, "token": token, "strings": "24" });
    assert!(hub.client.post("/api/v1/audits", &body).await.status.is_success());
}

fn seed() -> u64 {
    std::env::var("FIELDHUB_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7)
}

#[tokio::test]
async fn whatever_a_cloud_refuses_or_fails_over_all_the_rest_goes_up() {
    let mut dice = Dice::new(seed());
    let cloud = TestCloud::start();
    let module = |n: u64| format!("M{n:03}");
    // The first module is the head of the queue; the others are anywhere.
    let mut bad = BTreeSet::from([1]);
    bad.extend((0..4).map(|_| 2 + dice.below(38)));
    let mut fails = BTreeSet::new();
    for n in &bad {
        let status = [500, 501, 505, 404, 422][usize::try_from(dice.below(5)).unwrap()];
        // At least one that it does not refuse, and never takes.
        let status = if *n == 1 { 500 } else { status };
        if status >= 500 {
            fails.insert(module(*n));
        }
        cloud.fail(Fault::status(status).saying("no").module(&module(*n)));
    }
    // And an audit before all others, of which it says nothing at all.
    cloud.fail(Fault::status(500).saying("no").audit(FIRST));
    let site = Site::of(&cloud).await;
    make(&site, FIRST).await;
    site.client.ops(FIRST, vec![mark("M001", "dead", "night", now_ms())]).await;
    let night =
        |from: u64, to: u64| (from..to).map(|n| mark(&module(n), "dead", "night", now_ms())).collect();
    site.client.ops(AUDIT, night(1, 41)).await;
    let there = async |upto: u64| {
        until_async("all the rest is there", async || {
            let rows = cloud.rows(AUDIT);
            (1..upto).filter(|n| !bad.contains(n)).all(|n| rows.contains_key(&module(n)))
        })
        .await;
    };
    there(41).await;
    // Those that are marked later go as well, and nobody is told of what is not there.
    site.client.ops(AUDIT, night(41, 44)).await;
    there(44).await;
    let cloud_of = async || site.audit().await["cloud"].take();
    let told = cloud_of().await;
    assert!(told["shown"].as_u64() < site.audit().await["seq"].as_u64(), "{told}");

    // While others are taken and these never are, they are parked in the end, with what the cloud said.
    let mut n = 0;
    loop {
        let parked = site.hub.all_parked(&ParkedFilter::default()).unwrap();
        let names: BTreeSet<_> = parked.iter().map(|found| found.module.to_string()).collect();
        if fails.is_subset(&names) {
            break;
        }
        // Something new each time: what the cloud has is not sent.
        n += 1;
        let (other, status) = (module(50), ["ok", "dead"][n % 2]);
        site.client.ops(AUDIT, vec![mark(&other, status, "night", now_ms())]).await;
        until_async("the other is taken", async || {
            cloud.row(AUDIT, &other).is_some_and(|row| row.status == status)
        })
        .await;
    }
    let parked = site.hub.all_parked(&ParkedFilter::default()).unwrap();
    let first = parked.iter().find(|found| found.module.as_str() == "M001").unwrap();
    assert!(first.parked.reason.contains("fails over this one: it is in trouble (500: no)"), "{first:?}");

    // Healed and asked for again, all of it goes.
    cloud.heal();
    let again = site.client.post("/api/v1/upstream/retry", &json!({})).await;
    assert!(again.status.is_success(), "{}", again.text());
    site.sync_now();
    site.agrees_with(&cloud).await;
    until_async("the first audit too", async || !cloud.rows(FIRST).is_empty()).await;
}

#[tokio::test]
async fn an_audit_that_another_fieldhub_refuses_holds_up_no_other() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    for hub in [&site, &office] {
        make(hub, FIRST).await;
    }
    // Removed there, it is refused for good (410), and it is the first in every round.
    assert!(
        office.client.call(Method::DELETE, &format!("/api/v1/audits/{FIRST}"), "").await.status.is_success()
    );
    site.client.ops(FIRST, vec![mark("M001", "dead", "night", now_ms())]).await;
    let running = join(&site, &office, None);
    for (module, status) in [("M001", "dead"), ("M002", "ok")] {
        site.client.ops("jalibat", vec![mark(module, status, "night", now_ms())]).await;
        until_async("the other audit goes", async || {
            let audit = office.client.get("/api/v1/audits/jalibat").await;
            audit.status.is_success()
                && audit.json()["modules"]
                    .as_array()
                    .is_some_and(|all| all.iter().any(|m| m["module_id"] == module && m["status"] == status))
        })
        .await;
    }
    running.stop().await;
}
