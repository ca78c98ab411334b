//! Lone marks while the hub makes a report on paper of 20,000 modules, and without: how long each waits for its answer.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::blocking::Blocking;
use crate::disk::{self, median, ms, percentile};
use crate::marks::numbered;
use crate::program::{Serving, program, run};

const AUDIT: &str = "solar-park";
const MODULES: usize = 20_000;
const LONE: usize = 300;

/// Of an audit in which every module is marked, and 1,000 are defects. Without pictures: they lie on the disk as they are sent.
pub fn marks() {
    let dir = disk::dir();
    let strings = format!("25x{}", MODULES / 25);
    run(dir.path(), &["audit", "create", "--name", "Solar park", "--token", AUDIT, "--strings", &strings])
        .good();
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]);
    command.arg(dir.path());
    for limit in ["OPS", "REQUESTS"] {
        command.env(format!("FIELDHUB_LIMITS_{limit}_PER_SECOND"), "1000000");
        command.env(format!("FIELDHUB_LIMITS_{limit}_BURST"), "1000000");
    }
    let hub = Serving::spawn(command);
    let mut tablet = Blocking::connect(&hub.address).unwrap();
    let statuses = ["dead", "microcracks", "inequality", "string_open"];
    for begin in (1..=MODULES).step_by(200) {
        let marked = |at: usize| {
            numbered(at % 8, at, if at.is_multiple_of(20) { statuses[at / 20 % 4] } else { "ok" })
        };
        let marks: Vec<_> = (begin..begin + 200).map(marked).collect();
        assert_eq!(tablet.ops(AUDIT, &marks).unwrap().0, 200);
    }
    let alone = lone(&mut tablet, &|at| at < LONE);
    let (begun, ended) = (AtomicBool::new(false), AtomicBool::new(false));
    let (meanwhile, took) = std::thread::scope(|scope| {
        let paper = scope.spawn(|| {
            let start = Instant::now();
            let mut stream = hub.ask(&format!("/api/v1/audits/{AUDIT}/reports/draft?format=pdf&lang=fr"));
            begun.store(true, Ordering::SeqCst);
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap();
            ended.store(true, Ordering::SeqCst);
            assert!(
                bytes.starts_with(b"HTTP/1.1 200") && bytes.ends_with(b"0\r\n\r\n"),
                "not a whole report"
            );
            start.elapsed()
        });
        while !begun.load(Ordering::SeqCst) {
            std::hint::spin_loop();
        }
        let times = lone(&mut tablet, &|_| !ended.load(Ordering::SeqCst));
        (times, paper.join().unwrap())
    });
    let (before, during) = (median(alone.clone()), median(meanwhile.clone()));
    println!(
        "a lone mark, alone:                    median {:.2} ms, p95 {:.2} ms ({} marks)",
        ms(before),
        ms(percentile(alone.clone(), 95)),
        alone.len()
    );
    println!(
        "a lone mark while a report is made:    median {:.2} ms, p95 {:.2} ms ({} marks in {:.2} s) = {:.2} × as long (aim: at most 1.5)",
        ms(during),
        ms(percentile(meanwhile.clone(), 95)),
        meanwhile.len(),
        took.as_secs_f64(),
        during.as_secs_f64() / before.as_secs_f64()
    );
}

fn lone(tablet: &mut Blocking, more: &dyn Fn(usize) -> bool) -> Vec<Duration> {
    let mut times = Vec::new();
    while more(times.len()) {
        let mark = numbered(1, times.len() % MODULES + 1, "dead");
        let sent = Instant::now();
        assert_eq!(tablet.ops(AUDIT, &[mark]).unwrap().0, 200);
        times.push(sent.elapsed());
    }
    times
}
