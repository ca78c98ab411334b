//! ISO 8601: moments as text, in UTC with milliseconds and `Z`, as v3.3 writes them.
//!
//! Called by `import` and `export`; calls chrono. Reads no clock.

use chrono::{DateTime, NaiveDateTime, SecondsFormat};

/// The last millisecond that has a year of four digits, the most that other readers understand.
const MAX_MS: u64 = 253_402_300_799_999;

/// `2025-10-24T10:00:00.000Z`.
pub fn format(ms: u64) -> String {
    let ms = i64::try_from(ms.min(MAX_MS)).unwrap_or_default();
    DateTime::from_timestamp_millis(ms).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// With any offset, or with none (then it is UTC), `T` or a space between date and time. What is
/// before 1970 counts as 1970: a mark is never refused because of a clock.
pub fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let moment = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()).or_else(|_| {
        NaiveDateTime::parse_from_str(&text.replacen('T', " ", 1), "%Y-%m-%d %H:%M:%S%.f")
            .map(|at| at.and_utc())
    });
    moment.ok().map(|at| u64::try_from(at.timestamp_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_forms_that_files_hold_are_read() {
        let ten = Some(1_761_300_000_000);
        for text in [
            "2025-10-24T10:00:00Z",
            "2025-10-24T10:00:00.000Z",
            "2025-10-24 10:00:00",
            "2025-10-24T12:00:00+02:00",
        ] {
            assert_eq!(parse(text), ten, "{text}");
        }
        assert_eq!(parse("1969-12-31T23:59:59Z"), Some(0));
        for bad in ["", "yesterday", "2025-13-01T00:00:00Z", "2025-10-24"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert_eq!(format(1_761_300_000_000), "2025-10-24T10:00:00.000Z");
        assert_eq!(format(u64::MAX), "9999-12-31T23:59:59.999Z");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(ms in 0..=MAX_MS) {
            prop_assert_eq!(parse(&format(ms)), Some(ms));
        }
    }
}
