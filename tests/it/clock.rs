//! The hub's clock as a crew meets it: who moves it, who doesn't, and what a wrong time does not do.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::common::program::{Serving, run};
use crate::common::{Client, NOW, TestClock, TestHub, mark};
use fieldhub::domain::crew::Access;
use fieldhub::domain::site_clock::{Quality, TimeSource};
use hyper::Method;
use rustix::process::Signal;
use serde_json::{Value, json};

const DAY: u64 = 86_400_000;
const HOUR: u64 = 3_600_000;

/// A hub on a machine whose clock nobody has set, and the clock.
async fn crew_hub() -> (TestHub, Arc<TestClock>) {
    let clock = TestClock::new(false);
    let hub = TestHub::crew_with_clock(clock.clone()).await;
    hub.jalibat().await;
    (hub, clock)
}

/// The machine starts with a wrong date, and the hub on it.
async fn with_a_wrong_date() -> TestHub {
    let (mut hub, clock) = crew_hub().await;
    let dir = hub.stop().await;
    clock.wall_ms.fetch_add(400 * DAY, Ordering::SeqCst);
    TestHub::start_in(dir, clock, Access::Crew).await
}

async fn say(client: &Client, time_ms: u64) {
    let here = json!({ "technician_id": "tech_1", "sent_at_ms": time_ms });
    assert_eq!(client.put("/api/v1/audits/jalibat/presence", &here).await.status, 200);
}

/// All of them say that it is so much later than the hub's machine thinks, for a minute.
async fn all_say(clients: &[(&Client, u64)], clock: &TestClock, ahead_ms: u64) {
    for passed in 0..6 {
        for (client, off) in clients {
            say(client, NOW + ahead_ms + off + passed * 10_000).await;
        }
        clock.advance(10_000);
    }
}

fn moved(hub: &TestHub) -> u64 {
    hub.hub.clock().now_ms() - hub.clock.wall_ms.load(Ordering::SeqCst)
}

#[tokio::test]
async fn one_person_with_two_joins_moves_nothing_and_ends_nobodys_session() {
    let (hub, clock) = crew_hub().await;
    let lea = hub.technician("Léa").await;
    let (mad, bad) = (hub.technician("Mad").await.at(5), hub.technician("Bad").await.at(5));
    for years in 1..325 {
        let said = NOW + years * 366 * DAY;
        say(&mad, said).await;
        say(&bad, said).await;
        clock.advance(25);
    }
    assert_eq!((moved(&hub), hub.hub.clock().quality()), (0, Quality::Unknown));
    // Not when they have been there for hours either, from two addresses as Mad and Mad.
    clock.advance(5 * HOUR);
    let other = hub.technician("Mad").await.at(6);
    for hours in 0..5 {
        all_say(&[(&mad, hours * HOUR), (&other, hours * HOUR)], &clock, 5 * HOUR + 300 * DAY).await;
        clock.advance(HOUR - 60_000);
    }
    assert_eq!(moved(&hub), 0);
    assert_eq!(lea.get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn ten_gets_from_two_addresses_of_an_open_hub_move_nothing() {
    let clock = TestClock::new(false);
    let hub = TestHub::with_clock(clock.clone()).await;
    hub.jalibat().await;
    for _ in 0..3 {
        for n in 0..5 {
            for host in [2, 3] {
                let since = NOW + 51 * 365 * DAY + n;
                hub.client.at(host).get(&format!("/api/audit/jalibat/updates?since={since}")).await;
                clock.advance(7_000);
            }
        }
        clock.advance(2 * HOUR);
    }
    assert_eq!((moved(&hub), hub.hub.clock().quality()), (0, Quality::Unknown));
}

#[tokio::test]
async fn two_tablets_that_mark_on_an_open_hub_tell_it_the_time_when_they_have_been_there_for_an_hour() {
    let clock = TestClock::new(false);
    let hub = TestHub::with_clock(clock.clone()).await;
    hub.jalibat().await;
    let (lea, max) = (hub.client.at(2), hub.client.at(3));
    // Léa works with the page, Max with a v3.3 client; one of them under two names is one.
    lea.ops("jalibat", vec![mark("M001", "ok", "lea", NOW)]).await;
    let v33 = json!({ "status": "ok", "technicianId": "tech_max", "technicianName": "Max" });
    assert_eq!(max.post("/api/audit/jalibat/module/M002", &v33).await.status, 200);
    clock.advance(HOUR);
    let ahead = HOUR + DAY;
    all_say(&[(&lea, 0), (&lea, 1)], &clock, ahead).await;
    assert_eq!(moved(&hub), 0);
    for passed in [60_000, 100_000] {
        say(&lea, NOW + ahead + passed).await;
        let since = NOW + ahead + passed + 20_000;
        max.get(&format!("/api/audit/jalibat/updates?since={since}")).await;
        clock.advance(40_000);
    }
    assert_eq!((moved(&hub), hub.hub.clock().quality()), (DAY, Quality::Learnt));
}

#[tokio::test]
async fn most_of_a_crew_sets_the_clock_over_two_who_lie_and_a_restart_forgets_nobody() {
    let (hub, clock) = crew_hub().await;
    let mut crew = Vec::new();
    for (n, name) in ["Léa", "Max", "Zoé", "Mad", "Bad"].into_iter().enumerate() {
        let client = hub.technician(name).await;
        say(&client.at(10 + n as u8), NOW).await;
        crew.push((client.token().to_owned(), 10 + n as u8));
    }
    clock.advance(2 * HOUR);
    let hub = hub.restart().await;
    let crew: Vec<Client> =
        crew.into_iter().map(|(token, host)| hub.client.with_token(&token).at(host)).collect();
    let [lea, max, zoe, mad, bad] = &crew[..] else { panic!() };
    let ahead = 2 * HOUR + 100 * DAY;
    let lie = 200 * DAY;
    all_say(&[(mad, lie), (bad, lie), (lea, 0), (max, 4_000), (zoe, 9_000)], &clock, ahead).await;
    assert_eq!(hub.hub.clock().state().source, TimeSource::Tablets);
    assert!(moved(&hub).abs_diff(100 * DAY) < 120_000);
    // A jump that was learnt ends no session; how long the hub was running does.
    assert_eq!(lea.get("/api/v1/me").await.status, 200);
    clock.advance(29 * DAY);
    assert_eq!(lea.get("/api/v1/me").await.status, 200);
    let joined = hub.technician("Tim").await;
    assert_eq!(
        joined.get("/api/v1/me").await.json()["expires_at_ms"].as_u64().unwrap() / 1_000,
        (hub.hub.clock().now_ms() + 30 * DAY) / 1_000
    );
    clock.advance(3 * DAY);
    assert_eq!(lea.get("/api/v1/me").await.json()["code"], "expired");
    assert_eq!(joined.get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_lead_sets_the_clock_back_and_the_log_keeps_its_order() {
    let hub = with_a_wrong_date().await;
    let (lead, lea) = (hub.lead("Marc").await, hub.technician("Léa").await);
    assert_eq!(hub.hub.clock().now_ms(), NOW + 400 * DAY);
    lea.ops("jalibat", vec![mark("M001", "dead", "lea", NOW)]).await;

    let right = json!({ "time_ms": NOW });
    let refused = lea.call(Method::PUT, "/api/v1/clock", right.to_string()).await;
    assert_eq!(refused.status, 403);
    let set = lead.call(Method::PUT, "/api/v1/clock", right.to_string()).await;
    assert_eq!(set.status, 200, "{}", set.text());
    assert_eq!((&set.json()["time_ms"], &set.json()["time_source"]), (&json!(NOW), &json!("person")));
    for wrong in [0, u64::MAX] {
        let answer = lead.call(Method::PUT, "/api/v1/clock", json!({ "time_ms": wrong }).to_string()).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (400, &json!("time_ms")));
    }
    for client in [&lead, &lea] {
        assert_eq!(client.get("/api/v1/me").await.status, 200, "nobody is out");
    }
    // Later marks are later, in the log, in the merge, and for those who poll.
    lea.ops("jalibat", vec![mark("M001", "ok", "lea", NOW + 1_000), mark("M002", "ok", "lea", NOW + 1_000)])
        .await;
    assert_eq!(lea.module("jalibat", "M001").await["status"], "ok");
    let page = lea.get("/api/v1/audits/jalibat/ops").await.json();
    let received = |op: &Value| op["received_at_ms"].as_u64().unwrap();
    let times: Vec<u64> = page["ops"].as_array().unwrap().iter().map(received).collect();
    assert!(times.is_sorted(), "{times:?}");
    let updates = lea.get(&format!("/api/audit/jalibat/updates?since={}", NOW + 500)).await.json();
    assert_eq!(updates["updates"].as_array().unwrap().len(), 2);

    // The machine's clock is as wrong as it was, and the log has seen it: the hub does not believe it again.
    let hub = hub.restart().await;
    assert_eq!(hub.hub.clock().now_ms(), NOW);
}

#[tokio::test]
async fn a_synchronised_clock_takes_back_what_nobody_vouched_for() {
    let mut hub = with_a_wrong_date().await;
    let lea = hub.technician("Léa").await;
    assert_eq!(hub.hub.clock().now_ms(), NOW + 400 * DAY);
    let dir = hub.stop().await;
    let hub = TestHub::start_in(dir, TestClock::new(true), Access::Crew).await;
    let state = hub.hub.clock().state();
    assert_eq!((state.now_ms, state.source), (NOW, TimeSource::Network));
    assert_eq!(hub.client.with_token(lea.token()).get("/api/v1/me").await.status, 200);
}

#[test]
fn the_command_line_sets_the_clock_forward_and_back() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let hub = Serving::start(&data, &["--demo"]);
    let before = run(&data, &["clock", "--json"]).json();
    if before["time_source"] == "network" {
        return println!("this machine's clock is synchronised, so nobody can set the hub's: not tried");
    }
    for time in ["2026-05-30 21:00", "2026-05-30T20:00Z"] {
        let said = run(&data, &["clock", "set", time]).good();
        assert!(
            said.contains("set by hand") && said.contains(&format!("2026-05-30 {}", &time[11..13])),
            "{said}"
        );
    }
    assert!(run(&data, &["status"]).good().contains("2026-05-30 20:0"));
    assert!(run(&data, &["clock", "set", "at nine"]).bad(2).contains("is not a time"));
    assert!(
        run(&data, &["clock", "set", "2001-01-01 00:00"]).bad(1).contains("before this program was built")
    );
    assert_eq!(hub.stop(Signal::TERM), Some(0));
    // Kept, also by a command that opens the data itself.
    assert!(run(&data, &["clock"]).good().contains("2026-05-30 20:0"));
    let machine = run(&data, &["clock", "set", "machine", "--json"]).json();
    assert_eq!(machine["time_source"], "person");
    assert!(machine["time_ms"].as_u64().unwrap().abs_diff(machine["machine_ms"].as_u64().unwrap()) < 60_000);
}
