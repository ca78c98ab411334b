//! Shrinking (area averaging, box filter): rows of one channel come in, and each pixel that goes out is the mean of all that it covers.
//!
//! The readers of each type give their rows; `canvas` puts the channels together. Exact, in whole numbers: the same file gives the same
//! bytes on every machine. Holds one row.

/// What a channel is made of. All come out on the scale of 16 bits.
pub trait Sample: Copy + Into<u32> {
    /// To 16 bits.
    const SCALE: u32;
}

impl Sample for u8 {
    const SCALE: u32 = 257;
}

impl Sample for u16 {
    const SCALE: u32 = 1;
}

/// Which samples of a row one pixel covers, and the parts of the first and the last.
#[derive(Debug, Clone, Copy)]
struct Covered {
    first: usize,
    last: usize,
    of_first: u32,
    of_last: u32,
}

/// One channel on its way.
#[derive(Debug)]
pub struct Shrink {
    spans: Vec<Covered>,
    /// Sums of the row that is being made.
    sums: Vec<u64>,
    row: Vec<u64>,
    from: (u32, u32),
    to: (u32, u32),
    /// Rows that have come.
    rows: u32,
    made: Vec<u16>,
}

/// Where the `of`-th part of `from` is, when it is divided into `to`: in units of `1 / to`.
fn spans(from: u32, to: u32) -> Vec<Covered> {
    let (from, to) = (u64::from(from), u64::from(to));
    let span = |x: u64| {
        let (begin, end) = (x * from, (x + 1) * from);
        let (first, last) = (begin / to, (end - 1) / to);
        let of_first = (end.min((first + 1) * to)) - begin;
        let of_last = if last > first { end - last * to } else { 0 };
        // Each is at most `to` or `from`, which are 65,535 at most.
        let small = |part: u64| u32::try_from(part).unwrap_or(u32::MAX);
        Covered {
            first: first as usize,
            last: last as usize,
            of_first: small(of_first),
            of_last: small(of_last),
        }
    };
    (0..to).map(span).collect()
}

impl Shrink {
    /// From so many samples a row and rows to so many, each at most 65,535. Fewer may become more: colours of a JPEG are coarser than its light.
    pub fn new(from: (u32, u32), to: (u32, u32)) -> Self {
        Self {
            spans: spans(from.0, to.0),
            sums: vec![0; to.0 as usize],
            row: vec![0; to.0 as usize],
            from,
            to,
            rows: 0,
            made: Vec::with_capacity(to.0 as usize * to.1 as usize),
        }
    }

    /// The next row: every `step`-th sample is of this channel. What comes after the last row is left out.
    pub fn push<T: Sample>(&mut self, samples: &[T], step: usize) {
        if self.rows >= self.from.1 {
            return;
        }
        let whole = u64::from(self.to.0);
        for (span, out) in self.spans.iter().zip(&mut self.row) {
            let at = |i: usize| -> u32 { samples.get(i * step).map_or(0, |sample| (*sample).into()) };
            let mut sum = u64::from(at(span.first)) * u64::from(span.of_first);
            if span.last > span.first {
                let between = samples.get((span.first + 1) * step..span.last * step).unwrap_or_default();
                let between: u32 =
                    between.iter().step_by(step).map(|sample| -> u32 { (*sample).into() }).sum();
                sum += u64::from(between) * whole + u64::from(at(span.last)) * u64::from(span.of_last);
            }
            *out = sum;
        }
        self.add_row(T::SCALE);
    }

    /// Adds the row to all that it is a part of.
    fn add_row(&mut self, scale: u32) {
        let (from, to) = (u64::from(self.from.1), u64::from(self.to.1));
        let (begin, end) = (u64::from(self.rows) * to, (u64::from(self.rows) + 1) * to);
        self.rows += 1;
        let mut next = begin / from;
        while next * from < end {
            let part = end.min((next + 1) * from) - begin.max(next * from);
            for (sum, value) in self.sums.iter_mut().zip(&self.row) {
                *sum += value * part;
            }
            if (next + 1) * from <= end {
                let all = u64::from(self.from.0) * from;
                let scale = f64::from(scale) / all as f64;
                self.made.extend(self.sums.iter().map(|sum| (*sum as f64 * scale + 0.5) as u16));
                self.sums.fill(0);
            }
            next += 1;
        }
    }

    /// The channel, when all rows have come.
    pub fn finish(self) -> Option<Vec<u16>> {
        (self.rows == self.from.1).then_some(self.made)
    }
}

/// The size within a square of that side; nothing is made larger.
pub fn fit((width, height): (u32, u32), side: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= side {
        return (width, height);
    }
    let part = |of: u32| {
        let exact = (u64::from(of) * u64::from(side) + u64::from(longer) / 2) / u64::from(longer);
        u32::try_from(exact).unwrap_or(side).max(1)
    };
    (part(width), part(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shrunk<T: Sample>(from: (u32, u32), to: (u32, u32), samples: &[T]) -> Vec<u16> {
        let mut shrink = Shrink::new(from, to);
        for row in samples.chunks(from.0 as usize) {
            shrink.push(row, 1);
        }
        shrink.finish().unwrap()
    }

    #[test]
    fn each_pixel_is_the_mean_of_what_it_covers() {
        assert_eq!(shrunk((4, 2), (2, 1), &[0_u16, 10, 20, 30, 40, 50, 60, 70]), [25, 45]);
        // A third of the middle one each: (0 + 0 + 30 * 0.5) / 1.5 and so on.
        assert_eq!(shrunk((3, 1), (2, 1), &[0_u16, 30, 60]), [10, 50]);
        assert_eq!(shrunk((1, 3), (1, 2), &[0_u16, 30, 60]), [10, 50]);
        assert_eq!(shrunk((2, 1), (2, 1), &[0_u8, 255]), [0, 65_535]);
        assert_eq!(shrunk((1, 1), (2, 2), &[7_u16]), [7; 4]);
        assert_eq!(shrunk((2, 1), (3, 1), &[0_u16, 60]), [0, 30, 60]);
    }

    #[test]
    fn white_stays_white_in_whatever_size() {
        for (from, to) in
            [((65_535, 1), (1, 1)), ((7, 5), (3, 2)), ((1_601, 3), (1_600, 3)), ((5, 65_535), (1, 1_600))]
        {
            let row = vec![u16::MAX; from.0 as usize];
            let mut shrink = Shrink::new(from, to);
            for _ in 0..from.1 {
                shrink.push(&row, 1);
            }
            let made = shrink.finish().unwrap();
            assert_eq!(made.len(), (to.0 * to.1) as usize);
            assert!(made.iter().all(|value| *value == u16::MAX), "{from:?} {to:?}");
        }
    }

    #[test]
    fn rows_that_are_missing_are_no_image() {
        let mut shrink = Shrink::new((2, 2), (1, 1));
        shrink.push(&[1_u8, 2], 1);
        assert!(shrink.finish().is_none());
    }

    #[test]
    fn a_size_fits_and_is_never_larger() {
        assert_eq!(fit((6_000, 4_000), 1_600), (1_600, 1_067));
        assert_eq!(fit((4_000, 6_000), 320), (213, 320));
        assert_eq!(fit((65_535, 1), 320), (320, 1));
        assert_eq!(fit((200, 100), 320), (200, 100));
    }
}
