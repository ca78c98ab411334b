//! EXIF, inside a good JPEG.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fieldhub_fuzz::check_exif(data));
