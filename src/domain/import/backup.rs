//! Complete backup of an old tablet: several audits in one file, each as a tablet exports it.
//!
//! Called by `import::read`; calls `tablet` for each. What cannot be read of one audit keeps nobody from the others.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::document::{Document, from_json};
use super::error::{ImportError, ImportProblem};
use super::tablet;
use crate::domain::surrogates;

#[derive(Deserialize)]
#[serde(rename = "Backup")]
struct BackupFile<'a> {
    /// By the key under which the tablet's browser kept it.
    #[serde(borrow)]
    audits: FewAudits<'a>,
}

/// More audits than a tablet ever kept.
const MOST: usize = 1_000;

/// The first of them, as many as show that there are too many.
struct FewAudits<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for FewAudits<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FewAuditsVisitor;
        impl<'de> Visitor<'de> for FewAuditsVisitor {
            type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut few = Vec::new();
                while few.len() <= MOST {
                    match map.next_entry()? {
                        Some(entry) => few.push(entry),
                        None => return Ok(few),
                    }
                }
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(few)
            }
        }
        deserializer.deserialize_map(FewAuditsVisitor).map(Self)
    }
}

/// One of the audits in a backup.
#[derive(Debug)]
pub struct BackupAudit {
    /// Where it is in the file.
    pub key: String,
    pub document: Result<Document, ImportError>,
}

impl BackupAudit {
    /// What people choose it by: its token, or its key where it has none that can be read.
    pub fn choice(&self) -> &str {
        let token = self.document.as_ref().ok().and_then(|document| document.token.as_ref());
        token.map_or(&self.key, |token| token.as_str())
    }
}

pub(super) fn parse(text: &str) -> Result<Vec<BackupAudit>, ImportError> {
    let file: BackupFile<'_> = from_json(text)?;
    let mut audits = file.audits.0;
    if audits.len() > MOST {
        return Err(ImportError::field(
            "audits",
            ImportProblem::TooManyAudits,
            format!("more than {MOST}; split the file"),
        ));
    }
    audits.sort_by(|(a, _), (b, _)| a.cmp(b));
    if audits.is_empty() {
        return Err(ImportError::field(
            "audits",
            ImportProblem::NoAudits,
            "there is no audit in this backup; check that it is the right file",
        ));
    }
    let audits = audits.into_iter().map(|(key, json)| {
        let document = one(json.get()).map_err(|error| error.below(&format!("audits.{key}")));
        BackupAudit { key, document }
    });
    Ok(audits.collect())
}

/// Browsers keep text, and some tablets saved it as that: JSON in JSON.
fn one(json: &str) -> Result<Document, ImportError> {
    match serde_json::from_str::<String>(json) {
        Ok(text) => tablet::parse(&surrogates::mended(&text)),
        Err(_) => tablet::parse(json),
    }
}
