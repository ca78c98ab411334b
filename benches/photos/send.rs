//! Ten tablets that send pictures of 5 MB while another one marks: the mark beside a mark alone, bytes a second beside writing and
//! flushing the same files plainly, and the memory of the hub. All in one run, on one disk.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fieldhub::domain::BlobHash;

use crate::disk::{median, ms, percentile};
use crate::{AUDIT, Blocking, Serving, disk, forget_peak, marks, memory, start};

const TABLETS: usize = 10;
const PICTURE: usize = 5_000_000;
/// What each tablet sends.
const PICTURES: usize = 6;
/// As the page sends them.
const STEP: usize = 256 << 10;
const ROUNDS: usize = 3;

/// No two are alike, and none compresses.
fn picture(seed: usize) -> Vec<u8> {
    let mut state = (seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut picture = Vec::with_capacity(PICTURE + 8);
    picture.extend_from_slice(b"\xff\xd8\xff\xe0");
    while picture.len() < PICTURE {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        picture.extend_from_slice(&state.to_le_bytes());
    }
    picture.truncate(PICTURE);
    picture
}

struct Tablet(BufReader<TcpStream>);

impl Tablet {
    fn connect(hub: &Serving) -> Self {
        let stream = TcpStream::connect(&hub.address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    fn send(&mut self, hash: &str, picture: &[u8], step: usize) {
        let steps = picture.len().div_ceil(step);
        for (n, bytes) in picture.chunks(step).enumerate() {
            let last = n + 1 == steps;
            let head = format!(
                "PATCH /api/v1/audits/{AUDIT}/photos/{hash} HTTP/1.1\r\nhost: hub\r\ncontent-type: application/partial-upload\r\n\
                 upload-offset: {}\r\nupload-complete: ?{}\r\ncontent-length: {}\r\n\r\n",
                n * step,
                u8::from(last),
                bytes.len()
            );
            let stream = self.0.get_mut();
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(bytes).unwrap();
            let (mut status, mut length) = (String::new(), 0);
            self.0.read_line(&mut status).unwrap();
            loop {
                let mut line = String::new();
                self.0.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            self.0.read_exact(&mut body).unwrap();
            let expected = if last { " 200 " } else { " 204 " };
            assert!(status.contains(expected), "{status} {}", String::from_utf8_lossy(&body));
        }
    }
}

/// Marks, one after the other with a moment between, until `stop`.
fn mark_until(hub: &Serving, stop: impl Fn(usize) -> bool) -> Vec<Duration> {
    let mut client = Blocking::connect(&hub.address).unwrap();
    let mut times = Vec::new();
    while !stop(times.len()) {
        let op = marks::numbered(1, times.len() % 104 + 1, ["ok", "dead"][times.len() % 2]);
        let started = Instant::now();
        assert_eq!(client.ops(AUDIT, &[op]).unwrap().0, 200);
        times.push(started.elapsed());
        // Nobody taps faster, and a queue of marks is not what is measured.
        std::thread::sleep(Duration::from_millis(10));
    }
    times
}

/// The same files by as many writers: each written and flushed, as a camera's card is copied.
fn plainly(dir: &Path, pictures: &[Vec<Vec<u8>>]) -> f64 {
    let started = Instant::now();
    std::thread::scope(|scope| {
        for (n, mine) in pictures.iter().enumerate() {
            scope.spawn(move || {
                for (at, picture) in mine.iter().enumerate() {
                    let path = dir.join(format!("plain-{n}-{at}"));
                    let mut file = File::create(&path).unwrap();
                    file.write_all(picture).unwrap();
                    file.sync_all().unwrap();
                    drop(file);
                    std::fs::remove_file(path).unwrap();
                }
            });
        }
    });
    rate(pictures, started)
}

fn rate(pictures: &[Vec<Vec<u8>>], started: Instant) -> f64 {
    let bytes: usize = pictures.iter().flatten().map(Vec::len).sum();
    bytes as f64 / started.elapsed().as_secs_f64() / 1e6
}

/// MB a second, and the marks meanwhile.
fn send(hub: &Serving, pictures: &[Vec<Vec<u8>>], step: usize) -> (f64, Vec<Duration>) {
    let hashes: Vec<Vec<String>> = pictures
        .iter()
        .map(|mine| mine.iter().map(|picture| BlobHash::of(picture).to_string()).collect())
        .collect();
    let (under_way, done) = (AtomicUsize::new(TABLETS), AtomicBool::new(false));
    let started = Instant::now();
    std::thread::scope(|scope| {
        let marks = scope.spawn(|| mark_until(hub, |_| done.load(Ordering::Relaxed)));
        let mut rate_then = 0.0;
        let senders: Vec<_> = pictures
            .iter()
            .zip(&hashes)
            .map(|(mine, hashes)| {
                let under_way = &under_way;
                scope.spawn(move || {
                    let mut tablet = Tablet::connect(hub);
                    mine.iter().zip(hashes).for_each(|(picture, hash)| tablet.send(hash, picture, step));
                    under_way.fetch_sub(1, Ordering::Relaxed);
                })
            })
            .collect();
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        assert_eq!(under_way.load(Ordering::Relaxed), 0);
        rate_then += rate(pictures, started);
        done.store(true, Ordering::Relaxed);
        (rate_then, marks.join().unwrap())
    })
}

pub fn run() {
    let dir = disk::dir();
    let hub = start(&dir.path().join("data"));
    println!(
        "{TABLETS} tablets, {PICTURES} pictures of 5 MB each, three rounds; a mark alone, then beside them"
    );
    let mut seed = 0;
    for step in [STEP, 1 << 20] {
        println!("in steps of {} KiB", step >> 10);
        for _ in 0..ROUNDS {
            let pictures: Vec<Vec<Vec<u8>>> = (0..TABLETS)
                .map(|_| {
                    (0..PICTURES)
                        .map(|_| {
                            seed += 1;
                            picture(seed)
                        })
                        .collect()
                })
                .collect();
            let alone = mark_until(&hub, |marks| marks >= 100);
            let plain = plainly(dir.path(), &pictures);
            forget_peak(&hub);
            let (sent, beside) = send(&hub, &pictures, step);
            let peak = memory(&hub, "VmHWM");
            let again = plainly(dir.path(), &pictures);
            let (count, worst) = (beside.len(), percentile(beside.clone(), 95));
            let (alone, beside) = (median(alone), median(beside));
            println!(
                "  mark alone {:.2} ms, beside {:.2} ms ({count} marks, 95 % within {:.1} ms) = {:.2} × (aim: at most 1.5); {peak:.1} MiB \
                 resident at most (aim: 48); {sent:.0} MB/s of {plain:.0} and {again:.0} plainly = {:.0} % (aim: at least 60)",
                ms(alone),
                ms(beside),
                ms(worst),
                beside.as_secs_f64() / alone.as_secs_f64(),
                sent / ((plain + again) / 2.0) * 100.0,
            );
        }
    }
}
