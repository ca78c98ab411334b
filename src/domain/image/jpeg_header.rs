//! Headers of a JPEG: its size, its form and its EXIF, before a decoder sees it.
//!
//! `jpeg` calls this. Segments are walked up to the first scan; each has its length, so the walk ends.

use super::ImageError;

#[derive(Debug)]
pub struct JpegHeader<'a> {
    pub width: u32,
    pub height: u32,
    /// How wide and high the channels are, in parts of the widest and highest.
    pub factors: Vec<(u8, u8)>,
    /// Rows come as the file is read. Otherwise all of it must be read before the first is known.
    pub streams: bool,
    pub exif: Option<&'a [u8]>,
}

/// Scans of a progressive image: cameras and phones make about ten. A file could have thousands, and each is a walk over all pixels.
const MOST_SCANS: usize = 100;

fn broken(why: &str) -> ImageError {
    ImageError::Broken(why.into())
}

pub fn read(bytes: &[u8]) -> Result<JpegHeader<'_>, ImageError> {
    let mut rest = bytes.get(2..).unwrap_or_default();
    let (mut frame, mut exif) = (None, None);
    loop {
        let (marker, segment, after) = segment(rest)?;
        rest = after;
        match marker {
            0xe1 if exif.is_none() => exif = segment.strip_prefix(b"Exif\0\0"),
            0xc0..=0xc2 if frame.is_none() => frame = Some((marker, segment)),
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Err(ImageError::Undecodable("a lossless or arithmetic JPEG"));
            }
            0xda => {
                let (kind, frame) = frame.ok_or_else(|| broken("a scan without a frame"))?;
                let all_in_one = segment.first() == frame.get(5);
                let streams = kind != 0xc2 && all_in_one;
                if !streams && scans(rest) > MOST_SCANS {
                    return Err(broken("it has more than a hundred scans"));
                }
                return of_frame(frame, streams, exif);
            }
            _ => {}
        }
    }
}

/// The next marker, what it has, and what is behind.
fn segment(bytes: &[u8]) -> Result<(u8, &[u8], &[u8]), ImageError> {
    let early = || broken("it ends before its first scan");
    let at = bytes.iter().position(|byte| *byte == 0xff).ok_or_else(early)?;
    let behind = bytes[at..].iter().position(|byte| *byte != 0xff).ok_or_else(early)?;
    let rest = &bytes[at + behind..];
    match rest {
        // Without a length.
        [marker @ (0x00 | 0x01 | 0xd0..=0xd8), rest @ ..] => Ok((*marker, &[], rest)),
        [0xd9, ..] => Err(early()),
        [marker, high, low, rest @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let length = length.checked_sub(2).ok_or_else(|| broken("a segment of no length"))?;
            let (segment, rest) = rest.split_at_checked(length).ok_or_else(early)?;
            Ok((*marker, segment, rest))
        }
        _ => Err(early()),
    }
}

fn of_frame<'a>(frame: &[u8], streams: bool, exif: Option<&'a [u8]>) -> Result<JpegHeader<'a>, ImageError> {
    let [precision, h1, h0, w1, w0, count, components @ ..] = frame else {
        return Err(broken("its frame is cut off"));
    };
    let factors: Vec<_> = components.chunks_exact(3).map(|of| (of[1] >> 4, of[1] & 15)).collect();
    match (*precision, *count) {
        (8, 1 | 3) => {}
        (8, _) => return Err(ImageError::Undecodable("a JPEG in colours for printing (CMYK)")),
        _ => return Err(ImageError::Undecodable("a JPEG of 12 bits")),
    }
    if factors.len() != usize::from(*count)
        || factors.iter().any(|(h, v)| !(1..=4).contains(h) || !(1..=4).contains(v))
    {
        return Err(broken("its frame is of no form"));
    }
    Ok(JpegHeader {
        width: u16::from_be_bytes([*w1, *w0]).into(),
        height: u16::from_be_bytes([*h1, *h0]).into(),
        factors,
        streams,
        exif,
    })
}

/// Scans from here on. Between markers every 0xff has a zero behind it, so what is counted are scans, or thumbnails in segments.
fn scans(bytes: &[u8]) -> usize {
    1 + bytes.windows(2).filter(|pair| *pair == [0xff, 0xda]).count()
}
