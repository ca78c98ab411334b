//! The native API: audits made, shown, changed, imported, exported, removed.

use crate::common::{NOW, TestHub, mark};
use fieldhub::domain::Token;
use hyper::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_audit_is_made_shown_changed_and_removed() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let audit = hub.client.get("/api/v1/audits/jalibat").await.json();
    assert_eq!(
        (&audit["name"], &audit["client"], &audit["location"]),
        (&json!("JALIBAT"), &json!("Watt&Co"), &Value::Null)
    );
    assert_eq!((&audit["module_count"], &audit["string_count"]), (&json!(242), &json!(10)));
    assert_eq!(audit["strings"][0], json!({ "number": 1, "module_count": 26 }));
    assert_eq!(audit["modules"].as_array().unwrap().len(), 242);
    assert_eq!(
        audit["modules"][26],
        json!({
            "module_id": "M027", "string": 2, "position": 1, "status": "pending", "comment": null, "technician_id": null,
            "technician_name": null, "updated_at_ms": null, "conflict": false, "stamp": "", "seq": 0,
        })
    );
    assert_eq!(audit["log_id"], hub.client.get("/api/v1/hub").await.json()["log_id"]);

    let again = json!({ "name": "X", "token": "jalibat", "strings": "1" });
    assert_eq!(hub.client.post("/api/v1/audits", &again).await.status, 409);

    let change = json!({ "name": "JALIBAT 2", "client": null, "location": "Castelmoron" });
    let answer = hub.client.call(Method::PATCH, "/api/v1/audits/jalibat", change.to_string()).await;
    assert_eq!(answer.status, 200);
    let list = hub.client.get("/api/v1/audits").await.json();
    let summary = &list["audits"][0];
    assert_eq!((&summary["name"], &summary["client"]), (&json!("JALIBAT 2"), &Value::Null));
    assert_eq!(summary["location"], "Castelmoron");

    assert_eq!(hub.client.call(Method::DELETE, "/api/v1/audits/jalibat", "").await.status, 204);
    assert_eq!(hub.client.call(Method::DELETE, "/api/v1/audits/jalibat", "").await.status, 404);
    assert_eq!(hub.client.get("/api/v1/audits/jalibat").await.status, 404);
    let hub = hub.restart().await;
    assert_eq!(hub.client.get("/api/v1/audits/jalibat").await.status, 404, "and it stays removed");
}

#[tokio::test]
async fn who_had_an_audit_made_is_known_where_that_was_somebody() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lead = hub.lead("Léa").await;
    let body = json!({ "name": "Toiture", "token": "roof", "strings": "2" });
    assert_eq!(lead.post("/api/v1/audits", &body).await.json()["made_by"], "Léa");
    let plan = include_str!("../fixtures/jalibat-plan.json");
    let made = lead.call(Method::POST, "/api/v1/audits?token=plan", plan).await;
    assert_eq!((made.status.as_u16(), &made.json()["made_by"]), (201, &json!("Léa")));
    // Somebody else changes it: it is still hers.
    let other = hub.lead("Marc").await;
    other.call(Method::PATCH, "/api/v1/audits/roof", json!({ "name": "Toit" }).to_string()).await;
    let of = |list: &Value, token: &str| {
        let audits = list["audits"].as_array().unwrap();
        audits.iter().find(|audit| audit["token"] == token).unwrap()["made_by"].clone()
    };
    let list = lead.get("/api/v1/audits").await.json();
    assert_eq!((of(&list, "roof"), of(&list, "plan")), (json!("Léa"), json!("Léa")));
    assert_eq!(of(&list, "jalibat"), "Maker");
    let hub = hub.restart().await;
    let again = hub.lead("Ana").await.get("/api/v1/audits").await.json();
    assert_eq!(of(&again, "roof"), "Léa", "also after a start");
    // Without a crew it is the hub itself, as it was for all that are older than this.
    let open = TestHub::start().await;
    open.jalibat().await;
    let list = open.client.get("/api/v1/audits").await.json();
    assert_eq!(of(&list, "jalibat"), Value::Null);
}

#[tokio::test]
async fn a_token_made_again_goes_on_counting_and_shows_nothing_old() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let first = mark("M001", "dead", "lea", NOW);
    hub.client.ops("jalibat", vec![first.clone()]).await;
    hub.client.call(Method::DELETE, "/api/v1/audits/jalibat", "").await;
    hub.jalibat().await;
    assert_eq!(hub.client.module("jalibat", "M001").await["status"], "pending");
    let result = &hub.client.ops("jalibat", vec![first]).await[0];
    assert_eq!(result["outcome"], "applied", "the old operation is not known any more");
    assert_eq!(result["seq"], 7, "sequence numbers never go back");
}

#[tokio::test]
async fn what_is_no_audit_is_refused_with_the_field() {
    let hub = TestHub::start().await;
    for (body, field) in [
        (json!({ "name": "", "strings": "1" }), "name"),
        (json!({ "name": "x".repeat(101), "strings": "1" }), "name"),
        (json!({ "name": "A", "strings": "0" }), "strings"),
        (json!({ "name": "A", "strings": "25x801" }), "strings"),
        (json!({ "name": "A" }), "strings"),
        (json!({ "strings": "1" }), "name"),
        (json!({ "name": "A", "strings": "1", "token": "a b" }), "token"),
        (json!({ "name": "A", "strings": 24 }), "strings"),
    ] {
        let answer = hub.client.post("/api/v1/audits", &body).await;
        assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (400, Some(field)), "{body}");
    }
    assert_eq!(hub.client.get("/api/v1/audits").await.json()["audits"], json!([]));
}

#[tokio::test]
async fn documents_are_recognised_and_a_tablet_export_goes_round() {
    let hub = TestHub::start().await;
    let plan = include_str!("../fixtures/jalibat-plan.json");
    let answer = hub.client.call(Method::POST, "/api/v1/audits?token=plan", plan).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.json()["module_count"], 242);
    assert_eq!(
        (&answer.json()["modules"][0]["row"], &answer.json()["modules"][0]["col"]),
        (&json!(1), &json!(1))
    );

    let csv = include_str!("../fixtures/jalibat-observed.csv");
    let answer = hub.client.call(Method::POST, "/api/v1/audits?token=csv&name=Observed", csv).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!((&answer.json()["name"], &answer.json()["defects"]), (&json!("Observed"), &json!(22)));

    let export = hub.client.get("/api/v1/audits/csv/export?format=json").await;
    assert_eq!(export.json()["auditToken"], "csv");
    // The same hub takes it as a repeat that changes nothing.
    let before = hub.client.get("/api/v1/audits/csv").await.json();
    let answer = hub.client.call(Method::POST, "/api/v1/audits", export.body.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = hub.client.call(Method::POST, "/api/v1/audits", export.body.clone()).await;
    assert_eq!(answer.json()["modules"][0]["status"], before["modules"][0]["status"]);
    assert_eq!((&answer.json()["defects"], &answer.json()["conflicts"]), (&json!(22), &json!(0)));
    // Another hub makes the audit from it.
    let other = TestHub::start().await;
    let answer = other.client.call(Method::POST, "/api/v1/audits", export.body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let (ours, theirs) = (
        hub.client.get("/api/v1/audits/csv/export?format=csv").await.text(),
        other.client.get("/api/v1/audits/csv/export?format=csv").await.text(),
    );
    assert_eq!(ours, theirs);
    assert_eq!(ours.lines().count(), 243);

    let answer = hub.client.call(Method::POST, "/api/v1/audits", "rubbish").await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn an_audit_has_at_most_twenty_thousand_modules() {
    let hub = TestHub::start().await;
    let body = json!({ "name": "Large", "token": "large", "strings": "25x799,23" });
    assert_eq!(hub.client.post("/api/v1/audits", &body).await.status, 201);
    let marks = ["X1", "X2", "X3", "X1", "M00001"].map(|m| mark(m, "ok", "lea", NOW)).to_vec();
    let outcomes: Vec<_> =
        hub.client.ops("large", marks).await.iter().map(|r| r["outcome"].clone()).collect();
    assert_eq!(outcomes, ["applied", "applied", "refused", "applied", "applied"]);
    assert_eq!(hub.client.ops("large", vec![mark("X4", "ok", "lea", NOW)]).await[0]["outcome"], "refused");
    let v33 = json!({ "status": "ok", "technicianId": "tech_1" });
    assert_eq!(hub.client.post("/api/audit/large/module/X5", &v33).await.json()["field"], "module_id");
    let summary = &hub.client.get("/api/v1/audits").await.json()["audits"][0];
    assert_eq!((&summary["module_count"], &summary["by_status"]["ok"]), (&json!(20_000), &json!(3)));
}

#[tokio::test]
async fn a_reader_of_an_audit_made_again_gets_to_its_end() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client.call(Method::DELETE, "/api/v1/audits/jalibat", "").await;
    hub.hub.apply_or_make(Token::parse("jalibat").unwrap(), Vec::new()).await.unwrap();
    let page = hub.client.get("/api/v1/audits/jalibat/ops?after=0").await.json();
    assert_eq!((&page["ops"], &page["next"]), (&json!([]), &page["head"]));
}
