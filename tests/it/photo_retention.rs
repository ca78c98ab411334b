//! What becomes of pictures that nobody shows: taken out, put back, named by another audit, by none; and what is told of them.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::common::{NOW, TestClock, TestHub};
use crate::photos::{edit, photo, picture, send, variant};
use fieldhub::domain::BlobHash;
use fieldhub::hub::NightUse;
use fieldhub::store::Have;
use serde_json::{Value, json};

const DAY: u64 = 86_400_000;

fn is_here(hub: &TestHub, hash: BlobHash) -> bool {
    matches!(hub.hub.blobs().have(hash), Have::Whole(_))
}

/// A photo in an audit, of a picture of its own.
async fn with_photo(hub: &TestHub, n: u8) -> (Value, BlobHash) {
    let bytes = picture(n, 900);
    let hash = send(&hub.client, &bytes).await;
    let photo = photo("M050", &[variant("thumb", &bytes)]);
    hub.client.ops("jalibat", vec![photo.clone()]).await;
    (photo, hash)
}

async fn take_out(hub: &TestHub, photo: &Value, out: bool) {
    hub.client.ops("jalibat", vec![edit(photo, json!({ "taken_out": out }))]).await;
}

/// The sweep of a hub that serves, once a day for so many days.
async fn days(hub: &TestHub, days: u64) {
    for _ in 0..days {
        hub.hub.free_taken_out().await;
        hub.clock.advance(DAY);
    }
    hub.hub.free_taken_out().await;
}

#[tokio::test]
async fn what_was_taken_out_stays_for_thirty_days_and_then_goes() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let (out, hash) = with_photo(&hub, 1).await;
    let (_, shown) = with_photo(&hub, 2).await;
    days(&hub, 40).await;
    assert!(is_here(&hub, hash), "it shows");
    take_out(&hub, &out, true).await;
    days(&hub, 30).await;
    assert!(is_here(&hub, hash));
    let told = hub.hub.photo_report();
    assert_eq!((told.taken_out, told.orphaned), ((1, 900), (0, 0)));
    days(&hub, 1).await;
    assert!(!is_here(&hub, hash), "after 30 days, and a day in which that was known");
    assert!(is_here(&hub, shown));
    assert_eq!(hub.hub.photo_report().missing, [], "nobody misses it");
    let list = hub.client.get("/api/v1/audits/jalibat/photos").await.json();
    let of = list["photos"].as_array().unwrap().iter().find(|photo| photo["photo_id"] == out["id"]).unwrap();
    assert_eq!(
        (&of["taken_out"]["technician_id"], &of["variants"][0]["held"]),
        (&json!("tech_tom"), &json!(false))
    );
    // Put back now, it is told that the picture is not here; whoever has it may send it.
    take_out(&hub, &out, false).await;
    assert_eq!(hub.hub.photo_report().missing.len(), 1);
    send(&hub.client, &picture(1, 900)).await;
    assert_eq!(hub.hub.photo_report().missing, []);
}

#[tokio::test]
async fn what_is_put_back_within_them_is_there_and_begins_anew() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let (taken, hash) = with_photo(&hub, 1).await;
    take_out(&hub, &taken, true).await;
    days(&hub, 29).await;
    take_out(&hub, &taken, false).await;
    days(&hub, 40).await;
    assert!(is_here(&hub, hash));
    let path = format!("/api/v1/audits/jalibat/photos/{hash}");
    assert_eq!(hub.client.get(&path).await.body, picture(1, 900));
    take_out(&hub, &taken, true).await;
    days(&hub, 30).await;
    assert!(is_here(&hub, hash), "it counts from the last time");
    days(&hub, 1).await;
    assert!(!is_here(&hub, hash));
}

#[tokio::test]
async fn what_another_photo_shows_stays() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let (taken, hash) = with_photo(&hub, 1).await;
    take_out(&hub, &taken, true).await;
    let audit = json!({ "token": "other", "name": "Other", "strings": "26" });
    assert_eq!(hub.client.post("/api/v1/audits", &audit).await.status, 201);
    let other = photo("M001", &[variant("thumb", &picture(1, 900))]);
    hub.client.ops("other", vec![other]).await;
    days(&hub, 40).await;
    assert!(is_here(&hub, hash));
    assert_eq!(hub.hub.photo_report().taken_out, (0, 0));
}

#[tokio::test]
async fn a_hub_that_does_not_know_the_time_keeps_what_was_taken_out() {
    let hub = TestHub::with_clock(TestClock::new(false)).await;
    hub.jalibat().await;
    let (taken, hash) = with_photo(&hub, 1).await;
    take_out(&hub, &taken, true).await;
    days(&hub, 400).await;
    assert!(is_here(&hub, hash));
    // Somebody tells it: from now on the days count, and the 400 that it only guessed do not.
    let now = NOW + 400 * DAY;
    hub.hub.clock().set(now).unwrap();
    days(&hub, 30).await;
    assert!(is_here(&hub, hash));
    days(&hub, 1).await;
    assert!(!is_here(&hub, hash));
}

/// As if they had been written so long before the hub's machine says that it is.
fn age(dir: &Path, hash: BlobHash, written_ms: u64) {
    let name = hash.to_string();
    let path = dir.join("photos").join(&name[..2]).join(&name);
    let file = std::fs::File::options().write(true).open(path).unwrap();
    let at: SystemTime = UNIX_EPOCH + Duration::from_millis(written_ms);
    file.set_modified(at).unwrap();
}

#[tokio::test]
async fn what_no_audit_names_goes_when_it_is_said_and_not_what_is_on_its_way() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let (_, named) = with_photo(&hub, 1).await;
    let (old, new) = (send(&hub.client, &picture(2, 900)).await, send(&hub.client, &picture(3, 700)).await);
    for hash in [named, old] {
        age(hub.hub.data_dir(), hash, NOW - 2 * DAY);
    }
    age(hub.hub.data_dir(), new, NOW - DAY / 2);
    let told = hub.hub.photo_report();
    assert_eq!((told.orphaned, told.left_over), ((2, 1_600), (1, 900)));
    assert_eq!(hub.hub.free_orphans(), Ok((1, 900)));
    assert_eq!([named, old, new].map(|hash| is_here(&hub, hash)), [true, false, true]);
}

#[tokio::test]
async fn what_is_cut_short_is_told_as_damaged_and_what_a_night_took() {
    let mut hub = TestHub::start().await;
    hub.jalibat().await;
    let (_, hash) = with_photo(&hub, 1).await;
    let told = hub.hub.photo_report();
    assert_eq!((told.damaged, told.night), ((0, 0), Some(NightUse { nights: 1, bytes: 900 })));
    let name = hash.to_string();
    let path = hub.hub.data_dir().join("photos").join(&name[..2]).join(&name);
    std::fs::write(path, &picture(1, 900)[..500]).unwrap();
    let temp = hub.stop().await;
    let hub = TestHub::start_in(temp, TestClock::new(true), fieldhub::domain::crew::Access::Open).await;
    let told = hub.hub.photo_report();
    assert_eq!((told.damaged, told.missing), ((1, 500), Vec::new()));
}
