//! TIFF files of both byte orders.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let begins: &[u8] = if data.starts_with(b"MM\0*") { b"MM\0*" } else { b"II*\0" };
    fieldhub_fuzz::check_image(begins, data);
});
