//! Pages of operations as another hub, or somebody who says so, sends them: first as they are, then past all
//! checksums and unpacked, which chance finds its way through.

#![no_main]

use fieldhub::domain::page;
use fieldhub_fuzz::check_carried;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((how, data)) = data.split_first() else { return };
    if how % 2 == 0 {
        if let Ok(page) = page::decode(&sealed(data)) {
            check_carried(&page.ops);
        }
        return;
    }
    // As many as there are, up to a hundred; each with an id of its own.
    let rest: Vec<_> = (0..*how / 2).map(|n| [n; 14]).collect();
    if let Ok(ops) = page::unsealed(data, &rest) {
        check_carried(&ops);
    }
});

/// With the length and the checksum that it should have.
fn sealed(data: &[u8]) -> Vec<u8> {
    let mut page = data.to_vec();
    if let Some(length) = page.len().checked_sub(9) {
        page[1..5].copy_from_slice(&u32::try_from(length).expect("a short input").to_le_bytes());
        let end = page.len() - 4;
        let crc = crc32fast::hash(&page[..end]);
        page[end..].copy_from_slice(&crc.to_le_bytes());
    }
    page
}
