//! Photos over HTTP: pictures in steps, the operation after them, what is read and by whom, room, removal, other hubs; and what the
//! program of before makes of them (`photos_before.rs`).

use crate::common::peers::{join_by, meet, until_told};
use crate::common::raw::Raw;
use crate::common::{Answer, Client, NOW, TestClock, TestHub, config, mark};
use fieldhub::domain::BlobHash;
use fieldhub::domain::crew::Access;
use fieldhub::http::Limits;
use fieldhub::hub::HubConfig;
use fieldhub::store::{BlobLimits, Have};
use fieldhub::upstream::{ClassRule, PhotoRules};
use hyper::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const OPS: &str = "/api/v1/audits/jalibat/ops";
const LIST: &str = "/api/v1/audits/jalibat/photos";

/// A JPEG as far as anybody looks.
pub fn picture(n: u8, bytes: usize) -> Vec<u8> {
    let mut picture: Vec<u8> = (0..bytes).map(|at| (at as u8).wrapping_mul(31) ^ n).collect();
    picture[..4].copy_from_slice(b"\xff\xd8\xff\xe0");
    picture
}

fn path(hash: BlobHash) -> String {
    format!("{LIST}/{hash}")
}

async fn patch(client: &Client, hash: BlobHash, at: usize, bytes: &[u8], last: bool) -> Answer {
    let request = client
        .request(Method::PATCH, &path(hash))
        .header("content-type", "application/partial-upload")
        .header("upload-offset", at.to_string())
        .header("upload-complete", if last { "?1" } else { "?0" });
    client.send(request.body(bytes.to_vec().into()).unwrap()).await
}

async fn head(client: &Client, hash: BlobHash) -> (u16, String, String) {
    let answer =
        client.send(client.request(Method::HEAD, &path(hash)).body(Default::default()).unwrap()).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("upload-limit"), "max-size=268435456, max-append-size=1048576");
    let said = |name| answer.header(name).to_owned();
    (answer.status.as_u16(), said("upload-offset"), said("upload-complete"))
}

/// All of it, in one step.
pub async fn send(client: &Client, bytes: &[u8]) -> BlobHash {
    let hash = BlobHash::of(bytes);
    let answer = patch(client, hash, 0, bytes, true).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    hash
}

pub fn variant(class: &str, bytes: &[u8]) -> Value {
    json!({ "class": class, "sha256": BlobHash::of(bytes).to_string(), "bytes": bytes.len(), "type": "image/jpeg", "width": 320, "height": 240 })
}

pub fn photo(module: &str, variants: &[Value]) -> Value {
    json!({ "id": Uuid::now_v7(), "kind": "photo", "at": { "module_id": module }, "variants": variants, "caption": " busbar ",
        "name": "IMG_0042.JPG", "taken_at_ms": NOW, "picture_kind": "el", "marked_at_ms": NOW, "technician_id": "tech_lea" })
}

pub fn edit(photo: &Value, change: Value) -> Value {
    let mut edit = json!({ "id": Uuid::now_v7(), "kind": "photo_edit", "photo_id": photo["id"], "marked_at_ms": NOW, "technician_id": "tech_tom" });
    edit.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    edit
}

#[tokio::test]
async fn a_picture_comes_in_steps_and_goes_on_where_it_was() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let (client, bytes) = (&hub.client, picture(1, 700_000));
    let hash = BlobHash::of(&bytes);
    assert_eq!(head(client, hash).await, (204, "0".into(), "?0".into()));
    let first = patch(client, hash, 0, &bytes[..262_144], false).await;
    assert_eq!((first.status.as_u16(), first.header("upload-offset")), (204, "262144"));
    // Another tablet does not know how far it is.
    let wrong = patch(client, hash, 0, &bytes[..1_000], false).await;
    assert_eq!((wrong.status.as_u16(), wrong.header("upload-offset")), (409, "262144"));
    assert_eq!((&wrong.json()["code"], &wrong.json()["offset"]), (&json!("wrong_offset"), &json!(262_144)));
    assert_eq!(head(client, hash).await, (204, "262144".into(), "?0".into()));
    assert_eq!(patch(client, hash, 262_144, &bytes[262_144..], false).await.status, 204);
    let last = patch(client, hash, 700_000, b"", true).await;
    assert_eq!((last.status.as_u16(), last.header("upload-complete")), (200, "?1"));
    assert_eq!(head(client, hash).await, (200, "700000".into(), "?1".into()));
    assert_eq!(patch(client, hash, 5, b"again", false).await.status, 200, "it is here already");
    assert_eq!(client.get(&path(hash)).await.status, 404, "no photo of this audit names it");
}

#[tokio::test]
async fn what_is_no_picture_or_another_one_is_not_kept() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let client = &hub.client;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let html = b"<!doctype html><script>1</script>".to_vec();
    for page in [&svg, &html, &b"\xff".to_vec()] {
        let refused = patch(client, BlobHash::of(page), 0, page, true).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (415, &json!("not_an_image")));
        assert_eq!(head(client, BlobHash::of(page)).await.1, "0");
    }
    let (bytes, other) = (picture(1, 900), BlobHash::of(b"another"));
    let refused = patch(client, other, 0, &bytes, true).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (400, &json!("wrong_hash")));
    assert_eq!(refused.header("upload-offset"), "0");
    let refused = client.call(Method::PATCH, &path(other), bytes.clone()).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (415, &json!("not_an_image")), "its type");
    let large = patch(client, other, 0, &picture(1, (1 << 20) + 1), false).await;
    assert_eq!((large.status.as_u16(), &large.json()["code"]), (413, &json!("too_large")));
    for wrong in ["ABC", &"A".repeat(64), "..%2f..%2fetc%2fpasswd"] {
        let answer = client.get(&format!("{LIST}/{wrong}")).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (400, &json!("sha256")), "{wrong}");
    }
    // An operation says that a PNG is a JPEG, or has another size.
    let png = [b"\x89PNG\r\n\x1a\n".to_vec(), vec![7; 90]].concat();
    send(client, &png).await;
    let wrong = client.ops("jalibat", vec![photo("M001", &[variant("thumb", &png)])]).await;
    assert_eq!((&wrong[0]["outcome"], &wrong[0]["code"]), (&json!("refused"), &json!("photo_wrong")));
    let mut short = variant("thumb", &png);
    (short["type"], short["bytes"]) = (json!("image/png"), json!(5));
    let wrong = client.ops("jalibat", vec![photo("M001", &[short])]).await;
    assert_eq!(wrong[0]["reason"], "bytes: of the thumb on this hub it is 98");
    let mut script = variant("thumb", &svg);
    script["type"] = json!("image/svg+xml");
    let wrong = client.ops("jalibat", vec![photo("M001", &[script])]).await;
    assert!(wrong[0]["reason"].as_str().unwrap().starts_with("type: "), "{wrong:?}");
}

#[tokio::test]
async fn a_photo_is_taken_when_all_of_it_is_on_the_disk_and_then_everybody_sees_it() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let client = &hub.client;
    let (thumb, original) = (picture(1, 9_000), picture(2, 120_000));
    let taken = photo("M050", &[variant("thumb", &thumb), variant("original", &original)]);
    let mut feed = client.live("/api/v1/audits/jalibat/live?after=1", None).await;
    send(client, &thumb).await;
    let both = vec![mark("M001", "ok", "lea", NOW), taken.clone()];
    let results = client.ops("jalibat", both.clone()).await;
    assert_eq!(results[0]["outcome"], "applied", "marks wait for no photo");
    assert_eq!((&results[1]["outcome"], &results[1]["code"]), (&json!("refused"), &json!("photo_missing")));
    assert_eq!(results[1]["missing"], json!([BlobHash::of(&original).to_string()]));
    assert_eq!(client.get("/api/v1/audits/jalibat").await.json()["photo_count"], 0);

    send(client, &original).await;
    let results = client.ops("jalibat", both).await;
    assert_eq!((&results[0]["outcome"], &results[1]["outcome"]), (&json!("duplicate"), &json!("applied")));
    let audit = client.get("/api/v1/audits/jalibat").await.json();
    assert_eq!(audit["photo_count"], 1);
    assert_eq!(client.module("jalibat", "M050").await["photos"], 1);
    assert_eq!(client.module("jalibat", "M051").await["photos"], Value::Null);

    let told = loop {
        let event = feed.wait("op").await;
        if event.data["kind"] == "photo" {
            break event.data;
        }
    };
    let list = client.get(LIST).await.json();
    assert_eq!((&list["more"], &list["upto"]), (&json!(false), &audit["seq"]));
    let shown = &list["photos"][0];
    assert_eq!(&told["photo"], shown);
    assert_eq!((&shown["photo_id"], &shown["at"]), (&taken["id"], &json!({ "module_id": "M050" })));
    assert_eq!((&shown["caption"], &shown["picture_kind"]), (&json!("busbar"), &json!("el")));
    assert_eq!(shown["variants"][0]["held"], true);
    assert_eq!(
        (&shown["variants"][1]["bytes"], &shown["technician_id"]),
        (&json!(120_000), &json!("tech_lea"))
    );

    // A mark of the module tells them too, and its history has none of it.
    client.ops("jalibat", vec![mark("M050", "dead", "lea", NOW + 5)]).await;
    let marked = loop {
        let event = feed.wait("op").await;
        if event.data["module_id"] == "M050" && event.data["kind"] == "mark" {
            break event.data;
        }
    };
    assert_eq!(marked["module"]["photos"], 1);
    let history = client.get("/api/v1/audits/jalibat/modules/M050/history").await.json();
    assert_eq!(history["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_photo_is_moved_renamed_and_taken_out_and_all_that_stays_after_a_restart() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let thumb = picture(1, 900);
    send(&hub.client, &thumb).await;
    let taken = photo("M050", &[variant("thumb", &thumb)]);
    hub.client.ops("jalibat", vec![taken.clone()]).await;
    let first = hub.client.get(LIST).await.json();
    let base = first["photos"][0]["stamp"].clone();
    let changes = vec![
        edit(&taken, json!({ "at": { "module_id": "M51" }, "caption": null, "base": base })),
        edit(&taken, json!({ "taken_out": true, "base": base })),
        edit(&taken, json!({})),
        edit(&taken, json!({ "at": { "module_id": "M1", "string": 2 } })),
    ];
    let results = hub.client.ops("jalibat", changes).await;
    let outcomes: Vec<_> = results.iter().map(|result| result["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["applied", "applied", "refused", "refused"], "{results:?}");

    let check = async |hub: &TestHub| {
        let after = first["upto"].as_u64().unwrap();
        let list = hub.client.get(&format!("{LIST}?after={after}")).await.json();
        let shown = &list["photos"][0];
        assert_eq!(shown["at"], json!({ "module_id": "M051" }), "as the module is called here");
        assert_eq!(shown["caption"], Value::Null);
        assert_eq!(shown["taken_out"]["technician_id"], "tech_tom");
        assert_eq!(hub.client.module("jalibat", "M051").await["photos"], Value::Null);
        assert_eq!(hub.client.get("/api/v1/audits/jalibat").await.json()["photo_count"], 0);
    };
    check(&hub).await;
    let hub = hub.restart().await;
    check(&hub).await;
    hub.client
        .ops("jalibat", vec![edit(&taken, json!({ "taken_out": false, "marked_at_ms": NOW + 9 }))])
        .await;
    assert_eq!(hub.client.module("jalibat", "M051").await["photos"], 1);
    let hub = hub.restart().await;
    assert_eq!(hub.client.module("jalibat", "M051").await["photos"], 1);
    assert_eq!(hub.client.get(&path(BlobHash::of(&thumb))).await.status, 200);
}

#[tokio::test]
async fn a_picture_is_served_to_those_who_read_the_audit_with_ranges_and_for_good() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lea = hub.technician("Léa").await;
    let (bytes, tiff) = (picture(1, 200_000), [b"II*\0".to_vec(), vec![9; 500]].concat());
    let (hash, scan) = (send(&lea, &bytes).await, send(&lea, &tiff).await);
    let mut raw = variant("original", &tiff);
    raw["type"] = json!("image/tiff");
    let results = lea.ops("jalibat", vec![photo("M050", &[variant("preview", &bytes), raw])]).await;
    assert_eq!(results[0]["outcome"], "applied", "{results:?}");
    let whole = lea.get(&path(hash)).await;
    assert_eq!((whole.status.as_u16(), whole.body[..] == bytes[..]), (200, true));
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("content-length", "200000"),
        ("cache-control", "private, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("accept-ranges", "bytes"),
        ("content-disposition", ""),
    ] {
        assert_eq!(whole.header(name), value, "{name}");
    }
    let with = async |name: &str, value: &str| {
        lea.send(lea.request(Method::GET, &path(hash)).header(name, value).body(Default::default()).unwrap())
            .await
    };
    let part = with("range", "bytes=70000-199999").await;
    assert_eq!((part.status.as_u16(), part.header("content-range")), (206, "bytes 70000-199999/200000"));
    assert!(part.body[..] == bytes[70_000..]);
    assert_eq!(with("range", "bytes=200000-").await.status, 416);
    let again = with("if-none-match", whole.header("etag")).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    // As galleries of tablets give it.
    let webp = b"RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x8f\xc1\x4a\0 and so on".to_vec();
    let gallery = send(&lea, &webp).await;
    let mut of_gallery = variant("original", &webp);
    of_gallery["type"] = json!("image/webp");
    assert_eq!(lea.ops("jalibat", vec![photo("M051", &[of_gallery])]).await[0]["outcome"], "applied");
    let shown = lea.get(&path(gallery)).await;
    assert_eq!((shown.header("content-type"), shown.header("content-disposition")), ("image/webp", ""));
    assert!(shown.body[..] == webp[..]);

    let file = lea.get(&path(scan)).await;
    assert_eq!(file.header("content-type"), "image/tiff");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"IMG_0042.JPG\"");

    assert_eq!(hub.client.get(&path(hash)).await.status, 401);
    let lead = hub.lead("Ana").await;
    lead.post("/api/v1/audits", &json!({ "name": "Other", "token": "other", "strings": "2" })).await;
    let other = lead.get(&format!("/api/v1/audits/other/photos/{hash}")).await;
    assert_eq!((other.status.as_u16(), &other.json()["code"]), (404, &json!("not_found")));
}

#[tokio::test]
async fn photos_are_refused_long_before_marks_are() {
    for (quota, keep_free) in [(100_000, 0), (1 << 30, u64::MAX)] {
        let dir = tempfile::tempdir().unwrap();
        let photos = BlobLimits { quota, keep_free, ..BlobLimits::default() };
        let config = HubConfig { photos, ..config(dir.path()) };
        let hub = TestHub::start_as(config, dir, TestClock::new(true), Limits::default()).await;
        hub.jalibat().await;
        let bytes = picture(1, 150_000);
        let refused = patch(&hub.client, BlobHash::of(&bytes), 0, &bytes, true).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (507, &json!("photos_full")));
        let results = hub.client.ops("jalibat", vec![mark("M001", "ok", "lea", NOW)]).await;
        assert_eq!(results[0]["outcome"], "applied");
        let facts = hub.hub.blobs().facts();
        assert_eq!((facts.bytes, facts.partial_bytes), (0, 0));
    }
}

#[tokio::test]
async fn what_came_of_a_step_that_broke_off_is_kept() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let bytes = picture(1, 200_000);
    let hash = BlobHash::of(&bytes);
    let mut raw = Raw::to(hub.address).await;
    raw.send(&format!(
        "PATCH {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/partial-upload\r\nupload-offset: 0\r\ncontent-length: 200000\r\n\r\n",
        path(hash),
        hub.address
    ))
    .await;
    tokio::io::AsyncWriteExt::write_all(&mut raw.0, &bytes[..80_000]).await.unwrap();
    drop(raw);
    let have = || hub.hub.blobs().have(hash);
    let told = async {
        while have() == Have::Partial(0) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), told).await.expect("it is kept");
    let Have::Partial(at) = have() else { panic!("{:?}", have()) };
    assert!(at <= 80_000);
    let rest = patch(&hub.client, hash, at as usize, &bytes[at as usize..], true).await;
    assert_eq!(rest.status, 200, "{}", rest.text());
}

#[tokio::test]
async fn removing_an_audit_frees_what_nobody_else_names() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let client = &hub.client;
    client.post("/api/v1/audits", &json!({ "name": "Other", "token": "other", "strings": "9" })).await;
    let (own, shared) = (picture(1, 900), picture(2, 900));
    for bytes in [&own, &shared] {
        send(client, bytes).await;
        client.ops("jalibat", vec![photo("M001", &[variant("thumb", bytes)])]).await;
    }
    client.ops("other", vec![photo("M001", &[variant("thumb", &shared)])]).await;
    assert_eq!(client.call(Method::DELETE, "/api/v1/audits/jalibat", "").await.status, 204);
    let have = |bytes: &[u8]| hub.hub.blobs().have(BlobHash::of(bytes));
    assert_eq!((have(&own), have(&shared)), (Have::Partial(0), Have::Whole(900)));
    let report = hub.hub.photo_report();
    assert_eq!((report.orphaned, report.missing.len(), report.facts.blobs), ((0, 0), 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_hub_has_the_photo_before_the_picture_and_says_so() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    let thumb = picture(1, 900);
    let hash = send(&site.client, &thumb).await;
    let taken = photo("M050", &[variant("thumb", &thumb)]);
    site.client.ops("jalibat", vec![taken.clone()]).await;
    // No class of pictures travels.
    let none = PhotoRules(std::array::from_fn(|_| ClassRule { per_day: Some(0), hours: Vec::new() }));
    let running = join_by(&site, office.address, None, none);
    meet(&site, &office).await;
    let shown = office.client.get(LIST).await.json()["photos"][0].clone();
    assert_eq!((&shown["photo_id"], &shown["variants"][0]["held"]), (&taken["id"], &json!(false)));
    let not_here = office.client.get(&path(hash)).await;
    assert_eq!((not_here.status.as_u16(), &not_here.json()["code"]), (404, &json!("photo_not_here")));
    let report = office.hub.photo_report();
    assert_eq!((report.missing.len(), report.missing[0].hash), (1, hash));
    send(&office.client, &thumb).await;
    assert_eq!(office.client.get(LIST).await.json()["photos"][0]["variants"][0]["held"], true);
    assert_eq!(office.client.get(&path(hash)).await.body[..], thumb[..]);
    // What the office says of it comes back.
    office.client.ops("jalibat", vec![edit(&taken, json!({ "caption": "for the report" }))]).await;
    let caption = || {
        site.hub.view(&crate::common::peers::token(), |loaded, _| {
            loaded.state.photos().iter().any(|(_, photo)| photo.caption() == Some("for the report"))
        })
    };
    until_told(&[&site], "the caption", || caption().unwrap()).await;
    running.stop().await;
}

#[tokio::test]
async fn v33_clients_never_see_a_photo() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    hub.client.ops("jalibat", vec![mark("M050", "dead", "lea", NOW)]).await;
    let updates = async || hub.client.get("/api/audit/jalibat/updates?since=0").await.json();
    let mut before = updates().await;
    let thumb = picture(1, 900);
    send(&hub.client, &thumb).await;
    let taken = photo("M050", &[variant("thumb", &thumb)]);
    hub.client.ops("jalibat", vec![taken.clone(), photo("M060", &[variant("thumb", &thumb)])]).await;
    hub.client.ops("jalibat", vec![edit(&taken, json!({ "caption": "x" }))]).await;
    let mut after = updates().await;
    for answer in [&mut before, &mut after] {
        let answer = answer.as_object_mut().unwrap();
        answer.retain(|name, _| !name.to_lowercase().contains("time"));
    }
    assert_eq!(before, after);
    assert!(!after.to_string().contains("M060"));
    let export = hub.client.get("/api/v1/audits/jalibat/export").await.text();
    assert!(!export.contains("photo"));
}

#[tokio::test]
async fn those_that_have_changed_are_told_page_by_page() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let thumb = picture(1, 900);
    send(&hub.client, &thumb).await;
    let ops: Vec<Value> = (1..=7).map(|n| photo(&format!("M00{n}"), &[variant("thumb", &thumb)])).collect();
    hub.client.ops("jalibat", ops.clone()).await;
    hub.client.ops("jalibat", vec![edit(&ops[0], json!({ "caption": "last" }))]).await;
    let (mut after, mut ids) = (0, Vec::new());
    loop {
        let page = hub.client.get(&format!("{LIST}?after={after}&limit=3")).await.json();
        let photos = page["photos"].as_array().unwrap();
        ids.extend(photos.iter().map(|photo| photo["photo_id"].clone()));
        assert!(photos.len() <= 3);
        after = page["upto"].as_u64().unwrap();
        if page["more"] == false {
            break;
        }
    }
    let order: Vec<Value> = ops[1..].iter().chain(&ops[..1]).map(|op| op["id"].clone()).collect();
    assert_eq!(ids, order);
    assert_eq!(hub.client.get(&format!("{LIST}?limit=501")).await.status, 400);
    let refused = hub.client.post(OPS, &json!({ "ops": [photo("M001", &[])] })).await.json();
    assert_eq!(refused["results"][0]["reason"], "variants: 1 to 8");
}

#[tokio::test]
async fn a_strangers_picture_is_not_taken() {
    let hub = TestHub::with_limits(Access::Crew, Limits::default()).await;
    hub.jalibat().await;
    let bytes = picture(1, 900);
    assert_eq!(patch(&hub.client, BlobHash::of(&bytes), 0, &bytes, true).await.status, 401);
    assert_eq!(hub.hub.blobs().facts().bytes, 0);
}
