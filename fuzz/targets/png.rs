//! PNG files, past their checksums.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fieldhub_fuzz::check_image(b"\x89PNG\r\n\x1a\n", data));
