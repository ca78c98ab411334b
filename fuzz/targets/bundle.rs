//! Bundles as a stick may hold them, in pieces of any size: the same whatever the pieces are.

#![no_main]

use fieldhub::domain::bundle::{BundleCounts, BundleError, BundleReader};
use fieldhub::domain::page::Page;
use fieldhub_fuzz::check_carried;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((piece, data)) = data.split_first() else { return };
    let (pages, end) = read(data, usize::from(*piece) + 1);
    let (whole, whole_end) = read(data, data.len().max(1));
    assert!(pages == whole && end == whole_end, "{end:?} {whole_end:?}");
    for page in &pages {
        check_carried(&page.ops);
    }
    if let Ok(counts) = end {
        let operations: usize = pages.iter().map(|page| page.ops.len()).sum();
        assert_eq!(counts, BundleCounts { pages: pages.len() as u64, operations: operations as u64 });
    }
});

fn read(data: &[u8], piece: usize) -> (Vec<Page>, Result<BundleCounts, BundleError>) {
    let mut reader = BundleReader::default();
    let mut pages = Vec::new();
    for piece in data.chunks(piece).map(Some).chain([None]) {
        match piece {
            Some(piece) => reader.push(piece),
            None => reader.no_more(),
        }
        loop {
            match reader.next_page() {
                Ok(Some(page)) => pages.push(page),
                Ok(None) => break,
                Err(error) => return (pages, Err(error)),
            }
        }
    }
    (pages, reader.finish())
}
