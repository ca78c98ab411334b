//! The hub of before photos: it keeps what it does not know, and passes it on as it came. What it has written (`photos-hub-before.redb.gz`,
//! `photos-page-before.bin`: it was sent the page that is made here, then a mark, and was stopped) this version reads. And what the first
//! program with photos has written, which had all of an audit in one row (`hub-photos-in-fold.redb.gz`).

use std::io::Read;
use std::sync::Arc;

use crate::common::sim_disk::SimDisk;
use crate::common::{NOW, TestHub};
use fieldhub::domain::id::DeviceId;
use fieldhub::domain::page::{self, Encoder, Header};
use fieldhub::domain::photo::{PhotoPlace, PhotoVariant, Photos};
use fieldhub::domain::stamp::actor_of;
use fieldhub::domain::{
    Author, BlobHash, Body, Carried, Mark, ModuleId, OpId, Photo, PhotoEdit, Seen, Stamp, Status, Token,
};
use fieldhub::store::{Engine, Options};
use hyper::Method;
use uuid::Uuid;

const PHOTO: u128 = 0x0199_0000_0000_7000_8000_0000_0000_0002;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn page_of_before() -> Vec<u8> {
    fixture("photos-page-before.bin")
}

fn carried(n: u128, ms: u64, body: Body) -> Carried {
    Carried {
        id: OpId::from_u128(PHOTO - 2 + n),
        author: Author::new("tech_lea", Some("Léa".into())).unwrap(),
        device: DeviceId::parse("dev_lea").unwrap(),
        marked_ms: NOW + ms,
        stamp: Stamp { ms: NOW + ms, counter: 0, actor: actor_of("dev_lea") },
        base: Seen::default(),
        body,
    }
}

/// A mark, a photo, what was changed of it, and what only a later version says.
fn night() -> Vec<Carried> {
    let module = ModuleId::parse("M050").unwrap();
    let variant = |class: &str, bytes| PhotoVariant {
        class: class.into(),
        hash: BlobHash::of(class.as_bytes()),
        bytes,
        media_type: "image/jpeg".into(),
        size: Some((320, 240)),
    };
    let photo = Photo {
        at: PhotoPlace { module: Some(module.clone()), string: None },
        variants: vec![variant("thumb", 9_000), variant("original", 5_000_000)],
        taken_ms: Some(NOW),
        name: Some("IMG_0042.JPG".into()),
        picture_kind: "el".into(),
        caption: Some("busbar".into()),
        later: vec![7, 7, 7],
    };
    let edit = PhotoEdit { caption: Some(Some("verre".into())), ..PhotoEdit::of(OpId::from_u128(PHOTO)) };
    vec![
        carried(1, 1, Body::Mark(Mark::new(module, Some(Some(Status::Dead)), None).unwrap())),
        carried(2, 2, Body::Photo(Box::new(photo))),
        carried(3, 3, Body::PhotoEdit(Box::new(edit))),
    ]
}

fn sent() -> Vec<u8> {
    let mut encoder = Encoder::default();
    night().iter().for_each(|op| assert!(encoder.push(op).unwrap()));
    let (token, log_id) = (Token::parse("jalibat").unwrap(), Uuid::from_u128(77));
    let header = Header { hub_id: Uuid::nil(), log_id, token, after: 0, upto: 3, head: 3, partial: false };
    encoder.finish(header).unwrap()
}

#[test]
fn the_hub_of_before_passes_a_photo_on_as_it_came() {
    if let Some(path) = std::env::var_os("FIELDHUB_WRITE_PAGE") {
        std::fs::write(path, sent()).unwrap();
    }
    let page = page::decode(&page_of_before()).unwrap();
    assert_eq!(page.ops.len(), 4, "and the mark that was made there");
    assert_eq!(page.ops[..3], night()[..], "also what only a later version says");
}

fn planted(name: &str) -> SimDisk {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&fixture(name)[..]).read_to_end(&mut bytes).unwrap();
    let disk = SimDisk::new(1);
    disk.plant("fieldhub.redb", bytes);
    disk
}

fn open(disk: &SimDisk) -> Engine {
    let dated = || "20260101T000000000Z".to_owned();
    let bounds = Default::default();
    let options = Options { mint: Uuid::new_v4, dated, min_free_bytes: 0, opening: |_| (), bounds };
    Engine::open(Arc::new(disk.clone()), options).unwrap()
}

#[test]
fn a_database_of_before_has_its_photos_found_in_its_log() {
    let disk = planted("photos-hub-before.redb.gz");
    let caption = |engine: &Engine| {
        let audit = engine.audit(&Token::parse("jalibat").unwrap()).unwrap();
        engine
            .view(&audit, |loaded| {
                let photo = loaded.state.photos().get(OpId::from_u128(PHOTO)).unwrap();
                assert_eq!(photo.taken().unwrap().variants.len(), 2);
                assert_eq!(loaded.state.photos_of(&ModuleId::parse("M050").unwrap()), 1);
                photo.caption().map(str::to_owned)
            })
            .unwrap()
    };
    let engine = open(&disk);
    assert_eq!(engine.damaged_files(), [] as [&str; 0]);
    assert_eq!(caption(&engine).as_deref(), Some("verre"), "from the log");
    assert_eq!(engine.checkpoint(true).unwrap(), 1, "the tables are told, though nothing is new");
    drop(engine);
    let engine = open(&disk);
    assert_eq!(caption(&engine).as_deref(), Some("verre"), "from the tables");
    assert_eq!(engine.checkpoint(true).unwrap(), 0);
}

/// Twelve photos and an edit of one that is not there, as the first program with photos had them: all in the row of the fold.
#[test]
fn photos_that_lie_in_the_row_of_the_fold_get_rows_of_their_own() {
    let disk = planted("hub-photos-in-fold.redb.gz");
    let photos = |engine: &Engine| {
        let audit = engine.audit(&Token::parse("jalibat").unwrap()).unwrap();
        let mut of_log = Photos::default();
        for op in engine.since(&audit, 0, 1_000).unwrap().ops {
            if let Some((id, mut photo)) = of_log.found(op.id, &op.body) {
                photo.apply(&op);
                of_log.publish(id, photo);
            }
        }
        let photos = engine.view(&audit, |loaded| loaded.state.photos().clone()).unwrap();
        assert_eq!(photos, of_log);
        (
            photos.len(),
            photos.shown(),
            photos.iter().filter_map(|(_, photo)| photo.caption()).max().map(str::to_owned),
        )
    };
    let expected = (13, 11, Some("verre".to_owned()));
    let engine = open(&disk);
    assert_eq!(engine.damaged_files(), [] as [&str; 0]);
    assert_eq!(photos(&engine), expected, "from the row of the fold");
    assert_eq!(engine.checkpoint(true).unwrap(), 1, "they get rows, though nothing is new");
    drop(engine);
    let engine = open(&disk);
    assert_eq!(photos(&engine), expected, "from their rows");
    assert_eq!(engine.checkpoint(true).unwrap(), 0);
}

#[tokio::test]
async fn a_page_of_before_is_taken_and_given_on() {
    let hub = TestHub::start().await;
    let taken = hub.client.call(Method::POST, "/api/v1/peer/jalibat/ops", page_of_before()).await.json();
    assert_eq!(taken["new"], 4, "{taken}");
    let given = hub.client.get("/api/v1/peer/jalibat/ops").await.body;
    assert_eq!(page::decode(&given).unwrap().ops[..3], night()[..]);
    let list = hub.client.get("/api/v1/audits/jalibat/photos").await.json();
    assert_eq!(list["photos"][0]["caption"], "verre");
    assert_eq!(list["photos"][0]["variants"][0]["held"], false);
}
