//! Bundle reader (resynchronisation): pages out of bytes as they come. Where something is damaged it goes on at the next page that has
//! its checksum.
//!
//! Called by `http` and `cli`; calls `page`.

use super::super::id::Token;
use super::super::page::{self, Page, PageError};
use super::super::proof::sha256;
use super::{BundleCounts, BundleError, END, MAGIC, PAGE, TRAILER};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaiting {
    Start,
    Parts,
    /// Something of the file is damaged: the next good page is looked for.
    GoodPage,
    Ended,
}

/// A part of a bundle that cannot be read. The others can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostPart {
    /// Of which audit it says to be, if it says that much.
    pub token: Option<Token>,
    pub problem: String,
}

/// Reads a bundle from bytes as they come: `push`, then `next_page` until there is nothing more, and so on; at the end of the
/// file `no_more`, `next_page` again, and `finish`.
#[derive(Debug)]
pub struct BundleReader {
    waiting: Vec<u8>,
    /// What lies before this begins no good page.
    looked: usize,
    /// Bytes that were read for a page and are none.
    in_vain: usize,
    no_more: bool,
    pushed: u64,
    place: Awaiting,
    crc: crc32fast::Hasher,
    counts: BundleCounts,
    lost: Vec<LostPart>,
    /// SHA-256 of the page that was read last.
    page_sum: [u8; 32],
}

impl Default for BundleReader {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            looked: 0,
            in_vain: 0,
            no_more: false,
            pushed: 0,
            place: Awaiting::Start,
            crc: crc32fast::Hasher::new(),
            counts: BundleCounts::default(),
            lost: Vec::new(),
            page_sum: [0; 32],
        }
    }
}

/// What is told of a damaged file: of one that is all damage no more than this.
const MOST_LOST: usize = 64;
/// And so much is looked through for pages that are none, which somebody may have made for that.
const MOST_IN_VAIN: usize = 64 << 20;

impl BundleReader {
    pub fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
        self.pushed += bytes.len() as u64;
    }

    /// The file ends here. Pages may still be in what has come: a damaged length hides those behind it until then.
    pub fn no_more(&mut self) {
        self.no_more = true;
    }

    /// What could not be read of it.
    pub fn lost(&self) -> &[LostPart] {
        &self.lost
    }

    pub fn page_sum(&self) -> &[u8; 32] {
        &self.page_sum
    }

    /// The next good page, when it has come whole; the one that has the signature is nothing to whoever wants operations.
    pub fn next_page(&mut self) -> Result<Option<Page>, BundleError> {
        loop {
            match self.place {
                Awaiting::Start => match self.waiting.first_chunk() {
                    Some(start) => self.start(*start)?,
                    None if !MAGIC.starts_with(&self.waiting) => return Err(BundleError::Foreign),
                    None => return Ok(None),
                },
                Awaiting::Parts => match self.waiting.first() {
                    Some(&PAGE) => match self.page()? {
                        None if self.place == Awaiting::GoodPage => {}
                        Some(page) if page.is_text() => {}
                        page => return Ok(page),
                    },
                    Some(&END) if self.waiting.len() > TRAILER => self.end(),
                    Some(&END) if self.no_more => self.lose(None, "it is cut short"),
                    Some(&END) | None => return Ok(None),
                    Some(_) => self.lose(None, "where a page should begin there is none"),
                },
                Awaiting::GoodPage => {
                    if !self.is_at_good_page()? {
                        return Ok(None);
                    }
                    self.place = Awaiting::Parts;
                }
                Awaiting::Ended if self.waiting.is_empty() => return Ok(None),
                Awaiting::Ended => return Err(BundleError::Damaged("there is more after its end")),
            }
        }
    }

    /// Nothing more comes. What of it is lost, `lost` has said.
    pub fn finish(self) -> Result<BundleCounts, BundleError> {
        match self.place {
            Awaiting::Ended => Ok(self.counts),
            // Its last page is damaged: the end is where the file ends.
            Awaiting::GoodPage => match self.waiting.last_chunk::<{ TRAILER + 1 }>() {
                Some([END, pages @ ..]) if self.may_have(pages) => Ok(self.counts),
                Some([END, ..]) => Err(BundleError::Damaged("its checksum does not match")),
                _ => Err(BundleError::Cut),
            },
            _ => Err(BundleError::Cut),
        }
    }

    /// Whether this may be the end of a bundle of which something is lost: it tells of more than was read, and of no more than so
    /// many bytes hold. Its checksum says nothing any more.
    fn may_have(&self, end: &[u8]) -> bool {
        /// The least that a page takes, and an operation in it.
        const LEAST: (u64, u64) = (10, 14);
        let Some((pages, operations)) = end.split_first_chunk() else { return false };
        let Some(operations) = operations.first_chunk() else { return false };
        let (pages, operations) = (u64::from_le_bytes(*pages), u64::from_le_bytes(*operations));
        let BundleCounts { pages: read, operations: in_them } = self.counts;
        (read + 1..=self.pushed / LEAST.0).contains(&pages)
            && (in_them..=self.pushed / LEAST.1).contains(&operations)
    }

    fn start(&mut self, start: [u8; MAGIC.len()]) -> Result<(), BundleError> {
        if start[..8] != MAGIC[..8] {
            return Err(BundleError::Foreign);
        }
        if start[8] > MAGIC[8] {
            return Err(BundleError::Newer(start[8]));
        }
        if start != MAGIC {
            return Err(BundleError::Foreign);
        }
        self.pass(MAGIC.len());
        self.place = Awaiting::Parts;
        Ok(())
    }

    /// `None`: it has not come whole, or is damaged.
    fn page(&mut self) -> Result<Option<Page>, BundleError> {
        let Some(head) = self.waiting[1..].first_chunk() else {
            return Ok(self.wait("it is cut short"));
        };
        let end = match page::length(*head) {
            Ok(length) => 1 + length,
            // Of a later version, if it has its checksum; else its first bytes are what is damaged.
            Err(newer @ PageError::Newer(_)) => match page::is_sealed(&self.waiting[1..]) {
                Some(true) => return Err(newer.into()),
                Some(false) => {
                    self.lose(None, "its checksum does not match");
                    return Ok(None);
                }
                None => return Ok(self.wait("it is cut short")),
            },
            Err(error) => {
                self.lose(None, error.to_string());
                return Ok(None);
            }
        };
        let Some(bytes) = self.waiting.get(1..end) else { return Ok(self.wait("it is cut short")) };
        match page::decode(bytes) {
            Ok(page) => {
                if page.rows.is_some() {
                    self.page_sum = sha256(bytes);
                }
                self.pass(end);
                self.counts.pages += 1;
                self.counts.operations += (page.ops.len() + page.refused.len()) as u64;
                Ok(Some(page))
            }
            Err(error) => {
                let token = page::claimed_token(bytes);
                self.lose(token, error.to_string());
                Ok(None)
            }
        }
    }

    fn wait(&mut self, problem: &str) -> Option<Page> {
        if self.no_more {
            self.lose(None, problem);
        }
        None
    }

    fn lose(&mut self, token: Option<Token>, problem: impl Into<String>) {
        if self.lost.len() < MOST_LOST {
            self.lost.push(LostPart { token, problem: problem.into() });
        }
        // Not where this one begins.
        (self.place, self.looked) = (Awaiting::GoodPage, 1);
    }

    /// Whether the next good page has been found: then it is the first that waits.
    fn is_at_good_page(&mut self) -> Result<bool, BundleError> {
        while let Some(begins) = self.waiting.get(self.looked..) {
            let Some(at) = begins.iter().position(|byte| *byte == PAGE) else {
                self.looked = self.waiting.len();
                break;
            };
            self.looked += at;
            let rest = &self.waiting[self.looked + 1..];
            match rest.first_chunk().map(|head| page::length(*head)) {
                None if !self.no_more => break,
                Some(Ok(length)) => match rest.get(..length) {
                    None if !self.no_more => break,
                    Some(bytes) if page::decode(bytes).is_ok() => {
                        self.waiting.drain(..self.looked);
                        return Ok(true);
                    }
                    bytes => self.in_vain += bytes.map_or(0, <[u8]>::len),
                },
                None | Some(Err(_)) => {}
            }
            if self.in_vain > MOST_IN_VAIN {
                return Err(BundleError::Damaged("too much of it"));
            }
            self.looked += 1;
        }
        // The end may be among the last bytes, which nothing but the file's own end tells from others.
        let passed = self.looked.min(self.waiting.len().saturating_sub(TRAILER + 1));
        self.waiting.drain(..passed);
        self.looked -= passed;
        Ok(false)
    }

    /// Where something before it is lost, it cannot be told from other bytes: `finish` looks for it.
    fn end(&mut self) {
        let end = &self.waiting[..=TRAILER];
        let (counted, crc) = (&end[1..17], &end[17..]);
        self.crc.update(&end[..17]);
        let found = [self.counts.pages.to_le_bytes(), self.counts.operations.to_le_bytes()].concat();
        if crc == self.crc.clone().finalize().to_le_bytes() && counted == found {
            self.waiting.drain(..=TRAILER);
            self.place = Awaiting::Ended;
        } else if self.lost.is_empty() {
            self.lose(None, "its checksum does not match");
        } else {
            (self.place, self.looked) = (Awaiting::GoodPage, 1);
        }
    }

    fn pass(&mut self, bytes: usize) {
        self.crc.update(&self.waiting[..bytes]);
        self.waiting.drain(..bytes);
    }
}
