//! JPEGs that fit: small images in at most so many bytes.
//!
//! `mod` calls this for thumbnail and preview; calls jpeg-encoder.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::ImageError;
use super::canvas::{Colours, Pixels};

/// Qualities to try. The first is what a good photo has; at the last one it still says what is on it.
const QUALITIES: [u8; 6] = [82, 72, 60, 48, 36, 24];

/// A JPEG that was made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmallImage {
    pub jpeg: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// As good as it can be in so many bytes; smaller where even the lowest quality is too large.
pub fn within(pixels: &Pixels<u8>, most: usize) -> Result<SmallImage, ImageError> {
    fitting(pixels, most, SamplingFactor::F_2_2)
}

/// The same for what was drawn: its colours are as fine as its light, so that red letters have edges.
pub fn crisp(pixels: &Pixels<u8>, most: usize) -> Result<SmallImage, ImageError> {
    fitting(pixels, most, SamplingFactor::F_1_1)
}

fn fitting(pixels: &Pixels<u8>, most: usize, sampling: SamplingFactor) -> Result<SmallImage, ImageError> {
    for quality in QUALITIES {
        let jpeg = encode(pixels, quality, sampling)?;
        if jpeg.len() <= most {
            return Ok(SmallImage { jpeg, width: pixels.width, height: pixels.height });
        }
    }
    let side = pixels.width.max(pixels.height);
    fitting(&pixels.shrunk((side * 3 / 4).max(1)), most, sampling)
}

fn encode(pixels: &Pixels<u8>, quality: u8, sampling: SamplingFactor) -> Result<Vec<u8>, ImageError> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, quality);
    encoder.set_sampling_factor(sampling);
    // A second look at the pixels for a tenth fewer bytes.
    encoder.set_optimized_huffman_tables(true);
    let colours = match pixels.colours {
        Colours::Grey => ColorType::Luma,
        Colours::Rgb => ColorType::Rgb,
        Colours::YCbCr => ColorType::Ycbcr,
    };
    let side = |of: u32| u16::try_from(of).unwrap_or(u16::MAX);
    encoder
        .encode(&pixels.samples, side(pixels.width), side(pixels.height), colours)
        .map_err(|error| ImageError::Broken(error.to_string()))?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_noise_fits() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let pixels = Pixels {
            width: 320,
            height: 320,
            colours: Colours::Rgb,
            samples: (0..320 * 320 * 3).map(|_| noise()).collect(),
        };
        let made = within(&pixels, 20_000).unwrap();
        assert!(made.jpeg.len() <= 20_000 && made.width == made.height && made.width > 40, "{}", made.width);
    }
}
