//! The hub on a machine that systemd has booted, with its units as they are: installed, killed, hung, stopped, installed
//! again, updated, given something broken for an update, removed.
//!
//! The machine is this one under an overlay that is gone afterwards, with a network of its own, in a container of
//! systemd-nspawn. Needs root; elsewhere it says so and does nothing, but not in CI.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::needed;

/// In a mount namespace of its own: nothing is left mounted, however it ends.
const BOOT: &str = r#"set -e
mount -t tmpfs tmpfs "$DIR/over"
mkdir "$DIR/over/upper" "$DIR/over/work" "$DIR/over/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$DIR/over/upper,workdir=$DIR/over/work" "$DIR/over/root"
# What this machine may have of a hub.
rm -rf "$DIR/over/root/etc/fieldhub" "$DIR/over/root/var/lib/fieldhub" "$DIR/over/root/usr/local/bin/fieldhub"
exec timeout --kill-after=10 240 systemd-nspawn --directory="$DIR/over/root" --machine="fieldhub-$$" \
	--private-network --register=no --keep-unit --bind="$DIR/hub:/hub" \
	--bind-ro="$DIR/hub/test.service:/etc/systemd/system/hub-test.service" --boot -- systemd.unit=hub-test.service"#;

const TEST_SERVICE: &str = "[Unit]\nDefaultDependencies=no\nRequires=basic.target\nAfter=basic.target\n\
    [Service]\nType=oneshot\nExecStart=/bin/sh /hub/steps.sh\nExecStopPost=/bin/systemctl poweroff --no-block\n";

/// Whether a container with mounts of its own can be made here.
fn possible() -> bool {
    let mounts = ["--mount", "--propagation", "private", "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
    needed::here("systemd-nspawn", &["--version"])
        && needed::here("unshare", &mounts)
        && needed::here("minisign", &["-v"])
        && needed::here("curl", &["--version"])
}

/// What never becomes a hub.
const BROKEN: &str = "#!/bin/sh\ncase $1 in\n--version) echo fieldhub 9.9.9 ;;\n\
    service) systemctl restart --no-block fieldhub ;;\n*) exit 1 ;;\nesac\n";

/// Two programs to update to, with their signatures and the key.
fn updates(hub: &Path) {
    let minisign = |args: &[&str]| {
        let done = Command::new("minisign").args(args).current_dir(hub).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    minisign(&["-G", "-W", "-p", "key.pub", "-s", "key"]);
    // A byte more, which does nothing.
    let next = [&fs::read(hub.join("fieldhub")).unwrap()[..], b"\n"].concat();
    for (name, content) in [("next", &next[..]), ("broken", BROKEN.as_bytes())] {
        fs::write(hub.join(name), content).unwrap();
        minisign(&["-S", "-s", "key", "-m", name]);
    }
}

#[test]
fn a_machine_with_systemd_has_a_hub_and_keeps_it() {
    if !possible() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for part in ["hub", "over"] {
        fs::create_dir(dir.path().join(part)).unwrap();
    }
    let hub = dir.path().join("hub");
    fs::copy(env!("CARGO_BIN_EXE_fieldhub"), hub.join("fieldhub")).unwrap();
    updates(&hub);
    fs::write(hub.join("test.service"), TEST_SERVICE).unwrap();
    fs::write(hub.join("steps.sh"), include_str!("../booted/steps.sh")).unwrap();
    let booted = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "sh", "-c", BOOT])
        .env("DIR", dir.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = fs::read_to_string(hub.join("out")).unwrap_or_else(|_| panic!("it did not boot: {booted:?}"));
    let sections: HashMap<&str, &str> =
        said.split("== ").skip(1).filter_map(|section| section.split_once('\n')).collect();
    let has = |section: &str, words: &[&str]| {
        let text = sections.get(section).unwrap_or_else(|| panic!("no section {section} in {said}"));
        for words in words {
            assert!(text.contains(words), "{words:?} is not in {section}: {text}\n\nall: {said}");
        }
    };
    assert!(sections.contains_key("end") && !said.contains("never: "), "{said}");
    has(
        "install",
        &[
            "wrote      /usr/local/bin/fieldhub\n",
            "healthy    the hub answers",
            "The hub is at http://192.168.4.1/, now",
        ],
    );
    has(
        "unit",
        &["ActiveState=active\n", "UnitFileState=enabled\n", "StatusText=Open at http://192.168.4.1/\n"],
    );
    has("unit", &["StartLimitIntervalUSec=0\n", "NoNewPrivs:\t1\n", "Seccomp:\t2\n"]);
    // Bit 10 alone: CAP_NET_BIND_SERVICE.
    has("unit", &["CapEff:\t0000000000000400\n", "CapBnd:\t0000000000000400\n"]);
    has(
        "unit",
        &["fieldhub:fieldhub 700 /var/lib/fieldhub\n", "root:root 644 /etc/fieldhub/fieldhub.toml\n"],
    );
    has("commands", &["Made Kept (token kept)", "run this with sudo: sudo fieldhub audit list\n"]);
    has(
        "commands",
        &["run this with sudo: sudo fieldhub upstream status\n", "a hub is installed on this machine"],
    );
    has("backup asked for", &["\"wanted\":true", "\"stick\":\"FIELDHUB\"", "\"daily\":true", "enabled\n"]);
    has("backup asked for", &["\"last\":null,\"failed\":{", "\"problem\":\"mount\""]);
    has("killed", &["kept"]);
    has("hung", &["another process\n", "Watchdog timeout"]);
    has("warnings", &["FIELDHUB_NMAE is not a fieldhub setting"]);
    assert!(!sections["warnings"].contains("stopped"), "levels are told apart: {}", sections["warnings"]);
    has("stopped", &["Result=success\n", "its data belongs to the user fieldhub: start it"]);
    assert!(
        sections["stopped"].ends_with("\nfieldhub\n"),
        "nothing in there is root's: {}",
        sections["stopped"]
    );
    has("again", &["unchanged  /usr/local/bin/fieldhub\n", "healthy    the hub answers", "kept"]);
    has("updated", &["healthy    fieldhub ", "another program\n", "kept"]);
    has("went back", &["not well   it was not healthy after 3 s", "the previous one runs again", "kept"]);
    has("went back", &["the one before it\n"]);
    has(
        "interrupted",
        &["enabled\n", "not well   ", "the one before it\n", "\nfieldhub\nfieldhub.old\n", "kept"],
    );
    // The doctor's rounds on a real machine: what it says of this one in particular.
    has("interrupted", &["The hub starts with this machine.", " runs and is healthy"]);
    has("uninstalled", &["removed    /usr/local/bin/fieldhub\n", "fieldhub.redb\n"]);
    has(
        "uninstalled",
        &["'/usr/local/bin/fieldhub': No such file", "'/etc/systemd/system/fieldhub.service': No such file"],
    );
}
