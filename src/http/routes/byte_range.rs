//! Range requests: which part of a file is asked for. One range at a time; several, or what is out of form, are answered with all of it,
//! as a server may.

use axum::http::{HeaderMap, header};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteRange {
    Whole,
    /// From the first up to before the second.
    Part(u64, u64),
    /// There are no such bytes.
    None,
}

/// Of a file of so many bytes that has this entity tag.
pub fn asked_range(headers: &HeaderMap, bytes: u64, tag: &str) -> ByteRange {
    // A part of what it was before is wanted only while it is that.
    if headers.get(header::IF_RANGE).is_some_and(|value| value.as_bytes() != tag.as_bytes()) {
        return ByteRange::Whole;
    }
    let text = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    text.and_then(|text| parse(text, bytes)).unwrap_or(ByteRange::Whole)
}

fn parse(text: &str, bytes: u64) -> Option<ByteRange> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| -> Option<Option<u64>> {
        match text.trim() {
            "" => Some(None),
            digits if digits.bytes().all(|b| b.is_ascii_digit()) => Some(Some(digits.parse().ok()?)),
            _ => None,
        }
    };
    let (from, to) = match (number(first)?, number(last)?) {
        (Some(from), Some(last)) if last < from => return None,
        (Some(from), last) => (from, last.map_or(bytes, |last| last.saturating_add(1).min(bytes))),
        (None, Some(last)) => (bytes.saturating_sub(last), bytes),
        (None, None) => return None,
    };
    Some(if from < to { ByteRange::Part(from, to) } else { ByteRange::None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_a_part_and_anything_else_is_all_of_it() {
        use ByteRange::{None, Part, Whole};
        let range = |text: &str| {
            let headers = HeaderMap::from_iter([(header::RANGE, text.parse().unwrap())]);
            asked_range(&headers, 1_000, "\"tag\"")
        };
        for (text, part) in [
            ("bytes=0-99", Part(0, 100)),
            ("bytes=900-", Part(900, 1_000)),
            ("bytes=999-5000", Part(999, 1_000)),
            ("bytes=-1", Part(999, 1_000)),
            ("bytes=-5000", Part(0, 1_000)),
            ("bytes=1000-", None),
            ("bytes=-0", None),
            ("bytes=5-4", Whole),
            ("bytes=0-1,5-6", Whole),
            ("bytes=-", Whole),
            ("bytes=99999999999999999999-", Whole),
            ("lines=1-2", Whole),
        ] {
            assert_eq!(range(text), part, "{text}");
        }
        assert_eq!(asked_range(&HeaderMap::new(), 1_000, ""), Whole);
        let of_another = HeaderMap::from_iter([
            (header::RANGE, "bytes=0-9".parse().unwrap()),
            (header::IF_RANGE, "\"other\"".parse().unwrap()),
        ]);
        assert_eq!(asked_range(&of_another, 1_000, "\"tag\""), Whole);
    }
}
