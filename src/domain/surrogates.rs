//! Lone surrogates in JSON (half an emoji): what is left when a text is cut in the middle of a character. JSON can write one, as
//! `\ud83d`, and no UTF-8 text can hold it.
//!
//! Called by `http`, which tells why it refuses an operation, and by `cli` and `import`, which read files that nobody can
//! write anew. The page mends what it sends by the same rule (`web/src/domain/text.ts`): an operation that comes by both ways is one.

use std::borrow::Cow;

/// Stands where half a character was.
const REPLACED: &str = r"\ufffd";

/// The same JSON, with U+FFFD for each half character; borrowed when there is none.
pub fn mended(json: &str) -> Cow<'_, str> {
    let mut out = String::new();
    // What is before is copied.
    let mut done = 0;
    let mut at = 0;
    while let Some(escape) = json[at..].find('\\').map(|n| at + n) {
        at = match unit(json, escape) {
            Some(0xd800..=0xdbff) if matches!(unit(json, escape + 6), Some(0xdc00..=0xdfff)) => escape + 12,
            Some(0xd800..=0xdfff) => {
                out.push_str(&json[done..escape]);
                out.push_str(REPLACED);
                done = escape + 6;
                done
            }
            Some(_) => escape + 6,
            // An escaped backslash begins no other escape. What it escapes may be a longer character, where this is not JSON.
            None => json[escape + 1..].chars().next().map_or(json.len(), |c| escape + 1 + c.len_utf8()),
        };
    }
    if done == 0 {
        return Cow::Borrowed(json);
    }
    out.push_str(&json[done..]);
    Cow::Owned(out)
}

/// The UTF-16 code unit that `\uXXXX` at this place says.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.as_bytes().get(at..at + 6)?.strip_prefix(br"\u")?;
    digits.iter().try_fold(0_u16, |unit, digit| {
        let digit = char::from(*digit).to_digit(16).and_then(|digit| u16::try_from(digit).ok())?;
        Some(unit << 4 | digit)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_characters_are_replaced_and_whole_ones_stay() {
        for (json, said) in [
            (r#""caf\ud83d""#, r#""caf\ufffd""#),
            (r#""\uDE00b""#, r#""\ufffdb""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83dx\ude00""#, r#""\ufffdx\ufffd""#),
        ] {
            assert_eq!(mended(json), said);
            assert!(serde_json::from_str::<String>(json).is_err(), "{json} cannot be read as it is");
            assert!(serde_json::from_str::<String>(&mended(json)).is_ok());
        }
        // A backslash that is text, an emoji, no JSON at all.
        for whole in [r#""\\ud83d""#, r#""é😀\ud83d\ude00\n""#, r"\", r"\u", r"\ud8", r"\é", ""] {
            assert!(matches!(mended(whole), Cow::Borrowed(same) if same == whole), "{whole}");
        }
    }

    proptest! {
        /// As `String.prototype.toWellFormed` and the page have it, over every text that JavaScript can hold.
        #[test]
        fn every_text_of_javascript_can_be_read(units in prop::collection::vec(
            prop_oneof![any::<u16>(), 0xd800..0xe000_u16, Just(0x5c), Just(0x75), Just(0x22)], 0..24)
        ) {
            let escape = |unit: &u16| format!("\\u{unit:04x}");
            let json = format!("\"{}\"", units.iter().map(escape).collect::<String>());
            let read: String = serde_json::from_str(&mended(&json)).unwrap();
            prop_assert_eq!(read, String::from_utf16_lossy(&units));
        }

        #[test]
        fn what_can_be_read_is_left_alone(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert!(matches!(mended(&json), Cow::Borrowed(_)));
        }
    }
}
