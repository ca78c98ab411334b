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

/// `drawn`: by somebody, on paper that shows where nothing is; of a photo all colours count, whatever a camera says of transparency.
pub fn decode(source: &mut dyn ImageSource, most: u64, drawn: bool) -> Result<Decoded, ImageError> {
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
    let (mut words, mut opaque, mut opaque_words) = (Vec::new(), Vec::new(), Vec::new());
    let see_through = drawn && a_pixel > colours.channels();
    let mut push = |row: &[u8]| match (fine, see_through) {
        (false, false) => rows.push(row, a_pixel),
        (false, true) => {
            opaque.clear();
            opaque.extend(row.chunks_exact(a_pixel).flat_map(|pixel| on_white(pixel, 255)));
            rows.push(&opaque, colours.channels());
        }
        (true, _) => {
            words.clear();
            words.extend(row.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])));
            if see_through {
                opaque_words.clear();
                opaque_words.extend(words.chunks_exact(a_pixel).flat_map(|pixel| on_white(pixel, 65_535)));
                rows.push(&opaque_words, colours.channels());
            } else {
                rows.push(&words, a_pixel);
            }
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

/// The colours of a pixel on white paper; its last sample says how much of it is there (alpha).
fn on_white<T: Copy + Into<u32> + TryFrom<u32>>(pixel: &[T], full: u32) -> impl Iterator<Item = T> {
    let (alpha, colours) =
        pixel.split_last().map_or((full, pixel), |(alpha, colours)| ((*alpha).into(), colours));
    colours.iter().map(move |sample| {
        let seen = ((*sample).into() * alpha + full * (full - alpha) + full / 2) / full;
        T::try_from(seen).unwrap_or(*sample)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_through_is_white_and_what_is_not_stays_as_it_is() {
        let seen = |pixel: &[u8]| on_white(pixel, 255).collect::<Vec<_>>();
        assert_eq!(seen(&[10, 20, 30, 255]), [10, 20, 30]);
        assert_eq!(seen(&[0, 0, 0, 0]), [255, 255, 255]);
        assert_eq!(seen(&[0, 128]), [127]);
        assert_eq!(on_white(&[1_000_u16, 65_535], 65_535).collect::<Vec<_>>(), [1_000]);
        assert_eq!(on_white(&[0_u16, 0], 65_535).collect::<Vec<_>>(), [65_535]);
    }
}
