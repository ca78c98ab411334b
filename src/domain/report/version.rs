//! Numbered version of a report (snapshot isolation): an operation that says up to which position of which log it goes.
//!
//! `op` has it beside marks; `hub` makes it, and makes the report of it again, with the same bytes. Nothing of an audit's state
//! depends on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::proof::VersionSignature;
use super::{ReportEdition, ReportProof};
use crate::domain::company::Company;
use crate::domain::digest::Digest;
use crate::domain::id::Invalid;
use crate::domain::photo::BlobHash;
use crate::domain::site_clock::TimeSource;

/// No place is further from UTC.
pub const FURTHEST_MINUTES: i32 = 14 * 60;
/// Small pictures of as many photos as an audit may have, twice.
const MAX_ABSENT: usize = 40_000;
const MAX_SECTIONS: usize = 32;
/// Characters of a word.
const MAX_WORD: usize = 64;
/// Among what is said of a version: the lead has made it final.
const FINAL: &str = "final";
/// Bytes that a later version may have put behind what this one knows.
const MAX_LATER: usize = 64 << 10;

/// The beginning of a picture's hash: enough to tell those of one audit apart.
pub type AbsentPicture = [u8; 8];

/// All that a report depends on, but for the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportVersion {
    pub number: u32,
    pub log_id: Uuid,
    pub position: u64,
    pub digest: Digest,
    pub made_ms: u64,
    pub time_source: TimeSource,
    pub time_contradicted: bool,
    pub utc_offset_minutes: i32,
    /// `fr`: in which it is given to whoever does not say.
    pub language: String,
    /// Which sections it has; none: all.
    pub sections: Vec<String>,
    /// The version of the program.
    pub program: String,
    /// Small pictures that had not come to the hub, ascending: they are not in it, also when they have come since.
    pub absent: Vec<AbsentPicture>,
    /// What is said of it besides, by name: behind the rest, and only where something is said, so that a version of which nothing is said is
    /// written as versions before wrote it.
    #[serde(skip)]
    pub said: BTreeMap<String, String>,
    /// Who signed the head that it is of. `None`: of before hubs had keys, or the key could not be read.
    #[serde(skip)]
    pub signed: Option<Box<VersionSignature>>,
    #[serde(skip)]
    pub later: Vec<u8>,
}

/// By what a picture is among those that are absent.
pub fn absent_picture(hash: BlobHash) -> AbsentPicture {
    let mut beginning = AbsentPicture::default();
    beginning.copy_from_slice(&hash.as_bytes()[..size_of::<AbsentPicture>()]);
    beginning
}

impl ReportVersion {
    pub fn checked(self) -> Result<Self, Invalid> {
        let words = self.sections.iter().chain([&self.language, &self.program]);
        let good = |word: &String| {
            (1..=MAX_WORD).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_graphic())
        };
        if !words.into_iter().all(good) || self.sections.len() > MAX_SECTIONS {
            return Err(Invalid::new("sections", "words of at most 64 characters, 32 of them"));
        }
        if self.number == 0 || !(-FURTHEST_MINUTES..=FURTHEST_MINUTES).contains(&self.utc_offset_minutes) {
            return Err(Invalid::new("utc_offset", "minutes, from -840 to 840"));
        }
        if self.absent.len() > MAX_ABSENT || self.behind().len() > MAX_LATER {
            return Err(Invalid::new("absent", "too many"));
        }
        Ok(self)
    }

    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        Ok([postcard::to_stdvec(self)?, self.behind()].concat())
    }

    /// What lies behind that which the first version knew.
    pub fn behind(&self) -> Vec<u8> {
        let signed = self.signed.as_ref().map(|signed| signed.to_bytes()).unwrap_or_default();
        // Names and texts are always written.
        let said = if self.said.is_empty() { None } else { postcard::to_stdvec(&self.said).ok() };
        [signed, said.unwrap_or_default(), self.later.clone()].concat()
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, postcard::Error> {
        let (version, rest): (Self, &[u8]) = postcard::take_from_bytes(bytes)?;
        // No list of what is said begins as a signature does: the second letter of its first name would be none.
        let (signed, rest) = VersionSignature::take(rest);
        // What would not be written again as it is here is of a later version, and stays as it is.
        let said = postcard::take_from_bytes::<BTreeMap<String, String>>(rest).ok();
        let said = said.filter(|(said, later)| {
            let own = &rest[..rest.len() - later.len()];
            !said.is_empty() && postcard::to_stdvec(said).is_ok_and(|bytes| bytes == own)
        });
        let (said, later) = said.unwrap_or((BTreeMap::new(), rest));
        Ok(Self { signed: signed.map(Box::new), said, later: later.to_vec(), ..version })
    }

    /// No draft: the lead said so.
    pub fn is_final(&self) -> bool {
        self.said.contains_key(FINAL)
    }

    /// Who wrote it, as the hub had it then: it stays so, whatever is changed later. Versions before have none.
    pub fn company(&self) -> Option<Company> {
        Company::of_words(&self.said)
    }

    pub fn by_company(mut self, company: &Company) -> Self {
        self.said.extend(company.to_words());
        self
    }

    pub fn finalised(mut self, is_final: bool) -> Self {
        if is_final {
            self.said.insert(FINAL.to_owned(), "yes".to_owned());
        }
        self
    }

    /// Bytes that it takes, roughly.
    pub fn weight(&self) -> usize {
        let words = self.sections.iter().map(String::len).sum::<usize>();
        words + size_of_val(self.absent.as_slice()) + self.behind().len()
    }

    /// What the report says of itself.
    pub fn edition(&self, made_by: &str) -> ReportEdition {
        ReportEdition {
            number: Some(self.number),
            is_final: self.is_final(),
            made_ms: self.made_ms,
            made_by: Some(made_by.to_owned()),
            time_source: self.time_source,
            time_contradicted: self.time_contradicted,
            utc_offset_minutes: self.utc_offset_minutes,
            program: self.program.clone(),
        }
    }

    pub fn proof(&self) -> ReportProof {
        ReportProof { log_id: self.log_id, position: self.position, digest: Some(self.digest), signed: None }
    }

    pub fn is_absent(&self, hash: BlobHash) -> bool {
        self.absent.binary_search(&absent_picture(hash)).is_ok()
    }
}

#[cfg(test)]
pub(in crate::domain) fn sample() -> ReportVersion {
    ReportVersion {
        number: 3,
        log_id: Uuid::from_u128(7),
        position: 1_200,
        digest: Digest([9; 16]),
        made_ms: 1_761_272_532_000,
        time_source: TimeSource::Person,
        time_contradicted: true,
        utc_offset_minutes: -90,
        language: "fr".into(),
        sections: vec!["findings".into()],
        program: "1.2.3".into(),
        absent: vec![[1; 8], [2; 8]],
        said: BTreeMap::new(),
        signed: None,
        later: vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_with_what_a_later_version_has_put_behind() {
        let version = ReportVersion { later: vec![1, 2, 3], ..sample() };
        assert_eq!(ReportVersion::from_bytes(&version.to_bytes().unwrap()).unwrap(), version);
        let named = sample().finalised(true);
        let more = ReportVersion { later: vec![9], ..named.clone() };
        let company = crate::domain::company::sample();
        let lettered = sample().finalised(true).by_company(&company);
        assert_eq!((lettered.company(), lettered.is_final()), (Some(company), true));
        assert_eq!((named.company(), sample().by_company(&Company::default())), (None, sample()));
        for one in [&named, &more, &lettered] {
            assert_eq!(ReportVersion::from_bytes(&one.to_bytes().unwrap()).unwrap(), *one);
        }
        assert!(named.is_final() && !sample().is_final());
        // Names that are out of order nobody of this version wrote: passed on as they are.
        let mut odd = sample().to_bytes().unwrap();
        odd.extend(b"\x02\x01b\x01x\x01a\x01y");
        assert_eq!(ReportVersion::from_bytes(&odd).unwrap().to_bytes().unwrap(), odd);
        // For ever: it lies in logs, and other hubs keep it.
        assert_eq!(
            crate::domain::hex::hex(&sample().to_bytes().unwrap()),
            "031000000000000000000000000000000007b00909090909090909090909090909090909a09898a0a1".to_owned()
                + "330201b301026672010866696e64696e677305312e322e330201010101010101010202020202020202"
        );
    }

    #[test]
    fn what_no_hub_would_write_is_refused() {
        assert!(sample().checked().is_ok());
        for wrong in [
            ReportVersion { number: 0, ..sample() },
            ReportVersion { utc_offset_minutes: 900, ..sample() },
            ReportVersion { utc_offset_minutes: i32::MIN, ..sample() },
            ReportVersion { language: String::new(), ..sample() },
            ReportVersion { sections: vec!["a b".into()], ..sample() },
            ReportVersion { absent: vec![[0; 8]; MAX_ABSENT + 1], ..sample() },
        ] {
            assert!(wrong.checked().is_err());
        }
    }
}
