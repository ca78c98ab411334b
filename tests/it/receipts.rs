//! What a v3.3 cloud does not hold stays on the tablets, and comes back from there: notes, marks that lost, history.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::cloud::TestCloud;
use crate::common::mark;
use crate::common::upstream::{AUDIT, Site, cloud_at, now_ms};
use serde_json::{Value, json};

/// A tablet as far as this goes: it keeps what it has sent by its place in the hub's log, forgets what a receipt says is
/// whole elsewhere (as pages of every version do by `seq`), and offers the rest to another log.
#[derive(Default)]
struct Tablet {
    sent: BTreeMap<u64, Value>,
}

impl Tablet {
    async fn send(&mut self, site: &Site, op: Value) {
        let seq = site.op(op.clone()).await["seq"].as_u64().unwrap();
        self.sent.insert(seq, op);
    }

    fn forget(&mut self, cloud: &Value) {
        let (seq, parked) = (cloud["seq"].as_u64().unwrap(), cloud["parked"].as_array().unwrap());
        self.sent.retain(|at, op| *at > seq || parked.contains(&op["module_id"]));
    }

    async fn offer_again(&mut self, site: &Site) {
        let ops: Vec<Value> = std::mem::take(&mut self.sent).into_values().collect();
        for (op, result) in ops.iter().zip(site.client.ops(AUDIT, ops.clone()).await) {
            self.sent.insert(result["seq"].as_u64().unwrap(), op.clone());
        }
    }
}

fn note(text: &str, by: &str) -> Value {
    let mut op = mark("M001", "ok", by, now_ms());
    let fields = op.as_object_mut().unwrap();
    fields.remove("status");
    fields.remove("module_id");
    fields.extend([("kind".to_owned(), json!("note")), ("text".to_owned(), json!(text))]);
    op
}

/// Ids of all that the crew has sent and the log holds.
async fn ids(site: &Site) -> BTreeSet<String> {
    let ops = site.client.get(&format!("/api/v1/audits/{AUDIT}/ops?limit=1000")).await.json();
    let sent =
        ops["ops"].as_array().unwrap().iter().filter(|op| op["kind"] == "mark" || op["kind"] == "note");
    sent.map(|op| op["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn notes_losers_and_history_outlive_a_hub_whose_cloud_holds_none_of_them() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    let backup = site.backup().await;
    let (mut lea, mut tom) = (Tablet::default(), Tablet::default());
    for n in 1..=8 {
        lea.send(&site, note(&format!("row {n} is wet"), "lea")).await;
        lea.send(&site, mark(&format!("M{n:03}"), "ok", "lea", now_ms() - 60_000)).await;
        // She had not seen it, and it lost: earlier, by another tablet.
        tom.send(&site, mark(&format!("M{n:03}"), "dead", "tom", now_ms() - 120_000)).await;
        lea.send(&site, mark(&format!("M{n:03}"), "inequality", "lea", now_ms())).await;
    }
    site.agrees_with(&cloud).await;
    let (before, shown) = (ids(&site).await, site.shows().await);
    assert_eq!(before.len(), 32);
    assert_eq!(cloud.rows(AUDIT).len(), 8, "this is all that the cloud holds");

    // The receipt says so: everything that shows has arrived, and nothing need not be kept.
    let audit = site.audit().await;
    assert_eq!((&audit["cloud"]["shown"], &audit["cloud"]["pending"]), (&audit["seq"], &json!(0)));
    assert_eq!((&audit["cloud"]["seq"], &audit["cloud"]["holds"]), (&json!(0), &json!("shown")));
    lea.forget(&audit["cloud"]);
    tom.forget(&audit["cloud"]);

    // The running hub is restored to before all of it.
    site.restore(&backup).await;
    lea.offer_again(&site).await;
    tom.offer_again(&site).await;
    let crew: BTreeSet<String> = ids(&site).await.intersection(&before).cloned().collect();
    assert_eq!(crew, before, "restored");
    site.agrees_with(&cloud).await;
    assert_eq!(site.shows().await, shown);

    // The card is dead: a new hub, with the layout and nothing else.
    drop(site);
    let mut new = Site::alone().await;
    tom.offer_again(&new).await;
    lea.offer_again(&new).await;
    new.link(vec![cloud_at("cloud", &cloud.url, None)]);
    new.agrees_with(&cloud).await;
    let crew: BTreeSet<String> = ids(&new).await.intersection(&before).cloned().collect();
    assert_eq!(crew, before, "replaced");
    assert_eq!(new.shows().await, shown);
}
