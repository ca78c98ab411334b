//! Reasons why an upstream does not take a module (dead letter): a code for pages, and the words that are kept with it.
//!
//! Said by `upstream`, shown by `http`. What is kept on the disk is the words alone, in a row that has had no room for more since its
//! first version: so they are made here, and read back here.

use crate::domain::codes::codes;

codes! {
    /// The page has a text for each, in every language (`web/test/codes.test.ts`).
    ParkedCode {
        /// A 4xx over this module alone.
        Refused = "refused",
        /// It takes others.
        FailsOverOne = "fails_over_one",
        Hidden = "hidden",
        TakenBack = "taken_back",
        CommentAlone = "comment_alone",
    }
}

const ANSWERED: &str = "the cloud answered ";
const OVER_ONE: &str = "the cloud takes others, and fails over this one: ";
const HIDDEN: &str = "a lead has hidden this module; it goes up when it is shown again";
const TAKEN_BACK: &str =
    "it is pending here, and v3.3 cannot take a mark back: mark it again to send that, or drop it";
const COMMENT_ALONE: &str = "it has a comment but no status, which v3.3 does not have: mark its status";

impl ParkedCode {
    /// What is kept. `said`: what the cloud has said, where it was asked.
    pub fn words(self, said: &str) -> String {
        match self {
            Self::Refused => format!("{ANSWERED}{said}"),
            Self::FailsOverOne => format!("{OVER_ONE}{said}"),
            Self::Hidden => HIDDEN.to_owned(),
            Self::TakenBack => TAKEN_BACK.to_owned(),
            Self::CommentAlone => COMMENT_ALONE.to_owned(),
        }
    }

    /// Of what was kept; nothing where another version had other words.
    pub fn of(kept: &str) -> Option<Self> {
        match kept {
            HIDDEN => Some(Self::Hidden),
            TAKEN_BACK => Some(Self::TakenBack),
            COMMENT_ALONE => Some(Self::CommentAlone),
            _ if kept.starts_with(ANSWERED) => Some(Self::Refused),
            _ if kept.starts_with(OVER_ONE) => Some(Self::FailsOverOne),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        for code in [
            ParkedCode::Refused,
            ParkedCode::FailsOverOne,
            ParkedCode::Hidden,
            ParkedCode::TakenBack,
            ParkedCode::CommentAlone,
        ] {
            assert_eq!(ParkedCode::of(&code.words("422: no such module")), Some(code));
        }
        assert_eq!(ParkedCode::of("422: no such module"), None);
    }
}
