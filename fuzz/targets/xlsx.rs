//! Workbooks: whole ones as bytes, and what is no ZIP as the sheet of a good one, past checksums and compression.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if data.starts_with(b"PK") {
        fieldhub_fuzz::check_file(data);
    } else {
        fieldhub_fuzz::check_file(&fieldhub_fuzz::workbook(data));
    }
});
