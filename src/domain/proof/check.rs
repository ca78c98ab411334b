//! Verification of a file by the proof in it (signature, hash): genuine, altered, or without a proof.
//!
//! Called by `cli::verify`; calls `proof`. The file is read twice and never held whole. `web/src/domain/proof.ts` is the same for the
//! page.

use std::io::{self, Read, Seek, SeekFrom};

use ring::digest::{Context, SHA256};

use super::{BEGIN, BUNDLE, HubStatement, SIGNATURE};
use crate::domain::hex::unhex;

/// Longer is no proof.
const MAX_LINE: usize = 4 << 10;
const PIECE: usize = 64 << 10;

/// Where something is not as the hub wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlteredPart {
    /// The proof itself.
    Proof,
    /// What the proof is of.
    File,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileVerdict {
    Genuine(HubStatement),
    /// With what the proof says, where it is one.
    Altered(AlteredPart, Option<HubStatement>),
    /// It names the head of a log, and nothing of it is about the file.
    HeadAlone(HubStatement),
    NoProof,
}

/// What is found in a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCheck {
    pub verdict: FileVerdict,
    /// Bytes before the line, and of the line.
    pub line: Option<(u64, u64)>,
}

/// Reads the file and judges it.
pub fn check(file: &mut (impl Read + Seek)) -> io::Result<FileCheck> {
    let found = find(file)?;
    let Some(at) = found.begin else {
        let verdict = match found.scraps {
            true => FileVerdict::Altered(AlteredPart::Proof, None),
            false => FileVerdict::NoProof,
        };
        return Ok(FileCheck { verdict, line: None });
    };
    file.seek(SeekFrom::Start(at))?;
    let mut line = Vec::new();
    file.by_ref().take(MAX_LINE as u64).read_to_end(&mut line)?;
    let Some(line) = line_of(&line) else {
        return Ok(FileCheck { verdict: FileVerdict::Altered(AlteredPart::Proof, None), line: None });
    };
    let length = line.len() as u64;
    let judged = |verdict| Ok(FileCheck { verdict, line: Some((at, length)) });
    let Some(statement) = HubStatement::of_line(line) else {
        return judged(FileVerdict::Altered(AlteredPart::Proof, None));
    };
    let around = match statement.of == BUNDLE {
        false => true,
        true if is_end_of_bundle(file, at + length)? => false,
        true => return judged(FileVerdict::Altered(AlteredPart::File, Some(statement))),
    };
    match statement.sha256 {
        Some(sha256) if sha256 == hash(file, (at, length), around)? => {
            judged(FileVerdict::Genuine(statement))
        }
        Some(_) => judged(FileVerdict::Altered(AlteredPart::File, Some(statement))),
        // The line over the file is behind it, and is no longer one.
        None if found.scraps => judged(FileVerdict::Altered(AlteredPart::Proof, Some(statement))),
        None => judged(FileVerdict::HeadAlone(statement)),
    }
}

/// What the last line in a text says, whatever that is a text of.
pub fn head_in(text: &str) -> Option<HubStatement> {
    let at = text.rfind(BEGIN)?;
    HubStatement::of_line(line_of(text.get(at..)?.as_bytes())?)
}

/// The line that these bytes begin with.
fn line_of(bytes: &[u8]) -> Option<&str> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b":;=._,%-".contains(byte);
    let length = bytes.iter().position(|byte| !plain(byte)).unwrap_or(bytes.len());
    let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
    let digits = text.find(SIGNATURE)? + SIGNATURE.len();
    text.get(..digits + 128)
}

#[derive(Debug, Default)]
struct Found {
    /// Where the last line begins.
    begin: Option<u64>,
    /// Something that only a line over a file has: that line may be damaged where it begins.
    scraps: bool,
}

/// One walk through the file.
fn find(file: &mut (impl Read + Seek)) -> io::Result<Found> {
    /// So much of the piece before is looked at again: more than what is looked for.
    const OVERLAP: usize = 160;
    file.seek(SeekFrom::Start(0))?;
    let (mut found, mut piece, mut begins) = (Found::default(), Vec::new(), 0_u64);
    loop {
        let kept = piece.len();
        let read = file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        if let Some(at) = last(&piece, BEGIN.as_bytes()) {
            found.begin = Some(begins + at as u64);
        }
        found.scraps |= has_scraps(&piece);
        if read == 0 {
            return Ok(found);
        }
        let passed = (kept + read).saturating_sub(OVERLAP);
        piece.drain(..passed);
        begins += passed as u64;
    }
}

fn last(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let first = *word.first()?;
    let mut end = bytes.len();
    while let Some(at) = bytes.get(..end)?.iter().rposition(|byte| *byte == first) {
        if bytes.get(at..)?.starts_with(word) {
            return Some(at);
        }
        end = at;
    }
    None
}

/// A line over a file names its digest and ends in a signature: one of both is there whichever byte of it is altered.
fn has_scraps(bytes: &[u8]) -> bool {
    let digest = b";sha256=".as_slice();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b';') {
        rest = rest.get(at..).unwrap_or_default();
        let digits = rest.strip_prefix(digest).and_then(|rest| rest.get(..64));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        if digits.is_some_and(|digits| unhex::<32>(digits).is_some()) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

/// Whether what is behind the line of a bundle is its end and nothing else, with the sum over all that is before: the sum of a page,
/// the mark of the end, two counts, and that sum.
fn is_end_of_bundle(file: &mut (impl Read + Seek), at: u64) -> io::Result<bool> {
    const END: u64 = 4 + 1 + 16;
    if file.seek(SeekFrom::End(0))? != at + END + 4 {
        return Ok(false);
    }
    let mut crc = crc32fast::Hasher::new();
    pieces(file, 0, at + END, |piece| crc.update(piece))?;
    let mut kept = [0; 4];
    file.read_exact(&mut kept)?;
    Ok(u32::from_le_bytes(kept) == crc.finalize())
}

/// The digest of everything but the line, or of what is before it.
fn hash(file: &mut (impl Read + Seek), line: (u64, u64), around: bool) -> io::Result<[u8; 32]> {
    let (at, length) = line;
    let mut context = Context::new(&SHA256);
    pieces(file, 0, at, |piece| context.update(piece))?;
    if around {
        pieces(file, at + length, u64::MAX, |piece| context.update(piece))?;
    }
    let mut whole = [0; 32];
    whole.copy_from_slice(context.finish().as_ref());
    Ok(whole)
}

/// So many bytes from there, or as many as there are, piece by piece.
fn pieces(file: &mut (impl Read + Seek), at: u64, count: u64, mut each: impl FnMut(&[u8])) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    let mut piece = vec![0; PIECE];
    let mut part = file.by_ref().take(count);
    loop {
        let read = part.read(&mut piece)?;
        if read == 0 {
            return Ok(());
        }
        each(piece.get(..read).unwrap_or_default());
    }
}
