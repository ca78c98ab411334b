//! Attacks (denial of service) that a stranger, a member or a viewer may try, against the running program in 256 MiB of memory.
//!
//! `cargo bench --bench attacks`, or with the names of some: `-- history base`. Plain printed figures, nothing is asserted: that
//! each is bounded is for `tests/it/bounds.rs`. `FIELDHUB_BENCH_PROGRAM` names another version of the program.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a bench prints, and may panic

mod attackers;
#[allow(dead_code)] // shared with the tests
#[path = "../../tests/it/common/blocking.rs"]
mod blocking;
#[path = "../common/confined.rs"]
mod confined;
#[path = "../common/disk.rs"]
mod disk;
#[allow(dead_code)] // shared with the tests
#[path = "../../tests/it/common/marks.rs"]
mod marks;
#[allow(dead_code)] // shared with the tests
#[path = "../../tests/it/common/program.rs"]
mod program;
mod scenes;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use attackers::Heard;
use blocking::Blocking;
use confined::Confined;
use disk::{median, ms, percentile};
use marks::{NOW, mark};
use scenes::ATTACKS;

const BIG: &str = "big";
const MODULES: usize = 20_000;
/// All of it comes from one address.
const UNLIMITED: [(&str, &str); 5] = [
    ("FIELDHUB_LIMITS_OPS_PER_SECOND", "1000000"),
    ("FIELDHUB_LIMITS_OPS_BURST", "1000000"),
    ("FIELDHUB_LIMITS_OPS_PER_SECOND_PER_ADDRESS", "1000000"),
    ("FIELDHUB_LIMITS_OPS_BURST_PER_ADDRESS", "1000000"),
    ("FIELDHUB_LIMITS_RATES", "1000"),
];

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
