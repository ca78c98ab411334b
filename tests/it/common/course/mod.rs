//! A course of events between tablets and hubs, by seed: tablets that mark in and out of reach, two hubs that meet now and
//! then, backups that take a hub back. It knows what the authors of marks had seen, whatever clocks and stamps say.
//!
//! Used by `order`. Straight on the engine, on a simulated disk, without a thread.

mod invariants;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use fieldhub::domain::id::DeviceId;
use fieldhub::domain::{
    Author, Base, Body, Carried, Mark, ModuleId, ModuleState, NewOp, Op, OpId, Seen, Stamp, Status, Token,
};
use fieldhub::store::{Command, Engine, OpAck, OpVerdict, Options, TakeIn};
use uuid::Uuid;

use crate::common::dice::Dice;
use crate::common::marks::NOW;
use crate::common::sim_disk::SimDisk;

const MODULES: u64 = 2;
const YEAR: i64 = 31_536_000_000;

fn open(disk: &SimDisk) -> Engine {
    let options = Options {
        mint: Uuid::new_v4,
        dated: || "20260101T000000000Z".to_owned(),
        min_free_bytes: 0,
        opening: |_| (),
        bounds: Default::default(),
    };
    Engine::open(Arc::new(disk.clone()), options).expect("the hub starts")
}

fn token() -> Token {
    Token::parse("jalibat").unwrap()
}

/// An empty audit, made once.
static EMPTY: LazyLock<SimDisk> = LazyLock::new(|| {
    let disk = SimDisk::new(0);
    let engine = open(&disk);
    engine.commit(&[Command::Make { token: token(), ops: Vec::new() }], NOW).remove(0).unwrap();
    drop(engine);
    disk
});

/// How tablets and hubs are in a history.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Weather {
    /// One tablet's clock is years ahead.
    pub years_ahead: bool,
    /// Now and then somebody sets a tablet's clock back.
    pub set_back: bool,
    /// Answers get lost, and with them the stamps.
    pub lost_answers: bool,
    /// The tablets' records are of a page that kept no stamps.
    pub no_stamps: bool,
    /// A hub that was taken back has the time of its backup, until it learns better.
    pub late_hub: bool,
    pub second_hub: bool,
    /// v3.3 clients, who send nothing again.
    pub v33: bool,
}

struct Made {
    new: NewOp,
    module: usize,
    /// All that its author had seen of the module or done to it, and what the authors of that had.
    past: BTreeSet<OpId>,
    /// Nobody sends it again.
    pub v33: bool,
}

struct Kept {
    id: OpId,
    stamp: Option<Stamp>,
    acknowledged: bool,
}

#[derive(Default)]
struct Tablet {
    device: u64,
    ahead_ms: i64,
    /// In the order in which they were made.
    kept: Vec<Kept>,
    /// Of each module: the base of the next mark, and what was there when the tablet looked.
    view: BTreeMap<usize, (Seen, BTreeSet<OpId>)>,
    /// The log that has what was acknowledged.
    log: Option<Uuid>,
    hub: usize,
    /// Ids go on when the clock goes back.
    last_id_ms: u64,
}

struct SimHub {
    disk: SimDisk,
    engine: Engine,
    /// Its clock, and how far that is behind the time.
    behind_ms: u64,
    backups: Vec<(SimDisk, u64)>,
}

/// What showed of a module.
#[derive(Debug, Clone, PartialEq)]
struct Showed {
    ops: BTreeSet<OpId>,
    status: Option<Status>,
    comment: Option<String>,
    conflict: bool,
}

pub struct Course {
    dice: Dice,
    weather: Weather,
    now_ms: u64,
    made: BTreeMap<OpId, Made>,
    tablets: Vec<Tablet>,
    hubs: Vec<SimHub>,
    /// What showed before each restore.
    before: Vec<(usize, Showed)>,
    /// What happened, for who has to find out.
    pub story: Vec<String>,
}

fn module(n: usize) -> ModuleId {
    ModuleId::parse(format!("M{:03}", n + 1)).unwrap()
}

impl SimHub {
    fn log(&self) -> Vec<Op> {
        let audit = self.engine.audit(&token()).unwrap();
        self.engine.since(&audit, 0, usize::MAX).unwrap().ops
    }

    fn log_id(&self) -> Uuid {
        self.engine.identity().log_id
    }

    fn state(&self, n: usize) -> ModuleState {
        let audit = self.engine.audit(&token()).unwrap();
        let look = |loaded: &fieldhub::store::Loaded| {
            loaded.state.modules().get(&module(n)).map(|e| e.state.clone()).unwrap_or_default()
        };
        self.engine.view(&audit, look).unwrap()
    }

    fn write(&self, command: Command, now_ms: u64) -> Vec<OpAck> {
        self.engine.commit(&[command], now_ms - self.behind_ms).remove(0).expect("a good disk takes it")
    }
}

impl Course {
    pub fn begin(seed: u64, weather: Weather) -> Self {
        let mut dice = Dice::new(seed);
        let hub = |_| {
            let disk = EMPTY.fork();
            let engine = open(&disk);
            engine.mint_log_id().unwrap();
            SimHub { disk, engine, behind_ms: 0, backups: Vec::new() }
        };
        let hubs: Vec<SimHub> = (0..1 + usize::from(weather.second_hub)).map(hub).collect();
        let tablets = (0..3)
            .map(|n| Tablet {
                device: n,
                ahead_ms: match n {
                    2 if weather.years_ahead => YEAR * 5,
                    1 => 30_000,
                    _ => -i64::try_from(dice.below(40_000)).unwrap(),
                },
                hub: usize::try_from(n).unwrap() % hubs.len(),
                ..Tablet::default()
            })
            .collect();
        Self {
            dice,
            weather,
            now_ms: NOW,
            made: BTreeMap::new(),
            tablets,
            hubs,
            before: Vec::new(),
            story: Vec::new(),
        }
    }

    fn tell(&mut self, line: String) {
        self.story.push(line);
    }

    pub fn step(&mut self) {
        self.now_ms += self.dice.below(12_000);
        let tablet = self.dice.below(3) as usize;
        match self.dice.below(20) {
            0..7 => self.tap(tablet),
            7..11 => self.send(tablet, false),
            11..14 => self.look(tablet),
            14..16 => self.back_up(),
            16 => self.restore(),
            17 if self.weather.second_hub => self.meet(),
            18 if self.weather.v33 => self.v33_mark(),
            19 if self.weather.set_back => {
                self.tablets[tablet].ahead_ms -= 20_000;
                self.tell(format!("tablet {tablet}: its clock is set back"));
            }
            _ => {}
        }
        self.check();
    }

    fn mark(&mut self, n: usize) -> Body {
        let status = (!self.dice.one_in(5)).then(|| Some(Status::ALL[self.dice.below(3) as usize]));
        let comment = (status.is_none() || self.dice.one_in(6)).then(|| {
            let number = self.dice.below(3);
            (number > 0).then(|| format!("note {number}"))
        });
        Body::Mark(Mark::new(module(n), status, comment).unwrap())
    }

    fn tap(&mut self, which: usize) {
        let n = self.dice.below(MODULES) as usize;
        let body = self.mark(n);
        let tablet = &mut self.tablets[which];
        let marked_ms = self.now_ms.saturating_add_signed(tablet.ahead_ms);
        tablet.last_id_ms = marked_ms.max(tablet.last_id_ms + 1);
        let id = OpId::from_u128(
            u128::from(tablet.last_id_ms) << 80 | 7 << 76 | 2 << 62 | u128::from(tablet.device),
        );
        let (base, seen) = tablet.view.get(&n).cloned().unwrap_or_default();
        let own = tablet.kept.iter().map(|kept| kept.id).filter(|id| self.made[id].module == n);
        let direct: BTreeSet<OpId> = seen.into_iter().chain(own).collect();
        tablet.kept.push(Kept { id, stamp: None, acknowledged: false });
        let new = NewOp {
            id,
            author: Author::new(format!("tech_{which}"), None).unwrap(),
            device: DeviceId::parse(format!("dev_{which}")).unwrap(),
            marked_ms,
            base: Base::Seen(base),
            body,
            stamp: None,
            believed_ms: 0,
        };
        self.make(new, n, direct, false);
    }

    fn make(&mut self, new: NewOp, module: usize, direct: BTreeSet<OpId>, v33: bool) {
        let mut past = direct.clone();
        for id in &direct {
            past.extend(&self.made[id].past);
        }
        let Body::Mark(mark) = &new.body else { unreachable!() };
        let line = format!(
            "{} {} marks {} {:?} {:?}, having seen {} marks",
            new.device,
            new.id,
            mark.module,
            mark.status,
            mark.comment,
            past.len()
        );
        self.tell(line);
        self.made.insert(new.id, Made { new, module, past, v33 });
    }

    fn v33_mark(&mut self) {
        let n = self.dice.below(MODULES) as usize;
        let which = self.dice.below(self.hubs.len() as u64) as usize;
        let Body::Mark(mark) = self.mark(n) else { unreachable!() };
        let status = mark.status.flatten().unwrap_or(Status::Ok);
        let body =
            Body::Mark(Mark::new(module(n), Some(Some(status)), Some(mark.comment.flatten())).unwrap());
        let there: BTreeSet<OpId> = self.there(which, n);
        let new = NewOp {
            id: OpId::from_u128(u128::from(self.now_ms + self.made.len() as u64) << 80 | 7 << 76 | 99),
            author: Author::new(format!("tech_v33_{which}"), None).unwrap(),
            device: DeviceId::parse(format!("tech_v33_{which}")).unwrap(),
            marked_ms: self.now_ms - self.hubs[which].behind_ms,
            base: Base::Everything,
            body,
            stamp: None,
            believed_ms: 0,
        };
        self.make(new.clone(), n, there, true);
        self.hubs[which].write(Command::Append { token: token(), ops: vec![new] }, self.now_ms);
    }

    /// The marks of a module in a hub's log.
    fn there(&self, hub: usize, n: usize) -> BTreeSet<OpId> {
        let of = |op: &Op| op.body.module() == Some(&module(n));
        self.hubs[hub].log().iter().filter(|op| of(op)).map(|op| op.id).collect()
    }

    /// As the page does: what another log took first, with the stamps that it had, and in its order; then what waits.
    fn send(&mut self, which: usize, all: bool) {
        let (late, no_stamps) = (self.weather.lost_answers && !all, self.weather.no_stamps);
        // Of a mark whose time the hub has pulled back nobody knows where it was, when its tablet does not: it may come
        // after what somebody who had seen it has said since. Only here that is not held.
        let lost = late && self.dice.one_in(3) && self.tablets[which].ahead_ms < 60_000;
        let most = if all { usize::MAX } else { self.dice.below(4) as usize + 1 };
        let hub = &self.hubs[self.tablets[which].hub];
        let (log_id, unsure) = (hub.log_id(), hub.behind_ms > 0);
        let tablet = &mut self.tablets[which];
        if tablet.log.is_some_and(|log| log != log_id) {
            tablet.kept.iter_mut().for_each(|kept| kept.acknowledged = false);
        }
        let sent: Vec<usize> = (0..tablet.kept.len()).filter(|at| !tablet.kept[*at].acknowledged).collect();
        let sent: Vec<usize> = sent.into_iter().take(most).collect();
        if sent.is_empty() {
            return;
        }
        let ops = sent.iter().map(|at| {
            let Kept { id, stamp, .. } = tablet.kept[*at];
            let mut new = NewOp { stamp: stamp.filter(|_| !no_stamps), ..self.made[&id].new.clone() };
            if unsure {
                new.believe();
            }
            new
        });
        let ops: Vec<NewOp> = ops.collect();
        let acks = self.hubs[tablet.hub].write(Command::Append { token: token(), ops }, self.now_ms);
        let tablet = &mut self.tablets[which];
        for (at, ack) in sent.iter().zip(&acks) {
            let stamp = match ack.verdict {
                OpVerdict::Logged { stamp, .. } | OpVerdict::Duplicate { stamp: Some(stamp), .. } => stamp,
                other => panic!("{other:?}"),
            };
            if !lost {
                tablet.kept[*at].stamp = Some(stamp);
                tablet.kept[*at].acknowledged = true;
            }
        }
        if !lost {
            tablet.log = Some(log_id);
        }
        let line = format!("tablet {which} sends to hub {}, lost {lost}: {acks:?}", tablet.hub);
        self.tell(line);
    }

    /// Reads the audit anew; the feed brings back what the tablet itself sent, with its stamp.
    fn look(&mut self, which: usize) {
        let hub = self.tablets[which].hub;
        for n in 0..MODULES as usize {
            let (now, there) = (self.hubs[hub].state(n).seen().clone(), self.there(hub, n));
            // What it has seen it has seen: a hub that was taken back knows less.
            let (seen, ops) = self.tablets[which].view.entry(n).or_default();
            seen.join(&now);
            ops.extend(there);
        }
        let stamps: BTreeMap<OpId, Stamp> = self.hubs[hub].log().iter().map(|op| (op.id, op.stamp)).collect();
        let tablet = &mut self.tablets[which];
        for kept in tablet.kept.iter_mut().filter(|kept| kept.stamp.is_none()) {
            kept.stamp = stamps.get(&kept.id).copied();
        }
        self.tell(format!("tablet {which} looks"));
    }

    fn back_up(&mut self) {
        let which = self.dice.below(self.hubs.len() as u64) as usize;
        let hub = &mut self.hubs[which];
        hub.backups.push((hub.disk.fork(), self.now_ms - hub.behind_ms));
        self.tell(format!("backup of hub {which}"));
    }

    fn restore(&mut self) {
        let which = self.dice.below(self.hubs.len() as u64) as usize;
        let count = self.hubs[which].backups.len();
        if count == 0 {
            return;
        }
        let at = self.dice.below(count as u64) as usize;
        for n in 0..MODULES as usize {
            let showed = self.showed(which, n);
            self.before.push((n, showed));
        }
        let hub = &mut self.hubs[which];
        let (disk, then_ms) = &hub.backups[at];
        hub.disk = disk.fork();
        hub.engine = open(&hub.disk);
        hub.engine.mint_log_id().unwrap();
        hub.behind_ms = if self.weather.late_hub { self.now_ms - then_ms } else { 0 };
        self.tell(format!("hub {which} is taken back to backup {at}"));
    }

    /// The two hubs exchange all that they have.
    fn meet(&mut self) {
        for (from, to) in [(0, 1), (1, 0)] {
            let ops: Vec<Carried> = self.hubs[from].log().into_iter().map(Carried::from).collect();
            let take =
                TakeIn { token: token(), make: false, ops, from: None, partial: false, remember: Vec::new() };
            for ack in self.hubs[to].write(Command::TakeIn(Box::new(take)), self.now_ms) {
                let same = matches!(
                    ack.verdict,
                    OpVerdict::Logged { .. } | OpVerdict::Duplicate { restamped: false, .. }
                );
                assert!(same, "{ack:?}");
            }
        }
        self.tell("the hubs meet".to_owned());
    }
}
