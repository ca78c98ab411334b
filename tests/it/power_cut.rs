//! Power cuts, by the thousand: what was acknowledged is there, once, whatever the moment.
//!
//! Each seed is the history of one site: a disk, and several lives of the hub on it, each ended
//! by a cut. `FIELDHUB_SEED=7` runs one seed again; `FIELDHUB_LIVES=100000` runs more of them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::common::dice::Dice;
use crate::common::marks::NOW;
use crate::common::oracle::{self, Answer, Model, answer, read_log, some_commands};
use crate::common::sim_disk::SimDisk;
use fieldhub::domain::{Base, NewOp, Op, Seen};
use fieldhub::store::{Command, Committed, Engine, Identity, OpVerdict, Options, StoreError, Writer};
use uuid::Uuid;

/// Lives of one site.
const LIVES: u64 = 5;
/// Sites in each of the tests below.
const SEEDS: u64 = 125;

fn options() -> Options {
    Options {
        mint: Uuid::new_v4,
        dated: || "20260101T000000000Z".to_owned(),
        min_free_bytes: 0,
        opening: |_| (),
        bounds: Default::default(),
    }
}

fn open(disk: &SimDisk) -> Result<Engine, StoreError> {
    Engine::open(Arc::new(disk.clone()), options())
}

/// An operation of the log as its tablet sent it.
fn as_sent(op: &Op) -> NewOp {
    let Op { id, author, device, marked_ms, body, .. } = op.clone();
    NewOp {
        id,
        author,
        device,
        marked_ms,
        base: Base::Seen(Seen::default()),
        body,
        stamp: None,
        believed_ms: 0,
    }
}

/// A site: its disk, and what it has been told is kept.
struct SimulatedStore {
    disk: SimDisk,
    dice: Dice,
    /// What was acknowledged. More than one model only when the store cannot be told apart by
    /// what it shows: where the numbers of a removed audit go on shows when it is made again.
    models: Vec<Model>,
    /// With the batch that failed or was in hand when the power went, if there was one.
    in_hand: Vec<Model>,
    identity: Option<Identity>,
    /// What the newest acknowledged snapshot must hold.
    snapshot: Option<Model>,
    received_ms: u64,
    wall_ms: u64,
    /// Whether the disk fails now and then without a cut.
    faulty: bool,
}

impl SimulatedStore {
    fn new(seed: u64, disk: SimDisk) -> Self {
        Self {
            disk,
            dice: Dice::new(seed ^ 0xA5A5),
            models: vec![Model::default()],
            in_hand: Vec::new(),
            identity: None,
            snapshot: None,
            received_ms: 0,
            wall_ms: NOW,
            faulty: false,
        }
    }

    /// Open with the power failing now and then on the way, at last with good power.
    fn start(&mut self) -> Engine {
        while self.dice.one_in(3) {
            self.disk.cut_at(self.dice.below(30) + 1);
            if let Ok(engine) = open(&self.disk) {
                self.identity.get_or_insert(engine.identity());
                drop(engine);
            }
            self.disk.boot();
        }
        let engine = open(&self.disk).expect("the hub starts");
        self.check(&engine);
        engine
    }

    fn check(&mut self, engine: &Engine) {
        assert_eq!(engine.damaged_files(), Vec::<String>::new(), "a power cut is no damage");
        let identity = *self.identity.get_or_insert(engine.identity());
        assert_eq!(engine.identity(), identity, "a power cut mints no log id");
        self.models.append(&mut self.in_hand);
        self.models.retain(|model| model.is_in(engine));
        assert!(!self.models.is_empty(), "the store holds neither what was acknowledged nor one batch more");
        assert!(engine.received_ms() >= self.received_ms, "the site clock would go back");
        self.repeat_everything(engine);
    }

    /// Every operation that is kept is known when it comes again, and has no effect; nor has another by the same id,
    /// which is told from it.
    fn repeat_everything(&self, engine: &Engine) {
        for (token, audit) in self.models[0].0.iter().filter(|(_, audit)| audit.there) {
            let append = |ops| {
                let mut answers =
                    engine.commit(&[Command::Append { token: token.clone(), ops }], self.wall_ms);
                answers.remove(0).expect("repeats are answered")
            };
            let (log, _) = read_log(engine, token);
            let taken = append(log.iter().map(as_sent).collect());
            for (taken, op) in taken.iter().zip(&log) {
                assert_eq!(taken.verdict, OpVerdict::Duplicate { stamp: Some(op.stamp), restamped: false });
            }
            assert!(taken.iter().map(|t| (t.seq, t.id)).eq(audit.ops.clone()));
            let others = audit.ops.values().map(|id| oracle::mark_op(*id, 9, 1, Some("again"), NOW));
            let taken = append(others.collect());
            assert!(taken.iter().all(|t| t.verdict == OpVerdict::IdConflict));
        }
    }

    /// One life: work until the power goes.
    fn live(&mut self, mut engine: Engine) {
        // The machine has no clock chip: it wakes with any time.
        self.wall_ms = NOW + self.dice.below(10_000_000);
        let cut = if self.dice.one_in(4) { self.dice.below(600) } else { self.dice.below(120) };
        self.disk.cut_at(cut + 1);
        while self.disk.is_on() {
            match self.dice.below(20) {
                0 => drop(engine.checkpoint(true)),
                1 => {
                    let model = self.models[0].clone();
                    if engine.snapshot().is_ok() {
                        self.snapshot = Some(model);
                    }
                }
                2 => {
                    // An orderly stop and start.
                    drop(engine);
                    match open(&self.disk) {
                        Ok(opened) => engine = opened,
                        Err(_) => break,
                    }
                }
                _ => self.batch(&engine),
            }
            self.wall_ms += self.dice.below(2_000);
        }
        assert!(self.in_hand.is_empty() || !self.disk.is_on());
        self.disk.boot();
    }

    fn batch(&mut self, engine: &Engine) {
        let commands = some_commands(&mut self.dice, &self.models[0], engine.identity().log_id, self.wall_ms);
        let due = |before: &Model| {
            let mut after = before.clone();
            let answers: Vec<Answer> = commands.iter().map(|command| after.take(command)).collect();
            (answers, after)
        };
        let due: Vec<(Vec<Answer>, Model)> = self.models.iter().map(due).collect();
        let answers = engine.commit(&commands, self.wall_ms);
        let got: Option<Vec<Answer>> = answers.iter().map(answer).collect();
        match got {
            Some(got) => {
                assert!(
                    due.iter().any(|(answers, _)| *answers == got),
                    "answered {got:?}, due {:?}",
                    due[0].0
                );
                self.models =
                    due.into_iter().filter(|(answers, _)| *answers == got).map(|(_, after)| after).collect();
                self.received_ms = engine.received_ms();
                assert!(self.received_ms >= self.wall_ms || got.iter().all(nothing_new));
            }
            None => {
                assert!(self.faulty || !self.disk.is_on(), "only a cut fails a commit: {answers:?}");
                self.in_hand = due.into_iter().map(|(_, after)| after).collect();
            }
        }
    }

    /// With the database gone, the newest snapshot has at least what it had when it was made.
    fn check_snapshot(&self) {
        let Some(snapshot) = &self.snapshot else { return };
        let disk = self.disk.fork();
        fieldhub::store::Medium::remove(&disk, "fieldhub.redb").unwrap();
        let engine = open(&disk).expect("the hub starts from its snapshot");
        let identity = self.identity.expect("it was opened before");
        assert_eq!(engine.identity().hub_id, identity.hub_id);
        assert_ne!(engine.identity().log_id, identity.log_id, "readers must begin again");
        // A later one may have been finished at the moment of the cut.
        for (token, audit) in &snapshot.0 {
            let kept = self.models[0]
                .0
                .get(token)
                .is_some_and(|now| now.there && now.ops.keys().next() == audit.ops.keys().next());
            if audit.there && kept {
                let ops: BTreeMap<_, _> =
                    read_log(&engine, token).0.iter().map(|op| (op.seq, op.id)).collect();
                assert!(audit.ops.iter().all(|(seq, id)| ops.get(seq) == Some(id)));
            }
        }
    }
}

fn nothing_new(answer: &Answer) -> bool {
    matches!(answer, Answer::Taken(taken) if taken.iter().all(|(_, _, known)| *known))
        || !matches!(answer, Answer::Taken(_))
}

fn history(seed: u64) {
    let mut site = SimulatedStore::new(seed, SimDisk::new(seed));
    for _ in 0..LIVES {
        let engine = site.start();
        site.live(engine);
    }
    drop(site.start());
    site.check_snapshot();
}

/// The seeds of one of the tests below, or the one asked for.
fn run(range: u64) {
    let asked = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let count = asked("FIELDHUB_LIVES").map_or(SEEDS, |lives| lives.div_ceil(LIVES * 4));
    let seeds = match asked("FIELDHUB_SEED") {
        Some(seed) if range == 0 => seed..seed + 1,
        Some(_) => return,
        None => range * count..(range + 1) * count,
    };
    for seed in seeds {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| history(seed))) {
            eprintln!("FIELDHUB_SEED={seed} brings this failure back");
            std::panic::resume_unwind(panic);
        }
    }
}

#[test]
fn acknowledged_operations_survive_power_cuts_1() {
    run(0);
}

#[test]
fn acknowledged_operations_survive_power_cuts_2() {
    run(1);
}

#[test]
fn acknowledged_operations_survive_power_cuts_3() {
    run(2);
}

#[test]
fn acknowledged_operations_survive_power_cuts_4() {
    run(3);
}

/// I/O errors that pass: the hub goes on without a restart, and takes no error for damage.
#[test]
fn a_disk_that_fails_now_and_then_loses_nothing() {
    let mut failed = 0;
    for seed in 0..24 {
        let mut site = SimulatedStore { faulty: true, ..SimulatedStore::new(seed, SimDisk::new(seed)) };
        let engine = open(&site.disk).unwrap();
        for _ in 0..40 {
            site.disk.fail_one_in(Some(if seed % 2 == 0 { 12 } else { 60 }));
            match site.dice.below(10) {
                0 => drop(engine.checkpoint(true)),
                1 => drop(engine.snapshot()),
                _ => site.batch(&engine),
            }
            site.disk.fail_one_in(None);
            failed += u64::from(!site.in_hand.is_empty());
            // An empty batch: reopens what could not be reopened before.
            assert_eq!(engine.commit(&[], site.wall_ms).len(), 0);
            site.check(&engine);
        }
    }
    assert!(failed > 200, "only {failed} commits failed: that was no test");
}

/// The proof that the tests above can fail: on a disk that only says that it flushes, operations
/// that were acknowledged are gone.
#[test]
fn a_disk_that_lies_about_flushing_loses_operations() {
    let lost = (0..20).filter(|seed| {
        let mut site = SimulatedStore::new(*seed, SimDisk::lying(*seed));
        let engine = open(&site.disk).unwrap();
        site.live(engine);
        let kept = |engine: Engine| site.models.iter().chain(&site.in_hand).any(|model| model.is_in(&engine));
        !open(&site.disk).is_ok_and(kept)
    });
    let lost = lost.count();
    assert!(lost >= 10, "only {lost} of 20 sites noticed that their disk lies");
}

#[tokio::test]
async fn power_lost_at_any_moment_of_a_restore_leaves_the_old_log_or_the_restored_one() {
    let op = |n: u128| oracle::mark_op(Uuid::from_u128(n), 1, 1, None, NOW);
    let append = |engine: &Engine, numbers: std::ops::Range<u128>| {
        let command = Command::AppendOrMake { token: oracle::token(1), ops: numbers.map(op).collect() };
        engine.commit(&[command], NOW).remove(0).expect("it is taken");
    };
    let disk = SimDisk::new(1);
    let engine = open(&disk).unwrap();
    append(&engine, 0..25);
    // A snapshot older than both: it must not take their place.
    engine.snapshot().unwrap();
    append(&engine, 25..50);
    engine.copy_to("restore.redb").unwrap();
    append(&engine, 50..100);
    let identity = engine.identity();
    drop(engine);

    let mut ends = BTreeMap::new();
    for cut in 1.. {
        let disk = disk.fork();
        let engine = Arc::new(open(&disk).unwrap());
        disk.cut_at(cut);
        let writer = Writer::start(Arc::clone(&engine), || NOW, |_: &Committed| {}).unwrap();
        let restored = writer.restore("restore.redb".to_owned()).await.is_ok();
        let on = disk.is_on();
        writer.stop();
        drop(engine);
        disk.boot();
        let engine = open(&disk).expect("the hub starts");
        assert_eq!(engine.damaged_files(), Vec::<String>::new(), "cut {cut}");
        let there = read_log(&engine, &oracle::token(1)).0.len();
        let new = engine.identity().log_id != identity.log_id;
        assert!((there, new) == (100, false) || (there, new) == (50, true), "cut {cut}: {there}, {new}");
        assert!(!restored || new, "cut {cut}: the restore was acknowledged");
        *ends.entry(there).or_insert(0) += 1;
        if new {
            // What it replaced is kept, whole.
            let before = disk.bytes("fieldhub.redb.before-restore").expect("it is kept");
            disk.plant("fieldhub.redb", before);
            let engine = open(&disk).expect("the hub starts");
            assert_eq!(read_log(&engine, &oracle::token(1)).0.len(), 100, "cut {cut}");
        }
        if on && restored {
            break;
        }
    }
    assert!(ends[&100] > 1 && ends[&50] > 1, "the cuts were all on one side: {ends:?}");
}
