//! Text encodings of files: UTF-8, what Excel calls "CSV" (Windows-1252), and what it calls "Unicode text" (UTF-16).
//!
//! Called by `import::read`; calls nothing. A table of our own: 32 characters, where a library brings those of all countries.

use std::borrow::Cow;

use super::error::{ImportError, ImportProblem};

/// How the text of a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextEncoding {
    #[default]
    Utf8,
    Utf16,
    /// A guess: any bytes may be that. People are shown what came of it.
    Windows1252,
}

impl TextEncoding {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// What the bytes from 0x80 to 0x9F are; the others are as in Unicode. NUL: nothing.
const HIGH: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, TextEncoding), ImportError> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        _ => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((text.strip_prefix('\u{feff}').unwrap_or(text).into(), TextEncoding::Utf8)),
        // Where some characters are good UTF-8 that are more than one byte, the rest is damage.
        Err(error) if bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) => Err(ImportError::line(
            line_at(bytes, error.valid_up_to()),
            ImportProblem::BadText,
            "a character here is damaged; save the file again as UTF-8 (in Excel: \"CSV UTF-8\")",
        )),
        Err(_) => windows_1252(bytes).map(|text| (text.into(), TextEncoding::Windows1252)),
    }
}

fn windows_1252(bytes: &[u8]) -> Result<String, ImportError> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for (at, byte) in bytes.iter().enumerate() {
        let character = match byte {
            0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
            byte => char::from(*byte),
        };
        if character == '\0' {
            return Err(ImportError::line(
                line_at(bytes, at),
                ImportProblem::BadText,
                "this is neither UTF-8 nor Windows-1252 text; save the file as UTF-8 (in Excel: \"CSV UTF-8\")",
            ));
        }
        text.push(character);
    }
    Ok(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<(Cow<'_, str>, TextEncoding), ImportError> {
    let (pairs, rest) = bytes.as_chunks();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if rest.is_empty() => Ok((text.into(), TextEncoding::Utf16)),
        _ => Err(ImportError::line(
            1,
            ImportProblem::CutShort,
            "this UTF-16 text is damaged or cut short; export or copy it again",
        )),
    }
}

fn line_at(bytes: &[u8], at: usize) -> u64 {
    1 + bytes[..at].iter().filter(|b| **b == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_write_is_read_and_told() {
        let read = |bytes: &[u8]| decode(bytes).map(|(text, encoding)| (text.into_owned(), encoding));
        assert_eq!(read("\u{feff}é€".as_bytes()).unwrap(), ("é€".into(), TextEncoding::Utf8));
        assert_eq!(
            read(b"gravit\xe9 \x802, c\x9cur").unwrap(),
            ("gravité €2, cœur".into(), TextEncoding::Windows1252)
        );
        assert_eq!(read(b"gravit\xe9").unwrap().1, TextEncoding::Windows1252, "at the very end");
        assert_eq!(read(b"\xff\xfea\0\xe9\0").unwrap(), ("aé".into(), TextEncoding::Utf16));
        assert_eq!(read(b"\xfe\xff\0a\0\xe9").unwrap(), ("aé".into(), TextEncoding::Utf16));
        for (damaged, line) in [
            (&b"\xc3\xa9t\xc3\xa9\ngravit\xe9\n"[..], "line 2: a character here is damaged"),
            (b"a\n\n\x81", "line 3: this is neither"),
            (b"\xff\xfea\0\xe9", "line 1: this UTF-16"),
            (b"\xff\xfe\0\xd8", "line 1: this UTF-16"),
        ] {
            let said = decode(damaged).unwrap_err().to_string();
            assert!(said.starts_with(line), "{said}");
        }
    }
}
