//! Shell completions and man pages (`fieldhub completions`, `fieldhub man`), made of the program's own words.
//!
//! Called by `cli`; calls clap_complete and clap_mangen.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, print};

/// Completions for a shell, on standard output
#[derive(Debug, Args)]
pub struct CompletionsCommand {
    /// The shell that they are for
    shell: Shell,
}

impl CompletionsCommand {
    pub fn run(&self) -> anyhow::Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "fieldhub", &mut script);
        print::out(&String::from_utf8(script)?)
    }
}

/// Write the manual pages, one for each command
#[derive(Debug, Args)]
pub struct ManCommand {
    /// Where they are written
    dir: PathBuf,
}

impl ManCommand {
    pub fn run(&self) -> anyhow::Result<()> {
        let place = || self.dir.display().to_string();
        std::fs::create_dir_all(&self.dir).with_context(place)?;
        clap_mangen::generate_to(Cli::command(), &self.dir).with_context(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Command, Parser};

    /// Each command of the program that people see, with what is typed for it.
    fn each(command: &Command, typed: &str, found: &mut Vec<(String, Command)>) {
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
            each(sub, &format!("{typed} {}", sub.get_name()), found);
        }
        found.push((typed.to_owned(), command.clone()));
    }

    fn all() -> Vec<(String, Command)> {
        let (mut found, mut whole) = (Vec::new(), Cli::command());
        whole.build();
        each(&whole, "fieldhub", &mut found);
        found
    }

    fn said(typed: &str, help: &str) -> String {
        let words = typed.split(' ').chain([help]);
        Cli::command().try_get_matches_from(words).unwrap_err().to_string()
    }

    #[test]
    fn every_argument_says_what_it_is() {
        for (typed, command) in all() {
            let dumb = command.get_arguments().filter(|arg| !arg.is_hide_set() && arg.get_help().is_none());
            let dumb: Vec<_> = dumb.map(|arg| arg.get_id().as_str()).collect();
            assert!(dumb.is_empty(), "{typed}: {dumb:?}");
        }
    }

    /// clap has another layout, with an empty line after each option, wherever one text is longer than the others.
    #[test]
    fn help_is_laid_out_in_one_way() {
        for (typed, _) in all() {
            assert_eq!(said(&typed, "--help"), said(&typed, "-h"), "{typed}");
        }
    }

    /// As a shell splits a line, as far as examples go.
    fn split(line: &str) -> Vec<String> {
        let (mut words, mut quoted) = (vec![String::new()], false);
        for letter in line.chars() {
            match letter {
                '"' | '\'' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                other => words.last_mut().unwrap().push(other),
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    /// What stands in a line of an example or of the documents: without sudo, without what it is for, which stands apart, and
    /// without where its output goes.
    fn example(line: &str) -> Option<Vec<String>> {
        let line = line.trim_start().trim_start_matches("sudo ").trim_start_matches("./");
        let line = line.split("  ").next()?.split(" > ").next()?;
        line.starts_with("fieldhub ").then(|| split(line))
    }

    #[test]
    fn examples_are_commands_and_the_main_commands_have_some() {
        let mut with = Vec::new();
        for (typed, mut command) in all() {
            let help = command.render_help().to_string();
            let Some((_, examples)) = help.split_once("Examples:\n") else { continue };
            for line in examples.lines() {
                let words = example(line).unwrap_or_else(|| panic!("{typed}: {line}"));
                Cli::try_parse_from(&words).unwrap_or_else(|error| panic!("{typed}: {words:?}: {error}"));
            }
            with.push(typed);
        }
        for main in [
            "serve",
            "audit create",
            "audit import",
            "audit export",
            "audit pull",
            "audit layout",
            "crew code",
            "crew role",
            "crew revoke",
            "poster",
            "upstream status",
            "clock",
            "doctor",
            "backup",
            "restore",
            "service install",
            "update",
            "hotspot up",
            "bundle export",
            "bundle import",
        ] {
            assert!(with.contains(&format!("fieldhub {main}")), "{main} has no example");
        }
    }

    #[test]
    fn what_the_readme_and_the_guides_have_one_type_is_a_command() {
        let mut tried = 0;
        for file in [
            "README.md",
            "docs/lead-guide.en.md",
            "docs/lead-guide.fr.md",
            "docs/operations.md",
            "docs/reference.md",
        ] {
            let text = std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            for words in text.lines().filter(|line| line.starts_with("    ")).filter_map(example) {
                tried += 1;
                Cli::try_parse_from(&words).unwrap_or_else(|error| panic!("{file}: {words:?}: {error}"));
            }
        }
        assert!(tried > 20, "{tried}");
    }

    #[test]
    fn every_command_has_a_page() {
        let dir = tempfile::tempdir().unwrap();
        ManCommand { dir: dir.path().to_owned() }.run().unwrap();
        for page in ["fieldhub.1", "fieldhub-serve.1", "fieldhub-audit-import.1"] {
            let text = std::fs::read_to_string(dir.path().join(page)).unwrap();
            assert!(text.contains(".TH"), "{page}");
        }
    }
}
