//! Every file here is a module of this program: one that nobody names is neither compiled nor run.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules that a folder has and its `main.rs` or `mod.rs` does not name.
fn left_out(folder: &Path, parent: &str) -> Vec<PathBuf> {
    let text = fs::read_to_string(folder.join(parent)).unwrap();
    let named =
        |name: &str| text.lines().any(|line| line.trim_start_matches("pub ") == format!("mod {name};"));
    let mut left_out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let inside = path.is_dir() && path.join("mod.rs").exists();
        if inside {
            left_out.extend(self::left_out(&path, "mod.rs"));
        }
        let file = path.extension().is_some_and(|ends| ends == "rs") && !path.ends_with(parent);
        if (inside || file) && !named(name) {
            left_out.push(path);
        }
    }
    left_out
}

#[test]
fn no_file_of_tests_is_left_out() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    assert_eq!(
        left_out(&here.join("it"), "main.rs"),
        Vec::<PathBuf>::new(),
        "tests/it/main.rs does not name them"
    );
    let beside = fs::read_dir(here).unwrap().map(|entry| entry.unwrap().path());
    let forgotten: Vec<_> = beside.filter(|path| path.extension().is_some_and(|e| e == "rs")).collect();
    assert!(forgotten.is_empty(), "tests are modules of tests/it; these are run by nobody: {forgotten:?}");
}
