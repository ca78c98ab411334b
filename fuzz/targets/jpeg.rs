//! JPEG files, from their first marker on.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fieldhub_fuzz::check_image(b"\xff\xd8\xff", data));
