//! JPEG, row by row (zune-jpeg): 24 megapixels take as much memory as their file and a few rows.
//!
//! `mod` calls this. Progressive ones, and those whose channels come one after the other, are whole in memory: in bounds.

use std::io::{Cursor, Read};

use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;
use zune_jpeg::{JpegDecoder, RawImcuRowStatus};

use super::canvas::{Colours, Rows};
use super::exif::{self, Exif};
use super::{
    Decoded, ImageError, ImageSource, MOST_MEMORY, MOST_PIXELS, MOST_SIDE, PREVIEW, check_size, jpeg_header,
    length,
};

/// Bytes of a file: it is held while it is decoded, which is three times as fast as reading it meanwhile.
const MOST_BYTES: u64 = 128 << 20;
/// Bytes for each sample of an image that is held whole: coefficients of 16 bits, and a second copy while rows are made of them.
const HELD: usize = 4;

fn broken(error: impl ToString) -> ImageError {
    ImageError::Broken(error.to_string())
}

pub fn decode(source: &mut dyn ImageSource, most: u64) -> Result<Decoded, ImageError> {
    if length(source)? > MOST_BYTES {
        return Err(ImageError::TooMuchMemory("a JPEG"));
    }
    let mut bytes = Vec::new();
    source.take(MOST_BYTES).read_to_end(&mut bytes)?;
    let header = jpeg_header::read(&bytes)?;
    let (width, height) = (header.width, header.height);
    check_size(width, height, most)?;
    if !header.streams && samples(&header).saturating_mul(HELD) > MOST_MEMORY {
        return Err(ImageError::TooMuchMemory("a progressive JPEG"));
    }
    let exif = header.exif.map_or_else(Exif::default, |said| exif::read(&mut Cursor::new(said)));
    let rows = rows(&bytes, (width, height))?;
    Ok(Decoded { canvas: rows.finish(false)?, width, height, exif })
}

/// Of all channels.
fn samples(header: &jpeg_header::JpegHeader<'_>) -> usize {
    let most = |of: fn(&(u8, u8)) -> u8| header.factors.iter().map(of).max().map_or(1, usize::from);
    let (across, down) = (most(|f| f.0), most(|f| f.1));
    // In whole blocks.
    let side = |of: u32, parts: u8, most: usize| {
        (of as usize * usize::from(parts)).div_ceil(most).next_multiple_of(8)
    };
    let plane = |(h, v): &(u8, u8)| side(header.width, *h, across) * side(header.height, *v, down);
    header.factors.iter().map(plane).sum()
}

fn rows(bytes: &[u8], size: (u32, u32)) -> Result<Rows, ImageError> {
    let side = MOST_SIDE as usize;
    let options = DecoderOptions::default().set_max_width(side).set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    if decoder.info().map(|info| (info.width.into(), info.height.into())) != Some(size) {
        return Err(broken("it has two sizes"));
    }
    let colours = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => Colours::Grey,
        Some(ColorSpace::RGB) => Colours::Rgb,
        Some(ColorSpace::YCbCr) => Colours::YCbCr,
        _ => return Err(ImageError::Undecodable("a JPEG in colours for printing (CMYK)")),
    };
    let mut raw = decoder.raw_output();
    let (Some(layout), Some(count)) = (raw.layout(), raw.num_components()) else {
        return Err(broken("its channels are of no form"));
    };
    let layout = layout.get(..count).filter(|_| count == colours.channels());
    let layout = layout.ok_or_else(|| broken("its channels are of no form"))?;
    let whole = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
    let planes: Vec<_> = layout.iter().map(|plane| (whole(plane.width), whole(plane.height))).collect();
    for (width, height) in &planes {
        check_size(*width, *height, MOST_PIXELS)?;
    }
    let mut rows = Rows::new(size, colours, &planes, PREVIEW.0);
    let strides: Vec<_> = layout.iter().map(|plane| plane.stride).collect();
    let mut held: Vec<_> =
        layout.iter().map(|plane| vec![0_u8; plane.stride * plane.vertical_sampling_factor * 8]).collect();
    loop {
        let mut into: Vec<_> = held.iter_mut().map(Vec::as_mut_slice).collect();
        match raw.decode_next_imcu_row(&mut into, &strides).map_err(broken)? {
            RawImcuRowStatus::RowReady { rows_written } => {
                for (channel, (plane, written)) in held.iter().zip(rows_written).enumerate() {
                    for row in plane.chunks_exact(strides[channel]).take(written) {
                        rows.push_channel(channel, row);
                    }
                }
            }
            RawImcuRowStatus::Complete => return Ok(rows),
            _ => return Err(broken("it ends too early")),
        }
    }
}
