//! No circles of imports between files, and rooms inside a layer that are entered from above only. Read from the sources.
//!
//! A module and the files of its own folder may use each other: its `mod.rs` puts them together, and holds what they share.
//! But neither way may be part of a larger circle, so both are left out in turn.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::layers::{sources, top_level};

/// Inside a layer: what these folders and files may not import.
const ROOMS: &[(&str, &[&str])] = &[
    ("http/conn", &["http/guard", "http/routes", "http/app", "hub", "store"]),
    ("http/guard", &["http/routes"]),
    ("http/error", &["http/conn", "http/guard", "http/routes", "http/app"]),
    ("http/limits", &["http/conn", "http/guard", "http/routes", "http/app"]),
];

/// Imports that close a circle of files, and may stay: who imports whom, and why.
const CIRCLES: &[(&str, &str, &str)] = &[];

/// What is left out: what a module imports of its folder, or what those files import of it.
#[derive(Clone, Copy)]
enum Out {
    ToOwnFiles,
    ToOwnModule,
}

const BOTH: [Out; 2] = [Out::ToOwnFiles, Out::ToOwnModule];

/// The sources as modules: `http/conn/accept` with its code, without comments and unit tests.
struct Tree(BTreeMap<String, String>);

impl Tree {
    fn of(src: &Path) -> Self {
        let mut files = Vec::new();
        sources(src, &mut files);
        let module = |file: &PathBuf| {
            let name = file.strip_prefix(src).unwrap().with_extension("");
            let name = name.to_str().unwrap().to_owned();
            let name = name.strip_suffix("/mod").map_or(name.clone(), str::to_owned);
            (name, code(&std::fs::read_to_string(file).unwrap()))
        };
        Self(files.iter().map(module).collect())
    }

    fn is_child(&self, module: &str, name: &str) -> bool {
        self.0.contains_key(&format!("{module}/{name}"))
    }

    /// Where a path that begins in `module` leads: absolute, without `crate`, `self` and `super`. `None` for other crates.
    fn absolute(&self, module: &str, path: &[String]) -> Option<Vec<String>> {
        let mut place: Vec<&str> = module.split('/').collect();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => (place, rest) = (Vec::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {}
            child if self.is_child(module, child) => {}
            _ => return None,
        }
        while rest.first().is_some_and(|first| first == "super") {
            place.pop();
            rest = &rest[1..];
        }
        Some(place.into_iter().map(str::to_owned).chain(rest.iter().cloned()).collect())
    }

    /// The file where what a path names is: through the `pub use` of the modules on its way.
    fn file(&self, path: &[String]) -> Option<String> {
        let depth = (1..=path.len()).rev().find(|&n| self.0.contains_key(&path[..n].join("/")))?;
        let (module, rest) = (path[..depth].join("/"), &path[depth..]);
        if let Some(item) = rest.first() {
            for statement in self.0[&module].split(';').filter_map(|s| s.trim().strip_prefix("pub use ")) {
                for (from, name) in tree(statement).0 {
                    if name == *item {
                        let whole = [&self.absolute(&module, &from)?[..], &rest[1..]].concat();
                        return self.file(&whole);
                    }
                }
            }
        }
        Some(module)
    }

    /// The files that one imports. What a module hands on by `pub use` it does not import.
    fn imports(&self, module: &str) -> BTreeSet<String> {
        let statements = self.0[module].split(';').filter(|s| !s.trim().starts_with("pub use "));
        let paths = statements.flat_map(paths).filter_map(|path| self.absolute(module, &path));
        paths.filter_map(|path| self.file(&path)).filter(|file| file != module).collect()
    }

    /// Who imports whom, but for the exceptions and for one way between a module and its folder.
    fn edges(&self, but: &[(&str, &str, &str)], out: Out) -> BTreeMap<String, BTreeSet<String>> {
        let is_within = |file: &str, module: &str| file.starts_with(&format!("{module}/"));
        let kept = |from: &str, to: &str| {
            let left_out = match out {
                Out::ToOwnFiles => is_within(to, from),
                Out::ToOwnModule => is_within(from, to),
            };
            !left_out && !but.iter().any(|(a, b, _)| (*a, *b) == (from, to))
        };
        let of = |module: &String| {
            let imports = self.imports(module).into_iter().filter(|to| kept(module, to)).collect();
            (module.clone(), imports)
        };
        self.0.keys().map(of).collect()
    }
}

/// One way from `from` to `to`, when there is any.
fn way(edges: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> Option<Vec<String>> {
    let (mut before, mut next) = (BTreeMap::from([(from, from)]), vec![from]);
    while let Some(at) = next.pop() {
        if at == to {
            let mut way = vec![to.to_owned()];
            while way.last().unwrap() != from {
                way.push(before[way.last().unwrap().as_str()].to_owned());
            }
            way.reverse();
            return Some(way);
        }
        for other in &edges[at] {
            if before.insert(other, before.get(other.as_str()).copied().unwrap_or(at)).is_none() {
                next.push(other);
            }
        }
    }
    None
}

/// The way back of every import that lies on a circle: its last imports its first.
fn circles(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let all = edges.iter().flat_map(|(from, imports)| imports.iter().map(move |to| (from, to)));
    all.filter_map(|(from, to)| way(edges, to, from)).collect()
}

/// The code of a source: no comments, no unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    lines.map(|line| line.split(" // ").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// Every path in the code.
fn paths(code: &str) -> Vec<Vec<String>> {
    let (mut at, mut found) = (0, Vec::new());
    while let Some(next) = code[at..].find(is_word) {
        let free = !code[..at + next].ends_with([':', '$', '.']);
        let (paths, length) = tree(&code[at + next..]);
        if free {
            found.extend(paths.into_iter().map(|(path, _)| path).filter(|path| path.len() > 1));
        }
        at += next + length.max(1);
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The paths that begin here, each with the name that it gets, and how long their text is.
fn tree(text: &str) -> (Vec<(Vec<String>, String)>, usize) {
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let alone = (vec![(vec![word.to_owned()], word.to_owned())], end);
    let Some(rest) = rest.strip_prefix("::") else {
        let renamed = rest.strip_prefix(" as ").map(|name| tree(name).0.remove(0).1);
        return renamed.map_or(alone, |name| (vec![(vec![word.to_owned()], name)], end));
    };
    let (below, length) = match rest.strip_prefix('{') {
        Some(group) => {
            let items = top_level(group);
            let length = items.iter().map(|item| item.len() + 1).sum::<usize>() + 1;
            (items.iter().flat_map(|item| tree(item.trim()).0).collect(), length)
        }
        None if rest.starts_with(is_word) => tree(rest),
        None => return alone,
    };
    let with = |(path, name): (Vec<String>, String)| match path[..] == ["self"] {
        true => (vec![word.to_owned()], if name == "self" { word.to_owned() } else { name }),
        false => (std::iter::once(word.to_owned()).chain(path).collect(), name),
    };
    (below.into_iter().map(with).collect(), end + 2 + length)
}

fn all() -> Tree {
    let tree = Tree::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(tree.0.len() > 30, "the sources are where this test looks");
    tree
}

#[test]
fn no_file_imports_one_that_imports_it_again() {
    let tree = all();
    let found: BTreeSet<_> = BOTH.iter().flat_map(|out| circles(&tree.edges(CIRCLES, *out))).collect();
    let found: Vec<_> = found.iter().map(|way| way.join(" -> ")).collect();
    assert!(found.is_empty(), "circles of imports:\n{}", found.join("\n"));
    for (from, to, _) in CIRCLES {
        let closes = |out: &Out| {
            let edges = tree.edges(&[], *out);
            edges.get(*from).is_some_and(|imports| imports.contains(*to)) && way(&edges, to, from).is_some()
        };
        assert!(BOTH.iter().any(closes), "{from} -> {to} closes no circle any more: take it out of the list");
    }
}

#[test]
fn rooms_are_entered_from_above_only() {
    let tree = all();
    let is_in = |file: &str, room: &str| file == room || file.starts_with(&format!("{room}/"));
    let mut wrong = Vec::new();
    for (room, shut) in ROOMS {
        let inside: Vec<_> = tree.0.keys().filter(|file| is_in(file, room)).collect();
        assert!(!inside.is_empty(), "there is no {room}");
        for file in inside {
            let bad = tree.imports(file).into_iter().filter(|to| shut.iter().any(|shut| is_in(to, shut)));
            wrong.extend(bad.map(|to| format!("{file} may not import {to}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn files_are_found_behind_imports_of_all_forms() {
    let files = [
        ("lib", "pub mod a;"),
        (
            "a",
            "pub mod b; mod c; pub use b::{One, Two as Deux}; pub use c::deep; pub struct Own; use self::b::One;",
        ),
        ("a/b", "use super::Own; use super::{Deux, c::{self, Three}}; use std::a::b::c;"),
        ("a/c", "fn f() { crate::a::One::new(); let x = super::b::y(1); }"),
        ("a/c/deep", "use super::super::b; use crate::{x::Other, a::{deep::Here, Own}};"),
        ("x", "use crate::a::deep::There;\n// use crate::a::b;\nlet s = a::b; // crate::a::c\n$crate::a::c"),
        ("y", "use crate::x;\n#[cfg(test)]\nmod tests { use crate::a; }"),
    ];
    let tree = Tree(files.iter().map(|(name, text)| ((*name).to_owned(), code(text))).collect());
    let imports = |name: &str| tree.imports(name).into_iter().collect::<Vec<_>>();
    assert_eq!(imports("a"), ["a/b"]);
    assert_eq!(imports("a/b"), ["a", "a/c"]);
    assert_eq!(imports("a/c"), ["a/b"]);
    assert_eq!(imports("a/c/deep"), ["a", "a/b", "x"]);
    assert_eq!(imports("x"), ["a/c/deep"]);
    assert_eq!(imports("y"), ["x"]);
    let ways = |but: &[(&str, &str, &str)], out| {
        circles(&tree.edges(but, out)).iter().map(|way| way.join(" ")).collect::<Vec<_>>()
    };
    let downwards = ways(&[], Out::ToOwnModule);
    assert!(downwards.contains(&"a/b a/c".to_owned()) && downwards.contains(&"a/c a/b".to_owned()));
    assert!(ways(&[], Out::ToOwnFiles).contains(&"a/c/deep x".to_owned()));
    assert!(!downwards.iter().any(|way| way.contains('y')), "{downwards:?}");
    let but = [("a/b", "a/c", "once"), ("a/c/deep", "x", "once")];
    assert!(BOTH.iter().all(|out| ways(&but, *out).is_empty()));
}
