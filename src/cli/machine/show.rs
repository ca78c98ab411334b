//! Dry run, a plan as text: every file with its content, every command with its reason.
//!
//! Called by `Change::make` for dry runs.

use super::plan::{File, MachineStep};
use crate::cli::hint::words;

pub fn steps(steps: &[MachineStep]) -> String {
    steps.iter().map(step).collect()
}

fn step(step: &MachineStep) -> String {
    match step {
        MachineStep::Program { from, to } => {
            format!("copy    {} (root:root 0755)\n        from {}\n", to.display(), from.display())
        }
        MachineStep::Write(file) => {
            let File { path, mode, group, content, secret } = file;
            let content = match secret {
                Some(secret) => content.replace(secret.as_str(), HIDDEN),
                None => content.clone(),
            };
            let lines: String =
                content.lines().map(|line| format!("        | {line}\n").replace("| \n", "|\n")).collect();
            format!("write   {} (root:{} {mode:04o})\n{lines}", path.display(), group.name())
        }
        MachineStep::Run { command, why } => format!("run     {}\n        {why}\n", words(command)),
        MachineStep::Remove { path } => format!("remove  {}\n", path.display()),
        MachineStep::AwaitHub { socket } => {
            format!("wait    until the hub says on {} that it is healthy\n", socket.display())
        }
        MachineStep::Say(text) => {
            text.lines().map(|line| format!("say     {line}\n").replace("say     \n", "say\n")).collect()
        }
    }
}

/// What stands for a secret.
const HIDDEN: &str = "********";

#[cfg(test)]
mod tests {
    use super::super::plan::{FileGroup, run};
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let file = File {
            path: "/etc/x".into(),
            mode: 0o640,
            group: FileGroup::Hub,
            content: "[a]\n\npsk=hunter2hunter2\n".to_owned(),
            secret: Some("hunter2hunter2".to_owned()),
        };
        insta::assert_snapshot!(steps(&[MachineStep::Write(file), run(&["say", "it's me", ""], "so that it is said")]), @r"
        write   /etc/x (root:fieldhub 0640)
                | [a]
                |
                | psk=********
        run     say 'it'\''s me' ''
                so that it is said
        ");
    }
}
