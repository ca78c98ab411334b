//! Imports go down only: cli → http → hub → store → domain. Read from the sources.

use std::path::{Path, PathBuf};

/// Each layer with those it may use. Whatever is not named here may not be imported.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("hub", &["store", "domain"]),
    ("http", &["hub", "store", "domain"]),
    ("config", &["domain"]),
    ("upstream", &["hub", "store", "domain"]),
    ("lan", &["hub", "store", "domain"]),
    ("cli", &["config", "http", "upstream", "lan", "hub", "store", "domain"]),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// Foreign crates that belong to one layer.
const AT_HOME: &[(&str, &[&str])] = &[
    ("redb", &["store"]),
    ("axum", &["http"]),
    ("utoipa", &["http"]),
    ("clap", &["cli", "config", "main"]),
    ("qrcode", &["domain", "http", "cli"]),
    ("if_addrs", &["upstream", "lan", "cli"]),
    ("prometheus_client", &["hub"]),
    ("jsonwebtoken", &["hub"]),
    ("argon2", &["hub"]),
    ("sd_notify", &["cli"]),
    ("mdns_sd", &["lan"]),
    // In `domain` its digests, MACs and signatures: functions of their arguments.
    ("ring", &["domain", "hub", "upstream", "lan"]),
    ("rustls", &["http", "upstream", "lan"]),
    // Images of strangers are read in one place, with its bounds.
    ("zune_jpeg", &["domain"]),
    ("png", &["domain"]),
    ("tiff", &["domain"]),
    ("jpeg_encoder", &["domain"]),
    ("pdf_writer", &["domain"]),
    ("subsetter", &["domain"]),
    ("ttf_parser", &["domain"]),
    ("tokio", &["store", "hub", "http", "upstream", "lan", "cli", "main"]),
];

pub fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The layers that a source names: `crate::x` and `fieldhub::x`, nested groups included.
fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for root in ["crate::", "fieldhub::"] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
                continue;
            }
            let rest = &code[at + root.len()..];
            let list = match rest.strip_prefix('{') {
                Some(group) => top_level(group),
                None => vec![rest],
            };
            for item in list {
                let word: String =
                    item.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                names.push(word);
            }
        }
    }
    names
}

/// The items of a `{...}` group, without going into nested ones.
pub fn top_level(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&group[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items
}

#[test]
fn imports_go_down_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    assert!(files.len() > 30, "the sources are where this test looks");
    let mut wrong = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let layer = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        let may = LAYERS.iter().find(|(name, _)| *name == layer);
        let (_, may) =
            may.unwrap_or_else(|| panic!("{layer} is no layer: add it to this test, with a reason"));
        let text = std::fs::read_to_string(&file).unwrap();
        for name in named(&text) {
            let is_layer = LAYERS.iter().any(|(l, _)| *l == name);
            if is_layer && name != layer && !may.contains(&name.as_str()) {
                wrong.push(format!("{}: {layer} may not import {name}", inside.display()));
            }
        }
        for (krate, homes) in AT_HOME {
            let used = text.contains(&format!("use {krate}::")) || text.contains(&format!(" {krate}::"));
            if used && !homes.contains(&layer) {
                wrong.push(format!("{}: {krate} stays in {homes:?}", inside.display()));
            }
        }
        assert!(text.starts_with("//!"), "{}: open with //!: what it is, who calls it", inside.display());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_test_sees_imports_of_all_forms() {
    assert_eq!(named("use crate::hub::{Hub, Clock};"), ["hub"]);
    assert_eq!(named("use crate::{domain::{Op, Mark}, store, http::App};"), ["domain", "store", "http"]);
    assert_eq!(named("let x = crate::config::read();\n// crate::comment"), ["config"]);
}
