//! Codes: words for machines that never change, beside the words for people that may. A page has its own text for each.
//!
//! Used by whatever says why something cannot be done: `ImportError`, `hub::ReasonCode`, `http::error::ErrorCode`.

/// An enum of codes, each with its word, and the list of all words (`ALL`) for the API's document.
macro_rules! codes {
    ($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$inner])* $variant,)+
        }

        impl $name {
            pub const ALL: &[&str] = &[$($word),+];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

pub(crate) use codes;
