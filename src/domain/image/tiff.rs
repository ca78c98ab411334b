//! TIFF, strip by strip or a row of tiles at a time: 8 and 16 bit grey, as EL cameras write it, and RGB.
//!
//! `mod` calls this; calls the crate tiff. Of a file with several pages the first one is taken, which is where cameras have the image;
//! raw files of cameras have a small preview there, and are left alone.

use tiff::decoder::{ChunkType, Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use super::canvas::{Colours, Rows};
use super::shrink::Sample;
use super::{Decoded, ImageError, ImageSource, MOST_MEMORY, PREVIEW, check_size, exif};

const UNKNOWN: ImageError = ImageError::Undecodable("a TIFF of this form");
/// Bytes of what is said about the image: lists of its strips too.
const MOST_SAID: usize = 4 << 20;

fn broken(error: TiffError) -> ImageError {
    match error {
        TiffError::UnsupportedError(_) => UNKNOWN,
        TiffError::LimitsExceeded => ImageError::TooMuchMemory("a TIFF"),
        TiffError::IoError(error) => error.into(),
        other => ImageError::Broken(other.to_string()),
    }
}

pub fn decode(source: &mut dyn ImageSource, most: u64) -> Result<Decoded, ImageError> {
    let exif = exif::read(source);
    source.rewind()?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MOST_MEMORY;
    limits.intermediate_buffer_size = MOST_MEMORY;
    limits.ifd_value_size = MOST_SAID;
    let mut decoder = Decoder::new(source).map_err(broken)?.with_limits(limits);
    let (width, height) = decoder.dimensions().map_err(broken)?;
    check_size(width, height, most)?;
    let number = |decoder: &mut Decoder<_>, tag| decoder.find_tag_unsigned::<u32>(tag).map_err(broken);
    if number(&mut decoder, Tag::NewSubfileType)?.is_some_and(|kind| kind & 1 == 1) {
        return Err(ImageError::Undecodable("a camera's raw file"));
    }
    let apart = number(&mut decoder, Tag::PlanarConfiguration)?.is_some_and(|form| form == 2);
    let (colours, bits, a_pixel) = match decoder.colortype().map_err(broken)? {
        ColorType::Gray(bits) => (Colours::Grey, bits, 1),
        ColorType::RGB(bits) if !apart => (Colours::Rgb, bits, 3),
        ColorType::RGBA(bits) if !apart => (Colours::Rgb, bits, 4),
        // Grey, and something beside it.
        ColorType::Multiband { bit_depth, num_samples } if !apart => {
            (Colours::Grey, bit_depth, usize::from(num_samples))
        }
        _ => return Err(UNKNOWN),
    };
    if !matches!(bits, 8 | 16) {
        return Err(UNKNOWN);
    }
    let tiled = decoder.get_chunk_type() == ChunkType::Tile;
    let (chunk_width, chunk_height) = decoder.chunk_dimensions();
    // What is held at a time: one strip, or the tiles beside one another.
    let across = if tiled { width.next_multiple_of(chunk_width.max(1)) } else { width };
    let held =
        u64::from(across) * u64::from(chunk_height.min(height)) * (a_pixel as u64) * u64::from(bits / 8);
    if chunk_width == 0 || chunk_height == 0 || held > MOST_MEMORY as u64 {
        return Err(ImageError::TooMuchMemory("a TIFF"));
    }
    let mut rows = Rows::even((width, height), colours, PREVIEW.0);
    let tiles = if tiled { width.div_ceil(chunk_width) } else { 1 };
    let mut index = 0;
    for top in (0..height).step_by(chunk_height as usize) {
        let high = chunk_height.min(height - top) as usize;
        let mut pieces = Vec::new();
        for _ in 0..tiles {
            let chunk = decoder.read_chunk(index).map_err(broken)?;
            pieces.push((chunk, decoder.chunk_data_dimensions(index).0 as usize * a_pixel));
            index += 1;
        }
        if bits == 8 {
            push(&mut rows, &pieces, high, a_pixel, |chunk| match chunk {
                DecodingResult::U8(samples) => Some(samples),
                _ => None,
            })?;
        } else {
            push(&mut rows, &pieces, high, a_pixel, |chunk| match chunk {
                DecodingResult::U16(samples) => Some(samples),
                _ => None,
            })?;
        }
    }
    Ok(Decoded { canvas: rows.finish(bits == 16)?, width, height, exif })
}

/// The rows of chunks that lie beside one another, each with its samples a row.
fn push<T: Sample>(
    rows: &mut Rows,
    pieces: &[(DecodingResult, usize)],
    high: usize,
    a_pixel: usize,
    samples: impl Fn(&DecodingResult) -> Option<&Vec<T>>,
) -> Result<(), ImageError> {
    let pieces: Vec<_> = pieces
        .iter()
        .map(|(chunk, wide)| Some((samples(chunk)?, *wide)))
        .collect::<Option<_>>()
        .ok_or(UNKNOWN)?;
    let mut row = Vec::new();
    for y in 0..high {
        row.clear();
        for (samples, wide) in &pieces {
            let part = samples.get(y * wide..(y + 1) * wide);
            row.extend_from_slice(part.ok_or_else(|| ImageError::Broken("a strip is cut off".into()))?);
        }
        rows.push(&row, a_pixel);
    }
    Ok(())
}
