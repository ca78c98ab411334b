//! Bundle file: pages of operations as one file, for a USB stick.
//!
//! Called by `http` and `cli`, which have the file; calls `page`. Neither side holds more of it than a page.
//!
//! ```text
//!  "fhbundle", version  9 bytes
//!  1, a page            again and again
//!  0                    the end, and then how many pages, how many operations (8 bytes each),
//!  CRC-32               over everything before
//! ```

use super::page::{self, Page, PageError};

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaiting {
    Start,
    Parts,
    Ended,
}

/// Reads a bundle from bytes as they come: `push`, then `next` until there is nothing more, and so on.
#[derive(Debug)]
pub struct BundleReader {
    waiting: Vec<u8>,
    place: Awaiting,
    crc: crc32fast::Hasher,
    counts: BundleCounts,
}

impl Default for BundleReader {
    fn default() -> Self {
        let crc = crc32fast::Hasher::new();
        Self { waiting: Vec::new(), place: Awaiting::Start, crc, counts: BundleCounts::default() }
    }
}

impl BundleReader {
    pub fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// The next page, when it has come whole.
    pub fn next_page(&mut self) -> Result<Option<Page>, BundleError> {
        loop {
            match self.place {
                Awaiting::Start => match self.waiting.first_chunk() {
                    Some(start) => self.start(*start)?,
                    None if !MAGIC.starts_with(&self.waiting) => return Err(BundleError::Foreign),
                    None => return Ok(None),
                },
                Awaiting::Parts => match self.waiting.first() {
                    Some(&PAGE) => return self.page(),
                    Some(&END) if self.waiting.len() > TRAILER => self.end()?,
                    Some(&END) | None => return Ok(None),
                    Some(_) => return Err(BundleError::Damaged("where a page should begin there is none")),
                },
                Awaiting::Ended if self.waiting.is_empty() => return Ok(None),
                Awaiting::Ended => return Err(BundleError::Damaged("there is more after its end")),
            }
        }
    }

    /// Nothing more comes.
    pub fn finish(self) -> Result<BundleCounts, BundleError> {
        if self.place == Awaiting::Ended { Ok(self.counts) } else { Err(BundleError::Cut) }
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

    fn page(&mut self) -> Result<Option<Page>, BundleError> {
        let Some(head) = self.waiting[1..].first_chunk() else { return Ok(None) };
        let end = 1 + page::length(*head)?;
        let Some(bytes) = self.waiting.get(1..end) else { return Ok(None) };
        let page = page::decode(bytes)?;
        self.pass(end);
        self.counts.pages += 1;
        self.counts.operations += (page.ops.len() + page.refused.len()) as u64;
        Ok(Some(page))
    }

    fn end(&mut self) -> Result<(), BundleError> {
        let end = &self.waiting[..=TRAILER];
        let (counted, crc) = (&end[1..17], &end[17..]);
        self.crc.update(&end[..17]);
        let found = [self.counts.pages.to_le_bytes(), self.counts.operations.to_le_bytes()].concat();
        if crc != self.crc.clone().finalize().to_le_bytes() || counted != found {
            return Err(BundleError::Damaged("its checksum does not match"));
        }
        self.waiting.drain(..=TRAILER);
        self.place = Awaiting::Ended;
        Ok(())
    }

    fn pass(&mut self, bytes: usize) {
        self.crc.update(&self.waiting[..bytes]);
        self.waiting.drain(..bytes);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::DeviceId;
    use crate::domain::op::Note;
    use crate::domain::page::{Encoder, Header};
    use crate::domain::{Author, Body, Carried, OpId, Seen, Stamp, Token};

    /// By turns a note and what a later version says.
    fn op(n: u64) -> Carried {
        let body = match n % 2 {
            0 => Body::Note(Note::new(&format!("échelle {n}")).unwrap()),
            _ => Body::Unknown { kind: 900, bytes: n.to_le_bytes().to_vec() },
        };
        Carried {
            id: OpId::from_u128(u128::from(n)),
            author: Author::new("tech_1", None).unwrap(),
            device: DeviceId::parse("dev_1").unwrap(),
            marked_ms: n,
            stamp: Stamp { ms: n, counter: 0, actor: 1 },
            base: Seen::default(),
            body,
        }
    }

    fn page_of(ops: u64) -> Vec<u8> {
        let mut encoder = Encoder::default();
        (0..ops).for_each(|n| assert!(encoder.push(&op(n)).unwrap()));
        let (token, log_id) = (Token::parse("jalibat").unwrap(), Uuid::from_u128(2));
        let header =
            Header { hub_id: Uuid::nil(), log_id, token, after: 0, upto: ops, head: ops, partial: false };
        encoder.finish(header).unwrap()
    }

    fn bundle(pages: &[u64]) -> Vec<u8> {
        let (mut writer, mut bytes) = BundleWriter::begin();
        pages.iter().for_each(|ops| bytes.extend(writer.page(&page_of(*ops), *ops as usize)));
        bytes.extend(writer.end());
        bytes
    }

    /// In pieces of this size; how many operations each page had, and the end.
    fn read(bytes: &[u8], piece: usize) -> (Vec<u64>, Result<BundleCounts, BundleError>) {
        let mut reader = BundleReader::default();
        let mut pages = Vec::new();
        for piece in bytes.chunks(piece) {
            reader.push(piece);
            loop {
                match reader.next_page() {
                    Ok(Some(page)) => {
                        let count = page.ops.len() as u64;
                        assert!(
                            page.ops.into_iter().eq((0..count).map(op)),
                            "what is read is what was written"
                        );
                        pages.push(count);
                    }
                    Ok(None) => break,
                    Err(error) => return (pages, Err(error)),
                }
            }
        }
        (pages, reader.finish())
    }

    #[test]
    fn a_bundle_reads_back_in_pieces_of_any_size() {
        let bytes = bundle(&[3, 0, 40]);
        for piece in [1, 7, 4_096, bytes.len()] {
            let (pages, counts) = read(&bytes, piece);
            assert_eq!((pages, counts), (vec![3, 0, 40], Ok(BundleCounts { pages: 3, operations: 43 })));
        }
        assert_eq!(read(&bundle(&[]), 5).1, Ok(BundleCounts::default()));
    }

    #[test]
    fn what_is_wrong_is_said_in_a_sentence() {
        let bytes = bundle(&[3, 4]);
        let told = |bytes: &[u8]| read(bytes, 64).1.unwrap_err().to_string();
        assert_eq!(told(b""), "the bundle is cut short: copy it again, or export it again");
        assert_eq!(told(b"fhb"), "the bundle is cut short: copy it again, or export it again");
        assert_eq!(told(b"PK\x03\x04"), "this is not a fieldhub bundle");
        assert_eq!(
            told(&[b"fhbundle\x02".as_slice(), &bytes[9..]].concat()).split(" (").next().unwrap(),
            "the bundle was written by a newer fieldhub"
        );
        let more = [bytes.as_slice(), b"x"].concat();
        assert!(told(&more).contains("there is more after its end"));
        // A page taken out: each that is left is good, and yet it is not what was written.
        let (first, second) = (page_of(3).len() + 1, page_of(4).len() + 1);
        let without = [&bytes[..9], &bytes[9 + first..]].concat();
        assert!(told(&without).contains("its checksum does not match"));
        assert_eq!(read(&without, 64).0, [4]);
        let cut = &bytes[..9 + first + second / 2];
        assert_eq!((read(cut, 64).0, read(cut, 64).1), (vec![3], Err(BundleError::Cut)));
    }

    proptest! {
        #[test]
        fn a_flipped_bit_or_a_cut_is_an_error(at in any::<Index>(), bit in 0..8u8, cut in any::<Index>(), piece in 1..200usize) {
            let mut bytes = bundle(&[3, 5]);
            prop_assert!(read(&bytes[..cut.index(bytes.len())], piece).1.is_err());
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let (pages, end) = read(&bytes, piece);
            prop_assert!(end.is_err());
            prop_assert!([3, 5].starts_with(&pages), "no damaged page comes out");
        }

        #[test]
        fn rubbish_is_an_error_and_never_a_panic(rubbish in prop::collection::vec(any::<u8>(), 0..300), piece in 1..50usize) {
            prop_assert!(read(&rubbish, piece).1.is_err());
            prop_assert!(read(&[MAGIC.as_slice(), &rubbish].concat(), piece).1.is_err());
        }
    }
}
