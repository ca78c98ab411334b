//! The first `make` on a new machine: what is missing is said at once, all of it, with what to type, before anything is
//! fetched or built.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::common::program::Ran;
use tempfile::TempDir;

/// What every Debian has, and no more.
const BARE: &[&str] =
    &["bash", "dirname", "env", "find", "grep", "head", "id", "make", "sed", "sort", "touch"];

fn bare() -> TempDir {
    let dir = TempDir::new().unwrap();
    for name in BARE {
        let at = ["/usr/bin", "/bin"].map(|bin| Path::new(bin).join(name)).into_iter().find(|at| at.exists());
        symlink(at.unwrap(), dir.path().join(name)).unwrap();
    }
    dir
}

fn has(dir: &TempDir, name: &str, says: &str) {
    let path = dir.path().join(name);
    fs::write(&path, format!("#!/bin/bash\necho '{says}'\n")).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
}

fn ran(dir: &TempDir, program: &str, args: &[&str]) -> Ran {
    let mut command = Command::new(dir.path().join(program));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).env_clear().env("PATH", dir.path());
    command.output().unwrap().into()
}

fn tools(dir: &TempDir, what: &str) -> Ran {
    ran(dir, "bash", &[".ci/tools", what])
}

#[test]
fn all_that_is_missing_is_named_with_the_line_to_type() {
    let dir = bare();
    let error = tools(&dir, "build").err;
    for missing in ["missing: a C and C++ compiler", "missing: cargo", "missing: node"] {
        assert!(error.contains(missing), "{missing}: {error}");
    }
    for typed in
        ["build-essential curl ca-certificates\n", "https://sh.rustup.rs | sh", "apt-get install -y nodejs\n"]
    {
        assert!(error.contains(typed), "{typed}: {error}");
    }
    assert!(!error.contains("Python"), "only the tests need it: {error}");
    let error = tools(&dir, "test").err;
    assert!(
        error.contains("missing: Python 3.11 with venv") && error.contains(" python3 python3-venv\n"),
        "{error}"
    );
}

#[test]
fn what_is_too_old_is_named_with_both_versions_and_what_is_new_enough_is_not() {
    let dir = bare();
    for (name, says) in [
        ("cc", ""),
        ("c++", ""),
        ("curl", "curl 8.1"),
        ("rustup", "rustup 1.28.1"),
        ("cargo", "cargo 1.85.0 (d73d2caf9 2024-12-31)"),
        ("node", "v18.20.4"),
        ("npm", "9.2.0"),
    ] {
        has(&dir, name, says);
    }
    let error = tools(&dir, "build").err;
    assert!(
        error.contains("missing: cargo 1.90 (this is 1.85.0)")
            && error.contains("    rustup update stable\n")
    );
    assert!(
        error.contains("missing: node 20.19 (this is 18.20.4)") && !error.contains("compiler,"),
        "{error}"
    );
    has(&dir, "cargo", "cargo 1.100.0");
    has(&dir, "node", "v20.19.0");
    assert_eq!(tools(&dir, "build"), Ran { code: Some(0), out: String::new(), err: String::new() });
}

#[test]
fn make_says_it_before_it_begins() {
    let dir = bare();
    for target in ["run", "test"] {
        let ran = ran(&dir, "make", &[target]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains("missing: cargo") && !ran.out.contains("=="), "{ran:?}");
    }
}
