//! Undo: what is put back is the finding of whoever found it, wherever it is shown, sent or taken away.

use crate::common::cloud::TestCloud;
use crate::common::peers::{join, meet, same};
use crate::common::upstream::{AUDIT, Site, cloud_at};
use crate::common::{NOW, TestHub, mark};
use serde_json::{Value, json};

const AUDIT_OF_ALL: &str = "jalibat";

/// What takes `undone` back, by its author, and puts `status` there again.
fn undo(undone: &Value, status: Value, at_ms: u64, base: &Value) -> Value {
    let mut op = mark(undone["module_id"].as_str().unwrap(), "ok", "tom", at_ms);
    op["status"] = status;
    op["base"] = base.clone();
    op["undoes"] = json!({ "id": undone["id"], "base": undone["base"] });
    op
}

/// Léa finds something and writes of it, Tom marks over it, having seen it, and takes that back.
async fn taken_back(hub: &TestHub) -> (Value, Value) {
    let mut found = mark("M001", "dead", "lea", NOW);
    found["comment"] = json!("verre cassé");
    hub.client.ops(AUDIT_OF_ALL, vec![found]).await;
    let mut over = mark("M001", "ok", "tom", NOW + 1_000);
    over["base"] = hub.client.module(AUDIT_OF_ALL, "M001").await["stamp"].clone();
    hub.client.ops(AUDIT_OF_ALL, vec![over.clone()]).await;
    let base = hub.client.module(AUDIT_OF_ALL, "M001").await["stamp"].clone();
    let back = undo(&over, json!("dead"), NOW + 2_000, &base);
    (over, back)
}

fn whose(module: &Value) -> (&str, Option<&str>, Option<u64>) {
    let by = module["technician_name"].as_str();
    (module["status"].as_str().unwrap(), by, module["updated_at_ms"].as_u64())
}

#[tokio::test]
async fn what_an_undo_puts_back_is_whoever_found_its_in_all_that_is_told_of_it() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let (_, back) = taken_back(&hub).await;
    let from = hub.client.get("/api/v1/audits/jalibat").await.json();
    let results = hub.client.ops(AUDIT_OF_ALL, vec![back.clone()]).await;
    assert_eq!(results.len(), 1, "the tablet has sent one");
    assert_eq!(results[0]["outcome"], "applied");

    let module = hub.client.module(AUDIT_OF_ALL, "M001").await;
    assert_eq!(whose(&module), ("dead", Some("lea"), Some(NOW)));
    assert_eq!((&module["conflict"], &module["comment"]), (&json!(false), &json!("verre cassé")));
    assert_eq!(results[0]["seq"], module["seq"], "its place is where all of it has been read");

    // Tablets that follow are told the same.
    let path = format!("/api/v1/audits/jalibat/ops?after={}", from["seq"]);
    let told = hub.client.get(&path).await.json();
    let kinds: Vec<&Value> = told["ops"].as_array().unwrap().iter().map(|op| &op["kind"]).collect();
    assert_eq!(kinds, ["mark", "undo"]);

    // The history says who did what.
    let history = hub.client.get("/api/v1/audits/jalibat/modules/M001/history").await.json();
    let entries = history["entries"].as_array().unwrap();
    let said: Vec<_> = entries.iter().map(|e| (e["kind"].as_str(), e["technician_name"].as_str())).collect();
    let [mark, undo] = [Some("mark"), Some("undo")];
    assert_eq!(said, [(mark, Some("lea")), (mark, Some("tom")), (mark, Some("tom")), (undo, Some("tom"))]);
    assert_eq!((&entries[3]["of"], &entries[3]["undoes"]), (&entries[2]["id"], &entries[1]["id"]));

    // Files, and v3.3 clients, which tell rows by when they were touched.
    let file = hub.client.get("/api/v1/audits/jalibat/export?format=json").await.text();
    assert!(file.contains("tech_lea") && !file.contains("tech_tom"), "{file}");
    let updates = hub.client.get("/api/audit/jalibat/updates?since=0").await.json();
    let row = &updates["updates"][0];
    assert_eq!((&row["technician_id"], &row["status"]), (&json!("tech_lea"), &json!("dead")));
    assert_eq!(row["updated_at_ms"], NOW + 2_000);

    // A repeat is one, and a restart forgets nothing.
    let again = hub.client.ops(AUDIT_OF_ALL, vec![back]).await;
    assert_eq!((&again[0]["outcome"], &again[0]["seq"]), (&json!("duplicate"), &module["seq"]));
    let hub = hub.restart().await;
    assert_eq!(hub.client.module(AUDIT_OF_ALL, "M001").await, module);
}

#[tokio::test]
async fn an_undo_of_a_first_mark_leaves_nobody_and_one_of_nothing_that_is_known_is_signed_by_its_author() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let first = mark("M002", "dead", "tom", NOW);
    hub.client.ops(AUDIT_OF_ALL, vec![first.clone()]).await;
    let base = hub.client.module(AUDIT_OF_ALL, "M002").await["stamp"].clone();
    hub.client.ops(AUDIT_OF_ALL, vec![undo(&first, Value::Null, NOW + 1_000, &base)]).await;
    assert_eq!(whose(&hub.client.module(AUDIT_OF_ALL, "M002").await), ("pending", None, None));
    // Who keeps a row of it is told all the same.
    let updates = hub.client.get("/api/audit/jalibat/updates?since=0").await.json();
    assert_eq!(updates["updates"][0]["status"], "pending");

    // A finding that this hub has lost, and that an author had seen: until its tablet sends it again.
    let lost = mark("M003", "microcracks", "lea", NOW);
    let before = TestHub::start().await;
    before.jalibat().await;
    before.client.ops(AUDIT_OF_ALL, vec![lost.clone()]).await;
    let mut over = mark("M003", "ok", "tom", NOW + 1_000);
    over["base"] = before.client.module(AUDIT_OF_ALL, "M003").await["stamp"].clone();
    let back = undo(&over, json!("microcracks"), NOW + 2_000, &over["base"]);
    hub.client.ops(AUDIT_OF_ALL, vec![over, back]).await;
    let unknown = hub.client.module(AUDIT_OF_ALL, "M003").await;
    assert_eq!(whose(&unknown), ("microcracks", Some("tom"), Some(NOW + 2_000)));
    hub.client.ops(AUDIT_OF_ALL, vec![lost]).await;
    let known = hub.client.module(AUDIT_OF_ALL, "M003").await;
    assert_eq!(whose(&known), ("microcracks", Some("lea"), Some(NOW)));

    let bad = mark("M004", "ok", "tom", NOW);
    let bad = undo(&bad, json!("dead"), NOW, &Value::Null);
    let results = hub.client.ops(
        AUDIT_OF_ALL,
        vec![{
            let mut bad = bad;
            bad["undoes"]["base"] = json!("what?");
            bad
        }],
    );
    assert!(results.await[0]["reason"].as_str().unwrap().contains("undoes.base"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_travels_to_other_hubs_and_its_author_with_it() {
    let (site, middle, office) = (TestHub::start().await, TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    let (_, back) = taken_back(&site).await;
    let up = join(&site, &middle, None);
    meet(&site, &middle).await;
    site.client.ops(AUDIT_OF_ALL, vec![back]).await;
    meet(&site, &middle).await;
    let further = join(&middle, &office, None);
    meet(&middle, &office).await;
    for hub in [&site, &middle, &office] {
        let module = hub.client.module(AUDIT_OF_ALL, "M001").await;
        assert_eq!(whose(&module), ("dead", Some("lea"), Some(NOW)));
    }
    assert!(same(&[&site, &middle, &office]));
    up.stop().await;
    further.stop().await;
}

#[tokio::test]
async fn a_v33_cloud_is_told_whose_finding_is_back() {
    let cloud = TestCloud::start();
    let mut site = Site::alone().await;
    let now = crate::common::upstream::now_ms();
    site.op(mark("M005", "dead", "lea", now)).await;
    let mut over = mark("M005", "ok", "tom", now + 1);
    over["base"] = site.client.module(AUDIT, "M005").await["stamp"].clone();
    site.op(over.clone()).await;
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.agrees_with(&cloud).await;
    assert_eq!(cloud.row(AUDIT, "M005").unwrap().technician_id, "tech_tom");
    let base = site.client.module(AUDIT, "M005").await["stamp"].clone();
    site.op(undo(&over, json!("dead"), now + 2, &base)).await;
    site.agrees_with(&cloud).await;
    let row = cloud.row(AUDIT, "M005").unwrap();
    assert_eq!((row.technician_id.as_str(), row.status.as_str()), ("tech_lea", "dead"));
}
