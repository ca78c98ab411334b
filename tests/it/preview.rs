//! What a file would make, told before it is made; and an audit as a link to scan.

use crate::common::TestHub;
use fieldhub::hub::Surroundings;
use hyper::Method;
use serde_json::{Value, json};

async fn preview(hub: &TestHub, query: &str, body: impl Into<String>) -> (u16, Value) {
    let path = format!("/api/v1/audits/preview{query}");
    let answer = hub.client.call(Method::POST, &path, body.into()).await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test]
async fn each_kind_of_file_is_told_and_nothing_is_made() {
    let hub = TestHub::start().await;
    let (status, plan) = preview(&hub, "", include_str!("../fixtures/jalibat-plan.json")).await;
    assert_eq!(status, 200, "{plan}");
    assert_eq!(
        (&plan["kind"], &plan["name"], &plan["client"]),
        (&json!("plan"), &json!("JALIBAT"), &json!("Watt&Co"))
    );
    assert_eq!(
        (&plan["module_count"], &plan["positions"], &plan["marks"]),
        (&json!(242), &json!(true), &json!(0))
    );
    assert_eq!(plan["strings"][0], json!({ "number": 1, "module_count": 26 }));

    let (_, tablet) = preview(&hub, "", include_str!("../fixtures/jalibat-tablet-export.json")).await;
    assert_eq!((&tablet["kind"], &tablet["exists"]), (&json!("tablet"), &json!(false)));
    assert_eq!((&tablet["marks"], &tablet["module_count"]), (&json!(0), &json!(242)));
    assert_eq!(tablet["token"], "a4e19950-c73c-412c-be4d-699c9de1dde1");

    let (_, csv) =
        preview(&hub, "?token=obs&name=Observed", include_str!("../fixtures/jalibat-observed.csv")).await;
    assert_eq!(
        (&csv["kind"], &csv["name"], &csv["token"]),
        (&json!("csv"), &json!("Observed"), &json!("obs"))
    );
    assert_eq!(csv["defects"], 22);

    let (_, counts) = preview(&hub, "", json!({ "name": "A", "strings": "26,24x9" }).to_string()).await;
    assert_eq!(
        (&counts["kind"], &counts["module_count"], &counts["token"]),
        (&json!("counts"), &json!(242), &Value::Null)
    );
    assert_eq!(hub.client.get("/api/v1/audits").await.json()["audits"], json!([]));
}

#[tokio::test]
async fn an_audit_that_is_there_is_told() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let (_, known) = preview(&hub, "?token=jalibat", include_str!("../fixtures/jalibat-plan.json")).await;
    assert_eq!(known["exists"], true);
    let (_, other) = preview(&hub, "?token=other", include_str!("../fixtures/jalibat-plan.json")).await;
    assert_eq!(other["exists"], false);
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_as_when_it_is_made() {
    let hub = TestHub::start().await;
    let bodies =
        ["", "{}", "no,header\n1,2", r#"{"name":"A","strings":"0"}"#, r#"{"name":"","strings":"1"}"#];
    for body in bodies {
        let made = hub.client.call(Method::POST, "/api/v1/audits", body).await;
        let (status, said) = preview(&hub, "", body).await;
        assert_eq!((status, &said), (made.status.as_u16(), &made.json()), "{body}");
        assert_eq!(status, 400, "{body}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_told_in_a_word_with_its_place() {
    let hub = TestHub::start().await;
    let header = "module_id,string,position,status";
    for (body, told) in [
        (String::new(), json!({ "problem": "empty" })),
        ("to buy: coffee".to_owned(), json!({ "problem": "unrecognised" })),
        ("{\"audits\":".to_owned(), json!({ "problem": "cut_short", "line": 1 })),
        ("module_id,string\nM001,1".to_owned(), json!({ "problem": "column_missing", "line": 1 })),
        (
            format!("{header}\nM001,1,1,broken"),
            json!({ "problem": "bad_status", "line": 2, "column": "status" }),
        ),
        (
            format!("{header}\nM001,1,1,ok\nM001,1,2,ok"),
            json!({ "problem": "module_twice", "line": 3, "column": "module_id" }),
        ),
        (
            format!("{header}\nM001,1,1,ok\nM002,1,1,ok"),
            json!({ "problem": "place_taken", "line": 3, "column": "position" }),
        ),
    ] {
        let (status, said) = preview(&hub, "", &body).await;
        assert_eq!(
            (status, &said["code"], &said["file"]),
            (400, &json!("bad_field"), &told),
            "{body}: {said}"
        );
    }
}

#[tokio::test]
async fn a_link_to_an_audit_is_a_code_to_scan_and_invites_for_leads_alone() {
    let hub = TestHub::crew().await;
    let lead = hub.lead("Lead").await;
    let technician = hub.technician("Léa").await;
    let origin = Some("http://192.168.4.1/".to_owned());
    hub.hub.say_surroundings(Surroundings { origin, ..Surroundings::default() });
    lead.post("/api/v1/audits", &json!({ "name": "A", "token": "a", "strings": "2" })).await;
    let path = "/api/v1/audits/a/share";
    let code = hub.the_crew().code(fieldhub::hub::crew::WhichCode::Crew);
    let of_lead = lead.get(path).await.json();
    assert_eq!(of_lead["url"], format!("http://192.168.4.1/#/join/{}/audit/a", code.as_str()));
    let size = of_lead["qr"]["size"].as_u64().unwrap();
    assert_eq!(of_lead["qr"]["modules"].as_str().unwrap().len() as u64, size * size);
    assert_eq!(technician.get(path).await.json()["url"], "http://192.168.4.1/#/audit/a");
    assert_eq!(lead.get("/api/v1/audits/none/share").await.status, 404);
    hub.hub.say_surroundings(Surroundings::default());
    assert_eq!(lead.get(path).await.json(), json!({ "url": null, "qr": null }));
}
