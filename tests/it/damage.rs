//! A damaged database: the hub starts all the same, keeps the file, goes on from its newest good
//! snapshot, and says so.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Once};

use crate::common::config;
use crate::common::dice::Dice;
use crate::common::marks::NOW;
use crate::common::oracle::{self, mark_op, read_log};
use crate::common::sim_disk::SimDisk;
use crate::common::wait::until;
use fieldhub::domain::{NewOp, OpId, Token};
use fieldhub::hub::{Hub, SystemClock};
use fieldhub::store::{Command, DirMedium, Engine, Medium, OpVerdict, Options, StoreError, put_newer_aside};
use uuid::Uuid;

const MAIN: &str = "fieldhub.redb";
const NEWEST: &str = "snapshot-1.redb";
const OLDER: &str = "snapshot-2.redb";
const ASIDE: &str = "fieldhub.redb.damaged-20260101T000000000Z";

fn open(medium: impl Medium + 'static) -> Result<Engine, StoreError> {
    let dated = || "20260101T000000000Z".to_owned();
    Engine::open(
        Arc::new(medium),
        Options { mint: Uuid::new_v4, dated, min_free_bytes: 0, opening: |_| (), bounds: Default::default() },
    )
}

fn token() -> Token {
    oracle::token(1)
}

fn op(n: u64) -> NewOp {
    mark_op(OpId::from_u128(n.into()), n % 5, n % 50, None, NOW + n)
}

fn append(engine: &Engine, numbers: std::ops::Range<u64>) {
    let command = Command::AppendOrMake { token: token(), ops: numbers.map(op).collect() };
    engine.commit(&[command], NOW).remove(0).expect("it is taken");
}

fn numbers(engine: &Engine) -> Vec<u128> {
    if engine.tokens().is_empty() {
        return Vec::new();
    }
    read_log(engine, &token()).0.iter().map(|op| op.id.as_u128()).collect()
}

/// A site at rest: 300 operations in the older snapshot, 600 in the newer, 700 in all.
fn site() -> (SimDisk, Uuid) {
    let disk = SimDisk::new(1);
    let engine = open(disk.clone()).unwrap();
    for batch in 0..7 {
        append(&engine, batch * 100..(batch + 1) * 100);
        if batch == 2 || batch == 5 {
            engine.checkpoint(true).unwrap();
            engine.snapshot().unwrap();
        }
    }
    let log_id = engine.identity().log_id;
    drop(engine);
    (disk, log_id)
}

/// What must be true after a start on damaged bytes; returns how many operations are there.
#[track_caller]
fn check_start(disk: &SimDisk, damaged: &[u8], log_id: Uuid, what: &str) -> usize {
    let engine = open(disk.clone()).unwrap_or_else(|error| panic!("{what}: the hub does not start: {error}"));
    let there = numbers(&engine);
    assert!(there.iter().copied().eq(0..there.len() as u128), "{what}");
    if engine.damaged_files().is_empty() {
        assert_eq!(there.len(), 700, "{what}: bytes that nobody uses were hit, so all is there");
        assert_eq!(engine.identity().log_id, log_id, "{what}");
    } else {
        assert_eq!(engine.damaged_files(), [ASIDE], "{what}");
        assert!(disk.bytes(ASIDE).unwrap() == damaged, "{what}: the file is kept as it was found");
        assert_ne!(engine.identity().log_id, log_id, "{what}: readers must begin again");
    }
    // And it works from here on, tablets pushing again what they hold.
    append(&engine, 0..800);
    drop(engine);
    assert_eq!(numbers(&open(disk.clone()).unwrap()).len(), 800, "{what}");
    there.len()
}

/// Redb may panic on such files, which `open` catches: the messages would only hide others. All others are printed as ever.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    thread_local!(static QUIET: Cell<bool> = const { Cell::new(false) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let inside = info.location().is_some_and(|at| at.file().contains("redb"));
            if !(inside && QUIET.get()) {
                hook(info);
            }
        }));
    });
    QUIET.set(true);
    let done = work();
    QUIET.set(false);
    done
}

fn damage_often(times: u64, hurt: impl Fn(&mut Dice, &mut Vec<u8>)) {
    let (disk, log_id) = site();
    let whole = disk.bytes(MAIN).unwrap();
    let mut put_aside = 0;
    for n in 0..times {
        let mut bytes = whole.clone();
        hurt(&mut Dice::new(n), &mut bytes);
        let disk = disk.fork();
        disk.plant(MAIN, bytes.clone());
        let there = check_start(&disk, &bytes, log_id, &format!("damage {n}"));
        assert!(there == 700 || there == 600, "damage {n}: {there} operations");
        put_aside += u64::from(there == 600);
    }
    assert!(put_aside > times / 10, "hardly any damage was noticed: {put_aside} of {times}");
}

/// A place in the file that has something in it: most of a small database is unused.
fn used(dice: &mut Dice, bytes: &[u8]) -> usize {
    loop {
        let at = usize::try_from(dice.below(bytes.len() as u64)).unwrap();
        if bytes[at] != 0 || dice.one_in(50) {
            return at;
        }
    }
}

#[test]
fn one_flipped_bit() {
    quietly(|| {
        damage_often(150, |dice, bytes| {
            // A third of them among the first bytes, where the file describes itself.
            let end = if dice.one_in(3) { 512 } else { bytes.len() };
            let at = used(dice, &bytes[..end]);
            bytes[at] ^= 1 << dice.below(8);
        });
    });
}

#[test]
fn a_stretch_of_rubbish() {
    quietly(|| {
        damage_often(100, |dice, bytes| {
            let at = used(dice, bytes);
            let len = usize::try_from(dice.below(9_000) + 1).unwrap();
            let zeros = dice.one_in(2);
            for byte in bytes[at..].iter_mut().take(len) {
                *byte = if zeros { 0 } else { dice.roll().to_le_bytes()[0] };
            }
        });
    });
}

#[test]
fn a_file_cut_short_or_grown() {
    quietly(|| {
        damage_often(100, |dice, bytes| {
            let len = bytes.len();
            let to = match dice.below(5) {
                0 => 0,
                1 => usize::try_from(dice.below(600)).unwrap(),
                2 => len - usize::try_from(dice.below(5_000) + 1).unwrap(),
                _ => usize::try_from(dice.below(len as u64)).unwrap(),
            };
            bytes.truncate(to);
            if dice.one_in(10) {
                bytes.resize(len + 12_345, 0xEE);
            }
        });
    });
}

#[test]
fn a_file_that_was_never_a_database() {
    quietly(|| {
        damage_often(20, |dice, bytes| {
            let len = usize::try_from(dice.below(100_000)).unwrap();
            *bytes = (0..len).map(|_| dice.roll().to_le_bytes()[0]).collect();
        });
    });
}

#[test]
fn a_damaged_snapshot_is_passed_over_for_the_older_one_and_then_for_an_empty_hub() {
    quietly(|| {
        let rubbish = vec![0xAB; 50_000];
        let (disk, log_id) = site();
        disk.plant(MAIN, rubbish.clone());
        disk.plant(NEWEST, rubbish.clone());
        assert_eq!(check_start(&disk.fork(), &rubbish, log_id, "the newer snapshot is damaged"), 300);
        disk.plant(OLDER, Vec::new());
        assert_eq!(check_start(&disk, &rubbish, log_id, "no good snapshot"), 0);
    });
}

#[test]
fn one_flipped_bit_in_the_newest_snapshot_never_brings_wrong_operations() {
    quietly(|| {
        let (disk, log_id) = site();
        let whole = disk.bytes(NEWEST).unwrap();
        let rubbish = vec![0xAB; 50_000];
        disk.plant(MAIN, rubbish.clone());
        for n in 0..60 {
            let mut dice = Dice::new(n);
            let mut bytes = whole.clone();
            let at = used(&mut dice, &bytes);
            bytes[at] ^= 1 << dice.below(8);
            let disk = disk.fork();
            disk.plant(NEWEST, bytes);
            let there = check_start(&disk, &rubbish, log_id, &format!("flip {n}"));
            assert!(there == 600 || there == 300, "flip {n}: {there}");
        }
    });
}

#[test]
fn power_lost_at_any_moment_of_putting_aside_brings_the_snapshot_at_the_next_start() {
    quietly(|| {
        let (disk, log_id) = site();
        let rubbish = vec![0xAB; 50_000];
        disk.plant(MAIN, rubbish.clone());
        for cut in 1.. {
            let disk = disk.fork();
            disk.cut_at(cut);
            let started = open(disk.clone()).is_ok();
            // Longer than any opening: the power stayed.
            if started && disk.is_on() {
                assert!(cut > 10, "that cannot have been all");
                return;
            }
            disk.boot();
            let engine = open(disk.clone()).expect("the hub starts");
            assert_eq!(numbers(&engine).len(), 600, "cut {cut}");
            assert_eq!(engine.damaged_files(), [ASIDE], "cut {cut}");
            assert!(disk.bytes(ASIDE).unwrap() == rubbish, "cut {cut}");
            assert_ne!(engine.identity().log_id, log_id, "cut {cut}");
        }
    });
}

#[test]
fn a_newer_schema_is_refused_and_left_where_it_is() {
    let (disk, _) = site();
    set_schema(&disk, 4);
    match open(disk.clone()) {
        Err(StoreError::Newer { found: 4, known: 3 }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(disk.names().unwrap(), [MAIN, NEWEST, OLDER]);
}

#[test]
fn the_way_back_from_a_newer_version_is_the_snapshot_of_before() {
    let (disk, log_id) = site();
    let options = || Options {
        mint: Uuid::new_v4,
        dated: || "now".to_owned(),
        min_free_bytes: 0,
        opening: |_| (),
        bounds: Default::default(),
    };
    // What is not newer stays where it is, also when nobody can read it.
    assert_eq!(put_newer_aside(&disk, &options()).unwrap(), None);
    assert_eq!(put_newer_aside(&SimDisk::new(2), &options()).unwrap(), None);
    set_schema(&disk, 4);
    assert_eq!(put_newer_aside(&disk, &options()).unwrap().as_deref(), Some("fieldhub.redb.newer-now"));
    // For the version that knows it.
    let other = SimDisk::new(3);
    other.plant(MAIN, disk.bytes("fieldhub.redb.newer-now").unwrap());
    assert!(matches!(open(other), Err(StoreError::Newer { found: 4, .. })));
    let engine = open(disk.clone()).unwrap();
    assert_eq!(numbers(&engine).len(), 600, "as in the newest snapshot");
    assert_ne!(engine.identity().log_id, log_id, "so that tablets push again what they hold");
}

fn set_schema(disk: &SimDisk, schema: u8) {
    let db = redb::Builder::new().create_with_backend(disk.open(MAIN).unwrap()).unwrap();
    let txn = db.begin_write().unwrap();
    {
        let meta = redb::TableDefinition::<&str, &[u8]>::new("meta");
        let mut row = crc32fast::hash(&[b"schema", &[schema][..]].concat()).to_le_bytes().to_vec();
        row.push(schema);
        txn.open_table(meta).unwrap().insert("schema", row.as_slice()).unwrap();
    }
    txn.commit().unwrap();
}

#[test]
fn snapshots_rotate_and_are_whole_while_writing_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(DirMedium::new(dir.path())).unwrap();
    append(&engine, 0..1);
    let acknowledged = AtomicU64::new(1);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (writer, acked, stop) = (&engine, &acknowledged, &done);
        scope.spawn(move || {
            for n in 1.. {
                append(writer, n..n + 1);
                acked.store(n + 1, Ordering::SeqCst);
                if stop.load(Ordering::SeqCst) {
                    break;
                }
            }
        });
        let mut before = 0;
        for round in 0..4 {
            let least = acknowledged.load(Ordering::SeqCst);
            engine.snapshot().unwrap();
            let most = acknowledged.load(Ordering::SeqCst) + 1;
            let held = held_by(&dir.path().join(NEWEST));
            assert!((least..=most).contains(&held), "{least} <= {held} <= {most}");
            if round > 0 {
                assert_eq!(held_by(&dir.path().join(OLDER)), before);
            }
            before = held;
            // The next one has something more in it.
            until("another is acknowledged", || acknowledged.load(Ordering::SeqCst) > held);
        }
        done.store(true, Ordering::SeqCst);
    });
    let log = numbers(&engine);
    assert_eq!(log.len() as u64, acknowledged.load(Ordering::SeqCst));
}

/// How many operations a copy holds, opened as the database of another hub.
fn held_by(file: &std::path::Path) -> u64 {
    let dir = tempfile::tempdir().unwrap();
    std::fs::copy(file, dir.path().join(MAIN)).unwrap();
    let engine = open(DirMedium::new(dir.path())).unwrap();
    assert_eq!(engine.damaged_files(), Vec::<String>::new());
    let there = numbers(&engine);
    assert!(there.iter().copied().eq(0..there.len() as u128));
    there.len() as u64
}

#[tokio::test]
async fn the_hub_says_which_file_it_put_aside_and_takes_marks_again() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(MAIN), "not a database").unwrap();
    let config = config(dir.path());
    let hub = Hub::open(config, Arc::new(SystemClock::new())).unwrap();
    let names = DirMedium::new(dir.path()).names().unwrap();
    let kept = names.iter().find(|name| name.starts_with("fieldhub.redb.damaged-")).expect("it is kept");
    assert_eq!(std::fs::read_to_string(dir.path().join(kept)).unwrap(), "not a database");
    assert!(hub.notices().iter().any(|notice| notice.contains(kept.as_str())), "{:?}", hub.notices());
    assert!(hub.health().ok);
    let taken = hub.make(token(), vec![op(1)]).await.unwrap();
    assert!(matches!(taken[0].verdict, OpVerdict::Logged { .. }));
    hub.close().await;
}
