//! The hub of before properties: it keeps what it does not know, and passes it on as it came. What it has written
//! (`properties-hub-before.redb.gz`, `properties-page-before.bin`: it was sent the page that is made here, then a mark, and was stopped)
//! this version reads.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use crate::common::sim_disk::SimDisk;
use crate::common::{NOW, TestHub};
use fieldhub::domain::id::DeviceId;
use fieldhub::domain::page::{self, Encoder, Header};
use fieldhub::domain::stamp::actor_of;
use fieldhub::domain::{
    Author, Body, Carried, Mark, ModuleId, OpId, Property, PropertyOf, Seen, Stamp, Status, Token,
};
use fieldhub::store::{Engine, Options};
use hyper::Method;
use uuid::Uuid;

const FIRST: u128 = 0x0199_0000_0000_7000_8000_0000_0000_0200;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn page_of_before() -> Vec<u8> {
    fixture("properties-page-before.bin")
}

fn carried(n: u128, who: &str, body: Body) -> Carried {
    let device = format!("dev_{who}");
    let ms = NOW + n as u64;
    Carried {
        id: OpId::from_u128(FIRST + n),
        author: Author::new(format!("tech_{who}"), None).unwrap(),
        device: DeviceId::parse(device.as_str()).unwrap(),
        marked_ms: ms,
        stamp: Stamp { ms, counter: 0, actor: actor_of(&device) },
        base: Seen::default(),
        body,
    }
}

fn set(of: PropertyOf, name: &str, value: &str) -> Body {
    let set = BTreeMap::from([(name.to_owned(), Some(value.to_owned()))]);
    Body::Property(Box::new(Property::new(of, set)))
}

/// A mark, what is set of a module by two who did not know of each other, of a string and of the audit, and what only a later version
/// says.
fn night() -> Vec<Carried> {
    let m050 = ModuleId::parse("M050").unwrap();
    let of = || PropertyOf::Module(m050.clone());
    let Body::Property(mut later) = set(of(), "serial", "JKM-0050") else { unreachable!("it is one") };
    later.later = vec![7, 7, 7];
    vec![
        carried(1, "lea", Body::Mark(Mark::new(m050.clone(), Some(Some(Status::Dead)), None).unwrap())),
        carried(2, "lea", set(of(), "severity", "B")),
        carried(3, "tom", set(of(), "severity", "C")),
        carried(4, "lea", set(PropertyOf::String(3), "current_a", "3.5")),
        carried(5, "lea", set(PropertyOf::Audit, "weather", "clear")),
        carried(6, "lea", Body::Property(later)),
        carried(7, "lea", Body::Unknown { kind: 9, bytes: vec![9, 1, 2, 3] }),
    ]
}

fn sent() -> Vec<u8> {
    let mut encoder = Encoder::default();
    night().iter().for_each(|op| assert!(encoder.push(op).unwrap()));
    let (token, log_id) = (Token::parse("jalibat").unwrap(), Uuid::from_u128(77));
    let header = Header { hub_id: Uuid::nil(), log_id, token, after: 0, upto: 7, head: 7, partial: false };
    encoder.finish(header).unwrap()
}

#[test]
fn the_hub_of_before_passes_what_is_set_on_as_it_came() {
    if let Some(path) = std::env::var_os("FIELDHUB_WRITE_PAGE") {
        std::fs::write(path, sent()).unwrap();
    }
    let page = page::decode(&page_of_before()).unwrap();
    assert_eq!(page.ops.len(), 8, "and the mark that was made there");
    assert_eq!(page.ops[..7], night()[..], "also what only a later version says");
}

fn open(disk: &SimDisk) -> Engine {
    let dated = || "20260101T000000000Z".to_owned();
    let bounds = Default::default();
    let options = Options { mint: Uuid::new_v4, dated, min_free_bytes: 0, opening: |_| (), bounds };
    Engine::open(Arc::new(disk.clone()), options).unwrap()
}

#[test]
fn a_database_of_before_has_what_is_set_found_in_its_log() {
    let mut bytes = Vec::new();
    let packed = fixture("properties-hub-before.redb.gz");
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes).unwrap();
    let disk = SimDisk::new(1);
    disk.plant("fieldhub.redb", bytes);
    let shown = |engine: &Engine| {
        let audit = engine.audit(&Token::parse("jalibat").unwrap()).unwrap();
        let m050 = ModuleId::parse("M050").unwrap();
        let set = |loaded: &fieldhub::store::Loaded, of| {
            let set = loaded.state.property(&of).unwrap();
            let values: Vec<String> =
                set.values().map(|(name, value, _)| format!("{name}={value}")).collect();
            (values.join(" "), set.conflicts().map(str::to_owned).collect::<Vec<_>>())
        };
        let all = engine.view(&audit, |loaded| {
            assert_eq!(loaded.state.properties().len(), 3);
            [PropertyOf::Module(m050.clone()), PropertyOf::String(3), PropertyOf::Audit]
                .map(|of| set(loaded, of))
        });
        (all.unwrap(), engine.positions(&audit, &m050, 0, 99).unwrap())
    };
    let one = |text: &str| (text.to_owned(), Vec::new());
    let m050 = ("serial=JKM-0050 severity=C".to_owned(), vec!["severity".to_owned()]);
    let expected = ([m050, one("current_a=3.5"), one("weather=clear")], vec![1, 2, 3, 6, 8]);
    let engine = open(&disk);
    assert_eq!(engine.damaged_files(), [] as [&str; 0]);
    assert_eq!(shown(&engine), expected, "from the log");
    assert_eq!(engine.checkpoint(true).unwrap(), 1, "the tables are told, though nothing is new");
    drop(engine);
    let engine = open(&disk);
    assert_eq!(shown(&engine), expected, "from the tables");
    assert_eq!(engine.checkpoint(true).unwrap(), 0);
}

#[tokio::test]
async fn a_page_of_before_is_taken_and_given_on() {
    let hub = TestHub::start().await;
    let taken = hub.client.call(Method::POST, "/api/v1/peer/jalibat/ops", page_of_before()).await.json();
    assert_eq!(taken["new"], 8, "{taken}");
    let given = hub.client.get("/api/v1/peer/jalibat/ops").await.body;
    assert_eq!(page::decode(&given).unwrap().ops[..7], night()[..]);
    let state = hub.client.get("/api/v1/audits/jalibat").await.json();
    assert_eq!(state["properties"]["weather"], "clear");
}
