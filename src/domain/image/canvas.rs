//! Canvas: an image that is small already, as one or three channels of 16 bits, or as bytes.
//!
//! Readers fill one by `Rows`; `mod` turns it, `tones` makes bytes of it, `encode` a JPEG.

use super::ImageError;
use super::orientation::Orientation;
use super::shrink::{Sample, Shrink, fit};

/// What the channels mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    Grey,
    Rgb,
    /// As JPEG has them.
    YCbCr,
}

impl Colours {
    pub fn channels(self) -> usize {
        if self == Self::Grey { 1 } else { 3 }
    }
}

/// Interleaved samples.
#[derive(Debug, Clone)]
pub struct Pixels<T> {
    pub width: u32,
    pub height: u32,
    pub colours: Colours,
    pub samples: Vec<T>,
}

/// On the scale of 16 bits; `fine` when the file had as many.
#[derive(Debug, Clone)]
pub struct Canvas {
    pub pixels: Pixels<u16>,
    pub fine: bool,
}

impl<T: Copy> Pixels<T> {
    /// Up is up.
    pub fn turned(self, orientation: Orientation) -> Self {
        if orientation == Orientation::UPRIGHT {
            return self;
        }
        let file = (self.width as usize, self.height as usize);
        let (width, height) =
            if orientation.is_sideways() { (self.height, self.width) } else { (self.width, self.height) };
        let channels = self.colours.channels();
        let mut samples = Vec::with_capacity(self.samples.len());
        for y in 0..height as usize {
            for x in 0..width as usize {
                let (from_x, from_y) = orientation.source((x, y), file);
                let at = (from_y * file.0 + from_x) * channels;
                samples.extend_from_slice(self.samples.get(at..at + channels).unwrap_or_default());
            }
        }
        Self { width, height, samples, ..self }
    }
}

impl Pixels<u8> {
    /// Smaller still.
    pub fn shrunk(&self, side: u32) -> Self {
        let size = fit((self.width, self.height), side);
        let channels = self.colours.channels();
        let mut shrinks = vec_of(channels, || Shrink::new((self.width, self.height), size));
        for row in self.samples.chunks_exact(self.width as usize * channels) {
            for (channel, shrink) in shrinks.iter_mut().enumerate() {
                shrink.push(&row[channel..], channels);
            }
        }
        let samples = interleave(shrinks).unwrap_or_default();
        let samples = samples.into_iter().map(|value| (value / 257) as u8).collect();
        Self { width: size.0, height: size.1, colours: self.colours, samples }
    }
}

impl Canvas {
    pub fn turned(self, orientation: Orientation) -> Self {
        Self { pixels: self.pixels.turned(orientation), ..self }
    }
}

fn vec_of<T>(count: usize, make: impl Fn() -> T) -> Vec<T> {
    (0..count).map(|_| make()).collect()
}

fn interleave(shrinks: Vec<Shrink>) -> Option<Vec<u16>> {
    let channels: Vec<_> = shrinks.into_iter().map(Shrink::finish).collect::<Option<_>>()?;
    let [one] = &channels[..] else {
        let count = channels.first().map_or(0, Vec::len);
        return Some(
            (0..count).flat_map(|at| channels.iter().filter_map(move |c| c.get(at).copied())).collect(),
        );
    };
    Some(one.clone())
}

/// Takes the rows of a file as they are decoded.
#[derive(Debug)]
pub struct Rows {
    size: (u32, u32),
    colours: Colours,
    shrinks: Vec<Shrink>,
}

impl Rows {
    /// For a file of that size, whose channels may be coarser than it.
    pub fn new(size: (u32, u32), colours: Colours, planes: &[(u32, u32)], side: u32) -> Self {
        let to = fit(size, side);
        Self { size: to, colours, shrinks: planes.iter().map(|plane| Shrink::new(*plane, to)).collect() }
    }

    /// For one whose channels are as fine as it.
    pub fn even(size: (u32, u32), colours: Colours, side: u32) -> Self {
        Self::new(size, colours, &vec![size; colours.channels()], side)
    }

    /// The next row of one channel.
    pub fn push_channel<T: Sample>(&mut self, channel: usize, samples: &[T]) {
        if let Some(shrink) = self.shrinks.get_mut(channel) {
            shrink.push(samples, 1);
        }
    }

    /// The next row of all channels, so many samples a pixel; those that are too many are left out (transparency).
    pub fn push<T: Sample>(&mut self, samples: &[T], a_pixel: usize) {
        for (channel, shrink) in self.shrinks.iter_mut().enumerate() {
            shrink.push(samples.get(channel..).unwrap_or_default(), a_pixel);
        }
    }

    pub fn finish(self, fine: bool) -> Result<Canvas, ImageError> {
        let samples =
            interleave(self.shrinks).ok_or_else(|| ImageError::Broken("it ends too early".into()))?;
        let (width, height) = self.size;
        Ok(Canvas { pixels: Pixels { width, height, colours: self.colours, samples }, fine })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_stay_together_when_it_is_shrunk_and_turned() {
        let mut rows = Rows::even((4, 2), Colours::Rgb, 2);
        let pixel = [10_u8, 20, 30, 99];
        let dark = [0_u8, 0, 0, 99];
        rows.push(&[pixel, pixel, dark, dark].concat(), 4);
        rows.push(&[pixel, pixel, dark, dark].concat(), 4);
        let canvas = rows.finish(false).unwrap();
        assert_eq!((canvas.pixels.width, canvas.pixels.height), (2, 1));
        assert_eq!(canvas.pixels.samples, [2_570, 5_140, 7_710, 0, 0, 0]);
        let turned = canvas.turned(Orientation::new(6)).pixels;
        assert_eq!((turned.width, turned.height), (1, 2));
        assert_eq!(turned.samples, [2_570, 5_140, 7_710, 0, 0, 0]);
        let turned = turned.turned(Orientation::new(3));
        assert_eq!(turned.samples, [0, 0, 0, 2_570, 5_140, 7_710]);
    }
}
