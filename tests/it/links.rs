//! Links that somebody laid into the data directory: none is followed, whatever the file behind it is.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::common::{NOW, TestClock, TestHub, config, mark};
use fieldhub::domain::crew::Access;
use fieldhub::hub::{Hub, HubConfig};
use tempfile::TempDir;

/// What somebody else keeps, and the hub's user could read and write.
const VICTIM: &[u8] = b"not a file of the hub\n";

fn victim(dir: &TempDir) -> PathBuf {
    let path = dir.path().join("victim");
    fs::write(&path, VICTIM).unwrap();
    path
}

fn files(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let mut names: Vec<_> = files.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn copy(from: &Path, to: &Path) {
    for name in files(from) {
        fs::copy(from.join(&name), to.join(&name)).unwrap();
    }
}

/// A directory in which a hub with a crew has worked.
async fn worked_in() -> TempDir {
    let mut hub = TestHub::crew().await;
    hub.jalibat().await;
    let lea = hub.technician("Lea").await;
    lea.ops("jalibat", vec![mark("M001", "ok", "lea", NOW)]).await;
    let backup = hub.backup().await;
    hub.restore(&backup).await;
    hub.stop().await
}

/// The kind: each file that there is, behind a link. It opens nothing, changes nothing, and says which it was.
#[tokio::test]
async fn a_file_of_the_hub_that_has_become_a_link_is_not_opened() {
    let worked = worked_in().await;
    let names = files(worked.path());
    for name in ["fieldhub.redb", "fieldhub.crew", "fieldhub.secrets", "fieldhub.lock"] {
        assert!(names.iter().any(|there| there == name), "{name} is not in {names:?}");
    }
    for name in &names {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        copy(worked.path(), dir.path());
        let (inside, outside) = (dir.path().join(name), elsewhere.path().join(name));
        fs::copy(&inside, &outside).unwrap();
        fs::remove_file(&inside).unwrap();
        symlink(&outside, &inside).unwrap();
        let before = fs::read(&outside).unwrap();
        let opened =
            Hub::open(HubConfig { access: Access::Crew, ..config(dir.path()) }, TestClock::new(true));
        match opened {
            Ok(hub) => hub.close().await,
            Err(error) => {
                let why = std::error::Error::source(&error).map(ToString::to_string);
                let said = format!("{error}: {}", why.unwrap_or_default());
                assert!(said.contains("symbolic link") && said.contains(name), "{name}: {said}");
            }
        }
        assert!(fs::read(&outside).unwrap() == before, "{name} was written through its link");
        if ["fieldhub.redb", "fieldhub.crew", "fieldhub.secrets", "fieldhub.lock"].contains(&name.as_str()) {
            assert!(inside.symlink_metadata().unwrap().is_symlink(), "{name} was replaced");
        }
    }
}

/// And each name that the hub makes a file of as it works.
#[tokio::test]
async fn a_link_where_the_hub_makes_a_file_reaches_nothing() {
    let elsewhere = tempfile::tempdir().unwrap();
    let victim = victim(&elsewhere);
    let dir = worked_in().await;
    let made = [
        ".probe",
        "restore.redb",
        "fieldhub.redb.new",
        "fieldhub.redb.restored",
        "fieldhub.redb.before-restore",
        "fieldhub.crew.new",
        "fieldhub.secrets.new",
        "snapshot.redb.new",
        "backup-of-a-test.redb",
    ];
    let hub = TestHub::start_in(dir, TestClock::new(true), Access::Crew).await;
    let plant = |name: &str| {
        let path = hub.dir().join(name);
        let _ = fs::remove_file(&path);
        symlink(&victim, path).unwrap();
    };
    made.into_iter().for_each(plant);
    hub.technician("Tom").await.ops("jalibat", vec![mark("M002", "ok", "tom", NOW)]).await;
    let lead = hub.lead("Marc").await;
    let _ = lead.call(hyper::Method::POST, "/api/v1/restore", "no database").await;
    let _ = lead.get("/api/v1/backup").await;
    let _ = hub.hub.probe(std::time::Duration::ZERO).await;
    assert_eq!(fs::read(&victim).unwrap(), VICTIM);
    lead.ops("jalibat", vec![mark("M003", "ok", "marc", NOW)]).await;
    assert_eq!(fs::read(&victim).unwrap(), VICTIM);
}
