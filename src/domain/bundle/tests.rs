//! A bundle reads back as it was written, and of a damaged one all comes out that is good.

use proptest::prelude::*;
use proptest::sample::Index;
use uuid::Uuid;

use super::*;
use crate::domain::id::DeviceId;
use crate::domain::op::Note;
use crate::domain::page::{Encoder, Header};
use crate::domain::{Author, Body, Carried, OpId, Seen, Stamp, Token};

/// By turns a note and what a later version says.
pub(super) fn op(n: u64) -> Carried {
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
    let (pages, end, _) = read_all(bytes, piece);
    (pages, end)
}

fn read_all(bytes: &[u8], piece: usize) -> (Vec<u64>, Result<BundleCounts, BundleError>, Vec<LostPart>) {
    let mut reader = BundleReader::default();
    let mut pages = Vec::new();
    let pieces = bytes.chunks(piece).map(Some).chain([None]);
    for piece in pieces {
        match piece {
            Some(piece) => reader.push(piece),
            None => reader.no_more(),
        }
        loop {
            match reader.next_page() {
                Ok(Some(page)) => {
                    let count = page.ops.len() as u64;
                    assert!(page.ops.into_iter().eq((0..count).map(op)), "what is read is what was written");
                    pages.push(count);
                }
                Ok(None) => break,
                Err(error) => return (pages, Err(error), reader.lost().to_vec()),
            }
        }
    }
    let lost = reader.lost().to_vec();
    (pages, reader.finish(), lost)
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
    let (pages, _, lost) = read_all(&without, 64);
    assert_eq!((pages, lost.len(), lost[0].problem.as_str()), (vec![4], 1, "its checksum does not match"));
    let mut flipped = bytes.clone();
    let end = flipped.len() - 1;
    flipped[end] ^= 1;
    assert!(told(&flipped).contains("its checksum does not match"));
    let cut = &bytes[..9 + first + second / 2];
    assert_eq!((read(cut, 64).0, read(cut, 64).1), (vec![3], Err(BundleError::Cut)));
}

proptest! {
    #[test]
    fn a_flipped_bit_is_told_and_costs_one_page_and_a_cut_is_an_error(at in any::<Index>(), bit in 0..8u8, cut in any::<Index>(), piece in 1..200usize) {
        let mut bytes = bundle(&[3, 5, 7]);
        prop_assert!(read(&bytes[..cut.index(bytes.len())], piece).1.is_err());
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let (pages, end, lost) = read_all(&bytes, piece);
        let ends = [3, 5, 7].map(|ops| page_of(ops).len() + 1);
        match (0..3).find(|n| (9 + ends[..*n].iter().sum::<usize>()..9 + ends[..=*n].iter().sum::<usize>()).contains(&at)) {
            Some(hit) => {
                let others: Vec<u64> = [3, 5, 7].into_iter().enumerate().filter(|(n, _)| *n != hit).map(|(_, ops)| ops).collect();
                prop_assert_eq!(pages, others);
                prop_assert!(end.is_ok() && lost.len() == 1, "{:?} {:?}", end, lost);
            }
            // What it is, or its end.
            None => prop_assert!((end.is_err() || lost.len() == 1) && [3, 5, 7].starts_with(&pages)),
        }
    }

    /// A bad sector is larger than a page may be, and may take the beginnings of several.
    #[test]
    fn a_bad_sector_costs_the_pages_that_it_hits(at in any::<Index>(), length in 1..700usize, fill in any::<u8>(), piece in 1..2_000usize) {
        let counts = [3, 40, 5, 60, 7, 1];
        let mut bytes = bundle(&counts);
        let at = 9 + at.index(bytes.len() - 9 - TRAILER - 1);
        let end = (at + length).min(bytes.len() - TRAILER - 1);
        bytes[at..end].fill(fill);
        let mut from = 9;
        let mut whole = Vec::new();
        for ops in counts {
            let to = from + page_of(ops).len() + 1;
            if end <= from || to <= at || bytes[from + 1..to] == page_of(ops)[..] && bytes[from] == PAGE {
                whole.push(ops);
            }
            from = to;
        }
        let (pages, ended, lost) = read_all(&bytes, piece);
        prop_assert_eq!(&pages, &whole);
        prop_assert!(ended.is_ok(), "{:?}", ended);
        prop_assert_eq!(lost.is_empty(), whole.len() == counts.len());
    }

    #[test]
    fn rubbish_is_an_error_and_never_a_panic(rubbish in prop::collection::vec(any::<u8>(), 0..300), piece in 1..50usize) {
        prop_assert!(read(&rubbish, piece).1.is_err());
        prop_assert!(read(&[MAGIC.as_slice(), &rubbish].concat(), piece).1.is_err());
    }
}
