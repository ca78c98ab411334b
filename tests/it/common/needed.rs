//! Programs of other packages that a test runs. The Makefile names the packages (`NEEDED`).

use std::process::{Command, Stdio};

/// Whether this program is here. Where it is not: a failure in CI, elsewhere a word on why the test is skipped.
pub fn here(program: &str, args: &[&str]) -> bool {
    let ran = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match ran {
        Ok(status) if status.success() => true,
        Ok(status) => lacking(&format!("`{program} {}` fails here ({status})", args.join(" "))),
        Err(error) => lacking(&format!("the program {program} does not run: {error}")),
    }
}

pub fn lacking(why: &str) -> bool {
    assert!(std::env::var_os("CI").is_none(), "{why}");
    println!("skipped: {why}");
    false
}
