//! The running program: writers, listeners, memory, and how soon it answers.
//!
//! `cargo bench --bench hub`. Plain printed figures; nothing here is asserted, because a bench
//! that fails on a busy machine is turned off by the first who meets it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a bench prints, and may panic

#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/blocking.rs"]
mod blocking;
#[path = "common/disk.rs"]
mod disk;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/marks.rs"]
mod marks;
#[allow(dead_code)] // shared with the tests
#[path = "../tests/it/common/program.rs"]
mod program;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use blocking::Blocking;
use disk::{RawFlush, median, ms, percentile};
use marks::numbered;
use program::Serving;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

const AUDIT: &str = "jalibat-demo";
const WRITERS: usize = 64;
const LISTENERS: usize = 200;

/// Marks a second by 64 writers who each wait for their answer.
fn writers(dir: &Path, address: &str) {
    let raw = RawFlush::new(dir);
    let before = raw.median(200);
    let stop = AtomicBool::new(false);
    let acknowledged = AtomicU64::new(0);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (stop, acknowledged) = (&stop, &acknowledged);
            scope.spawn(move || {
                let mut hub = Blocking::connect(address).unwrap();
                let mut n = writer;
                while !stop.load(Ordering::Relaxed) {
                    n += 7;
                    let op = numbered(writer, n % 104 + 1, "dead");
                    assert_eq!(hub.ops(AUDIT, &[op]).unwrap().0, 200);
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(Duration::from_secs(5));
        stop.store(true, Ordering::Relaxed);
    });
    let rate = acknowledged.into_inner() as f64 / started.elapsed().as_secs_f64();
    // Before and after, because a disk that others use has moods; the better one counts.
    let after = raw.median(200);
    let flush = before.min(after);
    let alone = 1.0 / flush.as_secs_f64();
    println!(
        "bare fdatasync              {:8.3} ms before, {:.3} ms after (medians): {alone:.0} a second",
        ms(before),
        ms(after)
    );
    println!(
        "64 writers                  {rate:8.0} marks/s = {:.1} × one flush a mark (aim: at least 20)",
        rate / alone
    );
}

/// From commit to arrival, with 200 live feeds open.
fn listeners(address: &str) {
    let (arrived, arrivals) = mpsc::channel();
    let feeds = address.to_owned();
    let head = Blocking::connect(address).unwrap().log(AUDIT).unwrap().len();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let tasks = tokio::task::LocalSet::new();
        for _ in 0..LISTENERS {
            let (address, arrived) = (feeds.clone(), arrived.clone());
            tasks.spawn_local(async move {
                let mut stream = BufReader::new(tokio::net::TcpStream::connect(address).await.unwrap());
                let path = format!("/api/v1/audits/{AUDIT}/live?after={head}");
                let request = format!("GET {path} HTTP/1.1\r\nhost: hub\r\n\r\n");
                stream.write_all(request.as_bytes()).await.unwrap();
                let mut line = String::new();
                while stream.read_line(&mut line).await.is_ok_and(|n| n > 0) {
                    // `presence` ends what a new feed says; an operation has its id in one line.
                    if line.contains("event: presence") || line.contains("\"kind\":\"mark\"") {
                        let _ = arrived.send((line.contains("\"kind\""), Instant::now()));
                    }
                    line.clear();
                }
            });
        }
        runtime.block_on(tasks);
    });
    for _ in 0..LISTENERS {
        assert!(!arrivals.recv().unwrap().0, "a feed begins with who is there");
    }

    let mut hub = Blocking::connect(address).unwrap();
    let (mut times, mut lasts, mut from_sending) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..100 {
        let sent = Instant::now();
        let op = numbered(1, n % 104 + 1, "dead");
        assert_eq!(hub.ops(AUDIT, &[op]).unwrap().0, 200);
        let acknowledged = Instant::now();
        let here: Vec<Instant> = (0..LISTENERS).map(|_| arrivals.recv().unwrap().1).collect();
        // The commit is before the answer and before the first arrival, whichever is seen sooner.
        let committed = here.iter().copied().min().unwrap().min(acknowledged);
        times.extend(here.iter().map(|at| *at - committed));
        from_sending.extend(here.iter().map(|at| *at - sent));
        lasts.push(*here.iter().max().unwrap() - committed);
    }
    println!(
        "200 listeners, commit to arrival: median {:.2} ms, p95 {:.2} ms, last of all {:.2} ms (aim: median at most 15)",
        ms(median(times.clone())),
        ms(percentile(times, 95)),
        ms(median(lasts)),
    );
    println!("200 listeners, sent to arrival:   median {:.2} ms", ms(median(from_sending)));
}

/// MiB resident, and how much of that is anonymous.
fn resident(hub: &Serving) -> (f64, f64) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", hub.pid())).unwrap();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
    };
    (field("VmRSS"), field("RssAnon"))
}

fn memory(hub: &Serving) {
    let (all, anonymous) = resident(hub);
    println!(
        "idle memory                 {all:8.1} MiB resident, {anonymous:.1} of it anonymous (aim: under 12)"
    );
}

/// One audit that is marked again and again.
fn memory_of_marks(dir: &Path) {
    let (hub, _) = start(dir);
    let mut client = Blocking::connect(&hub.address).unwrap();
    let mut marked = 0;
    for upto in [10_000, 100_000] {
        while marked < upto {
            let ops: Vec<_> = (marked..marked + 500)
                .map(|n| numbered(n % 10, n * 7 % 104 + 1, ["ok", "dead", "microcracks"][n % 3]))
                .collect();
            assert_eq!(client.ops(AUDIT, &ops).unwrap().0, 200);
            marked += ops.len();
        }
        let (all, anonymous) = resident(&hub);
        println!(
            "memory at {upto:6} marks      {all:8.1} MiB resident, {anonymous:.1} of it anonymous (aim: flat)"
        );
    }
}

fn start(dir: &Path) -> (Serving, Duration) {
    let spawned = Instant::now();
    // All writers call from one address, and on an open hub that counts as one device.
    let mut command = program::program(&["serve", "--listen", "127.0.0.1:0", "--demo", "--data-dir"]);
    command
        .arg(dir)
        .env("FIELDHUB_LIMITS_OPS_PER_SECOND", "1000000")
        .env("FIELDHUB_LIMITS_OPS_BURST", "1000000")
        .env("FIELDHUB_LIMITS_OPS_PER_SECOND_PER_ADDRESS", "1000000")
        .env("FIELDHUB_LIMITS_OPS_BURST_PER_ADDRESS", "1000000")
        .env("FIELDHUB_LIMITS_RATES", "1000");
    let hub = Serving::spawn(command);
    let status = Blocking::connect(&hub.address).unwrap().call("GET", "/healthz", "").unwrap().0;
    assert_eq!(status, 200);
    (hub, spawned.elapsed())
}

fn main() {
    // `cargo test --benches` only asks whether it runs.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let dir = disk::dir();
    let data = dir.path().join("data");
    let (hub, first) = start(&data);
    drop(hub);
    let again = (0..11).map(|_| start(&data).1).collect();
    println!(
        "first answer after start    {:8.1} ms; with a new database {:.1} ms (aim: at most 50)",
        ms(median(again)),
        ms(first)
    );
    let (hub, _) = start(&data);
    memory(&hub);
    memory_of_marks(&dir.path().join("marked"));
    writers(dir.path(), &hub.address);
    // Last: its feeds stay open.
    listeners(&hub.address);
}
