//! The probes of tablets, over real sockets on port 80: byte for byte what the makers' own hosts say.
//!
//! Needs the right to listen on port 80. Elsewhere it says so and does nothing, but not in CI.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::common::TestClock;
use fieldhub::domain::crew::Access;
use fieldhub::http::{Limits, Listener, probes, serve};
use fieldhub::hub::{Hub, HubConfig, Probes, Surroundings};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A hub on port 80 of a loopback address that no other test has.
struct OnPort80 {
    hub: Arc<Hub>,
    at: SocketAddr,
    elsewhere: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
    _dir: TempDir,
}

impl OnPort80 {
    /// `None`, and why is said, where ports below 1024 are root's.
    async fn start() -> Option<Self> {
        static TESTS: AtomicU8 = AtomicU8::new(1);
        let [.., high, low] = std::process::id().to_be_bytes();
        let ip = Ipv4Addr::new(127, high.max(1), low, TESTS.fetch_add(1, Ordering::SeqCst));
        let listener = match TcpListener::bind((ip, 80)).await {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                let why = "no right to listen on port 80 (root, CAP_NET_BIND_SERVICE)";
                assert!(std::env::var_os("CI").is_none(), "{why}");
                println!("skipped: {why}");
                return None;
            }
            other => other.unwrap(),
        };
        let other = TcpListener::bind((ip, 0)).await.unwrap();
        let (at, elsewhere) = (listener.local_addr().unwrap(), other.local_addr().unwrap());
        let dir = tempfile::tempdir().unwrap();
        let config = HubConfig { access: Access::Crew, ..crate::common::config(dir.path()) };
        let hub = Hub::open(config, TestClock::new(true)).unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&hub);
        let served = tokio::spawn(async move {
            let shutdown = async {
                let _ = stopped.await;
            };
            let listeners = vec![Listener::Tcp(listener), Listener::Tcp(other)];
            serve(serving, listeners, Limits::default(), shutdown).await.unwrap();
        });
        let this = Self { hub, at, elsewhere, stop, served, _dir: dir };
        this.answers(Probes::But(Vec::new()));
        Some(this)
    }

    fn answers(&self, probes: Probes) {
        self.hub.say_surroundings(Surroundings { probes, ..Surroundings::default() });
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        self.served.await.unwrap();
        self.hub.close().await;
    }

    async fn get(&self, host: &str, path: &str) -> String {
        ask(self.at, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await
    }
}

/// Everything that comes back, but for the date: it is the one part that is not the same each time.
async fn ask(at: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let date = answer.lines().find(|line| line.starts_with("date: ")).map(|line| format!("{line}\r\n"));
    date.map_or(answer.clone(), |date| answer.replace(&date, ""))
}

fn ok(kind: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncache-control: no-store\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
}

const NO_CONTENT: &str = "HTTP/1.1 204 No Content\r\ncache-control: no-store\r\nconnection: close\r\n\r\n";
const APPLE: &str = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>";

#[tokio::test]
async fn every_probe_is_answered_byte_for_byte() {
    let Some(hub) = OnPort80::start().await else { return };
    let empty = || NO_CONTENT.to_owned();
    let online = |answer: String| {
        let with = "x-networkmanager-status: online\r\n";
        match answer.find("content-length") {
            Some(at) => format!("{}{with}{}", &answer[..at], &answer[at..]),
            None => answer.replace("connection: close", &format!("{with}connection: close")),
        }
    };
    let manager = || online(ok("text/plain", "NetworkManager is online\n"));
    let canonical =
        r#"<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>"#;
    let kindle = "<html>\n<body>\n81ce4465-7167-4dcb-835b-dcc9e44c112a\n</body>\n</html>\n";
    let table: &[(&str, &str, String)] = &[
        ("connectivitycheck.gstatic.com", "/generate_204", empty()),
        ("connectivitycheck.gstatic.com", "/gen_204", empty()),
        ("connectivitycheck.android.com", "/generate_204", empty()),
        ("clients1.google.com", "/generate_204", empty()),
        ("clients3.google.com", "/generate_204", empty()),
        ("clients4.google.com", "/generate_204", empty()),
        ("play.googleapis.com", "/generate_204", empty()),
        ("www.google.com", "/gen_204", empty()),
        ("www.gstatic.com", "/generate_204", empty()),
        ("connectivity.samsung.com.cn", "/generate_204", empty()),
        ("connectivitycheck.platform.hicloud.com", "/generate_204", empty()),
        ("connect.rom.miui.com", "/generate_204", empty()),
        ("wifi.vivo.com.cn", "/generate_204", empty()),
        ("conn1.oppomobile.com", "/generate_204", empty()),
        ("conn2.oppomobile.com", "/generate_204", empty()),
        ("captive.apple.com", "/hotspot-detect.html", ok("text/html", &format!("{APPLE}\n"))),
        ("captive.apple.com", "/", ok("text/html", &format!("{APPLE}\n"))),
        ("www.apple.com", "/library/test/success.html", ok("text/html", APPLE)),
        ("www.appleiphonecell.com", "/library/test/success.html", ok("text/html", APPLE)),
        ("www.airport.us", "/library/test/success.html", ok("text/html", APPLE)),
        ("www.ibook.info", "/library/test/success.html", ok("text/html", APPLE)),
        ("www.itools.info", "/hotspot-detect.html", ok("text/html", APPLE)),
        ("www.thinkdifferent.us", "/hotspot-detect.html", ok("text/html", APPLE)),
        ("www.msftconnecttest.com", "/connecttest.txt", ok("text/plain", "Microsoft Connect Test")),
        ("ipv6.msftconnecttest.com", "/connecttest.txt", ok("text/plain", "Microsoft Connect Test")),
        ("www.msftncsi.com", "/ncsi.txt", ok("text/plain", "Microsoft NCSI")),
        ("ipv6.msftncsi.com", "/ncsi.txt", ok("text/plain", "Microsoft NCSI")),
        ("edge-http.microsoft.com", "/captiveportal/generate_204", empty()),
        ("nmcheck.gnome.org", "/check_network_status.txt", manager()),
        ("network-test.debian.org", "/nm", manager()),
        ("ping.archlinux.org", "/nm-check.txt", manager()),
        ("connectivity-check.ubuntu.com", "/", online(empty())),
        ("fedoraproject.org", "/static/hotspot.txt", online(ok("text/plain", "OK"))),
        ("firefox-portal-detection.com", "/generate_204", empty()),
        ("firefox-portal-detection.com", "/success.txt?ipv4", ok("text/plain", "success\n")),
        ("detectportal.firefox.com", "/success.txt", ok("text/plain", "success\n")),
        ("detectportal.firefox.com", "/canonical.html", ok("text/html", canonical)),
        ("spectrum.s3.amazonaws.com", "/kindle-wifi/wifistub.html", ok("text/html", kindle)),
        ("spectrum.s3.amazonaws.com", "/kindle-wifi/wifistub-eink.html", ok("text/html", kindle)),
    ];
    for (host, path, expected) in table {
        assert_eq!(hub.get(host, path).await, *expected, "{host}{path}");
    }
    for host in probes::hosts() {
        assert!(table.iter().any(|(tested, ..)| *tested == host), "{host} is not in this table");
        let other = hub.get(host, "/favicon.ico").await;
        let nothing = "HTTP/1.1 404 Not Found\r\ncache-control: no-store\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(other, nothing, "{host}: another path, without the page");
    }
    hub.stop().await;
}

#[tokio::test]
async fn clients_may_ask_in_their_own_ways() {
    let Some(hub) = OnPort80::start().await else { return };
    let good = ok("text/html", &format!("{APPLE}\n"));
    for host in ["Captive.Apple.com", "captive.apple.com:80", "captive.apple.com."] {
        assert_eq!(hub.get(host, "/hotspot-detect.html").await, good, "{host}");
    }
    // iPads ask by HTTP/1.0.
    let old = "GET /hotspot-detect.html HTTP/1.0\r\nHost: captive.apple.com\r\nUser-Agent: CaptiveNetworkSupport-472 wispr\r\n\r\n";
    let answer = ask(hub.at, old).await;
    assert!(
        answer.starts_with("HTTP/1.0 200 OK\r\n") && answer.ends_with(&format!("\r\n\r\n{APPLE}\n")),
        "{answer}"
    );
    let head = "HEAD /hotspot-detect.html HTTP/1.1\r\nHost: captive.apple.com\r\nConnection: close\r\n\r\n";
    assert_eq!(ask(hub.at, head).await, good.strip_suffix(&format!("{APPLE}\n")).unwrap());
    let post = "POST /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    assert!(ask(hub.at, post).await.starts_with("HTTP/1.1 404"));
    // With the hub as its proxy, and another name beside that.
    let line = "GET http://captive.apple.com/hotspot-detect.html HTTP/1.1\r\nHost: fieldhub.local\r\nConnection: close\r\n\r\n";
    assert_eq!(ask(hub.at, line).await, good);
    hub.stop().await;
}

#[tokio::test]
async fn everything_else_is_the_hubs_own() {
    let Some(hub) = OnPort80::start().await else { return };
    // The page opens under any name, and a path alone is no probe.
    for host in ["192.168.4.1", "fieldhub.local", "example.org", "apple.com"] {
        let page = hub.get(host, "/").await;
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("<!doctype html>"), "{host}: {page}");
        let own = hub.get(host, "/generate_204").await;
        assert!(own.starts_with("HTTP/1.1 404") && own.contains("there is no such page"), "{host}: {own}");
    }
    // Only on port 80.
    let ask_there =
        "GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\nConnection: close\r\n\r\n";
    assert!(ask(hub.elsewhere, ask_there).await.starts_with("HTTP/1.1 404"));
    let nowhere = ask(hub.at, "GET /generate_204 HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert!(nowhere.starts_with("HTTP/1.1 404"), "{nowhere}");
    hub.stop().await;
}

#[tokio::test]
async fn where_an_internet_is_the_hub_does_not_speak_for_it() {
    let Some(hub) = OnPort80::start().await else { return };
    let probe = async || {
        let answer = hub.get("connectivitycheck.gstatic.com", "/generate_204").await;
        answer.starts_with("HTTP/1.1 204")
    };
    assert!(probe().await);
    hub.answers(Probes::Nowhere);
    assert!(!probe().await);
    hub.answers(Probes::But(vec![hub.at.ip()]));
    assert!(!probe().await, "this address has a way out");
    hub.answers(Probes::But(vec![IpAddr::from([10, 0, 0, 7])]));
    assert!(probe().await, "another one has");
    hub.stop().await;
}

/// A tablet asks every few seconds, and before anybody has joined.
#[tokio::test]
async fn nothing_limits_a_probe_and_nothing_counts_it() {
    let Some(hub) = OnPort80::start().await else { return };
    let mut stream = TcpStream::connect(hub.at).await.unwrap();
    let wanted = NO_CONTENT.replace("connection: close\r\n", "");
    for _ in 0..500 {
        stream
            .write_all(b"GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n\r\n")
            .await
            .unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let text = String::from_utf8(head).unwrap();
        let date = text.lines().find(|line| line.starts_with("date: ")).unwrap();
        assert_eq!(text.replace(&format!("{date}\r\n"), ""), wanted);
    }
    drop(stream);
    hub.stop().await;
}
