//! Signed head of a report: what of the hub's key is frozen with a version, and what the report says of it.
//!
//! Called by `version` and `hub`; calls `domain::proof`. The signature lies in the version's operation, so that its report says the
//! same for ever, whatever has become of the hub and its key.

use uuid::Uuid;

use super::{ReportEdition, ReportProof, ReportVersion};
use crate::domain::id::Token;
use crate::domain::proof::{HubKey, HubPublicKey, HubSignature, HubStatement, REPORT};
use crate::domain::site_clock::TimeSource;

/// The first byte of it, behind what the first version of the operation knew.
const TAG: u8 = 0x51;
/// Hub, key, signature.
const FIXED: usize = 16 + 32 + 64;
const MAX_NAME: usize = 400;

/// The head of a log, as a hub has signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    pub line: String,
    pub key: HubPublicKey,
    /// The file is signed as well. Not so where the hub has lost the key since.
    pub sealed: bool,
}

/// Who signs: a hub as it is called at that moment.
#[derive(Debug, Clone, Copy)]
pub struct HubSigner<'h> {
    pub hub: Uuid,
    pub name: &'h str,
    pub key: &'h HubKey,
}

/// Who signed a version, as its operation has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionSignature {
    pub hub: Uuid,
    pub name: String,
    pub key: HubPublicKey,
    pub signature: HubSignature,
}

impl VersionSignature {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut name = self.name.as_str();
        while name.len() > MAX_NAME {
            name = name.char_indices().next_back().map_or("", |(at, _)| name.get(..at).unwrap_or_default());
        }
        let length = u16::try_from(FIXED + name.len()).unwrap_or_default();
        let parts = [
            &[TAG][..],
            &length.to_le_bytes(),
            self.hub.as_bytes(),
            &self.key.0,
            &self.signature,
            name.as_bytes(),
        ];
        parts.concat()
    }

    /// It, and what is behind it; nothing where these bytes begin with something else.
    pub fn take(bytes: &[u8]) -> (Option<Self>, &[u8]) {
        Self::read(bytes).map_or((None, bytes), |(signed, rest)| (Some(signed), rest))
    }

    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let ([tag, length @ ..], rest) = bytes.split_first_chunk::<3>()?;
        let (block, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
        let (hub, block) = block.split_first_chunk::<16>()?;
        let (key, block) = block.split_first_chunk::<32>()?;
        let (signature, name) = block.split_first_chunk::<64>()?;
        let name = std::str::from_utf8(name).ok()?.to_owned();
        let (hub, key) = (Uuid::from_bytes(*hub), HubPublicKey(*key));
        (*tag == TAG && name.len() <= MAX_NAME)
            .then_some((Self { hub, name, key, signature: *signature }, rest))
    }
}

impl ReportVersion {
    /// With the hub's signature on it.
    #[must_use]
    pub fn signed(mut self, token: &Token, by: HubSigner<'_>) -> Self {
        let mut signed = VersionSignature {
            hub: by.hub,
            name: by.name.to_owned(),
            key: by.key.public(),
            signature: [0; 64],
        };
        signed.signature = by.key.sign(self.statement_by(token, &signed).text().as_bytes());
        self.signed = Some(Box::new(signed));
        self
    }

    /// Whether this hub signed it, with the key that it has now.
    pub fn is_by(&self, by: HubSigner<'_>) -> bool {
        self.signed.as_ref().is_some_and(|signed| (signed.hub, signed.key) == (by.hub, by.key.public()))
    }

    fn statement_by(&self, token: &Token, by: &VersionSignature) -> HubStatement {
        HubStatement {
            of: REPORT.to_owned(),
            hub: by.hub,
            name: by.name.clone(),
            log: self.log_id,
            audit: Some(token.clone()),
            version: Some(self.number),
            position: Some(self.position),
            digest: Some(self.digest),
            made_ms: self.made_ms,
            clock: clock_word(self.time_source, self.time_contradicted),
            key: by.key,
            rows: None,
            sha256: None,
        }
    }

    /// What was signed, and its line; nothing where the signature is none, whoever put it there.
    pub fn signed_head(&self, token: &Token) -> Option<(HubStatement, String)> {
        let signed = self.signed.as_ref()?;
        let statement = self.statement_by(token, signed);
        let text = statement.text();
        let good = signed.key.has_signed(text.as_bytes(), &signed.signature);
        good.then(|| (statement, HubStatement::line(text, signed.signature)))
    }
}

/// The same of a draft, which nobody keeps.
pub fn draft_head(
    token: &Token,
    edition: &ReportEdition,
    proof: &ReportProof,
    by: HubSigner<'_>,
) -> (HubStatement, String) {
    let statement = HubStatement {
        of: REPORT.to_owned(),
        hub: by.hub,
        name: by.name.to_owned(),
        log: proof.log_id,
        audit: Some(token.clone()),
        version: None,
        position: Some(proof.position),
        digest: proof.digest,
        made_ms: edition.made_ms,
        clock: clock_word(edition.time_source, edition.time_contradicted),
        key: by.key.public(),
        rows: None,
        sha256: None,
    };
    let line = statement.signed(by.key);
    (statement, line)
}

/// How the hub knew the time, in a word.
pub fn clock_word(source: TimeSource, contradicted: bool) -> String {
    let word = match source {
        TimeSource::Network => "network",
        TimeSource::Upstream => "upstream",
        TimeSource::Person => "person",
        TimeSource::Tablets => "tablets",
        TimeSource::Machine => "machine",
        TimeSource::Kept => "kept",
    };
    if contradicted { format!("{word},contradicted") } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::super::format::{self, ReportFormat};
    use super::super::testing::{night, report_of};
    use super::super::version::sample;
    use super::super::{Report, ReportLanguage};
    use super::*;
    use crate::domain::proof::check::check;
    use crate::domain::proof::{FileVerdict, Sealer};

    const SIGNED: [ReportFormat; 4] =
        [ReportFormat::Pdf, ReportFormat::Html, ReportFormat::Xlsx, ReportFormat::Json];

    fn token() -> Token {
        Token::parse("jalibat-demo").unwrap()
    }

    fn signed() -> (ReportVersion, HubKey) {
        let key = HubKey::of_seed([1; 32]);
        let by = HubSigner { hub: Uuid::from_u128(5), name: "van é", key: &key };
        (sample().signed(&token(), by), key)
    }

    fn report() -> (Report, HubStatement, HubKey) {
        let (version, key) = signed();
        let (statement, line) = version.signed_head(&token()).unwrap();
        let mut report = report_of(&night().0);
        report.proof.signed = Some(SignedHead { line, key: key.public(), sealed: true });
        (report, statement, key)
    }

    fn written(format: ReportFormat, language: ReportLanguage) -> Vec<u8> {
        let (report, statement, key) = report();
        let (seal, mut out) = (Sealer { statement, key: &key }, Vec::new());
        format::write(report, format, language, &mut |_| None, Some(&seal), &mut out).unwrap();
        out
    }

    fn judged(bytes: &[u8]) -> FileVerdict {
        check(&mut Cursor::new(bytes)).unwrap().verdict
    }

    #[test]
    fn a_version_keeps_who_signed_it_and_what_a_later_one_puts_behind() {
        let (version, _) = signed();
        let version = ReportVersion { later: vec![1, 2, 3], ..version };
        let bytes = version.to_bytes().unwrap();
        assert_eq!(ReportVersion::from_bytes(&bytes).unwrap(), version);
        // What a hub of before reads of it, keeps and passes on.
        let before = ReportVersion { signed: None, later: vec![], ..version.clone() }.to_bytes().unwrap();
        assert!(bytes.starts_with(&before));
        for cut in before.len()..bytes.len() - 3 {
            let read = ReportVersion::from_bytes(&bytes[..cut]).unwrap();
            assert_eq!((read.signed, read.later.len()), (None, cut - before.len()));
        }
    }

    #[test]
    fn a_head_that_the_key_did_not_sign_is_none() {
        let (version, _) = signed();
        assert!(version.signed_head(&token()).is_some());
        assert_eq!(version.signed_head(&Token::parse("other").unwrap()), None);
        assert_eq!(ReportVersion { position: 9, ..version.clone() }.signed_head(&token()), None);
        assert_eq!(sample().signed_head(&token()), None);
    }

    #[test]
    fn every_form_is_signed_and_the_table_is_named_by_the_json_beside_it() {
        for language in ReportLanguage::ALL {
            for format in SIGNED {
                let bytes = written(format, language);
                assert_eq!(bytes, written(format, language));
                let FileVerdict::Genuine(said) = judged(&bytes) else {
                    panic!("{format:?}: {:?}", judged(&bytes))
                };
                assert_eq!(
                    (said.name.as_str(), said.version, said.position),
                    ("van é", Some(3), Some(1_200))
                );
            }
            let table = written(ReportFormat::Csv, language);
            assert_eq!(judged(&table), FileVerdict::NoProof);
            let json: serde_json::Value =
                serde_json::from_slice(&written(ReportFormat::Json, language)).unwrap();
            let hash = crate::domain::hex::hex(&crate::domain::proof::sha256(&table));
            assert_eq!(
                (&json["table"]["sha256"], &json["table"]["lang"]),
                (&hash.into(), &language.tag().into())
            );
            assert!(json["proof"].as_str().unwrap().contains(";sha256="));
        }
    }

    #[test]
    fn page_and_paper_say_what_it_proves_and_carry_the_head_as_a_code() {
        let page = String::from_utf8(written(ReportFormat::Html, ReportLanguage::De)).unwrap();
        let words = ReportLanguage::De.words();
        assert!(
            page.contains(words.signed_note)
                && page.contains(words.signed_limits)
                && page.contains("<svg class=qr")
        );
        let (_, _, key) = report();
        assert!(page.contains(&key.public().fingerprint()));
        // Without a key nothing of it is said.
        let mut out = Vec::new();
        let plain = report_of(&night().0);
        format::write(plain, ReportFormat::Html, ReportLanguage::De, &mut |_| None, None, &mut out).unwrap();
        let page = String::from_utf8(out.clone()).unwrap();
        assert!(!page.contains(words.signed_note) && !page.contains("fieldhub-proof"));
        assert_eq!(judged(&out), FileVerdict::NoProof);
    }

    /// What a program that reads PDF begins with: the table lies where the file's end says.
    #[test]
    fn the_line_in_a_pdf_does_not_move_what_is_behind_it() {
        let bytes = written(ReportFormat::Pdf, ReportLanguage::En);
        let end = String::from_utf8_lossy(&bytes[bytes.len() - 60..]).into_owned();
        let at: usize = end.split_once("startxref\n").unwrap().1.lines().next().unwrap().parse().unwrap();
        assert!(bytes[at..].starts_with(b"xref\n0 ") && bytes.ends_with(b"%%EOF\n"));
    }

    static FILES: LazyLock<Vec<Vec<u8>>> =
        LazyLock::new(|| SIGNED.map(|format| written(format, ReportLanguage::Fr)).to_vec());

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn whatever_is_altered_in_a_report_is_told(
            which in 0..SIGNED.len(), place in any::<prop::sample::Index>(), by in 1..=255_u8, how in 0..3,
        ) {
            let mut bytes = FILES[which].clone();
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] ^= by,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, by),
            }
            let verdict = judged(&bytes);
            prop_assert!(matches!(verdict, FileVerdict::Altered(..)) || bytes == FILES[which], "{:?} {verdict:?}", SIGNED[which]);
        }
    }
}
