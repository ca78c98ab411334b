//! Schema: every redb table, in one list. A database is made, copied and cleared of an audit by this list alone, so
//! none can be forgotten in a backup.
//!
//! All other files of `store` use these definitions; the list is walked by `open` (make), `snapshot` (copy) and
//! `commit` (erase). Calls `record` and `chain`, which check each row that is copied.
//!
//! A mark writes `LOG` alone: a lone commit over one table writes 37 kB, over two 49 kB. The
//! tables at the end are folds of the log, written by `checkpoint`.

use redb::{Key, ReadTransaction, ReadableTable, TableDefinition, TableError, Value, WriteTransaction};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::StoreError;
use super::chain::Chain;
use super::high_water::HighWaters;
use super::record::{self, LinkRow, Parked, Shadow};
use crate::domain::OpId;
use crate::domain::photo::PhotoState;

/// Layout of all this; `open` refuses a newer one, and `migrate` knows the way from an earlier one.
pub const SCHEMA: u32 = 3;

/// Tables that came after this schema: a database of it has none until a version that knows them writes there.
const MAY_LACK: [&str; 3] = ["photos", "properties", "property_seqs"];

type Make = fn(&WriteTransaction) -> Result<(), StoreError>;
type Copy = fn(&ReadTransaction, &WriteTransaction) -> Result<(), StoreError>;
type Read = fn(&ReadTransaction) -> Result<(), StoreError>;
type Erase = fn(&WriteTransaction, u32) -> Result<(), StoreError>;

/// What is done with every table, whatever its keys and values are.
struct Table {
    #[cfg(test)]
    name: &'static str,
    make: Make,
    copy: Copy,
    read: Read,
    /// `None`: no row of it belongs to one audit, or it is wanted when the audit is gone.
    erase: Option<Erase>,
}

/// Each table: its name, key and value; the rows of an audit, by its number; how one row is checked when it is copied,
/// and how it is read whole.
macro_rules! tables {
    (@erase $table:ident) => {
        None
    };
    (@erase $table:ident $no:ident $rows:expr) => {
        Some(|txn, $no| Ok(txn.open_table($table)?.retain_in($rows, |_, _| false)?))
    };
    ($(
        $(#[$doc:meta])*
        $table:ident: $key:ty => $value:ty = $name:literal,
        $(audit $no:ident: $rows:expr,)?
        check $check:expr,
        read $read:expr;
    )*) => {
        $(
            $(#[$doc])*
            pub const $table: TableDefinition<$key, $value> = TableDefinition::new($name);
        )*

        const ALL: &[Table] = &[$(Table {
            #[cfg(test)]
            name: $name,
            make: |txn| Ok(drop(txn.open_table($table)?)),
            copy: |from, to| copy_rows(from, to, $table, $check),
            read: |txn| read_rows(txn, $table, $read),
            erase: tables!(@erase $table $($no $rows)?),
        }),*];
    };
}

tables! {
    /// `schema`, `hub_id`, `log_id`, `clock`, `cursor_key`: see `meta`.
    META: &str => &[u8] = "meta",
        check |key, value| checked(key.as_bytes(), value, "a setting"),
        // What each of them says, opening reads.
        read |key, value| checked(key.as_bytes(), value, "a setting");
    /// Token → `record::AuditRow`. The row of a removed audit stays: see there.
    AUDITS: &str => &[u8] = "audits",
        check |key, value| checked(key.as_bytes(), value, "an audit's row"),
        read |key, value| record::audit_row(key, value).map(drop);
    /// (audit number, seq) → an operation. The truth.
    LOG: (u32, u64) => &[u8] = "log",
        audit no: (no, 0)..=(no, u64::MAX),
        check {
            let mut chain = Chain::default();
            move |(no, seq), value| chain.check(no, &record::decode_op(no, seq, value)?)
        },
        // With the chain, as it is copied.
        read |(no, seq), value| record::decode_op(no, seq, value).map(drop);

    // ---- what is remembered of other hubs: see `replication` ----

    /// (audit number, another hub's log id) → `high_water::HighWaters`.
    HAVES: (u32, u128) => &[u8] = "haves",
        audit no: (no, 0)..=(no, u128::MAX),
        check |(_, log), value| checked(&log.to_be_bytes(), value, "a peer's log"),
        read |(_, log), value| HighWaters::open(Uuid::from_u128(log), value).map(drop);
    /// (audit number, first seq) → last seq, and the log that these operations came from.
    ORIGINS: (u32, u64) => &[u8] = "origins",
        audit no: (no, 0)..=(no, u64::MAX),
        check |(_, first), value| checked(&first.to_be_bytes(), value, "an origin"),
        read |(_, first), value| decoded::<(u64, Uuid)>(&first.to_be_bytes(), value, || format!("where operation {first} came from"));
    /// (audit number, link) → `record::LinkRow`.
    LINKS: (u32, &str) => &[u8] = "links",
        audit no: (no, "")..(no + 1, ""),
        check |(_, link), value| checked(link.as_bytes(), value, "a link"),
        read |(_, link), value| decoded::<LinkRow>(link.as_bytes(), value, || format!("the row of link {link}"));
    /// (audit number, link, module) → `record::Shadow`.
    SHADOWS: (u32, &str, &str) => &[u8] = "shadows",
        audit no: (no, "", "")..(no + 1, "", ""),
        check |(.., id), value| checked(id.as_bytes(), value, "a shadow"),
        read |(.., id), value| decoded::<Shadow>(id.as_bytes(), value, || format!("the shadow of {id}"));
    /// (audit number, link, module) → `record::Parked`.
    PARKED: (u32, &str, &str) => &[u8] = "parked",
        audit no: (no, "", "")..(no + 1, "", ""),
        check |(.., id), value| checked(id.as_bytes(), value, "a parked module"),
        read |(.., id), value| decoded::<Parked>(id.as_bytes(), value, || format!("parked module {id}"));

    // ---- folds of the log, up to `record::Fold::folded` ----

    /// Audit number → `record::Fold`.
    FOLDS: u32 => &[u8] = "folds",
        audit no: no..=no,
        check |no, value| checked(&no.to_be_bytes(), value, "a fold"),
        read |no, value| record::open_fold(no, value).map(drop);
    /// (audit number, module) → `domain::Entry`.
    MODULES: (u32, &str) => &[u8] = "modules",
        audit no: (no, "")..(no + 1, ""),
        check |(_, id), value| checked(id.as_bytes(), value, "a module"),
        read |(no, id), value| record::open_entry(id, value, || format!("module {id} of audit number {no}")).map(drop);
    /// (audit number, photo) → `domain::PhotoState`. Which of them count, the fold says: see `photo_rows`.
    PHOTOS: (u32, u128) => &[u8] = "photos",
        audit no: (no, 0)..=(no, u128::MAX),
        check |(_, id), value| checked(&id.to_be_bytes(), value, "a photo"),
        read |(no, id), value| decoded::<PhotoState>(&id.to_be_bytes(), value, || format!("photo {} of audit number {no}", OpId::from_u128(id)));
    /// (audit number, `PropertyOf::key`) → `domain::PropertyState`. Which of them count, the fold says: see `property_rows`.
    PROPERTIES: (u32, &str) => &[u8] = "properties",
        audit no: (no, "")..(no + 1, ""),
        check |(_, key), value| checked(key.as_bytes(), value, "properties"),
        read |(no, key), value| record::open_property(no, key, value).map(drop);
    /// (audit number, `PropertyOf::key`, seq): where operations of that are in the log.
    PROPERTY_SEQS: (u32, &str, u64) => () = "property_seqs",
        audit no: (no, "", 0)..(no + 1, "", 0),
        check |_, _| Ok(()),
        // A key and nothing else: whoever reads a history looks at the log.
        read |_, ()| Ok(());
    /// (audit number, module, seq): where its marks are in the log. A version before kept them in `MODULES`.
    POSITIONS: (u32, &str, u64) => () = "positions",
        audit no: (no, "", 0)..(no + 1, "", 0),
        check |_, _| Ok(()),
        // A key and nothing else: `verify` compares it with the log.
        read |_, ()| Ok(());
    /// (audit number, operation id) → seq: what a repeat is recognised by.
    IDS: (u32, u128) => u64 = "ids",
        audit no: (no, 0)..=(no, u128::MAX),
        check |_, _| Ok(()),
        // A position and nothing else: `verify` compares it with the log.
        read |_, _| Ok(());
}

/// All of them, for a new database.
pub fn make(txn: &WriteTransaction) -> Result<(), StoreError> {
    ALL.iter().try_for_each(|table| (table.make)(txn))
}

/// All that the source has: a copy is of the schema that its source is of.
pub fn copy(from: &ReadTransaction, to: &WriteTransaction) -> Result<(), StoreError> {
    ALL.iter().try_for_each(|table| (table.copy)(from, to))
}

/// All rows of an audit, but for the one in `AUDITS`.
pub fn erase(txn: &WriteTransaction, no: u32) -> Result<(), StoreError> {
    ALL.iter().filter_map(|table| table.erase).try_for_each(|erase| erase(txn, no))
}

/// Every row of every table, decoded.
pub fn read(txn: &ReadTransaction) -> Result<(), StoreError> {
    ALL.iter().try_for_each(|table| (table.read)(txn))
}

/// Up to where an audit's log is in its fold.
pub fn folded(txn: &ReadTransaction, no: u32) -> Result<Option<u64>, StoreError> {
    let Some(value) = txn.open_table(FOLDS)?.get(no)? else { return Ok(None) };
    Ok(Some(record::open_fold(no, value.value())?.0.folded))
}

fn decoded<T: DeserializeOwned>(
    key: &[u8],
    value: &[u8],
    what: impl Fn() -> String,
) -> Result<(), StoreError> {
    record::open::<T>(key, value, what).map(drop)
}

fn checked(key: &[u8], value: &[u8], what: &str) -> Result<(), StoreError> {
    record::check(key, value, || what.to_owned())
}

fn read_rows<K: Key + 'static, V: Value + 'static>(
    txn: &ReadTransaction,
    table: TableDefinition<K, V>,
    read: impl Fn(K::SelfType<'_>, V::SelfType<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let table = match txn.open_table(table) {
        Err(TableError::TableDoesNotExist(name)) if MAY_LACK.contains(&&*name) => return Ok(()),
        table => table?,
    };
    for row in table.iter()? {
        let (key, value) = row?;
        read(key.value(), value.value())?;
    }
    Ok(())
}

fn copy_rows<K: Key + 'static, V: Value + 'static>(
    from: &ReadTransaction,
    to: &WriteTransaction,
    table: TableDefinition<K, V>,
    mut check: impl FnMut(K::SelfType<'_>, V::SelfType<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let from = match from.open_table(table) {
        Err(TableError::TableDoesNotExist(_)) => return Ok(()),
        other => other?,
    };
    let mut to = to.open_table(table)?;
    for row in from.iter()? {
        let (key, value) = row?;
        check(key.value(), value.value())?;
        to.insert(key.value(), value.value())?;
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use redb::{Database, ReadableDatabase, ReadableTableMetadata, TableHandle};
    use uuid::Uuid;

    use super::super::file::MAIN;
    use super::super::testing::open;
    use super::super::{Command, Engine, LinkRow, PageFrom, Parked, Remember, Shadow, TakeIn};
    use super::*;
    use crate::domain::id::{DeviceId, TechnicianId};
    use crate::domain::stamp::actor_of;
    use crate::domain::{
        Author, Body, Carried, LinkName, Mark, ModuleId, Property, PropertyOf, Seen, Stamp, Status, Token,
    };

    const NOW: u64 = 1_780_000_000_000;

    pub(in crate::store) fn token(n: u8) -> Token {
        Token::parse(format!("audit_{n}")).unwrap()
    }

    /// Two audits alike, with rows in every table.
    pub(in crate::store) fn full(dir: &Path) -> Engine {
        let engine = open(dir);
        for n in 1..=2 {
            let module = ModuleId::parse("M001").unwrap();
            let op = Carried {
                id: OpId::from_u128(7),
                author: Author::new("tech_1", None).unwrap(),
                device: DeviceId::parse("dev_1").unwrap(),
                marked_ms: NOW,
                stamp: Stamp { ms: NOW, counter: 0, actor: actor_of("dev_1") },
                base: Seen::default(),
                body: Body::Mark(Mark::new(module.clone(), Some(Some(Status::Dead)), None).unwrap()),
            };
            let photo = Carried {
                id: OpId::from_u128(8),
                stamp: Stamp { counter: 1, ..op.stamp },
                body: Body::Photo(Box::default()),
                ..op.clone()
            };
            let set = [("serial".to_owned(), Some("X99".to_owned()))].into();
            let property = Carried {
                id: OpId::from_u128(9),
                stamp: Stamp { counter: 2, ..op.stamp },
                body: Body::Property(Box::new(Property::new(PropertyOf::String(3), set))),
                ..op.clone()
            };
            let shadow = Shadow {
                status: Status::Dead,
                comment: None,
                technician: TechnicianId::parse("tech_1").unwrap(),
                updated_ms: 5,
                pushed: true,
                seen: Seen::default(),
            };
            let parked = Parked { reason: "404".to_owned(), at_ms: 1, seq: 1, dropped: false };
            let remember = Remember {
                link: LinkName::parse("cloud").unwrap(),
                row: Some(LinkRow { log_id: engine.identity().log_id, ..LinkRow::default() }),
                shadows: vec![(module.clone(), shadow)],
                parked: vec![(module, Some(parked))],
            };
            let take = TakeIn {
                token: token(n),
                make: true,
                ops: vec![op, photo, property],
                from: Some(PageFrom::of(Uuid::from_u128(9), 0, 3)),
                partial: false,
                remember: vec![remember],
            };
            engine.commit(&[Command::TakeIn(Box::new(take))], NOW).remove(0).unwrap();
        }
        engine.checkpoint(true).unwrap();
        engine
    }

    /// The tables of a file and how many rows each has, as redb lists them.
    pub(in crate::store) fn rows(file: &Path) -> BTreeMap<String, u64> {
        let db = Database::open(file).unwrap();
        let txn = db.begin_read().unwrap();
        let tables = txn.list_tables().unwrap();
        tables
            .map(|table| (table.name().to_owned(), txn.open_untyped_table(table).unwrap().len().unwrap()))
            .collect()
    }

    /// What a file has and the list has not, or the other way about.
    fn unlisted(file: &Path) -> Vec<String> {
        let found: Vec<String> = rows(file).into_keys().collect();
        let listed: Vec<&str> = ALL.iter().map(|table| table.name).collect();
        let more = found.iter().filter(|name| !listed.contains(&name.as_str())).cloned();
        let fewer = listed.iter().filter(|name| !found.iter().any(|found| found == *name));
        more.chain(fewer.map(|name| (*name).to_owned())).collect()
    }

    #[test]
    fn a_database_has_the_tables_of_the_list_and_one_outside_it_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let main = dir.path().join(MAIN);
        drop(full(dir.path()));
        assert_eq!(unlisted(&main), [] as [&str; 0]);
        let empty: Vec<_> = rows(&main).into_iter().filter(|(_, rows)| *rows == 0).collect();
        assert_eq!(empty, [], "`full` fills every table: add a row there, or the tests below show nothing");

        let db = Database::open(&main).unwrap();
        let txn = db.begin_write().unwrap();
        txn.open_table(TableDefinition::<u32, u32>::new("folders")).unwrap();
        txn.commit().unwrap();
        drop(db);
        assert_eq!(unlisted(&main), ["folders"]);
    }

    #[test]
    fn a_copy_a_snapshot_and_a_restored_database_have_every_row() {
        let dir = tempfile::tempdir().unwrap();
        let engine = full(dir.path());
        engine.copy_to("copy.redb").unwrap();
        engine.snapshot().unwrap();
        drop(engine);
        let all = rows(&dir.path().join(MAIN));
        assert_eq!(rows(&dir.path().join("copy.redb")), all);
        assert_eq!(rows(&dir.path().join("snapshot-1.redb")), all);

        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::copy(dir.path().join("copy.redb"), elsewhere.path().join("restore.redb")).unwrap();
        let engine = open(elsewhere.path());
        engine.restore("restore.redb").unwrap();
        drop(engine);
        assert_eq!(rows(&elsewhere.path().join(MAIN)), all);
    }

    #[test]
    fn a_removed_audit_leaves_its_one_row_and_the_other_audit_all() {
        let dir = tempfile::tempdir().unwrap();
        let engine = full(dir.path());
        engine.copy_to("copy.redb").unwrap();
        let before = rows(&dir.path().join("copy.redb"));
        engine.commit(&[Command::Remove { token: token(1) }], NOW).remove(0).unwrap();
        drop(engine);
        let after = rows(&dir.path().join(MAIN));
        for table in ALL {
            let left = match (table.name, table.erase) {
                (_, Some(_)) => before[table.name] / 2,
                // How much was written into the audit.
                ("meta", None) => before[table.name] - 1,
                (_, None) => before[table.name],
            };
            assert_eq!(after[table.name], left, "{}", table.name);
        }
        let kept: Vec<_> = ALL.iter().filter(|table| table.erase.is_none()).map(|table| table.name).collect();
        assert_eq!(kept, ["meta", "audits"], "a table of which nothing is erased: say here why");
    }

    #[test]
    fn tables_are_defined_here_and_in_the_frozen_steps_of_migrate_alone() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut folders = vec![src.clone()];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if std::fs::read_to_string(&path).unwrap().contains("TableDefinition::") {
                    found.push(path.strip_prefix(&src).unwrap().display().to_string());
                }
            }
        }
        found.sort();
        assert_eq!(found, ["store/migrate.rs", "store/tables.rs"]);
    }
}
