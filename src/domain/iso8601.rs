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

/// `2025-10-24 12:00:00`, so many minutes ahead of UTC: as spreadsheets of every country take it for a time.
pub fn local(ms: u64, utc_offset_minutes: i32) -> String {
    let ms = i64::try_from(ms.min(MAX_MS)).unwrap_or_default() + i64::from(utc_offset_minutes) * 60_000;
    DateTime::from_timestamp_millis(ms).unwrap_or_default().format("%Y-%m-%d %H:%M:%S").to_string()
}

/// `UTC+02:00`.
pub fn zone(utc_offset_minutes: i32) -> String {
    let (sign, ahead) = (if utc_offset_minutes < 0 { '-' } else { '+' }, utc_offset_minutes.unsigned_abs());
    format!("UTC{sign}{:02}:{:02}", ahead / 60, ahead % 60)
}

/// With any offset (`+02:00`, `+0200`, `+02`), or with none (then it is UTC), `T` or a space between date and time, with
/// or without seconds, with or without signs between the digits. What is before 1970 counts as 1970: a mark is never
/// refused because of a clock.
pub fn parse(text: &str) -> Option<u64> {
    const FORMS: [&str; 4] = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y%m%d %H%M%S%.f", "%Y%m%d %H%M"];
    let text = text.trim().replacen(['T', 't'], " ", 1);
    let (day, time) = text.split_once(' ')?;
    let (time, ahead_s) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (&time[..at], offset(time[at..].trim())?),
        None => (time, 0),
    };
    let local = format!("{day} {}", time.trim());
    let local = FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(&local, form).ok())?;
    let utc_ms = local.and_utc().timestamp_millis().saturating_sub(ahead_s.saturating_mul(1_000));
    Some(u64::try_from(utc_ms).unwrap_or(0))
}

/// Seconds ahead of UTC.
fn offset(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, digits) = (if text.starts_with('-') { -1 } else { 1 }, text[1..].replacen(':', "", 1));
    if ![2, 4].contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits[..2].parse().ok()?;
    let minutes: i64 = if digits.len() == 4 { digits[2..].parse().ok()? } else { 0 };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
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
            "2025-10-24T12:00:00+0200",
            "2025-10-24T12:00:00.000+02",
            "2025-10-24T05:30:00-04:30",
            "2025-10-24T12:00+0200",
            "2025-10-24T10:00",
            "2025-10-24 10:00",
            "2025-10-24 10:00:00 +00:00",
            "20251024T100000Z",
            "20251024T1000",
        ] {
            assert_eq!(parse(text), ten, "{text}");
        }
        assert_eq!(parse("1969-12-31T23:59:59Z"), Some(0));
        for bad in [
            "",
            "yesterday",
            "2025-13-01T00:00:00Z",
            "2025-10-24",
            "2025-10-24T10:00:00+2",
            "2025-10-24T10:00:00+25:00",
            "2025-10-24T10:00:00é",
        ] {
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
