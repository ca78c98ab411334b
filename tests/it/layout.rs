//! The layout of a running audit: strings and modules added, named, moved, hidden and shown again, by the API, the
//! outbox of a tablet and a plan; and the same on another hub, after a restart, and for clients of v3.3.

use crate::common::peers::{join, meet};
use crate::common::{NOW, TestHub, mark};
use fieldhub::domain::import;
use hyper::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const PATH: &str = "/api/v1/audits/jalibat";

async fn change(hub: &TestHub, body: Value) -> Value {
    let answer = hub.client.post(&format!("{PATH}/layout"), &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn audit(hub: &TestHub) -> Value {
    hub.client.get(PATH).await.json()
}

/// Number and length of each string that is shown.
fn strings(audit: &Value) -> Vec<(u64, u64)> {
    let all = audit["strings"].as_array().unwrap().iter();
    all.map(|s| (s["number"].as_u64().unwrap(), s["module_count"].as_u64().unwrap())).collect()
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|m| m["module_id"].as_str().unwrap()).collect()
}

/// A change as a tablet sends it, made at a time.
fn edit(at_ms: u64, what: Value) -> Value {
    let mut op = json!({
        "id": Uuid::now_v7(), "kind": "layout", "technician_id": "tech_lead", "technician_name": "Lead",
        "device_id": "dev_lead", "marked_at_ms": at_ms,
    });
    op.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
    op
}

#[tokio::test]
async fn a_string_found_on_site_is_added_marked_and_in_every_count() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW)]).await;
    let before = audit(&hub).await;
    let add = json!({ "add_string": { "module_count": 24, "name": "behind the barn", "after": 3 } });
    let layout = change(&hub, add).await;
    assert_eq!(layout["strings"][3]["number"], 11);
    let after = audit(&hub).await;
    assert_eq!((&after["string_count"], &after["module_count"]), (&json!(11), &json!(266)));
    assert_eq!(strings(&after)[2..5], [(3, 24), (11, 24), (4, 24)], "behind string 3");
    assert_eq!(after["strings"][3]["name"], "behind the barn");
    assert_ne!(after["layout_stamp"], before["layout_stamp"]);
    assert_eq!(hub.client.module("jalibat", "M001").await["status"], "dead", "no mark is touched");
    let marked = hub.client.ops("jalibat", vec![mark("S11-24", "dead", "lea", NOW)]).await;
    assert_eq!(marked[0]["outcome"], "applied");
    let module = hub.client.module("jalibat", "S11-24").await;
    assert_eq!((&module["string"], &module["position"]), (&json!(11), &json!(24)));

    // A v3.3 tablet gets it by the export, as rows that it knows, and its marks by `updates`.
    let export = hub.client.get(&format!("{PATH}/export")).await.text();
    assert!(export.contains("\"string_name\": \"behind the barn\""));
    let document = import::parse(export.as_bytes()).unwrap();
    assert_eq!(document.layout.places().len(), 266);
    let updates = hub.client.get("/api/audit/jalibat/updates?since=0").await.json();
    assert_eq!(ids(&updates["updates"]), ["M001", "S11-24"]);

    let hub = hub.restart().await;
    assert_eq!(strings(&audit(&hub).await), strings(&after), "over a restart as well");
    let named = json!({ "modules": [{ "module_id": "S11-24", "name": "by the cable" }], "add_modules": { "string": 11, "module_count": 2 } });
    change(&hub, named).await;
    assert_eq!(hub.client.module("jalibat", "S11-24").await["name"], "by the cable");
    assert_eq!(strings(&audit(&hub).await)[3], (11, 26));
    let moved = change(&hub, json!({ "move_string": { "number": 11, "after": 0 } })).await;
    assert_eq!(moved["strings"][0]["number"], 11);
}

#[tokio::test]
async fn what_is_hidden_keeps_its_marks_takes_more_and_is_offered_to_nobody() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let junk = (0..400).map(|n| mark(&format!("junk-{n}"), "dead", "eve", NOW)).collect();
    hub.client.ops("jalibat", junk).await;
    hub.client.ops("jalibat", vec![mark("M027", "ok", "lea", NOW)]).await;
    let mut feed = hub.client.live(&format!("{PATH}/live?after={}", audit(&hub).await["seq"]), None).await;
    let layout =
        change(&hub, json!({ "hide_unplaced": true, "strings": [{ "number": 2, "hidden": true }] })).await;
    assert_eq!(layout["hidden"].as_array().unwrap().len(), 424);
    let op = feed.wait("op").await.data;
    assert_eq!((&op["kind"], &op["changed"]), (&json!("layout"), &json!({ "strings": 1, "modules": 400 })));
    let seen = audit(&hub).await;
    let figures = ["module_count", "hidden_count", "marked", "defects", "string_count"]
        .map(|field| seen[field].clone());
    assert_eq!(figures, [218, 424, 0, 0, 9].map(|n| json!(n)));
    assert!(ids(&seen["modules"]).iter().all(|id| !id.starts_with("junk") && *id != "M027"));
    let csv = hub.client.get(&format!("{PATH}/export?format=csv")).await.text();
    assert_eq!(csv.lines().count(), 219);
    let json = hub.client.get(&format!("{PATH}/export")).await.json();
    assert_eq!(
        (&json["auditData"]["module_count"], &json["auditData"]["hidden_count"]),
        (&json!(218), &json!(424))
    );
    let updates = hub.client.get("/api/audit/jalibat/updates?since=0").await.json();
    assert_eq!(ids(&updates["updates"]), Vec::<&str>::new(), "v3.3 tablets are not offered it");

    // Somebody who has not heard of it marks: kept, and the lead is told.
    let late = hub.client.ops("jalibat", vec![mark("junk-7", "ok", "tom", NOW + 60_000)]).await;
    assert_eq!(late[0]["outcome"], "conflict", "taken, and otherwise than eve found it");
    assert_eq!(feed.wait("op").await.data["module"]["hidden"], true);
    let layout = hub.client.get(&format!("{PATH}/layout")).await.json();
    let told: Vec<_> =
        layout["hidden"].as_array().unwrap().iter().filter(|m| m["marked_though_hidden"] == true).collect();
    assert_eq!((told.len(), &told[0]["module_id"], &told[0]["status"]), (1, &json!("junk-7"), &json!("ok")));
    assert_eq!(audit(&hub).await["marked"], 0);
    let history = hub.client.get(&format!("{PATH}/modules/junk-7/history")).await.json();
    assert_eq!(history["entries"].as_array().unwrap().len(), 2);

    let hub = hub.restart().await;
    assert_eq!(audit(&hub).await["hidden_count"], 424);
    change(&hub, json!({ "strings": [{ "number": 2, "hidden": false }], "modules": [{ "module_id": "junk-7", "hidden": false }] })).await;
    let seen = audit(&hub).await;
    assert_eq!(
        (&seen["hidden_count"], &seen["marked"], &seen["string_count"]),
        (&json!(399), &json!(2), &json!(10))
    );
    // A second time there is nothing to hide but that one.
    let again = change(&hub, json!({ "hide_unplaced": true })).await;
    assert_eq!(again["hidden"].as_array().unwrap().len(), 400);
}

#[tokio::test]
async fn two_leads_who_were_apart_both_have_their_way_and_only_leads_have_it() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let string = |name: &str| json!({ "strings": [{ "number": 3, "name": name }] });
    let place = |n: u64, position: u64| json!({ "module_id": format!("S11-{n:02}"), "string": 11, "position": position });
    // Both have added string 11; one has 2 modules, the other 3.
    let one = edit(NOW - 5_000, json!({ "modules": [place(1, 1), place(2, 2)] }));
    let other = edit(
        NOW - 9_000,
        json!({ "modules": [place(1, 1), place(2, 2), place(3, 3)], "strings": [{ "number": 11, "name": "B" }] }),
    );
    let mut late = edit(NOW - 8_000, string("late"));
    late["device_id"] = json!("dev_other");
    let early = edit(NOW - 1_000, string("early"));
    let taken = hub.client.ops("jalibat", vec![one, early, other.clone(), late]).await;
    let outcomes: Vec<_> = taken.iter().map(|result| result["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["applied", "applied", "applied", "superseded"]);
    let seen = audit(&hub).await;
    assert_eq!(strings(&seen)[10], (11, 3));
    assert_eq!((&seen["strings"][2]["name"], &seen["strings"][10]["name"]), (&json!("early"), &json!("B")));
    assert_eq!(hub.client.ops("jalibat", vec![other]).await[0]["outcome"], "duplicate");
    // Whoever has seen it comes after it, whatever the tablet's clock says.
    let mut seen_it = edit(NOW - 3_600_000, string("after all"));
    seen_it["base"] = seen["layout_stamp"].clone();
    assert_eq!(hub.client.ops("jalibat", vec![seen_it]).await[0]["outcome"], "applied");
    assert_eq!(audit(&hub).await["strings"][2]["name"], "after all");

    for (what, field) in [
        (json!({}), "modules"),
        (json!({ "strings": [{ "number": 0, "hidden": true }] }), "number"),
        (json!({ "modules": [{ "module_id": "A", "string": 1 }] }), "position"),
        (json!({ "modules": [{ "module_id": "A B", "hidden": true }] }), "module_id"),
        (json!({ "add_string": { "number": 3, "module_count": 1 } }), "number"),
        (json!({ "add_string": { "module_count": 0 } }), "module_count"),
        (json!({ "move_string": { "number": 99, "after": 0 } }), "number"),
    ] {
        let answer = hub.client.post(&format!("{PATH}/layout"), &what).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (400, &json!(field)), "{what}");
        if what.get("add_string").is_none() && what.get("move_string").is_none() {
            let refused = hub.client.ops("jalibat", vec![edit(NOW, what.clone())]).await;
            assert_eq!(refused[0]["outcome"], "refused", "{what}");
        }
    }
    assert_eq!(
        hub.client.call(Method::POST, "/api/v1/audits/none/layout", "{\"hide_unplaced\":true}").await.status,
        404
    );
}

#[tokio::test]
async fn a_plan_is_imported_onto_an_audit_after_its_differences_were_shown() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client.ops("jalibat", vec![mark("M242", "dead", "lea", NOW)]).await;
    let plan = json!({ "name": "x", "strings": "26, 24x8, 23, 24" });
    let shown = hub.client.post(&format!("{PATH}/plan?dry_run=true"), &plan).await.json();
    assert_eq!(shown["applied"], false);
    assert_eq!((shown["new"].as_array().unwrap().len(), ids(&shown["gone"])), (24, vec!["M242"]));
    assert_eq!(audit(&hub).await["module_count"], 242, "nothing is done");
    let done = hub.client.post(&format!("{PATH}/plan"), &plan).await.json();
    assert_eq!((&done["applied"], &done["new"]), (&json!(true), &shown["new"]));
    let seen = audit(&hub).await;
    assert_eq!(
        (&seen["module_count"], &seen["hidden_count"], &seen["marked"]),
        (&json!(265), &json!(1), &json!(0))
    );
    let again = hub.client.post(&format!("{PATH}/plan"), &plan).await.json();
    assert!(["new", "moved", "gone", "back"].iter().all(|list| again[list] == json!([])), "{again}");
    let csv = hub.client.call(Method::POST, &format!("{PATH}/plan?dry_run=maybe"), "{}").await;
    assert_eq!((csv.status.as_u16(), &csv.json()["field"]), (400, &json!("dry_run")));
}

#[tokio::test]
async fn twenty_thousand_junk_modules_are_hidden_at_once_and_leave_room_for_the_real_ones() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    for from in (0..19_758).step_by(1_000) {
        let junk = (from..(from + 1_000).min(19_758)).map(|n| mark(&format!("x{n}"), "dead", "eve", NOW));
        hub.client.ops("jalibat", junk.collect()).await;
    }
    let full = hub.client.ops("jalibat", vec![mark("S11-01", "dead", "lea", NOW)]).await;
    assert_eq!(full[0]["outcome"], "refused", "20,000 are 20,000");
    let answer =
        hub.client.post(&format!("{PATH}/layout"), &json!({ "add_string": { "module_count": 1 } })).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (400, &json!("modules")));
    change(&hub, json!({ "hide_unplaced": true })).await;
    let seen = audit(&hub).await;
    assert_eq!(
        (&seen["module_count"], &seen["hidden_count"], &seen["marked"]),
        (&json!(242), &json!(19_758), &json!(0))
    );
    change(&hub, json!({ "add_string": { "module_count": 24 } })).await;
    assert_eq!(audit(&hub).await["module_count"], 266);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_hub_has_the_same_layout_whichever_way_it_came() {
    let (office, site) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    change(&site, json!({ "add_string": { "module_count": 24, "name": "11 bis" } })).await;
    change(
        &site,
        json!({ "strings": [{ "number": 2, "hidden": true }], "move_string": { "number": 11, "after": 1 } }),
    )
    .await;
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    change(&office, json!({ "strings": [{ "number": 5, "name": "five" }] })).await;
    meet(&site, &office).await;
    running.stop().await;
    for field in ["strings", "module_count", "hidden_count", "layout_stamp"] {
        assert_eq!(audit(&office).await[field], audit(&site).await[field], "{field}");
    }
    assert_eq!(strings(&audit(&office).await)[..3], [(1, 26), (11, 24), (3, 24)]);
}
