//! Attacks (denial of service) that a stranger, a member or a viewer may try, against the running program in 256 MiB of memory.
//!
//! `cargo bench --bench attacks`, or with the names of some: `-- history base`. Plain printed figures, nothing is asserted: that
//! each is bounded is for `tests/it/bounds.rs`. `FIELDHUB_BENCH_PROGRAM` names another version of the program.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a bench prints, and may panic

#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/blocking.rs"]
mod blocking;
#[path = "common/confined.rs"]
mod confined;
#[path = "common/disk.rs"]
mod disk;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/marks.rs"]
mod marks;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use blocking::Blocking;
use confined::Confined;
use disk::{median, ms, percentile};
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use marks::{NOW, mark};
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};

const BIG: &str = "big";
const MODULES: usize = 20_000;
/// How long each goes on.
const TIME: Duration = Duration::from_secs(6);
const STATE: &str = "/api/v1/audits/big";
/// All of it comes from one address.
const UNLIMITED: [(&str, &str); 5] = [
    ("FIELDHUB_LIMITS_OPS_PER_SECOND", "1000000"),
    ("FIELDHUB_LIMITS_OPS_BURST", "1000000"),
    ("FIELDHUB_LIMITS_OPS_PER_SECOND_PER_ADDRESS", "1000000"),
    ("FIELDHUB_LIMITS_OPS_BURST_PER_ADDRESS", "1000000"),
    ("FIELDHUB_LIMITS_RATES", "1000"),
];

/// Text that nothing packs.
fn noise(n: usize, characters: usize) -> String {
    let mut state = n as u64 ^ 0x9e37_79b9_7f4a_7c15;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + u8::try_from((state >> 33) % 75).unwrap())
    };
    (0..characters).map(letter).map(|c| if c == '\\' { '/' } else { c }).collect()
}

fn commented(module: usize, text: String) -> Value {
    let mut op = mark(&format!("M{module:05}"), "dead", "mallory", NOW);
    op["comment"] = text.into();
    op
}

/// A base of devices that there never were.
fn made_up(n: usize) -> String {
    let stamp =
        |actor: usize| format!("{:012x}-0000-{:016x}", NOW - 1_000_000, (n as u64) << 32 | actor as u64);
    (1..=1_000).map(stamp).collect::<Vec<_>>().join(",")
}

/// What the attackers heard, by status; 0: the hub was gone, or broke off.
type Heard = BTreeMap<u16, usize>;

fn send(hub: &str, audit: &str, ops: impl Iterator<Item = Value>, heard: &mut Heard) {
    let mut ops = ops.peekable();
    let Ok(mut client) = Blocking::connect(hub) else { return *heard.entry(0).or_default() += 1 };
    while ops.peek().is_some() {
        let some: Vec<Value> = ops.by_ref().take(100).collect();
        match client.ops(audit, &some) {
            Ok((status, results)) => {
                *heard.entry(status).or_default() += 1;
                let refused = results.iter().filter(|result| result["outcome"] == "refused").count();
                if refused > 0 {
                    // As a status that there is not: operations refused alone.
                    *heard.entry(999).or_default() += refused;
                }
            }
            Err(_) => return *heard.entry(0).or_default() += 1,
        }
    }
}

fn make(hub: &str, audit: &str, strings: &str) {
    let body = json!({ "name": audit, "token": audit, "strings": strings }).to_string();
    Blocking::connect(hub).unwrap().call("POST", "/api/v1/audits", &body).unwrap();
}

/// Ask again and again; `deaf` ones never read what comes.
fn ask(hub: &str, paths: &[String], readers: usize, deaf: bool) -> Heard {
    let ends = Instant::now() + TIME;
    let mut heard = Heard::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..readers)
            .map(|n| {
                let path = &paths[n % paths.len()];
                scope.spawn(move || {
                    let mut heard = Heard::new();
                    while Instant::now() < ends {
                        let status = if deaf { deaf_to(hub, path, ends) } else { read(hub, path, ends) };
                        *heard.entry(status).or_default() += 1;
                        if status == 0 || status == 503 {
                            std::thread::sleep(Duration::from_millis(50));
                        }
                    }
                    heard
                })
            })
            .collect();
        for thread in threads {
            for (status, times) in thread.join().unwrap() {
                *heard.entry(status).or_default() += times;
            }
        }
    });
    heard
}

fn request(hub: &str, path: &str) -> std::io::Result<TcpStream> {
    request_with(hub, path, "accept-encoding: gzip\r\n")
}

fn request_with(hub: &str, path: &str, headers: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(hub)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    let head = format!("GET {path} HTTP/1.1\r\nhost: hub\r\n{headers}connection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    Ok(stream)
}

fn status(head: &[u8]) -> u16 {
    std::str::from_utf8(head.get(9..12).unwrap_or_default())
        .ok()
        .and_then(|code| code.parse().ok())
        .unwrap_or(0)
}

fn read(hub: &str, path: &str, ends: Instant) -> u16 {
    let Ok(mut stream) = request(hub, path) else { return 0 };
    let (mut piece, mut said) = (vec![0; 64 << 10], 0);
    while Instant::now() < ends {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(_) if said == 0 => said = status(&piece),
            Ok(_) => {}
        }
    }
    said
}

fn deaf_to(hub: &str, path: &str, ends: Instant) -> u16 {
    let Ok(mut stream) = request(hub, path) else { return 0 };
    let mut head = [0; 12];
    let said = stream.read_exact(&mut head).map_or(0, |()| status(&head));
    if said == 200 {
        std::thread::sleep(ends.saturating_duration_since(Instant::now()));
    }
    said
}

/// One connection of HTTP/2 with so many requests on it, none of whose answers is read.
fn streams(port: u16, ca: &[u8], path: &str, count: usize) -> Heard {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(ca.to_vec())).unwrap();
    let mut config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        let mut builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        builder.initial_stream_window_size(1 << 10);
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        let asked = (0..count).map(|_| {
            let mut sender = sender.clone();
            let uri = format!("https://127.0.0.1:{port}{path}");
            let request = hyper::Request::get(uri).body(Empty::<Bytes>::new()).unwrap();
            tokio::spawn(async move {
                sender.ready().await.ok()?;
                sender.send_request(request).await.ok()
            })
        });
        let answers = futures_util::future::join_all(asked).await;
        let mut heard = Heard::new();
        for answer in &answers {
            let status =
                answer.as_ref().ok().and_then(Option::as_ref).map_or(0, |answer| answer.status().as_u16());
            *heard.entry(status).or_default() += 1;
        }
        tokio::time::sleep(TIME).await;
        heard
    })
}

/// Marks of somebody of the crew, one after the other, until told to stop: how long each took.
fn mark_on(hub: &str, token: &str, stop: &AtomicBool) -> Vec<Duration> {
    let mut times = Vec::new();
    let connect = || {
        Blocking::connect(hub).ok().map(|client| match token {
            "" => client,
            token => client.with_token(token),
        })
    };
    let mut client = connect();
    let mut n = 0;
    while !stop.load(Ordering::Relaxed) {
        n += 1;
        let op = mark(&format!("M{:05}", n % MODULES + 1), "ok", "lea", NOW + n as u64);
        let started = Instant::now();
        match client.as_mut().map(|client| client.ops(BIG, &[op])) {
            Some(Ok((200, _))) => times.push(started.elapsed()),
            _ => client = connect(),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    times
}

struct Scene {
    dir: PathBuf,
    name: &'static str,
}

impl Scene {
    fn hub(&self, args: &[&str], settings: &[(&str, &str)]) -> Confined {
        let all: Vec<_> = UNLIMITED.iter().chain(settings).copied().collect();
        Confined::start(&self.dir, self.name, args, &all)
    }

    /// Marks alone, and beside what is played; then what became of the hub.
    fn play(&self, hub: &Confined, attack: impl FnOnce(&str) -> Heard) {
        self.play_beside(hub, "", attack);
    }

    /// Beside marks of somebody with this session.
    fn play_beside(&self, hub: &Confined, token: &str, attack: impl FnOnce(&str) -> Heard) {
        let stop = AtomicBool::new(false);
        let address = hub.hub.address.as_str();
        let marks = |time: Option<Duration>, attack: Option<Box<dyn FnOnce() -> Heard + '_>>| {
            stop.store(false, Ordering::Relaxed);
            std::thread::scope(|scope| {
                let marker = scope.spawn(|| mark_on(address, token, &stop));
                let heard = attack.map(|attack| attack());
                std::thread::sleep(time.unwrap_or_default());
                stop.store(true, Ordering::Relaxed);
                (marker.join().unwrap(), heard)
            })
        };
        let (alone, _) = marks(Some(Duration::from_secs(2)), None);
        let (beside, heard) = marks(None, Some(Box::new(|| attack(address))));
        let time = |times: &[Duration], percent| match times.is_empty() {
            true => "none".to_owned(),
            false => format!("{:.1}", ms(percentile(times.to_vec(), percent))),
        };
        let alone = if alone.is_empty() { "none".to_owned() } else { format!("{:.1}", ms(median(alone))) };
        let peak = hub.peak().map_or_else(|| "KILLED".to_owned(), |peak| format!("{peak:.0} MiB"));
        println!(
            "{:<10} {peak:>9} at most; a mark {alone} ms alone, {} ms beside it (95 %: {}, worst {}; {} marks); heard {:?}",
            self.name,
            time(&beside, 50),
            time(&beside, 95),
            time(&beside, 100),
            beside.len(),
            heard.unwrap_or_default(),
        );
    }
}

fn comments(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    scene.play(&hub, |hub| {
        let mut heard = Heard::new();
        send(hub, BIG, (1..=MODULES).map(|n| commented(n, noise(n, 4_000))), &mut heard);
        heard.extend(ask(hub, &[STATE.to_owned()], 8, false));
        heard
    });
}

fn readers(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(n, noise(n, 20))), &mut Heard::new());
    scene.play(&hub, |hub| ask(hub, &[STATE.to_owned()], 8, false));
}

fn strangers(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(n, noise(n, 1_000))), &mut Heard::new());
    drop(hub);
    let hub = scene.hub(&["--access", "crew"], &[]);
    let program =
        std::env::var("FIELDHUB_BENCH_PROGRAM").unwrap_or(env!("CARGO_BIN_EXE_fieldhub").to_owned());
    let say = |args: &[&str]| {
        let said = Command::new(&program).args(args).arg("--data-dir").arg(&scene.dir).output().unwrap();
        assert!(said.status.success(), "{said:?}");
        String::from_utf8(said.stdout).unwrap()
    };
    say(&["audit", "open-v33", BIG]);
    let code: Value = serde_json::from_str(&say(&["crew", "code", "--json"])).unwrap();
    let who = json!({ "code": code["code"], "name": "Lea", "device_id": "dev_lea" }).to_string();
    let joined = Blocking::connect(&hub.hub.address).unwrap().call("POST", "/api/v1/join", &who).unwrap().1;
    let joined: Value = serde_json::from_str(&joined).unwrap();
    let updates = "/api/audit/big/updates?since=0".to_owned();
    let attack = |hub: &str| {
        let mut heard = ask(hub, std::slice::from_ref(&updates), 64, true);
        for (status, times) in ask(hub, &[updates], 64, false) {
            *heard.entry(status).or_default() += times;
        }
        heard
    };
    scene.play_beside(&hub, joined["token"].as_str().unwrap(), attack);
}

fn http2(scene: &Scene) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let tls = format!("127.0.0.1:{port}");
    let hub = scene.hub(&[], &[("FIELDHUB_TLS_MODE", "auto"), ("FIELDHUB_TLS_LISTEN", &tls)]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(n, noise(n, 100))), &mut Heard::new());
    let mut ca = request_with(&hub.hub.address, "/trust/fieldhub-ca.crt", "").unwrap();
    let mut answer = Vec::new();
    ca.read_to_end(&mut answer).unwrap();
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    scene.play(&hub, |_| streams(port, &answer[body..], STATE, 64));
}

fn live(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    let audits: Vec<String> = (0..16).map(|n| format!("a{n}")).collect();
    for audit in &audits {
        make(&hub.hub.address, audit, "20x20");
        send(&hub.hub.address, audit, (1..=400).map(|n| commented(n, noise(n, 4_000))), &mut Heard::new());
    }
    let path = format!("/api/v1/live?audit={}", audits.join("&audit="));
    scene.play(&hub, |hub| ask(hub, &[path], 16, true));
}

fn history(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(1, noise(n, 4_000))), &mut Heard::new());
    scene.play(&hub, |hub| ask(hub, &["/api/v1/audits/big/modules/M00001/history".to_owned()], 8, false));
}

fn pages(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(1, noise(n, 4_000))), &mut Heard::new());
    let ops = "/api/v1/audits/big/ops?limit=1000".to_owned();
    let peers = "/api/v1/peer/big/ops".to_owned();
    scene.play(&hub, |hub| ask(hub, &[ops, peers, "/api/v1/bundle".to_owned()], 48, true));
}

fn columns(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    let body = format!("module_id,string,position{}\n", ",".repeat(10_000_000));
    scene.play(&hub, |hub| {
        let mut heard = Heard::new();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(|| {
                        let call = Blocking::connect(hub)
                            .and_then(|mut hub| hub.call("POST", "/api/v1/audits?name=x", &body));
                        call.map_or(0, |(status, _)| status)
                    })
                })
                .collect();
            for thread in threads {
                *heard.entry(thread.join().unwrap()).or_default() += 1;
            }
        });
        heard
    });
}

fn exports(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    send(&hub.hub.address, BIG, (1..=MODULES).map(|n| commented(n, noise(n, 500))), &mut Heard::new());
    let of = |format: &str| format!("/api/v1/audits/big/export?format={format}");
    scene.play(&hub, |hub| ask(hub, &[of("csv"), of("json")], 32, true));
}

fn base(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    let with_base = |n: usize| {
        let mut op = mark(&format!("M{n:05}"), "dead", "mallory", NOW);
        op["base"] = made_up(n).into();
        op
    };
    scene.play(&hub, |hub| {
        let mut heard = Heard::new();
        send(hub, BIG, (1..=MODULES).map(with_base), &mut heard);
        heard
    });
    drop(hub);
    let again = Scene { dir: scene.dir.clone(), name: "restarted" };
    let hub = again.hub(&[], &[]);
    again.play(&hub, |hub| ask(hub, &[STATE.to_owned()], 4, false));
}

fn bodies(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    let body = |from: usize| {
        let ops: Vec<Value> =
            (from..from + 1_000).map(|n| commented(n + 1, noise(n, 4_000).replace('0', "é"))).collect();
        json!({ "ops": ops }).to_string()
    };
    let bodies: Vec<String> = (0..16).map(|n| body(n * 1_000)).collect();
    scene.play(&hub, |hub| {
        let mut heard = Heard::new();
        std::thread::scope(|scope| {
            let call = |body| {
                Blocking::connect(hub).and_then(|mut hub| hub.call("POST", "/api/v1/audits/big/ops", body))
            };
            let threads: Vec<_> = bodies
                .iter()
                .map(|body| scope.spawn(move || call(body).map_or(0, |(status, _)| status)))
                .collect();
            for thread in threads {
                *heard.entry(thread.join().unwrap()).or_default() += 1;
            }
        });
        heard
    });
}

type Attack = (&'static str, fn(&Scene));
const ATTACKS: [Attack; 12] = [
    ("readers", readers),
    ("comments", comments),
    ("strangers", strangers),
    ("http2", http2),
    ("live", live),
    ("history", history),
    ("pages", pages),
    ("columns", columns),
    ("exports", exports),
    ("base", base),
    ("bodies", bodies),
    ("lists", lists),
];

fn lists(scene: &Scene) {
    let hub = scene.hub(&[], &[]);
    make(&hub.hub.address, BIG, "100x200");
    for n in 0..2_000 {
        let token = format!("{}-{n}", "x".repeat(100));
        make(&hub.hub.address, &token, "1");
    }
    scene.play(&hub, |hub| ask(hub, &["/api/v1/audits".to_owned()], 64, true));
}

fn main() {
    // `cargo test --benches` only asks whether it runs.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let root: &Path = &disk::dir().keep();
    let mut told = false;
    for (name, attack) in
        ATTACKS.iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|w| w == name))
    {
        let dir = root.join(name);
        if !std::mem::replace(&mut told, true) {
            let confined = Confined::start(&dir, "look", &[], &[]).is_confined();
            println!(
                "each hub has {} MiB{}",
                confined::MEMORY >> 20,
                if confined { "" } else { " in theory: no cgroup" }
            );
        }
        attack(&Scene { dir, name });
        std::fs::remove_dir_all(root.join(name)).unwrap();
    }
    std::fs::remove_dir_all(root).unwrap();
}
