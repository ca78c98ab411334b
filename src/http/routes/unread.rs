//! Operations that are no operations to this hub: half an emoji, a number beyond any, too deep, too large. Each is refused alone,
//! and as much is said of it as lets a tablet know which one it was, and a person what to do.
//!
//! Called by `ops`. Whatever stands in the other fields, the id is found without reading them.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::surrogates;

/// Longer than any id that an operation has.
const LONGEST_ID: usize = 128;

/// The id alone, as sent: nothing is made of the rest, however large it is.
pub fn id(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Only<'a> {
        #[serde(borrow)]
        id: Option<&'a RawValue>,
    }

    let only: Only<'_> = serde_json::from_str(text).ok()?;
    let id = only.id?.get();
    if id.len() > LONGEST_ID { None } else { serde_json::from_str(id).ok() }
}

/// Why it cannot be read, for people.
pub fn reason(text: &str, error: &serde_json::Error) -> String {
    match surrogates::mended(text) {
        std::borrow::Cow::Owned(_) => {
            "a text in it is cut in the middle of a character, such as half an emoji: write that text again"
                .to_owned()
        }
        std::borrow::Cow::Borrowed(_) => format!("it cannot be read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_known_by_its_id_whatever_else_is_in_it() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        for bad in [r#""caf\ud83d""#, "1e999", "-0.0e99999", &deep] {
            for op in
                [format!(r#"{{"id":"a-1","comment":{bad}}}"#), format!(r#"{{"comment":{bad},"id":"a-1"}}"#)]
            {
                assert_eq!(id(&op).as_deref(), Some("a-1"));
            }
        }
        let long = format!(r#"{{"id":"{}"}}"#, "a".repeat(200));
        for none in [
            "1",
            "[]",
            "{}",
            r#"{"id":null}"#,
            r#"{"id":7}"#,
            r#"{"id":"\ud83d"}"#,
            r#"{"id":"a","id":"b"}"#,
            &long,
        ] {
            assert_eq!(id(none), None, "{none}");
        }
    }

    #[test]
    fn people_are_told_what_to_do() {
        let said = |text: &str| reason(text, &serde_json::from_str::<serde_json::Value>(text).unwrap_err());
        assert!(said(r#"{"comment":"caf\ud83d"}"#).contains("half an emoji: write that text again"));
        assert!(said(r#"{"x":1e999}"#).starts_with("it cannot be read: number out of range"));
    }
}
