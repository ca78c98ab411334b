//! A hub whose files cannot be used starts all the same: it takes marks, says what it lacks, and takes it once it is there.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::common::blocking::Blocking;
use crate::common::marks::numbered;
use crate::common::program::{Serving, program};
use crate::common::wait::until;
use rcgen::{CertificateParams, KeyPair};
use rustix::process::Signal;
use serde_json::{Value, json};

const AUDIT: &str = "jalibat-demo";

/// Everything that `serve` reads in its data directory when it starts. A file that a hub has made and that is in neither of these
/// lists fails the test.
const KEPT: [&str; 6] =
    ["fieldhub.redb", "fieldhub.secrets", "fieldhub.crew", "fieldhub.clock", "https.ca", "https.certificate"];
/// Without a lock two hubs would write one database. The socket is made anew.
const NOT_READ: [&str; 2] = ["fieldhub.lock", "fieldhub.sock"];

/// What may be in the place of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Instead {
    Nothing,
    Directory,
    Garbage,
    /// A link that leads to itself: nobody can open it, not even root.
    Unreadable,
}

impl Instead {
    const ALL: [Self; 4] = [Self::Nothing, Self::Directory, Self::Garbage, Self::Unreadable];

    fn put(self, path: &Path) {
        if path.is_dir() {
            fs::remove_dir(path).unwrap();
        } else {
            let _ = fs::remove_file(path);
        }
        match self {
            Self::Nothing => {}
            Self::Directory => fs::create_dir(path).unwrap(),
            Self::Garbage => fs::write(path, [0xfe, 7, 0, 9].repeat(3_000)).unwrap(),
            Self::Unreadable => symlink(path, path).unwrap(),
        }
    }
}

fn mark(hub: &Serving, token: &str) -> u16 {
    let mut client = Blocking::connect(&hub.address).unwrap().with_token(token);
    client.ops(AUDIT, &[numbered(1, 1, "dead")]).unwrap().0
}

fn get(hub: &Serving, token: &str, path: &str) -> (u16, Value) {
    let (status, body) =
        Blocking::connect(&hub.address).unwrap().with_token(token).call("GET", path, "").unwrap();
    (status, serde_json::from_str(&body).unwrap())
}

fn notices(hub: &Serving, token: &str) -> String {
    get(hub, token, "/api/v1/hub").1["notices"].to_string()
}

/// With the code that the hub has printed.
fn join(hub: &Serving, said: &str) -> String {
    let code = said.split_once("The crew code is ").unwrap().1.split(':').next().unwrap().replace(' ', "");
    let body = json!({"code": code, "name": "Léa", "device_id": "dev_lea"}).to_string();
    let (status, answer) =
        Blocking::connect(&hub.address).unwrap().call("POST", "/api/v1/join", &body).unwrap();
    assert_eq!(status, 200, "{answer}");
    serde_json::from_str::<Value>(&answer).unwrap()["token"].as_str().unwrap().to_owned()
}

fn crew_hub(data: &Path) -> (Serving, String) {
    let args = ["--access", "crew", "--demo", "--tls", "auto", "--tls-listen", "127.0.0.1:0"];
    let mut hub = Serving::start(data, &args);
    let said = hub.read_to("Only the crew gets in");
    (hub, said)
}

#[test]
fn whatever_is_in_the_place_of_its_own_files_it_takes_marks() {
    let dir = tempfile::tempdir().unwrap();
    let good = dir.path().join("good");
    let (hub, said) = crew_hub(&good);
    let before = join(&hub, &said);
    assert_eq!(mark(&hub, &before), 200);
    assert_eq!(hub.stop(Signal::TERM), Some(0));
    let made: BTreeSet<String> =
        fs::read_dir(&good).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let listed = KEPT.iter().chain(&NOT_READ);
    let unlisted: Vec<_> = made.iter().filter(|name| !listed.clone().any(|known| known == name)).collect();
    assert!(unlisted.is_empty(), "{unlisted:?}: what becomes of a hub that cannot read it?");
    std::thread::scope(|scope| {
        for instead in Instead::ALL {
            let (good, before, dir) = (&good, &before, dir.path().join(format!("{instead:?}")));
            scope.spawn(move || starts_with(instead, good, &dir, before));
        }
    });
}

fn starts_with(instead: Instead, good: &Path, dir: &Path, before: &str) {
    fs::create_dir(dir).unwrap();
    for name in KEPT {
        // Behind a link there may be a database, with the marks of a night: that is refused aloud, see `links`.
        let database = name == "fieldhub.redb" && instead == Instead::Unreadable;
        if database { Instead::Directory } else { instead }.put(&dir.join(name));
    }
    let (hub, said) = crew_hub(dir);
    assert_eq!(get(&hub, before, "/api/v1/me").0, 401, "{instead:?}");
    let token = join(&hub, &said);
    assert_eq!(mark(&hub, &token), 200, "{instead:?}");
    let told = notices(&hub, &token);
    match instead {
        Instead::Nothing => assert_eq!(told, "[]"),
        Instead::Garbage => assert!(told.contains("was damaged and has been replaced"), "{told}"),
        Instead::Directory | Instead::Unreadable => {
            assert!(
                told.contains("fieldhub.secrets") && told.contains("everyone has to join again"),
                "{told}"
            );
            assert!(told.contains("There is no HTTPS: ") && told.contains("https.ca"), "{told}");
            assert!(get(&hub, &token, "/api/v1/hub").1["tls"].is_null(), "{told}");
            // Nothing was written over what could not be read.
            for name in ["fieldhub.secrets", "fieldhub.crew", "https.ca"] {
                let kind = dir.join(name).symlink_metadata().unwrap();
                assert!(kind.is_dir() || kind.is_symlink(), "{name}");
            }
            // The card has its day again: who was in is in, the CA is the one that tablets trust.
            for name in ["fieldhub.secrets", "fieldhub.crew", "https.ca", "https.certificate"] {
                Instead::Nothing.put(&dir.join(name));
                fs::copy(good.join(name), dir.join(name)).unwrap();
            }
            until("the crew is back", || get(&hub, before, "/api/v1/me").0 == 200);
            until("and HTTPS", || !get(&hub, before, "/api/v1/hub").1["tls"].is_null());
            assert_eq!(get(&hub, &token, "/api/v1/me").0, 401, "joined while that was not known");
            assert!(notices(&hub, before).contains("set aside"), "of the database");
            assert!(!notices(&hub, before).contains("cannot be read"), "{}", notices(&hub, before));
        }
    }
    assert_eq!(hub.stop(Signal::TERM), Some(0));
}

/// The files that settings name.
fn settings(dir: &Path) -> (PathBuf, Vec<PathBuf>) {
    let names = ["cloud.token", "cloud-ca.pem", "wifi-password", "tls.pem", "tls.key"];
    let files: Vec<PathBuf> = names.iter().map(|name| dir.join(name)).collect();
    let [token, ca, wifi, cert, key] = &files[..] else { unreachable!() };
    let text = format!(
        "[tls]\ncert = {cert:?}\nkey = {key:?}\nlisten = \"127.0.0.1:0\"\n[wifi]\nssid = \"JALIBAT\"\n\
         password_file = {wifi:?}\n[[upstream]]\nname = \"cloud\"\nurl = \"https://127.0.0.1:1\"\n\
         token_file = {token:?}\nca_file = {ca:?}\n"
    );
    let settings = dir.join("hub.toml");
    fs::write(&settings, text).unwrap();
    (settings, files)
}

fn put_right(files: &[PathBuf]) {
    let [token, ca, wifi, cert, key] = files else { unreachable!() };
    files.iter().for_each(|file| Instead::Nothing.put(file));
    let keys = KeyPair::generate().unwrap();
    let pem = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&keys).unwrap().pem();
    fs::write(token, "secret\n").unwrap();
    fs::write(wifi, "nuit-claire\n").unwrap();
    fs::write(ca, &pem).unwrap();
    fs::write(cert, &pem).unwrap();
    fs::write(key, keys.serialize_pem()).unwrap();
}

#[test]
fn whatever_is_in_the_place_of_files_that_settings_name_it_takes_marks() {
    std::thread::scope(|scope| {
        for instead in Instead::ALL {
            scope.spawn(move || starts_without(instead));
        }
    });
}

fn starts_without(instead: Instead) {
    let dir = tempfile::tempdir().unwrap();
    let (settings, files) = settings(dir.path());
    files.iter().for_each(|file| instead.put(file));
    let credentials = dir.path().join("credentials");
    fs::create_dir(&credentials).unwrap();
    instead.put(&credentials.join("signing-key"));
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--demo", "--config"]);
    command.arg(settings).arg("--data-dir").arg(dir.path().join("data"));
    let hub = Serving::spawn({
        command.env("CREDENTIALS_DIRECTORY", &credentials);
        command
    });
    assert_eq!(mark(&hub, ""), 200, "{instead:?}");
    let about = ["Nothing goes up to cloud: ", "leave the Wi-Fi out: ", "There is no HTTPS: "];
    until("it says what it lacks", || about.iter().all(|part| notices(&hub, "").contains(part)));
    let told = notices(&hub, "");
    for file in ["cloud.token", "wifi-password", "tls.pem"] {
        assert!(told.contains(file), "{instead:?}: {file} is not named in {told}");
    }
    // Any bytes are a key.
    let no_key = matches!(instead, Instead::Directory | Instead::Unreadable);
    assert_eq!(told.contains("signing-key"), no_key, "{told}");
    // Tablets are not told that there is no cloud: what was marked waits, and the lead sees why.
    until("its mark waits for the cloud", || {
        get(&hub, "", "/api/v1/audits/jalibat-demo").1["cloud"]["pending"] == 1
    });
    let upstream = &get(&hub, "", "/api/v1/upstream").1["upstreams"][0];
    assert_eq!((&upstream["state"], &upstream["reason_code"]), (&"paused".into(), &"settings".into()));
    assert_eq!(upstream["pending"], 1);
    put_right(&files);
    hub.signal(Signal::HUP);
    until("it takes them", || !about.iter().any(|part| notices(&hub, "").contains(part)));
    until("the upstream is called", || {
        let upstreams = get(&hub, "", "/api/v1/upstream").1.to_string();
        upstreams.contains("waiting")
    });
    assert!(!get(&hub, "", "/api/v1/hub").1["tls"].is_null());
}
