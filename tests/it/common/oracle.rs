//! What the store must answer and hold: a plain model of audits, beside which the crash tests put
//! the real one.
//!
//! Used by the power-cut tests. It predicts every answer of `Engine::commit`; since a batch is
//! one transaction, after a cut the store holds what the model held before the batch or after it.

use std::collections::BTreeMap;

use fieldhub::domain::id::DeviceId;
use fieldhub::domain::op::{DetailsChange, Note};
use fieldhub::domain::stamp::actor_of;
use fieldhub::domain::{
    AuditState, Author, Base, Body, Carried, Entry, Layout, LinkName, Mark, ModuleId, NewOp, Op, OpId, Seen,
    Stamp, Status, Token,
};
use fieldhub::store::{Command, Engine, LinkRow, OpAck, OpVerdict, PageFrom, Remember, StoreError, TakeIn};
use uuid::Uuid;

use super::dice::Dice;

/// Audits of one simulated site, and modules of one audit: few, so that they meet often.
const TOKENS: u64 = 4;
const MODULES: u64 = 12;

/// One audit: where its log ends, and what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditModel {
    pub there: bool,
    pub head: u64,
    pub ops: BTreeMap<u64, OpId>,
    /// It was there once, and somebody removed it.
    pub removed: bool,
    /// How far another hub's log is here.
    pub have: u64,
}

/// The other hub, whose pages come in.
pub const PEER: Uuid = Uuid::from_u128(0x9ee6);

impl AuditModel {
    fn take_in(&mut self, take: &TakeIn) -> Answer {
        if !self.there && self.removed {
            return Answer::Removed;
        }
        if let Some(from) = &take.from {
            if from.after > self.have {
                return Answer::Gap(self.have);
            }
            self.have = self.have.max(from.upto);
        }
        self.there = true;
        Answer::Taken(take.ops.iter().map(|op| self.append(op.id)).collect())
    }

    fn append(&mut self, id: OpId) -> (OpId, u64, bool) {
        match self.ops.iter().find(|(_, known)| **known == id) {
            Some((seq, _)) => (id, *seq, true),
            None => {
                self.head += 1;
                self.ops.insert(self.head, id);
                (id, self.head, false)
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Id, seq, whether it was known.
    Taken(Vec<(OpId, u64, bool)>),
    Unknown,
    Exists,
    Removed,
    Gap(u64),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Model(pub BTreeMap<Token, AuditModel>);

impl Model {
    /// The answer that is due, and the model after it.
    pub fn take(&mut self, command: &Command) -> Answer {
        let audit = self.0.entry(command.token().clone()).or_default();
        let ops = match command {
            Command::Append { .. } | Command::Remove { .. } if !audit.there => return Answer::Unknown,
            Command::Make { .. } if audit.there => return Answer::Exists,
            Command::Remove { .. } => {
                *audit = AuditModel { head: audit.head + 1, removed: true, ..AuditModel::default() };
                return Answer::Taken(Vec::new());
            }
            Command::TakeIn(take) => return audit.take_in(take),
            Command::Append { ops, .. } | Command::AppendOrMake { ops, .. } | Command::Make { ops, .. } => {
                ops
            }
        };
        audit.there = true;
        Answer::Taken(ops.iter().map(|op| audit.append(op.id)).collect())
    }

    pub fn tokens(&self) -> Vec<Token> {
        self.0.iter().filter(|(_, audit)| audit.there).map(|(token, _)| token.clone()).collect()
    }

    /// Whether the store holds exactly this. Everything that must hold of any store is asserted
    /// on the way: see [`read_log`].
    pub fn is_in(&self, engine: &Engine) -> bool {
        engine.tokens() == self.tokens()
            && self.0.iter().filter(|(_, model)| model.there).all(|(token, model)| {
                let (ops, head) = read_log(engine, token);
                let audit = engine.audit(token).unwrap();
                head == model.head
                    && engine.have(&audit, PEER).unwrap() == model.have
                    && ops.iter().map(|op| (op.seq, op.id)).eq(model.ops.clone())
            })
    }
}

/// Commands that a batch brings, with ids by chance, now and then ones that were there before.
pub fn some_commands(dice: &mut Dice, model: &Model, log_id: Uuid, now_ms: u64) -> Vec<Command> {
    let mut commands = Vec::new();
    for _ in 0..=dice.below(4) {
        let token = token(dice.below(TOKENS));
        let count = if dice.one_in(8) { 40 } else { dice.below(5) + 1 };
        let mut ops: Vec<NewOp> = (0..count).map(|_| some_op(dice, now_ms)).collect();
        if let Some(audit) = model.0.get(&token)
            && dice.one_in(3)
            && !audit.ops.is_empty()
        {
            // A tablet that never heard the answer sends again.
            let nth = dice.below(audit.ops.len() as u64);
            ops[0].id = *audit.ops.values().nth(usize::try_from(nth).unwrap()).unwrap();
        }
        if dice.one_in(10) {
            // And one that sends the same thing twice in one request.
            ops.push(ops[0].clone());
        }
        commands.push(match dice.below(20) {
            0 => Command::Remove { token },
            1..4 => some_page(dice, model.0.get(&token), log_id, &token, &ops),
            4..6 => Command::Make { token, ops },
            6..12 => Command::Append { token, ops },
            _ => Command::AppendOrMake { token, ops },
        });
    }
    commands
}

/// Part of the peer's log: the next, one that was here before, or one that leaves a gap.
fn some_page(
    dice: &mut Dice,
    audit: Option<&AuditModel>,
    log_id: Uuid,
    token: &Token,
    ops: &[NewOp],
) -> Command {
    let have = audit.map_or(0, |audit| audit.have);
    let after = if dice.one_in(6) { have + 1 } else { have - dice.below(3).min(have) };
    let carry = |op: &NewOp| Carried {
        id: op.id,
        author: op.author.clone(),
        device: op.device.clone(),
        marked_ms: op.marked_ms,
        stamp: Stamp { ms: op.marked_ms, counter: 0, actor: actor_of(op.device.as_str()) },
        base: Seen::default(),
        body: op.body.clone(),
    };
    let link = LinkName::parse("peer").unwrap();
    let row = LinkRow { log_id, acked: dice.below(99), peer_log: Some(PEER), pulled: after };
    Command::TakeIn(Box::new(TakeIn {
        token: token.clone(),
        make: true,
        ops: ops.iter().map(carry).collect(),
        from: Some(PageFrom::of(PEER, after, after + ops.len() as u64)),
        partial: false,
        remember: vec![Remember { row: Some(row), ..Remember::of(link) }],
    }))
}

pub fn token(n: u64) -> Token {
    Token::parse(format!("audit-{n}")).unwrap()
}

pub fn mark_op(id: OpId, device: u64, module: u64, comment: Option<&str>, marked_ms: u64) -> NewOp {
    let module = ModuleId::parse(format!("M{module:03}")).unwrap();
    let comment = comment.map(|text| Some(text.to_owned()));
    NewOp {
        id,
        author: Author::new(format!("tech_{device}"), None).unwrap(),
        device: DeviceId::parse(format!("dev_{device}")).unwrap(),
        marked_ms,
        base: Base::Seen(Seen::default()),
        body: Body::Mark(Mark::new(module, Some(Some(Status::Dead)), comment).unwrap()),
        stamp: None,
        believed_ms: 0,
    }
}

fn some_op(dice: &mut Dice, now_ms: u64) -> NewOp {
    let id = OpId::from_u128((u128::from(dice.roll()) << 64) | u128::from(dice.roll()));
    let marked_ms = (now_ms + dice.below(10_000)).saturating_sub(5_000);
    let mut op = mark_op(id, dice.below(5), dice.below(MODULES), None, marked_ms);
    if dice.one_in(2) {
        op.base = Base::Everything;
    }
    op.body = match dice.below(13) {
        0 => Body::Layout(Layout::from_counts(&format!("{}x3", dice.below(8) + 1)).unwrap()),
        1 => Body::Details(DetailsChange {
            name: Some(format!("Site {}", dice.below(9))),
            client: dice.one_in(2).then_some(None),
            location: None,
        }),
        2 => Body::Unknown { kind: 900, bytes: vec![7; 20] },
        12 => {
            // The longest there are, in bytes too, are longer than a page of the database.
            let text =
                if dice.one_in(5) { "€".repeat(2_000) } else { format!("M{:03} ?", dice.below(MODULES)) };
            Body::Note(Note::new(&text).unwrap())
        }
        n => {
            let Body::Mark(mark) = op.body else { unreachable!() };
            let status = [Status::Ok, Status::Dead, Status::Microcracks][usize::try_from(n % 3).unwrap()];
            let status = (n != 3).then_some((n != 4).then_some(status));
            // Some are longer than a page of the database.
            let comment = match dice.below(10) {
                0 => Some(Some("cellule cassée ".repeat(250))),
                1..4 => Some(Some(format!("glass {}", dice.below(100)))),
                _ if status.is_none() => Some(None),
                _ => None,
            };
            Body::Mark(Mark::new(mark.module, status, comment).unwrap())
        }
    };
    op
}

/// What the store answered, in the model's words; `None` when it failed.
pub fn answer(result: &Result<Vec<OpAck>, StoreError>) -> Option<Answer> {
    match result {
        Ok(taken) => {
            // The model knows an operation by its id, whatever it says.
            let known = |t: &OpAck| {
                let there = matches!(t.verdict, OpVerdict::Duplicate { .. } | OpVerdict::IdConflict);
                (t.id, t.seq, there)
            };
            Some(Answer::Taken(taken.iter().map(known).collect()))
        }
        Err(StoreError::UnknownAudit(_)) => Some(Answer::Unknown),
        Err(StoreError::AuditExists(_)) => Some(Answer::Exists),
        Err(StoreError::Removed(_)) => Some(Answer::Removed),
        Err(StoreError::Gap { have }) => Some(Answer::Gap(*have)),
        Err(_) => None,
    }
}

/// The whole log of an audit and its head; asserts what holds of every log: contiguous, no id
/// twice, times of receipt and the hub's stamps in order, merged state = fold of the log, notes found = those
/// in the log, and none of them merged.
#[track_caller]
pub fn read_log(engine: &Engine, token: &Token) -> (Vec<Op>, u64) {
    let audit = engine.audit(token).unwrap();
    let head = engine.view(&audit, |loaded| loaded.state.head).unwrap();
    let mut ops: Vec<Op> = Vec::new();
    let mut after = 0;
    loop {
        let page = engine.since(&audit, after, 100).unwrap();
        assert_eq!(page.head, head);
        if page.ops.is_empty() {
            break;
        }
        after = page.next;
        ops.extend(page.ops);
    }
    let first = ops.first().map_or(head + 1, |op| op.seq);
    assert!(ops.iter().map(|op| op.seq).eq(first..=head), "the log of {token} has gaps or repeats");
    let mut ids: Vec<OpId> = ops.iter().map(|op| op.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), ops.len(), "an operation is twice in the log of {token}");
    assert!(ops.is_sorted_by_key(|op| op.received_ms), "times of receipt go back in {token}");

    let is_note = |op: &&Op| matches!(op.body, Body::Note(_));
    let notes = engine.notes(&audit, 0, usize::MAX).unwrap();
    assert!(notes.ops.iter().eq(ops.iter().filter(is_note)), "other notes than are in the log of {token}");

    let mut fold = AuditState::default();
    for op in ops.iter().filter(|op| !is_note(op)) {
        fold.fold(op);
    }
    engine
        .view(&audit, |loaded| {
            let state = &loaded.state;
            assert_eq!(state.details(), fold.details(), "{token}");
            // Of the positions of its marks the last one is in memory, and the others may be on the disk alone.
            let folded = |state: &AuditState| -> BTreeMap<_, _> {
                state.modules().iter().map(|(id, entry)| (id.clone(), Entry::clone(entry).folded())).collect()
            };
            assert_eq!(folded(state), folded(&fold), "{token}");
            assert_eq!(state.counts, fold.counts, "{token}");
        })
        .unwrap();
    for (id, entry) in fold.modules() {
        assert_eq!(
            engine.positions(&audit, id, 0, usize::MAX).unwrap(),
            entry.seqs,
            "the marks of {id} in {token}"
        );
    }
    (ops, head)
}
