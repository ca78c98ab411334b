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
