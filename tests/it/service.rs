//! `fieldhub service` on a machine in a directory: every file and command as printed, and done for real with the
//! program that is tested: installed, again, upgraded, removed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};

use crate::common::fake_machine::FakeMachine;
use crate::common::needed;
use crate::common::program::{self, program, run};

const PROGRAM: &str = "/usr/local/bin/fieldhub";
const UNIT: &str = "/etc/systemd/system/fieldhub.service";
const SETTINGS: &str = "/etc/fieldhub/fieldhub.toml";
const DATA: &str = "/var/lib/fieldhub";

#[test]
fn a_dry_run_shows_every_file_and_every_command() {
    insta::assert_snapshot!("service_install", FakeMachine::pi().dry(&["service", "install"]));
    let hotspot = ["service", "install", "--hotspot", "JALIBAT", "--country", "FR"];
    insta::assert_snapshot!("service_install_hotspot", FakeMachine::pi().dry(&hotspot));
    insta::assert_snapshot!("service_install_openwrt", FakeMachine::router().dry(&hotspot));
    insta::assert_snapshot!("service_uninstall_purge", installed().dry(&["service", "uninstall", "--purge"]));
}

#[test]
fn a_laptop_shows_what_a_pi_would_get_and_the_option_that_is_named_is_one() {
    let install = ["service", "install", "--hotspot", "JALIBAT", "--country", "FR"];
    let laptop = FakeMachine::bare();
    let shown = laptop.dry(&install);
    let first = "say     This machine has no systemd, no NetworkManager with dnsmasq, no Wi-Fi: what follows";
    assert!(shown.starts_with(first), "{shown}");
    for step in ["write   /etc/systemd/system/fieldhub.service", "ssid=JALIBAT", "interface-name=wlan0"] {
        assert!(shown.contains(step), "{step}: {shown}");
    }
    assert!(laptop.dry(&["service", "install"]).starts_with("say     This machine has no systemd: what"));
    assert!(laptop.run(&install[..2]).bad(1).contains("neither systemd nor"), "only looked at");

    let without_wifi = FakeMachine::with_systemd();
    assert!(without_wifi.run(&install).bad(1).contains("name one with --interface"));
    let named = [&install[..], &["--interface", "wlan9"]].concat();
    let shown = without_wifi.dry(&named);
    assert!(shown.contains("interface-name=wlan9") && !shown.contains("This machine has no"), "{shown}");
}

/// With a hub that has been started, as its own user's data show.
fn installed() -> FakeMachine {
    let pi = FakeMachine::pi();
    let said = pi.run(&["service", "install"]).good();
    assert!(said.contains("\nhealthy    the hub answers on its socket\n"), "{said}");
    assert!(said.contains("The hub is at http://") && said.contains("sudo fieldhub crew code"), "{said}");
    assert_eq!(
        pi.calls(),
        [
            "useradd --system --user-group --no-create-home --home-dir /var/lib/fieldhub --shell /usr/sbin/nologin fieldhub",
            "systemctl daemon-reload",
            "systemctl enable fieldhub",
            "systemctl restart fieldhub",
            "systemctl enable fieldhub-backup.service",
            "systemctl enable fieldhub-update.service",
            "systemctl enable --now fieldhub-backup.timer",
            "systemctl enable --now fieldhub-backup.path"
        ]
    );
    pi
}

#[test]
fn one_copied_file_becomes_a_hub() {
    let pi = installed();
    assert_eq!((pi.mode(PROGRAM), pi.mode(UNIT), pi.mode(SETTINGS)), (0o755, 0o644, 0o644));
    assert_eq!(fs::read(pi.at(PROGRAM)).unwrap(), fs::read(env!("CARGO_BIN_EXE_fieldhub")).unwrap());
    assert_eq!(pi.read(UNIT), include_str!("../../systemd/fieldhub.service"));
    assert!(pi.read(SETTINGS).contains("listen = [\"0.0.0.0:80\"]\n"));
    assert!(pi.listing().iter().all(|(path, _)| path.extension().is_none_or(|e| e != "part")));

    // The settings that it begins with are settings that the hub takes.
    let settings = pi.at(SETTINGS);
    let list = program(&["audit", "list", "--config", settings.to_str().unwrap(), "--data-dir"])
        .arg(pi.at(DATA))
        .output();
    assert!(program::Ran::from(list.unwrap()).good().starts_with("No audits yet"));

    let status = pi.run(&["service", "status", "--data-dir", pi.at(DATA).to_str().unwrap()]).good();
    assert!(status.contains("service   enabled, active Open at http://192.168.4.1/\n"), "{status}");
    assert!(
        status.contains(&format!("hub       {}, healthy, up for ", env!("CARGO_PKG_VERSION"))),
        "{status}"
    );
}

#[test]
fn a_second_time_changes_no_file() {
    let pi = installed();
    let files = |pi: &FakeMachine| {
        let mut files = pi.listing();
        files.retain(|(path, _)| {
            !path.starts_with(pi.at(DATA)) && !path.ends_with("pid") && !path.ends_with("log")
        });
        let inode = |path: &std::path::PathBuf| path.metadata().unwrap().ino();
        files.into_iter().map(|(path, content)| (inode(&path), path, content)).collect::<Vec<_>>()
    };
    let before = files(&pi);
    let said = pi.run(&["service", "install"]).good();
    assert_eq!(said.matches("unchanged  /").count(), 6, "{said}");
    assert!(!said.contains("wrote"), "{said}");
    assert!(files(&pi) == before, "not even written anew");
    // It is not made a user twice.
    assert_eq!(pi.calls()[0], "systemctl daemon-reload");
}

#[test]
fn an_upgrade_replaces_the_program_and_nothing_that_is_somebodys() {
    let pi = installed();
    let data = pi.at(DATA);
    run(&data, &["audit", "create", "--name", "Kept", "--strings", "2x3", "--token", "kept"]).good();
    let id = || run(&data, &["status", "--json"]).json()["log_id"].clone();
    let (log, first) = (id(), pi.pid());
    // An older program, with an older unit; settings that somebody has changed.
    fs::remove_file(pi.at(PROGRAM)).unwrap();
    fs::write(pi.at(PROGRAM), "older").unwrap();
    fs::write(pi.at(UNIT), "[Service]\nExecStart=older\n").unwrap();
    let own = pi.read(SETTINGS).replace("[tls]", "name = \"Van 7\"\n\n[tls]");
    fs::write(pi.at(SETTINGS), &own).unwrap();

    pi.run(&["service", "install"]).good();
    assert_ne!(pi.pid(), first, "the new one runs");
    assert_eq!(pi.read(SETTINGS), own);
    assert_eq!(pi.read(UNIT), include_str!("../../systemd/fieldhub.service"));
    assert_eq!((fs::metadata(pi.at(PROGRAM)).unwrap().len(), pi.mode(PROGRAM)), (binary_size(), 0o755));
    let status = run(&data, &["status", "--json"]).json();
    assert_eq!((&status["name"], &status["log_id"]), (&"Van 7".into(), &log));
    assert!(run(&data, &["audit", "list"]).good().contains("kept"));

    // The installed program upgrades itself as well: it is the file that it replaces.
    pi.run_program(&pi.at(PROGRAM), &["service", "install"]).good();
    assert_eq!(fs::metadata(pi.at(PROGRAM)).unwrap().len(), binary_size());
}

fn binary_size() -> u64 {
    fs::metadata(env!("CARGO_BIN_EXE_fieldhub")).unwrap().len()
}

#[test]
fn uninstalling_leaves_data_unless_they_are_to_go() {
    let pi = installed();
    let data = pi.at(DATA);
    run(&data, &["audit", "create", "--name", "Kept", "--strings", "2", "--token", "kept"]).good();
    pi.calls();
    let said = pi.run(&["service", "uninstall"]).good();
    assert!(said.contains("What was marked stays in /var/lib/fieldhub"), "{said}");
    assert_eq!(
        pi.calls(),
        [
            "systemctl disable --now fieldhub",
            "systemctl disable --now fieldhub-backup.path fieldhub-backup.timer fieldhub-backup.service fieldhub-update.service",
            "systemctl daemon-reload"
        ]
    );
    assert!(!pi.at(PROGRAM).exists() && !pi.at(UNIT).exists() && pi.at(SETTINGS).exists());
    assert!(pi.run(&["service", "status"]).good().contains("not a service on this machine"));
    assert!(run(&data, &["audit", "list"]).good().contains("kept"));

    // Somebody puts it back, and it goes on from there.
    pi.run(&["service", "install"]).good();
    assert!(run(&data, &["audit", "list"]).good().contains("kept"));
    pi.run(&["service", "uninstall"]).good();
    pi.calls();

    // Nobody to ask, and no --yes.
    assert!(pi.run(&["service", "uninstall", "--purge"]).bad(2).contains("--yes"));
    assert!(data.exists());
    // What is gone already is no failure.
    pi.run(&["service", "uninstall", "--purge", "--yes"]).good();
    assert!(!data.exists() && !pi.at("/etc/fieldhub").exists());
    assert_eq!(pi.calls(), ["systemctl daemon-reload", "userdel fieldhub"]);
}

#[test]
fn a_hub_that_does_not_start_is_said_with_where_to_look() {
    let pi = FakeMachine::pi();
    pi.program(
        "systemctl",
        "[ \"$1\" != restart ] || { echo 'Job for fieldhub.service failed.' >&2; exit 1; }",
    );
    let error = pi.run(&["service", "install"]).bad(1);
    assert!(
        error.contains("`systemctl restart fieldhub` failed") && error.contains("Job for fieldhub"),
        "{error}"
    );
}

#[test]
fn only_root_changes_a_machine_and_only_one_that_can_be() {
    let bare = FakeMachine::with_systemd();
    fs::remove_dir_all(bare.at("/run")).unwrap();
    assert!(bare.run(&["service", "install"]).bad(1).contains("neither systemd nor OpenWrt's procd"));
    if !rustix::process::geteuid().is_root() {
        let error = program::Ran::from(program(&["service", "install"]).output().unwrap()).bad(2);
        assert!(error.contains("sudo fieldhub service install"), "{error}");
    }
}

/// Root that opened the data of an installed hub would leave files in it that the hub cannot write.
#[test]
fn data_of_the_hubs_own_user_are_not_opened_by_others() {
    if !rustix::process::geteuid().is_root() {
        needed::lacking("only root can give a directory away");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    run(&data, &["audit", "create", "--name", "N", "--strings", "2"]).good();
    let before = fs::read_dir(&data).unwrap().count();
    let nobody = 65_534;
    std::os::unix::fs::chown(&data, Some(nobody), Some(nobody)).unwrap();
    let error = run(&data, &["audit", "list"]).bad(1);
    assert!(error.contains("its data belongs to the user nobody: start it"), "{error}");
    let error = run(&data, &["serve", "--listen", "127.0.0.1:0"]).bad(1);
    assert!(error.contains("belongs to the user nobody, and a hub that another user runs"), "{error}");
    assert_eq!(fs::read_dir(&data).unwrap().count(), before);
}

#[test]
fn the_script_for_openwrt_is_a_good_one() {
    if !needed::here("shellcheck", &["--version"]) {
        return;
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/systemd/fieldhub.init");
    let output =
        Command::new("shellcheck").args(["--shell", "sh", file]).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
