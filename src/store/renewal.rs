//! Renewal of a hub's identity. Data that were copied, a card or a directory, must not go on under the ids of their
//! original: whoever counts in its log would take the one for the other.
//!
//! Called by `hub` when the database is opened, by the writer on somebody's wish, and by `backup` after a restore.

use redb::{Database, WriteTransaction};
use uuid::Uuid;

use super::identity::{self, MachineRow, put_machine};
use super::meta::{self, HUB_ID, LOG_ID, MACHINE};
use super::tables::META;
use super::{Engine, StoreError};
use crate::domain::Fingerprint;

impl Engine {
    /// Compare the machine with the one that the data were last on. On another one the hub is another hub, with another
    /// log: everybody sends again what they hold, which is harmless.
    pub fn settle_on(&self, machine: Fingerprint) -> Result<(), StoreError> {
        if machine.is_empty() {
            return Ok(());
        }
        let settled = self.settle(&machine);
        *self.machine.lock() = Some(machine);
        if settled.is_err() {
            // After a failed commit only reading tells what lies on the disk: it was opened again.
            self.ready()?;
        }
        settled
    }

    fn settle(&self, machine: &Fingerprint) -> Result<(), StoreError> {
        let was = self.machine_row()?;
        match &was {
            None => self.rewrite_identity(|txn, _| {
                // What an earlier version wrote stays what it is: an update costs nobody a byte.
                put_machine(txn, machine, machine.instance_of(self.identity().hub_id))
            }),
            Some(was) => match was.fingerprint.differs_from(machine) {
                Some(differs) => {
                    tracing::warn!(
                        differs,
                        "these data come from another machine: the hub takes a new id and begins a new log"
                    );
                    self.renew(machine)
                }
                None => {
                    let both = was.fingerprint.seen_again(machine);
                    if both == was.fingerprint {
                        Ok(())
                    } else {
                        self.rewrite_identity(|txn, _| put_machine(txn, &both, was.instance))
                    }
                }
            },
        }
    }

    /// Be another hub from now on, with another log: somebody knows that these data run elsewhere too.
    pub fn new_identity(&self) -> Result<(), StoreError> {
        let known = self.machine_row()?.map(|row| row.fingerprint);
        let machine = self.machine.lock().clone().or(known).unwrap_or_default();
        self.renew(&machine)
    }

    /// A restore brings data, and the hub stays who it is: before the restored database takes the place of this one.
    pub(super) fn keep_identity(&self, restored: &Database) -> Result<(), StoreError> {
        let Some(machine) = self.machine.lock().clone() else { return Ok(()) };
        let before = self.identity();
        let instance = before.instance.unwrap_or_else(|| machine.instance_of(before.hub_id));
        let txn = restored.begin_write()?;
        meta::put_meta(&txn, HUB_ID, &before.hub_id)?;
        put_machine(&txn, &machine, instance)?;
        txn.commit()?;
        Ok(())
    }

    fn renew(&self, machine: &Fingerprint) -> Result<(), StoreError> {
        self.rewrite_identity(|txn, mint| {
            let hub_id = mint();
            meta::put_meta(txn, HUB_ID, &hub_id)?;
            meta::put_meta(txn, LOG_ID, &mint())?;
            if machine.is_empty() {
                return Ok(());
            }
            put_machine(txn, machine, machine.instance_of(hub_id))
        })
    }

    fn machine_row(&self) -> Result<Option<MachineRow>, StoreError> {
        self.with_db(|db| {
            let txn = redb::ReadableDatabase::begin_read(db)?;
            meta::find_meta(&txn.open_table(META)?, MACHINE)
        })
    }

    /// All of it in one transaction, and then in memory as it lies on the disk.
    fn rewrite_identity(
        &self,
        write: impl FnOnce(&WriteTransaction, fn() -> Uuid) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let _turn = self.turn.lock();
        let identity = self.with_db(|db| {
            let txn = db.begin_write()?;
            write(&txn, self.options.mint)?;
            txn.commit()?;
            let txn = redb::ReadableDatabase::begin_read(db)?;
            identity::read(&txn.open_table(META)?)
        })?;
        self.set_identity(identity);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::identity::Identity;
    use super::super::testing::open;
    use super::*;

    fn machine(board: &str) -> Fingerprint {
        let mut machine = Fingerprint::default();
        machine.add("board", board.as_bytes());
        machine
    }

    /// Who the hub is that opens these data there.
    fn on(dir: &Path, board: &str) -> Identity {
        let engine = open(dir);
        engine.settle_on(machine(board)).unwrap();
        assert_eq!(engine.identity(), open_again(engine, dir), "it lies on the disk");
        open(dir).identity()
    }

    fn open_again(engine: Engine, dir: &Path) -> Identity {
        drop(engine);
        open(dir).identity()
    }

    #[test]
    fn data_that_wake_elsewhere_are_another_hub_with_another_log_and_at_home_nothing_changes() {
        let dir = tempfile::tempdir().unwrap();
        let unsettled = open(dir.path()).identity();
        assert_eq!(unsettled.instance, None);
        let home = on(dir.path(), "van 1");
        assert_eq!(
            (home.hub_id, home.log_id),
            (unsettled.hub_id, unsettled.log_id),
            "an update mints nothing"
        );
        assert!(home.instance.is_some());
        for _ in 0..3 {
            assert_eq!(on(dir.path(), "van 1"), home);
        }
        let away = on(dir.path(), "van 2");
        assert_ne!(away.hub_id, home.hub_id);
        assert_ne!(away.log_id, home.log_id);
        assert_ne!(away.instance, home.instance);
        assert_eq!(on(dir.path(), "van 2"), away);
    }

    #[test]
    fn nothing_known_of_a_machine_changes_nothing_and_more_known_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let home = on(dir.path(), "van 1");
        let engine = open(dir.path());
        engine.settle_on(Fingerprint::default()).unwrap();
        assert_eq!(engine.identity(), home);
        let mut card = Fingerprint::default();
        card.add("card", b"SC32G");
        engine.settle_on(card).unwrap();
        assert_eq!(engine.identity(), home, "the board could not be read this time");
        drop(engine);
        assert_ne!(on(dir.path(), "van 2"), home, "and is known all the same");
    }

    #[test]
    fn somebody_may_give_a_hub_a_new_identity() {
        let dir = tempfile::tempdir().unwrap();
        let home = on(dir.path(), "van 1");
        let engine = open(dir.path());
        engine.settle_on(machine("van 1")).unwrap();
        engine.new_identity().unwrap();
        let new = engine.identity();
        assert!(new.hub_id != home.hub_id && new.log_id != home.log_id && new.instance != home.instance);
        drop(engine);
        assert_eq!(on(dir.path(), "van 1"), new);
        // One of which nothing is known has no instance, and new ids all the same.
        let bare = tempfile::tempdir().unwrap();
        let engine = open(bare.path());
        let before = engine.identity();
        engine.new_identity().unwrap();
        let new = engine.identity();
        assert!(new.hub_id != before.hub_id && new.log_id != before.log_id && new.instance.is_none());
    }

    #[test]
    fn a_restore_makes_no_hub_another_one() {
        let (van, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let home = on(van.path(), "van 1");
        open(van.path()).copy_to("copy.redb").unwrap();
        let elsewhere = on(other.path(), "van 2");
        let restore = |dir: &Path, board: &str| {
            std::fs::copy(van.path().join("copy.redb"), dir.join("restore.redb")).unwrap();
            let engine = open(dir);
            engine.settle_on(machine(board)).unwrap();
            engine.restore("restore.redb").unwrap();
            engine.identity()
        };
        let restored = restore(other.path(), "van 2");
        assert_eq!((restored.hub_id, restored.instance), (elsewhere.hub_id, elsewhere.instance));
        assert_ne!(restored.log_id, home.log_id);
        assert_eq!(on(other.path(), "van 2"), restored);
        // Its own, of before it became another one: that id may be another's by now.
        open(van.path()).new_identity().unwrap();
        let renewed = open(van.path()).identity();
        let restored = restore(van.path(), "van 1");
        assert_eq!((restored.hub_id, restored.instance), (renewed.hub_id, renewed.instance));
        assert!(restored.log_id != home.log_id && restored.log_id != renewed.log_id);
    }
}
