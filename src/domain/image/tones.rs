//! Tones (percentile stretch): grey images of EL cameras use a small part of their 16 bits, and would be black on a screen.
//!
//! `mod` calls this between turning and encoding.

use super::canvas::{Canvas, Colours, Pixels};

/// Of a thousand pixels, so many may become black, and as many white: hot pixels and reflections decide nothing.
const CUT: u64 = 3;
/// What is stretched at most: noise of an image without light stays dark. Of 65,536.
const LEAST_FINE: u32 = 256;
/// The same where only 256 tones were to begin with.
const LEAST_COARSE: u32 = 16 * 257;

/// Bytes of the samples; grey ones stretched from their darkest to their lightest tone.
pub fn to_bytes(canvas: Canvas) -> Pixels<u8> {
    let Canvas { pixels: Pixels { width, height, colours, samples }, fine } = canvas;
    let (low, span) = match colours {
        Colours::Grey => range(&samples, if fine { LEAST_FINE } else { LEAST_COARSE }),
        Colours::Rgb | Colours::YCbCr => (0, u32::from(u16::MAX)),
    };
    let byte = |value: u16| {
        let above = u32::from(value.saturating_sub(low)).min(span);
        ((above * 255 + span / 2) / span) as u8
    };
    Pixels { width, height, colours, samples: samples.into_iter().map(byte).collect() }
}

/// Bytes of the samples as they are: what somebody drew is no exposure.
pub fn plain(canvas: Canvas) -> Pixels<u8> {
    let Pixels { width, height, colours, samples } = canvas.pixels;
    let samples = samples.into_iter().map(|value| (value / 257) as u8).collect();
    Pixels { width, height, colours, samples }
}

/// The tone that becomes black, and how far white is above it.
fn range(samples: &[u16], least: u32) -> (u16, u32) {
    let mut counts = vec![0_u32; 1 << 16];
    for value in samples {
        counts[usize::from(*value)] += 1;
    }
    let cut = samples.len() as u64 * CUT / 1_000;
    let low = beyond(0..=u16::MAX, &counts, cut).unwrap_or(0);
    let high = beyond((0..=u16::MAX).rev(), &counts, cut).unwrap_or(u16::MAX);
    let span = u32::from(high.saturating_sub(low));
    if span >= least {
        return (low, span);
    }
    // All of one tone is neither black nor white: its middle is where it was.
    let middle = (u32::from(low) + u32::from(high)) / 2;
    let share = middle * least / u32::from(u16::MAX);
    (u16::try_from(middle.saturating_sub(share)).unwrap_or(0), least)
}

/// The first tone that has more than so many pixels before it.
fn beyond(mut tones: impl Iterator<Item = u16>, counts: &[u32], cut: u64) -> Option<u16> {
    let mut seen = 0;
    tones.find(|tone| {
        seen += counts.get(usize::from(*tone)).map_or(0, |count| u64::from(*count));
        seen > cut
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(samples: Vec<u16>, fine: bool) -> Vec<u8> {
        let pixels = Pixels { width: samples.len() as u32, height: 1, colours: Colours::Grey, samples };
        to_bytes(Canvas { pixels, fine }).samples
    }

    #[test]
    fn what_an_el_camera_uses_of_its_16_bits_becomes_all_of_8() {
        // 12 bits, dark, with one hot pixel.
        let mut samples: Vec<u16> = (0..1_000).map(|at| 200 + at).collect();
        samples[500] = u16::MAX;
        let made = bytes(samples, true);
        assert_eq!((made[0], made[999]), (0, 255));
        assert!((126..=129).contains(&made[499]), "{}", made[499]);
        assert_eq!(made[500], 255);
    }

    #[test]
    fn an_image_of_one_tone_stays_as_dark_as_it_was() {
        assert!(bytes(vec![0; 100], true).iter().all(|byte| *byte == 0));
        assert!(bytes(vec![u16::MAX; 100], true).iter().all(|byte| *byte == 255));
        let grey = bytes(vec![32_768; 100], true)[0];
        assert!((126..=129).contains(&grey), "{grey}");
        let noise: Vec<u16> = (0..100).map(|at| 500 + at % 20).collect();
        assert!(bytes(noise, true).iter().all(|byte| *byte < 40), "noise is no picture");
    }
}
