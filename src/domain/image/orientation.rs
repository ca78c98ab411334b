//! Orientation of an image (EXIF 1 to 8): how a camera was held, and how its pixels are turned so that up is up.
//!
//! `exif` reads it, `canvas` turns by it.

/// 1 is upright; what is out of range is taken for it, as all viewers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orientation(u8);

impl Orientation {
    pub const UPRIGHT: Self = Self(1);

    pub fn new(value: u32) -> Self {
        match u8::try_from(value) {
            Ok(known @ 1..=8) => Self(known),
            _ => Self::UPRIGHT,
        }
    }

    /// As EXIF counts.
    pub fn value(self) -> u8 {
        self.0
    }

    /// Whether width and height change places.
    pub fn is_sideways(self) -> bool {
        self.0 >= 5
    }

    /// Where the pixel that is shown at `x`, `y` lies in a file of so many pixels a row and rows.
    pub(super) fn source(self, (x, y): (usize, usize), (width, height): (usize, usize)) -> (usize, usize) {
        let (right, down) = (width - 1, height - 1);
        match self.0 {
            2 => (right - x, y),
            3 => (right - x, down - y),
            4 => (x, down - y),
            5 => (y, x),
            6 => (y, down - x),
            7 => (right - y, down - x),
            8 => (right - y, x),
            _ => (x, y),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_eight_are_turned_as_exif_says() {
        // Row 0 of the file, and its column 0, are these sides of what is seen.
        let sides = [
            (1, "top", "left"),
            (2, "top", "right"),
            (3, "bottom", "right"),
            (4, "bottom", "left"),
            (5, "left", "top"),
            (6, "right", "top"),
            (7, "right", "bottom"),
            (8, "left", "bottom"),
        ];
        let file = (4, 3);
        for (value, row, column) in sides {
            let orientation = Orientation::new(value);
            let seen = if orientation.is_sideways() { (3, 4) } else { file };
            let at = |side: &str| match side {
                "top" => ((1, 0), (2, 0)),
                "bottom" => ((1, seen.1 - 1), (2, seen.1 - 1)),
                "left" => ((0, 1), (0, 2)),
                _ => ((seen.0 - 1, 1), (seen.0 - 1, 2)),
            };
            let (a, b) = at(row);
            assert_eq!(
                [orientation.source(a, file).1, orientation.source(b, file).1],
                [0, 0],
                "{value} {row}"
            );
            let (a, b) = at(column);
            assert_eq!(
                [orientation.source(a, file).0, orientation.source(b, file).0],
                [0, 0],
                "{value} {column}"
            );
        }
        for odd in [0, 9, 255, 256, u32::MAX] {
            assert_eq!(Orientation::new(odd), Orientation::UPRIGHT);
        }
    }
}
