//! Type of a picture by its first bytes (magic numbers, content sniffing): what something calls itself decides nothing.
//!
//! `store::blobs` keeps nothing else, and `http` serves as nothing else, so that no page or script comes from this address.

/// What is kept, and the only types that are ever served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureType {
    Jpeg,
    Png,
    Tiff,
    Heic,
    Webp,
}

impl PictureType {
    pub const ALL: [Self; 5] = [Self::Jpeg, Self::Png, Self::Tiff, Self::Heic, Self::Webp];

    /// Bytes that tell it.
    pub const HEAD: usize = 32;

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Tiff => "image/tiff",
            Self::Heic => "image/heic",
            Self::Webp => "image/webp",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// How the name of such a file ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Tiff => "tif",
            Self::Heic => "heic",
            Self::Webp => "webp",
        }
    }

    /// Whether every browser shows it. The others are files to be saved.
    pub fn is_shown(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    pub fn sniff(head: &[u8]) -> Option<Self> {
        match head {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Self::Tiff),
            [_, _, _, _, b'f', b't', b'y', b'p', rest @ ..] if is_heif(rest) => Some(Self::Heic),
            // Sound and film have the same box.
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                b'V',
                b'P',
                b'8',
                b' ' | b'L' | b'X',
                ..,
            ] => Some(Self::Webp),
            _ => None,
        }
    }
}

/// Brands of pictures; films have the same box.
fn is_heif(brands: &[u8]) -> bool {
    const BRANDS: [&[u8]; 6] = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"];
    brands.get(..4).is_some_and(|brand| BRANDS.contains(&brand))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide_and_nothing_else_is_a_picture() {
        let kind = |bytes: &[u8]| PictureType::sniff(bytes).map(PictureType::as_str);
        assert_eq!(kind(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some("image/jpeg"));
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some("image/png"));
        assert_eq!(kind(b"II*\0\x08\0\0\0"), Some("image/tiff"));
        assert_eq!(kind(b"MM\0*\0\0\0\x08"), Some("image/tiff"));
        assert_eq!(kind(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), Some("image/heic"));
        for form in [&b"VP8 "[..], b"VP8L", b"VP8X"] {
            assert_eq!(kind(&[b"RIFF\x10\0\0\0WEBP", form].concat()), Some("image/webp"));
        }
        for other in [
            &b""[..],
            b"\xff\xd8",
            b"<svg xmlns='http://www.w3.org/2000/svg'>",
            b"<!doctype html><script>",
            b"\0\0\0\x18ftypmp42\0\0\0\0",
            b"GIF89a",
            b"RIFF\0\0\0\0WEBP",
            b"RIFF\0\0\0\0WEBPVP9 ",
            b"RIFF\0\0\0\0WAVEfmt ",
            b"%PDF-1.7",
            b"PK\x03\x04",
            b" \xff\xd8\xff\xe0",
        ] {
            assert_eq!(kind(other), None, "{other:?}");
        }
        for known in PictureType::ALL {
            assert_eq!(PictureType::parse(known.as_str()), Some(known));
        }
        assert_eq!(PictureType::parse("image/svg+xml"), None);
    }
}
