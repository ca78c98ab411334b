//! A mark and a photo in an audit of 240 modules with no photo and with 10,000: the time of a commit, of a checkpoint after it, and the
//! bytes that both write. In the store alone.

use std::path::Path;
use std::sync::Arc;

use fieldhub::domain::id::DeviceId;
use fieldhub::domain::photo::{BlobHash, PhotoPlace, PhotoVariant};
use fieldhub::domain::{Author, Base, Body, Layout, Mark, ModuleId, NewOp, Photo, Seen, Status, Token};
use fieldhub::store::{Command, Engine, Options};
use uuid::Uuid;

use crate::NOW;
use crate::disk::{self, Counting, median, ms, time};

const TIMES: u64 = 200;

fn token() -> Token {
    Token::parse(crate::AUDIT).unwrap()
}

fn op(n: u64, body: Body) -> NewOp {
    NewOp {
        id: Uuid::now_v7(),
        author: Author::new(format!("tech_{}", n % 10), Some("Léa Martin".into())).unwrap(),
        device: DeviceId::parse(format!("dev_0123456789abcdef{}", n % 10)).unwrap(),
        marked_ms: NOW + n,
        base: Base::Seen(Seen::default()),
        body,
        stamp: None,
        believed_ms: 0,
    }
}

fn module(n: u64) -> ModuleId {
    ModuleId::parse(format!("M{:03}", n * 7919 % 240 + 1)).unwrap()
}

fn mark(n: u64) -> NewOp {
    let status = [Status::Ok, Status::Dead, Status::Microcracks, Status::Inequality][(n % 4) as usize];
    op(n, Body::Mark(Mark::new(module(n), Some(Some(status)), None).unwrap()))
}

/// As a tablet sends it, with its three variants.
pub fn a_photo(n: u64) -> Photo {
    let variant = |class: &str, bytes, size| PhotoVariant {
        class: class.into(),
        hash: BlobHash::of(format!("{class} {n}").as_bytes()),
        bytes,
        media_type: "image/jpeg".into(),
        size: Some(size),
    };
    let variants = vec![
        variant("thumb", 18_000, (320, 240)),
        variant("preview", 260_000, (1_600, 1_200)),
        variant("original", 5_000_000, (4_000, 3_000)),
    ];
    Photo {
        at: PhotoPlace { module: Some(module(n)), string: None },
        variants,
        taken_ms: Some(NOW + n),
        name: Some(format!("IMG_{n:05}.JPG")),
        picture_kind: "visible".into(),
        caption: Some("busbar".into()),
        later: Vec::new(),
    }
}

fn photo(n: u64) -> NewOp {
    op(n, Body::Photo(Box::new(a_photo(n))))
}

fn commit(engine: &Engine, ops: Vec<NewOp>) {
    for answer in engine.commit(&[Command::AppendOrMake { token: token(), ops }], NOW) {
        answer.unwrap();
    }
}

fn with_photos(dir: &Path, photos: u64) -> (Engine, Counting) {
    let medium = Counting::new(dir);
    let options = Options {
        mint: Uuid::new_v4,
        dated: || "now".to_owned(),
        min_free_bytes: 0,
        opening: |_| (),
        bounds: Default::default(),
    };
    let engine = Engine::open(Arc::new(medium.clone()), options).unwrap();
    commit(&engine, vec![op(0, Body::Layout(Layout::from_counts("10x24").unwrap()))]);
    for first in (0..photos).step_by(500) {
        commit(&engine, (first..photos.min(first + 500)).map(photo).collect());
    }
    commit(&engine, (0..240).map(mark).collect());
    engine.checkpoint(true).unwrap();
    (engine, medium)
}

pub fn run() {
    println!("in an audit with            commit              then a checkpoint");
    for photos in [0, 10_000] {
        let dir = disk::dir();
        let (engine, medium) = with_photos(dir.path(), photos);
        for name in ["mark", "photo"] {
            let make = |n| if name == "mark" { mark(n) } else { photo(1_000_000 + n) };
            let (mut commits, mut checkpoints) = (Vec::new(), Vec::new());
            let mut bytes = [0; 2];
            for n in 0..TIMES {
                let ops = vec![make(n)];
                let before = medium.counts()[0];
                commits.push(time(|| commit(&engine, ops)));
                let between = medium.counts()[0];
                checkpoints.push(time(|| assert_eq!(engine.checkpoint(true).unwrap(), 1)));
                bytes[0] += between - before;
                bytes[1] += medium.counts()[0] - between;
            }
            let [commit_kb, checkpoint_kb] = bytes.map(|bytes| bytes as f64 / TIMES as f64 / 1e3);
            println!(
                "{photos:6} photos, a {name:<5}    {:7.2} ms {commit_kb:6.1} kB   {:7.2} ms {checkpoint_kb:7.1} kB",
                ms(median(commits)),
                ms(median(checkpoints)),
            );
        }
        let opened = dir.path().join("fieldhub.redb").metadata().unwrap().len();
        println!("                            the database has {:.1} MB", opened as f64 / 1e6);
    }
}
