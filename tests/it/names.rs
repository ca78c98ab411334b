//! Names lead to what they name: every file here is a module of this program (one that nobody names is neither compiled nor
//! run), no two types of src share a name, and the files that docs/design.md names are there.

use std::collections::BTreeMap;
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

/// Types that share a name, with the reason.
const SHARED: &[(&str, &str)] = &[];

/// Each type that a source declares, but for those inside functions and implementations.
fn types(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = match line.strip_prefix("pub(") {
            Some(rest) => rest.split_once(") ")?.1,
            None => line.strip_prefix("pub ").unwrap_or(line),
        };
        let (kind, rest) = line.split_once(' ')?;
        let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
        ["struct", "enum", "trait", "type"].contains(&kind).then_some(name)
    })
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ends| ends == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_two_types_share_a_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut files, mut places) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
    sources(&root.join("src"), &mut files);
    for file in &files {
        let place = file.strip_prefix(root).unwrap().display().to_string();
        for name in types(&fs::read_to_string(file).unwrap()) {
            places.entry(name.to_owned()).or_default().push(place.clone());
        }
    }
    assert!(places.len() > 300, "the test sees {} types only", places.len());
    places.retain(|_, files| files.len() > 1);
    let allowed = |name: &str| SHARED.iter().any(|(shared, _)| *shared == name);
    let shared: Vec<_> = places.iter().filter(|(name, _)| !allowed(name)).collect();
    assert!(shared.is_empty(), "one name for two things: {shared:#?}");
    let gone: Vec<_> = SHARED.iter().filter(|(name, _)| !places.contains_key(*name)).collect();
    assert!(gone.is_empty(), "these are shared no more: {gone:?}");
}

#[test]
fn the_files_that_the_design_names_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/design.md")).unwrap();
    // Between a pair of backticks.
    let code = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let paths: Vec<_> = code
        .filter(|code| ["src/", "web/src/", "tests/"].iter().any(|below| code.starts_with(below)))
        .filter(|code| !code.contains(' '))
        .collect();
    let missing: Vec<_> = paths.iter().filter(|path| !root.join(path).exists()).collect();
    assert!(!paths.is_empty() && missing.is_empty(), "docs/design.md names what is not there: {missing:?}");
}
