//! Modules that are named by their number: as the published v3.3 client does, and found however the number is written.

use std::io::Read;

use crate::common::cloud::{Row, TestCloud};
use crate::common::upstream::{cloud_at, now_ms};
use crate::common::wait::until_async;
use crate::common::{TestClock, TestHub, mark};
use fieldhub::domain::crew::Access;
use fieldhub::upstream::addresses::Addresses;
use hyper::Method;
use serde_json::{Value, json};

/// Made by the last program that wrote `M0001`, and killed: an audit `old` of 50 strings of 24. Léa had marked M0001
/// (dead, "glass") and M0002 (ok) when a v3.3 tablet marked M001 (microcracks), M1000, M003, and after a restart M002
/// (dead) and M004: it counted 1,204 modules, four modules too many.
const PADDED: &[u8] = include_bytes!("../fixtures/hub-padded-names.redb.gz");

async fn padded() -> TestHub {
    let dir = tempfile::tempdir().unwrap();
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(PADDED).read_to_end(&mut bytes).unwrap();
    std::fs::write(dir.path().join("fieldhub.redb"), bytes).unwrap();
    let clock = TestClock::new(true);
    clock.wall_ms.store(now_ms().max(1_796_100_000_000), std::sync::atomic::Ordering::SeqCst);
    TestHub::start_in(dir, clock, Access::Open).await
}

async fn v33(hub: &TestHub, module: &str, status: &str) {
    let body =
        json!({ "status": status, "comment": null, "technicianId": "tech_v33", "technicianName": "Tablet" });
    let answer = hub.client.post(&format!("/api/audit/old/module/{module}"), &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn outline(hub: &TestHub) -> (Value, Value) {
    let audit = hub.client.get("/api/v1/audits/old").await.json();
    let strays = audit["modules"].as_array().unwrap().iter().filter(|m| m["string"] == 0).count();
    assert_eq!(strays, 0, "no module is in string 0");
    (audit["module_count"].clone(), audit["marked"].clone())
}

#[tokio::test]
async fn a_hub_names_modules_as_the_published_client_does() {
    let hub = TestHub::start().await;
    hub.client.post("/api/v1/audits", &json!({ "name": "Large", "token": "old", "strings": "24x50" })).await;
    let audit = hub.client.get("/api/v1/audits/old").await.json();
    let name = |at: usize| audit["modules"][at]["module_id"].clone();
    assert_eq!([name(0), name(998), name(999), name(1_199)], ["M001", "M999", "M1000", "M1200"]);
    v33(&hub, "M001", "dead").await;
    v33(&hub, "M1200", "ok").await;
    assert_eq!(outline(&hub).await, (json!(1_200), json!(2)));
}

#[tokio::test]
async fn marks_that_a_version_before_took_for_new_modules_are_of_the_modules_they_meant() {
    let mut hub = padded().await;
    for restarted in [false, true] {
        if restarted {
            hub = hub.restart().await;
        }
        assert_eq!(outline(&hub).await, (json!(1_200), json!(5)), "restarted: {restarted}");
        let module = hub.client.module("old", "M0001").await;
        assert_eq!((&module["status"], &module["position"]), (&json!("microcracks"), &json!(1)));
        assert_eq!(module["comment"], Value::Null, "the v3.3 client sent none: its row is whole");
        assert_eq!(hub.client.module("old", "M0002").await["status"], "dead");
        assert_eq!(hub.client.module("old", "M0003").await["status"], "inequality");
        for name in ["M0001", "M001", "M1"] {
            let history = hub.client.get(&format!("/api/v1/audits/old/modules/{name}/history")).await.json();
            assert_eq!(history["module_id"], "M0001", "{name}");
            let said: Vec<_> = history["entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|e| (&e["module_id"], &e["status"]))
                .collect();
            let one = json!("M0001");
            assert_eq!(said, [(&one, &json!("dead")), (&one, &json!("microcracks"))], "{name}");
        }
    }
    let backup = hub.backup().await;
    hub.restore(&backup).await;
    assert_eq!(outline(&hub).await, (json!(1_200), json!(5)), "and a backup of it is whole");
}

#[tokio::test]
async fn both_forms_find_the_module_by_every_door() {
    let hub = padded().await;
    let mut feed = hub.client.live("/api/v1/audits/old/live", None).await;
    v33(&hub, "M010", "dead").await;
    let told = loop {
        let op = feed.wait("op").await.data;
        if op["technician_id"] == "tech_v33" {
            break op;
        }
    };
    assert_eq!(
        (&told["module_id"], &told["module"]["module_id"]),
        (&json!("M0010"), &json!("M0010")),
        "{told}"
    );
    let at = now_ms();
    let op = mark("M010", "ok", "lea", at);
    assert_eq!(
        hub.client.ops("old", vec![op.clone()]).await[0]["outcome"],
        "conflict",
        "it had not seen that"
    );
    assert_eq!(
        hub.client.ops("old", vec![op]).await[0]["outcome"],
        "duplicate",
        "the log keeps what was said"
    );
    hub.client.ops("old", vec![mark("M0011", "ok", "lea", at)]).await;
    // v3.3 pollers know it by their own name.
    let updates = hub.client.get("/api/audit/old/updates?since=0").await.json();
    let names: Vec<_> =
        updates["updates"].as_array().unwrap().iter().map(|u| u["module_id"].clone()).collect();
    assert!(names.contains(&json!("M010")) && names.contains(&json!("M011")), "{names:?}");
    assert!(
        !names
            .iter()
            .any(|name| name.as_str().unwrap().starts_with("M0") && name.as_str().unwrap().len() > 4)
    );
    // An import of a tablet's marks.
    let export = json!({ "auditToken": "old", "modules": [{ "module_id": "M012", "status": "dead" }] });
    assert_eq!(hub.client.post("/api/v1/audits", &export).await.status, 200);
    assert_eq!(hub.client.module("old", "M0012").await["status"], "dead");
    assert_eq!(outline(&hub).await, (json!(1_200), json!(8)));
    // And what goes out comes back as it was.
    let export = hub.client.get("/api/v1/audits/old/export").await.json();
    assert_eq!(export["modules"][9]["module_id"], "M0010", "audits that are there keep their names");
    let hub = hub.restart().await;
    assert_eq!(outline(&hub).await, (json!(1_200), json!(8)), "over a restart too");
    // A bundle carries what was said, and means the same elsewhere.
    let bundle = hub.client.get("/api/v1/bundle").await.body;
    let office = TestHub::start().await;
    assert_eq!(office.client.call(Method::POST, "/api/v1/bundle", bundle).await.status, 200);
    assert_eq!(outline(&office).await, (json!(1_200), json!(8)));
}

#[tokio::test]
async fn a_cloud_gets_and_tells_the_names_that_its_own_clients_use() {
    let cloud = TestCloud::start();
    let hub = padded().await;
    cloud.put("old", &[("M020", Row::new("dead", "tech_office", now_ms()))]);
    let running = fieldhub::upstream::start(
        &hub.hub,
        vec![cloud_at("cloud", &cloud.url, None)],
        Addresses::never,
        || 0,
    );
    until_async("the cloud has the site's marks and the site has the office's", async || {
        cloud.rows("old").len() == 6 && hub.client.module("old", "M0020").await["status"] == "dead"
    })
    .await;
    let names: Vec<_> = cloud.rows("old").into_keys().collect();
    assert_eq!(names, ["M001", "M002", "M003", "M004", "M020", "M1000"]);
    hub.client.ops("old", vec![mark("M0020", "ok", "lea", now_ms() + 1)]).await;
    until_async("the cloud's own row has the crew's answer", async || {
        cloud.row("old", "M020").is_some_and(|row| row.status == "ok")
    })
    .await;
    assert_eq!(cloud.rows("old").len(), 6);
    assert_eq!(outline(&hub).await.0, json!(1_200));
    running.stop().await;
}
