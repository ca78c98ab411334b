//! Photos and power cuts, by the thousand: what was acknowledged is on the disk and whole, and nothing was acknowledged before.
//!
//! Each seed is a site: a disk, and several lives of a store and its blobs on it, each ended by a cut or by a kill. Nothing in a file is
//! durable before that is flushed, no name before its folder is. `FIELDHUB_SEED=7` runs one again, `FIELDHUB_LIVES=100000` more.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::common::dice::Dice;
use crate::common::marks::NOW;
use crate::common::sim_disk::SimDisk;
use fieldhub::domain::id::DeviceId;
use fieldhub::domain::photo::{PhotoPlace, PhotoVariant};
use fieldhub::domain::{Author, Base, BlobHash, Body, ModuleId, NewOp, OpId, Photo, Seen, Token};
use fieldhub::store::{
    BlobError, BlobLimits, Blobs, Command, Engine, Have, OpVerdict, Options, PhotosFull, StoreError,
};
use uuid::Uuid;

/// Lives of one site, sites in the test.
const LIVES: u64 = 6;
const SEEDS: u64 = 180;
const STEP: u64 = 1_500;

fn token() -> Token {
    Token::parse("jalibat").unwrap()
}

struct Site {
    disk: SimDisk,
    dice: Dice,
    pictures: Vec<(BlobHash, Vec<u8>)>,
    /// Up to where the hub has acknowledged a picture.
    acknowledged: BTreeMap<BlobHash, u64>,
    whole: BTreeSet<BlobHash>,
    /// Operations that the log acknowledged, and those that were in hand.
    logged: BTreeMap<OpId, BlobHash>,
    named: BTreeMap<OpId, BlobHash>,
    next_op: u128,
}

struct Running {
    engine: Engine,
    blobs: Arc<Blobs>,
}

fn open(disk: &SimDisk) -> Result<Running, StoreError> {
    let options = Options {
        mint: Uuid::new_v4,
        dated: || "20260101T000000000Z".to_owned(),
        min_free_bytes: 0,
        opening: |_| (),
        bounds: Default::default(),
    };
    let limits = BlobLimits { quota: 1 << 30, keep_free: 0, step: STEP, ..BlobLimits::default() };
    let engine = Engine::open(Arc::new(disk.clone()), options)?;
    Ok(Running { engine, blobs: Arc::new(Blobs::open(Arc::new(disk.clone()), limits)) })
}

fn op(id: OpId, hash: BlobHash) -> NewOp {
    let variant = PhotoVariant {
        class: "original".into(),
        hash,
        bytes: 9,
        media_type: "image/jpeg".into(),
        size: None,
    };
    let photo = Photo {
        at: PhotoPlace { module: ModuleId::parse("M050").ok(), string: None },
        variants: vec![variant],
        picture_kind: "el".into(),
        ..Photo::default()
    };
    NewOp {
        id,
        author: Author::new("tech_1", None).unwrap(),
        device: DeviceId::parse("dev_1").unwrap(),
        marked_ms: NOW,
        base: Base::Seen(Seen::default()),
        body: Body::Photo(Box::new(photo)),
        stamp: None,
        believed_ms: 0,
    }
}

impl Site {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed ^ 0x0F07);
        let pictures = (0..6).map(|_| {
            let bytes = 40 + dice.below(7_000) as usize;
            let mut picture: Vec<u8> = (0..bytes).map(|_| dice.below(256) as u8).collect();
            picture[..4].copy_from_slice(b"\xff\xd8\xff\xe0");
            (BlobHash::of(&picture), picture)
        });
        let pictures = pictures.collect();
        Self {
            disk: SimDisk::new(seed),
            dice,
            pictures,
            acknowledged: BTreeMap::new(),
            whole: BTreeSet::new(),
            logged: BTreeMap::new(),
            named: BTreeMap::new(),
            next_op: 1,
        }
    }

    /// With the power failing now and then on the way, at last with good power.
    fn start(&mut self) -> Running {
        while self.dice.one_in(3) {
            self.disk.cut_at(self.dice.below(30) + 1);
            drop(open(&self.disk));
            self.disk.boot();
        }
        let running = open(&self.disk).expect("the hub starts");
        self.check(&running);
        let make = Command::Make { token: token(), ops: Vec::new() };
        running.engine.commit(&[make], NOW);
        running
    }

    fn check(&mut self, running: &Running) {
        let Running { engine, blobs } = running;
        for (hash, bytes) in blobs.whole() {
            assert!(blobs.is_sound(hash).unwrap(), "half of a photo has its name");
            let picture = self.pictures.iter().find(|(known, _)| *known == hash).unwrap();
            assert_eq!(bytes, picture.1.len() as u64);
        }
        for hash in &self.whole {
            assert!(matches!(blobs.have(*hash), Have::Whole(_)), "an acknowledged photo is gone");
        }
        for (hash, acknowledged) in &mut self.acknowledged {
            if let Have::Partial(have) = blobs.have(*hash) {
                assert!(have + STEP >= *acknowledged, "more than a step of {acknowledged} is gone: {have}");
                *acknowledged = have;
            }
        }
        let Ok(audit) = engine.audit(&token()) else {
            assert!(self.logged.is_empty());
            return;
        };
        let page = engine.since(&audit, 0, 10_000).unwrap();
        let there: BTreeSet<OpId> = page.ops.iter().map(|op| op.id).collect();
        assert!(self.logged.keys().all(|id| there.contains(id)), "an acknowledged operation is gone");
        for id in &there {
            assert!(
                matches!(blobs.have(self.named[id]), Have::Whole(_)),
                "the log names a photo that is not here"
            );
        }
        let shown = engine.view(&audit, |loaded| loaded.state.photos().shown()).unwrap();
        assert_eq!(shown, there.len());
        self.logged = there.iter().map(|id| (*id, self.named[id])).collect();
        let kept = self.logged.values().copied().collect();
        self.whole = self.whole.intersection(&kept).copied().collect();
        self.whole.extend(kept);
    }

    fn live(&mut self, mut running: Running) {
        self.disk.cut_at(self.dice.below(150) + 1);
        while self.disk.is_on() {
            match self.dice.below(12) {
                0 => {
                    // Killed, and started again: what was not flushed is still there, for now.
                    let Running { engine, blobs } = running;
                    drop((engine, blobs));
                    match open(&self.disk) {
                        Ok(again) => running = again,
                        Err(_) => return,
                    }
                    for (hash, acknowledged) in &mut self.acknowledged {
                        if let Have::Partial(have) = running.blobs.have(*hash) {
                            *acknowledged = have;
                        }
                    }
                }
                1 => self.free(&running),
                2..=4 => self.log(&running),
                _ => self.send(&running),
            }
        }
    }

    fn send(&mut self, running: &Running) {
        let (hash, picture) = self.pictures[self.dice.below(6) as usize].clone();
        let Have::Partial(at) = running.blobs.have(hash) else { return };
        let from = at as usize;
        let to = picture.len().min(from + 1 + self.dice.below(STEP) as usize);
        let last = to == picture.len();
        match running.blobs.append(hash, at, &picture[from..to], last) {
            Ok(Have::Whole(_)) => drop(self.whole.insert(hash)),
            Ok(Have::Partial(have)) => {
                assert_eq!(have, to as u64);
                self.acknowledged.insert(hash, have);
            }
            Err(BlobError::Io(_) | BlobError::Full(PhotosFull::Floor)) => {}
            Err(error) => panic!("what there was of a photo was not as it was sent: {error}"),
        }
    }

    fn log(&mut self, running: &Running) {
        let (hash, _) = self.pictures[self.dice.below(6) as usize];
        let (_pins, missing) = running.blobs.pin(&[hash]);
        if !missing.is_empty() {
            return;
        }
        let id = OpId::from_u128(self.next_op);
        self.next_op += 1;
        self.named.insert(id, hash);
        let append = Command::Append { token: token(), ops: vec![op(id, hash)] };
        if let Ok(acks) = running.engine.commit(&[append], NOW).remove(0) {
            assert!(matches!(acks[0].verdict, OpVerdict::Logged { .. }), "{acks:?}");
            self.logged.insert(id, hash);
        }
    }

    /// What no operation names, and none that is on its way may.
    fn free(&mut self, running: &Running) {
        let moment = running.blobs.moment();
        let named: BTreeSet<BlobHash> = self.named.values().copied().collect();
        let unnamed: Vec<_> =
            self.pictures.iter().map(|(hash, _)| *hash).filter(|h| !named.contains(h)).collect();
        for hash in &unnamed {
            self.whole.remove(hash);
            self.acknowledged.remove(hash);
        }
        let _ = running.blobs.free(unnamed, moment);
    }
}

fn site(seed: u64) {
    let mut site = Site::new(seed);
    for _ in 0..LIVES {
        let running = site.start();
        site.live(running);
        site.disk.boot();
    }
    let last = site.start();
    for (hash, picture) in site.pictures.clone() {
        while let Have::Partial(at) = last.blobs.have(hash) {
            let to = picture.len().min(at as usize + STEP as usize);
            last.blobs.append(hash, at, &picture[at as usize..to], to == picture.len()).unwrap();
        }
    }
}

#[test]
fn no_acknowledged_photo_is_lost_or_half_whenever_the_power_goes() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match (number("FIELDHUB_SEED"), number("FIELDHUB_LIVES")) {
        (Some(seed), _) => seed..seed + 1,
        (None, lives) => 0..lives.map_or(SEEDS, |lives| lives / LIVES),
    };
    let lives = (seeds.end - seeds.start) * LIVES;
    assert!(lives >= 1_000 || seeds.end - seeds.start == 1);
    for seed in seeds {
        let lived = catch_unwind(AssertUnwindSafe(|| site(seed)));
        assert!(lived.is_ok(), "FIELDHUB_SEED={seed} cargo test --test it photo_cuts::");
    }
}

/// A disk that says that it has flushed and has not: the simulation notices, so it would notice a flush that is left out.
#[test]
fn a_disk_that_lies_is_caught() {
    let caught = (0..40).filter(|seed| {
        let mut site = Site { disk: SimDisk::lying(*seed), ..Site::new(*seed) };
        let lived = catch_unwind(AssertUnwindSafe(|| {
            for _ in 0..LIVES {
                let running = site.start();
                site.live(running);
                site.disk.boot();
            }
        }));
        lived.is_err()
    });
    assert!(caught.count() > 10);
}
