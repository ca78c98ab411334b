//! The time of a camera: what its own clock said, which is often wrong and mostly has no zone.
//!
//! `exif` reads it; imports put it right by the marks.

use crate::domain::iso8601;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CameraTime {
    /// What the clock showed, in milliseconds since 1970, as if it had been in Greenwich.
    pub local_ms: u64,
    /// Minutes ahead of UTC, when the camera says that.
    pub ahead_minutes: Option<i16>,
}

impl CameraTime {
    /// EXIF's `2026:11:30 02:13:45`, with `SubSecTimeOriginal` and `OffsetTimeOriginal` where there are any.
    pub(super) fn parse(text: &str, fraction: Option<&str>, offset: Option<&str>) -> Option<Self> {
        let (day, time) = text.trim().split_once([' ', 'T'])?;
        let shape = |text: &str, sign: char| {
            text.len() > 4 && text.chars().all(|c| c.is_ascii_digit() || c == sign || c == '.')
        };
        if !shape(day, ':') || !shape(time, ':') {
            return None;
        }
        let fraction = fraction.map(str::trim).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let whole = iso8601::parse(&format!("{} {time}", day.replace(':', "-")))?;
        // A camera whose clock was never set begins at zero; that is no time.
        (whole > 0).then_some(())?;
        let digits: String = fraction.unwrap_or_default().chars().chain("000".chars()).take(3).collect();
        let ms = digits.parse::<u64>().unwrap_or(0);
        Some(Self { local_ms: whole - whole % 1_000 + ms, ahead_minutes: offset.and_then(minutes) })
    }

    /// In UTC, when the camera has said where it was.
    pub fn utc_ms(self) -> Option<u64> {
        let ahead = i64::from(self.ahead_minutes?) * 60_000;
        self.local_ms.checked_add_signed(-ahead)
    }
}

/// `+02:00`.
fn minutes(text: &str) -> Option<i16> {
    let text = text.trim();
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_cameras_write_it_and_nothing_else_is_a_time() {
        let plain = CameraTime::parse("2026:11:30 02:13:45", None, None).unwrap();
        assert_eq!(iso8601::format(plain.local_ms), "2026-11-30T02:13:45.000Z");
        assert_eq!((plain.ahead_minutes, plain.utc_ms()), (None, None));
        let full = CameraTime::parse("2026:11:30 02:13:45", Some("5"), Some("+01:00")).unwrap();
        assert_eq!(iso8601::format(full.local_ms), "2026-11-30T02:13:45.500Z");
        assert_eq!(iso8601::format(full.utc_ms().unwrap()), "2026-11-30T01:13:45.500Z");
        let west = CameraTime::parse("2026:11:30 02:13:45", Some("x"), Some("-03:30")).unwrap();
        assert_eq!(west.ahead_minutes, Some(-210));
        for wrong in [
            "",
            "    :  :     :  :  ",
            "0000:00:00 00:00:00",
            "1970:01:01 00:00:00",
            "2026:13:30 02:13:45",
            "2026:11:30 02:13:45+02",
            "2026:11:30",
            "yesterday evening",
        ] {
            assert_eq!(CameraTime::parse(wrong, None, None), None, "{wrong}");
        }
        for offset in ["", "02:00", "+2", "+99:00", "+0２:00"] {
            assert_eq!(minutes(offset), None, "{offset}");
        }
    }
}
