//! Pictures on sticks: beside a bundle and beside backups, as files under their hashes; damaged, broken off, taken in once.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::TestHub;
use crate::common::program::run;
use crate::picture_travel::take;
use fieldhub::domain::BlobHash;
use serde_json::json;
use tempfile::TempDir;

/// A hub that has stopped, with two photos of three sizes.
async fn hub_with_pictures() -> (TempDir, Vec<BlobHash>) {
    let mut hub = TestHub::start().await;
    hub.jalibat().await;
    let mut hashes = Vec::new();
    for n in 1..=2 {
        hashes.extend(take(&hub.client, n, 1_500_000).await);
    }
    (hub.stop().await, hashes)
}

fn at(dir: &Path, hash: BlobHash) -> PathBuf {
    let name = hash.to_string();
    dir.join(&name[..2]).join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn is_sound(file: &Path, hash: BlobHash) -> bool {
    fs::read(file).is_ok_and(|bytes| BlobHash::of(&bytes) == hash)
}

fn spoil(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    bytes[800] ^= 1;
    fs::write(file, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_lie_beside_a_bundle_and_come_in_once_though_the_stick_is_damaged() {
    let (van, hashes) = hub_with_pictures().await;
    let stick = tempfile::tempdir().unwrap();
    let bundle = stick.path().join("van.fhbundle");
    let folder = stick.path().join("van.fhbundle.photos");
    let said = run(van.path(), &["bundle", "export", text(&bundle)]).good();
    assert!(said.contains("6 pictures written") && said.contains("0 there already"), "{said}");
    assert!(hashes.iter().all(|hash| is_sound(&at(&folder, *hash), *hash)));

    // Broken off and repeated: what is there stays as it is; what is not, or is damaged, is written.
    fs::remove_file(at(&folder, hashes[1])).unwrap();
    spoil(&at(&folder, hashes[2]));
    let kept = fs::metadata(at(&folder, hashes[0])).unwrap().modified().unwrap();
    let again = run(van.path(), &["bundle", "export", text(&bundle), "--force", "--json"]).json();
    assert_eq!(again["photos"]["written"], 2, "{again}");
    assert_eq!(again["photos"]["there"], 4, "{again}");
    assert_eq!(fs::metadata(at(&folder, hashes[0])).unwrap().modified().unwrap(), kept);
    assert!(hashes.iter().all(|hash| is_sound(&at(&folder, *hash), *hash)));

    // At the office one of the files is damaged: it is named, the others come in, and later that one too.
    let sound = fs::read(at(&folder, hashes[2])).unwrap();
    spoil(&at(&folder, hashes[2]));
    let temp = tempfile::tempdir().unwrap();
    let office = temp.path().join("office");
    let said = run(&office, &["bundle", "import", text(&bundle)]).bad(1);
    assert!(
        said.contains("1 picture damaged on the stick") && said.contains(&hashes[2].to_string()),
        "{said}"
    );
    let missing = run(&office, &["photos", "verify"]).bad(1);
    assert!(missing.contains("1 picture not here yet"), "{missing}");
    fs::write(at(&folder, hashes[2]), sound).unwrap();
    let taken = run(&office, &["bundle", "import", text(&bundle), "--json"]).json();
    assert_eq!(taken["photos"], json!({ "taken": 1, "bytes": 1_500_000, "damaged": [], "lacking": 0 }));
    assert!(run(&office, &["photos", "verify"]).good().contains("6 pictures read and sound"));
    let taken = run(&office, &["bundle", "import", text(&bundle), "--json"]).json();
    assert_eq!(taken["photos"]["taken"], 0, "nothing is taken twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_with_what_a_link_has_begun_and_a_bundle_without_photos_has_none() {
    let (van, hashes) = hub_with_pictures().await;
    let stick = tempfile::tempdir().unwrap();
    let bundle = stick.path().join("van.fhbundle");
    run(van.path(), &["bundle", "export", text(&bundle), "--no-photos"]).good();
    assert!(!stick.path().join("van.fhbundle.photos").exists());
    let temp = tempfile::tempdir().unwrap();
    let office = temp.path().join("office");
    assert!(!run(&office, &["bundle", "import", text(&bundle)]).good().contains("picture"));

    // More than a step of it is there: after a start the last one is not believed.
    let original = fs::read(at(&van.path().join("photos"), hashes[2])).unwrap();
    let partial = office.join("photos/partial");
    fs::create_dir_all(&partial).unwrap();
    fs::write(partial.join(hashes[2].to_string()), &original[..1_400_000]).unwrap();
    run(van.path(), &["bundle", "export", text(&bundle), "--force"]).good();
    let taken = run(&office, &["bundle", "import", text(&bundle), "--json"]).json();
    assert_eq!(taken["photos"]["taken"], 6, "{taken}");
    assert!(run(&office, &["photos", "verify"]).good().contains("6 pictures read and sound"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_copies_what_the_stick_has_not_got_and_a_restore_takes_it_back() {
    let (hub, hashes) = hub_with_pictures().await;
    let stick = tempfile::tempdir().unwrap();
    let [one, two] = ["one.redb", "two.redb"].map(|name| stick.path().join(name));
    let first = run(hub.path(), &["backup", text(&one), "--photos", "--json"]).json();
    assert_eq!([&first["photos"]["written"], &first["photos"]["there"]], [6, 0], "{first}");
    let second = run(hub.path(), &["backup", text(&two), "--photos", "--json"]).json();
    assert_eq!([&second["photos"]["written"], &second["photos"]["there"]], [0, 6], "{second}");
    let plain = stick.path().join("plain.redb");
    assert_eq!(run(hub.path(), &["backup", text(&plain), "--json"]).json()["photos"], json!(null));

    // The card is lost, and one picture of the stick.
    let folder = stick.path().join("fieldhub-photos");
    spoil(&at(&folder, hashes[0]));
    let temp = tempfile::tempdir().unwrap();
    let other = temp.path().join("other");
    let said = run(&other, &["restore", text(&two), "--yes"]).bad(1);
    assert!(said.contains("1 picture damaged on the stick"), "{said}");
    assert!(run(&other, &["audit", "list"]).good().contains("jalibat"), "all else is restored");
    let found = run(&other, &["photos", "verify", "--json"]);
    assert!(found.bad(1).contains("1 picture not here yet"));
    for hash in &hashes[1..] {
        assert!(is_sound(&at(&other.join("photos"), *hash), *hash));
    }
}
