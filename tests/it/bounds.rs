//! What one audit, and one technician in it, may make the hub hold: an operation beyond a bound is refused alone and told what to do,
//! others go on, and it is the same after a restart.

use crate::common::{NOW, TestHub, mark};
use fieldhub::domain::AuditBounds;
use fieldhub::domain::bounds::UNKNOWN_STAMPS;
use fieldhub::http::Limits;
use serde_json::{Value, json};

const OPS: &str = "/api/v1/audits/jalibat/ops";

fn commented(module: usize, who: &str, length: usize) -> Value {
    let mut op = mark(&format!("M{module:03}"), "dead", who, NOW + module as u64);
    op["comment"] = "x".repeat(length).into();
    op
}

async fn jalibat(bounds: AuditBounds) -> TestHub {
    let hub = TestHub::with_bounds(Limits::default(), bounds).await;
    hub.jalibat().await;
    hub
}

/// Outcomes, or why it was refused.
async fn said(hub: &TestHub, ops: Vec<Value>) -> Vec<String> {
    let results = hub.client.ops("jalibat", ops).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    results
        .iter()
        .map(|r| if r["reason"].is_null() { text(&r["outcome"]) } else { text(&r["reason"]) })
        .collect()
}

#[tokio::test]
async fn a_comment_that_is_one_too_many_is_refused_alone() {
    let bounds = AuditBounds { member_text: 10_000, audit_text: 15_000, ..AuditBounds::default() };
    let hub = jalibat(bounds).await;
    // In one request, and so one transaction.
    let ops = vec![
        commented(1, "lea", 4_000),
        commented(2, "lea", 4_000),
        commented(3, "lea", 4_000),
        mark("M004", "ok", "lea", NOW),
    ];
    let first = said(&hub, ops).await;
    assert_eq!((first[0].as_str(), first[1].as_str(), first[3].as_str()), ("applied", "applied", "applied"));
    assert!(
        first[2].starts_with("comment: your comments in this audit")
            && first[2].contains("limits.member_text"),
        "{first:?}"
    );
    assert!(hub.client.module("jalibat", "M003").await["comment"].is_null(), "it is not stored");

    // A shorter one in the place of a longer makes room, another technician has their own, and the audit has its bound.
    let mut shorter = commented(1, "lea", 100);
    shorter["marked_at_ms"] = json!(NOW + 5_000);
    assert_eq!(
        said(&hub, vec![shorter, commented(3, "lea", 4_000), commented(5, "ana", 4_000)]).await,
        ["applied"; 3]
    );
    let hub = hub.restart_with(bounds).await;
    let last =
        said(&hub, vec![commented(6, "lea", 4_000), commented(7, "ana", 4_000), commented(8, "ana", 2_800)])
            .await;
    assert!(last[0].contains("limits.member_text") || last[0].contains("limits.audit_text"), "{last:?}");
    assert!(
        last[1].starts_with("comment: the comments of this audit") && last[1].contains("limits.audit_text"),
        "{last:?}"
    );
    assert_eq!(last[2], "applied");

    // Over v3.3 the same, as its own kind of refusal.
    let body = json!({ "status": "dead", "comment": "x".repeat(3_000), "technicianId": "tech_v33" });
    let refused = hub.client.post("/api/audit/jalibat/module/M009", &body).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (413, &json!("comment")));
    let metrics = hub.client.get("/metrics").await.text();
    assert!(metrics.contains("fieldhub_ops_refused_total{reason=\"audit_text\"} "), "{metrics}");
}

#[tokio::test]
async fn what_was_written_counts_after_a_restart_as_well() {
    let bounds = AuditBounds { member_log: 20_000, audit_log: 40_000, ..AuditBounds::default() };
    let hub = jalibat(bounds).await;
    let again = |who: &str, n: usize| (0..n).map(|n| commented(1, who, 3_000 + n)).collect::<Vec<_>>();
    let lea = said(&hub, again("lea", 8)).await;
    let refused = lea.iter().filter(|said| said.as_str() != "applied").count();
    assert!(lea[7].starts_with("id: you have written") && lea[7].contains("limits.member_log"), "{lea:?}");
    assert_eq!(refused, 2, "{lea:?}");
    // Written when the hub stops, and as a tail of the log.
    let hub = hub.restart_with(bounds).await;
    assert!(said(&hub, vec![commented(2, "lea", 3_000)]).await[0].contains("limits.member_log"));
    let ana = said(&hub, again("ana", 5)).await;
    assert!(ana.iter().all(|said| !said.contains("limits")), "{ana:?}");
    let audit = said(&hub, again("ben", 4)).await;
    assert!(
        audit[3].starts_with("id: this audit has as many marks") && audit[3].contains("limits.audit_log"),
        "{audit:?}"
    );

    // One that is made again is another one.
    assert_eq!(hub.client.call(hyper::Method::DELETE, "/api/v1/audits/jalibat", "").await.status, 204);
    hub.jalibat().await;
    let hub = hub.restart_with(bounds).await;
    assert_eq!(said(&hub, vec![commented(2, "lea", 3_000)]).await, ["applied"]);
}

#[tokio::test]
async fn marks_that_stand_against_each_other_are_few_until_somebody_has_seen_them() {
    let hub = jalibat(AuditBounds { heads: 4, ..AuditBounds::default() }).await;
    let unseen = |n: usize| mark("M001", ["ok", "dead"][n % 2], &format!("t{n}"), NOW + n as u64);
    let found = said(&hub, (0..6).map(unseen).collect()).await;
    assert_eq!(found[..4], ["applied", "conflict", "conflict", "conflict"]);
    assert!(
        found[4].starts_with("module_id: too many marks of this module stand against each other"),
        "{found:?}"
    );
    assert_eq!(found[4], found[5]);
    let mut seen = unseen(7);
    seen["base"] = hub.client.module("jalibat", "M001").await["stamp"].clone();
    assert_eq!(said(&hub, vec![seen, mark("M002", "ok", "t9", NOW)]).await, ["applied", "applied"]);
}

#[tokio::test]
async fn made_up_devices_in_a_base_are_not_held() {
    let made_up = |n: usize| {
        let stamp = |actor: usize| format!("{:012x}-0000-{:016x}", NOW - 1_000_000, (n << 32) | actor);
        (1..=1_000).map(stamp).collect::<Vec<_>>().join(",")
    };
    let with_base = |module: usize, n: usize| {
        let mut op = mark(&format!("M{module:03}"), "dead", "mallory", NOW + n as u64);
        op["base"] = made_up(n).into();
        op
    };
    let stamps = async |hub: &TestHub, module: usize| {
        let module = hub.client.module("jalibat", &format!("M{module:03}")).await;
        module["stamp"].as_str().unwrap().split(',').count()
    };
    let few = AuditBounds { stamps: 100, ..AuditBounds::default() };
    let hub = jalibat(few).await;
    assert_eq!(said(&hub, vec![with_base(1, 1)]).await, ["applied"], "the mark is good");
    assert_eq!(stamps(&hub, 1).await, UNKNOWN_STAMPS + 1);
    assert_eq!(said(&hub, (2..=9).map(|n| with_base(n, n)).collect()).await, ["applied"; 8]);
    // Now the audit holds as many as it may: none but those that it holds.
    assert_eq!(stamps(&hub, 9).await, 1);
    let hub = hub.restart_with(few).await;
    assert_eq!(said(&hub, vec![with_base(10, 10)]).await, ["applied"]);
    assert_eq!(
        (stamps(&hub, 9).await, stamps(&hub, 10).await, stamps(&hub, 1).await),
        (1, 1, UNKNOWN_STAMPS + 1)
    );
}

#[tokio::test]
async fn a_file_is_not_taken_in_by_half_without_a_word() {
    let hub =
        TestHub::with_bounds(Limits::default(), AuditBounds { audit_text: 5_000, ..AuditBounds::default() })
            .await;
    let rows: String = (1..=3).map(|n| format!("M{n:03},1,{n},,,dead,{}\r\n", "x".repeat(2_000))).collect();
    let csv = format!("module_id,string,position,row,col,status,comment\r\n{rows}");
    let answer = hub.client.call(hyper::Method::POST, "/api/v1/audits?token=jalibat&name=J", csv).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (413, &json!("too_large")));
    let said = answer.json()["error"].as_str().unwrap().to_owned();
    assert!(said.contains("1 of 3 marks") && said.contains("limits.audit_text"), "{said}");
    let wide = format!("module_id,string,position{}\r\n", ",".repeat(100_000));
    let answer = hub.client.call(hyper::Method::POST, "/api/v1/audits?name=J", wide).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.json()["error"].as_str().unwrap().contains("delete the empty columns"),
        "{}",
        answer.text()
    );
    assert_eq!(hub.client.post(OPS, &json!({ "ops": [mark("M001", "ok", "lea", NOW)] })).await.status, 200);
}

/// They go to the log in parts.
#[tokio::test]
async fn many_long_operations_are_answered_in_their_order() {
    let hub = jalibat(AuditBounds::default()).await;
    let mut ops: Vec<Value> = (0..200).map(|n| commented(n + 1, "lea", 3_900)).collect();
    ops.insert(100, json!({ "id": "half", "kind": "mark" }));
    ops.push(ops[3].clone());
    let sent: Vec<Value> = ops.iter().map(|op| op["id"].clone()).collect();
    let results = hub.client.ops("jalibat", ops).await;
    assert_eq!(results.iter().map(|result| result["id"].clone()).collect::<Vec<_>>(), sent);
    let outcomes = |outcome: &str| results.iter().filter(|result| result["outcome"] == outcome).count();
    assert_eq!((outcomes("applied"), outcomes("refused"), outcomes("duplicate")), (200, 1, 1));
    let seqs: Vec<u64> =
        results[..100].iter().chain(&results[101..201]).map(|r| r["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (3..203).collect::<Vec<u64>>());
}
