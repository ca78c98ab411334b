//! `fieldhub verify`: every form of a report and its folder, altered anywhere, signed by another hub, and of before hubs signed.

use std::fs;
use std::path::Path;

use fieldhub::domain::crew::Access;
use hyper::Method;
use serde_json::{Value, json};

use crate::common::program::{Ran, run};
use crate::common::{Client, TestClock, TestHub};
use crate::photos::{photo, picture, send, variant};

const PATH: &str = "/api/v1/audits/jalibat/reports";

async fn night(client: &Client) {
    let csv = include_str!("../fixtures/jalibat-observed.csv");
    let made = client.call(Method::POST, "/api/v1/audits?token=jalibat&name=JALIBAT", csv).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let (thumb, original) = (picture(1, 900), picture(2, 5_000));
    send(client, &thumb).await;
    send(client, &original).await;
    let taken = photo("M010", &[variant("thumb", &thumb), variant("original", &original)]);
    client.ops("jalibat", vec![taken]).await;
}

/// Judges it on a machine without a hub.
fn verify(file: &Path, more: &[&str]) -> Ran {
    let nowhere = tempfile::tempdir().unwrap();
    run(nowhere.path(), &[&["verify", file.to_str().unwrap()], more].concat())
}

/// Does it with one byte changed, and puts it back.
fn with_a_byte_changed<T>(file: &Path, at: usize, judge: impl FnOnce() -> T) -> T {
    let good = fs::read(file).unwrap();
    let mut bad = good.clone();
    bad[at] ^= 1;
    fs::write(file, bad).unwrap();
    let judged = judge();
    fs::write(file, good).unwrap();
    judged
}

#[tokio::test]
async fn a_folder_is_genuine_as_a_whole_and_whatever_is_altered_in_it_is_named() {
    let mut hub = TestHub::start().await;
    night(&hub.client).await;
    let temp = hub.stop().await;
    let dir = temp.path();
    let folder = dir.join("stick");
    let written = folder.to_str().unwrap();
    run(dir, &["report", "jalibat", "--format", "folder", "--lang", "fr", "-o", written]).good();

    let said = verify(&folder, &["--json"]).json();
    let files = said["files"].as_array().unwrap();
    let names: Vec<_> = files.iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["report.json", "report.pdf", "report.html", "report.xlsx", "report.csv", "1 in pictures"]
    );
    assert!(files.iter().all(|file| file["verdict"] == "genuine"), "{said}");
    let proof = &files[0]["proof"];
    assert_eq!((&proof["audit"], &proof["version"]), (&json!("jalibat"), &json!(1)));
    let fingerprint = proof["fingerprint"].as_str().unwrap();
    // By the hub itself, by its key, and by another one.
    assert!(run(dir, &["verify", written]).good().contains("by the hub on this machine"));
    verify(&folder, &["--hub", fingerprint]).good();
    verify(&folder, &["--hub", proof["key"].as_str().unwrap()]).good();
    assert!(verify(&folder, &["--hub", "00 11"]).bad(4).contains("another hub"));
    let mut other = TestHub::start().await;
    night(&other.client).await;
    let elsewhere = other.stop().await;
    run(elsewhere.path(), &["report", "jalibat", "-o", elsewhere.path().join("a.pdf").to_str().unwrap()])
        .good();
    assert!(run(elsewhere.path(), &["verify", written]).bad(4).contains("another hub"));

    for name in [
        "report.json",
        "report.pdf",
        "report.html",
        "report.xlsx",
        "report.csv",
        "pictures/S01-P10-M010-1.jpg",
    ] {
        let file = folder.join(name);
        let ran = with_a_byte_changed(&file, fs::metadata(&file).unwrap().len() as usize / 2, || {
            verify(&folder, &[])
        });
        assert!(ran.out.contains(&format!("{name}: altered.")), "{name}: {}", ran.out);
        ran.bad(3);
    }
    fs::write(folder.join("pictures/S01-P10-M010-2.jpg"), "another").unwrap();
    assert!(verify(&folder, &[]).out.contains("S01-P10-M010-2.jpg: added."));
    fs::remove_file(folder.join("pictures/S01-P10-M010-2.jpg")).unwrap();
    fs::rename(folder.join("report.csv"), folder.join("kept")).unwrap();
    let ran = verify(&folder, &[]);
    assert!(ran.out.contains("report.csv: missing."), "{}", ran.out);
    ran.bad(1);
    fs::rename(folder.join("kept"), folder.join("report.csv")).unwrap();
    verify(&folder, &[]).good();

    // A paper of another version is genuine, and does not belong there.
    let draft = dir.join("draft.pdf");
    run(dir, &["report", "jalibat", "--draft", "-o", draft.to_str().unwrap()]).good();
    verify(&draft, &[]).good();
    fs::copy(&draft, folder.join("report.pdf")).unwrap();
    assert!(verify(&folder, &[]).out.contains("report.pdf: genuine by itself, but of another version"));
}

#[tokio::test]
async fn a_hub_that_has_lost_its_key_has_a_new_one_and_says_who_signed_before() {
    let hub = TestHub::start().await;
    night(&hub.client).await;
    let make = async |client: &Client| client.post(PATH, &json!({})).await.json();
    let form = async |client: &Client, number: u64| {
        client.get(&format!("{PATH}/{number}?format=html")).await.body.to_vec()
    };
    let first: Value = make(&hub.client).await;
    let before = form(&hub.client, 1).await;
    let mut hub = hub.restart().await;
    assert_eq!(form(&hub.client, 1).await, before, "the key is kept");
    assert_eq!(make(&hub.client).await["number"], 1);

    let temp = hub.stop().await;
    let kept = temp.path().join("fieldhub.proof");
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&kept).unwrap().permissions()) & 0o777,
        0o600
    );
    fs::remove_file(&kept).unwrap();
    let mut hub = TestHub::start_in(temp, TestClock::new(true), Access::Open).await;
    // Who signed it is said for ever; the file itself nobody can sign any more.
    let again = String::from_utf8(form(&hub.client, 1).await).unwrap();
    let head =
        |page: &str| page.split_once("<p class=d>fieldhub-proof").map(|(_, rest)| rest[..300].to_owned());
    assert_eq!(head(&again), head(std::str::from_utf8(&before).unwrap()));
    assert!(!again.contains(";sha256="));
    let second = make(&hub.client).await;
    assert_eq!((&first["number"], &second["number"]), (&json!(1), &json!(2)));
    let new = form(&hub.client, 2).await;
    let dir = hub.stop().await;
    let judge = |bytes: &[u8]| {
        let file = dir.path().join("page.html");
        fs::write(&file, bytes).unwrap();
        run(dir.path(), &["verify", file.to_str().unwrap()])
    };
    judge(&new).good();
    assert!(judge(&before).out.contains("it lost it since, or somebody"));
    judge(&before).bad(4);
    judge(again.as_bytes()).bad(5);
    judge(b"<html>of before</html>").bad(5);
    run(dir.path(), &["verify", "/nowhere/at/all"]).bad(1);
}
