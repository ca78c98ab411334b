//! Lenient values (serde): what files hold where a number, a name or a time is meant, whichever way it is written.
//!
//! Used by the readers of `import`; calls `iso8601`.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Unexpected, Visitor};

use crate::domain::iso8601;

/// A string as files name it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum StringName {
    /// None: the module is placed nowhere.
    #[default]
    Nowhere,
    /// `3`, `S3`. 0 is a string too, where they are counted from there.
    Number(u16),
    /// `1.0`: 1 in a file of numbers, a name in one that has `1.1` too.
    Round(u16, String),
    /// `1.1`, `MPPT1`: it gets a number.
    Name(String),
}

impl StringName {
    /// Longest name of a string.
    const LONGEST: usize = 40;

    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix(['S', 's']).unwrap_or(text);
        if let Ok(number) = digits.parse() {
            return Some(Self::Number(number));
        }
        if let Some(number) = whole::<u16>(digits) {
            return Some(Self::Round(number, text.to_owned()));
        }
        let named = text.bytes().any(|b| b.is_ascii_digit()) && !text.bytes().all(|b| b.is_ascii_digit());
        let plain = text.chars().count() <= Self::LONGEST && !text.chars().any(char::is_control);
        (named && plain && !text.starts_with('-')).then(|| Self::Name(text.to_owned()))
    }
}

/// A whole number, also as spreadsheets and programs write it: `1.0`, `1,0`.
pub(super) fn whole<T: TryFrom<i64>>(text: &str) -> Option<T> {
    let text = text.trim();
    let digits = match text.split_once(['.', ',']) {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => digits,
        Some(_) => return None,
        None => text,
    };
    digits.parse::<i64>().ok().and_then(|n| T::try_from(n).ok())
}

/// Text for a number that stands where a name is meant; whole ones without a point.
pub(super) fn text_of(number: f64) -> String {
    format!("{number}")
}

/// A name or a comment, also where it is a number: `17`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ScalarText(pub String);

/// A whole number, or none: null and the empty text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct WholeNumber<T>(pub Option<T>);

/// A moment: ISO 8601, or milliseconds since 1970.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ExportTime(pub Option<u64>);

/// Any scalar as text; `None` for null.
struct AnyScalar;

impl Visitor<'_> for AnyScalar {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, n: u64) -> Result<Self::Value, E> {
        Ok(Some(n.to_string()))
    }

    fn visit_i64<E: de::Error>(self, n: i64) -> Result<Self::Value, E> {
        Ok(Some(n.to_string()))
    }

    fn visit_f64<E: de::Error>(self, n: f64) -> Result<Self::Value, E> {
        Ok(Some(text_of(n)))
    }

    fn visit_bool<E: de::Error>(self, yes: bool) -> Result<Self::Value, E> {
        Ok(Some(yes.to_string()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// What a value makes of a scalar, and what it expects where it makes nothing.
fn scalar<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    expected: &'static str,
    make: impl FnOnce(&str) -> Option<T>,
    nothing: T,
) -> Result<T, D::Error> {
    let Some(text) = deserializer.deserialize_any(AnyScalar)? else { return Ok(nothing) };
    make(&text).ok_or_else(|| de::Error::invalid_value(Unexpected::Str(&text), &expected))
}

impl<'de> Deserialize<'de> for ScalarText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "a text", |text| Some(Self(text.to_owned())), Self::default())
    }
}

impl<'de, T: TryFrom<i64>> Deserialize<'de> for WholeNumber<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let make = |text: &str| match text.trim() {
            "" => Some(Self(None)),
            text => whole(text).map(|n| Self(Some(n))),
        };
        scalar(deserializer, "a whole number", make, Self(None))
    }
}

impl<'de> Deserialize<'de> for StringName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let make = |text: &str| if text.trim().is_empty() { Some(Self::Nowhere) } else { Self::read(text) };
        scalar(deserializer, "the number of a string: 3 or \"S3\"", make, Self::Nowhere)
    }
}

impl<'de> Deserialize<'de> for ExportTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let make = |text: &str| match text.trim() {
            "" => Some(Self(None)),
            text => iso8601::parse(text).or_else(|| millis(text)).map(|ms| Self(Some(ms))),
        };
        scalar(deserializer, "a time such as \"2025-10-24T10:00:00.000Z\"", make, Self(None))
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates: meant
fn millis(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok();
    number.or_else(|| text.parse::<f64>().ok().filter(|ms| ms.is_finite()).map(|ms| ms as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_go_by_number_or_by_name() {
        let read = |text: &str| StringName::read(text);
        assert_eq!(read(" S3 "), Some(StringName::Number(3)));
        assert_eq!(read("0"), Some(StringName::Number(0)));
        assert_eq!(read("1.0"), Some(StringName::Round(1, "1.0".into())));
        assert_eq!(read("1,00"), Some(StringName::Round(1, "1,00".into())));
        for name in ["1.1", "MPPT1", "WR 2 / 3", "S1.2"] {
            assert_eq!(read(name), Some(StringName::Name(name.into())), "{name}");
        }
        for none in ["", "one", "-1", "70000", "1\n2", &"1x".repeat(21)] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }

    #[test]
    fn values_are_what_they_mean() {
        let of = |json: &str| serde_json::from_str::<ScalarText>(json).unwrap().0;
        assert_eq!([of("17"), of("\"a\""), of("1.5"), of("null"), of("-2")], ["17", "a", "1.5", "", "-2"]);
        let whole = |json: &str| serde_json::from_str::<WholeNumber<u16>>(json).ok().map(|n| n.0);
        assert_eq!(
            [whole("1.0"), whole("\"7\""), whole("null"), whole("\"\"")],
            [Some(Some(1)), Some(Some(7)), Some(None), Some(None)]
        );
        assert_eq!([whole("1.5"), whole("-1"), whole("70000"), whole("[]")], [None; 4]);
        let time = |json: &str| serde_json::from_str::<ExportTime>(json).ok().and_then(|t| t.0);
        assert_eq!(
            [time("1761300000000"), time("1761300000000.5"), time("\"2025-10-24T12:00+0200\"")],
            [Some(1_761_300_000_000); 3]
        );
        assert_eq!([time("null"), time("\"yesterday\""), time("-1e300")], [None, None, Some(0)]);
    }
}
