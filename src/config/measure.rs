//! Values with a unit: lengths of time, sizes; and counts.
//!
//! Called by `config` and its tables; calls nothing.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

/// A length of time: `10s`, `5m`, `1h`, or seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

/// A number of bytes: `32MiB`, `1GiB`, or bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

/// `12unit` as number and unit.
fn measure(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..digits].parse().ok()?, text[digits..].trim_start()))
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a length of time; write 10s, 5m or 1h");
        let (number, unit) = measure(text).ok_or_else(wrong)?;
        let ms = match unit {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong()),
        };
        number.checked_mul(ms).map(|ms| Self(Duration::from_millis(ms))).ok_or_else(wrong)
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a size; write 32MiB, 1GiB or a number of bytes");
        let (number, unit) = measure(text).ok_or_else(wrong)?;
        let factor = match unit {
            "" | "B" => 1,
            "kB" | "KB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            _ => return Err(wrong()),
        };
        number.checked_mul(factor).map(Self).ok_or_else(wrong)
    }
}

impl From<u64> for Span {
    fn from(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

impl From<u64> for Size {
    fn from(bytes: u64) -> Self {
        Self(bytes)
    }
}

/// A TOML value that may be text with a unit, or a bare number.
fn text_or_number<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err = String> + TryFrom<u64, Error: std::fmt::Display>,
    D: Deserializer<'de>,
{
    struct ReadText<T>(std::marker::PhantomData<T>);
    impl<T: FromStr<Err = String> + TryFrom<u64, Error: std::fmt::Display>> Visitor<'_> for ReadText<T> {
        type Value = T;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a number, or text with a unit")
        }
        fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
            let number = u64::try_from(number).map_err(|_| E::custom("not below 0"))?;
            T::try_from(number).map_err(E::custom)
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_any(ReadText(std::marker::PhantomData))
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_or_number(deserializer)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_or_number(deserializer)
    }
}

/// A number of things, one at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub NonZeroU32);

impl FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.trim()
            .parse()
            .map(Self)
            .map_err(|_| format!("`{text}` is not a number; write a whole one from 1"))
    }
}

impl TryFrom<u64> for Count {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        number.to_string().parse()
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_or_number(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_have_units() {
        let span = |text: &str| text.parse::<Span>().map(|s| s.0.as_millis()).ok();
        assert_eq!(
            [span("10s"), span("10"), span("1h"), span("5 m"), span("7ms")],
            [Some(10_000), Some(10_000), Some(3_600_000), Some(300_000), Some(7)]
        );
        assert_eq!([span(""), span("s"), span("-1s"), span("99999999999999999999s")], [None; 4]);
        let size = |text: &str| text.parse::<Size>().map(|s| s.0).ok();
        assert_eq!(
            [size("32MiB"), size("1GB"), size("12"), size("1 KiB")],
            [Some(32 << 20), Some(1_000_000_000), Some(12), Some(1_024)]
        );
        assert_eq!([size("many"), size("32Mo")], [None; 2]);
    }
}
