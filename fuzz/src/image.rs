//! Images of cameras: whatever is read is within its bounds, the same each time, and what is made of it reads back.
//!
//! Called by the targets `jpeg`, `png`, `tiff` and `exif`.

use std::io::Cursor;

use fieldhub::domain::image::{
    ImageError, Orientation, PREVIEW, ReadImage, SmallImage, THUMB, read_image, read_image_of,
};

/// Small enough that a second is long.
const PIXELS: u64 = 250_000;

/// A file that begins so, if it does not already.
pub fn check_image(begins: &[u8], data: &[u8]) {
    let file = if data.starts_with(begins) { data.to_vec() } else { [begins, data].concat() };
    let read = || read_image_of(&mut Cursor::new(&file), PIXELS);
    match read() {
        Ok(image) => {
            check(&image);
            assert_eq!(read().ok(), Some(image));
        }
        Err(ImageError::Panicked) => panic!("a decoder has failed"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// What a camera would have written into a JPEG.
pub fn check_exif(data: &[u8]) {
    let data = &data[..data.len().min(60_000)];
    let jpeg = include_bytes!("../seeds/jpeg/grey.jpg");
    let said = [b"Exif\0\0", data].concat();
    let length = u16::try_from(said.len() + 2).expect("it is short").to_be_bytes();
    let file = [&jpeg[..2], &[0xff, 0xe1], &length, &said, &jpeg[2..]].concat();
    let image = read_image(&mut Cursor::new(&file)).expect("its pixels are good");
    assert!((1..=8).contains(&image.orientation.value()));
    assert!(image.taken.is_none_or(|taken| taken.local_ms > 0));
    check(&image);
}

fn check(image: &ReadImage) {
    assert!(u64::from(image.width) * u64::from(image.height) <= PIXELS);
    for (small, (side, bytes)) in [(&image.thumb, THUMB), (&image.preview, PREVIEW)] {
        let SmallImage { jpeg, width, height } = small;
        assert!(jpeg.len() <= bytes && (1..=side).contains(width) && (1..=side).contains(height));
        let again = read_image(&mut Cursor::new(jpeg)).expect("it was made here");
        assert_eq!((again.width, again.height), (*width, *height));
        assert_eq!((again.orientation, again.taken), (Orientation::UPRIGHT, None));
    }
}
