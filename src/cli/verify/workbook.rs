//! Workbook (XLSX, ZIP) that is not as it was given away: whether its sheets are, and what it still says of itself.
//!
//! Called by `verify`; calls `domain::proof`, and `domain::import` to read the first sheet.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::places::FileDetails;
use crate::domain::import::text_of_file;
use crate::domain::proof::check::head_in;
use crate::domain::proof::{FileVerdict, HubStatement, sha256};

/// Workbooks of a hub are smaller than this by far.
const MOST: u64 = 256 << 20;
/// The end of the directory of an archive: its last two bytes say how long the comment is that follows.
const END: usize = 22;

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// One that has its line, which goes with something else. `line`: bytes before it, and of it.
pub fn altered(path: &Path, line: Option<(u64, u64)>, said: &HubStatement) -> io::Result<FileDetails> {
    let bytes = read(path)?;
    let place = match line.and_then(|line| without_added(&bytes, line)).map(|book| sha256(&book))
        == said.sha256
    {
        true => {
            "in the comment of its archive (ZIP), where something was added; its sheets are as they were signed"
        }
        false => {
            "in its sheets, or in how they are packed: somebody has changed it, or a program has packed it again"
        }
    };
    Ok(FileDetails { places: vec![place.to_owned()], ..FileDetails::default() })
}

/// As it was when its comment was the line alone; without the line.
fn without_added(bytes: &[u8], (at, length): (u64, u64)) -> Option<Vec<u8>> {
    let before = bytes.get(..usize::try_from(at).ok()?)?;
    let end = before.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let mut book = before.get(..end + END)?.to_vec();
    let [.., low, high] = book.as_mut_slice() else { return None };
    [*low, *high] = u16::try_from(length).ok()?.to_le_bytes();
    Some(book)
}

/// One without a line: another program has saved it again, and its first sheet may still say what it was made of.
pub fn unsigned(path: &Path) -> io::Result<FileVerdict> {
    let sheet = text_of_file(&read(path)?).unwrap_or_default();
    Ok(head_in(&sheet).map_or(FileVerdict::NoProof, FileVerdict::HeadAlone))
}
