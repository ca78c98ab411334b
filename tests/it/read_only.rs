//! The hub on a system that is mounted read-only, with a data directory on a partition of its own: in a mount namespace.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::blocking::Blocking;
use crate::common::marks::numbered;
use crate::common::needed;
use crate::common::program::{Serving, run};
use rustix::process::Signal;

/// Run something where nothing but the data directory can be written.
const INSIDE: &str = r#"mount --make-rprivate / && mount --bind "$DATA" "$DATA" || exit 9
cut -d' ' -f5 /proc/self/mountinfo | sort -ru | while read -r place; do
	[ "$place" = "$DATA" ] || mount -o remount,bind,ro "$place" 2>/dev/null || true
done
if touch "$BESIDE" 2>/dev/null; then echo "the system can be written" >&2; exit 9; fi
exec "$@""#;

fn inside(data: &Path, beside: &Path, program: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", INSIDE, "sh"]).args(program).stdin(Stdio::null());
    command.env("DATA", data).env("BESIDE", beside);
    command
}

#[test]
fn nothing_but_the_data_directory_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let dir_path = dir.path().canonicalize().unwrap();
    let (data, beside) = (dir_path.join("data"), dir_path.join("beside"));
    std::fs::create_dir(&data).unwrap();
    let possible = inside(&data, &beside, &["true"]).stderr(Stdio::null()).status();
    if !possible.is_ok_and(|status| status.success()) {
        needed::lacking("no right to make mount namespaces (root, CAP_SYS_ADMIN)");
        return;
    }
    let serve = [
        "--listen",
        "127.0.0.1:0",
        "--tls",
        "auto",
        "--tls-listen",
        "127.0.0.1:0",
        "--demo",
        "--access",
        "open",
    ];
    let program = env!("CARGO_BIN_EXE_fieldhub");
    let data_dir = data.to_str().unwrap();
    let start = || {
        let args = [&[program, "serve", "--data-dir", data_dir], &serve[..]].concat();
        Serving::spawn(inside(&data, &beside, &args))
    };
    let hub = start();
    let mark = |hub: &Serving, n| {
        let mut client = Blocking::connect(&hub.address).unwrap();
        assert_eq!(client.ops("jalibat-demo", &[numbered(n, 1, "dead")]).unwrap().0, 200);
    };
    mark(&hub, 1);
    let info = hub.get("/api/v1/hub");
    assert_eq!(info["notices"], serde_json::json!([]), "it lacks nothing");
    assert!(!info["tls"].is_null(), "and has made its CA");
    // A command outside of it, and a backup through it.
    let copy = dir_path.join("copy.redb");
    run(&data, &["backup", copy.to_str().unwrap()]).good();
    run(&data, &["restore", copy.to_str().unwrap(), "--yes"]).good();
    mark(&hub, 2);
    assert_eq!(hub.stop(Signal::KILL), None, "the power goes");
    let hub = start();
    assert_eq!(hub.get("/api/v1/audits/jalibat-demo")["marked"], 1);
    assert_eq!(hub.stop(Signal::TERM), Some(0));
}
