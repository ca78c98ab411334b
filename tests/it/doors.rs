//! What is refused at every door by which operations come (tablets, pages of other hubs, bundles): stamps from which there is
//! no next, and ids that another operation has. Each is refused alone, told and counted, and nothing is frozen by it.

use crate::common::{NOW, TestHub, mark};
use fieldhub::domain::bundle::BundleWriter;
use fieldhub::domain::id::DeviceId;
use fieldhub::domain::op::DetailsChange;
use fieldhub::domain::page::{Encoder, Header};
use fieldhub::domain::stamp::{LATEST_MS, MAX_MS, actor_of};
use fieldhub::domain::{Author, Body, Carried, Layout, Mark, ModuleId, OpId, Seen, Stamp, Status, Token};
use hyper::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const LARGEST: Stamp = Stamp { ms: MAX_MS, counter: u16::MAX, actor: u64::MAX };
const LATEST: Stamp = Stamp { ms: LATEST_MS, counter: u16::MAX, actor: u64::MAX };

#[derive(Clone, Copy, Debug)]
enum Door {
    Page,
    Bundle,
}

fn carried(n: u64, stamp: Stamp, body: Body) -> Carried {
    Carried {
        id: OpId::from_u128(u128::from(NOW + n) << 80 | 7 << 76 | 2 << 62 | u128::from(n)),
        author: Author::new("tech_far", None).unwrap(),
        device: DeviceId::parse("dev_far").unwrap(),
        marked_ms: NOW,
        stamp,
        base: Seen::default(),
        body,
    }
}

fn dead(module: &str) -> Body {
    Body::Mark(Mark::new(ModuleId::parse(module).unwrap(), Some(Some(Status::Dead)), None).unwrap())
}

/// A module, a name and a layout with this stamp, and an honest mark behind them.
fn far(stamp: Stamp) -> Vec<Carried> {
    let name = DetailsChange { name: Some("Frozen".to_owned()), ..DetailsChange::default() };
    let honest = Stamp { ms: NOW, counter: 0, actor: actor_of("dev_far") };
    vec![
        carried(1, stamp, dead("M001")),
        carried(2, stamp, Body::Details(name)),
        carried(3, stamp, Body::Layout(Layout::from_counts("7").unwrap())),
        carried(4, honest, dead("M002")),
    ]
}

/// Brings them to the hub as another hub would. What it says of them.
async fn bring(hub: &TestHub, door: Door, ops: &[Carried]) -> Value {
    let mut encoder = Encoder::default();
    ops.iter().for_each(|op| assert!(encoder.push(op).unwrap()));
    let upto = ops.len() as u64;
    let token = Token::parse("jalibat").unwrap();
    let (hub_id, log_id) = (Uuid::from_u128(1), Uuid::new_v4());
    let header = Header { hub_id, log_id, token, after: 0, upto, head: upto, partial: false };
    let page = encoder.finish(header).unwrap();
    let (path, body) = match door {
        Door::Page => ("/api/v1/peer/jalibat/ops", page),
        Door::Bundle => {
            let (mut writer, mut bundle) = BundleWriter::begin();
            bundle.extend(writer.page(&page, ops.len()));
            bundle.extend(writer.end());
            ("/api/v1/bundle", bundle)
        }
    };
    let answer = hub.client.call(Method::POST, path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn counted(hub: &TestHub, line: &str) {
    let metrics = hub.client.get("/metrics").await.text();
    assert!(metrics.lines().any(|found| found == line), "{line} in\n{metrics}");
}

/// Whoever has seen what there is can mark the module, and name the audit, and that shows.
async fn goes_on(hub: &TestHub) {
    hub.clock.advance(1_000);
    let mut ok = mark("M001", "ok", "max", NOW + 1_000);
    ok["base"] = hub.client.module("jalibat", "M001").await["stamp"].clone();
    assert_eq!(hub.client.ops("jalibat", vec![ok]).await[0]["outcome"], "applied");
    assert_eq!(hub.client.module("jalibat", "M001").await["status"], "ok");
    let renamed = json!({ "name": "Toiture sud" }).to_string();
    let answer = hub.client.call(Method::PATCH, "/api/v1/audits/jalibat", renamed).await;
    assert_eq!(answer.json()["name"], "Toiture sud");
}

async fn layout(hub: &TestHub) -> u64 {
    let audit = hub.client.get("/api/v1/audits/jalibat").await.json();
    audit["strings"].as_array().unwrap().iter().map(|s| s["module_count"].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn the_largest_stamp_freezes_nothing_and_holds_nothing_up_by_page_or_bundle() {
    for door in [Door::Page, Door::Bundle] {
        let hub = TestHub::start().await;
        hub.jalibat().await;
        let taken = bring(&hub, door, &far(LARGEST)).await;
        assert_eq!((&taken["new"], &taken["refused"]), (&json!(1), &json!(3)), "{door:?}");
        assert_eq!(hub.client.module("jalibat", "M002").await["status"], "dead", "{door:?}");
        assert_eq!(
            (layout(&hub).await, &hub.client.module("jalibat", "M001").await["status"]),
            (242, &json!("pending"))
        );
        counted(&hub, "fieldhub_ops_refused_total{reason=\"stamp_out_of_range\"} 3").await;
        goes_on(&hub).await;
        // Nor does a base that tells of such a mark.
        let mut knowing = carried(9, Stamp { ms: NOW, counter: 1, actor: 7 }, dead("M003"));
        knowing.base.add(LARGEST);
        assert_eq!(bring(&hub, door, &[knowing]).await["refused"], 1, "{door:?}");
    }
}

#[tokio::test]
async fn the_latest_stamp_that_is_taken_freezes_nothing_and_what_follows_it_is_taken_everywhere() {
    for door in [Door::Page, Door::Bundle] {
        let (hub, other) = (TestHub::start().await, TestHub::start().await);
        hub.jalibat().await;
        let taken = bring(&hub, door, &far(LATEST)).await;
        assert_eq!((&taken["new"], &taken["refused"]), (&json!(4), &json!(0)), "{door:?}");
        goes_on(&hub).await;
        let layout_after = carried(
            5,
            Stamp { ms: LATEST_MS + 1, ..LATEST },
            Body::Layout(Layout::from_counts("9").unwrap()),
        );
        assert_eq!(bring(&hub, door, &[layout_after]).await["new"], 1);
        assert_eq!(layout(&hub).await, 9);
        let all = hub.client.get("/api/v1/bundle").await;
        let answer = other.client.call(Method::POST, "/api/v1/bundle", all.body).await.json();
        assert_eq!(answer["refused"], 0, "{answer}");
        assert_eq!(other.client.module("jalibat", "M001").await["status"], "ok");
        let audit = other.client.get("/api/v1/audits/jalibat").await.json();
        assert_eq!((&audit["name"], layout(&other).await), (&json!("Toiture sud"), 9));
        goes_on(&other).await;
    }
}

#[tokio::test]
async fn a_tablet_that_says_the_largest_stamp_freezes_nothing() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    for stamp in [LARGEST, LATEST] {
        let mut liar = mark("M001", "dead", "lea", u64::MAX);
        liar["base"] = json!(stamp.to_string());
        liar["stamp"] = json!(Stamp { actor: actor_of("dev_lea"), ..stamp }.to_string());
        let result = &hub.client.ops("jalibat", vec![liar]).await[0];
        let given: Stamp = result["stamp"].as_str().unwrap().parse().unwrap();
        assert!(given.ms <= hub.hub.clock().now_ms() + 60_000, "{given}");
        goes_on(&hub).await;
    }
}

#[tokio::test]
async fn another_operation_by_a_known_id_is_refused_aloud_and_alone() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let first = mark("M001", "dead", "lea", NOW);
    let stamp = hub.client.ops("jalibat", vec![first.clone()]).await[0]["stamp"].clone();
    let other = |field: &str, value: Value| {
        let mut other = first.clone();
        other[field] = value;
        other
    };
    let mut elsewhere = other("technician_id", json!("tech_max"));
    elsewhere["device_id"] = json!("dev_max");
    let changed = [
        other("module_id", json!("M002")),
        other("status", json!("ok")),
        other("comment", json!("verre cassé")),
        other("marked_at_ms", json!(NOW + 1)),
        elsewhere,
    ];
    for other in changed {
        let results = hub.client.ops("jalibat", vec![other.clone(), mark("M009", "ok", "max", NOW)]).await;
        assert_eq!(
            (&results[0]["outcome"], &results[0]["seq"]),
            (&json!("refused"), &Value::Null),
            "{other}"
        );
        assert!(results[0]["reason"].as_str().unwrap().starts_with("id: another operation has it"));
        assert_ne!(results[1]["outcome"], "refused", "what comes with it is taken");
    }
    // A repeat, also by a tablet that has joined anew, or with the words that people go by.
    for same in
        [first.clone(), other("technician_id", json!("tech_anew")), other("technician_name", json!("Léa B."))]
    {
        let result = &hub.client.ops("jalibat", vec![same]).await[0];
        assert_eq!((&result["outcome"], &result["stamp"]), (&json!("duplicate"), &stamp));
    }
    counted(&hub, "fieldhub_ops_refused_total{reason=\"id_conflict\"} 5").await;
    assert_eq!(hub.client.module("jalibat", "M001").await["status"], "dead");

    // And from other hubs.
    let same_id = Carried { id: first["id"].as_str().unwrap().parse().unwrap(), ..far(LATEST).remove(3) };
    for (n, door) in [(5, Door::Page), (6, Door::Bundle)] {
        let behind = carried(n, Stamp { ms: NOW, counter: 0, actor: n }, dead(&format!("M00{n}")));
        let taken = bring(&hub, door, &[same_id.clone(), behind]).await;
        assert_eq!((&taken["new"], &taken["refused"]), (&json!(1), &json!(1)), "{door:?}");
        counted(&hub, &format!("fieldhub_ops_refused_total{{reason=\"id_conflict\"}} {}", n + 1)).await;
    }
}

#[tokio::test]
async fn what_no_hub_lets_in_is_refused_alone_by_page_and_bundle() {
    for door in [Door::Page, Door::Bundle] {
        let hub = TestHub::start().await;
        hub.jalibat().await;
        let honest = |n: u64| Stamp { ms: NOW + n, counter: 0, actor: actor_of("dev_far") };
        let nothing = Mark { module: ModuleId::parse("M001").unwrap(), status: None, comment: None };
        let ops = [carried(1, honest(1), Body::Mark(nothing)), carried(2, honest(2), dead("M002"))];
        let taken = bring(&hub, door, &ops).await;
        assert_eq!((&taken["new"], &taken["refused"]), (&json!(1), &json!(1)), "{door:?}");
        counted(&hub, "fieldhub_ops_refused_total{reason=\"out_of_form\"} 1").await;
    }
}

#[tokio::test]
async fn one_operation_that_two_hubs_stamped_is_known_and_counted() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let first = carried(1, Stamp { ms: NOW, counter: 0, actor: 7 }, dead("M001"));
    let again = Carried { stamp: Stamp { ms: NOW + 5, counter: 0, actor: 7 }, ..first.clone() };
    for (door, op) in [(Door::Page, first), (Door::Bundle, again.clone()), (Door::Page, again)] {
        bring(&hub, door, &[op]).await;
    }
    counted(&hub, "fieldhub_ops_restamped_total 2").await;
    let page = hub.client.get("/api/v1/audits/jalibat/ops?after=2").await.json();
    assert_eq!(page["ops"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_operation_that_is_offered_again_keeps_its_stamp_where_the_hub_could_have_given_it() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let lea = actor_of("dev_lea");
    let offered = |module: &str, stamp: Stamp| {
        let mut op = mark(module, "dead", "lea", NOW);
        op["stamp"] = json!(stamp.to_string());
        op
    };
    let good = Stamp { ms: NOW + 30_000, counter: 3, actor: lea };
    let given = |result: &Value| result["stamp"].as_str().unwrap().parse::<Stamp>().unwrap();
    let claim = Stamp { ms: NOW, counter: 0, actor: lea };
    for (n, (stamp, due)) in
        [(good, good), (Stamp { actor: 7, ..good }, claim), (Stamp { ms: NOW + 61_000, ..good }, claim)]
            .into_iter()
            .enumerate()
    {
        let result = &hub.client.ops("jalibat", vec![offered(&format!("M00{n}"), stamp)]).await[0];
        assert_eq!(given(result), due, "{stamp}");
    }
    // What its author had seen is before it.
    let mut late = offered("M001", Stamp { ms: NOW - 1, ..good });
    late["base"] = json!(Stamp { ms: NOW, counter: 0, actor: 9 }.to_string());
    assert!(given(&hub.client.ops("jalibat", vec![late]).await[0]).ms >= NOW);
    let mut odd = mark("M001", "dead", "lea", NOW);
    odd["stamp"] = json!("noon");
    let result = &hub.client.ops("jalibat", vec![odd]).await[0];
    assert!(result["reason"].as_str().unwrap().starts_with("stamp: "), "{result}");
    // A note has one as well.
    let note = json!({ "id": Uuid::now_v7(), "kind": "note", "text": "bring the ladder", "technician_id": "tech_lea",
        "device_id": "dev_lea", "marked_at_ms": NOW, "stamp": good.to_string() });
    assert_eq!(given(&hub.client.ops("jalibat", vec![note]).await[0]), good);
}

#[tokio::test]
async fn a_call_that_is_meant_for_another_log_takes_nothing() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let log_id = hub.client.get("/api/v1/hub").await.json()["log_id"].clone();
    let post = async |log: &Value| {
        let body = json!({ "ops": [mark("M001", "dead", "lea", NOW)], "log_id": log });
        hub.client.post("/api/v1/audits/jalibat/ops", &body).await.json()
    };
    let answer = post(&json!(Uuid::new_v4())).await;
    assert_eq!((&answer["log_id"], &answer["results"]), (&log_id, &json!([])));
    assert_eq!(hub.client.module("jalibat", "M001").await["status"], "pending");
    for log in [log_id, Value::Null] {
        assert_eq!(post(&log).await["results"].as_array().unwrap().len(), 1);
    }
    assert_eq!(hub.client.module("jalibat", "M001").await["status"], "dead");
}
