//! Images: what lies in a camera's file, and its thumbnail and preview (decoding, EXIF, resizing).
//!
//! `hub` calls `read_image` for what was uploaded, `cli` for what is imported, `http` `read_logo` for a company's logo. Readers of each type give rows to `shrink`,
//! so that no file is ever whole in memory as pixels; `orientation`, `tones` and `encode` do the rest.
//!
//! Hostile files: the size is looked at before anything is allocated, decoders have `MOST_MEMORY`, and a panic inside is an
//! error of that file. Nobody's own words decide what a file is.

mod camera_time;
mod canvas;
mod encode;
mod error;
mod exif;
mod jpeg;
mod jpeg_header;
mod orientation;
mod png;
mod shrink;
mod taken;
mod tiff;
mod tones;

use std::io::{BufRead, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use camera_time::CameraTime;
pub use encode::SmallImage;
pub use error::ImageError;
pub use orientation::Orientation;
pub use taken::camera_time;

use canvas::Canvas;
use exif::Exif;

use super::photo::PictureType;

/// Pixels of an image: 100 megapixels.
pub const MOST_PIXELS: u64 = 100_000_000;
/// Pixels of a side. JPEG has no more either, and a row of the others stays small.
pub const MOST_SIDE: u32 = 65_535;
/// Bytes that a decoder may hold at a time: a strip of 100 megapixels of 16 bits, which some EL cameras write in one piece.
/// Most files need a few megabytes.
pub const MOST_MEMORY: usize = 200_000_000;

/// Longer side of a thumbnail, and its bytes.
pub const THUMB: (u32, usize) = (320, 20_000);
/// Longer side of a preview, and its bytes.
pub const PREVIEW: (u32, usize) = (1_600, 300_000);

/// Where an image comes from: a file, a blob, or bytes behind a `Cursor`.
pub trait ImageSource: BufRead + Seek {}
impl<T: BufRead + Seek> ImageSource for T {}

/// Longer side of a company's logo, and its bytes: on paper it is a hand wide at most.
const LOGO: (u32, usize) = (640, 24_000);
/// Pixels of the file that a logo is made of.
const MOST_LOGO_PIXELS: u64 = 40_000_000;

/// What was read of an image, and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadImage {
    pub kind: PictureType,
    /// As it is looked at, so after it was turned.
    pub width: u32,
    pub height: u32,
    /// How the camera was held; thumbnail and preview are turned already.
    pub orientation: Orientation,
    pub taken: Option<CameraTime>,
    pub thumb: SmallImage,
    pub preview: SmallImage,
}

/// Reads a file from its beginning to its end. Takes its time: a second and more for a large one, up to `MOST_MEMORY` and one
/// processor, so call it for one file at a time and beside what serves others.
pub fn read_image(source: &mut dyn ImageSource) -> Result<ReadImage, ImageError> {
    read_image_of(source, MOST_PIXELS)
}

/// The same, of so many pixels at most.
pub fn read_image_of(source: &mut dyn ImageSource, most: u64) -> Result<ReadImage, ImageError> {
    // What a decoder leaves half done is dropped with it, and `source` begins anew with each call.
    catch_unwind(AssertUnwindSafe(|| read(source, most))).unwrap_or(Err(ImageError::Panicked))
}

/// A company's logo out of a PNG or JPEG, small enough to be on each page: transparent parts are white, and its tones stay as they are.
pub fn read_logo(source: &mut dyn ImageSource) -> Result<SmallImage, ImageError> {
    catch_unwind(AssertUnwindSafe(|| {
        let (kind, Decoded { canvas, exif, .. }) = decode(source, MOST_LOGO_PIXELS, true)?;
        if !matches!(kind, PictureType::Png | PictureType::Jpeg) {
            return Err(ImageError::NoLogo);
        }
        encode::crisp(&tones::plain(canvas.turned(exif.orientation)).shrunk(LOGO.0), LOGO.1)
    }))
    .unwrap_or(Err(ImageError::Panicked))
}

/// Pixels as they lie in the file, smaller.
struct Decoded {
    canvas: Canvas,
    /// Of the file.
    width: u32,
    height: u32,
    exif: Exif,
}

fn decode(
    source: &mut dyn ImageSource,
    most: u64,
    drawn: bool,
) -> Result<(PictureType, Decoded), ImageError> {
    let mut head = [0; PictureType::HEAD];
    source.rewind()?;
    let read = read_some(source, &mut head)?;
    source.rewind()?;
    let kind = kind_of(&head[..read])?;
    let decoded = match kind {
        PictureType::Jpeg => jpeg::decode(source, most)?,
        PictureType::Png => png::decode(source, most, drawn)?,
        PictureType::Tiff => tiff::decode(source, most)?,
        PictureType::Heic => return Err(ImageError::Undecodable("HEIC")),
        PictureType::Webp => return Err(ImageError::Undecodable("WebP")),
    };
    Ok((kind, decoded))
}

fn read(source: &mut dyn ImageSource, most: u64) -> Result<ReadImage, ImageError> {
    let (kind, Decoded { canvas, width, height, exif }) = decode(source, most, false)?;
    let orientation = exif.orientation;
    let (width, height) = if orientation.is_sideways() { (height, width) } else { (width, height) };
    let bytes = tones::to_bytes(canvas.turned(orientation));
    let preview = encode::within(&bytes, PREVIEW.1)?;
    let thumb = encode::within(&bytes.shrunk(THUMB.0), THUMB.1)?;
    Ok(ReadImage { kind, width, height, orientation, taken: exif.taken, thumb, preview })
}

/// By the first bytes, and nothing else.
fn kind_of(head: &[u8]) -> Result<PictureType, ImageError> {
    if let Some(kind) = PictureType::sniff(head) {
        return Ok(kind);
    }
    match head {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            Err(ImageError::Undecodable("WebP"))
        }
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => {
            Err(ImageError::Undecodable("AVIF"))
        }
        [b'I', b'I', 43, 0, ..] | [b'M', b'M', 0, 43, ..] => Err(ImageError::Undecodable("BigTIFF")),
        [] => Err(ImageError::Broken("it is empty".into())),
        _ => Err(ImageError::NoImage),
    }
}

/// As many bytes as there are, and fit.
fn read_some(source: &mut dyn ImageSource, out: &mut [u8]) -> Result<usize, ImageError> {
    let mut read = 0;
    while read < out.len() {
        match source.read(&mut out[read..])? {
            0 => break,
            more => read += more,
        }
    }
    Ok(read)
}

/// Bytes of the whole file.
fn length(source: &mut dyn ImageSource) -> Result<u64, ImageError> {
    let end = source.seek(SeekFrom::End(0))?;
    source.rewind()?;
    Ok(end)
}

/// What each reader asks before it allocates anything.
fn check_size(width: u32, height: u32, most: u64) -> Result<(), ImageError> {
    if width == 0 || height == 0 {
        return Err(ImageError::Broken("it has no pixels".into()));
    }
    if width > MOST_SIDE || height > MOST_SIDE || u64::from(width) * u64::from(height) > most {
        return Err(ImageError::TooLarge { width, height });
    }
    Ok(())
}
