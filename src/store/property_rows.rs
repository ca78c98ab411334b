//! Properties of an audit, those of each thing in a row of their own (fold table, write amplification): whatever their number, a
//! checkpoint writes those that have changed. Beside them lies where their operations are in the log (secondary index).
//!
//! Called by `loaded`, which reads them, by `checkpoint`, which writes them, and by `positions`; calls `record`.
//!
//! As with photos (see `photo_rows`) the fold's row says how many there are. A version that does not know these rows writes a fold
//! without that word: then they are passed over, and made anew from the log. Where operations are is asked for a history alone, which
//! looks at each in the log: what an older version left there does no harm.

use std::collections::HashSet;
use std::sync::Arc;

use redb::{ReadTransaction, TableError, WriteTransaction};

use super::StoreError;
use super::record;
use super::tables::{LOG, PROPERTIES, PROPERTY_SEQS};
use crate::domain::{AuditState, PropertyOf, PropertyState};

/// What a fold has of an audit's properties; `None`: it does not say that these rows are of it, and the log is to be read for them.
pub(super) fn of_fold(
    txn: &ReadTransaction,
    no: u32,
    rows: Option<u64>,
) -> Result<Option<Vec<(PropertyOf, PropertyState)>>, StoreError> {
    let Some(rows) = rows else { return Ok(None) };
    let all = read(txn, no)?;
    Ok((all.len() as u64 == rows).then_some(all))
}

fn read(txn: &ReadTransaction, no: u32) -> Result<Vec<(PropertyOf, PropertyState)>, StoreError> {
    let table = match txn.open_table(PROPERTIES) {
        // A copy by a version that does not know it.
        Err(TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
        table => table?,
    };
    let rows = table.range((no, "")..(no + 1, ""))?;
    rows.map(|row| {
        let (key, value) = row?;
        record::open_property(no, key.value().1, value.value())
    })
    .collect()
}

/// What a checkpoint writes.
#[derive(Debug, Default)]
pub(super) struct ChangedProperties {
    /// Each with where its operations since the last checkpoint are.
    rows: Vec<(PropertyOf, Vec<u8>, Vec<u64>)>,
    /// Instead of all that lie there ...
    anew: bool,
    /// ... which are not of this fold: nor is where their operations are.
    strange: bool,
    pub(super) count: u64,
}

impl ChangedProperties {
    /// Rows of those that have changed, or of all.
    /// `strange`: what lies there is not of the fold.
    pub(super) fn of(
        state: &AuditState,
        dirty: &HashSet<PropertyOf>,
        strange: bool,
    ) -> Result<Self, StoreError> {
        let all = state.properties();
        let anew = strange || all.renamed;
        let changed: Vec<_> = match anew {
            true => all.iter().collect(),
            false => {
                // A layout may have come since, and another name with it.
                let names: HashSet<_> = dirty.iter().map(|of| state.thing_of(of)).collect();
                names.into_iter().filter_map(|of| all.get(&of).map(|state| (of, state))).collect()
            }
        };
        let row = |(of, state): (PropertyOf, &Arc<PropertyState>)| {
            let row = record::seal(of.key().as_bytes(), &**state)?;
            Ok((of, row, state.seqs.clone()))
        };
        let rows = changed.into_iter().map(row).collect::<Result<_, StoreError>>()?;
        Ok(Self { rows, anew, strange, count: all.len() as u64 })
    }

    pub(super) fn write(&self, txn: &WriteTransaction, no: u32) -> Result<(), StoreError> {
        if self.rows.is_empty() && !self.anew {
            return Ok(());
        }
        let mut table = txn.open_table(PROPERTIES)?;
        let mut seqs = txn.open_table(PROPERTY_SEQS)?;
        if self.anew {
            table.retain_in((no, "")..(no + 1, ""), |_, _| false)?;
        }
        if self.strange {
            seqs.retain_in((no, "", 0)..(no + 1, "", 0), |_, ()| false)?;
        }
        for (of, row, recent) in &self.rows {
            let key = of.key();
            table.insert((no, key.as_str()), row.as_slice())?;
            for seq in recent {
                seqs.insert((no, key.as_str(), *seq), ())?;
            }
        }
        Ok(())
    }

    pub(super) fn things(&self) -> impl Iterator<Item = PropertyOf> {
        self.rows.iter().map(|(of, ..)| of.clone())
    }
}

/// Whether each of them is in the log where it is said to be; for a fold that says that they are of it.
pub(super) fn check_positions(txn: &ReadTransaction, no: u32) -> Result<(), StoreError> {
    let table = match txn.open_table(PROPERTY_SEQS) {
        Err(TableError::TableDoesNotExist(_)) => return Ok(()),
        table => table?,
    };
    let log = txn.open_table(LOG)?;
    for row in table.range((no, "", 0)..(no + 1, "", 0))? {
        let (key, _) = row?;
        let (_, key, seq) = key.value();
        let body = match log.get((no, seq))? {
            Some(value) => Some(record::decode_op(no, seq, value.value())?.op.body),
            None => None,
        };
        let there = body.as_ref().and_then(|body| Some(&body.property()?.of));
        let is_it = match (there, PropertyOf::of_key(key)) {
            (Some(PropertyOf::Module(there)), Some(PropertyOf::Module(id))) => there.may_be(&id),
            (there, of) => there.is_some() && there == of.as_ref(),
        };
        if !is_it {
            let record = format!("what is set of {key} in audit number {no}");
            return Err(StoreError::Damaged {
                record,
                problem: format!("nothing of it is at {seq} in the log"),
            });
        }
    }
    Ok(())
}

/// Where the operations of a thing after `after` are that a checkpoint has noted; `most` at most.
pub(super) fn positions(
    txn: &ReadTransaction,
    no: u32,
    of: &PropertyOf,
    after: u64,
    most: usize,
) -> Result<Vec<u64>, StoreError> {
    let table = match txn.open_table(PROPERTY_SEQS) {
        Err(TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
        table => table?,
    };
    let key = of.key();
    let rows = table.range((no, key.as_str(), after + 1)..=(no, key.as_str(), u64::MAX))?;
    rows.take(most).map(|row| Ok(row?.0.value().2)).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use redb::ReadableDatabase;

    use super::super::loaded::{Audit, Loaded};
    use super::super::record::Fold;
    use super::super::tables::FOLDS;
    use super::super::testing::open as engine_at;
    use super::super::{Command, Engine};
    use super::*;
    use crate::domain::id::DeviceId;
    use crate::domain::property::Properties;
    use crate::domain::{
        Author, Base, Body, Layout, Mark, ModuleId, NewOp, OpId, Property, Seen, Status, Token,
    };

    const NOW: u64 = 1_780_000_000_000;

    fn token() -> Token {
        Token::parse("jalibat").unwrap()
    }

    fn op(n: u128, body: Body) -> NewOp {
        NewOp {
            id: OpId::from_u128(n),
            author: Author::new("tech_1", None).unwrap(),
            device: DeviceId::parse(format!("dev_{}", n % 3)).unwrap(),
            marked_ms: NOW + n as u64,
            base: Base::Seen(Seen::default()),
            body,
            stamp: None,
            believed_ms: 0,
        }
    }

    fn module(n: u8) -> ModuleId {
        ModuleId::parse(format!("M{n:04}")).unwrap()
    }

    fn set(n: u128, of: u8, value: &str) -> NewOp {
        let of = match of {
            0 => PropertyOf::Audit,
            1 => PropertyOf::String(7),
            n => PropertyOf::Module(module(n)),
        };
        let set = [("serial".to_owned(), (value != "-").then(|| value.to_owned()))].into();
        op(n, Body::Property(Box::new(Property::new(of, set))))
    }

    fn commit(engine: &Engine, ops: Vec<NewOp>) {
        engine.commit(&[Command::AppendOrMake { token: token(), ops }], NOW).remove(0).unwrap();
    }

    fn audit(engine: &Engine) -> Arc<Audit> {
        engine.audit(&token()).unwrap()
    }

    fn of_engine(engine: &Engine) -> Properties {
        without_places(engine.view(&audit(engine), |loaded| loaded.state.properties().clone()).unwrap())
    }

    /// How long a position is kept in memory is no part of what is set.
    fn without_places(mut all: Properties) -> Properties {
        all.renamed = false;
        let things: Vec<_> = all.iter().map(|(of, _)| of).collect();
        things.iter().for_each(|of| all.folded(of));
        all
    }

    /// What its log comes to.
    fn of_log(engine: &Engine) -> Properties {
        let mut state = AuditState::default();
        for op in engine.since(&audit(engine), 0, usize::MAX).unwrap().ops {
            state.fold(&op);
        }
        without_places(state.properties().clone())
    }

    fn history(engine: &Engine, n: u8) -> Vec<u64> {
        engine.positions(&audit(engine), &module(n), 0, usize::MAX).unwrap()
    }

    fn history_of_log(engine: &Engine, n: u8) -> Vec<u64> {
        let ops = engine.since(&audit(engine), 0, usize::MAX).unwrap().ops.into_iter();
        ops.filter(|op| op.body.told_of().is_some_and(|id| id.may_be(&module(n)))).map(|op| op.seq).collect()
    }

    #[derive(Debug, Clone)]
    enum Step {
        Set(u8, String),
        Layout,
        Checkpoint,
        Reopen,
        /// A version that knows no properties writes the fold ...
        OlderFold,
        /// ... or takes a copy, and that is put back.
        OlderCopy,
    }

    fn older_fold(engine: &Engine) {
        engine.checkpoint(true).unwrap();
        let audit = audit(engine);
        let (folded, details) =
            engine.view(&audit, |loaded| (loaded.state.head, loaded.state.details().clone())).unwrap();
        let row =
            record::seal(&audit.no.to_be_bytes(), &Fold { folded, details, ..Fold::default() }).unwrap();
        engine
            .with_db(|db| {
                let txn = db.begin_write()?;
                txn.open_table(FOLDS)?.insert(audit.no, row.as_slice())?;
                txn.commit()?;
                Ok(())
            })
            .unwrap();
    }

    fn drop_tables(engine: &Engine) {
        engine
            .with_db(|db| {
                let txn = db.begin_write()?;
                txn.delete_table(PROPERTIES)?;
                txn.delete_table(PROPERTY_SEQS)?;
                txn.commit()?;
                Ok(())
            })
            .unwrap();
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            9 => (0..5_u8, "[a-c]|-").prop_map(|(of, value)| Step::Set(of, value)),
            1 => Just(Step::Layout),
            3 => Just(Step::Checkpoint),
            3 => Just(Step::Reopen),
            1 => Just(Step::OlderFold),
            1 => Just(Step::OlderCopy),
        ];
        prop::collection::vec(step, 1..30)
    }

    fn play(dir: &Path, steps: Vec<Step>) {
        let mut engine = Some(engine_at(dir));
        commit(engine.as_ref().unwrap(), vec![set(1_000, 2, "first")]);
        for (n, step) in (0_u128..).zip(steps) {
            let here = engine.as_ref().unwrap();
            match &step {
                Step::Set(of, value) => commit(here, vec![set(n, *of, value)]),
                // Its modules are called M001 and so on: the names of the same modules change.
                Step::Layout => commit(here, vec![op(n, Body::Layout(Layout::from_counts("9").unwrap()))]),
                Step::Checkpoint => assert!(here.checkpoint(true).is_ok()),
                Step::OlderFold => older_fold(here),
                Step::OlderCopy => drop_tables(here),
                Step::Reopen => {}
            }
            if matches!(step, Step::Reopen | Step::OlderFold | Step::OlderCopy) {
                drop(engine.take());
                engine = Some(engine_at(dir));
            }
            let here = engine.as_ref().unwrap();
            assert_eq!(of_engine(here), of_log(here), "what is set is the fold of the log");
            assert_eq!(history(here, 2), history_of_log(here, 2));
        }
        let here = engine.as_ref().unwrap();
        here.checkpoint(true).unwrap();
        assert_eq!(here.checkpoint(true).unwrap(), 0);
        here.copy_to("restore.redb").unwrap();
        here.restore("restore.redb").unwrap();
        assert_eq!(of_engine(here), of_log(here), "verified, and as it was");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn whoever_wrote_last_the_properties_are_the_fold_of_the_log(steps in steps()) {
            play(tempfile::tempdir().unwrap().path(), steps);
        }
    }

    #[test]
    fn a_mark_beside_many_serials_writes_none_of_their_rows() {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine_at(dir.path());
        let fold_bytes = || {
            let no = audit(&engine).no;
            let read = |db: &redb::Database| {
                Ok(db.begin_read()?.open_table(FOLDS)?.get(no)?.map(|row| row.value().len()))
            };
            engine.with_db(read).unwrap().unwrap()
        };
        commit(&engine, vec![set(1, 2, "X99")]);
        engine.checkpoint(true).unwrap();
        let small = fold_bytes();
        commit(&engine, (2..250).map(|n| set(n, n as u8, "X99")).collect());
        engine.checkpoint(true).unwrap();
        assert!(fold_bytes() <= small + 2, "the fold's row has none of them");
        let mark = Mark::new(module(2), Some(Some(Status::Dead)), None).unwrap();
        commit(&engine, vec![op(900, Body::Mark(mark))]);
        let changed = || {
            let of = |here: &Loaded| {
                ChangedProperties::of(&here.state, &here.dirty_properties, here.properties_anew)
            };
            engine.view(&audit(&engine), of).unwrap().unwrap()
        };
        assert_eq!(changed().things().count(), 0);
        commit(&engine, vec![set(901, 7, "Y99")]);
        assert_eq!(changed().things().collect::<Vec<_>>(), [PropertyOf::Module(module(7))]);
    }
}
