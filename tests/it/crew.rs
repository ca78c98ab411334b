//! Joining: by which code, as whom, and what a lead sees of the crew. What becomes of a session is in `sessions`.

use std::sync::atomic::Ordering;

use crate::common::{Client, NOW, TestClock, TestHub, device_of, mark};
use fieldhub::hub::change;
use fieldhub::hub::crew::{Claims, WhichCode};
use hyper::Method;
use serde_json::{Value, json};

pub const DAY: u64 = 86_400_000;

pub fn code(hub: &TestHub, which: WhichCode) -> String {
    hub.the_crew().code(which).as_str().to_owned()
}

pub fn body(code: &str, name: &str) -> Value {
    json!({"code": code, "name": name, "device_id": device_of(name)})
}

fn claims(token: &str) -> Claims {
    jsonwebtoken::dangerous::insecure_decode::<Claims>(token).unwrap().claims
}

pub fn id(client: &Client) -> String {
    claims(client.token()).sub
}

pub async fn set(hub: &TestHub, technician: String, role: Option<&str>, revoked: Option<bool>) {
    let role = role.map(|word| word.parse().unwrap());
    change(hub.the_crew(), move |crew| crew.set(&technician, role, revoked)).await.unwrap();
}

/// nginx as it comes puts the hub's own address for the host that the tablet asked for; with the line of the manual it passes it on.
#[tokio::test]
async fn joining_behind_a_proxy_that_hides_the_host_says_so_and_behind_one_that_passes_it_on_works() {
    let hub = TestHub::crew().await;
    let typed = code(&hub, WhichCode::Crew);
    let through = async |host: &str, name: &str| {
        let request = hub.client.request(Method::POST, "/api/v1/join");
        let mut request =
            request.header("origin", "http://pv.example:8443").header("content-type", "application/json");
        let headers = request.headers_mut().unwrap();
        headers.insert("host", host.parse().unwrap());
        hub.client.send(request.body(body(&typed, name).to_string().into()).unwrap()).await
    };
    let hidden = through(&hub.address.to_string(), "Léa").await;
    assert_eq!((hidden.status.as_u16(), &hidden.json()["code"]), (403, &json!("foreign_page")));
    let said = hidden.json()["error"].as_str().unwrap().to_owned();
    assert!(said.contains("proxy"), "what to do about it: {said}");
    let passed = through("pv.example:8443", "Léa").await;
    assert_eq!(
        (passed.status.as_u16(), &passed.json()["role"]),
        (200, &json!("technician")),
        "{}",
        passed.text()
    );
    // The line is in the manual.
    let manual = include_str!("../../docs/operations.md");
    assert!(manual.contains("proxy_set_header Host $http_host;"));
}

#[tokio::test]
async fn joining_takes_the_code_and_gives_a_session() {
    let hub = TestHub::crew().await;
    let typed = hub.the_crew().code(WhichCode::Crew).spaced().to_lowercase();
    let answer = hub.client.post("/api/v1/join", &body(&typed, "Léa")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let joined = answer.json();
    assert_eq!((&joined["name"], &joined["role"]), (&json!("Léa"), &json!("technician")));
    assert_eq!(joined["expires_at_ms"], NOW + 30 * DAY);

    let token = joined["token"].as_str().unwrap();
    let claims = claims(token);
    assert_eq!(Value::from(claims.sub.clone()), joined["technician_id"]);
    assert_eq!((claims.name.as_str(), claims.role.as_str()), ("Léa", "technician"));
    assert_eq!((claims.iat, claims.exp), (NOW / 1_000, (NOW + 30 * DAY) / 1_000));
    assert_ne!(claims.jti, claims.hub);

    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("fieldhub-") && cookie.contains(token), "{cookie}");
    assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), "{cookie}");

    let me = hub.client.with_token(token).get("/api/v1/me").await.json();
    assert_eq!((&me["technician_id"], &me["device_id"]), (&joined["technician_id"], &json!("dev_La")));

    let lead = hub.client.post("/api/v1/join", &body(&code(&hub, WhichCode::Lead), "Marc")).await.json();
    assert_eq!(lead["role"], "lead");
    for wrong in ["2345ACDE", "", "not a code at all"] {
        let answer = hub.client.post("/api/v1/join", &body(wrong, "Léa")).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (403, &json!("wrong_code")), "{wrong}");
    }
}

#[tokio::test]
async fn a_device_that_proves_who_it_was_keeps_its_technician() {
    let clock = TestClock::new(true);
    let hub = TestHub::crew_with_clock(clock.clone()).await;
    let lea = hub.technician("Léa").await;
    let again = |from: Client, host: u8| {
        let request = body(&code(&hub, WhichCode::Crew), "Léa");
        async move { from.at(host).post("/api/v1/join", &request).await.json()["technician_id"].clone() }
    };
    assert_eq!(again(lea.clone(), 2).await, id(&lea), "a good token");
    clock.advance(90 * DAY);
    assert_eq!(lea.get("/api/v1/me").await.json()["code"], "expired");
    assert_eq!(again(lea.clone(), 3).await, id(&lea), "an expired one");
    assert_ne!(again(hub.client.clone(), 4).await, id(&lea), "none: somebody else of that name");
    set(&hub, id(&lea), None, Some(true)).await;
    assert_ne!(again(lea.clone(), 5).await, id(&lea), "somebody who was sent away comes as somebody new");

    // A lead who scans the crew's code again stays lead.
    let marc = hub.lead("Marc").await;
    let request = body(&code(&hub, WhichCode::Crew), "Marc");
    assert_eq!(marc.at(6).post("/api/v1/join", &request).await.json()["role"], "lead");
}

#[tokio::test]
async fn the_author_of_a_mark_is_whose_token_it_came_with() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lea = hub.technician("Léa").await;
    let mut forged = mark("M001", "dead", "Marc", NOW);
    let mut silent = mark("M002", "ok", "Marc", NOW);
    for field in ["technician_id", "technician_name", "device_id"] {
        silent.as_object_mut().unwrap().remove(field);
    }
    forged["technician_id"] = json!("not even in form");
    let results = lea.ops("jalibat", vec![forged, silent]).await;
    assert!(results.iter().all(|r| r["outcome"] == "applied"), "{results:?}");
    let v33 = json!({"status": "inequality", "technicianId": "tech_marc", "technicianName": "Marc"});
    assert_eq!(lea.post("/api/audit/jalibat/module/M003", &v33).await.status, 200);
    for module in ["M001", "M002", "M003"] {
        let history = lea.get(&format!("/api/v1/audits/jalibat/modules/{module}/history")).await.json();
        let entry = &history["entries"][0];
        assert_eq!(
            (&entry["technician_id"], &entry["technician_name"], &entry["device_id"]),
            (&json!(id(&lea)), &json!("Léa"), &json!("dev_La")),
        );
    }
    lea.put("/api/v1/audits/jalibat/presence", &json!({"technician_id": "tech_x", "technician_name": "X"}))
        .await;
    let here = lea.get("/api/audit/jalibat/technicians").await.json();
    assert_eq!(here["technicians"][0]["technician_id"], id(&lea));

    // The name that counts is the one of now, not of when the token was made.
    let renamed = lea.call(Method::PATCH, "/api/v1/me", json!({"name": "Léa B."}).to_string()).await;
    assert_eq!(renamed.json()["name"], "Léa B.");
    lea.ops("jalibat", vec![mark("M004", "ok", "x", NOW)]).await;
    assert_eq!(lea.module("jalibat", "M004").await["technician_name"], "Léa B.");
}

#[tokio::test]
async fn what_a_lead_imports_is_by_whom_it_says() {
    let hub = TestHub::crew().await;
    let lead = hub.lead("Marc").await;
    let csv = "module_id,string,position,status,comment,technician_id\nM001,1,1,dead,,tech_lea\n";
    let answer = lead.call(Method::POST, "/api/v1/audits?token=old", csv).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_ne!(lead.module("old", "M001").await["technician_id"], id(&lead));
}

#[tokio::test]
async fn v33_clients_need_a_session_unless_the_audit_is_open_to_them() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lead = hub.lead("Marc").await;
    lead.post("/api/v1/audits", &json!({"name": "Other", "token": "other", "strings": "3"})).await;
    let mark = json!({"status": "ok", "technicianId": "tech_old", "technicianName": "Old tablet"});
    let at = |audit: &str| format!("/api/audit/{audit}/module/M001");
    assert_eq!(hub.client.post(&at("jalibat"), &mark).await.status, 401);
    let open = "/api/v1/audits/jalibat/open-v33";
    assert_eq!(lead.put(open, &json!({"open": true})).await.json()["open_v33"], true);

    assert_eq!(hub.client.post(&at("jalibat"), &mark).await.status, 200);
    let updates = hub.client.get("/api/audit/jalibat/updates?since=0").await.json();
    assert_eq!(updates["updates"][0]["technician_id"], "tech_old");
    assert_eq!(hub.client.post("/api/audit/jalibat/heartbeat", &mark).await.status, 200);
    assert_eq!(hub.client.get("/api/audit/jalibat/technicians").await.status, 200);
    // That audit, and by v3.3, alone.
    assert_eq!(hub.client.post(&at("other"), &mark).await.status, 401);
    assert_eq!(hub.client.post(&at("unheard-of"), &mark).await.status, 401);
    assert_eq!(hub.client.get("/api/v1/audits/jalibat").await.status, 401);
    assert_eq!(hub.client.get("/api/v1/audits/jalibat/live").await.status, 401);
    // Nobody passes for a member.
    let forged = json!({"status": "dead", "technicianId": id(&lead), "technicianName": "Marc"});
    assert_eq!(hub.client.post(&at("jalibat"), &forged).await.status, 401);
    // A token that is no longer good is refused aloud.
    assert_eq!(hub.client.with_token("x.y.z").post(&at("jalibat"), &mark).await.status, 401);

    // The next audit of that name is not open.
    assert_eq!(lead.call(Method::DELETE, "/api/v1/audits/jalibat", "").await.status, 204);
    hub.jalibat().await;
    assert_eq!(hub.client.post(&at("jalibat"), &mark).await.status, 401);
    lead.put(open, &json!({"open": true})).await;
    lead.put(open, &json!({"open": false})).await;
    assert_eq!(hub.client.post(&at("jalibat"), &mark).await.status, 401);
}

#[tokio::test]
async fn an_unknown_token_makes_an_audit_for_a_lead_alone() {
    let hub = TestHub::crew().await;
    let (lea, marc) = (hub.technician("Léa").await, hub.lead("Marc").await);
    let mark = json!({"status": "ok"});
    assert_eq!(lea.post("/api/audit/new/module/M001", &mark).await.status, 404);
    assert_eq!(lea.post("/api/audit/new/heartbeat", &json!({})).await.status, 404);
    assert_eq!(marc.post("/api/audit/new/module/M001", &mark).await.status, 200);
    assert_eq!(lea.post("/api/audit/new/module/M002", &mark).await.status, 200);
}

#[tokio::test]
async fn strangers_do_not_tell_the_hub_what_time_it_is() {
    let clock = TestClock::new(false);
    let hub = TestHub::crew_with_clock(clock.clone()).await;
    hub.jalibat().await;
    hub.lead("Marc").await.put("/api/v1/audits/jalibat/open-v33", &json!({"open": true})).await;
    let later = NOW + 2_000 * DAY;
    for host in [2, 3, 4] {
        let path = format!("/api/audit/jalibat/updates?since={later}");
        assert_eq!(hub.client.at(host).get(&path).await.status, 200);
    }
    assert_eq!(hub.hub.clock().now_ms(), clock.wall_ms.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_lead_sees_the_crew() {
    let hub = TestHub::crew().await;
    let lead = hub.lead("Marc").await;
    let lea = hub.technician("Léa").await;
    lea.get("/api/v1/me").await;
    set(&hub, id(&lea), None, Some(true)).await;
    let crew = lead.get("/api/v1/crew").await.json();
    let members = crew["members"].as_array().unwrap();
    assert_eq!(members.len(), 2);
    assert_eq!((&members[0]["name"], &members[0]["role"]), (&json!("Marc"), &json!("lead")));
    assert_eq!((&members[1]["revoked"], &members[1]["last_seen_ms"]), (&json!(true), &json!(NOW)));
    let path = format!("/api/v1/crew/{}", id(&lea));
    let answer = lead.call(Method::PATCH, &path, json!({"role": "chief"}).to_string()).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (400, &json!("role")));
    let answer =
        lead.call(Method::PATCH, "/api/v1/crew/tech_none", json!({"revoked": true}).to_string()).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn viewers_have_a_code_of_their_own() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lead = hub.lead("Marc").await;
    let shown = lead.get("/api/v1/crew/viewer-code").await.json();
    let viewers = shown["code"].as_str().unwrap();
    assert_eq!(viewers, code(&hub, WhichCode::Viewer));
    let joined = hub.client.post("/api/v1/join", &body(viewers, "Office")).await.json();
    assert_eq!(joined["role"], "viewer");
    let office = hub.client.with_token(joined["token"].as_str().unwrap());
    assert_eq!(office.get("/api/v1/audits/jalibat").await.status, 200);
    let ops = json!({"ops": [mark("M001", "ok", "x", NOW)]});
    assert_eq!(office.post("/api/v1/audits/jalibat/ops", &ops).await.status, 403);
    assert_eq!(office.get("/api/v1/crew/viewer-code").await.status, 403, "and it invites nobody");

    // Whoever got the crew's code meanwhile marks; it makes nobody less than they are.
    let again = |from: Client, which, name: &'static str| {
        let request = body(&code(&hub, which), name);
        async move { from.post("/api/v1/join", &request).await.json()["role"].clone() }
    };
    assert_eq!(again(office.clone(), WhichCode::Crew, "Office").await, "technician");
    assert_eq!(again(office.clone(), WhichCode::Viewer, "Office").await, "technician");
    // Whom a lead made a viewer the crew's code does not help.
    set(&hub, id(&office), Some("viewer"), None).await;
    assert_eq!(again(office.clone(), WhichCode::Crew, "Office").await, "viewer");
    assert_eq!(again(office.clone(), WhichCode::Lead, "Office").await, "lead");

    let new = lead.post("/api/v1/crew/viewer-code", &Value::Null).await.json()["code"].clone();
    assert_ne!(new, viewers);
    assert_eq!(hub.client.post("/api/v1/join", &body(viewers, "Client")).await.status, 403);
    let joined = hub.client.post("/api/v1/join", &body(new.as_str().unwrap(), "Client")).await.json();
    assert_eq!(joined["role"], "viewer");
    assert_ne!(code(&hub, WhichCode::Crew), new.as_str().unwrap());
}

#[tokio::test]
async fn a_lead_sees_what_each_tablet_says_of_itself_and_what_none_has_said_is_not_zero() {
    let hub = TestHub::crew().await;
    let (lead, lea) = (hub.lead("Marc").await, hub.technician("Léa").await);
    let tablet_of = |name: &'static str| {
        let lead = lead.clone();
        async move {
            let crew = lead.get("/api/v1/crew").await.json();
            let members = crew["members"].as_array().unwrap().clone();
            members.into_iter().find(|m| m["name"] == name).unwrap()["tablet"].clone()
        }
    };
    assert_eq!(tablet_of("Léa").await, Value::Null);
    let said = json!({"unsent": 3, "refused": 0, "page": "0.1.0", "system": "Android, Chrome 120", "battery_percent": 84});
    assert_eq!(lea.put("/api/v1/me/tablet", &said).await.status, 204);
    let mut shown = said.clone();
    shown["charging"] = Value::Null;
    shown["unsent_photos"] = Value::Null;
    shown["told_ms"] = json!(NOW);
    assert_eq!(tablet_of("Léa").await, shown);
    assert_eq!(tablet_of("Marc").await, Value::Null, "each has its own");
    // A tablet whose storage does not answer says less, and what it said before is not taken for it.
    lea.put("/api/v1/me/tablet", &json!({"page": "0.1.0", "later": "a field of a later page"})).await;
    assert_eq!(tablet_of("Léa").await["unsent"], Value::Null);
    // What was last said stays to be read of somebody who was sent away.
    lea.put("/api/v1/me/tablet", &said).await;
    set(&hub, id(&lea), None, Some(true)).await;
    assert_eq!(lea.put("/api/v1/me/tablet", &json!({"unsent": 0})).await.status, 401);
    assert_eq!(tablet_of("Léa").await["unsent"], 3);
}
