//! When a picture was taken (EXIF), without its pixels: a card has a thousand of them, and an import wants to know of all before it
//! reads the first.
//!
//! Called by `cli`; calls `exif`. It walks from one part of a file to the next and reads none but the one that has EXIF.

use std::io::{self, Cursor, Read, SeekFrom};

use super::{CameraTime, ImageSource, exif, read_some};
use crate::domain::photo::PictureType;

/// Parts of a file that are walked over.
const MOST_PARTS: usize = 2_000;
/// Bytes of EXIF: in a JPEG it has no more.
const MOST_EXIF: u32 = 64 << 10;

/// What the camera says of its time. Of what cannot be read, and of HEIC, nothing.
pub fn camera_time(source: &mut dyn ImageSource) -> Option<CameraTime> {
    let mut head = [0; PictureType::HEAD];
    source.rewind().ok()?;
    let filled = read_some(source, &mut head).ok()?;
    let said = match PictureType::sniff(&head[..filled])? {
        PictureType::Tiff => {
            source.rewind().ok()?;
            return exif::read(source).taken;
        }
        PictureType::Jpeg => of_jpeg(source).ok()?,
        PictureType::Png => of_png(source).ok()?,
        PictureType::Heic | PictureType::Webp => None,
    };
    exif::read(&mut Cursor::new(said?)).taken
}

fn array<const N: usize>(source: &mut dyn ImageSource) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn bytes(source: &mut dyn ImageSource, count: u32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(u64::from(count.min(MOST_EXIF))).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Segments, up to where the pixels begin.
fn of_jpeg(source: &mut dyn ImageSource) -> io::Result<Option<Vec<u8>>> {
    const EXIF: &[u8] = b"Exif\0\0";
    source.seek(SeekFrom::Start(2))?;
    for _ in 0..MOST_PARTS {
        let [mark, mut kind] = array(source)?;
        if mark != 0xff {
            return Ok(None);
        }
        // Any number of them may stand before a kind.
        while kind == 0xff {
            [kind] = array(source)?;
        }
        match kind {
            // Alone, with nothing behind.
            0x01 | 0xd0..=0xd8 => continue,
            // The end, or pixels.
            0xd9 | 0xda => return Ok(None),
            _ => {}
        }
        let length = u32::from(u16::from_be_bytes(array(source)?)).saturating_sub(2);
        if kind == 0xe1 {
            let said = bytes(source, length)?;
            if let Some(exif) = said.strip_prefix(EXIF) {
                return Ok(Some(exif.to_vec()));
            }
        } else {
            source.seek(SeekFrom::Current(i64::from(length)))?;
        }
    }
    Ok(None)
}

/// Chunks, up to the end: EXIF may stand behind the pixels.
fn of_png(source: &mut dyn ImageSource) -> io::Result<Option<Vec<u8>>> {
    source.seek(SeekFrom::Start(8))?;
    for _ in 0..MOST_PARTS {
        let length = u32::from_be_bytes(array(source)?);
        match &array(source)? {
            b"eXIf" => return bytes(source, length).map(Some),
            b"IEND" => return Ok(None),
            // With its checksum.
            _ => source.seek(SeekFrom::Current(i64::from(length) + 4))?,
        };
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Little-endian, one directory: when it was changed.
    fn exif_of(time: &str) -> Vec<u8> {
        let text = [time.as_bytes(), b"\0"].concat();
        let entry = [
            &0x0132_u16.to_le_bytes()[..],
            &2_u16.to_le_bytes(),
            &(text.len() as u32).to_le_bytes(),
            &26_u32.to_le_bytes(),
        ]
        .concat();
        [b"II*\0\x08\0\0\0\x01\0".to_vec(), entry, vec![0; 4], text].concat()
    }

    fn jpeg(exif: &[u8]) -> Vec<u8> {
        let segment = |kind: u8, body: &[u8]| {
            [&[0xff, kind][..], &(body.len() as u16 + 2).to_be_bytes(), body].concat()
        };
        let said = [b"Exif\0\0", exif].concat();
        let begin = [
            vec![0xff, 0xd8],
            segment(0xe0, b"JFIF\0"),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0"),
            vec![0xff],
        ];
        [begin.concat(), segment(0xe1, &said), segment(0xda, b"\x01"), vec![7; 900]].concat()
    }

    fn png(exif: &[u8]) -> Vec<u8> {
        let chunk =
            |kind: &[u8], body: &[u8]| [&(body.len() as u32).to_be_bytes(), kind, body, &[0; 4]].concat();
        let parts = [
            chunk(b"IHDR", &[0; 13]),
            chunk(b"IDAT", &[9; 70_000]),
            chunk(b"eXIf", exif),
            chunk(b"IEND", b""),
        ];
        [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
    }

    fn time(bytes: &[u8]) -> Option<u64> {
        camera_time(&mut Cursor::new(bytes)).map(|time| time.local_ms)
    }

    #[test]
    fn the_time_is_found_in_each_type_and_nothing_else_is_read() {
        let exif = exif_of("2026:11:30 02:13:45");
        let at = Some(1_796_004_825_000);
        assert_eq!([time(&exif), time(&jpeg(&exif)), time(&png(&exif))], [at; 3]);
        let none =
            [&b""[..], b"\xff\xd8\xff", b"\xff\xd8\xff\xd9", b"\x89PNG\r\n\x1a\n", b"<html>", &jpeg(b"MM")];
        assert_eq!(none.map(time), [None; 6]);
        assert_eq!(time(&jpeg(&exif)[..60]), None, "cut off");
    }

    proptest! {
        #[test]
        fn whatever_lies_there_does_no_harm(junk in prop::collection::vec(any::<u8>(), 0..300), at in 0..200_usize, kind in 0..3) {
            let exif = exif_of("2026:11:30 02:13:45");
            let mut bytes = match kind { 0 => exif, 1 => jpeg(&exif), _ => png(&exif) };
            let at = at.min(bytes.len());
            let end = (at + junk.len()).min(bytes.len());
            bytes[at..end].copy_from_slice(&junk[..end - at]);
            time(&bytes);
        }
    }
}
