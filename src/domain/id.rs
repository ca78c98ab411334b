//! Identifiers and their validation: names of things, and the one place that says which are well formed.
//!
//! A value of these types has been checked; the layers above never check again.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::composed::composed;
pub use uuid::Uuid as OpId;

/// Longest comment, in characters.
pub const MAX_COMMENT: usize = 4_000;
pub const MAX_NOTE: usize = 2_000;
/// Longest name of a person, an audit, a client or a place, in characters.
pub const MAX_NAME: usize = 100;
/// Most modules in one audit.
pub const MAX_MODULES: usize = 20_000;
/// The same, as people read it.
pub const MAX_MODULES_TEXT: &str = "20,000";

/// A value that is out of form: which field, and what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Invalid {
    pub field: String,
    pub problem: String,
}

impl Invalid {
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

/// Characters that an identifier in a URL or a file may have: the v3.3 set.
fn is_plain(text: &str, most: usize) -> bool {
    !text.is_empty()
        && text.len() <= most
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

macro_rules! plain_text {
    ($(#[$doc:meta])* $name:ident, $field:literal, $most:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = text.into();
                // `.` and `..` would be a way out of a path.
                if is_plain(&text, $most) && !text.bytes().all(|b| b == b'.') {
                    Ok(Self(text.into()))
                } else {
                    Err(Invalid::new(
                        $field,
                        concat!("1 to ", stringify!($most), " characters of A-Z a-z 0-9 . _ -"),
                    ))
                }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;
            fn try_from(text: String) -> Result<Self, Invalid> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

plain_text!(
    /// Names an audit; usually a UUID v4, in older audits free text.
    Token,
    "token",
    128
);
plain_text!(
    /// Names a module within its audit: `M050`, `S3-12`.
    ModuleId,
    "module_id",
    64
);
plain_text!(
    /// Names a technician: `tech_` and eight characters, kept by the tablet.
    TechnicianId,
    "technician_id",
    64
);
plain_text!(
    /// Names a tablet.
    DeviceId,
    "device_id",
    64
);

/// Who has no tablet of their own that we know of counts as one: both are of the same characters.
impl From<TechnicianId> for DeviceId {
    fn from(id: TechnicianId) -> Self {
        Self(id.0)
    }
}

plain_text!(
    /// Names an upstream, and our side of it.
    LinkName,
    "name",
    64
);

impl Token {
    /// Enough to tell audits apart in a log, and too little to get in with: where access is open,
    /// the token is the key.
    pub fn hint(&self) -> String {
        let shown = (self.0.len() / 4).min(4);
        format!("{}...", &self.0[..shown])
    }
}

impl ModuleId {
    /// What a hub calls the n-th module, counted from 1, as the published v3.3 client does: `M001`, `M999`, `M1000`.
    pub fn numbered(n: usize) -> Self {
        Self(format!("M{n:03}").into())
    }

    /// Of a module that has no other name than its number: 7 for `M007`, and for `M0007`, which versions before wrote
    /// where an audit has a thousand modules.
    pub fn number(&self) -> Option<usize> {
        let digits = self.0.strip_prefix('M')?;
        let counts = digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit());
        counts.then(|| digits.parse().ok())?
    }

    /// Whether the two may be one module: the same name, or the same number however it is written.
    pub fn may_be(&self, other: &Self) -> bool {
        self == other || self.number().is_some_and(|number| other.number() == Some(number))
    }

    /// The other ways to write the same number, the client's own first. None for other names.
    pub fn spellings(&self) -> impl Iterator<Item = Self> {
        /// As many digits as anybody fills up to.
        const WIDEST: usize = 6;
        let own = self.clone();
        let number = self.number().into_iter();
        let all = number.flat_map(|n| {
            let least = n.to_string().len();
            let padded = (least..=WIDEST.max(least)).map(move |width| Self(format!("M{n:0width$}").into()));
            let client = Self::numbered(n);
            std::iter::once(client.clone()).chain(padded.filter(move |id| *id != client))
        });
        all.filter(move |id| *id != own)
    }

    /// String and position as the id itself tells them (`S3-12`, `S1-P08`), for modules that no
    /// layout places. Both count from 1, as in layouts: `S1-0` tells none.
    pub fn implied_place(&self) -> Option<(u16, u16)> {
        let (string, position) = self.0.strip_prefix('S')?.split_once('-')?;
        let position = position.strip_prefix('P').unwrap_or(position);
        let place = (string.parse().ok()?, position.parse().ok()?);
        (place.0 > 0 && place.1 > 0).then_some(place)
    }
}

/// Who did it: the technician as named when they did. Copies share the texts, as each of thousands of operations has one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Author {
    pub id: TechnicianId,
    pub name: Arc<str>,
}

impl Author {
    /// The name a client may leave out is the one that v3.3 tablets start with.
    pub fn new(id: impl Into<String>, name: Option<String>) -> Result<Self, Invalid> {
        let id = TechnicianId::parse(id)?;
        let name = match name {
            Some(name) => short_text("technician_name", &name)?.unwrap_or_else(default_name),
            None => default_name(),
        };
        Ok(Self { id, name: name.into() })
    }
}

fn default_name() -> String {
    "Technicien".to_owned()
}

/// A name as a person types it: trimmed, at most [`MAX_NAME`] characters; `None` when nothing is left.
pub fn short_text(field: &str, text: &str) -> Result<Option<String>, Invalid> {
    let text = text.trim();
    if text.chars().count() > MAX_NAME {
        return Err(Invalid::new(field, format!("at most {MAX_NAME} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::new(field, "no control characters"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// What a member of the crew is called. The lead sends people away by this name: so it shows, and does not turn
/// round the text beside it.
pub fn person_name(text: &str) -> Result<String, Invalid> {
    let name = short_text("name", text)?;
    let name = name.filter(|name| !name.chars().all(is_unseen));
    let name = name.ok_or_else(|| Invalid::new("name", "it is empty"))?;
    if name.contains(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
        return Err(Invalid::new("name", "no characters that reverse the direction of text"));
    }
    Ok(composed(&name).into_owned())
}

/// Characters that leave no ink and stand in names only to join or part others.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// A comment as a person types it; `None` when it is empty.
pub fn comment_text(text: &str) -> Result<Option<String>, Invalid> {
    if text.chars().count() > MAX_COMMENT {
        return Err(Invalid::new("comment", format!("at most {MAX_COMMENT} characters")));
    }
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_the_limit_that_holds() {
        assert_eq!(MAX_MODULES_TEXT.replace(',', "").parse(), Ok(MAX_MODULES));
    }

    #[test]
    fn tokens_keep_the_v33_form() {
        for good in ["demo-104-modules", "a4e19950-c73c-412c-be4d-699c9de1dde1", "a", "A.b_c-9"] {
            assert!(Token::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "é", "..", ".", "a/b", &"x".repeat(129)] {
            assert_eq!(Token::parse(bad).unwrap_err().field, "token", "{bad}");
        }
    }

    #[test]
    fn a_hint_is_a_quarter_of_a_token_at_most() {
        let hint = |token: &str| Token::parse(token).unwrap().hint();
        assert_eq!(hint("a4e19950-c73c-412c-be4d-699c9de1dde1"), "a4e1...");
        assert_eq!(hint("jalibat"), "j...");
        assert_eq!(hint("key"), "...");
    }

    #[test]
    fn a_module_id_may_tell_its_place() {
        let place = |id: &str| ModuleId::parse(id).unwrap().implied_place();
        assert_eq!(place("S3-12"), Some((3, 12)));
        assert_eq!(place("S1-P08"), Some((1, 8)));
        assert_eq!(place("M050"), None);
        assert_eq!(place("S-1"), None);
        // An import refuses such places, so an export must not name them.
        assert_eq!(place("S1-P0"), None);
        assert_eq!(place("S0-7"), None);
    }

    #[test]
    fn a_module_is_numbered_as_the_published_client_does_and_found_however_its_number_is_written() {
        let names = [1, 99, 999, 1_000, 20_000].map(ModuleId::numbered);
        assert_eq!(names.each_ref().map(ModuleId::as_str), ["M001", "M099", "M999", "M1000", "M20000"]);
        let id = |text: &str| ModuleId::parse(text).unwrap();
        let spellings = |text: &str| id(text).spellings().map(String::from).collect::<Vec<_>>();
        assert_eq!(spellings("M0001"), ["M001", "M1", "M01", "M00001", "M000001"]);
        assert_eq!(spellings("M001"), ["M1", "M01", "M0001", "M00001", "M000001"]);
        assert_eq!(spellings("M1234567"), [""; 0]);
        for other in ["M", "M1a", "m001", "S1-1", "M-1", "M0000000001"] {
            assert_eq!((id(other).number(), spellings(other).len()), (None, 0), "{other}");
        }
        assert_eq!(id("M000").number(), Some(0));
    }

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(Author::new("tech_1", Some("  Léa ".into())).unwrap().name.as_ref(), "Léa");
        assert_eq!(Author::new("tech_1", Some("  ".into())).unwrap().name.as_ref(), "Technicien");
        assert_eq!(Author::new("tech_1", Some("x".repeat(101))).unwrap_err().field, "technician_name");
        assert_eq!(comment_text(&"é".repeat(4_000)).unwrap().map(|c| c.chars().count()), Some(4_000));
        assert_eq!(comment_text(&"é".repeat(4_001)).unwrap_err().field, "comment");
    }

    #[test]
    fn a_member_is_called_something_that_shows() {
        for good in ["Léa", "مرحبا", "😀👩\u{200d}🚀", "\u{200f}שרה", "李", "<img onerror=x>"]
        {
            assert_eq!(person_name(&format!(" {good} ")).as_deref(), Ok(good));
        }
        for bad in ["", "\u{200b}", "\u{feff} \u{200d}", "\u{3164}", "\u{202e}fehC", "a\u{2066}b", "a\nb"] {
            assert_eq!(person_name(bad).unwrap_err().field, "name", "{bad:?}");
        }
    }
}
