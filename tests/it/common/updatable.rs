//! A machine in a directory with an installed hub that can be updated. Used by the tests of `fieldhub update`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::fake_machine::FakeMachine;
use super::needed;
use super::program::{Ran, run};
use super::wait::until;

pub const PROGRAM: &str = "/usr/local/bin/fieldhub";
pub const TRIAL: &str = "/usr/local/bin/fieldhub.trial";
pub const OLD: &str = "/usr/local/bin/fieldhub.old";
pub const DATA: &str = "/var/lib/fieldhub";

/// Says that it is version 9.9.9, has itself started, and never serves.
pub const BROKEN: &str = r#"case $1 in
--version) echo fieldhub 9.9.9 ;;
service) systemctl restart --no-block fieldhub ;;
*) exit 1 ;;
esac"#;

/// A Pi with a hub that has an audit, and a key that signs updates for it.
pub struct UpdatableMachine {
    pub pi: FakeMachine,
    keys: tempfile::TempDir,
}

impl UpdatableMachine {
    pub fn new() -> Option<Self> {
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

    pub fn data(&self) -> PathBuf {
        self.pi.at(DATA)
    }

    pub fn key(&self, name: &str) -> PathBuf {
        self.keys.path().join(name)
    }

    pub fn make_key(&self, name: &str) {
        let mut command = Command::new("minisign");
        command.args(["-G", "-W", "-p"]).arg(self.key(&format!("{name}.pub")));
        let done = command.arg("-s").arg(self.key(&format!("{name}.key"))).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    pub fn sign(&self, file: &Path, key: &str) {
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
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.key(name);
        fs::write(&path, content).unwrap();
        self.sign(&path, "release");
        path
    }

    pub fn script(&self, name: &str, does: &str) -> PathBuf {
        self.file(name, format!("#!/bin/sh\nPATH=$PATH:/usr/bin:/bin\n{does}\n").as_bytes())
    }

    /// This program with a byte more, which does nothing: another one of the same version.
    pub fn another(&self) -> PathBuf {
        self.file("another", &another())
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let data = self.data();
        let args = [&["update", "--data-dir", data.to_str().unwrap()], args].concat();
        // As it is typed: the installed one is asked.
        self.pi.command(&self.pi.at(PROGRAM), &args)
    }

    pub fn update(&self, file: &Path, args: &[&str]) -> Ran {
        self.command(&[&[file.to_str().unwrap()], args].concat()).output().unwrap().into()
    }

    pub fn log_id(&self) -> Value {
        run(&self.data(), &["status", "--json"]).json()["log_id"].clone()
    }

    /// The program that was there runs as the hub, has its audit, and nothing is left of an update.
    #[track_caller]
    pub fn is_as_before(&self) {
        assert!(fs::read(self.pi.at(PROGRAM)).unwrap() == original(), "another program is in its place");
        self.runs(PROGRAM);
        assert!(run(&self.data(), &["audit", "list"]).good().contains("kept"));
        assert_eq!(self.programs(), ["fieldhub"]);
    }

    #[track_caller]
    pub fn runs(&self, program: &str) {
        let status = run(&self.data(), &["status", "--json"]).json();
        assert_eq!((&status["running"], &status["healthy"]), (&true.into(), &true.into()), "{status}");
        let running = fs::canonicalize(format!("/proc/{}/exe", status["process"])).unwrap();
        assert_eq!(running, fs::canonicalize(self.pi.at(program)).unwrap());
    }

    pub fn programs(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.pi.at("/usr/local/bin"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// An update to a program that never gets healthy, when it is on trial.
    pub fn on_trial(&self, patience: &str) -> Child {
        let file = self.script("broken", BROKEN);
        let mut command = self.command(&[file.to_str().unwrap(), "--patience", patience]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        until("it is on trial", || {
            self.pi.at(TRIAL).exists() && fs::read(self.pi.at(PROGRAM)).unwrap() != original()
        });
        child
    }

    pub fn finish(&self, patience: &str) -> Ran {
        let data = self.data();
        let args = ["update", "--finish", "--patience", patience, "--data-dir", data.to_str().unwrap()];
        self.pi.run_program(&self.pi.at(TRIAL), &args)
    }
}

pub fn original() -> Vec<u8> {
    fs::read(env!("CARGO_BIN_EXE_fieldhub")).unwrap()
}

pub fn another() -> Vec<u8> {
    [&original()[..], b"\n"].concat()
}
