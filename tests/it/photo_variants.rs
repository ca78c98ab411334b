//! Thumbnail and preview that the hub makes: of what no tablet can draw, for whoever marks, and kept until their photo comes.

use fieldhub::domain::BlobHash;
use fieldhub::domain::crew::Access;
use fieldhub::http::Limits;
use fieldhub::hub::HubConfig;
use fieldhub::store::BlobLimits;
use hyper::Method;
use serde_json::{Value, json};

use crate::common::image_files::{Form, Value as Tag, grey_tiff, pixels};
use crate::common::{Answer, Client, NOW, TestClock, TestHub, config};
use crate::photos::{picture, send};

const LIST: &str = "/api/v1/audits/jalibat/photos";

async fn make(client: &Client, hash: impl std::fmt::Display) -> Answer {
    client.call(Method::POST, &format!("{LIST}/{hash}/variants"), "").await
}

/// As an EL camera writes it, on its side.
fn el_image(width: u32, height: u32) -> Vec<u8> {
    let samples: Vec<u16> = (0..width * height).map(|at| 300 + (at % width) as u16).collect();
    let said = [(0x0112, Tag::Numbers(vec![6])), (0x0132, Tag::Text("2026:11:30 02:13:45"))];
    grey_tiff(&samples, (width, height), Form { rows: 64, ..Form::default() }, &said)
}

fn photo(variants: &Value) -> Value {
    json!({ "id": uuid::Uuid::now_v7(), "kind": "photo", "at": { "module_id": "M050" }, "variants": variants, "picture_kind": "el",
        "marked_at_ms": NOW, "technician_id": "tech_lea" })
}

#[tokio::test]
async fn what_no_browser_draws_gets_its_thumbnail_and_preview_from_the_hub() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let client = &hub.client;
    let original = el_image(1_800, 600);
    let hash = send_in_steps(client, &original).await;
    let made = make(client, hash).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let made = made.json();
    assert_eq!((&made["taken_at"], &made["taken_at_ms"]), (&json!("2026-11-30T02:13:45.000"), &Value::Null));
    let variants = made["variants"].as_array().unwrap();
    let told: Vec<_> = variants
        .iter()
        .map(|v| (v["class"].as_str().unwrap(), v["width"].clone(), v["height"].clone()))
        .collect();
    let upright = [("thumb", 107, 320), ("preview", 533, 1_600), ("original", 600, 1_800)];
    assert_eq!(told, upright.map(|(class, width, height)| (class, json!(width), json!(height))));
    assert_eq!(variants[2]["sha256"], hash.to_string());
    // They wait for their photo, and asking again makes no others.
    assert_eq!(make(client, hash).await.json(), made);
    let of_hub = hub.hub.photo_report();
    assert_eq!((of_hub.facts.blobs, of_hub.orphaned.0), (3, 3));
    hub.hub.sweep_photos(NOW + 365 * 24 * 3_600_000).await;
    let taken = client.ops("jalibat", vec![photo(&made["variants"])]).await;
    assert_eq!(taken[0]["outcome"], "applied", "{taken:?}");
    assert_eq!(hub.hub.photo_report().orphaned.0, 0);
    let shown = client.get(&format!("{LIST}/{}", variants[1]["sha256"].as_str().unwrap())).await;
    assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/jpeg"));
    let (width, height, samples, channels) = pixels(&shown.body);
    assert_eq!((width, height), (533, 1_600));
    // Dark was on the left, and is above.
    let at = |y: usize| samples[(y * width + width / 2) * channels];
    assert!(at(20) < 20 && at(height - 20) > 235, "{} {}", at(20), at(height - 20));
}

async fn send_in_steps(client: &Client, bytes: &[u8]) -> BlobHash {
    let hash = BlobHash::of(bytes);
    let steps: Vec<_> = bytes.chunks(1 << 20).collect();
    for (n, step) in steps.iter().enumerate() {
        let request = client
            .request(Method::PATCH, &format!("{LIST}/{hash}"))
            .header("content-type", "application/partial-upload")
            .header("upload-offset", (n << 20).to_string())
            .header("upload-complete", if n + 1 == steps.len() { "?1" } else { "?0" });
        let answer = client.send(request.body(step.to_vec().into()).unwrap()).await;
        assert!(answer.status.is_success(), "{}", answer.text());
    }
    hash
}

#[tokio::test]
async fn what_is_not_decoded_is_a_photo_of_its_original_alone_and_what_is_damaged_is_refused() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let client = &hub.client;
    let heic = send(client, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic and so on").await;
    let made = make(client, heic).await.json();
    assert_eq!(made["not_made"]["code"], "undecodable");
    assert_eq!((&made["variants"][0]["type"], &made["variants"][1]), (&json!("image/heic"), &Value::Null));
    let taken = client.ops("jalibat", vec![photo(&made["variants"])]).await;
    assert_eq!(taken[0]["outcome"], "applied", "{taken:?}");
    // A JPEG by its first bytes alone.
    let broken = send(client, &picture(1, 900)).await;
    let refused = make(client, broken).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (415, &json!("not_an_image")));
    assert!(refused.json()["error"].as_str().unwrap().contains("damaged"), "{}", refused.text());
    // One that is not here, or not wholly, or of no audit.
    let missing = make(client, BlobHash::of(b"never sent")).await;
    assert_eq!((missing.status.as_u16(), &missing.json()["code"]), (404, &json!("photo_not_here")));
    let nowhere =
        client.call(Method::POST, &format!("/api/v1/audits/nowhere/photos/{heic}/variants"), "").await;
    assert_eq!(nowhere.status, 404);
    assert_eq!(hub.hub.blobs().facts().blobs, 2, "nothing was made");
}

#[tokio::test]
async fn they_are_made_for_those_who_mark_and_take_no_more_room_than_photos_have() {
    let hub = TestHub::with_limits(Access::Crew, Limits::default()).await;
    let nobody = make(&hub.client, BlobHash::of(b"x")).await;
    assert_eq!(nobody.status, 401);

    let dir = tempfile::tempdir().unwrap();
    let original = el_image(300, 200);
    let photos = BlobLimits { quota: original.len() as u64 + 100, keep_free: 0, ..BlobLimits::default() };
    let config = HubConfig { photos, ..config(dir.path()) };
    let hub = TestHub::start_as(config, dir, TestClock::new(true), Limits::default()).await;
    hub.jalibat().await;
    let hash = send(&hub.client, &original).await;
    let refused = make(&hub.client, hash).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (507, &json!("photos_full")));
    assert_eq!(hub.hub.blobs().facts().blobs, 1);
}
