//! Photos of an audit, each in a row of its own (fold table, write amplification): whatever their number, a checkpoint writes those
//! that have changed.
//!
//! Called by `loaded`, which reads them, and by `checkpoint`, which writes them; calls `record`.
//!
//! The fold's row says how many there are. A version that does not know these rows writes a fold without that word, copies a database
//! without the table, and removes an audit without them: then they are not of the fold, are passed over, and are made anew from the
//! log. So it may be the older program's turn at any time, and a database is not of another schema by them.

use std::collections::HashSet;

use redb::{ReadTransaction, TableError, WriteTransaction};

use super::StoreError;
use super::record::{self, FoldedPhotos};
use super::tables::PHOTOS;
use crate::domain::OpId;
use crate::domain::photo::{PhotoState, Photos};

/// What the tables have of an audit's photos.
#[derive(Debug)]
pub(super) struct PhotosOfFold {
    pub(super) all: Vec<(OpId, PhotoState)>,
    /// All that the fold has. Else the log is to be read for them.
    pub(super) whole: bool,
    /// They lie in rows of their own.
    pub(super) in_rows: bool,
}

impl PhotosOfFold {
    /// Whether the next checkpoint has something to do, though nothing is new.
    pub(super) fn to_move(&self) -> bool {
        !self.in_rows && !self.all.is_empty()
    }
}

pub(super) fn of_fold(
    txn: &ReadTransaction,
    no: u32,
    fold: FoldedPhotos,
) -> Result<PhotosOfFold, StoreError> {
    Ok(match fold {
        FoldedPhotos::Untold => PhotosOfFold { all: Vec::new(), whole: true, in_rows: false },
        FoldedPhotos::Within(all) => PhotosOfFold { all, whole: true, in_rows: false },
        FoldedPhotos::Rows(rows) => {
            let all = read(txn, no)?;
            if all.len() as u64 == rows {
                PhotosOfFold { all, whole: true, in_rows: true }
            } else {
                PhotosOfFold { all: Vec::new(), whole: false, in_rows: false }
            }
        }
    })
}

fn read(txn: &ReadTransaction, no: u32) -> Result<Vec<(OpId, PhotoState)>, StoreError> {
    let table = match txn.open_table(PHOTOS) {
        // A copy by a version that does not know it.
        Err(TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
        table => table?,
    };
    let rows = table.range((no, 0)..=(no, u128::MAX))?;
    rows.map(|row| {
        let (key, value) = row?;
        let id = key.value().1;
        let what = || format!("photo {} of audit number {no}", OpId::from_u128(id));
        // What a later version writes behind it is not read.
        Ok((OpId::from_u128(id), record::open(&id.to_be_bytes(), value.value(), what)?))
    })
    .collect()
}

/// Rows that a checkpoint writes: of those that have changed, or of all.
pub(super) fn changed(
    photos: &Photos,
    dirty: &HashSet<OpId>,
    anew: bool,
) -> Result<Vec<(OpId, Vec<u8>)>, StoreError> {
    let row = |(id, photo): (OpId, &PhotoState)| Ok((id, record::seal(&id.as_u128().to_be_bytes(), photo)?));
    if anew {
        return photos.iter().map(row).collect();
    }
    dirty.iter().filter_map(|id| Some((*id, photos.get(*id)?))).map(row).collect()
}

/// `anew`: instead of all that lie there.
pub(super) fn write(
    txn: &WriteTransaction,
    no: u32,
    anew: bool,
    rows: &[(OpId, Vec<u8>)],
) -> Result<(), StoreError> {
    let mut table = txn.open_table(PHOTOS)?;
    if anew {
        table.retain_in((no, 0)..=(no, u128::MAX), |_, _| false)?;
    }
    for (id, row) in rows {
        table.insert((no, id.as_u128()), row.as_slice())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::path::Path;
    use std::sync::Arc;

    use proptest::prelude::*;
    use redb::ReadableDatabase;

    use super::super::loaded::Audit;
    use super::super::record::Fold;
    use super::super::tables::FOLDS;
    use super::super::testing::open as engine_at;
    use super::super::{Command, Engine};
    use super::*;
    use crate::domain::id::DeviceId;
    use crate::domain::photo::{BlobHash, PhotoPlace, PhotoVariant};
    use crate::domain::{Author, Base, Body, ModuleId, NewOp, Photo, PhotoEdit, Token};

    const NOW: u64 = 1_780_000_000_000;

    fn token() -> Token {
        Token::parse("jalibat").unwrap()
    }

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

    fn place(n: u8) -> PhotoPlace {
        PhotoPlace { module: ModuleId::parse(format!("M{n:03}")).ok(), string: None }
    }

    fn photo(n: u8) -> NewOp {
        let variant = PhotoVariant {
            class: "thumb".into(),
            hash: BlobHash::of(&[n]),
            bytes: 9,
            media_type: "image/jpeg".into(),
            size: Some((320, 240)),
        };
        let photo = Photo { at: place(n), variants: vec![variant], ..Photo::default() };
        op(n.into(), Body::Photo(Box::new(photo)))
    }

    fn edit(n: u128, of: u8, caption: &str, taken_out: bool) -> NewOp {
        let edit = PhotoEdit {
            caption: Some(Some(caption.to_owned())),
            taken_out: Some(taken_out),
            ..PhotoEdit::of(OpId::from_u128(of.into()))
        };
        op(1_000 + n, Body::PhotoEdit(Box::new(edit)))
    }

    fn commit(engine: &Engine, ops: Vec<NewOp>) {
        engine.commit(&[Command::AppendOrMake { token: token(), ops }], NOW).remove(0).unwrap();
    }

    fn audit(engine: &Engine) -> Arc<Audit> {
        engine.audit(&token()).unwrap()
    }

    fn photos(engine: &Engine) -> Photos {
        engine.view(&audit(engine), |loaded| loaded.state.photos().clone()).unwrap()
    }

    /// What its log comes to.
    fn of_log(engine: &Engine) -> Photos {
        let mut photos = Photos::default();
        for op in engine.since(&audit(engine), 0, usize::MAX).unwrap().ops {
            let (id, mut photo) = photos.found(op.id, &op.body).unwrap();
            photo.apply(&op);
            photos.publish(id, photo);
        }
        photos
    }

    fn rows(engine: &Engine) -> Photos {
        let no = audit(engine).no;
        engine.with_db(|db| Ok(read(&db.begin_read()?, no)?.into_iter().collect())).unwrap()
    }

    #[derive(Debug, Clone)]
    enum Step {
        Photo(u8),
        Edit(u8, String, bool),
        Checkpoint,
        Reopen,
        /// A version that knows no photos writes the fold.
        OlderFold,
        /// It takes a snapshot, and that is put back.
        OlderCopy,
    }

    fn older_fold(engine: &Engine) {
        engine.checkpoint(true).unwrap();
        let audit = audit(engine);
        let (folded, details) =
            engine.view(&audit, |loaded| (loaded.state.head, loaded.state.details().clone())).unwrap();
        let fold = Fold { folded, details, ..Fold::default() };
        put_fold(engine, audit.no, record::seal(&audit.no.to_be_bytes(), &fold).unwrap());
    }

    fn put_fold(engine: &Engine, no: u32, row: Vec<u8>) {
        engine
            .with_db(|db| {
                let txn = db.begin_write()?;
                txn.open_table(FOLDS)?.insert(no, row.as_slice())?;
                txn.commit()?;
                Ok(())
            })
            .unwrap();
    }

    fn drop_table(engine: &Engine) {
        engine
            .with_db(|db| {
                let txn = db.begin_write()?;
                txn.delete_table(PHOTOS)?;
                txn.commit()?;
                Ok(())
            })
            .unwrap();
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            6 => (0..8_u8).prop_map(Step::Photo),
            6 => (0..10_u8, "[a-c]{1,2}", any::<bool>()).prop_map(|(of, says, out)| Step::Edit(of, says, out)),
            3 => Just(Step::Checkpoint),
            3 => Just(Step::Reopen),
            1 => Just(Step::OlderFold),
            1 => Just(Step::OlderCopy),
        ];
        prop::collection::vec(step, 1..30)
    }

    fn play(dir: &Path, steps: Vec<Step>) {
        let mut engine = Some(engine_at(dir));
        commit(engine.as_ref().unwrap(), vec![photo(99)]);
        for (n, step) in (0_u128..).zip(steps) {
            let here = engine.as_ref().unwrap();
            match &step {
                Step::Photo(n) => commit(here, vec![photo(*n)]),
                Step::Edit(of, says, out) => commit(here, vec![edit(n, *of, says, *out)]),
                Step::Checkpoint => {
                    here.checkpoint(true).unwrap();
                    assert_eq!(rows(here), of_log(here), "the rows are the fold of the log");
                }
                Step::OlderFold => older_fold(here),
                Step::OlderCopy => drop_table(here),
                Step::Reopen => {}
            }
            if matches!(step, Step::Reopen | Step::OlderFold | Step::OlderCopy) {
                drop(engine.take());
                engine = Some(engine_at(dir));
            }
            let here = engine.as_ref().unwrap();
            assert_eq!(photos(here), of_log(here), "what is shown is the fold of the log");
        }
        let here = engine.as_ref().unwrap();
        here.checkpoint(true).unwrap();
        assert_eq!(rows(here), of_log(here));
        assert_eq!(here.checkpoint(true).unwrap(), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn whoever_wrote_last_the_photos_are_the_fold_of_the_log(steps in steps()) {
            play(tempfile::tempdir().unwrap().path(), steps);
        }
    }

    #[test]
    fn rows_that_an_older_version_left_of_a_removed_audit_are_none_of_the_next_one() {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine_at(dir.path());
        commit(&engine, vec![photo(1), photo(2)]);
        engine.checkpoint(true).unwrap();
        let no = audit(&engine).no;
        let left = engine.with_db(|db| read(&db.begin_read()?, no)).unwrap();
        engine.commit(&[Command::Remove { token: token() }], NOW).remove(0).unwrap();
        let left: Vec<_> = left
            .into_iter()
            .map(|(id, photo)| (id, record::seal(&id.as_u128().to_be_bytes(), &photo).unwrap()))
            .collect();
        engine
            .with_db(|db| {
                let txn = db.begin_write()?;
                write(&txn, no, false, &left)?;
                txn.commit()?;
                Ok(())
            })
            .unwrap();
        commit(&engine, vec![photo(3)]);
        assert_eq!(audit(&engine).no, no, "the same number");
        engine.checkpoint(true).unwrap();
        assert_eq!((rows(&engine).len(), photos(&engine).len()), (1, 1));
        drop(engine);
        assert_eq!(photos(&engine_at(dir.path())).len(), 1);
    }

    /// A backup by the first program with photos has them in the row of the fold, and no table for them.
    #[test]
    fn a_backup_without_the_table_is_restored_with_its_photos() {
        let dir = tempfile::tempdir().unwrap();
        let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hub-photos-in-fold.redb.gz");
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(std::fs::File::open(fixture).unwrap()).read_to_end(&mut bytes).unwrap();
        std::fs::write(dir.path().join("restore.redb"), bytes).unwrap();
        let engine = engine_at(dir.path());
        engine.restore("restore.redb").unwrap();
        assert_eq!(photos(&engine).shown(), 11);
        engine.checkpoint(true).unwrap();
        engine.copy_to("restore.redb").unwrap();
        engine.restore("restore.redb").unwrap();
        assert_eq!((photos(&engine).shown(), rows(&engine).len()), (11, 13));
    }

    #[test]
    fn a_checkpoint_writes_the_rows_of_those_that_have_changed() {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine_at(dir.path());
        commit(&engine, (0..50).map(photo).collect());
        engine.checkpoint(true).unwrap();
        commit(&engine, vec![edit(1, 7, "busbar", false)]);
        let changed = engine
            .view(&audit(&engine), |here| changed(here.state.photos(), &here.dirty_photos, here.photos_anew))
            .unwrap()
            .unwrap();
        assert_eq!(changed.into_iter().map(|(id, _)| id.as_u128()).collect::<Vec<_>>(), [7]);
    }
}
