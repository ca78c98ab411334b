//! Access at its edges: bodies that outlast their sender's stay, keys and codes replaced in the middle of a
//! call, clocks that go astray, and ids that are somebody else's.

use crate::common::raw::Raw;
use crate::common::wait::until_async;
use crate::common::{Client, NOW, TestClock, TestHub, mark};
use fieldhub::domain::crew::Access;
use fieldhub::hub::change;
use hyper::Method;
use serde_json::{Value, json};

const DAY: u64 = 86_400_000;

async fn id(client: &Client) -> String {
    client.get("/api/v1/me").await.json()["technician_id"].as_str().unwrap().to_owned()
}

/// Begin a request whose body is `length` bytes; the hub has let it in when this returns.
async fn begin(hub: &TestHub, client: &Client, call: &str, length: usize) -> Raw {
    let seen = || hub.the_crew().members().iter().filter(|(_, heard)| heard.is_some()).count();
    let before = seen();
    let mut raw = Raw::to(hub.address).await;
    let token = client.token();
    let head =
        format!("{call} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {token}\r\ncontent-length: {length}");
    raw.send(&format!("{head}\r\n\r\n")).await;
    until_async("the request is let in", async || seen() > before).await;
    raw
}

#[tokio::test]
async fn a_body_that_comes_after_its_sender_was_sent_away_changes_nothing() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let native = json!({"ops": [mark("M001", "dead", "x", NOW)]}).to_string();
    let v33 = json!({"status": "dead"}).to_string();
    let (ops, module) = ("POST /api/v1/audits/jalibat/ops", "POST /api/audit/jalibat/module/M001");
    for (call, body) in [(ops, &native), (module, &v33)] {
        let mut raw = begin(&hub, &hub.technician("Léa").await, call, body.len()).await;
        let everybody = change(hub.the_crew(), |crew| crew.revoke_all()).await.unwrap();
        assert!(everybody > 0);
        raw.send(body).await;
        let said = raw.hear().await.unwrap();
        assert_eq!((said.status, &said.json()["code"]), (401, &json!("revoked")), "{call}");
    }
    assert_eq!(hub.technician("Marc").await.module("jalibat", "M001").await["status"], "pending");
}

#[tokio::test]
async fn a_role_that_was_taken_while_the_body_came_counts_no_more() {
    let hub = TestHub::crew().await;
    let marc = hub.lead("Marc").await;
    let backup = marc.get("/api/v1/backup").await.body;
    let log_id = hub.hub.identity().log_id;
    for role in ["technician", "viewer"] {
        let lead = hub.lead("Zoé").await;
        let (technician, _) = hub.the_crew().members().into_iter().find(|(m, _)| m.name == "Zoé").unwrap();
        let mut raw = begin(&hub, &lead, "POST /api/v1/restore", backup.len()).await;
        let role = role.parse().unwrap();
        let demote =
            move |crew: &fieldhub::hub::Crew| crew.set(technician.technician.as_str(), Some(role), None);
        change(hub.the_crew(), demote).await.unwrap();
        // It may refuse before it has read everything.
        let _ = tokio::io::AsyncWriteExt::write_all(&mut raw.0, &backup).await;
        assert_eq!(raw.hear().await.unwrap().status, 403);
        change(hub.the_crew(), |crew| crew.revoke_all()).await.unwrap();
    }
    assert_eq!(hub.hub.identity().log_id, log_id, "nothing was restored");
}

#[tokio::test]
async fn a_session_renewed_while_the_time_was_unknown_has_its_whole_life_before_it() {
    let hub = TestHub::crew_with_clock(TestClock::new(false)).await;
    let lea = hub.technician("Léa").await;
    hub.hub.clock().told_by_upstream(NOW + 365 * DAY);
    let mut changes = hub.the_crew().changes();
    id(&lea).await;
    changes.changed().await.unwrap();
    // A month later the hub wakes up as it did before, and Léa's session is renewed at once.
    let mut hub = hub;
    let dir = hub.stop().await;
    let hub = TestHub::start_in(dir, TestClock::new(false), Access::Crew).await;
    let lea = hub.client.with_token(lea.token());
    let renewed = lea.post("/api/v1/me/renew", &Value::Null).await.json();
    let lea = hub.client.with_token(renewed["token"].as_str().unwrap());
    hub.hub.clock().told_by_upstream(NOW + 397 * DAY);
    assert_eq!(lea.get("/api/v1/me").await.status, 200, "renewed a moment ago");
}

#[tokio::test]
async fn a_token_does_not_outlive_its_key_by_being_renewed_in_that_moment() {
    let hub = TestHub::crew().await;
    let lea = hub.technician("Léa").await;
    let crew = hub.the_crew();
    let session = hub.hub.session(crew, lea.token()).unwrap();
    change(crew, |crew| crew.rotate_key()).await.unwrap();
    let at = hub.hub.moment();
    assert!(change(crew, move |crew| crew.renew(&session, at)).await.is_err());
}

#[tokio::test]
async fn two_members_never_count_as_one_tablet() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let code = hub.the_crew().code(fieldhub::hub::crew::WhichCode::Crew).as_str().to_owned();
    let join = |from: Client, name: &str| {
        let body = json!({"code": code, "name": name, "device_id": "dev_one"});
        async move {
            let joined = from.post("/api/v1/join", &body).await.json();
            from.with_token(joined["token"].as_str().unwrap())
        }
    };
    let lea = join(hub.client.clone(), "Léa").await;
    let copy = join(hub.client.at(2), "Marc").await;
    let device = |client: Client| async move { client.get("/api/v1/me").await.json()["device_id"].clone() };
    assert_eq!(device(lea.clone()).await, "dev_one");
    assert_ne!(device(copy.clone()).await, "dev_one");
    lea.ops("jalibat", vec![mark("M001", "dead", "x", NOW)]).await;
    let blind = copy.ops("jalibat", vec![mark("M001", "ok", "x", NOW)]).await;
    assert_eq!(blind[0]["outcome"], "conflict", "neither had seen the other");
    // Whoever proves to have been it stays it, and so does the tablet of somebody who was sent away.
    let lea = join(lea.at(3), "Léa").await;
    assert_eq!(device(lea.clone()).await, "dev_one");
    let gone = id(&lea).await;
    change(hub.the_crew(), move |crew| crew.set(&gone, None, Some(true))).await.unwrap();
    assert_eq!(device(join(hub.client.at(4), "Zoé").await).await, "dev_one");
}

#[tokio::test]
async fn a_stranger_does_not_pass_for_a_members_tablet() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lead = hub.lead("Marc").await;
    lead.put("/api/v1/audits/jalibat/open-v33", &json!({"open": true})).await;
    for (forged, status) in [("dev_Marc", 401), ("dev_Old", 200)] {
        let mark = json!({"status": "dead", "technicianId": forged});
        let answer = hub.client.post("/api/audit/jalibat/module/M001", &mark).await;
        assert_eq!(answer.status.as_u16(), status, "{forged}");
    }
}

#[tokio::test]
async fn an_audit_that_cannot_be_closed_to_strangers_is_not_removed() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lead = hub.lead("Marc").await;
    lead.put("/api/v1/audits/jalibat/open-v33", &json!({"open": true})).await;
    // Nothing can be written beside the book.
    let in_the_way = hub.dir().join("fieldhub.crew.new");
    std::fs::create_dir(&in_the_way).unwrap();
    let remove = || lead.call(Method::DELETE, "/api/v1/audits/jalibat", "");
    assert!(remove().await.status.is_server_error());
    assert_eq!(lead.get("/api/v1/audits/jalibat").await.status, 200);
    std::fs::remove_dir(&in_the_way).unwrap();
    assert_eq!(remove().await.status, 204);
    hub.jalibat().await;
    assert_eq!(hub.client.get("/api/audit/jalibat/technicians").await.status, 401);
}

#[tokio::test]
async fn a_restore_that_broke_off_leaves_nothing_on_the_disk() {
    let hub = TestHub::crew().await;
    let lead = hub.lead("Marc").await;
    let upload = hub.dir().join("restore.redb");
    let mut raw = begin(&hub, &lead, "POST /api/v1/restore", 1 << 20).await;
    raw.send(&"x".repeat(64 << 10)).await;
    until_async("the upload begins", async || upload.exists()).await;
    let second = lead.post("/api/v1/restore", &json!("another")).await;
    assert_eq!((second.status.as_u16(), second.header("retry-after")), (503, "2"), "one at a time");
    assert!(upload.exists());
    drop(raw);
    until_async("the upload is removed", async || !upload.exists()).await;
}

#[tokio::test]
async fn what_changes_nothing_is_not_written() {
    let hub = TestHub::crew().await;
    let lea = hub.technician("Léa").await;
    let changes = hub.the_crew().changes();
    let same = lea.call(Method::PATCH, "/api/v1/me", json!({"name": "Léa"}).to_string()).await;
    assert_eq!((same.status.as_u16(), &same.json()["name"]), (200, &json!("Léa")));
    assert!(!changes.has_changed().unwrap(), "every listener would look again, and the card be written");
}

/// Nobody on the network could make another lead. Whoever sits at the hub can.
#[tokio::test]
async fn the_last_lead_stays_one() {
    let hub = TestHub::crew().await;
    let (marc, lea) = (hub.lead("Marc").await, hub.technician("Lea").await);
    let crew = hub.the_crew();
    // A hub has the rights of a lead, and is nobody who looks after a crew.
    crew.admit_hub("Office", hub.hub.moment()).unwrap();
    let id = |name: &str| {
        let members = crew.members();
        members.iter().find(|(member, _)| member.name == name).unwrap().0.technician.to_string()
    };
    let set = async |client: &crate::common::Client, name: &str, change: serde_json::Value| {
        let path = format!("/api/v1/crew/{}", id(name));
        let answer = client.call(Method::PATCH, &path, change.to_string()).await;
        (answer.status.as_u16(), answer.json()["code"].clone())
    };
    for change in [json!({"role": "viewer"}), json!({"role": "technician"}), json!({"revoked": true})] {
        assert_eq!(set(&marc, "Marc", change).await, (409, json!("last_lead")));
    }
    assert_eq!(marc.get("/api/v1/crew").await.status, 200);
    assert_eq!(set(&marc, "Lea", json!({"role": "lead"})).await.0, 200);
    assert_eq!(set(&marc, "Marc", json!({"role": "viewer"})).await.0, 200);
    assert_eq!(set(&lea, "Lea", json!({"revoked": true})).await, (409, json!("last_lead")));
    let id = id("Lea");
    change(crew, move |crew| crew.set(&id, None, Some(true))).await.unwrap();
    assert_eq!(lea.get("/api/v1/crew").await.json()["code"], "revoked");
}
