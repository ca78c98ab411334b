//! Answers that grow with what is stored: whoever takes one slowly has a bounded part of the hub's memory, whatever is asked, and
//! all of them together leave room for a mark. With small rooms, and not by time.

use std::collections::HashMap;
use std::io::Read;

use crate::common::raw::Raw;
use crate::common::wait::until_async;
use crate::common::{Client, NOW, TestHub, mark};
use fieldhub::domain::crew::Access;
use fieldhub::http::Limits;
use flate2::read::GzDecoder;
use http_body_util::{BodyExt, Full};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// What an answer that is being made has in hand, and a little: see `routes::pieces`.
const ONE: usize = (512 << 10) + (64 << 10);

/// 300 modules with long comments, one of them marked again and again: more of each kind than sockets hold.
async fn large(client: &Client) {
    let made = json!({ "name": "Large", "token": "large", "strings": "100x3" });
    assert_eq!(client.post("/api/v1/audits", &made).await.status, 201);
    let commented = |module: usize, n: usize| {
        let mut op = mark(&format!("M{module:03}"), "dead", "lea", NOW + n as u64);
        op["comment"] = format!("{n} {}", "é".repeat(3_900)).into();
        op
    };
    client.ops("large", (1..=300).map(|n| commented(n, n)).collect()).await;
    client.ops("large", (301..=600).map(|n| commented(1, n)).collect()).await;
}

/// Asks, and reads nothing but the status.
async fn deaf(hub: &TestHub, path: &str, token: Option<&str>) -> (u16, TcpStream) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(hub.address).await.unwrap();
    let session = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
    let request = format!("GET {path} HTTP/1.1\r\nhost: hub\r\n{session}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    (std::str::from_utf8(&head[9..]).unwrap().parse().unwrap(), stream)
}

#[tokio::test]
async fn every_large_answer_has_its_room_and_a_mark_needs_none() {
    let hub = TestHub::with_limits(Access::Open, Limits { answer_room: ONE, ..Limits::default() }).await;
    large(&hub.client).await;
    let paths = [
        "/api/v1/audits/large",
        "/api/audit/large/updates?since=0",
        "/api/v1/audits/large/export?format=csv",
        "/api/v1/audits/large/export",
        "/api/v1/audits/large/modules/M001/history",
    ];
    for (n, path) in paths.iter().enumerate() {
        let (status, slow) = deaf(&hub, path, None).await;
        assert_eq!(status, 200, "{path}");
        for other in paths {
            let busy = hub.client.get(other).await;
            assert_eq!(
                (busy.status.as_u16(), busy.header("retry-after")),
                (503, "2"),
                "{other} beside {path}"
            );
            assert_eq!(busy.json()["code"], "unavailable");
        }
        hub.client.ops("large", vec![mark("M002", "ok", "lea", NOW + n as u64)]).await;
        drop(slow);
        until_async("its room is free again", async || hub.client.get(path).await.status == 200).await;
    }
    let metrics = hub.client.get("/metrics").await.text();
    let counted =
        metrics.lines().find(|line| line.starts_with("fieldhub_refused_for_room_total{kind=\"answer\"}"));
    let counted: usize = counted.unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert!(counted >= 25, "{metrics}");
}

#[tokio::test]
async fn whole_answers_count_as_well() {
    let hub = TestHub::with_limits(Access::Open, Limits { answer_room: ONE, ..Limits::default() }).await;
    large(&hub.client).await;
    let (status, slow) = deaf(&hub, "/api/v1/audits/large", None).await;
    assert_eq!(status, 200);
    for path in ["/api/v1/audits/large/ops?limit=1000", "/api/v1/bundle"] {
        assert_eq!(hub.client.get(path).await.status, 503, "{path}");
    }
    assert_eq!(hub.client.get("/api/v1/audits/large/ops?limit=2").await.status, 200);
    // Who is told to come later does not find it done.
    let made = json!({ "name": "N", "token": "n", "strings": "9" });
    assert_eq!(hub.client.post("/api/v1/audits", &made).await.status, 503);
    drop(slow);
    until_async("its room is free again", async || {
        hub.client.post("/api/v1/audits", &made).await.status == 201
    })
    .await;
}

#[tokio::test]
async fn strangers_leave_room_for_the_crew() {
    let hub = TestHub::with_limits(Access::Crew, Limits { answer_room: 4 * ONE, ..Limits::default() }).await;
    let lead = hub.lead("Ana").await;
    large(&lead).await;
    assert_eq!(lead.put("/api/v1/audits/large/open-v33", &json!({ "open": true })).await.status, 200);
    let updates = "/api/audit/large/updates?since=0";
    let (status, _slow) = deaf(&hub, updates, None).await;
    assert_eq!(status, 200);
    let busy = hub.client.get(updates).await;
    assert_eq!((busy.status.as_u16(), busy.header("access-control-allow-origin")), (503, "*"));
    assert_eq!(lead.get("/api/v1/audits/large").await.status, 200);
    assert_eq!(lead.get(updates).await.status, 200);
}

async fn fetch(client: &Client, path: &str, packed: bool) -> (Value, bool) {
    let request = client.request(Method::GET, path);
    let request = if packed { request.header("accept-encoding", "gzip") } else { request };
    let answer = client.send(request.body(Full::default()).unwrap()).await;
    let varies = answer.headers.get_all("vary").iter().any(|value| value == "accept-encoding");
    assert_eq!((answer.status, varies), (StatusCode::OK, true), "{path}");
    let mut text = Vec::new();
    match answer.header("content-encoding") {
        "gzip" => drop(GzDecoder::new(&answer.body[..]).read_to_end(&mut text).unwrap()),
        _ => text = answer.body.to_vec(),
    }
    (serde_json::from_slice(&text).unwrap(), answer.header("content-encoding") == "gzip")
}

/// By each way that an answer is made: whole, in pieces for one, and as a copy for all.
#[tokio::test]
async fn an_answer_says_the_same_however_it_is_made() {
    let hub = TestHub::start().await;
    large(&hub.client).await;
    hub.jalibat().await;
    let audits = ["large", "jalibat"].map(|token| format!("/api/v1/audits/{token}"));
    let more = [
        "/api/v1/audits/large/modules/M001/history",
        "/api/audit/large/updates?since=0",
        "/api/v1/audits/large/export",
        "/api/v1/audits",
        "/api/v1/audits/large/ops?limit=50",
    ];
    let mut said = HashMap::new();
    for path in audits.iter().map(String::as_str).chain(more) {
        let (mut plain, was_packed) = fetch(&hub.client, path, false).await;
        assert!(!was_packed);
        for _ in 0..2 {
            let (mut packed, was_packed) = fetch(&hub.client, path, true).await;
            assert!(was_packed, "{path}");
            for value in [&mut plain, &mut packed] {
                // When the file was made.
                value.as_object_mut().unwrap().remove("lastSync");
            }
            assert_eq!(plain, packed, "{path}");
        }
        said.insert(path.to_owned(), plain);
    }
    let large = &said["/api/v1/audits/large"];
    let modules = large["modules"].as_array().unwrap();
    assert_eq!((modules.len(), large["module_count"].as_u64()), (300, Some(300)));
    assert!(modules[0]["comment"].as_str().unwrap().starts_with("600 é"));
    assert_eq!(large["seq"], 602);
    let history = said["/api/v1/audits/large/modules/M001/history"]["entries"].as_array().unwrap();
    let seqs: Vec<u64> = history.iter().map(|op| op["seq"].as_u64().unwrap()).collect();
    assert!(seqs.len() == 301 && seqs.is_sorted());
    let updates = said["/api/audit/large/updates?since=0"]["updates"].as_array().unwrap();
    assert!(updates.len() == 300 && updates.is_sorted_by_key(|update| update["updated_at_ms"].as_u64()));

    // The next position is another state.
    hub.client.ops("large", vec![mark("M003", "ok", "lea", NOW + 9_999)]).await;
    let (now, _) = fetch(&hub.client, "/api/v1/audits/large", true).await;
    assert_eq!((now["seq"].as_u64(), &now["modules"][2]["status"]), (Some(603), &json!("ok")));
    assert_eq!(modules[2]["status"], "dead");
}

/// However long operations are, pages of them are not, and nothing is left out.
#[tokio::test]
async fn pages_of_long_operations_have_fewer_of_them_and_lead_to_all() {
    let hub = TestHub::start().await;
    large(&hub.client).await;
    let notes: Vec<Value> = (0..150)
        .map(|n| {
            json!({
                "id": uuid::Uuid::now_v7(), "kind": "note", "text": format!("{n} {}", "é".repeat(1_900)),
                "technician_id": "tech_lea", "technician_name": "lea", "marked_at_ms": NOW,
            })
        })
        .collect();
    hub.client.ops("large", notes).await;
    for (path, list, count) in [("ops", "ops", 752), ("notes", "notes", 150)] {
        let (mut after, mut found, mut pages) = (0, 0, 0);
        loop {
            let answer =
                hub.client.get(&format!("/api/v1/audits/large/{path}?limit=1000&after={after}")).await;
            assert!(answer.body.len() < 1 << 20, "{path}");
            let page = answer.json();
            found += page[list].as_array().unwrap().len();
            pages += 1;
            after = page["next"].as_u64().unwrap();
            if after == page["head"].as_u64().unwrap() {
                break;
            }
        }
        assert_eq!(found, count, "{path}");
        assert!(pages > 2, "{path}");
    }
    // And a feed from the beginning.
    let mut feed = hub.client.live("/api/v1/audits/large/live?after=0", None).await;
    let mut last = 0;
    while last < 752 {
        let event = feed.next().await.unwrap();
        if event.name == "op" {
            let seq = event.data["seq"].as_u64().unwrap();
            assert_eq!(seq, last + 1);
            last = seq;
        }
    }
}

/// Feeds that are far behind and do not read take turns, one page each; who is there already gets marks at once.
#[tokio::test]
async fn feeds_far_behind_share_the_room_and_a_feed_at_the_end_needs_none() {
    let hub = TestHub::with_limits(Access::Open, Limits { answer_room: ONE, ..Limits::default() }).await;
    large(&hub.client).await;
    let mut at_the_end = hub.client.live("/api/v1/audits/large/live?after=602", None).await;
    at_the_end.wait("presence").await;
    let mut slow = Vec::new();
    for _ in 0..4 {
        let (status, stream) = deaf(&hub, "/api/v1/live?audit=large", None).await;
        assert_eq!(status, 200);
        slow.push(stream);
    }
    hub.client.ops("large", vec![mark("M003", "ok", "lea", NOW + 9_999)]).await;
    assert_eq!(at_the_end.wait("op").await.data["module_id"], "M003");
    // One of them has the only page; when it goes, the next gets on.
    slow.truncate(1);
    drop(slow);
    let mut feed = hub.client.live("/api/v1/audits/large/live?after=0", None).await;
    assert_eq!(feed.wait("op").await.data["seq"], 1);
}

#[tokio::test]
async fn files_of_the_page_are_packed_once_and_cost_no_room() {
    let hub = TestHub::with_limits(Access::Open, Limits { answer_room: 1, ..Limits::default() }).await;
    let page = hub.client.get("/").await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    let script = page.text().split('"').find(|text| text.ends_with(".js")).unwrap().to_owned();
    let path = format!("/{}", script.trim_start_matches(['.', '/']));
    let get = async |more: &[(&str, &str)]| {
        let mut request = hub.client.request(Method::GET, &path);
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        hub.client.send(request.body(Full::default()).unwrap()).await
    };
    let packed = get(&[("accept-encoding", "gzip, br")]).await;
    assert_eq!((packed.status.as_u16(), packed.header("content-encoding")), (200, "gzip"));
    assert_eq!(
        (packed.header("content-type"), packed.header("vary")),
        ("text/javascript; charset=utf-8", "accept-encoding")
    );
    let again = get(&[("accept-encoding", "gzip"), ("if-none-match", packed.header("etag"))]).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    let api = hub.client.request(Method::GET, "/api/openapi.json").header("accept-encoding", "gzip");
    let api = hub.client.send(api.body(Full::default()).unwrap()).await;
    let mut text = String::new();
    GzDecoder::new(&api.body[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, include_str!("../../docs/openapi.json"));
    let hub = TestHub::start().await;
    let plain = hub.client.get(&path).await;
    let mut unpacked = Vec::new();
    GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).unwrap();
    assert!(plain.header("content-encoding").is_empty() && plain.body == unpacked);
}

/// An answer that cannot be finished is not taken for a whole one.
#[tokio::test]
async fn an_answer_that_is_broken_off_is_seen_to_be() {
    let hub = TestHub::start().await;
    large(&hub.client).await;
    let backup = hub.backup().await;
    let history = "/api/v1/audits/large/modules/M001/history";
    let (status, mut slow) = deaf(&hub, history, None).await;
    assert_eq!(status, 200);
    // Another log: its positions mean other marks.
    hub.restore(&backup).await;
    let mut rest = Vec::new();
    // An error is as good an end.
    let _ = slow.read_to_end(&mut rest).await;
    assert!(!rest.ends_with(b"0\r\n\r\n"), "it has the end of a whole answer");
    let mut whole = Raw::to(hub.address).await;
    assert_eq!(whole.get(history).await.unwrap().json()["entries"].as_array().unwrap().len(), 301);
    let request = hub.client.request(Method::GET, history).body(Full::default()).unwrap();
    assert!(hub.client.open(request).await.into_body().collect().await.is_ok());
}
