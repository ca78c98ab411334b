//! The native API: operations, history, presence, time, health, the page.

use crate::common::{NOW, TestHub, mark};
use hyper::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn operations_answer_in_order_and_a_bad_one_is_refused_alone() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut v4 = mark("M003", "ok", "lea", NOW);
    v4["id"] = json!(uuid::Uuid::new_v4());
    let mut empty = mark("M003", "ok", "lea", NOW);
    empty.as_object_mut().unwrap().remove("status");
    let mut kind = mark("M003", "ok", "lea", NOW);
    kind["kind"] = json!("dance");
    let mut base = mark("M003", "ok", "lea", NOW);
    base["base"] = json!("what?");
    let good = mark("M001", "dead", "lea", NOW);
    let results = hub
        .client
        .ops(
            "jalibat",
            vec![
                good.clone(),
                mark("M003", "pending", "lea", NOW),
                mark("M 3", "ok", "lea", NOW),
                v4,
                empty,
                kind,
                base,
                json!({}),
                json!("no object"),
                json!([good["id"], "mark", "M003", "ok", null, "tech_1", null, null, NOW, null]),
                good.clone(),
                mark("M002", "ok", "lea", NOW),
            ],
        )
        .await;
    let outcomes: Vec<&str> = results.iter().map(|r| r["outcome"].as_str().unwrap()).collect();
    assert_eq!(
        outcomes,
        [
            "applied",
            "refused",
            "refused",
            "refused",
            "refused",
            "refused",
            "refused",
            "refused",
            "refused",
            "refused",
            "duplicate",
            "applied"
        ]
    );
    let words = ["status", "module_id", "id", "status", "kind", "base", "id", "JSON object", "JSON object"];
    for (n, word) in (1..).zip(words) {
        let reason = results[n]["reason"].as_str().unwrap();
        assert!(reason.contains(word), "{n}: {reason}");
        assert_eq!(results[n]["seq"], Value::Null);
    }
    assert_eq!(results[0]["id"], good["id"]);
    assert_eq!(results[10]["seq"], results[0]["seq"]);
    assert_eq!(hub.client.module("jalibat", "M003").await["status"], "pending");

    let post = |ops: Vec<Value>| {
        let client = hub.client.clone();
        async move { client.post("/api/v1/audits/jalibat/ops", &json!({ "ops": ops })).await.status.as_u16() }
    };
    assert_eq!(post(vec![]).await, 400);
    assert_eq!(post((0..1_001).map(|_| mark("M001", "ok", "lea", NOW)).collect()).await, 400);
    assert_eq!(post((0..1_000).map(|_| mark("M001", "ok", "lea", NOW)).collect()).await, 200);
    assert_eq!(
        hub.client
            .post("/api/v1/audits/none/ops", &json!({ "ops": [mark("M001", "ok", "a", NOW)] }))
            .await
            .status,
        404
    );
}

/// As it was taken from a tablet: of three marks one has a comment that ends in half an emoji.
#[tokio::test]
async fn what_cannot_be_read_is_refused_alone_by_its_id_and_its_place() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let sent = include_str!("../fixtures/surrogate-ops.json");
    let post = |body: String| async {
        hub.client.call(Method::POST, "/api/v1/audits/jalibat/ops", body).await.json()
    };
    let results =
        post(sent.replace("\"base\": \"\"", "\"technician_id\": \"tech_lea\"")).await["results"].take();
    let got: Vec<_> =
        results.as_array().unwrap().iter().map(|r| (r["id"].clone(), r["outcome"].clone())).collect();
    let id = |n: u64| json!(format!("019a0000-0000-7000-8000-00000000010{n}"));
    assert_eq!(got, [(id(1), json!("applied")), (id(2), json!("refused")), (id(3), json!("applied"))]);
    let why = results[1]["reason"].as_str().unwrap();
    assert!(why.contains("half an emoji: write that text again"), "{why}");
    assert_eq!(hub.client.module("jalibat", "M022").await["status"], "ok");

    // Whatever else it is, all others are taken, and each has its result at its place.
    let deep = "[".repeat(5_000) + &"]".repeat(5_000);
    let good = |n: u64| mark(&format!("M{n:03}"), "dead", "lea", NOW).to_string();
    let bad = [
        r#"{"id":"a","kind":"mark","marked_at_ms":1e999}"#.to_owned(),
        format!(r#"{{"id":"b","kind":"mark","base":{deep}}}"#),
        format!(r#"{{"id":"c","kind":"note","text":"{}"}}"#, "x".repeat(200_000)),
        r#""\ud83d""#.to_owned(),
        "null".to_owned(),
    ];
    let ops: Vec<String> = (1..).zip(&bad).flat_map(|(n, bad)| [good(n), bad.clone()]).collect();
    let results = post(format!(r#"{{"ops":[{}]}}"#, ops.join(","))).await["results"].take();
    let results = results.as_array().unwrap();
    assert_eq!(results.len(), ops.len());
    for (n, result) in results.iter().enumerate() {
        let wanted = if n % 2 == 0 { "applied" } else { "refused" };
        assert_eq!(result["outcome"], wanted, "{n}: {result}");
    }
    assert_eq!(
        [&results[1]["id"], &results[3]["id"], &results[5]["id"], &results[7]["id"]],
        [&json!("a"), &json!("b"), &json!("c"), &Value::Null]
    );
}

#[tokio::test]
async fn a_repeat_is_known_after_a_restart_and_after_the_log_was_folded() {
    let mut hub = TestHub::start().await;
    hub.jalibat().await;
    let first = mark("M001", "dead", "lea", NOW);
    let seq = hub.client.ops("jalibat", vec![first.clone()]).await[0]["seq"].clone();
    for _ in 0..2 {
        // More than a checkpoint's worth.
        hub.client.ops("jalibat", (0..1_000).map(|_| mark("M002", "ok", "max", NOW)).collect()).await;
        hub = hub.restart().await;
        let repeat = &hub.client.ops("jalibat", vec![first.clone()]).await[0];
        assert_eq!((&repeat["outcome"], &repeat["seq"]), (&json!("duplicate"), &seq));
    }
    assert_eq!(hub.client.module("jalibat", "M001").await["status"], "dead");
    let history = hub.client.get("/api/v1/audits/jalibat/modules/M002/history").await.json();
    assert_eq!(history["entries"].as_array().unwrap().len(), 2_000);
}

#[tokio::test]
async fn absent_is_unchanged_null_is_cleared() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut first = mark("M001", "dead", "lea", NOW);
    first["comment"] = json!("verre cassé");
    hub.client.ops("jalibat", vec![first]).await;
    let after = |n: u64, status: Option<Value>, comment: Option<Value>| {
        let mut op = mark("M001", "ok", "lea", NOW + n);
        op.as_object_mut().unwrap().remove("status");
        if let Some(status) = status {
            op["status"] = status;
        }
        if let Some(comment) = comment {
            op["comment"] = comment;
        }
        op
    };
    hub.client.ops("jalibat", vec![after(1, Some(json!("ok")), None)]).await;
    let module = hub.client.module("jalibat", "M001").await;
    assert_eq!((&module["status"], &module["comment"]), (&json!("ok"), &json!("verre cassé")));
    hub.client.ops("jalibat", vec![after(2, None, Some(Value::Null))]).await;
    let module = hub.client.module("jalibat", "M001").await;
    assert_eq!((&module["status"], &module["comment"]), (&json!("ok"), &Value::Null));
    hub.client.ops("jalibat", vec![after(3, Some(Value::Null), None)]).await;
    assert_eq!(hub.client.module("jalibat", "M001").await["status"], "pending");
    assert_eq!(hub.client.get("/api/v1/audits/jalibat").await.json()["marked"], 0);
}

#[tokio::test]
async fn those_who_had_not_seen_each_other_conflict_and_whoever_has_seen_both_settles_it() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let late = mark("M001", "ok", "max", NOW - 60_000);
    hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW)]).await;
    assert_eq!(hub.client.ops("jalibat", vec![late]).await[0]["outcome"], "conflict");
    let module = hub.client.module("jalibat", "M001").await;
    assert_eq!((&module["status"], &module["conflict"]), (&json!("dead"), &json!(true)));
    assert_eq!(hub.client.get("/api/v1/audits").await.json()["audits"][0]["conflicts"], 1);

    let history = hub.client.get("/api/v1/audits/jalibat/modules/M001/history").await.json();
    let told: Vec<_> = history["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (&e["technician_name"], &e["outcome"]))
        .collect();
    assert_eq!(told, [(&json!("lea"), &json!("applied")), (&json!("max"), &json!("conflict"))]);
    assert_eq!(history["conflict"], true);
    // Both are a side of it, until somebody settles it.
    let sides = |history: &Value| -> Vec<bool> {
        history["entries"].as_array().unwrap().iter().map(|entry| entry["stands"] == true).collect()
    };
    assert_eq!(sides(&history), [true, true]);

    // Max looks, and confirms what he found. His tablet's clock is behind; he wins all the same.
    let mut settled = mark("M001", "ok", "max", NOW - 30_000);
    settled["base"] = module["stamp"].clone();
    assert_eq!(hub.client.ops("jalibat", vec![settled]).await[0]["outcome"], "applied");
    let module = hub.client.module("jalibat", "M001").await;
    assert_eq!((&module["status"], &module["conflict"]), (&json!("ok"), &json!(false)));
    let history = hub.client.get("/api/v1/audits/jalibat/modules/M001/history").await.json();
    assert_eq!(sides(&history), [false, false, false]);

    let mut old = mark("M001", "inequality", "max", NOW - 40_000);
    old["device_id"] = json!("dev_max");
    old["base"] = module["stamp"].clone();
    let seen_all = &hub.client.ops("jalibat", vec![old]).await[0];
    assert_eq!(
        seen_all["outcome"], "applied",
        "who has seen it and marks again means it, whatever the clock says"
    );
}

#[tokio::test]
async fn a_tablet_set_to_2031_does_not_win_for_five_years_and_its_claim_is_kept() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let year_2031 = 1_925_000_000_000u64;
    hub.client.ops("jalibat", vec![mark("M001", "dead", "mad", year_2031)]).await;
    let seen = hub.client.module("jalibat", "M001").await;
    assert_eq!(seen["updated_at_ms"], NOW);
    hub.clock.advance(1_000);
    let mut next = mark("M001", "ok", "lea", NOW + 1_000);
    next["base"] = seen["stamp"].clone();
    hub.client.ops("jalibat", vec![next]).await;
    assert_eq!(hub.client.module("jalibat", "M001").await["status"], "ok");
    let history = hub.client.get("/api/v1/audits/jalibat/modules/M001/history").await.json();
    assert_eq!(history["entries"][0]["marked_at_ms"], year_2031);
    assert_eq!(history["entries"][0]["at_ms"], NOW, "people are told what the module says");
}

#[tokio::test]
async fn the_log_is_read_by_position() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let ops: Vec<Value> = (0..5).map(|n| mark("M001", "ok", "lea", NOW + n)).collect();
    hub.client.ops("jalibat", ops).await;
    let page = hub.client.get("/api/v1/audits/jalibat/ops?after=2&limit=3").await.json();
    assert_eq!((&page["next"], &page["head"]), (&json!(5), &json!(7)));
    let seqs: Vec<u64> = page["ops"].as_array().unwrap().iter().map(|o| o["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, [3, 4, 5]);
    let all = hub.client.get("/api/v1/audits/jalibat/ops").await.json();
    let kinds: Vec<&str> =
        all["ops"].as_array().unwrap().iter().map(|o| o["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["details", "layout", "mark", "mark", "mark", "mark", "mark"]);
    let end = hub.client.get("/api/v1/audits/jalibat/ops?after=99").await.json();
    assert_eq!((&end["next"], &end["ops"]), (&json!(99), &json!([])));
    for bad in ["after=-1", "after=x", "limit=0", "limit=1001"] {
        assert_eq!(hub.client.get(&format!("/api/v1/audits/jalibat/ops?{bad}")).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn presence_is_one_list_and_says_what_somebody_looks_at() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let me = json!({ "technician_id": "tech_1", "technician_name": "Léa", "focus": "M050", "string": 3 });
    let answer = hub.client.put("/api/v1/audits/jalibat/presence", &me).await.json();
    assert_eq!(
        answer["technicians"],
        json!([{
            "technician_id": "tech_1", "technician_name": "Léa", "focus": "M050", "string": 3,
            "last_seen_ms": NOW,
        }])
    );
    assert_eq!(hub.client.put("/api/v1/audits/none/presence", &me).await.status, 404);
    let bad = json!({ "technician_id": "tech_1", "focus": "M 1" });
    assert_eq!(hub.client.put("/api/v1/audits/jalibat/presence", &bad).await.json()["field"], "focus");
}

#[tokio::test]
async fn health_metrics_and_the_hub_about_itself() {
    let hub = TestHub::start().await;
    let health = hub.client.get("/healthz").await;
    // Nobody has marked yet: a commit of nothing was tried for the one who asks.
    assert_eq!((health.status.as_u16(), health.json()["commit"].as_str()), (200, Some("ok")));
    hub.jalibat().await;
    assert_eq!(hub.client.get("/healthz").await.json()["commit"], "ok");

    let metrics = hub.client.get("/metrics").await.text();
    for line in
        ["fieldhub_commits_total 1", "fieldhub_ops_total 2", "fieldhub_audits 1", "fieldhub_live_streams 0"]
    {
        assert!(metrics.lines().any(|l| l == line), "{line} in\n{metrics}");
    }
    let info = hub.client.get("/api/v1/hub").await.json();
    assert_eq!((&info["name"], &info["time_ms"]), (&json!("Test hub"), &json!(NOW)));
    assert_eq!(info["time_quality"], "synchronised");
    let (hub_id, log_id) = (info["hub_id"].clone(), info["log_id"].clone());
    let hub = hub.restart().await;
    let info = hub.client.get("/api/v1/hub").await.json();
    assert_eq!((&info["hub_id"], &info["log_id"]), (&hub_id, &log_id), "a restart mints nothing");
}

#[tokio::test]
async fn administration_is_not_for_the_network_and_unknown_addresses_say_so() {
    let hub = TestHub::start().await;
    for (method, path, status) in [
        (Method::GET, "/api/v1/status", 403),
        (Method::GET, "/api/v1/backup", 403),
        (Method::POST, "/api/v1/restore", 403),
        (Method::GET, "/api/v1/nothing", 404),
        (Method::PUT, "/api/v1/audits", 405),
        (Method::POST, "/index.html", 405),
    ] {
        let answer = hub.client.call(method, path, "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["success"].as_bool()),
            (status, Some(false)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_page_comes_from_the_binary_and_is_asked_for_again_by_its_tag() {
    let hub = TestHub::start().await;
    let page = hub.client.get("/").await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-cache"));
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let again = hub.client.request(Method::GET, "/").header("if-none-match", page.header("etag"));
    assert_eq!(hub.client.send(again.body(Default::default()).unwrap()).await.status, 304);
}

#[tokio::test]
async fn a_stamp_that_the_hub_gave_is_always_taken_as_base() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut crowded = mark("M001", "dead", "lea", NOW);
    let base: Vec<String> = (0..1_024).map(|actor| format!("{NOW:012x}-0000-{actor:016x}")).collect();
    crowded["base"] = json!(base.join(","));
    hub.client.ops("jalibat", vec![crowded]).await;
    let mut next = mark("M001", "ok", "max", NOW + 1);
    next["base"] = hub.client.module("jalibat", "M001").await["stamp"].clone();
    assert_eq!(hub.client.ops("jalibat", vec![next]).await[0]["outcome"], "applied");
}
