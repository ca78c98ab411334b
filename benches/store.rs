//! What keeping and reading cost in the store alone, beside the disk's own flush.
//!
//! `cargo bench --bench store`. On another disk: `FIELDHUB_BENCH_DIR=/mnt/card`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a bench prints, and may panic

#[path = "common/disk.rs"]
mod disk;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use disk::{Counting, RawFlush, median, ms, time};
use fieldhub::domain::id::DeviceId;
use fieldhub::domain::{Author, Base, Body, Layout, Mark, ModuleId, NewOp, Seen, Status, Token};
use fieldhub::store::{Command, Committed, DirMedium, Engine, Medium, Options, Writer};
use uuid::Uuid;

/// The time, of tablets and hub: each operation a millisecond after the one before. A mark that claims another time than
/// all before it is looked for in the log, as one that was lost by a restore.
static NOW: AtomicU64 = AtomicU64::new(1_780_000_000_000);

fn open(medium: impl Medium + 'static) -> Engine {
    let options = Options {
        mint: Uuid::new_v4,
        dated: || "now".to_owned(),
        min_free_bytes: 0,
        opening: |_| (),
        bounds: Default::default(),
    };
    Engine::open(Arc::new(medium), options).unwrap()
}

fn token() -> Token {
    Token::parse("7f0c7c6e-51b5-4e0e-9d0b-5a6f6d1c0a11").unwrap()
}

fn op(n: u64, modules: u64, body: Option<Body>) -> NewOp {
    let module = ModuleId::parse(format!("M{:05}", n * 7919 % modules + 1)).unwrap();
    let status = [Status::Ok, Status::Dead, Status::Microcracks, Status::Inequality][(n % 4) as usize];
    NewOp {
        id: Uuid::now_v7(),
        author: Author::new(format!("tech_{}", n % 10), Some("Léa Martin".into())).unwrap(),
        device: DeviceId::parse(format!("dev_0123456789abcdef{}", n % 10)).unwrap(),
        marked_ms: NOW.fetch_add(1, Ordering::Relaxed),
        base: Base::Seen(Seen::default()),
        body: body.unwrap_or_else(|| Body::Mark(Mark::new(module, Some(Some(status)), None).unwrap())),
        stamp: None,
        believed_ms: 0,
    }
}

/// A site of so many modules with so many marks.
fn site(medium: impl Medium + 'static, modules: u64, marks: u64) -> Engine {
    let engine = open(medium);
    let layout = Layout::from_counts(&format!("20x{}", modules / 20)).unwrap();
    commit(&engine, vec![op(0, modules, Some(Body::Layout(layout)))]);
    for first in (0..marks).step_by(1_000) {
        commit(&engine, (first..marks.min(first + 1_000)).map(|n| op(n, modules, None)).collect());
        engine.checkpoint(false).unwrap();
    }
    engine
}

fn commit(engine: &Engine, ops: Vec<NewOp>) {
    for answer in engine.commit(&[Command::AppendOrMake { token: token(), ops }], NOW.load(Ordering::Relaxed))
    {
        answer.unwrap();
    }
}

fn batch(n: u64) -> Vec<NewOp> {
    (n * 64..(n + 1) * 64).map(|n| op(n, 240, None)).collect()
}

/// One mark alone, turn by turn with the bare flush, so that both see the same disk.
fn against_the_flush(dir: &Path) {
    let engine = site(DirMedium::new(dir), 240, 5_000);
    let raw = RawFlush::new(dir);
    let mut flushes = Vec::new();
    let mut pages = Vec::new();
    let mut marks = Vec::new();
    for n in 0..400 {
        flushes.push(time(|| raw.once()));
        pages.push(time(|| raw.pages(8)));
        let ops = vec![op(n, 240, None)];
        marks.push(time(|| commit(&engine, ops)));
    }
    let (flush, mark) = (median(flushes), median(marks));
    println!("bare fdatasync of one page  {:8.3} ms (median)", ms(flush));
    println!("of eight pages, as a commit {:8.3} ms", ms(median(pages)));
    println!(
        "lone mark, acknowledged     {:8.3} ms = {:.2} × fdatasync (aim: at most 1.5)",
        ms(mark),
        mark.as_secs_f64() / flush.as_secs_f64()
    );
}

/// The same where a flush costs what it costs on a memory card; and 64 who mark at once.
fn on_a_slow_disk(dir: &Path) {
    const FLUSH: Duration = Duration::from_millis(5);
    let engine = Arc::new(site(Counting::new(dir).slower(FLUSH), 240, 5_000));
    let raw = RawFlush::new(dir);
    let mut flushes = Vec::new();
    let mut marks = Vec::new();
    for n in 0..100 {
        flushes.push(time(|| {
            std::thread::sleep(FLUSH);
            raw.once();
        }));
        let ops = vec![op(n, 240, None)];
        marks.push(time(|| commit(&engine, ops)));
    }
    let (flush, mark) = (median(flushes).as_secs_f64(), median(marks).as_secs_f64());
    println!(
        "\nwith 5 ms more a flush: a lone mark takes {:.2} × one flush (aim: at most 1.5)",
        mark / flush
    );

    let writer = Writer::start(engine, || NOW.load(Ordering::Relaxed), |_: &Committed| {}).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let started = Instant::now();
    let kept: u64 = runtime.block_on(async {
        let mark_on = |first: u64| {
            let writer = &writer;
            async move {
                let mut n = first;
                while started.elapsed() < Duration::from_secs(2) {
                    n += 64;
                    let command = Command::Append { token: token(), ops: vec![op(n, 240, None)] };
                    writer.write(command).await.unwrap();
                }
                n / 64
            }
        };
        futures_util::future::join_all((0..64).map(mark_on)).await.into_iter().sum()
    });
    let rate = kept as f64 / started.elapsed().as_secs_f64();
    println!(
        "64 writers on that disk: {rate:.0} marks/s = {:.1} × one flush a mark (aim: at least 20)",
        rate * flush
    );
}

fn bytes_written(dir: &Path) {
    println!("\nbytes written per mark        store     kernel   writes  flushes");
    let medium = Counting::new(dir);
    let engine = site(medium.clone(), 240, 5_000);
    let measure = |name: &str, commits: u64, size: u64, work: &dyn Fn(u64)| {
        let (before, kernel) = (medium.counts(), disk::written_by_process());
        (0..commits).for_each(work);
        let after = medium.counts();
        let per = |of: u64, by: u64| of as f64 / by as f64;
        println!(
            "{name:<24} {:>8.1} kB {:>6.1} kB {:>8.1} {:>8.1} (a commit)",
            per(after[0] - before[0], commits * size) / 1e3,
            per(disk::written_by_process() - kernel, commits * size) / 1e3,
            per(after[1] - before[1], commits),
            per(after[2] - before[2], commits),
        );
    };
    measure("lone (aim: at most 40)", 500, 1, &|n| commit(&engine, vec![op(n, 240, None)]));
    measure("64 in one commit", 100, 64, &|n| commit(&engine, batch(n)));
    measure("lone, with checkpoints", 5_000, 1, &|n| {
        commit(&engine, vec![op(n, 240, None)]);
        engine.checkpoint(false).unwrap();
    });
}

fn benches(criterion: &mut Criterion) {
    let dir = disk::dir();
    let raw = RawFlush::new(dir.path());
    let engine = site(DirMedium::new(dir.path()), 240, 5_000);
    let mut group = criterion.benchmark_group("keep");
    group.bench_function("bare fdatasync", |b| b.iter(|| raw.once()));
    let mut n = 0;
    group.bench_function("lone mark", |b| {
        b.iter(|| {
            n += 1;
            commit(&engine, vec![op(n, 240, None)]);
        });
    });
    group.throughput(Throughput::Elements(64));
    group.bench_function("64 marks in one commit", |b| {
        b.iter(|| {
            n += 1;
            commit(&engine, batch(n));
        });
    });
    group.finish();
    drop(engine);

    let dir = disk::dir();
    let engine = site(DirMedium::new(dir.path()), 20_000, 100_000);
    let audit = engine.audit(&token()).unwrap();
    let mut group = criterion.benchmark_group("read");
    group.sample_size(20);
    group.bench_function("state of 20,000 modules", |b| {
        b.iter(|| engine.view(&audit, |loaded| loaded.state.picture().len()).unwrap());
    });
    group.bench_function("resume of 100,000 operations", |b| {
        b.iter(|| {
            let mut after = 0;
            loop {
                let page = engine.since(&audit, after, 500).unwrap();
                after = page.next;
                if page.ops.is_empty() {
                    break after;
                }
            }
        });
    });
    group.finish();
}

fn main() {
    // `cargo test --benches` only asks whether it runs.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let dir = disk::dir();
    against_the_flush(dir.path());
    let dir = disk::dir();
    on_a_slow_disk(dir.path());
    let dir = disk::dir();
    bytes_written(dir.path());
    println!();
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    benches(&mut criterion);
    criterion.final_summary();
}
