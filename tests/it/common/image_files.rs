//! Files as cameras write them, and as nobody should: made here by code, so that each test says what is in its own.

use std::io::Write;

use fieldhub::domain::image::{ImageError, ReadImage, read_image};

pub fn read(bytes: &[u8]) -> Result<ReadImage, ImageError> {
    read_image(&mut std::io::Cursor::new(bytes))
}

/// Red above left, blue above right, black below: (width, height, RGB).
pub fn flag(width: u32, height: u32) -> Vec<u8> {
    let pixel = |at: u32| match ((at % width) * 2 < width, (at / width) * 2 < height) {
        (true, true) => [250, 0, 0],
        (false, true) => [0, 0, 250],
        _ => [0, 0, 0],
    };
    (0..width * height).flat_map(pixel).collect()
}

/// Something that no encoder makes small.
pub fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 7_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

pub struct Jpeg {
    pub quality: u8,
    pub progressive: bool,
    pub fine_colours: bool,
    /// As a TIFF file is; `exif` makes one.
    pub exif: Option<Vec<u8>>,
    pub comment: Option<Vec<u8>>,
}

impl Default for Jpeg {
    fn default() -> Self {
        Self { quality: 90, progressive: false, fine_colours: false, exif: None, comment: None }
    }
}

impl Jpeg {
    pub fn encode(
        self,
        samples: &[u8],
        width: u32,
        height: u32,
        colours: jpeg_encoder::ColorType,
    ) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, self.quality);
        encoder.set_progressive(self.progressive);
        if !self.fine_colours {
            encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        }
        if let Some(exif) = self.exif {
            encoder.add_app_segment(1, [b"Exif\0\0", &exif[..]].concat()).unwrap();
        }
        if let Some(comment) = self.comment {
            encoder.add_app_segment(15, comment).unwrap();
        }
        encoder.encode(samples, width as u16, height as u16, colours).unwrap();
        bytes
    }

    pub fn rgb(self, samples: &[u8], width: u32, height: u32) -> Vec<u8> {
        self.encode(samples, width, height, jpeg_encoder::ColorType::Rgb)
    }
}

pub fn png(
    samples: &[u8],
    size: (u32, u32),
    colour: png::ColorType,
    depth: png::BitDepth,
    exif: Option<Vec<u8>>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut info = png::Info::with_size(size.0, size.1);
    (info.color_type, info.bit_depth) = (colour, depth);
    info.exif_metadata = exif.map(Into::into);
    let encoder = png::Encoder::with_info(&mut bytes, info).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(samples).unwrap();
    writer.finish().unwrap();
    bytes
}

/// A PNG by its chunks, with right checksums, so that it says what it likes.
pub fn png_of(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, body) in chunks {
        bytes.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        let named = [&name[..], body].concat();
        bytes.extend(&named);
        bytes.extend(crc32fast::hash(&named).to_be_bytes());
    }
    bytes
}

/// `IHDR` of a grey PNG of 8 bits.
pub fn png_header(width: u32, height: u32, interlaced: bool) -> Vec<u8> {
    [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, interlaced.into()]].concat()
}

pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A directory of a TIFF: tags with numbers (type `LONG`, or `SHORT` below 65,536), or with texts.
#[derive(Clone)]
pub enum Value {
    Numbers(Vec<u32>),
    /// Always as a `LONG`.
    Long(u32),
    Text(&'static str),
}

/// Writes TIFF files, big-endian or little-endian: what lies at an offset is put down first.
pub struct Tiff {
    big: bool,
    pub bytes: Vec<u8>,
}

impl Tiff {
    pub fn new(big: bool) -> Self {
        let mut tiff = Self { big, bytes: if big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() } };
        tiff.long(0);
        tiff
    }

    fn short(&mut self, value: u16) {
        self.bytes.extend(if self.big { value.to_be_bytes() } else { value.to_le_bytes() });
    }

    fn long(&mut self, value: u32) {
        self.bytes.extend(if self.big { value.to_be_bytes() } else { value.to_le_bytes() });
    }

    /// Where it lies.
    pub fn put(&mut self, bytes: &[u8]) -> u32 {
        let at = self.bytes.len() as u32;
        self.bytes.extend(bytes);
        at
    }

    pub fn words(&self, samples: &[u16]) -> Vec<u8> {
        samples.iter().flat_map(|v| if self.big { v.to_be_bytes() } else { v.to_le_bytes() }).collect()
    }

    /// A directory, and where it lies. `next` is where another one is.
    pub fn directory(&mut self, entries: &[(u16, Value)], next: u32) -> u32 {
        let mut entries = entries.to_vec();
        entries.sort_by_key(|(tag, _)| *tag);
        let mut rows = Vec::new();
        for (tag, value) in entries {
            let (kind, count, body) = match value {
                Value::Text(text) => (2, text.len() as u32 + 1, [text.as_bytes(), b"\0"].concat()),
                Value::Long(number) => {
                    let mut body = Self { big: self.big, bytes: Vec::new() };
                    body.long(number);
                    (4, 1, body.bytes)
                }
                Value::Numbers(numbers) => {
                    let mut body = Self { big: self.big, bytes: Vec::new() };
                    let long = numbers.iter().any(|n| *n > 65_535);
                    for number in &numbers {
                        if long { body.long(*number) } else { body.short(*number as u16) }
                    }
                    (if long { 4 } else { 3 }, numbers.len() as u32, body.bytes)
                }
            };
            let body = if body.len() > 4 {
                let at = self.put(&body);
                let mut body = Self { big: self.big, bytes: Vec::new() };
                body.long(at);
                body.bytes
            } else {
                body
            };
            rows.push((tag, kind, count, body));
        }
        let at = self.bytes.len() as u32;
        self.short(rows.len() as u16);
        for (tag, kind, count, mut body) in rows {
            self.short(tag);
            self.short(kind);
            self.long(count);
            body.resize(4, 0);
            self.bytes.extend(body);
        }
        self.long(next);
        at
    }

    /// The file, whose first directory lies there.
    pub fn finish(mut self, first: u32) -> Vec<u8> {
        let first = if self.big { first.to_be_bytes() } else { first.to_le_bytes() };
        self.bytes[4..8].copy_from_slice(&first);
        self.bytes
    }
}

/// How a grey image lies in a TIFF.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub big: bool,
    pub bits: u16,
    /// Width and height of tiles; otherwise strips of so many rows.
    pub tile: Option<(u32, u32)>,
    pub rows: u32,
    /// 1: none, 8: deflate.
    pub compression: u16,
}

impl Default for Form {
    fn default() -> Self {
        Self { big: false, bits: 16, tile: None, rows: 7, compression: 1 }
    }
}

/// A grey TIFF, with other tags.
pub fn grey_tiff(samples: &[u16], size: (u32, u32), form: Form, more: &[(u16, Value)]) -> Vec<u8> {
    let mut tiff = Tiff::new(form.big);
    let at = grey_page(&mut tiff, samples, size, form, more, 0);
    tiff.finish(at)
}

pub fn grey_page(
    tiff: &mut Tiff,
    samples: &[u16],
    (width, height): (u32, u32),
    form: Form,
    more: &[(u16, Value)],
    next: u32,
) -> u32 {
    let (wide, high) = form.tile.unwrap_or((width, form.rows));
    let (mut offsets, mut counts) = (Vec::new(), Vec::new());
    for top in (0..height).step_by(high as usize) {
        for left in (0..width).step_by(wide as usize) {
            // Tiles go over the edge, strips do not.
            let rows = if form.tile.is_some() { high } else { high.min(height - top) };
            let mut piece = Vec::new();
            for y in top..top + rows {
                for x in left..left + wide {
                    let inside = x < width && y < height;
                    piece.push(if inside { samples[(y * width + x) as usize] } else { 0xffff });
                }
            }
            let bytes = match form.bits {
                8 => piece.iter().map(|value| (value >> 8) as u8).collect(),
                _ => tiff.words(&piece),
            };
            let bytes = if form.compression == 8 { deflated(&bytes) } else { bytes };
            counts.push(bytes.len() as u32);
            offsets.push(tiff.put(&bytes));
        }
    }
    let one = |value: u32| Value::Numbers(vec![value]);
    let mut entries = vec![
        (256, one(width)),
        (257, one(height)),
        (258, one(form.bits.into())),
        (259, one(form.compression.into())),
        (262, one(1)),
        (277, one(1)),
    ];
    match form.tile {
        Some((wide, high)) => entries.extend([
            (322, one(wide)),
            (323, one(high)),
            (324, Value::Numbers(offsets)),
            (325, Value::Numbers(counts)),
        ]),
        None => entries.extend([
            (273, Value::Numbers(offsets)),
            (278, one(form.rows)),
            (279, Value::Numbers(counts)),
        ]),
    }
    entries.extend_from_slice(more);
    tiff.directory(&entries, next)
}

/// What a camera says of an image.
pub fn exif(big: bool, orientation: u32, taken: &'static str) -> Vec<u8> {
    let mut tiff = Tiff::new(big);
    let details = tiff.directory(&[(0x9003, Value::Text(taken)), (0x9291, Value::Text("25"))], 0);
    let first = tiff.directory(
        &[
            (0x0112, Value::Numbers(vec![orientation])),
            (0x0132, Value::Text("2026:12:24 20:00:00")),
            (0x8769, Value::Long(details)),
        ],
        0,
    );
    tiff.finish(first)
}

/// Pixels of a JPEG that was made: (width, height, samples, channels).
pub fn pixels(jpeg: &[u8]) -> (usize, usize, Vec<u8>, usize) {
    let mut decoder = zune_jpeg::JpegDecoder::new(zune_jpeg::zune_core::bytestream::ZCursor::new(jpeg));
    let samples = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    let channels = samples.len() / width / height;
    (width, height, samples, channels)
}

/// The pixel at so many parts of a hundred across and down.
pub fn pixel(jpeg: &[u8], across: usize, down: usize) -> Vec<u8> {
    let (width, height, samples, channels) = pixels(jpeg);
    let at = (height * down / 100 * width + width * across / 100) * channels;
    samples[at..at + channels].to_vec()
}
