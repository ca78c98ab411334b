//! Measurements of devices: PVserv's text, and tables.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fieldhub_fuzz::check_measured(data));
