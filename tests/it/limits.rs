//! Each limit, hit on purpose with a small value: what is said, and that others do not notice.

use std::net::Ipv4Addr;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::common::raw::Raw;
use crate::common::{NOW, TestHub, mark};
use fieldhub::domain::crew::Access;
use fieldhub::http::Limits;
use http_body_util::Full;
use hyper::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

const SOON: Duration = Duration::from_millis(300);
const OPS: &str = "/api/v1/audits/jalibat/ops";

fn count(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

#[tokio::test]
async fn a_body_beyond_its_limit_is_413_even_while_it_is_still_sent() {
    let limits = Limits { body: 8 << 10, body_v33: 1 << 10, ..Limits::default() };
    let hub = TestHub::with_limits(Access::Open, limits).await;
    hub.jalibat().await;
    let comment = |length: usize| "x".repeat(length);
    let ops = json!({ "ops": [{ "comment": comment(9 << 10) }] });
    let answer = hub.client.post(OPS, &ops).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (413, &json!("too_large")));
    let body = |length| json!({ "status": "ok", "technicianId": "t", "comment": comment(length) });
    assert_eq!(hub.client.post("/api/audit/jalibat/module/M001", &body(2 << 10)).await.status, 413);
    assert_eq!(hub.client.post("/api/audit/jalibat/module/M001", &body(500)).await.status, 200);

    // A client that reads only when it has sent everything gets to know all the same.
    let mut raw = Raw::to(hub.address).await;
    raw.send(&format!("POST {OPS} HTTP/1.1\r\nhost: hub\r\ncontent-length: 8000000\r\n\r\n")).await;
    raw.send(&comment(8_000_000)).await;
    assert_eq!(raw.hear().await.unwrap().status, 413);
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_413_before_it_is_sent() {
    let limits = Limits { body: 8 << 10, body_v33: 1 << 10, body_grace: SOON, ..Limits::default() };
    let hub = TestHub::with_limits(Access::Open, limits).await;
    hub.jalibat().await;
    // curl and others ask in this way before they send much.
    for path in [OPS, "/api/audit/jalibat/module/M001"] {
        for more in ["", "expect: 100-continue\r\n"] {
            let mut raw = Raw::to(hub.address).await;
            raw.send(&format!("POST {path} HTTP/1.1\r\nhost: hub\r\n{more}content-length: 8193\r\n\r\n"))
                .await;
            assert_eq!(raw.hear().await.unwrap().status, 413, "{path} {more}");
        }
    }
}

#[tokio::test]
async fn a_head_beyond_its_limits_is_431() {
    let hub = TestHub::start().await;
    let mut long = Raw::to(hub.address).await;
    long.send(&format!("GET / HTTP/1.1\r\nhost: hub\r\nx: {}\r\n\r\n", "y".repeat(20_000))).await;
    assert_eq!(long.hear().await.unwrap().status, 431);
    let mut line = Raw::to(hub.address).await;
    line.send(&format!("GET /{} HTTP/1.1\r\nhost: hub\r\n\r\n", "y".repeat(20_000))).await;
    assert_eq!(line.hear().await.unwrap().status, 431);
    let mut many = Raw::to(hub.address).await;
    many.send(&format!("GET / HTTP/1.1\r\nhost: hub\r\n{}\r\n", "x: y\r\n".repeat(101))).await;
    assert_eq!(many.hear().await.unwrap().status, 431);
    let mut enough = Raw::to(hub.address).await;
    enough.send(&format!("GET /healthz HTTP/1.1\r\nhost: hub\r\nx: {}\r\n\r\n", "y".repeat(15_000))).await;
    assert_eq!(enough.hear().await.unwrap().status, 200);
}

#[tokio::test]
async fn half_a_head_is_408_and_silence_is_closed_silently() {
    let hub =
        TestHub::with_limits(Access::Open, Limits { head_time: SOON, idle_time: SOON, ..Limits::default() })
            .await;
    let mut half = Raw::to(hub.address).await;
    half.send("GET /healthz HTTP/1.1\r\nho").await;
    let said = half.hear().await.unwrap();
    assert_eq!((said.status, &said.json()["code"]), (408, &json!("timed_out")));
    assert_eq!(said.headers["connection"], "close");
    assert!(half.hear().await.is_none());

    assert!(Raw::to(hub.address).await.hear().await.is_none(), "it never said anything");

    let mut idle = Raw::to(hub.address).await;
    assert_eq!(idle.get("/healthz").await.unwrap().status, 200);
    assert!(idle.hear().await.is_none());

    // The second request of a connection has its time as the first.
    let mut second = Raw::to(hub.address).await;
    assert_eq!(second.get("/healthz").await.unwrap().status, 200);
    second.send("GET /hea").await;
    assert_eq!(second.hear().await.unwrap().status, 408);
}

#[tokio::test]
async fn a_feed_outlives_every_time_on_a_connection_that_asked_before() {
    let limits = Limits { head_time: SOON, idle_time: SOON, stall_time: SOON, ..Limits::default() };
    let hub = TestHub::with_limits(Access::Open, limits).await;
    hub.jalibat().await;
    let mut feed = Raw::to(hub.address).await;
    let live = "GET /api/v1/audits/jalibat/live HTTP/1.1\r\nhost: hub\r\n\r\n";
    feed.send(&format!("HEAD / HTTP/1.1\r\nhost: hub\r\n\r\n{live}")).await;
    // Each of these ends after the time that the feed outlives.
    for _ in 0..3 {
        assert!(Raw::to(hub.address).await.hear().await.is_none());
    }
    hub.client.ops("jalibat", vec![mark("M007", "dead", "lea", NOW)]).await;
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains("M007") {
        assert!(feed.0.read_buf(&mut text).await.unwrap() > 0, "the feed was ended");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_408() {
    let hub = TestHub::with_limits(Access::Open, Limits { body_grace: SOON, ..Limits::default() }).await;
    hub.jalibat().await;
    for path in [OPS, "/api/audit/jalibat/module/M001", "/api/v1/audits"] {
        let mut raw = Raw::to(hub.address).await;
        raw.send(&format!("POST {path} HTTP/1.1\r\nhost: hub\r\ncontent-length: 100\r\n\r\n{{\"ops\"")).await;
        let said = raw.hear().await.unwrap();
        assert_eq!((said.status, &said.json()["code"]), (408, &json!("timed_out")), "{path}");
        assert!(raw.hear().await.is_none());
    }
}

#[tokio::test]
async fn who_takes_no_answer_is_let_go_and_a_quiet_feed_is_not() {
    let limits = Limits { stall_time: SOON, connections: 2, ..Limits::default() };
    let hub = TestHub::with_limits(Access::Open, limits).await;
    hub.jalibat().await;
    let large = json!({ "name": "Large", "token": "large", "strings": "100x200" });
    assert_eq!(hub.client.post("/api/v1/audits", &large).await.status, 201);
    let mut feed = hub.client.live("/api/v1/audits/jalibat/live", None).await;
    feed.wait("presence").await;

    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut deaf = socket.connect(hub.address).await.unwrap();
    // More than the kernel's buffers take.
    for _ in 0..16 {
        deaf.write_all(b"GET /api/v1/audits/large HTTP/1.1\r\nhost: hub\r\n\r\n").await.unwrap();
    }
    // Some of the answer is there: it has its place, and has proven that it belongs here.
    deaf.readable().await.unwrap();
    // Who comes for its place is told so, until the hub lets go of it.
    let mut refused = 0;
    let mut other = loop {
        let mut raw = Raw::to(hub.address).await;
        match raw.get("/healthz").await.unwrap().status {
            200 => break raw,
            status => assert_eq!(status, 503),
        }
        refused += 1;
    };
    assert!(refused > 0, "it never held its place");
    let ops = json!({ "ops": [mark("M001", "dead", "lea", NOW)] });
    assert_eq!(other.post(OPS, &ops).await.unwrap().status, 200);
    while feed.wait("op").await.data["module_id"] != "M001" {}
    drop(deaf);
}

#[tokio::test]
async fn too_many_connections_are_503_and_the_crew_keeps_its_own() {
    for limits in [
        Limits { connections: 3, ..Limits::default() },
        Limits { connections_per_address: 3, ..Limits::default() },
    ] {
        let whole_hub = limits.connections == 3;
        let hub = TestHub::with_limits(Access::Open, limits).await;
        let mut crew = Vec::new();
        for _ in 0..3 {
            let mut tablet = Raw::to(hub.address).await;
            assert_eq!(tablet.get("/healthz").await.unwrap().status, 200);
            crew.push(tablet);
        }
        let said = Raw::to(hub.address).await.get("/healthz").await.unwrap();
        assert_eq!((said.status, &said.json()["code"]), (503, &json!("unavailable")));
        assert_eq!(said.retry_after(), 2);
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::new(127, 0, 0, 9), 0).into()).unwrap();
        let elsewhere = Raw(socket.connect(hub.address).await.unwrap()).get("/healthz").await.unwrap();
        assert_eq!(elsewhere.status, if whole_hub { 503 } else { 200 });

        drop(crew.pop());
        // Two strangers at most find a place now; a tablet gets it when their trial is over.
        let mut strangers = Vec::new();
        for _ in 0..5 {
            let mut stranger = Raw::to(hub.address).await;
            stranger.send("GET /he").await;
            strangers.push(stranger);
        }
        while Raw::to(hub.address).await.get("/healthz").await.is_none_or(|said| said.status != 200) {}
        for tablet in &mut crew {
            assert_eq!(tablet.get("/healthz").await.unwrap().status, 200, "the crew was sent away");
        }
    }
}

#[tokio::test]
async fn too_many_feeds_are_429_until_one_ends() {
    let hub = TestHub::with_limits(Access::Open, Limits { feeds_per_address: 2, ..Limits::default() }).await;
    hub.jalibat().await;
    let path = "/api/v1/audits/jalibat/live";
    let mut feeds = vec![hub.client.live(path, None).await, hub.client.live(path, None).await];
    let answer = hub.client.get(path).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (429, &json!("too_many")));
    assert_eq!(answer.header("retry-after"), "10");
    hub.client.at(2).live(path, None).await.wait("hello").await;
    drop(feeds.pop());
    loop {
        let request = hub.client.request(Method::GET, path).body(Full::default()).unwrap();
        match hub.client.open(request).await.status().as_u16() {
            200 => break,
            status => assert_eq!(status, 429),
        }
    }
}

#[tokio::test]
async fn too_many_operations_are_429_and_nobody_else_notices() {
    let limits = Limits {
        ops_per_second_per_address: count(1),
        ops_burst_per_address: count(20),
        ..Limits::default()
    };
    let hub = TestHub::with_limits(Access::Open, limits).await;
    hub.jalibat().await;
    let ops = |count| (0..count).map(|n| mark("M001", "ok", "lea", NOW + n)).collect::<Vec<_>>();
    hub.client.ops("jalibat", ops(19)).await;
    let answer = hub.client.post(OPS, &json!({ "ops": ops(10) })).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (429, &json!("too_many")));
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=9).contains(&wait), "{wait}");
    // Refused as a whole: none of them is in the log.
    assert_eq!(hub.client.get(OPS).await.json()["head"], 2 + 19);
    hub.client.at(2).ops("jalibat", ops(20)).await;
    let v33 = json!({ "status": "ok", "technicianId": "tech_1" });
    let path = "/api/audit/jalibat/module/M002";
    while hub.client.post(path, &v33).await.status == 200 {}
    let answer = hub.client.post(path, &v33).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("access-control-allow-origin"), "*", "v3.3 pages get to read it");
}

#[tokio::test]
async fn large_bodies_share_a_room_and_a_mark_needs_none() {
    let hub = TestHub::with_limits(Access::Open, Limits { body_room: 100 << 10, ..Limits::default() }).await;
    hub.jalibat().await;
    let mut slow = Raw::to(hub.address).await;
    slow.send(&format!("POST {OPS} HTTP/1.1\r\nhost: hub\r\ncontent-length: 1000000\r\n\r\n")).await;
    slow.send(&"x".repeat((64 + 90) << 10)).await;
    // No JSON, so 400; and 503 as soon as the other one has all of its bytes there.
    let body = "x".repeat((64 + 50) << 10);
    let answer = loop {
        let answer = hub.client.call(Method::POST, OPS, body.clone()).await;
        if answer.status != 400 {
            break answer;
        }
    };
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (503, &json!("unavailable")));
    assert_eq!(answer.header("retry-after"), "2");
    hub.client.ops("jalibat", vec![mark("M001", "dead", "lea", NOW)]).await;
    drop(slow);
    while hub.client.call(Method::POST, OPS, body.clone()).await.status != 400 {}
}

/// Behind one address: a feed and five more connections each, marks as fast as they go.
#[tokio::test]
async fn fifty_tablets_with_six_connections_each_meet_no_limit() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let mut tablets = Vec::new();
    for number in 0..50 {
        let address = hub.address;
        tablets.push(tokio::spawn(async move {
            let mut feed = Raw::to(address).await;
            feed.send("GET /api/v1/audits/jalibat/live HTTP/1.1\r\nhost: hub\r\n\r\n").await;
            let mut first = [0; 12];
            feed.0.read_exact(&mut first).await.unwrap();
            assert_eq!(&first, b"HTTP/1.1 200");
            let mut others = Vec::new();
            for _ in 0..5 {
                others.push(Raw::to(address).await);
            }
            for round in 0..4 {
                for raw in &mut others {
                    let op = mark("M001", "ok", &format!("t{number}"), NOW + round);
                    assert_eq!(raw.post(OPS, &json!({ "ops": [op] })).await.unwrap().status, 200);
                }
            }
            (feed, others)
        }));
    }
    // All are open until the last is done.
    let mut open = Vec::new();
    for tablet in tablets {
        open.push(tablet.await.unwrap());
    }
    assert_eq!(open.len(), 50);
    assert_eq!(hub.client.get(&format!("{OPS}?limit=1")).await.json()["head"], 2 + 50 * 20);
}
