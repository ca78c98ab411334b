//! Base64 (RFC 4648, with padding): bytes where text alone may be.
//!
//! Called by the report's page for its pictures, and by `company` for the logo that a version of a report has frozen.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        let word = word << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = LETTERS.get((word >> (18 - 6 * at)) as usize & 63).filter(|_| at <= three.len());
            text.push(letter.map_or('=', |letter| char::from(*letter)));
        }
    }
    text
}

/// `None`: it is no such text.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let whole = text.trim_end_matches('=');
    if text.len() - whole.len() > 2 {
        return None;
    }
    for four in whole.as_bytes().chunks(4) {
        let mut word = 0u32;
        for letter in four {
            let at = LETTERS.iter().position(|known| known == letter)?;
            word = word << 6 | u32::try_from(at).ok()?;
        }
        let word = word << (6 * (4 - four.len()));
        bytes.extend_from_slice(word.to_be_bytes().get(1..four.len())?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_what_is_none_is_refused() {
        let all: Vec<u8> = (0..=255).collect();
        for length in 0..=all.len() {
            assert_eq!(from_base64(&base64(&all[..length])).as_deref(), Some(&all[..length]));
        }
        assert_eq!([b"M", &b"Ma"[..], b"Man"].map(base64), ["TQ==", "TWE=", "TWFu"]);
        for wrong in ["TQ", "T===", "TQ==TQ==", "T\u{e9}a", "TWE*"] {
            assert_eq!(from_base64(wrong), None, "{wrong}");
        }
    }
}
