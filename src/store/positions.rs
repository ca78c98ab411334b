//! Secondary index: where the marks of a module are in the log of its audit.
//!
//! In memory each module has its last position, and those since the last checkpoint, which writes them here. A version
//! before kept all of them in the module's row: they are read from there, until that row is written again.
//! Called by `checkpoint` and, through the hub, by whoever reads a history; calls `record`.

use std::collections::BTreeSet;

use redb::{ReadableDatabase, Table};

use super::loaded::Audit;
use super::property_rows;
use super::record;
use super::tables::{MODULES, POSITIONS};
use super::{Engine, StoreError};
use crate::domain::{Entry, ModuleId, PropertyOf};

impl Engine {
    /// Where the marks of a module, and what is set of it, after `after` are, ascending, under whichever of its names they came; `most` at most.
    pub fn positions(
        &self,
        audit: &Audit,
        module: &ModuleId,
        after: u64,
        most: usize,
    ) -> Result<Vec<u64>, StoreError> {
        // Before the tables: what a checkpoint moves there meanwhile is found twice, and not never.
        let (recent, names) = self.view(audit, |loaded| {
            let (state, own) = (&loaded.state, loaded.state.name_of(module));
            let others: Vec<ModuleId> = own.spellings().filter(|other| state.name_of(other) == own).collect();
            let marks = state.entry(module).map_or(&[][..], |entry| &entry.seqs);
            let set = state.property_of_module(module).map_or(&[][..], |set| &set.seqs);
            ([marks, set].concat(), [vec![own], others].concat())
        })?;
        let mut seqs: BTreeSet<u64> = recent.into_iter().filter(|seq| *seq > after).collect();
        self.with_rows_of(audit, |db| {
            let txn = db.begin_read()?;
            let (positions, modules) = (txn.open_table(POSITIONS)?, txn.open_table(MODULES)?);
            for module in names {
                let of = PropertyOf::Module(module.clone());
                seqs.extend(property_rows::positions(&txn, audit.no, &of, after, most)?);
                let (no, name) = (audit.no, module.as_str());
                for row in positions.range((no, name, after + 1)..=(no, name, u64::MAX))?.take(most) {
                    seqs.insert(row?.0.value().2);
                }
                if let Some(row) = modules.get((no, name))? {
                    seqs.extend(of_row(&module, row.value())?.into_iter().filter(|seq| *seq > after));
                }
            }
            Ok(seqs.into_iter().take(most).collect())
        })
    }
}

/// Those of the row that a checkpoint replaces, and those that came since.
pub(super) fn keep(
    table: &mut Table<'_, (u32, &'static str, u64), ()>,
    no: u32,
    module: &ModuleId,
    seqs: impl IntoIterator<Item = u64>,
) -> Result<(), StoreError> {
    for seq in seqs {
        table.insert((no, module.as_str(), seq), ())?;
    }
    Ok(())
}

pub(super) fn of_row(module: &ModuleId, row: &[u8]) -> Result<Vec<u64>, StoreError> {
    let entry: Entry = record::open_entry(module.as_str(), row, || format!("module {module}"))?;
    Ok(entry.seqs)
}

#[cfg(test)]
mod tests {

    use uuid::Uuid;

    use super::super::Command;
    use super::super::testing::open;
    use super::*;
    use crate::domain::id::DeviceId;
    use crate::domain::{Author, Base, Body, Mark, NewOp, Seen, Status, Token};

    fn module(n: u64) -> ModuleId {
        ModuleId::parse(format!("M{n:03}")).unwrap()
    }

    /// Marks of two modules in turn.
    fn mark(engine: &Engine, ids: std::ops::Range<u128>) {
        let op = |n: u128| NewOp {
            id: Uuid::from_u128(n),
            author: Author::new("tech_1", None).unwrap(),
            device: DeviceId::parse("dev_1").unwrap(),
            marked_ms: 1,
            base: Base::Seen(Seen::default()),
            body: Body::Mark(Mark::new(module((n % 2) as u64), Some(Some(Status::Dead)), None).unwrap()),
            stamp: None,
            believed_ms: 0,
        };
        let (token, ops) = (Token::parse("a").unwrap(), ids.map(op).collect());
        engine.commit(&[Command::AppendOrMake { token, ops }], 1).remove(0).unwrap();
    }

    /// Where the marks of module 0 are, and how many of them are in memory.
    fn found(engine: &Engine) -> (Vec<u64>, usize) {
        let audit = engine.audit(&Token::parse("a").unwrap()).unwrap();
        let seqs = engine.positions(&audit, &module(0), 0, usize::MAX).unwrap();
        (seqs, engine.view(&audit, |loaded| loaded.state.modules()[&module(0)].seqs.len()).unwrap())
    }

    #[test]
    fn positions_leave_memory_with_a_checkpoint_and_are_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path());
        mark(&engine, 0..6);
        assert_eq!(found(&engine), (vec![1, 3, 5], 3));
        engine.checkpoint(true).unwrap();
        assert_eq!(found(&engine), (vec![1, 3, 5], 1));
        mark(&engine, 6..8);
        assert_eq!(found(&engine), (vec![1, 3, 5, 7], 2));
        drop(engine);
        let engine = open(dir.path());
        assert_eq!(found(&engine), (vec![1, 3, 5, 7], 2), "the last one is in the log alone");
        engine.checkpoint(true).unwrap();
        assert_eq!(found(&engine), (vec![1, 3, 5, 7], 1));
    }

    #[test]
    fn what_a_version_before_kept_in_the_row_of_a_module_is_found_before_and_after_it_is_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path());
        mark(&engine, 0..6);
        let audit = engine.audit(&Token::parse("a").unwrap()).unwrap();
        let whole = engine.view(&audit, |loaded| loaded.state.modules()[&module(0)].clone()).unwrap();
        engine.checkpoint(true).unwrap();
        engine
            .with_db(|db| {
                let txn = db.begin_write()?;
                txn.open_table(POSITIONS)?.retain(|_, ()| false)?;
                let row = record::seal(b"M000", &whole)?;
                txn.open_table(MODULES)?.insert((audit.no, "M000"), row.as_slice())?;
                txn.commit()?;
                Ok(())
            })
            .unwrap();
        drop((audit, engine));
        let engine = open(dir.path());
        assert_eq!(found(&engine), (vec![1, 3, 5], 1));
        mark(&engine, 6..8);
        engine.checkpoint(true).unwrap();
        assert_eq!(found(&engine), (vec![1, 3, 5, 7], 1));
    }
}
