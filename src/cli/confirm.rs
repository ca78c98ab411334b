//! Confirmation prompt: asking before something that cannot be undone.
//!
//! Called by `audit remove`, `identity new`, `photos import` and `restore`.

use std::io::{self, BufRead, IsTerminal, Write};

use super::WrongUse;

/// Nobody there to ask and no `--yes`: said before anything is opened.
pub fn askable(yes: bool) -> anyhow::Result<()> {
    if yes || io::stdin().is_terminal() {
        return Ok(());
    }
    Err(WrongUse(
        "this has to be confirmed, and there is no terminal to ask on; add --yes to go ahead".to_owned(),
    )
    .into())
}

/// Whether to go on.
pub fn ask(yes: bool, question: &str) -> anyhow::Result<()> {
    if agreed(yes, question)? { Ok(()) } else { anyhow::bail!("nothing was changed") }
}

/// Whether to do this one of several things.
pub fn agreed(yes: bool, question: &str) -> anyhow::Result<bool> {
    if yes {
        return Ok(true);
    }
    Ok(matches!(answer(question)?.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// What is typed, where more than yes and no may be.
pub fn answer(question: &str) -> anyhow::Result<String> {
    let mut stderr = io::stderr();
    write!(stderr, "{question} [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer)
}
