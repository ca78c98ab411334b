//! PNG, row by row; one that is interlaced is whole in memory, in bounds.
//!
//! `mod` calls this; calls the crate png.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Transformations};

use super::canvas::{Colours, Rows};
use super::exif::{self, Exif};
use super::{Decoded, ImageError, ImageSource, MOST_MEMORY, PREVIEW, check_size};

/// Bytes of chunks that are no pixels.
const MOST_CHUNKS: usize = 8 << 20;

fn broken(error: DecodingError) -> ImageError {
    match error {
        DecodingError::LimitsExceeded => ImageError::TooMuchMemory("a PNG"),
        DecodingError::IoError(error) => error.into(),
        other => ImageError::Broken(other.to_string()),
    }
}

pub fn decode(source: &mut dyn ImageSource, most: u64) -> Result<Decoded, ImageError> {
    let mut decoder = Decoder::new_with_limits(source, Limits { bytes: MOST_CHUNKS });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND);
    let header = decoder.read_header_info().map_err(broken)?;
    let (width, height, interlaced) = (header.width, header.height, header.interlaced);
    check_size(width, height, most)?;
    let mut reader = decoder.read_info().map_err(broken)?;
    let said = reader.info().exif_metadata.clone();
    let exif = said.map_or_else(Exif::default, |said| exif::read(&mut Cursor::new(said)));
    let (colour, depth) = reader.output_color_type();
    let (colours, a_pixel) = match colour {
        ColorType::Grayscale => (Colours::Grey, 1),
        ColorType::GrayscaleAlpha => (Colours::Grey, 2),
        ColorType::Rgb => (Colours::Rgb, 3),
        ColorType::Rgba => (Colours::Rgb, 4),
        ColorType::Indexed => return Err(ImageError::Undecodable("a PNG of this form")),
    };
    let fine = depth == BitDepth::Sixteen;
    let mut rows = Rows::even((width, height), colours, PREVIEW.0);
    let mut words = Vec::new();
    let mut push = |row: &[u8]| {
        if fine {
            words.clear();
            words.extend(row.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])));
            rows.push(&words, a_pixel);
        } else {
            rows.push(row, a_pixel);
        }
    };
    if interlaced {
        let size = reader.output_buffer_size().filter(|size| *size <= MOST_MEMORY);
        let mut all = vec![0; size.ok_or(ImageError::TooMuchMemory("an interlaced PNG"))?];
        let line = reader.next_frame(&mut all).map_err(broken)?.line_size;
        all.chunks_exact(line.max(1)).take(height as usize).for_each(push);
    } else {
        for _ in 0..height {
            match reader.next_row().map_err(broken)? {
                Some(row) => push(row.data()),
                None => break,
            }
        }
    }
    Ok(Decoded { canvas: rows.finish(fine)?, width, height, exif })
}
