//! sketch
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod common;
use common::TestHub;
use fieldhub::domain::LinkName;
use fieldhub::hub::LinkKind;
use fieldhub::upstream::{self, Pace, Upstream};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn sketch() {
    let cloud = TestHub::start().await;
    let site = TestHub::start().await;
    cloud.jalibat().await;
    site.jalibat().await;
    for n in 1..=200 {
        site.client
            .post(
                &format!("/api/audit/jalibat/module/M{n:03}"),
                &json!({"status":"dead","technicianId":"tech_site"}),
            )
            .await;
    }
    let up = Upstream {
        name: LinkName::parse("cloud").unwrap(),
        kind: LinkKind::V33,
        url: String::new(),
        client: upstream::client::Client::stub(&format!("http://{}", cloud.address)),
        meter: upstream::meter::Meter,
        only: None,
        presence: true,
        pace: Pace { busy: Duration::from_millis(100), quiet: Duration::from_millis(200), ..Pace::default() },
    };
    let running = upstream::start(&site.hub, vec![up], || upstream::addresses::Addresses, || 1);
    let t = std::time::Instant::now();
    loop {
        let r = site.hub.links().report();
        let here = cloud.client.get("/api/v1/audits/jalibat").await.json();
        println!(
            "{:?} {:?} {} cloud marked {} {:?}",
            t.elapsed(),
            r[0].state,
            r[0].pending(),
            here["marked"],
            site.hub.receipt(&fieldhub::domain::Token::parse("jalibat").unwrap()).map(|r| (r.seq, r.pending))
        );
        if here["marked"] == 200 && r[0].pending() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    cloud
        .client
        .post("/api/audit/jalibat/module/M001", &json!({"status":"ok","technicianId":"tech_office"}))
        .await;
    loop {
        let m = site.client.module("jalibat", "M001").await;
        println!("{m}");
        if m["status"] == "ok" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for _ in 0..10 {
        let a = site.client.get("/api/v1/audits/jalibat").await.json();
        println!("{:?} seq {} cloud {}", t.elapsed(), a["seq"], a["cloud"]);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    running.stop().await;
}
