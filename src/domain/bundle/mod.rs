//! Bundle file: pages of operations as one file, for a USB stick.
//!
//! Called by `http` and `cli`, which have the file; calls `page`. Neither side holds more of it than a page. A stick forgets a sector
//! sooner than a file: of a damaged one all pages come out that are good.
//!
//! ```text
//!  "fhbundle", version  9 bytes
//!  1, a page            again and again
//!  0                    the end, and then how many pages, how many operations (8 bytes each),
//!  CRC-32               over everything before
//! ```

mod reader;
#[cfg(test)]
mod tests;

use super::page::PageError;
pub use reader::{BundleReader, LostPart};

const MAGIC: [u8; 9] = *b"fhbundle\x01";
const PAGE: u8 = 1;
const END: u8 = 0;
const TRAILER: usize = 20;

/// What a bundle holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BundleCounts {
    pub pages: u64,
    pub operations: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    #[error("this is not a fieldhub bundle")]
    Foreign,
    #[error(
        "the bundle was written by a newer fieldhub (format {0}, this one knows 1): install that version"
    )]
    Newer(u8),
    #[error("the bundle is cut short: copy it again, or export it again")]
    Cut,
    #[error("the bundle is damaged ({0}): copy it again, or export it again")]
    Damaged(&'static str),
    #[error(transparent)]
    Page(#[from] PageError),
}

/// Makes the bytes of a bundle, in the order of the calls.
#[derive(Debug)]
pub struct BundleWriter {
    crc: crc32fast::Hasher,
    counts: BundleCounts,
}

impl BundleWriter {
    pub fn begin() -> (Self, Vec<u8>) {
        let mut writer = Self { crc: crc32fast::Hasher::new(), counts: BundleCounts::default() };
        writer.crc.update(&MAGIC);
        (writer, MAGIC.to_vec())
    }

    pub fn page(&mut self, page: &[u8], operations: usize) -> Vec<u8> {
        self.counts.pages += 1;
        self.counts.operations += operations as u64;
        let part = [&[PAGE], page].concat();
        self.crc.update(&part);
        part
    }

    pub fn end(mut self) -> Vec<u8> {
        let mut end = vec![END];
        end.extend(self.counts.pages.to_le_bytes());
        end.extend(self.counts.operations.to_le_bytes());
        self.crc.update(&end);
        end.extend(self.crc.finalize().to_le_bytes());
        end
    }
}
