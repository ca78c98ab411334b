//! Pictures of a report: a JPEG goes into the file as it is (DCTDecode), once, however often it is shown.
//!
//! `book` calls it for each picture of a finding. What is no JPEG that every reader draws is made one by `domain::image`.

use std::collections::BTreeMap;
use std::io::{self, Cursor};

use pdf_writer::{Filter, Finish, Ref};

use super::file::PdfFile;
use crate::domain::image::read_image;
use crate::domain::photo::BlobHash;

/// A picture that the file has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlacedPicture {
    pub id: Ref,
    pub width: f32,
    pub height: f32,
}

impl PlacedPicture {
    /// Its width and height in points, no more than these, and no coarser than a screen has it.
    pub fn within(&self, most: (f32, f32)) -> (f32, f32) {
        const FINEST: f32 = 0.75;
        let scale = (most.0 / self.width).min(most.1 / self.height).min(FINEST);
        (self.width * scale, self.height * scale)
    }
}

#[derive(Default)]
pub struct EmbeddedPictures {
    /// `None`: it cannot be shown.
    placed: BTreeMap<BlobHash, Option<PlacedPicture>>,
}

impl EmbeddedPictures {
    /// The picture of that hash, whose bytes are asked for at most once. `None`: there are none, or nobody could draw them.
    pub fn place(
        &mut self,
        file: &mut PdfFile<'_>,
        hash: BlobHash,
        bytes: &mut dyn FnMut(BlobHash) -> Option<Vec<u8>>,
    ) -> io::Result<Option<PlacedPicture>> {
        if let Some(known) = self.placed.get(&hash) {
            return Ok(*known);
        }
        let placed = match bytes(hash).and_then(drawable) {
            Some((jpeg, head)) => Some(put(file, &jpeg, &head)?),
            None => None,
        };
        self.placed.insert(hash, placed);
        Ok(placed)
    }
}

struct JpegSize {
    width: u16,
    height: u16,
    grey: bool,
}

fn put(file: &mut PdfFile<'_>, jpeg: &[u8], head: &JpegSize) -> io::Result<PlacedPicture> {
    let id = file.promise();
    file.put(id, |chunk| {
        let mut image = chunk.image_xobject(id, jpeg);
        image.width(i32::from(head.width)).height(i32::from(head.height)).bits_per_component(8);
        image.filter(Filter::DctDecode);
        let space = image.color_space();
        if head.grey {
            space.device_gray()
        } else {
            space.device_rgb()
        };
        image.finish();
    })?;
    Ok(PlacedPicture { id, width: f32::from(head.width), height: f32::from(head.height) })
}

fn drawable(bytes: Vec<u8>) -> Option<(Vec<u8>, JpegSize)> {
    if let Some(head) = head_of(&bytes) {
        return Some((bytes, head));
    }
    let made = read_image(&mut Cursor::new(bytes)).ok()?.preview.jpeg;
    let head = head_of(&made)?;
    Some((made, head))
}

/// Of a JPEG in grey or in colours of a screen, baseline or progressive, of 8 bits.
fn head_of(bytes: &[u8]) -> Option<JpegSize> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    loop {
        // Before a marker any number of 0xff may stand.
        let at = rest.iter().position(|byte| *byte != 0xff)?;
        if at == 0 {
            return None;
        }
        let (marker, segment) = (*rest.get(at)?, rest.get(at + 1..)?);
        if matches!(marker, 0x01 | 0xd0..=0xd7) {
            rest = segment;
            continue;
        }
        let [high, low, ..] = segment else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let body = segment.get(2..length)?;
        match marker {
            0xc0..=0xc2 => return of_frame(body),
            0xc3..=0xcf if marker != 0xc4 && marker != 0xc8 && marker != 0xcc => return None,
            0xd9 | 0xda => return None,
            _ => rest = segment.get(length..)?,
        }
    }
}

fn of_frame(body: &[u8]) -> Option<JpegSize> {
    let [8, h1, h0, w1, w0, count @ (1 | 3), ..] = body else { return None };
    let (height, width) = (u16::from_be_bytes([*h1, *h0]), u16::from_be_bytes([*w1, *w0]));
    (height > 0 && width > 0).then_some(JpegSize { width, height, grey: *count == 1 })
}
