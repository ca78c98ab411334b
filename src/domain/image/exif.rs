//! EXIF: of all that a camera writes about an image, how it was held and when it was taken.
//!
//! Each type's reader hands in where it lies: in a JPEG a segment, in a PNG a chunk, in a TIFF the file itself. Two directories are
//! looked at and no others, each up to `MOST_ENTRIES`, so whatever points at itself goes nowhere. What cannot be read is as if it were
//! not there: it is about the image, and not the image.

use std::io::{Read, Seek, SeekFrom};

use super::camera_time::CameraTime;
use super::orientation::Orientation;

const MOST_ENTRIES: u16 = 512;
/// Of a text.
const MOST_TEXT: u32 = 64;

const ORIENTATION: u16 = 0x0112;
const CHANGED: u16 = 0x0132;
const DETAILS: u16 = 0x8769;
const TAKEN: u16 = 0x9003;
const DIGITIZED: u16 = 0x9004;
const TAKEN_OFFSET: u16 = 0x9011;
const TAKEN_FRACTION: u16 = 0x9291;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exif {
    pub orientation: Orientation,
    pub taken: Option<CameraTime>,
}

impl Default for Exif {
    fn default() -> Self {
        Self { orientation: Orientation::UPRIGHT, taken: None }
    }
}

/// What is said from here on, as a TIFF file is; the image's own words are left alone.
pub fn read<R: Read + Seek + ?Sized>(source: &mut R) -> Exif {
    let mut reader = Directories { source, big: false };
    let mut said = ExifSaid::default();
    // Whatever was read before it broke off is true all the same.
    let _ = reader.read(&mut said);
    said.exif()
}

#[derive(Debug, Default)]
struct ExifSaid {
    orientation: Option<u32>,
    details: Option<u32>,
    changed: Option<String>,
    taken: Option<String>,
    digitized: Option<String>,
    offset: Option<String>,
    fraction: Option<String>,
}

impl ExifSaid {
    fn exif(self) -> Exif {
        let (fraction, offset) = (self.fraction.as_deref(), self.offset.as_deref());
        let parse = |text: Option<String>| CameraTime::parse(&text?, fraction, offset);
        Exif {
            orientation: self.orientation.map_or(Orientation::UPRIGHT, Orientation::new),
            // Programs write the time of their change into `DateTime`, so it is the last to be asked.
            taken: parse(self.taken).or_else(|| parse(self.digitized)).or_else(|| parse(self.changed)),
        }
    }
}

struct Directories<'a, R: ?Sized> {
    source: &'a mut R,
    big: bool,
}

impl<R: Read + Seek + ?Sized> Directories<'_, R> {
    fn read(&mut self, said: &mut ExifSaid) -> std::io::Result<()> {
        self.source.seek(SeekFrom::Start(0))?;
        let mut head = [0; 8];
        self.source.read_exact(&mut head)?;
        self.big = match head[..4] {
            [b'I', b'I', 42, 0] => false,
            [b'M', b'M', 0, 42] => true,
            _ => return Ok(()),
        };
        let first = self.long([head[4], head[5], head[6], head[7]]);
        self.directory(first, said)?;
        match said.details {
            Some(details) => self.directory(details, said),
            None => Ok(()),
        }
    }

    fn directory(&mut self, at: u32, said: &mut ExifSaid) -> std::io::Result<()> {
        self.source.seek(SeekFrom::Start(at.into()))?;
        let mut count = [0; 2];
        self.source.read_exact(&mut count)?;
        let count = self.short(count).min(MOST_ENTRIES);
        let mut entries = vec![0; usize::from(count) * 12];
        // As many as there are.
        let mut all = 0;
        while all < entries.len() {
            match self.source.read(&mut entries[all..])? {
                0 => break,
                more => all += more,
            }
        }
        for entry in entries[..all].chunks_exact(12) {
            let tag = self.short([entry[0], entry[1]]);
            let kind = self.short([entry[2], entry[3]]);
            let count = self.long([entry[4], entry[5], entry[6], entry[7]]);
            let value = [entry[8], entry[9], entry[10], entry[11]];
            match (tag, kind) {
                (ORIENTATION, 3) => said.orientation = Some(self.short([value[0], value[1]]).into()),
                (ORIENTATION, 4) => said.orientation = Some(self.long(value)),
                (DETAILS, 4 | 13) => said.details = said.details.or(Some(self.long(value))),
                (CHANGED, 2) => said.changed = self.text(count, value),
                (TAKEN, 2) => said.taken = self.text(count, value),
                (DIGITIZED, 2) => said.digitized = self.text(count, value),
                (TAKEN_OFFSET, 2) => said.offset = self.text(count, value),
                (TAKEN_FRACTION, 2) => said.fraction = self.text(count, value),
                _ => {}
            }
        }
        Ok(())
    }

    fn text(&mut self, count: u32, value: [u8; 4]) -> Option<String> {
        let mut text = value.to_vec();
        text.truncate(count as usize);
        if count > 4 {
            text = vec![0; count.min(MOST_TEXT) as usize];
            self.source.seek(SeekFrom::Start(self.long(value).into())).ok()?;
            self.source.read_exact(&mut text).ok()?;
        }
        let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
        String::from_utf8(text[..end].to_vec()).ok()
    }

    fn short(&self, bytes: [u8; 2]) -> u16 {
        if self.big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    fn long(&self, bytes: [u8; 4]) -> u32 {
        if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }
}
