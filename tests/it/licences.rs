//! Licences (SPDX) and banned crates of whatever is given away: the crates of the program and of what builds it, and the npm
//! packages that the page is made of, against the one list of deny.toml. `make audit` asks cargo-deny the same, where that is installed;
//! this is asked in every run, without a network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// What deny.toml says.
struct Rules {
    allowed: BTreeSet<String>,
    /// Of one crate alone.
    exceptions: BTreeMap<String, BTreeSet<String>>,
    banned: BTreeSet<String>,
    targets: Vec<String>,
}

impl Rules {
    fn read() -> Self {
        let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
        let rules: toml::Value = toml::from_str(&text).unwrap();
        let list = |value: &toml::Value| -> Vec<String> {
            value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let licences = &rules["licenses"];
        let exceptions = licences["exceptions"].as_array().unwrap().iter();
        let denied = rules["bans"]["deny"].as_array().unwrap().iter();
        let name = |entry: &toml::Value| entry["crate"].as_str().unwrap().to_owned();
        Self {
            allowed: list(&licences["allow"]).into_iter().collect(),
            exceptions: exceptions
                .map(|one| (name(one), list(&one["allow"]).into_iter().collect()))
                .collect(),
            // One version of it is allowed, and not none.
            banned: denied.filter(|one| one.get("deny-multiple-versions").is_none()).map(name).collect(),
            targets: list(&rules["graph"]["targets"]),
        }
    }

    fn allows(&self, name: &str, expression: &str) -> bool {
        let special = self.exceptions.get(name);
        let allowed =
            |one: &str| self.allowed.contains(one) || special.is_some_and(|some| some.contains(one));
        Expression::satisfies(expression, &allowed)
    }
}

/// An SPDX expression: `MIT OR Apache-2.0`, `(MIT OR Apache-2.0) AND Unicode-3.0`, and `MIT/Apache-2.0` as it was written once.
struct Expression<'e> {
    words: Vec<&'e str>,
    at: usize,
}

impl<'e> Expression<'e> {
    fn satisfies(text: &'e str, allowed: &dyn Fn(&str) -> bool) -> bool {
        let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut expression = Expression { words, at: 0 };
        let satisfied = expression.any(allowed);
        satisfied && expression.at == expression.words.len()
    }

    fn next_is(&mut self, word: &str) -> bool {
        let is = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is);
        is
    }

    fn any(&mut self, allowed: &dyn Fn(&str) -> bool) -> bool {
        let mut any = self.all(allowed);
        while self.next_is("OR") {
            any |= self.all(allowed);
        }
        any
    }

    fn all(&mut self, allowed: &dyn Fn(&str) -> bool) -> bool {
        let mut all = self.one(allowed);
        while self.next_is("AND") {
            all &= self.one(allowed);
        }
        all
    }

    fn one(&mut self, allowed: &dyn Fn(&str) -> bool) -> bool {
        if self.next_is("(") {
            let inner = self.any(allowed);
            return self.next_is(")") && inner;
        }
        let name = self.words.get(self.at).map(|word| (*word).to_owned()).unwrap_or_default();
        self.at += 1;
        if self.next_is("WITH") {
            let with = format!("{name} WITH {}", self.words.get(self.at).unwrap_or(&""));
            self.at += 1;
            return allowed(&with);
        }
        allowed(&name)
    }
}

/// The crates that the program, and what builds it, are made of on one kind of machine: not those of its tests.
fn crates(target: &str) -> BTreeMap<String, Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(["metadata", "--format-version", "1", "--locked", "--offline"]);
    let output = command.args(["--filter-platform", target]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = |value: &Value| value.as_array().unwrap().clone();
    let packages: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|package| (text(&package["id"]), package)).collect();
    let nodes: BTreeMap<String, Value> =
        list(&metadata["resolve"]["nodes"]).into_iter().map(|node| (text(&node["id"]), node)).collect();
    let own = text(&metadata["resolve"]["root"]);
    let (mut due, mut found) = (vec![own.clone()], BTreeSet::from([own.clone()]));
    while let Some(id) = due.pop() {
        for dependency in list(&nodes[&id]["deps"]) {
            let given_away = list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev");
            let id = text(&dependency["pkg"]);
            if given_away && found.insert(id.clone()) {
                due.push(id);
            }
        }
    }
    found.remove(&own);
    found.into_iter().map(|id| (id.clone(), packages[&id].clone())).collect()
}

#[test]
fn every_crate_that_is_given_away_has_a_licence_of_the_list_and_none_is_banned() {
    let rules = Rules::read();
    let mut wrong = BTreeSet::new();
    let mut used = BTreeSet::new();
    for target in &rules.targets {
        let crates = crates(target);
        assert!(crates.len() > 100, "{target}: {} crates", crates.len());
        for package in crates.values() {
            let (name, licence) = (package["name"].as_str().unwrap(), package["license"].as_str());
            if !licence.is_some_and(|licence| rules.allows(name, licence)) {
                wrong.insert(format!("{name}: {}", licence.unwrap_or("no licence")));
            }
            if rules.banned.contains(name) {
                wrong.insert(format!("{name} is banned"));
            }
            used.insert(name.to_owned());
        }
    }
    assert_eq!(wrong, BTreeSet::new(), "see deny.toml");
    let unused: Vec<_> = rules.exceptions.keys().filter(|name| !used.contains(*name)).collect();
    assert!(unused.is_empty(), "exceptions of deny.toml for crates that are not there: {unused:?}");
}

/// Those that only build or test the page are in no package.
#[test]
fn every_package_of_the_page_has_a_licence_of_the_list() {
    let rules = Rules::read();
    let text = std::fs::read_to_string(root().join("web/package-lock.json")).unwrap();
    let lock: Value = serde_json::from_str(&text).unwrap();
    let packages = lock["packages"].as_object().unwrap().iter();
    let given_away =
        packages.filter(|(place, of)| !place.is_empty() && of["dev"] != true && of["devOptional"] != true);
    let mut count = 0;
    for (place, package) in given_away {
        let licence = package["license"].as_str().unwrap_or("no licence");
        assert!(rules.allows(place, licence), "{place}: {licence}, see deny.toml");
        count += 1;
    }
    assert!(count > 0, "the page is made of something");
}

#[test]
fn an_expression_is_read_as_spdx_means_it() {
    let rules = Rules::read();
    for good in
        ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-3.0", "(GPL-3.0 OR MIT) AND ISC", "MIT OR Apache-2.0 WITH x"]
    {
        assert!(rules.allows("any", good), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0", "MIT WITH x", "(MIT", "MIT ISC"]
    {
        assert!(!rules.allows("any", bad), "{bad}");
    }
    assert!(rules.allows("option-ext", "MPL-2.0") && !rules.allows("any", "MPL-2.0"));
    for banned in ["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "rsa"] {
        assert!(rules.banned.contains(banned), "{banned}");
    }
    assert!(!rules.banned.contains("ring"));
}
