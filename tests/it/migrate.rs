//! A database of an earlier schema: read as if it were of this one, after a snapshot, whatever happens to the power.

use std::io::Read;
use std::sync::Arc;

use crate::common::sim_disk::SimDisk;
use fieldhub::domain::id::DeviceId;
use fieldhub::domain::op::Note;
use fieldhub::domain::{Author, Base, Body, Digest, ModuleId, NewOp, OpId, Status, Token};
use fieldhub::store::{Command, Engine, Medium, Options, StoreError};
use redb::{ReadableDatabase, TableDefinition};
use uuid::Uuid;

const MAIN: &str = "fieldhub.redb";
const SNAPSHOT: &str = "snapshot-1.redb";
/// The schema of today, and how many tables it has.
const NOW: (u8, usize) = (3, 12);
const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");

/// Each made by the last program of its schema, with an audit `old`: 20 modules marked twice, dead and then ok, with a
/// comment.
const EARLIER: [(u8, usize, &[u8]); 2] = [
    (1, 6, include_bytes!("../fixtures/hub-schema-1.redb.gz")),
    // Killed: the last marks are in no fold. And `again`, with 3 marks, which was removed and made again, with 2.
    (2, 11, include_bytes!("../fixtures/hub-schema-2.redb.gz")),
];

fn unpacked(packed: &[u8]) -> SimDisk {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    let disk = SimDisk::new(1);
    disk.plant(MAIN, bytes);
    disk
}

fn open(disk: &SimDisk, min_free_bytes: u64) -> Result<Engine, StoreError> {
    let dated = || "20260101T000000000Z".to_owned();
    Engine::open(
        Arc::new(disk.clone()),
        Options { mint: Uuid::new_v4, dated, min_free_bytes, opening: |_| (), bounds: Default::default() },
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

fn log_id(packed: &[u8]) -> Uuid {
    open(&unpacked(packed), 0).unwrap().identity().log_id
}

/// All digests of an audit's log, from 0 to one beyond its end.
fn digests(engine: &Engine, token: &str) -> Vec<Option<Digest>> {
    let audit = engine.audit(&Token::parse(token).unwrap()).unwrap();
    let head = engine.view(&audit, |loaded| loaded.state.head).unwrap();
    (0..=head + 1).map(|seq| engine.digest_at(&audit, seq).unwrap()).collect()
}

fn word(engine: &Engine, token: &str, n: u128) {
    let op = NewOp {
        id: OpId::from_u128(n),
        author: Author::new("tech_1", None).unwrap(),
        device: DeviceId::parse("dev_1").unwrap(),
        marked_ms: 5,
        base: Base::Everything,
        body: Body::Note(Note::new("in the evening").unwrap()),
        stamp: None,
        believed_ms: 0,
    };
    let command = Command::Append { token: Token::parse(token).unwrap(), ops: vec![op] };
    engine.commit(&[command], 1_900_000_000_000).remove(0).unwrap();
}

#[test]
fn a_log_without_digests_has_one_at_its_end_and_they_go_on_from_there() {
    for (of, _, packed) in EARLIER {
        let disk = unpacked(packed);
        let engine = open(&disk, 0).unwrap();
        let old = digests(&engine, "old");
        let head = old.len() - 2;
        assert!(head >= 40 && old[head].is_some(), "{of}");
        assert!(
            old.iter().enumerate().all(|(seq, digest)| (seq == head) == digest.is_some()),
            "{of}: {old:?}"
        );
        for n in 1..=3 {
            word(&engine, "old", n);
        }
        let on = digests(&engine, "old");
        assert_eq!((on[..=head].to_vec(), on.len()), (old[..=head].to_vec(), old.len() + 3), "{of}");
        assert!(on[head..head + 4].iter().all(Option::is_some), "{of}");
        // A copy is made of a log whose chain holds from its very first row on.
        engine.copy_to("copy.redb").unwrap();
        drop(engine);
        disk.plant(MAIN, disk.bytes("copy.redb").unwrap());
        assert_eq!(
            digests(&open(&disk, 0).unwrap(), "old"),
            on,
            "{of}: of what was there, and not of the moment"
        );
        assert_eq!(digests(&open(&unpacked(packed), 0).unwrap(), "old"), old, "{of}");
    }
}

#[test]
fn an_audit_that_was_removed_and_made_again_before_has_the_digest_of_its_second_life() {
    let disk = unpacked(EARLIER[1].2);
    let engine = open(&disk, 0).unwrap();
    let again = digests(&engine, "again");
    let audit = engine.audit(&Token::parse("again").unwrap()).unwrap();
    let start = engine.view(&audit, |loaded| loaded.start).unwrap();
    assert!(start > 3 && again.len() as u64 > start + 3, "it begins where the first one ended");
    word(&engine, "again", 1);
    assert_eq!(digests(&engine, "again").iter().flatten().count(), 2);
    engine.copy_to("copy.redb").unwrap();
}

#[test]
fn a_secret_of_its_own_is_made_once() {
    let key = |disk: &SimDisk| {
        let given = open(disk, 0).unwrap().cursor_key();
        let token = Token::parse("old").unwrap();
        given.prove(Uuid::nil(), &token, 1, Digest::EMPTY).to_string()
    };
    let (disk, other) = (unpacked(EARLIER[1].2), unpacked(EARLIER[1].2));
    let first = key(&disk);
    assert_eq!(key(&disk), first);
    assert_ne!(key(&other), first);
}

#[test]
fn an_earlier_database_becomes_one_of_this_version_after_a_snapshot() {
    for (of, tables, packed) in EARLIER {
        let disk = unpacked(packed);
        assert_eq!(schema(&disk, MAIN), (of, tables), "the fixture is what it says");
        let engine = open(&disk, 0).unwrap();
        check(&engine, log_id(packed));
        let audits = engine.tokens().len();
        drop(engine);
        assert_eq!(schema(&disk, MAIN), NOW);
        assert_eq!(schema(&disk, SNAPSHOT).0, of, "the way back is as the earlier version wrote it");

        // Once is enough.
        let before = disk.bytes(SNAPSHOT).unwrap();
        drop(open(&disk, 0).unwrap());
        assert!(disk.bytes(SNAPSHOT).unwrap() == before);

        // The snapshot takes its place when it is damaged, and becomes newer as well.
        disk.plant(MAIN, vec![7; 4096]);
        let engine = open(&disk, 0).unwrap();
        assert_eq!(engine.tokens().len(), audits);
        assert_ne!(engine.identity().log_id, log_id(packed));
    }
}

#[test]
fn a_cut_at_any_moment_of_it_loses_nothing() {
    for (of, _, packed) in EARLIER {
        let log_id = log_id(packed);
        let digest = digests(&open(&unpacked(packed), 0).unwrap(), "old");
        let whole = (1..2000_u64)
            .find(|cut| {
                let disk = unpacked(packed);
                disk.cut_at(*cut);
                let done = open(&disk, 0).map(drop).is_ok() && disk.is_on();
                disk.boot();
                let engine = open(&disk, 0).unwrap_or_else(|error| panic!("of {of}, cut {cut}: {error}"));
                check(&engine, log_id);
                assert_eq!(digests(&engine, "old"), digest, "of {of}, cut {cut}");
                drop(engine);
                assert_eq!(schema(&disk, MAIN), NOW, "of {of}, cut {cut}");
                done
            })
            .expect("it comes to an end");
        assert!(whole > 20, "there was something to cut: {whole}");
        println!("{whole} moments from schema {of}");
    }
}

#[test]
fn a_full_disk_has_no_snapshot_and_a_hub() {
    for (_, _, packed) in EARLIER {
        let disk = unpacked(packed);
        let engine = open(&disk, u64::MAX).unwrap();
        check(&engine, log_id(packed));
        drop(engine);
        assert_eq!(disk.names().unwrap(), [MAIN]);
        assert_eq!(schema(&disk, MAIN), NOW);
    }
}
