//! Verification of a bundle, part by part (hash chain, diff): what is in it, and where it is not as the hub wrote it.
//!
//! Called by `cli::verify`; calls `reader`, and `proof::check` for the verdict on the whole file. What is found in its parts says where, and
//! never that a file is genuine.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

use super::{BundleError, BundleReader, LostPart, chained};
use crate::domain::page::Page;
use crate::domain::proof::check::{self, AlteredPart, FileVerdict};
use crate::domain::proof::rows::RowChange;
use crate::domain::{Carried, Digest, Token};

const PIECE: usize = 64 << 10;

/// What is in a bundle of one audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundlePart {
    /// What came after this operation ...
    pub after: u64,
    /// ... up to here.
    pub upto: u64,
    pub operations: usize,
}

/// Where a bundle is not as it was written.
#[derive(Debug, Clone, PartialEq)]
pub enum BundlePlace {
    Row {
        token: Token,
        change: RowChange,
        /// In the log, where it can be told.
        position: Option<u64>,
        /// What is there now.
        op: Option<Box<Carried>>,
    },
    /// Of one audit these are missing.
    Gap { token: Token, after: u64, upto: u64 },
    /// Between the end of one part and the beginning of the next; `None`: where the bundle begins or ends.
    Between { end: Option<(Token, u64)>, begin: Option<(Token, u64)> },
}

#[derive(Debug, Default)]
pub struct BundleContents {
    pub parts: BTreeMap<Token, BundlePart>,
    /// Its pages have digests of their operations: it is of a hub that signs.
    pub digested: bool,
    pub places: Vec<BundlePlace>,
    /// By accident: what has not even its checksum.
    pub lost: Vec<LostPart>,
    /// Why it does not end as a bundle does.
    pub end: Option<String>,
}

impl BundleContents {
    /// It can be read from one end to the other.
    pub fn is_whole(&self) -> bool {
        self.lost.is_empty() && self.end.is_none()
    }
}

/// The verdict on all of it, and its parts. No parts: it is no bundle that this version reads.
pub fn judge(file: &mut (impl Read + Seek)) -> io::Result<(FileVerdict, Option<BundleContents>)> {
    let verdict = check::check(file)?.verdict;
    let rows = match &verdict {
        FileVerdict::Genuine(said) | FileVerdict::Altered(_, Some(said)) => said.rows,
        _ => None,
    };
    file.seek(SeekFrom::Start(0))?;
    let found = contents(file, rows)?;
    let verdict = match verdict {
        // The counts at its end lie behind what is signed, and must be those of its pages.
        FileVerdict::Genuine(said) if found.as_ref().is_some_and(|found| !found.is_whole()) => {
            FileVerdict::Altered(AlteredPart::File, Some(said))
        }
        verdict => verdict,
    };
    Ok((verdict, found))
}

/// `rows`: what the signature says of all pages.
fn contents(file: &mut impl Read, rows: Option<Digest>) -> io::Result<Option<BundleContents>> {
    let (mut reader, mut looking) = (BundleReader::default(), Looking::default());
    let mut chunk = vec![0; PIECE];
    loop {
        let read = file.read(&mut chunk)?;
        match read {
            0 => reader.no_more(),
            read => reader.push(chunk.get(..read).unwrap_or_default()),
        }
        loop {
            match reader.next_page() {
                Ok(Some(page)) => looking.page(page, &reader),
                Ok(None) => break,
                Err(BundleError::Foreign | BundleError::Newer(_)) => return Ok(None),
                Err(error) => return Ok(Some(looking.done(reader, rows, Some(error.to_string())))),
            }
        }
        if read == 0 {
            return Ok(Some(looking.done(reader, rows, None)));
        }
    }
}

#[derive(Default)]
struct Looking {
    found: BundleContents,
    /// Of the pages before, as they are.
    chain: Digest,
    end: Option<(Token, u64)>,
    /// Something between that page and the next is known to be wrong already.
    told: bool,
    lost: usize,
}

impl Looking {
    fn page(&mut self, page: Page, reader: &BundleReader) {
        let told = self.told || reader.lost().len() > self.lost;
        (self.told, self.lost) = (false, reader.lost().len());
        let header = &page.header;
        let operations = page.ops.len() + page.refused.len();
        let fresh = BundlePart { after: header.after, upto: header.upto, operations: 0 };
        let part = self.found.parts.entry(header.token.clone()).or_insert(fresh);
        part.upto = part.upto.max(header.upto);
        part.operations += operations;
        if let Some(rows) = &page.rows {
            self.found.digested = true;
            if rows.before != self.chain && !told {
                self.found.places.push(match &self.end {
                    Some((token, upto)) if *token == header.token && *upto < header.after => {
                        BundlePlace::Gap { token: token.clone(), after: *upto, upto: header.after }
                    }
                    end => BundlePlace::Between {
                        end: end.clone(),
                        begin: Some((header.token.clone(), header.after + 1)),
                    },
                });
            }
            for change in rows.changes() {
                self.told = true;
                self.found.places.push(row(&page, rows.written.len(), change));
            }
            self.chain = chained(rows.before, reader.page_sum());
        }
        self.end = Some((page.header.token, page.header.upto));
    }

    fn done(mut self, reader: BundleReader, rows: Option<Digest>, error: Option<String>) -> BundleContents {
        let lost = reader.lost().to_vec();
        let told = self.told || lost.len() > self.lost;
        if rows.is_some_and(|rows| rows != self.chain) && !told {
            self.found.places.push(BundlePlace::Between { end: self.end, begin: None });
        }
        let end = error.or_else(|| reader.finish().err().map(|error| error.to_string()));
        BundleContents { lost, end, ..self.found }
    }
}

fn row(page: &Page, written: usize, change: RowChange) -> BundlePlace {
    let (at, found) = match change {
        RowChange::Altered { written, found } | RowChange::Moved { written, found } => (written, Some(found)),
        RowChange::Removed { written } => (written, None),
        RowChange::Added { written, found } => (written, Some(found)),
    };
    let (after, upto) = (page.header.after, page.header.upto);
    // What was left out of a page has a position as well.
    let position = (upto.saturating_sub(after) == written as u64).then_some(after + 1 + at as u64);
    let op = found.filter(|_| page.refused.is_empty()).and_then(|at| page.ops.get(at));
    BundlePlace::Row { token: page.header.token.clone(), change, position, op: op.cloned().map(Box::new) }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use proptest::sample::Index;
    use uuid::Uuid;

    use super::super::tests::op;
    use super::super::{BundleWriter, TRAILER};
    use super::*;
    use crate::domain::page::{self, Encoder, Header};
    use crate::domain::proof::{BUNDLE, HubKey, HubStatement, Sealer};

    fn statement(key: &HubKey) -> HubStatement {
        HubStatement {
            of: BUNDLE.to_owned(),
            hub: Uuid::from_u128(7),
            name: "van 3".into(),
            log: Uuid::from_u128(8),
            audit: None,
            version: None,
            position: None,
            digest: None,
            made_ms: 1_761_272_532_000,
            clock: "network".into(),
            key: key.public(),
            rows: None,
            sha256: None,
        }
    }

    fn header(token: &str, after: u64, upto: u64) -> Header {
        let token = Token::parse(token).unwrap();
        Header {
            hub_id: Uuid::nil(),
            log_id: Uuid::from_u128(8),
            token,
            after,
            upto,
            head: 40,
            partial: false,
        }
    }

    /// Audit and operations of each page.
    const PARTS: [(&str, u64, u64); 4] = [("a", 0, 9), ("a", 9, 14), ("a", 14, 15), ("b", 0, 7)];

    fn page_with(at: usize, ops: &[Carried], before: Digest, claim: bool) -> Vec<u8> {
        let (token, after, upto) = PARTS[at];
        let mut own = Encoder::after_pages(before);
        ops.iter().for_each(|op| assert!(own.push(op).unwrap()));
        if claim {
            let rows = written(at).iter().map(page::digest_of).collect();
            own.claim(rows);
        }
        own.finish(header(token, after, upto)).unwrap()
    }

    fn written(at: usize) -> Vec<Carried> {
        let (token, after, upto) = PARTS[at];
        (after..upto).map(|n| op(n + if token == "b" { 100 } else { 0 })).collect()
    }

    /// The pages as a hub with that key writes them; the last one has its signature.
    fn pages(key: u8) -> Vec<Vec<u8>> {
        let (key, (mut writer, _)) = (HubKey::of_seed([key; 32]), BundleWriter::begin());
        let mut pages = Vec::new();
        for at in 0..PARTS.len() {
            let bytes = page_with(at, &written(at), writer.chain(), false);
            writer.page(&bytes, written(at).len());
            pages.push(bytes);
        }
        let seal = Sealer { statement: statement(&key), key: &key };
        pages.push(writer.proof(&header("b", 0, 7), &seal).unwrap().split_off(1));
        pages
    }

    fn bundle(pages: &[Vec<u8>]) -> Vec<u8> {
        let (mut writer, mut bytes) = BundleWriter::begin();
        for page in pages {
            let ops = page::decode(page).unwrap().ops.len();
            bytes.extend(writer.page(page, ops));
        }
        bytes.extend(writer.end());
        bytes
    }

    static GOOD: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| pages(1));

    fn judged(bytes: &[u8]) -> (FileVerdict, BundleContents) {
        let (verdict, found) = judge(&mut Cursor::new(bytes)).unwrap();
        (verdict, found.unwrap_or_default())
    }

    fn token(of: &str) -> Token {
        Token::parse(of).unwrap()
    }

    #[test]
    fn a_bundle_of_a_hub_is_genuine_and_says_what_it_holds() {
        let (verdict, found) = judged(&bundle(&GOOD));
        let FileVerdict::Genuine(said) = verdict else { panic!("{verdict:?}") };
        assert_eq!((said.of.as_str(), said.name.as_str(), said.rows.is_some()), ("bundle", "van 3", true));
        assert!(found.digested && found.is_whole() && found.places.is_empty(), "{found:?}");
        let of_a = BundlePart { after: 0, upto: 15, operations: 15 };
        assert_eq!(found.parts[&token("a")], of_a);
        // By another hub: it is genuine as well, and its key is another one.
        let (FileVerdict::Genuine(other), _) = judged(&bundle(&pages(2))) else { panic!() };
        assert_ne!(other.key, said.key);
        let empty = bundle(&[]);
        assert_eq!(judged(&empty).0, FileVerdict::NoProof);
        let before = bundle(&GOOD[..4]);
        assert_eq!(judged(&before).0, FileVerdict::NoProof);
        assert_eq!(judged(b"PK").1.parts.len(), 0);
    }

    #[test]
    fn what_is_behind_the_signature_must_be_the_end_of_these_pages() {
        let good = bundle(&GOOD);
        let mut counts = good.clone();
        let at = good.len() - TRAILER + 8;
        counts[at] += 1;
        let sum = crc32fast::hash(&counts[..good.len() - 4]).to_le_bytes();
        counts[good.len() - 4..].copy_from_slice(&sum);
        for bad in [counts, [good.as_slice(), b"x"].concat(), [&good[..], &good[..]].concat()] {
            let (verdict, _) = judged(&bad);
            assert!(matches!(verdict, FileVerdict::Altered(AlteredPart::File, Some(_))), "{verdict:?}");
        }
    }

    #[test]
    fn parts_that_are_missing_doubled_or_swapped_are_told_with_their_place() {
        let told = |order: &[usize]| {
            let pages: Vec<_> = order.iter().map(|at| GOOD[*at].clone()).collect();
            let (verdict, found) = judged(&bundle(&pages));
            assert!(matches!(verdict, FileVerdict::Altered(AlteredPart::File, Some(_))), "{verdict:?}");
            found.places
        };
        let (a, b) = (token("a"), token("b"));
        let between = |end: Option<(&Token, u64)>, begin: Option<(&Token, u64)>| BundlePlace::Between {
            end: end.map(|(token, at)| (token.clone(), at)),
            begin: begin.map(|(token, at)| (token.clone(), at)),
        };
        assert_eq!(told(&[0, 2, 3, 4]), [BundlePlace::Gap { token: a.clone(), after: 9, upto: 14 }]);
        assert_eq!(told(&[1, 2, 3, 4]), [between(None, Some((&a, 10)))]);
        assert_eq!(told(&[0, 1, 3, 4]), [between(Some((&a, 14)), Some((&b, 1)))]);
        assert_eq!(told(&[0, 1, 2, 4]), [between(Some((&a, 15)), None)]);
        assert_eq!(told(&[0, 0, 1, 2, 3, 4]), [between(Some((&a, 9)), Some((&a, 1)))]);
        assert_eq!(told(&[0, 1, 3, 2, 4]).len(), 3);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn no_byte_can_be_altered_added_or_taken_out(place in any::<Index>(), by in 1..=255_u8, how in 0..3) {
            let mut bytes = bundle(&GOOD);
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] ^= by,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, by),
            }
            if bytes != bundle(&GOOD) {
                let (verdict, _) = judged(&bytes);
                prop_assert!(matches!(verdict, FileVerdict::Altered(..)), "{:?}", verdict);
            }
        }

        /// By somebody who can write a bundle, with all its sums; `claims`: what is said of each operation is left as it was.
        #[test]
        fn an_operation_that_is_altered_removed_added_or_swapped_is_told_with_its_place(
            part in 0..PARTS.len(), at in any::<Index>(), to in any::<Index>(), how in 0..4, claims in any::<bool>()
        ) {
            let (token_of, after, _) = PARTS[part];
            let mut ops = written(part);
            let (at, to) = (at.index(ops.len()), to.index(ops.len()));
            match how {
                0 => ops[at] = op(500),
                1 => drop(ops.remove(at)),
                2 => ops.insert(at, op(500)),
                _ => ops.swap(at, to),
            }
            prop_assume!(ops != written(part));
            let mut pages = GOOD.clone();
            let before = page::decode(&pages[part]).unwrap().rows.unwrap().before;
            pages[part] = page_with(part, &ops, before, claims);
            let (verdict, found) = judged(&bundle(&pages));
            prop_assert!(matches!(verdict, FileVerdict::Altered(AlteredPart::File, Some(_))), "{:?}", verdict);
            prop_assert!(found.is_whole());
            prop_assert!(!found.places.is_empty());
            for place in &found.places {
                match place {
                    BundlePlace::Row { token: of, position: Some(position), .. } => {
                        prop_assert!(claims && of.as_str() == token_of, "{:?}", place);
                        let place = (*position - after - 1) as usize;
                        let near = |at: usize| place.abs_diff(at) <= usize::from(how == 3);
                        prop_assert!(near(at) || how == 3 && near(to), "{} for {} {}", place, at, to);
                    }
                    // Who writes that anew as well is found out by the part behind it.
                    BundlePlace::Between { end: Some((of, _)), .. } => prop_assert!(!claims && of.as_str() == token_of),
                    place => prop_assert!(false, "{:?}", place),
                }
            }
        }
    }
}
