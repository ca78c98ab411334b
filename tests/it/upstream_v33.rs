//! A hub and its v3.3 cloud: what the crew marked is there, what the office marked is here, nothing is doubled, and
//! nothing is overwritten by something older.

use std::collections::BTreeSet;

use crate::common::cloud::{Fault, Row, TestCloud};
use crate::common::upstream::{AUDIT, HOUR, Site, cloud_at, held, now_ms, office};
use crate::common::wait::until_async;
use crate::common::{Client, TestHub, mark};
use fieldhub::domain::Token;
use fieldhub::hub::LinkState;
use serde_json::{Value, json};

/// A mark that has seen what the module shows.
async fn informed(site: &Site, mut op: Value) -> Value {
    let module = site.client.module(AUDIT, op["module_id"].as_str().unwrap()).await;
    op["base"] = module["stamp"].clone();
    op
}

#[tokio::test]
async fn marks_go_up_once_each_and_the_offices_come_down() {
    let cloud = TestCloud::start();
    let mut site = Site::alone().await;
    // A night without a link: forty modules, ten of them marked five times over.
    let statuses = ["ok", "inequality", "microcracks", "string_open", "dead"];
    for n in 1..=40 {
        for status in if n % 4 == 0 { &statuses[..] } else { &statuses[4..] } {
            site.mark(&format!("M{n:03}"), status, "night").await;
        }
    }
    assert!(site.audit().await["cloud"].is_null(), "no upstream, no receipt");
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.agrees_with(&cloud).await;

    let summary = cloud.summary();
    assert_eq!(summary.of("module"), 40, "one for each module, however often it was marked");
    assert!((2..=6).contains(&summary.most_in_flight), "{} in flight", summary.most_in_flight);
    assert_eq!(summary.doubled, Vec::<String>::new());
    let row = cloud.row(AUDIT, "M004").unwrap();
    assert_eq!((row.status.as_str(), row.technician_id.as_str()), ("dead", "tech_night"));
    assert_eq!(row.technician_name, "night");
    // What is there was read before anything was sent.
    assert_eq!(cloud.journal()[0].kind, "updates");

    // Each mark has its receipt: what shows is there, and nothing of what does not.
    let audit = site.audit().await;
    let receipt = json!({ "log_id": audit["log_id"], "seq": 0, "shown": audit["seq"], "holds": "shown", "pending": 0,
        "sent": 40, "settled": [], "lacking": [], "parked": [] });
    assert_eq!(audit["cloud"], receipt);

    // The office marks, and the tablets hear of it.
    let mut feed =
        site.client.live(&format!("/api/v1/audits/{AUDIT}/live?after={}", audit["seq"]), None).await;
    feed.wait("presence").await;
    office(&cloud, "M007", "ok", Some("seen in the daylight")).await;
    let op = feed.wait("op").await.data;
    assert_eq!((&op["module_id"], &op["technician_id"]), (&json!("M007"), &json!("tech_office")), "{op}");
    let module = site.client.module(AUDIT, "M007").await;
    assert_eq!((&module["status"], &module["comment"]), (&json!("ok"), &json!("seen in the daylight")));
    assert_eq!(module["conflict"], false, "the office had seen ours");
    assert_eq!(module["updated_at_ms"], cloud.row(AUDIT, "M007").unwrap().updated_at);
    site.agrees_with(&cloud).await;
    assert_eq!(cloud.marks().iter().filter(|call| call.json()["technicianId"] != "tech_office").count(), 40);

    // And the crew marks on.
    site.op(informed(&site, mark("M007", "dead", "night", now_ms())).await).await;
    site.agrees_with(&cloud).await;
    assert_eq!(cloud.row(AUDIT, "M007").unwrap().comment.as_deref(), Some("seen in the daylight"));
    let history = site.client.get(&format!("/api/v1/audits/{AUDIT}/modules/M007/history")).await.json();
    assert_eq!(history["entries"].as_array().unwrap().len(), 3, "{history}");
}

#[tokio::test]
async fn one_that_has_never_answered_has_no_success_and_nothing_is_there() {
    let site = Site::unheard(TestHub::start().await);
    // A round with nothing to ask is over in a few polls.
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    let report = site.report("cloud");
    assert_eq!((report.state, report.last_success_ms), (LinkState::Untried, None));
    site.jalibat().await;
    until_async("it has been tried", async || matches!(site.state(), LinkState::Waiting { .. })).await;
    let report = site.report("cloud");
    assert_eq!(report.last_success_ms, None);
    let there = report.audits.values().next().unwrap();
    assert_eq!(
        (there.acked, there.pending, there.sent),
        (0, 0, 0),
        "nothing is there of what nobody has sent"
    );
    let metrics = site.client.get("/metrics").await.text();
    assert!(!metrics.contains("fieldhub_upstream_last_success_seconds{"), "{metrics}");
}

#[tokio::test]
async fn a_module_waits_once_and_one_that_was_taken_back_not_at_all() {
    let site = Site::unheard(TestHub::start().await);
    site.jalibat().await;
    for status in ["dead", "ok", "microcracks"] {
        site.mark("M001", status, "night").await;
    }
    site.mark("M002", "dead", "night").await;
    let mut back = mark("M002", "ok", "night", now_ms());
    back["status"] = Value::Null;
    site.op(informed(&site, back).await).await;
    let cloud = async || site.audit().await["cloud"].clone();
    until_async("it is counted", async || {
        let cloud = cloud().await;
        cloud["pending"] == 1 && cloud["settled"] == json!(["M002"])
    })
    .await;
    assert_eq!((&cloud().await["sent"], &cloud().await["shown"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn the_later_mark_wins_whatever_came_later() {
    let cloud = TestCloud::start();
    let mut site = Site::alone().await;
    let noon = now_ms();
    let (ten, eleven) = (noon - 2 * HOUR, noon - HOUR);
    cloud.put(
        AUDIT,
        &[
            ("M001", Row::new("ok", "office", eleven)),
            ("M002", Row::new("ok", "office", ten)),
            ("M003", Row::new("dead", "office", ten)),
        ],
    );
    site.mark_at("M001", "dead", "night", ten).await;
    site.mark_at("M002", "dead", "night", eleven).await;
    // The same as they found, by chance.
    site.mark_at("M003", "dead", "night", eleven).await;
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.agrees_with(&cloud).await;

    // The office at 11:00 beats the site at 10:00, delivered at 12:00; the row has not even been touched.
    assert_eq!(cloud.row(AUDIT, "M001").unwrap(), Row::new("ok", "office", eleven));
    assert!(cloud.marks().iter().all(|call| call.module.as_deref() != Some("M001")));
    // And the other way round.
    let row = cloud.row(AUDIT, "M002").unwrap();
    assert_eq!((row.status.as_str(), row.technician_id.as_str()), ("dead", "tech_night"));
    let shown = site.client.module(AUDIT, "M001").await;
    assert_eq!((&shown["status"], &shown["technician_id"]), (&json!("ok"), &json!("tech_office")));

    // The losers are in the history, and neither had seen the other.
    for (module, conflict) in [("M001", true), ("M002", true), ("M003", false)] {
        let path = format!("/api/v1/audits/{AUDIT}/modules/{module}/history");
        let history = site.client.get(&path).await.json();
        assert_eq!(history["entries"].as_array().unwrap().len(), 2, "{history}");
        assert_eq!(history["conflict"], conflict, "{module}");
    }
}

#[tokio::test]
async fn an_office_that_changes_its_mind_and_changes_it_back_is_believed() {
    let cloud = TestCloud::start();
    let mut site = Site::alone().await;
    let noon = now_ms();
    // Lost against the office's, so the cloud never hears of it.
    site.mark_at("M001", "dead", "night", noon - 2 * HOUR).await;
    cloud.put(AUDIT, &[("M001", Row::new("ok", "office", noon - HOUR))]);
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.agrees_with(&cloud).await;
    for status in ["microcracks", "ok", "microcracks"] {
        office(&cloud, "M001", status, None).await;
        site.agrees_with(&cloud).await;
        assert_eq!(cloud.row(AUDIT, "M001").unwrap().status, status, "the latest word is theirs");
    }
    assert!(cloud.marks().iter().all(|call| call.json()["technicianId"] == "tech_office"));
}

#[tokio::test]
async fn a_comment_and_a_status_made_apart_both_live() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    site.mark("M001", "inequality", "night").await;
    site.mark("M002", "inequality", "night").await;
    site.agrees_with(&cloud).await;

    // Apart: the van has no link.
    cloud.fail(Fault::status(503).kind("updates"));
    cloud.fail(Fault::status(503).module("M001"));
    site.reads(&cloud, 1).await;
    // The site comments, the office changes the status; and with the next module the other way round.
    let comment = json!({ "comment": "cracked glass" });
    let mut op = informed(&site, mark("M001", "ok", "night", now_ms())).await;
    op.as_object_mut().unwrap().remove("status");
    op["comment"] = comment["comment"].clone();
    site.op(op).await;
    site.op(informed(&site, mark("M002", "dead", "night", now_ms())).await).await;
    cloud.heal();
    cloud.fail(Fault::status(503).kind("updates"));
    office(&cloud, "M001", "microcracks", None).await;
    office(&cloud, "M002", "inequality", Some("seen from the road")).await;
    cloud.heal();
    site.sync_now();
    site.agrees_with(&cloud).await;
    let held = held(&cloud);
    assert_eq!(held["M001"], ("microcracks".into(), Some("cracked glass".into())));
    assert_eq!(held["M002"], ("dead".into(), Some("seen from the road".into())));
}

#[tokio::test]
async fn what_arrives_there_late_is_read_and_what_is_read_twice_counts_once() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    let now = now_ms();
    cloud.put(AUDIT, &[("M001", Row::new("ok", "office", now))]);
    site.agrees_with(&cloud).await;
    // It got its time before the one that has been read, and could be read after it.
    cloud.put(AUDIT, &[("M002", Row::new("dead", "office", now - 5_000))]);
    site.agrees_with(&cloud).await;
    assert_eq!(site.log().await.len(), 2, "every reading overlaps the one before");

    // The hub starts again, and reads and sends nothing anew.
    cloud.clear();
    let mut site = site.restart().await;
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.agrees_with(&cloud).await;
    assert_eq!(site.log().await.len(), 2);
    assert_eq!(cloud.marks().len(), 0);
}

#[tokio::test]
async fn each_sees_who_is_with_the_other() {
    let cloud = TestCloud::start();
    let mut site = Site::alone().await;
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.mark("M001", "dead", "Ana").await;
    let beat = |id: &str, name: &str| json!({ "technicianId": id, "technicianName": name });
    let there = Client::new(cloud.address());
    let (heartbeat, technicians) =
        (format!("/api/audit/{AUDIT}/heartbeat"), format!("/api/audit/{AUDIT}/technicians"));
    let names = async |client: &Client| -> BTreeSet<String> {
        let list = client.get(&technicians).await.json();
        list["technicians"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t["technician_name"].as_str().unwrap().to_owned())
            .collect()
    };
    let both = BTreeSet::from(["Ana".to_owned(), "Office".to_owned()]);
    until_async("both see both", async || {
        there.post(&heartbeat, &beat("tech_office", "Office")).await;
        site.client.post(&heartbeat, &beat("tech_Ana", "Ana")).await;
        names(&there).await == both && names(&site.client).await == both
    })
    .await;
    // Whom the cloud told us of is not told to it: they would never be gone.
    site.reads(&cloud, 2).await;
    let told: BTreeSet<String> = cloud
        .journal()
        .iter()
        .filter(|call| call.kind == "heartbeat")
        .map(|call| call.json()["technicianId"].as_str().unwrap().to_owned())
        .collect();
    let ours = cloud.journal().iter().filter(|call| call.body.contains("tech_Ana")).count();
    assert!(ours > 0);
    assert_eq!(told, BTreeSet::from(["tech_Ana".to_owned(), "tech_office".to_owned()]));
    cloud.clear();
    site.reads(&cloud, 5).await;
    assert!(
        cloud
            .journal()
            .iter()
            .all(|call| call.kind != "heartbeat" || call.json()["technicianId"] == "tech_Ana")
    );
}

#[tokio::test]
async fn two_hubs_and_an_office_on_one_cloud_come_to_one_state() {
    let cloud = TestCloud::start();
    let (mut east, mut west) = (Site::alone().await, Site::alone().await);
    let now = now_ms();
    for n in 1..=12_u64 {
        east.mark_at(&format!("M{n:03}"), "dead", "east", now - 10_000 + 500 * (n % 3)).await;
        west.mark_at(&format!("M{n:03}"), "ok", "west", now - 10_000 + 500 * (n % 2)).await;
    }
    office(&cloud, "M012", "microcracks", None).await;
    east.link(vec![cloud_at("cloud", &cloud.url, None)]);
    west.link(vec![cloud_at("cloud", &cloud.url, None)]);
    until_async("one state in three places", async || {
        let there = held(&cloud);
        there.len() == 12 && east.shows().await == there && west.shows().await == there
    })
    .await;
    east.agrees_with(&cloud).await;
    west.agrees_with(&cloud).await;
    assert_eq!(held(&cloud)["M012"].0, "microcracks");
    // Later marks go through as before, from whichever side.
    east.op(informed(&east, mark("M001", "inequality", "east", now_ms())).await).await;
    west.op(informed(&west, mark("M002", "string_open", "west", now_ms())).await).await;
    until_async("both are everywhere", async || {
        let there = held(&cloud);
        there["M001"].0 == "inequality"
            && there["M002"].0 == "string_open"
            && east.shows().await == there
            && west.shows().await == there
    })
    .await;
    // And then there is silence: no mark goes round and round.
    let marks = cloud.marks().len();
    east.reads(&cloud, 4).await;
    west.reads(&cloud, 4).await;
    assert_eq!(cloud.marks().len(), marks);
}

#[tokio::test]
async fn only_named_audits_go_up_and_one_dead_upstream_holds_up_no_other() {
    let (cloud, dead) = (TestCloud::start(), TestCloud::start());
    let dead_url = dead.url.clone();
    dead.stop();
    let mut site = Site::alone().await;
    let other = json!({ "name": "Private", "token": "private", "strings": "26" });
    assert_eq!(site.client.post("/api/v1/audits", &other).await.status, 201);
    let mut only = cloud_at("cloud", &cloud.url, None);
    only.only = Some(BTreeSet::from([Token::parse(AUDIT).unwrap()]));
    let mut away = cloud_at("away", &dead_url, None);
    away.only = only.only.clone();
    site.link(vec![away, only]);
    site.mark("M001", "dead", "night").await;
    site.client.ops("private", vec![mark("M001", "dead", "night", now_ms())]).await;
    until_async("the one that is there has it", async || cloud.row(AUDIT, "M001").is_some()).await;
    site.reads(&cloud, 3).await;
    assert!(cloud.journal().iter().all(|call| call.token.as_deref() == Some(AUDIT)));
    assert!(site.client.get("/api/v1/audits/private").await.json()["cloud"].is_null());
    // In the cloud is what every upstream has.
    let audit = site.audit().await;
    assert!(audit["cloud"]["shown"].as_u64() < audit["seq"].as_u64(), "{}", audit["cloud"]);
    until_async("it is counted as waiting", async || site.audit().await["cloud"]["pending"] == 1).await;
    assert!(matches!(site.report("away").state, fieldhub::hub::LinkState::Waiting { .. }));
    assert_eq!(site.report("cloud").pending(), 0);
}

#[tokio::test]
async fn one_odd_row_hides_no_other_and_is_shown() {
    let cloud = TestCloud::start();
    let now = now_ms();
    // A database does not ask what it is given.
    cloud.put(
        AUDIT,
        &[("M001", Row::new("dead", "office", now)), ("M002", Row::new("microcrack", "office", now))],
    );
    let site = Site::of(&cloud).await;
    site.mark("M003", "dead", "night").await;
    until_async("what is good comes and goes", async || {
        site.client.module(AUDIT, "M001").await["status"] == "dead" && cloud.row(AUDIT, "M003").is_some()
    })
    .await;
    let told = site.client.get("/api/v1/upstream").await.json();
    let told = &told["upstreams"][0];
    assert_eq!(
        (&told["left_out"], &told["left_out_example"]),
        (&json!(1), &json!("M002: there is no status `microcrack`")),
        "{told}"
    );
    let metrics = site.client.get("/metrics").await.text();
    assert!(metrics.contains("fieldhub_upstream_left_out{upstream=\"cloud\"} 1"), "{metrics}");
    // The office mends it, and it counts no longer.
    office(&cloud, "M002", "microcracks", None).await;
    until_async("it is mended", async || site.client.module(AUDIT, "M002").await["status"] == "microcracks")
        .await;
    assert_eq!(site.client.get("/api/v1/upstream").await.json()["upstreams"][0]["left_out"], 0);
}

/// v3.3 has no word for it and takes nothing back: what a lead has hidden is nothing that the crew has to tell.
#[tokio::test]
async fn what_is_hidden_goes_up_when_it_is_shown_again() {
    let cloud = TestCloud::start();
    let mut site = Site::alone().await;
    for module in ["M001", "M002", "junk-1"] {
        site.mark(module, "dead", "night").await;
    }
    let hide = async |site: &Site, module: &str, hidden: bool| {
        let what = json!({ "modules": [{ "module_id": module, "hidden": hidden }] });
        let answer = site.client.post(&format!("/api/v1/audits/{AUDIT}/layout"), &what).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    hide(&site, "M002", true).await;
    hide(&site, "junk-1", true).await;
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.sent().await;
    let there = || cloud.rows(AUDIT).into_keys().collect::<Vec<_>>();
    assert_eq!(there(), ["M001"]);
    let audit = site.audit().await;
    assert_eq!(
        audit["cloud"]["parked"],
        json!(["M002", "junk-1"]),
        "and no tablet is told that they are there"
    );
    assert_eq!(site.report("cloud").parked, 0, "but nobody has to do anything about it");

    // Over a restart, and for a mark of somebody who does not know.
    let mut site = site.restart().await;
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.mark("M002", "ok", "night").await;
    site.sent().await;
    site.reads(&cloud, 3).await;
    assert_eq!(there(), ["M001"]);
    hide(&site, "M002", false).await;
    until_async("what is shown again is there", async || cloud.row(AUDIT, "M002").is_some()).await;
    assert_eq!(cloud.row(AUDIT, "M002").unwrap().status, "ok");
    until_async("and told", async || site.audit().await["cloud"]["parked"] == json!(["junk-1"])).await;
    // What was there before it was hidden stays: nothing takes it out again.
    hide(&site, "M001", true).await;
    site.reads(&cloud, 3).await;
    assert_eq!(there(), ["M001", "M002"]);
}
