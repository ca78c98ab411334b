//! Plan JSON, as planning software writes it and people edit it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fieldhub_fuzz::check_file(data));
