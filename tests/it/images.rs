//! Images of cameras: what is read of them, what is made of them, and that no file does harm.

use fieldhub::domain::image::{ImageError, MOST_MEMORY, PREVIEW, THUMB};
use fieldhub::domain::iso8601;
use fieldhub::domain::photo::PictureType;
use jpeg_encoder::ColorType as JpegColours;

use super::common::image_files::{
    Form, Jpeg, Tiff, Value, deflated, exif, flag, grey_page, grey_tiff, noise, pixel, png, png_header,
    png_of, read,
};

/// Brighter to the right and below: 12 bits of 16, as EL cameras have them.
fn slope(width: u32, height: u32) -> Vec<u16> {
    let value = |at: u32| 300 + (at % width * 2_000 / width + at / width * 1_700 / height) as u16;
    (0..width * height).map(value).collect()
}

fn near(found: &[u8], wanted: &[u8]) -> bool {
    // Grey ones may come as three equal channels.
    found.iter().zip(wanted).all(|(a, b)| a.abs_diff(*b) < 30)
}

#[test]
fn a_photo_gets_a_thumbnail_and_a_preview_within_their_bytes() {
    let (width, height) = (2_000, 1_500);
    for (progressive, fine_colours) in [(false, false), (true, false), (false, true)] {
        let jpeg = Jpeg { progressive, fine_colours, ..Jpeg::default() };
        let made = read(&jpeg.rgb(&flag(width, height), width, height)).unwrap();
        assert_eq!((made.kind, made.width, made.height, made.taken), (PictureType::Jpeg, 2_000, 1_500, None));
        assert_eq!((made.preview.width, made.preview.height), (1_600, 1_200));
        assert_eq!((made.thumb.width, made.thumb.height), (320, 240));
        for small in [&made.preview, &made.thumb] {
            assert!(near(&pixel(&small.jpeg, 20, 20), &[250, 0, 0]), "{progressive} {fine_colours}");
            assert!(near(&pixel(&small.jpeg, 80, 20), &[0, 0, 250]));
            assert!(near(&pixel(&small.jpeg, 50, 80), &[0, 0, 0]));
        }
    }
    // The worst that there is: noise.
    let made = read(&Jpeg::default().rgb(&noise(2_000 * 1_500 * 3), width, height)).unwrap();
    assert!(made.preview.jpeg.len() <= PREVIEW.1 && made.thumb.jpeg.len() <= THUMB.1);
    assert!(made.preview.width >= 800, "{}", made.preview.width);
    // Nothing is made larger.
    let made = read(&Jpeg::default().rgb(&flag(101, 51), 101, 51)).unwrap();
    assert_eq!((made.preview.width, made.preview.height, made.thumb.width), (101, 51, 101));
}

#[test]
fn all_eight_orientations_are_upright_in_every_type() {
    // Where what is above left in the file is seen, and what is above right: in percent.
    let corners = [
        (1, (20, 20), (80, 20)),
        (2, (80, 20), (20, 20)),
        (3, (80, 80), (20, 80)),
        (4, (20, 80), (80, 80)),
        (5, (20, 20), (20, 80)),
        (6, (80, 20), (80, 80)),
        (7, (80, 80), (80, 20)),
        (8, (20, 80), (20, 20)),
    ];
    let (width, height) = (96, 64);
    for (orientation, red, blue) in corners {
        for big in [false, true] {
            let said = exif(big, orientation, "2026:11:30 02:13:45");
            let samples = flag(width, height);
            let jpeg = Jpeg { exif: Some(said.clone()), ..Jpeg::default() }.rgb(&samples, width, height);
            let png = png(&samples, (width, height), png::ColorType::Rgb, png::BitDepth::Eight, Some(said));
            for file in [jpeg, png] {
                let made = read(&file).unwrap();
                let seen = if orientation < 5 { (width, height) } else { (height, width) };
                assert_eq!((made.width, made.height), seen, "{orientation}");
                assert_eq!((made.thumb.width, made.thumb.height), seen, "{orientation}");
                assert_eq!(u32::from(made.orientation.value()), orientation);
                assert!(near(&pixel(&made.preview.jpeg, red.0, red.1), &[250, 0, 0]), "{orientation}");
                assert!(near(&pixel(&made.preview.jpeg, blue.0, blue.1), &[0, 0, 250]), "{orientation}");
                let taken = made.taken.unwrap();
                assert_eq!(iso8601::format(taken.local_ms), "2026-11-30T02:13:45.250Z");
            }
            // Of a TIFF its own directory says it.
            let tags =
                [(0x0112, Value::Numbers(vec![orientation])), (0x0132, Value::Text("2026:11:30 02:13:45"))];
            let lit: Vec<u16> = samples.chunks(3).map(|rgb| u16::from(rgb[0]) * 250).collect();
            let made =
                read(&grey_tiff(&lit, (width, height), Form { big, ..Form::default() }, &tags)).unwrap();
            assert!(near(&pixel(&made.preview.jpeg, red.0, red.1), &[255]), "{orientation}");
            assert!(near(&pixel(&made.preview.jpeg, blue.0, blue.1), &[0]), "{orientation}");
            assert_eq!(iso8601::format(made.taken.unwrap().local_ms), "2026-11-30T02:13:45.000Z");
        }
    }
}

#[test]
fn el_images_of_16_bits_are_seen_however_they_lie_in_a_tiff() {
    let size = (150, 90);
    let samples = slope(size.0, size.1);
    let tiles = [None, Some((64, 32)), Some((16, 16)), Some((160, 96))];
    let mut first = None;
    for big in [false, true] {
        for bits in [8, 16] {
            for tile in tiles {
                for compression in [1, 8] {
                    for rows in [1, 7, 90, 1_000] {
                        let form = Form { big, bits, tile, rows, compression };
                        let samples = if bits == 8 {
                            samples.iter().map(|v| v << 4).collect()
                        } else {
                            samples.clone()
                        };
                        let made = read(&grey_tiff(&samples, size, form, &[])).unwrap();
                        assert_eq!(
                            (made.kind, made.width, made.height),
                            (PictureType::Tiff, 150, 90),
                            "{form:?}"
                        );
                        // Of 16 bits a fifteenth is used, and seen as all of it.
                        assert!(near(&pixel(&made.preview.jpeg, 1, 1), &[5]), "{form:?}");
                        assert!(near(&pixel(&made.preview.jpeg, 98, 98), &[250]), "{form:?}");
                        assert!(near(&pixel(&made.preview.jpeg, 50, 50), &[128]), "{form:?}");
                        if bits == 16 {
                            let same = first.get_or_insert_with(|| made.preview.jpeg.clone());
                            assert!(
                                *same == made.preview.jpeg,
                                "the same pixels, so the same preview: {form:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn lzw_rgb_and_16_bit_pngs_are_read_too() {
    use tiff::encoder::{Compression, Predictor, TiffEncoder, colortype};
    for compression in [Compression::Lzw, Compression::Packbits, Compression::Deflate(Default::default())] {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).unwrap().with_compression(compression);
        if compression != Compression::Packbits {
            encoder = encoder.with_predictor(Predictor::Horizontal);
        }
        encoder.write_image::<colortype::Gray16>(150, 90, &slope(150, 90)).unwrap();
        let made = read(bytes.get_ref()).unwrap();
        assert!(near(&pixel(&made.preview.jpeg, 98, 98), &[250]));
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    TiffEncoder::new(&mut bytes).unwrap().write_image::<colortype::RGB8>(96, 64, &flag(96, 64)).unwrap();
    let made = read(bytes.get_ref()).unwrap();
    assert!(near(&pixel(&made.thumb.jpeg, 80, 20), &[0, 0, 250]));
    let words: Vec<u8> = slope(150, 90).into_iter().flat_map(u16::to_be_bytes).collect();
    let made =
        read(&png(&words, (150, 90), png::ColorType::Grayscale, png::BitDepth::Sixteen, None)).unwrap();
    assert!(near(&pixel(&made.preview.jpeg, 1, 1), &[5]) && near(&pixel(&made.preview.jpeg, 98, 98), &[250]));
    let clear: Vec<u8> = flag(96, 64).chunks(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 9]).collect();
    let made = read(&png(&clear, (96, 64), png::ColorType::Rgba, png::BitDepth::Eight, None)).unwrap();
    assert!(near(&pixel(&made.preview.jpeg, 20, 20), &[250, 0, 0]));
}

#[test]
fn of_several_pages_the_first_is_taken() {
    let mut tiff = Tiff::new(true);
    let form = Form { big: true, ..Form::default() };
    let second = grey_page(&mut tiff, &vec![9; 40 * 40], (40, 40), form, &[], 0);
    let first = grey_page(&mut tiff, &slope(150, 90), (150, 90), form, &[], second);
    let made = read(&tiff.finish(first)).unwrap();
    assert_eq!((made.width, made.height), (150, 90));
    // A page that comes after itself is an end, and not a way without one.
    let mut tiff = Tiff::new(false);
    let at = grey_page(&mut tiff, &slope(30, 30), (30, 30), Form::default(), &[], 0);
    let end = tiff.bytes.len();
    tiff.bytes[end - 4..].copy_from_slice(&at.to_le_bytes());
    assert!(matches!(read(&tiff.finish(at)), Err(ImageError::Broken(_))));
}

#[test]
fn what_has_no_decoder_is_kept_as_a_file_and_what_is_no_image_is_refused() {
    let cmyk = Jpeg::default().encode(&noise(32 * 32 * 4), 32, 32, JpegColours::Cmyk);
    let raw = grey_tiff(&slope(30, 30), (30, 30), Form::default(), &[(254, Value::Numbers(vec![1]))]);
    let float = grey_tiff(&slope(30, 30), (30, 30), Form::default(), &[(339, Value::Numbers(vec![3]))]);
    let fax = grey_tiff(&slope(30, 30), (30, 30), Form { compression: 4, ..Form::default() }, &[]);
    let kept: [&[u8]; 8] = [
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"\0\0\0\x18ftypavif\0\0\0\0",
        b"II+\0\x08\0\0\0",
        &cmyk,
        &raw,
        &float,
        &fax,
    ];
    for file in kept {
        let error = read(file).unwrap_err();
        assert!(matches!(error, ImageError::Undecodable(_)) && error.keeps_file(), "{error}");
    }
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.extend(Jpeg::default().rgb(&flag(16, 16), 16, 16));
    let refused: [&[u8]; 6] = [
        &pdf,
        b"GIF89a\xff\xd8\xff\xe0",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html><script>",
        b"PK\x03\x04",
        b"MZ",
    ];
    for file in refused {
        let error = read(file).unwrap_err();
        assert!(matches!(error, ImageError::NoImage) && !error.keeps_file(), "{error}");
    }
    assert!(matches!(read(b""), Err(ImageError::Broken(_))));
}

#[test]
fn of_a_polyglot_nothing_but_pixels_gets_into_what_is_made() {
    let page = b"<script>alert(1)</script>".repeat(20);
    let jpeg = Jpeg { comment: Some(page.clone()), exif: Some(page.clone()), ..Jpeg::default() };
    let mut jpeg = jpeg.rgb(&flag(64, 64), 64, 64);
    jpeg.extend(&page);
    jpeg.extend(b"PK\x03\x04");
    let made = read(&jpeg).unwrap();
    for small in [made.thumb.jpeg, made.preview.jpeg] {
        assert!(!small.windows(7).any(|seven| seven == b"<script"));
    }
}

#[test]
fn bombs_are_seen_in_their_headers() {
    let too_large = |file: &[u8]| matches!(read(file), Err(ImageError::TooLarge { .. }));
    let too_much = |file: &[u8]| matches!(read(file), Err(ImageError::TooMuchMemory(_)));
    let png = |width, height, interlaced| {
        png_of(&[
            (b"IHDR", png_header(width, height, interlaced)),
            (b"IDAT", deflated(&[0; 1_000])),
            (b"IEND", vec![]),
        ])
    };
    assert!(too_large(&png(10_001, 10_000, false)));
    assert!(too_large(&png(65_536, 1, false)));
    assert!(too_large(&png(u32::MAX >> 1, 1, false)));
    // Within the limits, and cut off.
    assert!(matches!(read(&png(60_000, 1_500, false)), Err(ImageError::Broken(_))));
    // The same of JPEGs, whose size is in the frame.
    let sized = |progressive: bool, width: u16, height: u16| {
        let mut jpeg = Jpeg { progressive, ..Jpeg::default() }.rgb(&flag(64, 64), 64, 64);
        let frame =
            jpeg.windows(2).position(|two| two == [0xff, if progressive { 0xc2 } else { 0xc0 }]).unwrap();
        jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
        jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
        jpeg
    };
    assert!(too_large(&sized(false, 65_500, 65_500)));
    assert!(too_large(&sized(true, 10_001, 10_000)));
    assert!(too_much(&sized(true, 10_000, 10_000)), "all of it would be in memory at once");
    // And TIFFs: the sizes, and strips and tiles that are too large to be held.
    let tiff = |width: u32, height: u32, bits: [u32; 3], more: &[(u16, Value)]| {
        let mut tiff = Tiff::new(false);
        let one = |value: u32| Value::Numbers(vec![value]);
        let mut entries = vec![
            (256, one(width)),
            (257, one(height)),
            (258, Value::Numbers(bits.to_vec())),
            (259, one(1)),
            (262, one(2)),
            (277, one(3)),
        ];
        entries.extend_from_slice(more);
        let at = tiff.directory(&entries, 0);
        tiff.finish(at)
    };
    let number = |value: u32| Value::Numbers(vec![value]);
    let strip = [(273, number(8)), (278, number(1 << 20)), (279, number(100))];
    assert!(too_large(&tiff(20_000, 20_000, [8; 3], &strip)));
    assert!(10_000 * 10_000 * 6 > MOST_MEMORY && too_much(&tiff(10_000, 10_000, [16; 3], &strip)));
    let tile = [(322, number(1 << 20)), (323, number(1 << 20)), (324, number(8)), (325, number(100))];
    assert!(read(&tiff(100, 100, [8; 3], &tile)).is_err_and(|error| !matches!(error, ImageError::Panicked)));
}

#[test]
fn what_grows_when_it_is_unpacked_is_unpacked_no_further_than_its_size() {
    // 64 MiB of zeros in 64 kB.
    let bomb = deflated(&vec![0; 64 << 20]);
    let png = png_of(&[(b"IHDR", png_header(32, 32, false)), (b"IDAT", bomb.clone()), (b"IEND", vec![])]);
    assert!(read(&png).is_ok_and(|made| made.width == 32));
    // In what is beside the image.
    let said = [b"Comment\0\0", &bomb[..]].concat();
    let pixels = deflated(&[0; 33 * 32]);
    let png = png_of(&[
        (b"IHDR", png_header(32, 32, false)),
        (b"zTXt", said.clone()),
        (b"iCCP", said),
        (b"IDAT", pixels),
        (b"IEND", vec![]),
    ]);
    assert!(read(&png).is_ok_and(|made| made.width == 32));
    let mut tiff = Tiff::new(false);
    let at = tiff.put(&bomb);
    let one = |value: u32| Value::Numbers(vec![value]);
    let entries = [
        (256, one(32)),
        (257, one(32)),
        (258, one(8)),
        (259, one(8)),
        (262, one(1)),
        (273, one(at)),
        (277, one(1)),
        (278, one(32)),
        (279, one(bomb.len() as u32)),
    ];
    let at = tiff.directory(&entries, 0);
    assert!(read(&tiff.finish(at)).is_ok_and(|made| made.width == 32));
    // A small progressive image of a thousand scans.
    let jpeg = Jpeg { progressive: true, ..Jpeg::default() }.rgb(&flag(64, 64), 64, 64);
    let scan = jpeg.windows(2).rposition(|two| two == [0xff, 0xda]).unwrap();
    let mut long = jpeg[..jpeg.len() - 2].to_vec();
    for _ in 0..1_000 {
        long.extend(&jpeg[scan..jpeg.len() - 2]);
    }
    long.extend([0xff, 0xd9]);
    assert!(matches!(read(&long), Err(ImageError::Broken(_))));
}

/// Files of every form, small.
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let said = exif(false, 6, "2026:11:30 02:13:45");
    let rgb = flag(64, 48);
    let grey: Vec<u8> = rgb.chunks(3).map(|pixel| pixel[0]).collect();
    let form = Form::default();
    let words = slope(64, 48);
    let mut interlaced = png_header(8, 8, true);
    interlaced[8] = 8;
    let passes = [2, 2, 3, 3, 3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 9, 9, 9, 9];
    vec![
        ("jpeg", Jpeg { exif: Some(said.clone()), ..Jpeg::default() }.rgb(&rgb, 64, 48)),
        ("progressive", Jpeg { progressive: true, ..Jpeg::default() }.rgb(&rgb, 64, 48)),
        ("fine", Jpeg { fine_colours: true, ..Jpeg::default() }.rgb(&rgb, 64, 48)),
        ("grey", Jpeg::default().encode(&grey, 64, 48, JpegColours::Luma)),
        ("png", png(&rgb, (64, 48), png::ColorType::Rgb, png::BitDepth::Eight, Some(said))),
        (
            "interlaced",
            png_of(&[
                (b"IHDR", interlaced),
                (b"IDAT", deflated(&vec![0; passes.iter().sum::<usize>()])),
                (b"IEND", vec![]),
            ]),
        ),
        ("strips", grey_tiff(&words, (64, 48), form, &[])),
        ("tiles", grey_tiff(&words, (64, 48), Form { tile: Some((16, 16)), big: true, ..form }, &[])),
        ("deflate", grey_tiff(&words, (64, 48), Form { compression: 8, ..form }, &[])),
    ]
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_an_error_of_that_file() {
    for (name, file) in forms() {
        let whole = read(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        let step = (file.len() / 120).max(1);
        for end in (0..file.len()).step_by(step) {
            match read(&file[..end]) {
                // What is behind the last pixel may be missing.
                Ok(made) => {
                    assert_eq!((made.width, made.height), (whole.width, whole.height), "{name} {end}")
                }
                Err(ImageError::Panicked) => panic!("{name}: cut at {end}"),
                Err(_) => {}
            }
        }
        assert!(read(&file[..file.len() / 2]).is_err(), "{name}: half of it");
    }
}

#[test]
fn a_file_that_is_spoilt_anywhere_does_no_harm() {
    for (name, file) in forms() {
        let step = (file.len() / 80).max(1);
        for at in (0..file.len()).step_by(step) {
            for wrong in [0x00, 0x7f, 0xff] {
                let mut file = file.clone();
                file[at] = wrong;
                if let Err(ImageError::Panicked) = read(&file) {
                    panic!("{name}: byte {at} is {wrong}");
                }
            }
        }
    }
}

#[test]
fn exif_that_points_at_itself_or_nowhere_is_as_if_it_were_not_there() {
    let long = |value: u32| Value::Numbers(vec![value]);
    let with = |exif: Vec<u8>| {
        read(&Jpeg { exif: Some(exif), ..Jpeg::default() }.rgb(&flag(32, 16), 32, 16)).unwrap()
    };
    // Details in the directory that names them, and a next one that is the same.
    let pointing = |to: u32| {
        let mut tiff = Tiff::new(false);
        let at = tiff.directory(&[(0x0112, long(6)), (0x8769, Value::Long(to))], 8);
        tiff.finish(at)
    };
    let bytes = pointing(8);
    let made = with(bytes);
    assert_eq!((made.orientation.value(), made.width, made.taken), (6, 16, None));
    // Beyond the end, as are the first directory and a count of entries that there are not.
    let mut bytes = pointing(u32::MAX);
    assert_eq!(with(bytes.clone()).orientation.value(), 6);
    bytes[8..10].copy_from_slice(&[0xff, 0xff]);
    assert_eq!(with(bytes.clone()).orientation.value(), 6);
    bytes[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(with(bytes).orientation.value(), 1);
    for odd in [0, 9, 255, 65_535, 70_000] {
        let mut tiff = Tiff::new(true);
        let at = tiff.directory(&[(0x0112, long(odd))], 0);
        assert_eq!(with(tiff.finish(at)).orientation.value(), 1, "{odd}");
    }
    let taken = with(exif(true, 1, "    :  :     :  :  ")).taken.unwrap();
    assert_eq!(iso8601::format(taken.local_ms), "2026-12-24T20:00:00.250Z", "the next best that it says");
    assert_eq!(with(noise(500)).orientation.value(), 1);
}
