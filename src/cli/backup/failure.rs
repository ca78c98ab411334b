//! Why a backup failed, as a code for the page beside the words for whoever typed the command.
//!
//! Said by `stick`, `shelf` and `making`; `making` tells the hub.

use crate::hub::BackupProblem;

#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub struct BackupFailure {
    code: BackupProblem,
    words: String,
}

/// An error of this code.
pub fn failed(code: BackupProblem, words: impl Into<String>) -> anyhow::Error {
    BackupFailure { code, words: words.into() }.into()
}

/// The code of an error, however it was wrapped.
pub fn code_of(error: &anyhow::Error) -> BackupProblem {
    let is_full = |error: &(dyn std::error::Error + 'static)| {
        error.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull)
    };
    match error.downcast_ref::<BackupFailure>() {
        Some(failure) => failure.code,
        None if error.chain().any(is_full) => BackupProblem::NoRoom,
        None => BackupProblem::Other,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn a_code_is_found_under_what_was_said_around_it() {
        let found = |error: anyhow::Error| code_of(&error).as_str();
        let wrapped = Err::<(), _>(failed(BackupProblem::NoStick, "none")).context("/media/stick");
        assert_eq!(found(wrapped.unwrap_err()), "no_stick");
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert_eq!(found(anyhow::Error::from(full).context("copy.redb")), "no_room");
        assert_eq!(found(anyhow::anyhow!("something else")), "other");
    }
}
