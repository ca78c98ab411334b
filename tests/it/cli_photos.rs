//! `fieldhub photos`: what there is, whether it is sound, and the pictures as files.

use crate::common::program::run;
use crate::common::{NOW, TestHub};
use crate::photos::{photo, picture, send, variant};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn photos_are_listed_verified_and_written_as_files() {
    let mut hub = TestHub::start().await;
    hub.jalibat().await;
    let (thumb, original) = (picture(1, 900), picture(2, 5_000));
    send(&hub.client, &thumb).await;
    let hash = send(&hub.client, &original).await.to_string();
    let taken = photo("M050", &[variant("thumb", &thumb), variant("original", &original)]);
    let of_string = json!({ "id": uuid::Uuid::now_v7(), "kind": "photo", "at": { "string": 3 }, "variants": [variant("thumb", &thumb)],
        "marked_at_ms": NOW, "technician_id": "tech_lea" });
    hub.client.ops("jalibat", vec![taken, of_string]).await;
    let temp = hub.stop().await;
    let dir = temp.path();

    let of_hub = run(dir, &["photos", "list"]).good();
    assert!(of_hub.contains("2 (5.8 KiB)") && of_hub.contains("of at most   32.0 GiB"), "{of_hub}");
    let list = run(dir, &["photos", "list", "JALIBAT"]).good();
    assert!(list.contains("M050") && list.contains("string-3") && list.contains("thumb original"), "{list}");
    assert!(run(dir, &["photos", "verify"]).good().contains("2 pictures read and sound"));

    let out = temp.path().join("pictures");
    let export = ["photos", "export", "jalibat", out.to_str().unwrap()];
    assert_eq!(run(dir, &export).good(), "2 pictures written, 0 there already.\n");
    assert_eq!(run(dir, &export).good(), "0 pictures written, 2 there already.\n");
    assert_eq!(std::fs::read(out.join(format!("M050-{}.jpg", &hash[..8]))).unwrap(), original);
    let table = std::fs::read_to_string(out.join("photos.csv")).unwrap();
    assert!(table.contains("\"M050\",\"el\",\"original\",\"IMG_0042.JPG\",\"busbar\""), "{table}");

    let blob = dir.join("photos").join(&hash[..2]).join(&hash);
    let mut bytes = original.clone();
    bytes[3_000] ^= 1;
    std::fs::write(&blob, bytes).unwrap();
    let said = run(dir, &["photos", "verify", "--json"]);
    let found = said.bad(1);
    assert!(found.contains("1 picture damaged"), "{found}");
    assert!(!blob.exists() && dir.join("photos/damaged").join(&hash).exists(), "laid aside");
    let found = run(dir, &["photos", "verify"]).bad(1);
    assert!(found.contains("1 picture not here yet"), "{found}");

    // What no audit names, and nobody has sent for a day.
    let orphan = dir.join("photos/ab").join(format!("ab{}", "0".repeat(62)));
    std::fs::create_dir_all(orphan.parent().unwrap()).unwrap();
    std::fs::write(&orphan, &thumb).unwrap();
    let said = run(dir, &["photos", "orphans"]).good();
    assert!(said.contains("In no audit: 1 picture (900 B)") && said.contains("on their way"), "{said}");
    assert_eq!(run(dir, &["photos", "orphans", "--remove"]).good(), "0 pictures (0 B) removed.\n");
    let file = std::fs::File::options().write(true).open(&orphan).unwrap();
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 86_400)).unwrap();
    let said = run(dir, &["photos", "orphans"]).good();
    assert!(said.contains("Nobody has sent 1 picture") && said.contains("--remove"), "{said}");
    assert_eq!(run(dir, &["photos", "orphans", "--remove"]).good(), "1 picture (900 B) removed.\n");
    assert!(!orphan.exists());
}
