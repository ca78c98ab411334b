//! `fieldhub verify` on bundles, exports and workbooks: as hubs have written them and as people have changed them; and the recipe of
//! docs/operations.md, followed with the tools that it names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fieldhub::domain::crew::Access;

use crate::common::marks::{NOW, mark, save_unsent};
use crate::common::program::{Ran, run};
use crate::common::sites::{Sites, create};
use crate::common::{TestClock, TestHub};

/// Made by the first version that signs bundles and exports, and kept for ever.
const BUNDLE: &[u8] = include_bytes!("../fixtures/bundle-signed.fhbundle");
const EXPORT: &str = include_str!("../fixtures/export-signed.json");
const FINGERPRINT: &str = "d3d3 034c 4e4f ad39 0b04 c086";
/// By the version before that.
const BUNDLE_OF_BEFORE: &[u8] = include_bytes!("../fixtures/bundle-before-proofs.fhbundle");
/// A report of a hub, opened by openpyxl and saved without a change.
const SAVED_AGAIN: &[u8] = include_bytes!("../fixtures/workbook-saved-again.xlsx");

/// Files of somebody who has no hub.
struct Inbox(tempfile::TempDir);

impl Inbox {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn verify(&self, name: &str, bytes: impl AsRef<[u8]>) -> Ran {
        let path = self.put(name, bytes);
        run(&self.0.path().join("no-hub"), &["verify", path.to_str().unwrap()])
    }
}

#[test]
fn files_of_the_first_hub_that_signed_them_stay_genuine() {
    let inbox = Inbox::new();
    let said = inbox.verify("van.fhbundle", BUNDLE).good();
    assert!(said.contains("genuine. Nothing in it has been changed"), "{said}");
    assert!(said.contains("audit jalibat: 244 operations, after 0 and up to 244"), "{said}");
    assert!(said.contains("of        bundle of log ") && said.contains(FINGERPRINT), "{said}");
    let said = inbox.verify("toit.json", EXPORT).good();
    assert!(said.contains("of        export of audit toit\n") && said.contains(FINGERPRINT), "{said}");
    let bundle = inbox.put("van.fhbundle", BUNDLE);
    let by = |key: &str| run(inbox.0.path(), &["verify", bundle.to_str().unwrap(), "--hub", key]);
    by(FINGERPRINT).good();
    by("0000 1111").bad(4);
}

#[test]
fn what_was_changed_in_a_bundle_or_an_export_is_told_with_its_place() {
    let inbox = Inbox::new();
    let mut bytes = BUNDLE.to_vec();
    bytes[2_000] ^= 1;
    let ran = inbox.verify("van.fhbundle", &bytes);
    assert!(
        ran.out.contains("van.fhbundle: altered.") && ran.out.contains("where     damaged:"),
        "{}",
        ran.out
    );
    ran.bad(3);

    let ran = inbox.verify("toit.json", EXPORT.replacen("\"pending\"", "\"dead\"", 2));
    let told = ["module 1 of the list was altered (M001)", "module 2 of the list was altered (M002)"];
    assert!(told.iter().all(|place| ran.out.contains(place)), "{}", ran.out);
    ran.bad(3);
    let value: serde_json::Value = serde_json::from_str(EXPORT).unwrap();
    let ran = inbox.verify("again.json", value.to_string());
    assert!(ran.out.contains("another program has saved it again"), "{}", ran.out);
    ran.bad(3);
}

#[test]
fn of_files_without_a_signature_the_reason_is_said() {
    let inbox = Inbox::new();
    let unsigned = |name: &str, bytes: &[u8], why: &str| {
        let ran = inbox.verify(name, bytes);
        assert!(ran.out.contains("not signed. ") && ran.out.contains(why), "{name}: {}", ran.out);
        ran.bad(5);
    };
    unsigned("before.fhbundle", BUNDLE_OF_BEFORE, "It is a bundle of before hubs signed them");
    assert!(inbox.verify("before.fhbundle", BUNDLE_OF_BEFORE).out.contains("244 operations"));
    let tablet = include_bytes!("../fixtures/jalibat-tablet-export.json");
    unsigned("tablet.json", tablet, "It is an export of a tablet");
    let rescue = inbox.put("rescue.json", "");
    save_unsent(&rescue, &[mark("M001", "dead", "lea", NOW)]);
    unsigned("rescue.json", &fs::read(&rescue).unwrap(), "a tablet has no key of a hub");
    unsigned("report.xlsx", SAVED_AGAIN, "Another program has saved this workbook again");
    assert!(inbox.verify("report.xlsx", SAVED_AGAIN).out.contains("report of audit toit, version 1"));
    unsigned("plan.xlsx", include_bytes!("../fixtures/plan.xlsx"), "If a hub made this workbook");
    unsigned("table.csv", b"a;b", "no file that they sign");
}

#[test]
fn a_bundle_of_before_and_a_signed_one_are_taken_in() {
    let sites = Sites::new();
    for (name, bytes) in [("before", BUNDLE_OF_BEFORE), ("signed", BUNDLE)] {
        let (file, office) = (sites.path(&format!("{name}.fhbundle")), sites.path(name));
        fs::write(&file, bytes).unwrap();
        let taken = run(&office, &["bundle", "import", file.to_str().unwrap(), "--json"]).json();
        assert_eq!((&taken["new"], &taken["operations"]), (&taken["operations"], &taken["new"]), "{taken}");
        assert_eq!(run(&office, &["audit", "show", "jalibat", "--json"]).json()["marked"], 242);
    }
}

/// Follows the block of commands as somebody would who has the file and no program of ours.
fn by_hand(file: &Path) -> String {
    let page = include_str!("../../docs/operations.md");
    let (_, rest) = page.split_once("Without any program of ours").unwrap();
    let block = rest.lines().map(|line| line.strip_prefix("    "));
    let block = block.skip_while(Option::is_none).map_while(|line| line);
    let commands = block.collect::<Vec<_>>().join("\n");
    assert!(commands.contains("openssl pkeyutl") && commands.lines().count() < 12, "{commands}");
    let dir = tempfile::tempdir().unwrap();
    let commands = commands.replace("report.pdf", file.to_str().unwrap());
    let ran = Command::new("sh").arg("-c").arg(&commands).current_dir(dir.path()).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
}

#[tokio::test]
async fn a_proof_is_checked_by_hand_as_the_guide_says() {
    let sites = Sites::new();
    let van = sites.path("van");
    create(&van);
    let file = |name: &str| sites.path(name);
    let folder = file("stick");
    run(&van, &["report", "jalibat", "--format", "folder", "-o", folder.to_str().unwrap()]).good();
    for form in ["pdf", "html", "xlsx", "json"] {
        fs::rename(folder.join(format!("report.{form}")), file(&format!("r.{form}"))).unwrap();
    }
    fs::write(file("van.fhbundle"), BUNDLE).unwrap();
    fs::write(file("toit.json"), EXPORT).unwrap();
    for name in ["r.pdf", "r.html", "r.xlsx", "r.json", "toit.json", "van.fhbundle"] {
        let bundle = name.ends_with("fhbundle");
        // Whether the sum that is printed is the one in the line.
        let same = |said: &str| {
            let sums: Vec<&str> =
                said.lines().filter_map(|line| line.split_once("  -").map(|(sum, _)| sum)).collect();
            let signed = said.lines().find_map(|line| line.strip_prefix("sha256=")).unwrap();
            sums[usize::from(bundle)] == signed
        };
        let said = by_hand(&file(name));
        assert!(said.contains("Signature Verified Successfully") && same(&said), "{name}: {said}");
        let mut bytes = fs::read(file(name)).unwrap();
        bytes[40] ^= 1;
        fs::write(file(name), bytes).unwrap();
        let said = by_hand(&file(name));
        assert!(said.contains("Signature Verified Successfully") && !same(&said), "{name}: {said}");
    }
}

/// The key is no part of what is copied: a bundle that one hub passes on is signed by that hub.
#[tokio::test]
async fn a_bundle_is_signed_by_the_hub_that_wrote_it_and_a_hub_without_a_key_writes_one_all_the_same() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let bundle = async |hub: &TestHub| hub.client.get("/api/v1/bundle").await.body.to_vec();
    let export = async |hub: &TestHub| hub.client.get("/api/v1/audits/jalibat/export").await.body.to_vec();
    let (own, json) = (bundle(&hub).await, export(&hub).await);
    let mut hub = hub;
    let temp = hub.stop().await;
    let judge = |name: &str, bytes: &[u8]| {
        let file = temp.path().join(name);
        fs::write(&file, bytes).unwrap();
        run(temp.path(), &["verify", file.to_str().unwrap()])
    };
    assert!(judge("own.fhbundle", &own).good().contains("by the hub on this machine"));
    assert!(judge("own.json", &json).good().contains("by the hub on this machine"));
    assert!(judge("other.fhbundle", BUNDLE).bad(4).contains("another hub"));
    // A key that can be neither read nor kept.
    let key = temp.path().join("fieldhub.proof");
    fs::remove_file(&key).unwrap();
    fs::create_dir(&key).unwrap();
    let mut hub = TestHub::start_in(temp, TestClock::new(true), Access::Open).await;
    let (bundle, json) = (bundle(&hub).await, export(&hub).await);
    let temp = hub.stop().await;
    let inbox = Inbox::new();
    inbox.verify("plain.fhbundle", &bundle).bad(5);
    inbox.verify("plain.json", &json).bad(5);
    assert!(serde_json::from_slice::<serde_json::Value>(&json).unwrap().get("row_hashes").is_none());
    drop(temp);
}
