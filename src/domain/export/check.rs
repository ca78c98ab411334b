//! Verification of a tablet export, module by module (diff): which of them is not as the hub wrote it.
//!
//! Called by `cli::verify`, which has the verdict on the whole file from `proof::check`; calls `sealed`. `web/src/domain/proof-rows.ts`
//! is the same for the page.

use super::sealed::{LIST, list_digest};
use crate::domain::Digest;
use crate::domain::hex::unhex;
use crate::domain::proof::rows::{ROW_DIGEST, RowChange, RowDigest, changes, row_digest};

/// What became of the modules of a file that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportPlaces {
    /// In another form than a hub writes: some program has saved it again.
    SavedAgain,
    /// The list was altered that tells which module was.
    List,
    /// All modules are as they were written; what is said around them is not.
    Around,
    /// With the module that is there now, or was there.
    Modules(Vec<(RowChange, Option<String>)>),
}

/// `rows`: what the signature says of the list.
pub fn places(text: &str, rows: Digest) -> ExportPlaces {
    let list = text.rsplit_once(LIST).and_then(|(_, rest)| rest.split_once('"')).map(|(list, _)| list);
    let Some((list, written)) = list.and_then(|list| Some((list, digests(list)?))) else {
        return ExportPlaces::SavedAgain;
    };
    let modules = modules(text);
    if modules.is_empty() && !written.is_empty() {
        return ExportPlaces::SavedAgain;
    }
    if list_digest(list) != rows {
        return ExportPlaces::List;
    }
    let found: Vec<RowDigest> = modules.iter().map(|text| row_digest(text.as_bytes())).collect();
    let changed = changes(&written, &found);
    if changed.is_empty() {
        return ExportPlaces::Around;
    }
    let named = |change: RowChange| {
        let at = match change {
            RowChange::Altered { found, .. }
            | RowChange::Added { found, .. }
            | RowChange::Moved { found, .. } => Some(found),
            RowChange::Removed { .. } => None,
        };
        (change, at.and_then(|at| name(modules.get(at)?)))
    };
    ExportPlaces::Modules(changed.into_iter().map(named).collect())
}

fn digests(list: &str) -> Option<Vec<RowDigest>> {
    let chunks = list.as_bytes().chunks(2 * ROW_DIGEST);
    chunks.map(|digits| unhex(std::str::from_utf8(digits).ok()?)).collect()
}

/// The text of each module, from brace to brace: in this form no other line begins so.
fn modules(text: &str) -> Vec<&str> {
    const BEGIN: &str = "\n    {";
    const END: &str = "\n    }";
    let mut modules = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        rest = rest.get(at + BEGIN.len() - 1..).unwrap_or_default();
        let Some(length) = rest.find(END).map(|at| at + END.len()) else { break };
        modules.push(rest.get(..length).unwrap_or_default());
        rest = rest.get(length..).unwrap_or_default();
    }
    modules
}

fn name(module: &str) -> Option<String> {
    let module: serde_json::Value = serde_json::from_str(module).ok()?;
    Some(module.get("module_id")?.as_str()?.to_owned())
}
