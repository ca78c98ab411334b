//! File size (lines of code): one idea a file, so none is longer than somebody reads in one go.
//!
//! What grows past the bound is split by idea, under names that an engineer would search for; not in two halves.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines, tests and comments too.
const MOST: usize = 450;

/// Files that may be longer, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Where the project's own sources are.
const FOLDERS: [&str; 6] = ["src", "tests/it", "benches", "fuzz/src", "fuzz/targets", "build.rs"];

fn sources(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            sources(&entry.unwrap().path(), found);
        }
    } else if path.extension().is_some_and(|ends| ends == "rs") {
        found.push(path.to_owned());
    }
}

#[test]
fn no_source_is_longer_than_one_idea() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in FOLDERS {
        let before = found.len();
        sources(&root.join(folder), &mut found);
        assert!(found.len() > before, "there are no sources in {folder}");
    }
    let lines = |path: &Path| fs::read_to_string(path).unwrap().lines().count();
    let mut long: Vec<String> = Vec::new();
    for path in found {
        let (name, lines) = (path.strip_prefix(root).unwrap().to_str().unwrap(), lines(&path));
        if lines > MOST && !EXCEPTIONS.iter().any(|(exception, _)| *exception == name) {
            long.push(format!("{name}: {lines} lines"));
        }
    }
    assert!(long.is_empty(), "over {MOST} lines; split them by idea:\n{}", long.join("\n"));
    for (name, reason) in EXCEPTIONS {
        assert!(!reason.is_empty(), "{name}: why?");
        assert!(lines(&root.join(name)) > MOST, "{name} is short enough: take it out of the list");
    }
}
