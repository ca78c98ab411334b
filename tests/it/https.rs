//! HTTPS by the hub's own CA: both versions of HTTP, live, under load, with clocks that are wrong and addresses that
//! change; and each limit, hit on purpose.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::common::raw::Raw;
use crate::common::secure::{HttpsHub, addresses, bytes, json as json_of, own_ca};
use crate::common::wait::until_async;
use crate::common::{Client, Events, NOW, TestClock, mark};
use fieldhub::domain::crew::Access;
use fieldhub::http::Limits;
use fieldhub::hub::BUILT_MS;
use fieldhub::hub::crew::WhichCode;
use futures_util::future::join_all;
use hyper::{Method, Version};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const DAY: u64 = 86_400_000;
const SOON: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(20);

/// An audit of 1,010 modules.
async fn audit(site: &HttpsHub) -> Client {
    let client = Client::new(site.plain);
    let body = json!({ "name": "JALIBAT", "token": "jalibat", "strings": "101x10" });
    assert_eq!(client.post("/api/v1/audits", &body).await.status, 201);
    client
}

/// As the metric counts them.
fn failed_handshakes(site: &HttpsHub) -> u64 {
    let text = site.hub.metrics().text((0, 0), 0, &[]);
    let line = text.lines().find_map(|line| line.strip_prefix("fieldhub_tls_handshake_failures_total "));
    line.unwrap().parse().unwrap()
}

/// The client knows before the hub does.
async fn a_handshake_has_failed(site: &HttpsHub) {
    until_async("it is counted", async || failed_handshakes(site) > 0).await;
}

#[tokio::test]
async fn both_versions_of_http_are_spoken_and_plain_http_stays() {
    let site = HttpsHub::start().await;
    let plain = Client::new(site.plain).get("/api/v1/hub").await;
    let info = plain.json();
    assert_eq!(info["http_port"], site.plain.port());
    assert_eq!(
        info["tls"],
        json!({ "port": site.tls.port(), "own_ca": true, "ca_sha256": site.own.ca().sha256().unwrap() })
    );
    let one = site.right_tablet().http1().await.get("/api/v1/hub").await;
    let two = site.right_tablet().http2().await.get("/api/v1/hub").await;
    assert_eq!((one.version(), two.version()), (Version::HTTP_11, Version::HTTP_2));
    for response in [&one, &two] {
        assert_eq!(response.status(), 200);
        // It would lead a tablet with unsent marks away from the origin that holds them.
        assert!(!response.headers().contains_key("strict-transport-security"));
    }
    assert_eq!(
        (&json_of(one).await["hub_id"], &json_of(two).await["hub_id"]),
        (&info["hub_id"], &info["hub_id"])
    );
}

#[tokio::test]
async fn a_hub_without_its_own_ca_has_nothing_to_trust() {
    let hub = crate::common::TestHub::start().await;
    let info = hub.client.get("/api/v1/hub").await.json();
    assert_eq!((&info["tls"], &info["http_port"]), (&Value::Null, &json!(hub.address.port())));
    // The page says so itself: an old sheet on the wall may lead there.
    assert_eq!(hub.client.get("/trust").await.status, 200);
    for path in ["/trust/fieldhub-ca.crt", "/trust/fieldhub.mobileconfig", "/trust/check"] {
        assert_eq!(hub.client.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn each_system_gets_the_ca_in_its_file() {
    let site = HttpsHub::start().await;
    let client = Client::new(site.plain);
    // Each page sees whether that is trusted: the audits offer to go on with HTTPS, too.
    let allowed = format!("connect-src 'self' https://127.0.0.1:{};", site.tls.port());
    for path in ["/trust", "/"] {
        let page = client.get(path).await;
        assert_eq!(page.status, 200);
        assert!(page.header("content-security-policy").contains(&allowed), "{path}");
    }

    let der = client.get("/trust/fieldhub-ca.crt").await;
    assert_eq!(der.header("content-type"), "application/x-x509-ca-cert");
    assert_eq!(der.body, site.own.ca().der().unwrap());
    let pem = client.get("/trust/fieldhub-ca.pem").await;
    assert_eq!(pem.text(), site.own.ca().pem);
    let profile = client.get("/trust/fieldhub.mobileconfig").await;
    assert_eq!(profile.header("content-type"), "application/x-apple-aspen-config");
    let base64: String = profile.text().split("<data>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let inside: String = pem.text().lines().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(base64.split_whitespace().collect::<String>(), inside);

    let check = site.right_tablet().http2().await.get("/trust/check").await;
    assert_eq!(
        (check.status().as_u16(), &check.headers()["access-control-allow-origin"]),
        (204, &"*".parse().unwrap())
    );
}

#[tokio::test]
async fn a_cookie_that_came_over_tls_goes_back_over_tls_alone() {
    let site = HttpsHub::start_with(TestClock::new(true), Access::Crew, Limits::default()).await;
    let code = site.hub.crew().unwrap().code(WhichCode::Crew);
    let body = json!({ "code": code.as_str(), "name": "Léa", "device_id": "dev_lea" });
    let plain = Client::new(site.plain).post("/api/v1/join", &body).await;
    let tls = site.right_tablet().http2().await.call(Method::POST, "/api/v1/join", Some(&body)).await;
    let (plain, tls) =
        (plain.header("set-cookie").to_owned(), tls.headers()["set-cookie"].to_str().unwrap().to_owned());
    assert!(plain.starts_with("fieldhub-") && !plain.contains("Secure"), "{plain}");
    assert!(
        tls.starts_with("__Host-fieldhub-") && tls.ends_with("; Secure") && tls.contains("; Path=/;"),
        "{tls}"
    );
    // Each opens the live feed at its own door.
    let cookie = tls.split(';').next().unwrap();
    let request = Client::new(site.plain).request(Method::GET, "/api/v1/me").header("cookie", cookie);
    let answer = Client::new(site.plain).send(request.body(Default::default()).unwrap()).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["name"]), (200, &json!("Léa")));
}

#[tokio::test]
async fn a_thousand_marks_over_one_connection_while_it_listens() {
    let site = HttpsHub::start().await;
    let client = audit(&site).await;
    let tablet = site.right_tablet().http2().await;
    let feed = tablet.get("/api/v1/audits/jalibat/live").await;
    assert_eq!(feed.headers()["content-type"], "text/event-stream");
    let mut feed = Events::of(feed.into_body());
    let modules: Vec<String> = (1..=1_000).map(|number| format!("M{number:03}")).collect();
    let sent = modules.iter().map(|module| {
        let ops = json!({ "ops": [mark(module, "dead", "lea", NOW)] });
        let tablet = &tablet;
        async move { tablet.call(Method::POST, "/api/v1/audits/jalibat/ops", Some(&ops)).await.status() }
    });
    let (answers, last) = tokio::join!(join_all(sent), async {
        loop {
            let event = feed.next().await.unwrap();
            if event.id.is_some_and(|id| id.ends_with(":1001")) || event.data["seq"] == 1_001 {
                return true;
            }
        }
    });
    assert!(answers.iter().all(|status| *status == 200) && last);
    let page = client.get("/api/v1/audits/jalibat").await.json();
    let dead = page["modules"].as_array().unwrap().iter().filter(|module| module["status"] == "dead");
    assert_eq!(dead.count(), 1_000);
}

#[tokio::test]
async fn plain_http_on_the_tls_port_is_told_where_it_is() {
    let site = HttpsHub::start().await;
    let said = Raw::to(site.tls).await.get("/").await.unwrap();
    assert_eq!(said.status, 400);
    let text = said.json()["error"].as_str().unwrap().to_owned();
    assert_eq!(text, format!("this is HTTPS: open https://{}/", site.tls));
    assert_eq!(failed_handshakes(&site), 0, "it was none");
}

#[tokio::test]
async fn another_address_makes_another_certificate_and_cuts_nobody_off() {
    let site = HttpsHub::start().await;
    let mut before = site.right_tablet().http1().await;
    assert!(!bytes(before.get("/healthz").await).await.is_empty());
    let by = async |name: &str| site.right_tablet().connect(name, &[]).await;
    for good in ["192.168.4.1", "127.0.0.1", "fieldhub.local"] {
        by(good).await.unwrap_or_else(|error| panic!("{good}: {error}"));
    }
    // Of the names that were asked for, one is the internet's: the CA does not sign for it.
    for bad in ["10.1.2.3", "hub.example"] {
        let error = by(bad).await.unwrap_err();
        assert!(error.to_string().contains("not valid for name"), "{bad}: {error}");
    }
    assert!(!site.own.look().unwrap(), "nothing has changed");
    let mut moved = addresses(&["127.0.0.1", "10.1.2.3"]);
    moved.insert(IpAddr::from([203, 0, 113, 7]));
    *site.machine.lock().unwrap() = moved;
    assert!(site.own.look().unwrap());
    by("10.1.2.3").await.unwrap();
    by("192.168.4.1").await.unwrap_or_else(|error| panic!("an address that may come back: {error}"));
    by("203.0.113.7").await.unwrap_err();
    assert_eq!(before.get("/healthz").await.status(), 200, "the connection from before goes on");
    assert!(!site.own.look().unwrap());
    // It comes back: nothing to do.
    *site.machine.lock().unwrap() = addresses(&["127.0.0.1", "192.168.4.1"]);
    assert!(!site.own.look().unwrap());
}

#[tokio::test]
async fn tablets_with_the_right_time_take_what_a_hub_with_a_wrong_one_made() {
    // When the hub thinks that it is, and what the tablets know it to be.
    for (hub, tablet) in [
        (0, BUILT_MS + DAY),
        (0, BUILT_MS + 380 * DAY),
        (NOW, NOW + DAY),
        (NOW, NOW + 390 * DAY),
        (NOW + DAY / 2, NOW),
    ] {
        let clock = TestClock::new(false);
        clock.wall_ms.store(hub, Ordering::SeqCst);
        let site = HttpsHub::start_with(clock, Access::Open, Limits::default()).await;
        site.tablet(tablet)
            .connect("fieldhub.local", &[])
            .await
            .unwrap_or_else(|error| panic!("made at {hub}, looked at at {tablet}: {error}"));
    }
    // Too long ago: and once the hub has learnt the time, it is good, and stays the same CA.
    let site = HttpsHub::start_with(TestClock::new(false), Access::Open, Limits::default()).await;
    let (ca, now) = (site.own.ca().sha256().unwrap(), NOW + 500 * DAY);
    assert!(site.tablet(now).connect("fieldhub.local", &[]).await.is_err());
    a_handshake_has_failed(&site).await;
    site.hub.clock().told_by_upstream(now);
    assert!(site.own.look().unwrap());
    site.tablet(now).connect("fieldhub.local", &[]).await.unwrap();
    site.tablet(now - 29 * DAY).connect("fieldhub.local", &[]).await.unwrap();
    assert!(!site.own.look().unwrap());
    // The hub starts anew, in 1970, with another address: what it knew of the time is not forgotten.
    let clock = TestClock::new(false);
    clock.wall_ms.store(0, Ordering::SeqCst);
    let until = site.own.shown().until_ms();
    let again = HttpsHub::start_with(clock, Access::Open, Limits::default()).await;
    for file in ["https.ca", "https.certificate"] {
        std::fs::copy(site.dir.path().join(file), again.dir.path().join(file)).unwrap();
    }
    let machine = std::sync::Arc::new(std::sync::Mutex::new(addresses(&["10.9.9.9"])));
    let reopened = own_ca(&again.hub, &machine);
    assert_eq!((reopened.ca().sha256().unwrap(), reopened.shown().until_ms()), (ca, until));
}

#[tokio::test]
async fn it_is_renewed_with_a_third_of_its_life_left() {
    let site = HttpsHub::start().await;
    let first = site.own.shown().until_ms().unwrap();
    site.clock.advance(200 * DAY);
    assert!(!site.own.look().unwrap());
    site.clock.advance(40 * DAY);
    assert!(site.own.look().unwrap());
    assert_eq!(site.own.shown().until_ms().unwrap(), first + 240 * DAY);
    site.right_tablet().connect("fieldhub.local", &[]).await.unwrap();
}

#[tokio::test]
async fn a_damaged_ca_is_put_aside_and_made_anew_and_that_is_said() {
    let site = HttpsHub::start().await;
    let before = site.own.ca().sha256().unwrap();
    assert_eq!(own_ca(&site.hub, &site.machine).ca().sha256().unwrap(), before, "the same at each start");
    let file = site.dir.path().join("https.ca");
    let mut content = std::fs::read(&file).unwrap();
    content[200] ^= 1;
    std::fs::write(&file, content).unwrap();
    let after = own_ca(&site.hub, &site.machine);
    assert_ne!(after.ca().sha256().unwrap(), before);
    assert!(
        after.notice().unwrap().contains("was damaged") && after.notice().unwrap().contains(&after.ca().name)
    );
    assert!(site.dir.path().join("https.ca.damaged-today").exists());
    // The certificate of the old one is of no use.
    let again = own_ca(&site.hub, &site.machine);
    assert!(again.notice().is_none() && !again.look().unwrap());
}

// ---- limits ----

#[tokio::test]
async fn a_handshake_has_its_time() {
    let site = HttpsHub::with_limits(Limits { head_time: SOON, ..Limits::default() }).await;
    let mut half = TcpStream::connect(site.tls).await.unwrap();
    // The head of a record that never comes.
    half.write_all(&[0x16, 3, 1, 2, 0, 1]).await.unwrap();
    let mut silent = TcpStream::connect(site.tls).await.unwrap();
    for stream in [&mut half, &mut silent] {
        let closed = timeout(LONG, stream.read(&mut [0; 64])).await.unwrap();
        assert!(
            matches!(closed, Ok(0)) || closed.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
        );
    }
    // Others come in as ever.
    assert_eq!(site.right_tablet().http1().await.get("/healthz").await.status(), 200);
    a_handshake_has_failed(&site).await;
}

#[tokio::test]
async fn a_connection_over_tls_has_a_place_as_any_other() {
    let site = HttpsHub::with_limits(Limits { connections: 2, ..Limits::default() }).await;
    let (mut one, two) = (site.right_tablet().http1().await, site.right_tablet().http2().await);
    assert!(!bytes(one.get("/healthz").await).await.is_empty());
    assert_eq!(two.get("/healthz").await.status(), 200);
    site.right_tablet().connect("127.0.0.1", &[]).await.unwrap_err();
    assert_eq!(Raw::to(site.plain).await.hear().await.unwrap().status, 503);
    assert_eq!(two.get("/healthz").await.status(), 200, "who is in stays in");
    drop(two);
    let wait = async { while site.right_tablet().connect("127.0.0.1", &[]).await.is_err() {} };
    timeout(LONG, wait).await.unwrap();
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_one_that_listens_is_not() {
    let limits = Limits { idle_time: SOON, head_time: SOON, stall_time: SOON, ..Limits::default() };
    let site = HttpsHub::with_limits(limits).await;
    let client = audit(&site).await;
    let listening = site.right_tablet().http2().await;
    let feed = listening.get("/api/v1/audits/jalibat/live").await;
    let mut feed = Events::of(feed.into_body());
    for _ in 0..2 {
        let (mut one, two) = (site.right_tablet().http1().await, site.right_tablet().http2().await);
        bytes(one.get("/healthz").await).await;
        bytes(two.get("/healthz").await).await;
        timeout(LONG, one.closed).await.unwrap().unwrap();
        timeout(LONG, two.closed).await.unwrap().unwrap();
    }
    client.ops("jalibat", vec![mark("M007", "dead", "lea", NOW)]).await;
    let heard = async { while !feed.next().await.unwrap().data.to_string().contains("M007") {} };
    timeout(LONG, heard).await.unwrap();
}

#[tokio::test]
async fn who_takes_no_answer_is_let_go() {
    let site = HttpsHub::with_limits(Limits { stall_time: SOON, ..Limits::default() }).await;
    let small = site.right_tablet().http2_with_window(1_000).await;
    let answer = small.get("/api/openapi.json").await;
    assert_eq!(answer.status(), 200);
    // It answers pings and takes nothing.
    timeout(LONG, small.closed).await.unwrap().unwrap();
    assert!(http_body_util::BodyExt::collect(answer.into_body()).await.is_err(), "it was cut off");
    // With the same small window, who reads gets all of it.
    let reading = site.right_tablet().http2_with_window(1_000).await;
    let all = bytes(reading.get("/api/openapi.json").await).await;
    assert_eq!(all, Client::new(site.plain).get("/api/openapi.json").await.body);
}

#[tokio::test]
async fn who_takes_no_answer_over_http1_is_let_go_too() {
    let site = HttpsHub::with_limits(Limits { stall_time: SOON, ..Limits::default() }).await;
    let mut stream = site.right_tablet().connect("127.0.0.1", &["http/1.1"]).await.unwrap();
    let ask = "GET /api/openapi.json HTTP/1.1\r\nhost: hub\r\n\r\n";
    // Enough answers to fill every buffer on the way; the hub takes no more of them when it can send none.
    let sent = timeout(LONG, async {
        while stream.write_all(ask.as_bytes()).await.is_ok() && stream.flush().await.is_ok() {}
    });
    sent.await.unwrap();
}

#[tokio::test]
async fn more_requests_at_one_time_wait_and_are_answered() {
    let site = HttpsHub::start().await;
    audit(&site).await;
    let tablet = site.right_tablet().http2().await;
    let feeds = join_all((0..60).map(|_| tablet.get("/api/v1/audits/jalibat/live"))).await;
    let calls = join_all((0..300).map(|_| tablet.get("/healthz"))).await;
    assert!(feeds.iter().chain(&calls).all(|answer| answer.status() == 200));
}

#[tokio::test]
async fn a_head_or_a_body_beyond_its_limit_is_refused_on_its_stream_alone() {
    let site = HttpsHub::with_limits(Limits { body: 8 << 10, ..Limits::default() }).await;
    audit(&site).await;
    let tablet = site.right_tablet().http2().await;
    let long = tablet.get(&format!("/{}", "x".repeat(20_000))).await;
    assert_eq!(long.status(), 431);
    let much = json!({ "ops": [{ "comment": "x".repeat(9 << 10) }] });
    let refused = tablet.call(Method::POST, "/api/v1/audits/jalibat/ops", Some(&much)).await;
    assert_eq!((refused.status().as_u16(), &json_of(refused).await["code"]), (413, &json!("too_large")));
    assert_eq!(tablet.get("/healthz").await.status(), 200);
}

#[tokio::test]
async fn a_hub_that_stops_ends_feeds_and_connections() {
    let mut site = HttpsHub::start().await;
    audit(&site).await;
    let tablet = site.right_tablet().http2().await;
    let mut idle = site.right_tablet().http1().await;
    bytes(idle.get("/healthz").await).await;
    let feed = tablet.get("/api/v1/audits/jalibat/live").await;
    let mut feed = Events::of(feed.into_body());
    feed.next().await.unwrap();
    timeout(Duration::from_millis(2_900), site.stop()).await.unwrap();
    timeout(LONG, async { while feed.next().await.is_some() {} }).await.unwrap();
    timeout(LONG, tablet.closed).await.unwrap().unwrap();
    timeout(LONG, idle.closed).await.unwrap().unwrap();
}
