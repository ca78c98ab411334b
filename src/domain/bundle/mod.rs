//! Bundle file: pages of operations as one file, for a USB stick.
//!
//! Called by `http` and `cli`, which have the file; calls `page` and `proof`. Neither side holds more of it than a page. A stick forgets a sector
//! sooner than a file: of a damaged one all pages come out that are good.
//!
//! ```text
//!  "fhbundle", version  9 bytes
//!  1, a page            again and again; the last one has no operations and the hub's signature, where the hub has a key
//!  0                    the end, and then how many pages, how many operations (8 bytes each),
//!  CRC-32               over everything before
//! ```

pub mod check;
mod reader;
#[cfg(test)]
mod tests;

use ring::digest::{Context, SHA256};

use super::Digest;
use super::page::{Encoder, Header, PageError};
use super::proof::{BEGIN, HubStatement, Sealer, sha256};
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

/// Digest of the pages up to one (hash chain): each page has that of those before it, and the signature that of all.
fn chained(before: Digest, page: &[u8; 32]) -> Digest {
    before.then(0, page)
}

/// Makes the bytes of a bundle, in the order of the calls.
#[expect(missing_debug_implementations, reason = "a hash in the making says nothing")]
pub struct BundleWriter {
    crc: crc32fast::Hasher,
    sha256: Context,
    chain: Digest,
    counts: BundleCounts,
}

impl BundleWriter {
    pub fn begin() -> (Self, Vec<u8>) {
        let mut writer = Self {
            crc: crc32fast::Hasher::new(),
            sha256: Context::new(&SHA256),
            chain: Digest::EMPTY,
            counts: BundleCounts::default(),
        };
        writer.pass(&MAGIC);
        (writer, MAGIC.to_vec())
    }

    pub fn page(&mut self, page: &[u8], operations: usize) -> Vec<u8> {
        self.counts.pages += 1;
        self.counts.operations += operations as u64;
        self.chain = chained(self.chain, &sha256(page));
        let part = [&[PAGE], page].concat();
        self.pass(&part);
        part
    }

    /// Of the pages until now: the next one has it.
    pub fn chain(&self) -> Digest {
        self.chain
    }

    /// The last page: the signature over all bytes before its line. What is behind that are sums and counts, which follow from them.
    /// `header` is that of some page before.
    pub fn proof(&mut self, header: &Header, seal: &Sealer<'_>) -> Result<Vec<u8>, PageError> {
        let statement = HubStatement { rows: Some(self.chain), ..seal.statement.clone() };
        let seal = Sealer { statement, key: seal.key };
        let page = |sha256| Encoder::with_text(header.clone(), &seal.line(sha256));
        let unsigned = page([0; 32])?;
        let begin = unsigned.windows(BEGIN.len()).rposition(|bytes| bytes == BEGIN.as_bytes());
        let before = unsigned.get(..begin.unwrap_or_default()).unwrap_or_default();
        let mut sum = self.sha256.clone();
        sum.update(&[PAGE]);
        sum.update(before);
        let mut whole = [0; 32];
        whole.copy_from_slice(sum.finish().as_ref());
        Ok(self.page(&page(whole)?, 0))
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.crc.update(bytes);
        self.sha256.update(bytes);
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
