//! Hundreds of clients that send one byte a second, against the real program: the crew's marks go
//! through all the same, also from the address of the slow ones, and memory stays bounded.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::common::blocking::Blocking;
use crate::common::marks::numbered;
use crate::common::program::{Ran, Serving, program};
use crate::common::wait::until;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;

const AUDIT: &str = "jalibat-demo";
/// What a slow client sends at most, byte by byte: it stays in the head, or in the body.
const HEAD: &str = "GET /api/v1/audits HTTP/1.1\r\nhost: hub\r\nx-slow: yes, and for as long as it takes";
const BODY: &str = "POST /api/v1/audits HTTP/1.1\r\nhost: hub\r\ncontent-length: 1000000\r\n\r\n";

/// Clients that come back whenever they are sent away; gone with this.
struct Flood {
    runtime: Runtime,
    connected: Arc<AtomicUsize>,
}

impl Flood {
    /// `of` how many clients, the first `local` of them from 127.0.0.1, the others spread; every
    /// so many, one stays in the body.
    fn start(to: SocketAddr, of: usize, local: usize, bodies: usize) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let connected = Arc::new(AtomicUsize::new(0));
        for number in 0..of {
            let host = if number < local { 1 } else { 2 + u8::try_from(number % 10).unwrap() };
            runtime.spawn(slow(to, host, !number.is_multiple_of(bodies), Arc::clone(&connected)));
        }
        Self { runtime, connected }
    }

    /// Until so many have connected, counting each as often as it did.
    fn wait(&self, for_connections: usize) {
        until("the flood gets in", || self.connected.load(Ordering::SeqCst) >= for_connections);
    }
}

async fn slow(to: SocketAddr, host: u8, in_head: bool, connected: Arc<AtomicUsize>) {
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    loop {
        // Sent away or refused: again with the next second, as slow as ever.
        tick.tick().await;
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::new(127, 0, 0, host), 0).into()).unwrap();
        let Ok(mut stream) = socket.connect(to).await else { continue };
        connected.fetch_add(1, Ordering::SeqCst);
        let text = if in_head { HEAD.to_owned() } else { BODY.to_owned() + &"x".repeat(100) };
        let (at_once, by_bytes) = if in_head { text.split_at(1) } else { text.split_at(BODY.len()) };
        if stream.write_all(at_once.as_bytes()).await.is_err() {
            continue;
        }
        let mut waste = [0; 512];
        for byte in by_bytes.bytes() {
            tokio::select! {
                _ = tick.tick() => if stream.write_u8(byte).await.is_err() { break },
                // An answer, or the end.
                _ = stream.read(&mut waste) => break,
            }
        }
    }
}

/// Resident memory of the program, in KiB.
fn memory(hub: &Serving) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", hub.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Marks for so long by `tablets` that keep their connection, and as many that make a new one for
/// each mark and try again when refused. How long each took.
fn work(
    address: &str,
    session: Option<&str>,
    tablets: usize,
    duration: Duration,
) -> (Vec<Duration>, Vec<Duration>) {
    let end = Instant::now() + duration;
    let connect = move || {
        let hub = Blocking::connect(address)?;
        std::io::Result::Ok(match session {
            Some(token) => hub.with_token(token),
            None => hub,
        })
    };
    let one = move |hub: &mut Blocking, number| {
        let op = numbered(number, number + 1, "dead");
        hub.ops(AUDIT, &[op])
    };
    std::thread::scope(|scope| {
        let kept: Vec<_> = (0..tablets)
            .map(|number| {
                scope.spawn(move || {
                    let mut took = Vec::new();
                    let mut hub = connect().unwrap();
                    while Instant::now() < end {
                        let start = Instant::now();
                        match one(&mut hub, number) {
                            Ok((200, _)) => took.push(start.elapsed()),
                            // It may have come in vain at first; once in, it stays in.
                            other if took.is_empty() => {
                                drop(other);
                                hub = connect().unwrap();
                            }
                            other => panic!("a tablet of the crew was sent away: {other:?}"),
                        }
                    }
                    took
                })
            })
            .collect();
        let new: Vec<_> = (0..tablets)
            .map(|number| {
                scope.spawn(move || {
                    let mut took = Vec::new();
                    while Instant::now() < end {
                        let start = Instant::now();
                        while !matches!(
                            connect().and_then(|mut hub| one(&mut hub, tablets + number)),
                            Ok((200, _))
                        ) {
                            assert!(start.elapsed() < Duration::from_secs(15), "a mark does not go through");
                        }
                        took.push(start.elapsed());
                    }
                    took
                })
            })
            .collect();
        let all = |threads: Vec<std::thread::ScopedJoinHandle<'_, Vec<Duration>>>| {
            let mut all: Vec<Duration> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
            all.sort();
            all
        };
        (all(kept), all(new))
    })
}

fn say(what: &str, took: &[Duration]) -> (Duration, Duration) {
    assert!(!took.is_empty(), "{what}: no mark went through");
    let (median, worst) = (took[took.len() / 2], took[took.len() - 1]);
    println!("{what}: {} marks, median {median:?}, worst {worst:?}", took.len());
    (median, worst)
}

fn room_for_sockets() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).unwrap();
}

fn serving(dir: &Path, args: &[&str], settings: &[(&str, &str)]) -> Serving {
    let mut command = program(&["serve", "--listen", "0.0.0.0:0", "--demo"]);
    command.args(args).arg("--data-dir").arg(dir).envs(settings.iter().copied());
    Serving::spawn(command)
}

/// Join the crew of the hub that runs here; the session's token.
fn join(dir: &Path, address: &str) -> String {
    let mut command = program(&["crew", "code", "--json", "--data-dir"]);
    let code = Ran::from(command.arg(dir).output().unwrap()).json();
    let body = json!({ "code": code["code"], "name": "Léa", "device_id": "dev_lea" });
    let (status, answer) =
        Blocking::connect(address).unwrap().call("POST", "/api/v1/join", &body.to_string()).unwrap();
    assert_eq!(status, 200, "{answer}");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    answer["token"].as_str().unwrap().to_owned()
}

#[test]
fn five_hundred_slow_clients_do_not_hold_up_the_crew() {
    room_for_sockets();
    let dir = tempfile::tempdir().unwrap();
    let hub = serving(dir.path(), &["--access", "open"], &[]);
    let port = hub.address.rsplit_once(':').unwrap().1;
    let address = format!("127.0.0.1:{port}");
    say("alone", &work(&address, None, 4, Duration::from_secs(1)).0);
    let before = memory(&hub);

    let flood = Flood::start(address.parse().unwrap(), 500, 400, 2);
    flood.wait(500);
    let (kept, new) = work(&address, None, 4, Duration::from_secs(6));
    let during = memory(&hub);
    let kept = say("with 500 slow clients, connections kept", &kept);
    let new = say("with 500 slow clients, new connections", &new);
    drop(flood.runtime);
    println!("resident: {before} KiB before, {during} KiB with 500 slow clients");
    for (median, worst) in [kept, new] {
        assert!(
            median < Duration::from_millis(250) && worst < Duration::from_secs(3),
            "{median:?} {worst:?}"
        );
    }
    assert!(during < before + (32 << 10), "500 slow clients took {} KiB", during - before);
}

/// More slow clients than there are places, for the crew's own address too. None of them has joined.
#[test]
fn a_full_house_makes_room_for_the_crew() {
    room_for_sockets();
    let dir = tempfile::tempdir().unwrap();
    let hub =
        serving(dir.path(), &["--access", "crew"], &[("FIELDHUB_LIMITS_CONNECTIONS_PER_ADDRESS", "100")]);
    let port = hub.address.rsplit_once(':').unwrap().1;
    let address = format!("127.0.0.1:{port}");
    let token = join(dir.path(), &address);
    let before = memory(&hub);
    let flood = Flood::start(address.parse().unwrap(), 500, 500, usize::MAX);
    flood.wait(600);
    let (kept, new) = work(&address, Some(&token), 4, Duration::from_secs(6));
    let during = memory(&hub);
    say("in a full house, connections kept", &kept);
    say("in a full house, new connections", &new);
    drop(flood.runtime);
    println!("resident: {before} KiB before, {during} KiB in a full house");
    // Who is in is served as ever; who comes gets in sooner or later, which `work` has seen to.
    assert!(kept[kept.len() / 2] < Duration::from_millis(250));
    assert!(!new.is_empty());
    assert!(during < before + (32 << 10), "the full house took {} KiB", during - before);
}
