//! Nights of pictures that still fit (capacity, headroom): by what the last ones took, or where there were none by a thousand pictures.
//!
//! Called by `photos list` and `doctor`, with what the hub says of its photos.

use serde_json::Value;

use super::print;

/// Bytes of a night on which each of a thousand modules is photographed, 6 MB each.
const UNKNOWN: u64 = 6_000_000_000;

/// How many nights fit into so many bytes.
pub fn count(photos: &Value, room: u64) -> f64 {
    room as f64 / photos["night_bytes"].as_u64().filter(|bytes| *bytes > 0).unwrap_or(UNKNOWN) as f64
}

/// `4.7 nights like the last 3 (1.2 GiB each)`
pub fn fit(photos: &Value, room: u64) -> String {
    let nights = count(photos, room);
    let nights = if nights >= 100.0 { "over 100".to_owned() } else { format!("{nights:.1}") };
    let (bytes, of) = (photos["night_bytes"].as_u64().unwrap_or(0), photos["nights"].as_u64().unwrap_or(0));
    match of {
        0 => format!("{nights} nights of 1,000 pictures of 6 MB"),
        1 => format!("{nights} nights like the last one with pictures ({})", print::bytes(bytes)),
        of => format!("{nights} nights like the last {of} with pictures ({} each)", print::bytes(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nights_are_those_that_were_and_else_a_thousand_pictures() {
        let room = 30_000_000_000;
        assert_eq!(fit(&json!({}), room), "5.0 nights of 1,000 pictures of 6 MB");
        let of = |nights: u64, bytes: u64| json!({ "nights": nights, "night_bytes": bytes });
        assert_eq!(fit(&of(1, 3_000_000_000), room), "10.0 nights like the last one with pictures (2.8 GiB)");
        assert_eq!(fit(&of(3, 5_000), room), "over 100 nights like the last 3 with pictures (4.9 KiB each)");
        assert!(count(&of(2, 60_000_000_000), room) < 1.0);
    }
}
