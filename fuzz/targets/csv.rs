//! CSV, from spreadsheets of all countries.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fieldhub_fuzz::check_file(data));
