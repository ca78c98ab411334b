//! `fieldhub update` on a machine in a directory, with real signatures: a good program stays, and whatever else is tried, the
//! hub that was there is there again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test may panic; a skip says why

#[path = "common/fake_machine.rs"]
mod fake_machine;
#[path = "common/needed.rs"]
mod needed;
#[allow(dead_code)] // shared with the tests of the command line
#[path = "common/program.rs"]
mod program;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fake_machine::FakeMachine;
use program::{Ran, run};
use redb::{ReadableDatabase, TableDefinition};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const PROGRAM: &str = "/usr/local/bin/fieldhub";
const TRIAL: &str = "/usr/local/bin/fieldhub.trial";
const OLD: &str = "/usr/local/bin/fieldhub.old";
const DATA: &str = "/var/lib/fieldhub";
const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");

/// Says that it is version 9.9.9, has itself started, and never serves.
const BROKEN: &str = r#"case $1 in
--version) echo fieldhub 9.9.9 ;;
service) systemctl restart --no-block fieldhub ;;
*) exit 1 ;;
esac"#;

/// A Pi with a hub that has an audit, and a key that signs updates for it.
struct Site {
    pi: FakeMachine,
    keys: tempfile::TempDir,
}

impl Site {
    fn new() -> Option<Self> {
        if !needed::here("minisign", &["-v"]) {
            return None;
        }
        let site = Self { pi: FakeMachine::pi(), keys: tempfile::tempdir().unwrap() };
        site.pi.run(&["service", "install"]).good();
        run(&site.data(), &["audit", "create", "--name", "Kept", "--strings", "2x3", "--token", "kept"])
            .good();
        site.make_key("release");
        fs::copy(site.key("release.pub"), site.pi.at("/etc/fieldhub/update.pub")).unwrap();
        site.pi.calls();
        Some(site)
    }

    fn data(&self) -> PathBuf {
        self.pi.at(DATA)
    }

    fn key(&self, name: &str) -> PathBuf {
        self.keys.path().join(name)
    }

    fn make_key(&self, name: &str) {
        let mut command = Command::new("minisign");
        command.args(["-G", "-W", "-p"]).arg(self.key(&format!("{name}.pub")));
        let done = command.arg("-s").arg(self.key(&format!("{name}.key"))).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    fn sign(&self, file: &Path, key: &str) {
        let mut command = Command::new("minisign");
        command
            .arg("-S")
            .arg("-s")
            .arg(self.key(&format!("{key}.key")))
            .args(["-t", "a release", "-m"])
            .arg(file);
        let done = command.output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    /// A file with its signature.
    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.key(name);
        fs::write(&path, content).unwrap();
        self.sign(&path, "release");
        path
    }

    fn script(&self, name: &str, does: &str) -> PathBuf {
        self.file(name, format!("#!/bin/sh\nPATH=$PATH:/usr/bin:/bin\n{does}\n").as_bytes())
    }

    /// This program with a byte more, which does nothing: another one of the same version.
    fn another(&self) -> PathBuf {
        self.file("another", &another())
    }

    fn command(&self, args: &[&str]) -> Command {
        let data = self.data();
        let args = [&["update", "--data-dir", data.to_str().unwrap()], args].concat();
        // As it is typed: the installed one is asked.
        self.pi.command(&self.pi.at(PROGRAM), &args)
    }

    fn update(&self, file: &Path, args: &[&str]) -> Ran {
        self.command(&[&[file.to_str().unwrap()], args].concat()).output().unwrap().into()
    }

    fn log_id(&self) -> Value {
        run(&self.data(), &["status", "--json"]).json()["log_id"].clone()
    }

    /// The program that was there runs as the hub, has its audit, and nothing is left of an update.
    #[track_caller]
    fn is_as_before(&self) {
        assert!(fs::read(self.pi.at(PROGRAM)).unwrap() == original(), "another program is in its place");
        self.runs(PROGRAM);
        assert!(run(&self.data(), &["audit", "list"]).good().contains("kept"));
        assert_eq!(self.programs(), ["fieldhub"]);
    }

    #[track_caller]
    fn runs(&self, program: &str) {
        let status = run(&self.data(), &["status", "--json"]).json();
        assert_eq!((&status["running"], &status["healthy"]), (&true.into(), &true.into()), "{status}");
        let running = fs::canonicalize(format!("/proc/{}/exe", status["process"])).unwrap();
        assert_eq!(running, fs::canonicalize(self.pi.at(program)).unwrap());
    }

    fn programs(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.pi.at("/usr/local/bin"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// An update to a program that never gets healthy, when it is on trial.
    fn on_trial(&self, patience: &str) -> Child {
        let file = self.script("broken", BROKEN);
        let mut command = self.command(&[file.to_str().unwrap(), "--patience", patience]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until(|| self.pi.at(TRIAL).exists() && fs::read(self.pi.at(PROGRAM)).unwrap() != original());
        child
    }

    fn finish(&self, patience: &str) -> Ran {
        let data = self.data();
        let args = ["update", "--finish", "--patience", patience, "--data-dir", data.to_str().unwrap()];
        self.pi.run_program(&self.pi.at(TRIAL), &args)
    }
}

fn original() -> Vec<u8> {
    fs::read(env!("CARGO_BIN_EXE_fieldhub")).unwrap()
}

fn another() -> Vec<u8> {
    [&original()[..], b"\n"].concat()
}

#[track_caller]
fn wait_until(there: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !there() {
        assert!(Instant::now() < deadline, "it does not come");
        std::thread::yield_now();
    }
}

#[test]
fn a_good_program_takes_the_place_of_the_one_before_it() {
    let Some(site) = Site::new() else { return };
    let (log, first) = (site.log_id(), site.pi.pid());
    let said = site.update(&site.another(), &[]).good();
    let version = env!("CARGO_PKG_VERSION");
    assert!(said.contains(&format!("checked    fieldhub {version}, signed (a release)\n")), "{said}");
    assert!(said.contains("healthy    fieldhub ") && said.contains("fieldhub.old"), "{said}");

    assert!(fs::read(site.pi.at(PROGRAM)).unwrap() == another());
    assert_eq!(site.pi.mode(PROGRAM), 0o755);
    assert_ne!(site.pi.pid(), first);
    site.runs(PROGRAM);
    assert_eq!(site.log_id(), log);
    assert!(run(&site.data(), &["audit", "list"]).good().contains("kept"));
    assert_eq!(site.programs(), ["fieldhub", "fieldhub.old"]);
    assert!(fs::read(site.pi.at(OLD)).unwrap() == original());
    // The new one has looked after its units.
    assert!(site.pi.calls().contains(&"systemctl restart --no-block fieldhub".to_owned()));

    // Once more is nothing.
    let said = site.update(&site.another(), &[]).good();
    assert!(said.contains("installed already"), "{said}");
    assert!(site.pi.calls().is_empty());

    // And back by hand, as it says.
    site.pi.run_program(&site.pi.at(OLD), &["service", "install"]).good();
    assert!(fs::read(site.pi.at(PROGRAM)).unwrap() == original());
}

#[test]
fn what_is_not_signed_for_this_machine_is_not_even_run() {
    let Some(site) = Site::new() else { return };
    let ran = site.key("ran");
    let touch = format!("touch {}", ran.display());
    let refused = |file: &Path, args: &[&str], why: &str| {
        let error = site.update(file, args).bad(1);
        assert!(error.contains(why), "{why}: {error}");
    };

    let tampered = site.script("tampered", &touch);
    fs::write(&tampered, format!("#!/bin/sh\n{touch}\n")).unwrap();
    refused(&tampered, &[], "the file is not what was signed");

    let strange = site.script("strange", &touch);
    site.make_key("stranger");
    site.sign(&strange, "stranger");
    refused(&strange, &[], "signed by another key");
    // Unless that key is named: root may.
    let key = site.key("stranger.pub");
    refused(&strange, &["--key", key.to_str().unwrap()], "does not say which fieldhub it is");
    assert!(ran.exists());
    fs::remove_file(&ran).unwrap();

    let bare = site.key("bare");
    fs::write(&bare, "#!/bin/sh\n").unwrap();
    refused(&bare, &[], "an update needs its signature");
    fs::write(site.key("bare.minisig"), "hello").unwrap();
    refused(&bare, &[], "this is no signature of minisign");

    let mut pdp_11 = vec![0; 64];
    pdp_11[..7].copy_from_slice(b"\x7fELF\x01\x01\x01");
    pdp_11[16..20].copy_from_slice(&[2, 0, 65, 0]);
    refused(&site.file("pdp-11", &pdp_11), &[], "no program for this machine");

    let older = site.script("older", "echo fieldhub 0.0.1");
    refused(&older, &[], "--allow-downgrade");

    fs::remove_file(site.pi.at("/etc/fieldhub/update.pub")).unwrap();
    if option_env!("FIELDHUB_UPDATE_KEY").is_none() {
        refused(&site.another(), &[], "there is no key");
    }
    assert!(!ran.exists(), "nothing else was run");
    assert!(site.pi.calls().is_empty(), "and the machine was told nothing");
    site.is_as_before();
}

#[test]
fn a_program_that_does_not_get_healthy_makes_place_again() {
    let Some(site) = Site::new() else { return };
    let log = site.log_id();
    let file = site.script("older", &BROKEN.replace("9.9.9", "0.0.1"));
    let ran = site.update(&file, &["--allow-downgrade", "--patience", "1"]);
    assert!(ran.out.contains("not well   it was not healthy after 1 s"), "{ran:?}");
    let error = ran.bad(1);
    assert!(error.contains("did not get healthy, and the one before it runs again"), "{error}");
    site.is_as_before();
    assert_eq!(site.log_id(), log, "its database was not touched");

    // One that cannot even be installed.
    let file = site.script(
        "stubborn",
        "case $1 in --version) echo fieldhub 9.9.9 ;; *) echo I will not >&2; exit 3 ;; esac",
    );
    let ran = site.update(&file, &["--patience", "1"]);
    assert!(ran.out.contains("its `service install` failed (exit status: 3): I will not"), "{ran:?}");
    ran.bad(1);
    site.is_as_before();
}

/// As a later version leaves it that has migrated the database and does not run for another reason.
#[test]
fn a_database_that_has_become_newer_is_put_aside() {
    let Some(site) = Site::new() else { return };
    let log = site.log_id();
    let newer = site.key("newer.redb");
    run(&site.data(), &["backup", newer.to_str().unwrap()]).good();
    set_schema(&newer, 9);
    let file = site.script(
        "migrates",
        &format!(
            r#"D="$ROOT{DATA}"
case $1 in
--version) echo fieldhub 9.9.9 ;;
service) systemctl restart --no-block fieldhub ;;
serve) mv "$D/fieldhub.redb" "$D/snapshot-1.redb"; cp {} "$D/fieldhub.redb"; exit 1 ;;
esac"#,
            newer.display()
        ),
    );
    let error = site.update(&file, &["--patience", "1"]).bad(1);
    assert!(error.contains("tablets push again") && error.contains("fieldhub.redb.newer-"), "{error}");
    site.is_as_before();
    assert_ne!(site.log_id(), log, "tablets are to begin again");
    let aside: Vec<_> = fs::read_dir(site.data())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_str().unwrap().starts_with("fieldhub.redb.newer-"))
        .collect();
    assert_eq!(aside.len(), 1);
    // For the version that knows it.
    let kept = redb::Database::open(aside[0].path()).unwrap();
    let row =
        kept.begin_read().unwrap().open_table(META).unwrap().get("schema").unwrap().unwrap().value().to_vec();
    assert_eq!(row.last(), Some(&9));
}

fn set_schema(file: &Path, schema: u8) {
    let db = redb::Database::open(file).unwrap();
    let txn = db.begin_write().unwrap();
    {
        let mut row = crc32fast::hash(&[b"schema", &[schema][..]].concat()).to_le_bytes().to_vec();
        row.push(schema);
        txn.open_table(META).unwrap().insert("schema", row.as_slice()).unwrap();
    }
    txn.commit().unwrap();
}

#[test]
fn power_lost_in_the_middle_of_a_trial() {
    let Some(site) = Site::new() else { return };
    let mut child = site.on_trial("600");
    // Nobody else tries anything meanwhile, nor ends it.
    assert!(site.pi.run_program(&site.pi.at(TRIAL), &["update", "--finish"]).good().is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        fs::read(site.pi.at(PROGRAM)).unwrap() != original(),
        "as the machine finds it at its next start"
    );
    let error = site.finish("1").bad(1);
    assert!(error.contains("the one before it runs again"), "{error}");
    site.is_as_before();
    // There is nothing more to end.
    assert!(site.command(&["--finish"]).output().unwrap().stdout.is_empty());
}

#[test]
fn power_lost_between_the_steps() {
    let Some(site) = Site::new() else { return };
    let leave = |content: &[u8], at: &str| {
        // Another file of that name: the one there may be running.
        let _ = fs::remove_file(site.pi.at(at));
        fs::write(site.pi.at(at), content).unwrap();
        fs::set_permissions(site.pi.at(at), PermissionsExt::from_mode(0o755)).unwrap();
    };
    // Written, and not yet swapped.
    leave(b"half a prog", "/usr/local/bin/fieldhub.new");
    fs::hard_link(site.pi.at(PROGRAM), site.pi.at(TRIAL)).unwrap();
    assert!(site.finish("1").good().contains("the program from before it is in place"));
    site.is_as_before();

    // Put back, and not yet said to be.
    leave(&original(), TRIAL);
    site.finish("1").good();
    site.is_as_before();

    // Swapped, and the new one came up with the machine.
    fs::rename(site.pi.at(PROGRAM), site.pi.at(TRIAL)).unwrap();
    leave(&another(), PROGRAM);
    site.pi.run_program(&site.pi.at(PROGRAM), &["service", "install"]).good();
    assert!(site.finish("60").good().contains("the interrupted update was finished"));
    site.runs(PROGRAM);
    assert_eq!(site.programs(), ["fieldhub", "fieldhub.old"]);
    assert!(
        fs::read(site.pi.at(PROGRAM)).unwrap() == another()
            && fs::read(site.pi.at(OLD)).unwrap() == original()
    );
}

/// Over the Wi-Fi that it may cut: the terminal goes, and the trial ends as it would have.
#[test]
fn a_terminal_that_is_closed_ends_nothing() {
    let Some(site) = Site::new() else { return };
    let mut child = site.on_trial("2");
    // What it says from now on, nobody hears.
    drop((child.stdout.take(), child.stderr.take()));
    let process = Pid::from_child(&child);
    kill_process(process, Signal::HUP).unwrap();
    kill_process(process, Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    site.is_as_before();
}

#[test]
fn only_an_installed_hub_is_updated() {
    let pi = FakeMachine::pi();
    let error = pi.run(&["update", "file"]).bad(1);
    assert!(error.contains("no hub is installed") && error.contains("service install"), "{error}");
    fs::create_dir_all(pi.at("/lib/systemd/system")).unwrap();
    fs::write(pi.at("/lib/systemd/system/fieldhub.service"), "").unwrap();
    assert!(pi.run(&["update", "file"]).bad(1).contains("sudo apt install ./fieldhub_VERSION.deb"));
}
