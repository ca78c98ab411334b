//! A list of 10,000 photos, page by page, and a live feed from the beginning of their log: the time, the bytes, and the most that the hub
//! has resident meanwhile.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Instant;

use fieldhub::domain::id::DeviceId;
use fieldhub::domain::page::{Encoder, Header};
use fieldhub::domain::{Author, Body, Carried, OpId, Seen, Stamp, Token, stamp::actor_of};
use serde_json::Value;
use uuid::Uuid;

use crate::rows::a_photo;
use crate::{AUDIT, Blocking, NOW, Serving, disk, forget_peak, memory, start};

const PHOTOS: u64 = 10_000;
const STEP: u64 = 500;

/// As they come from another hub: of their pictures there is nothing here.
fn fill(hub: &Serving) {
    for first in (0..PHOTOS).step_by(STEP as usize) {
        let mut encoder = Encoder::default();
        for n in first..first + STEP {
            let op = Carried {
                id: OpId::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + u128::from(n)),
                author: Author::new("tech_lea", Some("Léa".into())).unwrap(),
                device: DeviceId::parse("dev_lea").unwrap(),
                marked_ms: NOW + n,
                stamp: Stamp { ms: NOW + n, counter: 0, actor: actor_of("dev_lea") },
                base: Seen::default(),
                body: Body::Photo(Box::new(a_photo(n))),
            };
            assert!(encoder.push(&op).unwrap());
        }
        let token = Token::parse(AUDIT).unwrap();
        let log_id = Uuid::from_u128(77);
        let (after, upto) = (first, first + STEP);
        let header = Header { hub_id: Uuid::nil(), log_id, token, after, upto, head: PHOTOS, partial: false };
        let page = encoder.finish(header).unwrap();
        let mut stream = TcpStream::connect(&hub.address).unwrap();
        let path = format!("/api/v1/peer/{AUDIT}/ops");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\ncontent-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n",
            page.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&page).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        assert!(answer.contains(" 200 "), "{answer}");
    }
}

/// How many photos, requests and bytes.
fn pages(hub: &Serving, limit: u64) -> (usize, usize, usize) {
    let mut client = Blocking::connect(&hub.address).unwrap();
    let (mut after, mut photos, mut requests, mut bytes) = (0, 0, 0, 0);
    loop {
        let path = format!("/api/v1/audits/{AUDIT}/photos?after={after}&limit={limit}");
        let (status, body) = client.call("GET", &path, "").unwrap();
        assert_eq!(status, 200);
        let page: Value = serde_json::from_str(&body).unwrap();
        (requests, bytes) = (requests + 1, bytes + body.len());
        photos += page["photos"].as_array().unwrap().len();
        if page["more"] != true {
            return (photos, requests, bytes);
        }
        after = page["upto"].as_u64().unwrap();
    }
}

/// All that a new feed tells of them.
fn feed(hub: &Serving) -> (usize, usize) {
    let mut stream = TcpStream::connect(&hub.address).unwrap();
    let request = format!("GET /api/v1/audits/{AUDIT}/live?after=0 HTTP/1.1\r\nhost: hub\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let (mut stream, mut line) = (BufReader::new(stream), String::new());
    let (mut photos, mut bytes) = (0, 0);
    while photos < PHOTOS as usize {
        line.clear();
        assert!(stream.read_line(&mut line).unwrap() > 0, "the feed ended after {photos} photos");
        bytes += line.len();
        photos += usize::from(line.contains("\"kind\":\"photo\""));
    }
    (photos, bytes)
}

pub fn run() {
    let dir = disk::dir();
    let hub = start(dir.path());
    let report = |what: &str, work: &dyn Fn() -> String| {
        forget_peak(&hub);
        let (before, started) = (memory(&hub, "VmRSS"), Instant::now());
        let did = work();
        println!(
            "{what:<32} {did:<44} {:6.0} ms; {before:.1} MiB resident before, {:.1} at most",
            started.elapsed().as_secs_f64() * 1e3,
            memory(&hub, "VmHWM"),
        );
    };
    report("10,000 photos from another hub", &|| {
        fill(&hub);
        String::new()
    });
    for limit in [500, 200, 500] {
        report(&format!("their list, {limit} at a time"), &|| {
            let (photos, requests, bytes) = pages(&hub, limit);
            assert_eq!(photos, PHOTOS as usize);
            format!("{requests} requests, {:.1} MB", bytes as f64 / 1e6)
        });
    }
    report("a live feed from the beginning", &|| {
        let (photos, bytes) = feed(&hub);
        format!("{photos} events, {:.1} MB", bytes as f64 / 1e6)
    });
    report("eight of them at once", &|| {
        std::thread::scope(|scope| (0..8).for_each(|_| drop(scope.spawn(|| feed(&hub)))));
        String::new()
    });
}
