//! A database of an earlier schema: read as if it were of this one, after a snapshot, whatever happens to the power.

use std::io::Read;
use std::sync::Arc;

use crate::common::sim_disk::SimDisk;
use fieldhub::domain::{ModuleId, Status, Token};
use fieldhub::store::{Engine, Medium, Options, StoreError};
use redb::{ReadableDatabase, TableDefinition};
use uuid::Uuid;

const MAIN: &str = "fieldhub.redb";
const SNAPSHOT: &str = "snapshot-1.redb";
const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");

/// Made by the last program of schema 1: 20 modules marked twice, dead and then ok, with a comment.
fn of_schema_1() -> SimDisk {
    let mut bytes = Vec::new();
    let packed = include_bytes!("../fixtures/hub-schema-1.redb.gz");
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes).unwrap();
    let disk = SimDisk::new(1);
    disk.plant(MAIN, bytes);
    disk
}

fn open(disk: &SimDisk, min_free_bytes: u64) -> Result<Engine, StoreError> {
    let dated = || "20260101T000000000Z".to_owned();
    Engine::open(
        Arc::new(disk.clone()),
        Options { mint: Uuid::new_v4, dated, min_free_bytes, opening: |_| () },
    )
}

/// The schema that a file says it is of, and how many tables it has.
fn schema(disk: &SimDisk, name: &str) -> (u8, usize) {
    let db = redb::Builder::new().create_with_backend(disk.fork().open(name).unwrap()).unwrap();
    let txn = db.begin_read().unwrap();
    let row = txn.open_table(META).unwrap().get("schema").unwrap().unwrap().value().to_vec();
    (*row.last().unwrap(), txn.list_tables().unwrap().count())
}

#[track_caller]
fn check(engine: &Engine, log_id: Uuid) {
    assert_eq!(engine.damaged_files(), [] as [&str; 0]);
    assert_eq!(engine.identity().log_id, log_id, "it is the same log");
    let token = Token::parse("old").unwrap();
    let audit = engine.audit(&token).unwrap();
    let page = engine.since(&audit, 0, 1000).unwrap();
    assert_eq!(page.ops.iter().filter(|op| op.body.module().is_some()).count(), 40);
    let marks = engine
        .view(&audit, |loaded| {
            (1..=20)
                .map(|n| {
                    let id = ModuleId::parse(format!("M{n:03}")).unwrap();
                    let state = &loaded.state.modules()[&id].state;
                    (state.status(), state.comment().map(str::to_owned))
                })
                .collect::<Vec<_>>()
        })
        .unwrap();
    let wanted: Vec<_> = (1..=20).map(|n| (Some(Status::Ok), Some(format!("row {n}")))).collect();
    assert_eq!(marks, wanted);
}

fn log_id() -> Uuid {
    let disk = of_schema_1();
    open(&disk, 0).unwrap().identity().log_id
}

#[test]
fn an_earlier_database_becomes_one_of_this_version_after_a_snapshot() {
    let disk = of_schema_1();
    assert_eq!(schema(&disk, MAIN), (1, 6), "the fixture is what it says");
    let engine = open(&disk, 0).unwrap();
    check(&engine, log_id());
    drop(engine);
    assert_eq!(schema(&disk, MAIN), (2, 11));
    assert_eq!(schema(&disk, SNAPSHOT).0, 1, "the way back is as the earlier version wrote it");

    // Once is enough.
    let before = disk.bytes(SNAPSHOT).unwrap();
    drop(open(&disk, 0).unwrap());
    assert!(disk.bytes(SNAPSHOT).unwrap() == before);

    // The snapshot takes its place when it is damaged, and becomes newer as well.
    disk.plant(MAIN, vec![7; 4096]);
    let engine = open(&disk, 0).unwrap();
    assert_eq!(engine.tokens().len(), 1);
    assert_ne!(engine.identity().log_id, log_id());
}

#[test]
fn a_cut_at_any_moment_of_it_loses_nothing() {
    let log_id = log_id();
    let whole = (1..2000_u64)
        .find(|cut| {
            let disk = of_schema_1();
            disk.cut_at(*cut);
            let done = open(&disk, 0).map(drop).is_ok() && disk.is_on();
            disk.boot();
            let engine = open(&disk, 0).unwrap_or_else(|error| panic!("cut {cut}: {error}"));
            check(&engine, log_id);
            drop(engine);
            assert_eq!(schema(&disk, MAIN), (2, 11), "cut {cut}");
            done
        })
        .expect("it comes to an end");
    assert!(whole > 20, "there was something to cut: {whole}");
    println!("{whole} moments");
}

#[test]
fn a_full_disk_has_no_snapshot_and_a_hub() {
    let disk = of_schema_1();
    let engine = open(&disk, u64::MAX).unwrap();
    check(&engine, log_id());
    drop(engine);
    assert_eq!(disk.names().unwrap(), [MAIN]);
    assert_eq!(schema(&disk, MAIN), (2, 11));
}
