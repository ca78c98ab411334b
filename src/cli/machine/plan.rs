//! Plan: what is to be done to a machine, as data.
//!
//! Made by `service` and `hotspot`; printed by `show`, done by `apply`.

use std::path::PathBuf;

/// Paths are those of the machine, whatever `--root` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachineStep {
    /// This program is copied; a running one keeps its file until it ends.
    Program {
        from: PathBuf,
        to: PathBuf,
    },
    Write(File),
    Run {
        command: Vec<String>,
        why: String,
    },
    /// With everything in it, where it is a directory. Nothing where it is not there.
    Remove {
        path: PathBuf,
    },
    /// Until the hub says on its socket that it is healthy.
    AwaitHub {
        socket: PathBuf,
    },
    /// Something that somebody should read at this point.
    Say(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub path: PathBuf,
    pub mode: u32,
    pub group: FileGroup,
    pub content: String,
    /// A part of the content that is not shown.
    pub secret: Option<String>,
}

/// Files belong to root: the hub changes none of them. It may read some that others may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileGroup {
    Root,
    Hub,
}

impl FileGroup {
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Hub => super::USER,
        }
    }
}

/// A file that everybody may read.
pub fn write(path: &str, content: impl Into<String>) -> MachineStep {
    let file = File {
        path: path.into(),
        mode: 0o644,
        group: FileGroup::Root,
        content: content.into(),
        secret: None,
    };
    MachineStep::Write(file)
}

pub fn run(command: &[&str], why: &str) -> MachineStep {
    MachineStep::Run { command: command.iter().map(|word| (*word).to_owned()).collect(), why: why.to_owned() }
}

pub fn remove(path: &str) -> MachineStep {
    MachineStep::Remove { path: path.into() }
}

/// For somebody who looks themselves at how the hub does, and would wait for it here in vain.
pub fn without_waiting(steps: Vec<MachineStep>) -> Vec<MachineStep> {
    let quick = |step| match step {
        MachineStep::AwaitHub { .. } => None,
        MachineStep::Run { mut command, why } if command.iter().take(2).eq(["systemctl", "restart"]) => {
            command.insert(2, "--no-block".to_owned());
            Some(MachineStep::Run { command, why })
        }
        other => Some(other),
    };
    steps.into_iter().filter_map(quick).collect()
}
