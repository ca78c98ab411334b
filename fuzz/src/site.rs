//! One audit in a real store, and what must hold of it whatever was sent.
//!
//! Called by the targets that take operations in; calls `fieldhub::store` on the simulated disk of
//! the crash tests.

use std::sync::{Arc, LazyLock};

use fieldhub::domain::id::DeviceId;
use fieldhub::domain::{AuditState, Carried, ModuleId, NewOp, Op, Token};
use fieldhub::store::{Command, Engine, OpAck, OpVerdict, Options, PageFrom, TakeIn};
use uuid::Uuid;

use crate::sim_disk::SimDisk;

/// The hub's clock: it stands still, so that an input does the same each time.
pub const NOW: u64 = 1_780_000_000_000;

/// An empty database, made once.
static EMPTY: LazyLock<SimDisk> = LazyLock::new(|| {
    let disk = SimDisk::new(0);
    drop(open(&disk));
    disk
});

fn open(disk: &SimDisk) -> Engine {
    let options = Options {
        mint: || Uuid::from_u128(7),
        dated: || "20260101T000000000Z".to_owned(),
        min_free_bytes: 0,
        bounds: Default::default(),
        opening: |_| {},
    };
    Engine::open(Arc::new(disk.clone()), options).expect("the store opens")
}

pub fn module(text: &str) -> ModuleId {
    ModuleId::parse(text).expect("a module's name")
}

pub fn device(text: &str) -> DeviceId {
    DeviceId::parse(text).expect("a device's name")
}

/// A store with one audit in it.
pub struct Site {
    disk: SimDisk,
    engine: Engine,
    token: Token,
}

impl Site {
    /// The audit, made with these operations.
    pub fn new(ops: Vec<NewOp>) -> Self {
        let disk = EMPTY.fork();
        let engine = open(&disk);
        let site = Self { disk, engine, token: Token::parse("a").expect("a token") };
        site.commit(Command::Make { token: site.token.clone(), ops });
        site
    }

    pub fn take(&self, ops: Vec<NewOp>) -> Vec<OpAck> {
        self.commit(Command::Append { token: self.token.clone(), ops })
    }

    fn commit(&self, command: Command) -> Vec<OpAck> {
        let mut answers = self.engine.commit(&[command], NOW);
        answers.remove(0).expect("a good disk takes what is well formed")
    }

    pub fn look<T>(&self, look: impl FnOnce(&AuditState) -> T) -> T {
        look_in(&self.engine, &self.token, look)
    }

    pub fn log(&self) -> Vec<Op> {
        let audit = self.engine.audit(&self.token).expect("the audit is there");
        self.engine.since(&audit, 0, usize::MAX).expect("the log reads back").ops
    }

    /// What must hold after `sent` was answered with `taken`: all of it is in the log as it was
    /// sent, a repeat has no effect, the state is the fold of the log in any order, and a restart
    /// finds it again.
    pub fn check(&self, sent: &[NewOp], taken: &[OpAck]) {
        let log = self.log();
        assert_eq!(sent.len(), taken.len());
        for (new, taken) in sent.iter().zip(taken) {
            assert_eq!(new.id, taken.id);
            let logged = log.iter().find(|op| op.seq == taken.seq).expect("what was taken is in the log");
            assert_eq!(logged.id, new.id);
            if matches!(taken.verdict, OpVerdict::Logged { .. }) {
                assert_eq!(
                    (&logged.body, &logged.author, &logged.device),
                    (&new.body, &new.author, &new.device)
                );
                assert_eq!(logged.marked_ms, new.marked_ms);
            }
        }
        for (again, first) in self.take(sent.to_vec()).iter().zip(taken) {
            assert!(matches!(again.verdict, OpVerdict::Duplicate { .. }));
            assert_eq!(again.seq, first.seq);
        }
        assert_eq!(self.log(), log, "a repeat has no effect");

        self.check_state(&log);
    }

    /// What must hold after operations of another hub: they are in the log as they came, with how far that hub's
    /// log is here; a repeat has no effect.
    pub fn check_carried(&self, ops: &[Carried]) {
        let from = PageFrom::of(Uuid::from_u128(9), 0, ops.len() as u64);
        let take = TakeIn {
            token: self.token.clone(),
            make: false,
            ops: ops.to_vec(),
            from: Some(from.clone()),
            partial: false,
            remember: Vec::new(),
        };
        let taken = self.commit(Command::TakeIn(Box::new(take.clone())));
        let mut ops = ops.to_vec();
        for (taken, op) in taken.iter().zip(ops.clone()) {
            if !matches!(taken.verdict, OpVerdict::Logged { .. }) {
                assert_eq!(taken.verdict, OpVerdict::StampOutOfRange);
                assert!(!op.is_in_range(None), "{op:?}");
                ops.retain(|other| other.id != op.id);
            }
        }
        let log = self.log();
        assert!(log.iter().cloned().map(Carried::from).eq(ops.iter().cloned()), "they are as they came");
        let audit = self.engine.audit(&self.token).expect("the audit is there");
        assert_eq!(self.engine.have(&audit, from.log_id).expect("it is remembered"), from.upto);
        let again = self.commit(Command::TakeIn(Box::new(TakeIn { ops, ..take })));
        assert!(again.iter().all(|t| matches!(t.verdict, OpVerdict::Duplicate { restamped: false, .. })));
        assert_eq!(self.log(), log, "a repeat has no effect");
        self.check_state(&log);
    }

    /// The state is the fold of the log in any order, and a restart finds it again.
    fn check_state(&self, log: &[Op]) {
        let mut backwards = AuditState::default();
        log.iter().rev().for_each(|op| backwards.fold(op));
        self.look(|state| {
            assert_eq!(state.details(), backwards.details());
            assert_eq!(state.modules().len(), backwards.modules().len());
            for (id, entry) in state.modules() {
                assert_eq!(Some(&entry.state), backwards.modules().get(id).map(|e| &e.state), "{id}");
            }
        });
        let reopened = open(&self.disk.fork());
        look_in(&reopened, &self.token, |found| {
            self.look(|state| {
                assert_eq!((found.details(), found.modules()), (state.details(), state.modules()))
            });
        });
    }
}

fn look_in<T>(engine: &Engine, token: &Token, look: impl FnOnce(&AuditState) -> T) -> T {
    let audit = engine.audit(token).expect("the audit is there");
    engine.view(&audit, |loaded| look(&loaded.state)).expect("the audit can be looked at")
}
