//! Shell command hints: a command to type next, as it works here: by the program as it was called, for the data that it
//! is about.
//!
//! Called by `serve`, `owner`, `poster` and `machine`.

use std::path::Path;

use crate::config::DEFAULT_DATA_DIR;

const NAME: &str = "fieldhub";

/// `target/debug/fieldhub crew code --data-dir d1`. Where a hub is installed, commands find its data by themselves, and
/// others have to be named.
pub fn command(data_dir: &Path, installed: bool, words: &str) -> String {
    let called = std::env::args().next().unwrap_or_default();
    format!("{} {words}{}", program(&called), place(data_dir, installed))
}

/// What was typed just now, by root.
pub fn with_sudo() -> String {
    let typed: Vec<String> = std::env::args().skip(1).collect();
    format!("sudo {NAME} {}", words(&typed))
}

/// As a shell takes it.
pub fn words(command: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    let word = |word: &String| {
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    command.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// By its path where it was called by that: it may be in no directory that the shell looks in.
fn program(called: &str) -> String {
    if called.contains('/') { words(&[called.to_owned()]) } else { NAME.to_owned() }
}

/// Nothing where commands find the data by themselves.
fn place(data_dir: &Path, installed: bool) -> String {
    if data_dir == Path::new(DEFAULT_DATA_DIR) && !installed {
        return String::new();
    }
    format!(" --data-dir {}", words(&[data_dir.display().to_string()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_works_as_it_is_typed() {
        assert_eq!([program("fieldhub"), program("target/debug/fieldhub")], [NAME, "target/debug/fieldhub"]);
        let place = |dir: &str, installed| place(Path::new(dir), installed);
        assert_eq!(place("./data", false), "");
        assert_eq!(place("./data", true), " --data-dir ./data", "commands would ask the installed hub");
        assert_eq!(place("van 1", false), " --data-dir 'van 1'");
    }
}
