//! Tablet exports: JSON that v3.3 tablets and this hub write.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fieldhub_fuzz::check_file(data));
