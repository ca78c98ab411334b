//! Checkpoint: bring the fold tables up to the log, so that opening replays little and a repeat of an old
//! operation is recognised without holding its id in memory.
//!
//! Called by the writer thread when an audit's tail has grown, and at the end. A crash before,
//! during or after it loses nothing: the log is the truth.

use std::collections::HashSet;

use super::loaded::{Audit, Loaded};
use super::meta::{self, CLOCK};
use super::photo_rows;
use super::positions;
use super::property_rows::ChangedProperties;
use super::record::{self, ClockRow, Fold};
use super::tables::{FOLDS, IDS, MODULES, POSITIONS};
use super::written::WrittenBytes;
use super::{Engine, StoreError};
use crate::domain::{Entry, ModuleId, OpId};

/// Operations of one audit that may wait in the log alone.
const TAIL: usize = 1_024;

impl Engine {
    /// Checkpoint the audits whose tail is long (`all`: that have one). Returns how many.
    pub fn checkpoint(&self, all: bool) -> Result<usize, StoreError> {
        let _turn = self.turn.lock();
        let mut done = 0;
        for token in self.tokens() {
            let audit = self.audit(&token)?;
            let tail = audit.tail_len();
            if tail >= TAIL || (all && (tail > 0 || audit.is_refolded())) {
                self.checkpoint_one(&audit)?;
                done += 1;
            }
        }
        Ok(done)
    }

    pub(super) fn checkpoint_one(&self, audit: &Audit) -> Result<(), StoreError> {
        let no = audit.no;
        let (hlc, received_ms) = *self.clock.lock();
        let rows = self.view(audit, FoldRows::of)??;
        self.with_rows_of(audit, |db| {
            let txn = db.begin_write()?;
            {
                let mut modules = txn.open_table(MODULES)?;
                let mut kept = txn.open_table(POSITIONS)?;
                for (id, row, recent) in &rows.modules {
                    let before = modules.insert((no, id.as_str()), row.as_slice())?;
                    let before = before.map(|row| positions::of_row(id, row.value())).transpose()?;
                    let seqs = before.into_iter().flatten().chain(recent.iter().copied());
                    positions::keep(&mut kept, no, id, seqs)?;
                }
                let mut ids = txn.open_table(IDS)?;
                for (id, seq) in &rows.ids {
                    ids.insert((no, id.as_u128()), seq)?;
                }
            }
            photo_rows::write(&txn, no, rows.photos_anew, &rows.photos)?;
            rows.properties.write(&txn, no)?;
            let row = record::seal_fold(no, &rows.fold, rows.photo_count, rows.properties.count)?;
            txn.open_table(FOLDS)?.insert(no, row.as_slice())?;
            rows.written.put(&txn, no, audit.start)?;
            meta::put_meta(&txn, CLOCK, &ClockRow { hlc: hlc.high_water(), received_ms })?;
            txn.commit()?;
            Ok(())
        })?;
        self.publish(audit, |loaded| {
            loaded.folded = rows.fold.folded;
            loaded.tail.clear();
            loaded.dirty_photos.clear();
            loaded.photos_anew = false;
            loaded.dirty_properties.clear();
            loaded.properties_anew = false;
            loaded.state.folded_properties(rows.properties.things());
            let names: Vec<ModuleId> = loaded.dirty.drain().map(|id| loaded.state.name_of(&id)).collect();
            loaded.state.folded(names.into_iter());
            loaded.refolded = false;
        })
    }
}

/// What is to be written, taken before the transaction begins: who is inside the door to the database goes to no other.
struct FoldRows {
    /// Each with where its marks since the last checkpoint are.
    modules: Vec<(ModuleId, Vec<u8>, Vec<u64>)>,
    /// Those that have changed since; or all.
    photos: Vec<(OpId, Vec<u8>)>,
    photos_anew: bool,
    photo_count: u64,
    properties: ChangedProperties,
    ids: Vec<(OpId, u64)>,
    fold: Fold,
    written: WrittenBytes,
}

impl FoldRows {
    fn of(loaded: &Loaded) -> Result<Self, StoreError> {
        // A layout may have come since, and another name with it.
        let names: HashSet<ModuleId> = loaded.dirty.iter().map(|id| loaded.state.name_of(id)).collect();
        let known = names.into_iter().filter_map(|id| {
            let entry = loaded.state.modules().get(&id)?;
            Some((id, entry))
        });
        let modules = known.map(|(id, entry)| {
            let row = record::seal_entry(id.as_str(), &Entry::clone(entry).folded())?;
            Ok((id, row, entry.seqs.clone()))
        });
        Ok(Self {
            modules: modules.collect::<Result<_, StoreError>>()?,
            ids: loaded.tail.iter().map(|(id, seq)| (*id, *seq)).collect(),
            fold: Fold {
                folded: loaded.state.head,
                details: loaded.state.details().clone(),
                ..Fold::default()
            },
            photos: photo_rows::changed(loaded.state.photos(), &loaded.dirty_photos, loaded.photos_anew)?,
            photos_anew: loaded.photos_anew,
            photo_count: loaded.state.photos().len() as u64,
            properties: ChangedProperties::of(
                &loaded.state,
                &loaded.dirty_properties,
                loaded.properties_anew,
            )?,
            written: loaded.written.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use redb::ReadableDatabase;

    use super::super::testing::open;
    use super::super::{Command, Engine};
    use super::*;
    use crate::domain::id::DeviceId;
    use crate::domain::layout_edit::{ModuleEdit, ModuleSlot};
    use crate::domain::stamp::actor_of;
    use crate::domain::{
        AuditState, Author, Base, Body, Layout, LayoutEdit, Mark, NewOp, Restore, Seen, Stamp, Status, Token,
    };

    const NOW: u64 = 1_780_000_000_000;

    fn op(n: u128, body: Body) -> NewOp {
        NewOp {
            id: OpId::from_u128(n),
            author: Author::new("tech_1", None).unwrap(),
            device: DeviceId::parse("dev_1").unwrap(),
            marked_ms: NOW,
            base: Base::Everything,
            body,
            stamp: None,
            believed_ms: 0,
        }
    }

    fn audit(engine: &Engine) -> std::sync::Arc<Audit> {
        engine.audit(&Token::parse("jalibat").unwrap()).unwrap()
    }

    fn modules(engine: &Engine) -> usize {
        engine.view(&audit(engine), |loaded| loaded.state.module_count()).unwrap()
    }

    fn fold_bytes(engine: &Engine) -> usize {
        let no = audit(engine).no;
        engine.with_db(|db| Ok(db.begin_read()?.open_table(FOLDS)?.get(no)?.unwrap().value().len())).unwrap()
    }

    /// An older version keeps changes of the layout in the log and does not fold them: what it wrote into the tables
    /// goes past them.
    #[test]
    fn what_a_version_folded_that_did_not_know_a_kind_is_completed_from_the_log() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path());
        let added = ModuleEdit {
            place: Some(ModuleSlot { string: 2, position: 1, row: None, col: None }),
            ..ModuleEdit::of(ModuleId::parse("S2-01").unwrap())
        };
        let edit = LayoutEdit { strings: Vec::new(), modules: vec![added] };
        let ops = vec![op(1, Body::Layout(Layout::from_counts("3").unwrap())), op(2, Body::LayoutEdit(edit))];
        let make = Command::Make { token: Token::parse("jalibat").unwrap(), ops };
        engine.commit(&[make], NOW).remove(0).unwrap();
        engine.checkpoint(true).unwrap();
        assert_eq!(modules(&engine), 4);
        let whole = fold_bytes(&engine);
        drop(engine);

        // As that version writes it: the fold, and nothing after it.
        let engine = open(dir.path());
        assert_eq!(modules(&engine), 4, "read from the tables");
        let no = audit(&engine).no;
        let fold = engine.view(&audit(&engine), FoldRows::of).unwrap().unwrap().fold;
        engine
            .with_db(|db| {
                let txn = db.begin_write()?;
                txn.open_table(FOLDS)?.insert(no, record::seal(&no.to_be_bytes(), &fold)?.as_slice())?;
                txn.commit()?;
                Ok(())
            })
            .unwrap();
        drop(engine);

        let engine = open(dir.path());
        assert_eq!(modules(&engine), 4, "read from the log");
        assert!(fold_bytes(&engine) < whole);
        assert_eq!(engine.checkpoint(true).unwrap(), 1, "and written, though there is nothing new");
        assert_eq!((fold_bytes(&engine), engine.checkpoint(true).unwrap()), (whole, 0));
    }

    /// Léa's finding, Tom's mark over it, and his undo: the plain mark, and the operation beside it.
    fn taken_back() -> Vec<NewOp> {
        let module = ModuleId::parse("M001").unwrap();
        let by = |n: u128, who: &str, ms: u64, status| NewOp {
            author: Author::new(format!("tech_{who}"), None).unwrap(),
            device: DeviceId::parse(format!("dev_{who}")).unwrap(),
            marked_ms: NOW + ms,
            base: Base::Seen(Seen::default()),
            ..op(n, Body::Mark(Mark::new(module.clone(), Some(Some(status)), None).unwrap()))
        };
        let mut seen = Seen::default();
        seen.add(Stamp { ms: NOW + 1, counter: 0, actor: actor_of("dev_lea") });
        let mut ops =
            vec![by(1, "lea", 1, Status::Dead), by(2, "tom", 2, Status::Ok), by(3, "tom", 3, Status::Dead)];
        ops[1..].iter_mut().for_each(|op| op.base = Base::Seen(seen.clone()));
        let mark = ops[2].body.mark().unwrap().clone();
        let restore = Restore { mark, of: ops[2].id, undoes: ops[1].id, seen };
        ops.push(NewOp {
            id: Restore::id_beside(ops[2].id),
            body: Body::Restore(Box::new(restore)),
            ..ops[2].clone()
        });
        ops
    }

    fn whose(engine: &Engine) -> (String, Vec<u64>) {
        let (audit, module) = (audit(engine), ModuleId::parse("M001").unwrap());
        let by = engine.view(&audit, |loaded| {
            loaded.state.entry(&module).and_then(|entry| Some(entry.state.last()?.0.id.to_string()))
        });
        (by.unwrap().unwrap(), engine.positions(&audit, &module, 0, 99).unwrap())
    }

    #[test]
    fn what_a_version_wrote_that_knew_no_undos_is_completed_from_the_log() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path());
        let make = Command::Make { token: Token::parse("jalibat").unwrap(), ops: taken_back() };
        engine.commit(&[make], NOW + 9).remove(0).unwrap();
        let lea = || ("tech_lea".to_owned(), vec![1, 2, 3, 4]);
        assert_eq!(whose(&engine), lea());
        engine.checkpoint(true).unwrap();
        drop(engine);
        let engine = open(dir.path());
        assert_eq!(whose(&engine), lea(), "read from the tables");

        // As such a version writes it: without the undo, and without what is kept for one.
        let here = audit(&engine);
        let mut entry = Entry::default();
        for op in engine.ops_at(&here, &[1, 2, 3]).unwrap() {
            AuditState::mark(&mut entry, &op);
        }
        let fold = engine.view(&here, FoldRows::of).unwrap().unwrap().fold;
        engine
            .with_db(|db| {
                let txn = db.begin_write()?;
                let (row, no) = (record::seal(b"M001", &entry.folded())?, here.no);
                txn.open_table(MODULES)?.insert((no, "M001"), row.as_slice())?;
                txn.open_table(POSITIONS)?.remove((no, "M001", 4))?;
                txn.open_table(FOLDS)?.insert(no, record::seal(&no.to_be_bytes(), &fold)?.as_slice())?;
                txn.commit()?;
                Ok(())
            })
            .unwrap();
        drop(engine);

        let engine = open(dir.path());
        assert_eq!(whose(&engine), lea(), "read from the log");
        assert_eq!((engine.checkpoint(true).unwrap(), engine.checkpoint(true).unwrap()), (1, 0));
        drop(engine);
        assert_eq!(whose(&open(dir.path())), lea());
    }
}
