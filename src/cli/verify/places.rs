//! Places where a bundle or an export is not as the hub wrote it, and what a bundle holds, in words.
//!
//! Called by `verify`, for files that have rows; calls `domain`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::domain::bundle::check::{BundleContents, BundlePlace};
use crate::domain::export::check::{ExportPlaces, places};
use crate::domain::iso8601;
use crate::domain::proof::HubStatement;
use crate::domain::proof::rows::RowChange;
use crate::domain::{Body, Carried};

/// Of a file that is all changes, no more than these are named.
const MOST: usize = 20;
/// Exports are smaller than this by far.
const MOST_TEXT: u64 = 256 << 20;

/// What is said of a file besides the verdict.
#[derive(Debug, Default)]
pub struct FileDetails {
    pub holds: Vec<String>,
    pub places: Vec<String>,
}

/// Of a bundle. `altered`: with a signature that goes with something else.
pub fn of_bundle(found: &BundleContents, altered: bool) -> FileDetails {
    let mut details = FileDetails { places: bundle_places(found), ..FileDetails::default() };
    for (token, part) in &found.parts {
        details.holds.push(format!(
            "audit {token}: {} operations, after {} and up to {}",
            part.operations, part.after, part.upto
        ));
    }
    if altered && details.places.is_empty() {
        details.places.push("in what frames its operations; these are as they were written".to_owned());
    }
    details
}

fn bundle_places(found: &BundleContents) -> Vec<String> {
    let lost = found.lost.iter().map(|lost| {
        let of = lost.token.as_ref().map_or("of some audit".to_owned(), |token| format!("of audit {token}"));
        format!("damaged: a part {of}: {}", lost.problem)
    });
    let end = found.end.iter().map(|why| format!("damaged: {why}"));
    named(found.places.iter().map(bundle_place).chain(lost).chain(end).collect())
}

fn bundle_place(place: &BundlePlace) -> String {
    match place {
        BundlePlace::Row { token, change, position, op } => {
            let at = position.map_or("an operation".to_owned(), |position| format!("operation {position}"));
            let is = op.as_ref().map_or(String::new(), |op| format!(" ({})", described(op)));
            match change {
                RowChange::Altered { .. } => format!("{at} of audit {token} was altered{is}"),
                RowChange::Removed { .. } => format!("{at} of audit {token} was taken out"),
                RowChange::Added { .. } => format!("before {at} of audit {token} one was put in{is}"),
                RowChange::Moved { .. } => format!("{at} of audit {token} was moved{is}"),
            }
        }
        BundlePlace::Gap { token, after, upto } => {
            format!("operations {} to {upto} of audit {token} were taken out", after + 1)
        }
        BundlePlace::Between { end, begin } => {
            let end = end.as_ref().map(|(token, upto)| format!("operation {upto} of audit {token}"));
            let begin = begin.as_ref().map(|(token, at)| format!("operation {at} of audit {token}"));
            let between = match (end, begin) {
                (Some(end), Some(begin)) => format!("between {end} and {begin}"),
                (None, Some(begin)) => format!("before {begin}"),
                (Some(end), None) => format!("after {end}"),
                (None, None) => "in all of it".to_owned(),
            };
            format!("{between} a part was taken out, put in or moved, or the one before was altered")
        }
    }
}

/// As people know it: what it is of, who wrote it, and when.
fn described(op: &Carried) -> String {
    let of = match &op.body {
        Body::Mark(mark) => format!("mark of {}", mark.module),
        body => body.module().map_or("no mark".to_owned(), |module| format!("of {module}")),
    };
    // Names are anybody's: no control characters in a terminal.
    let by: String = op.author.name.chars().filter(|c| !c.is_control()).collect();
    format!("{of}, {by}, {}", iso8601::format(op.marked_ms))
}

/// Of an export that is not as it was signed.
pub fn of_export(path: &Path, said: &HubStatement) -> io::Result<FileDetails> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_TEXT).read_to_end(&mut bytes)?;
    // Each altered byte may be half a letter: the others stay as they are.
    let text = String::from_utf8_lossy(&bytes);
    let Some(rows) = said.rows else { return Ok(FileDetails::default()) };
    let places = match places(&text, rows) {
        ExportPlaces::SavedAgain => {
            vec!["another program has saved it again, in a form of its own: ask for the file as it was given away".to_owned()]
        }
        ExportPlaces::List => {
            vec!["in the list that tells which module was altered: others may have been".to_owned()]
        }
        ExportPlaces::Around => {
            vec![
                "in what is said of the audit, or of the file; all modules are as they were written"
                    .to_owned(),
            ]
        }
        ExportPlaces::Modules(changes) => named(changes.iter().map(export_place).collect()),
    };
    Ok(FileDetails { places, ..FileDetails::default() })
}

fn export_place((change, module): &(RowChange, Option<String>)) -> String {
    let module: String = module.iter().flat_map(|name| name.chars()).filter(|c| !c.is_control()).collect();
    let is = if module.is_empty() { String::new() } else { format!(" ({module})") };
    match change {
        RowChange::Altered { written, .. } => format!("module {} of the list was altered{is}", written + 1),
        RowChange::Removed { written } => format!("module {} of the list was taken out", written + 1),
        RowChange::Added { written, .. } => {
            format!("before module {} of the list one was put in{is}", written + 1)
        }
        RowChange::Moved { written, .. } => format!("module {} of the list was moved{is}", written + 1),
    }
}

fn named(mut places: Vec<String>) -> Vec<String> {
    let more = places.len().saturating_sub(MOST);
    places.truncate(MOST);
    if more > 0 {
        places.push(format!("and {more} more"));
    }
    places
}
