//! Checksum verification of a bundle on the disk, read from one end to the other.
//!
//! Called by `export` and `import`; calls `domain::bundle`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use uuid::Uuid;

use super::named;
use crate::domain::Token;
use crate::domain::bundle::{BundleCounts, BundleReader, LostPart};

/// What a whole bundle holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contents {
    pub counts: BundleCounts,
    /// Of the hub that wrote it; nothing when it is empty.
    pub log_id: Option<Uuid>,
    /// Up to where the log of each audit is in it.
    pub upto: BTreeMap<Token, u64>,
    /// What of it cannot be read.
    pub lost: Vec<LostPart>,
}

/// Fails where it is no bundle, or is cut short.
pub fn contents(path: &Path) -> anyhow::Result<Contents> {
    let mut file = File::open(path)?;
    // From the disk itself, where the system can be made to: what it remembers of the file is always good.
    let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    let (mut reader, mut found) = (BundleReader::default(), Contents::default());
    let mut chunk = vec![0; 64 << 10];
    let mut n = usize::MAX;
    while n > 0 {
        n = file.read(&mut chunk)?;
        match n {
            0 => reader.no_more(),
            n => reader.push(&chunk[..n]),
        }
        while let Some(page) = reader.next_page()? {
            found.log_id = Some(page.header.log_id);
            found.upto.insert(page.header.token, page.header.upto);
        }
    }
    found.lost = reader.lost().to_vec();
    found.counts = reader.finish()?;
    Ok(found)
}

/// The same, for a file that somebody has named.
pub fn read(path: &Path) -> anyhow::Result<Contents> {
    contents(path).with_context(|| named(path))
}
