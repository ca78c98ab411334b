//! The marks that a tablet could not send, as its page saves them: operations of the native API, in one JSON file.
//!
//! Called by `import`; they go the way that the tablet would have sent them (`tablet_queue`). The tablet may be gone: whatever is
//! wrong with one mark, the others are taken, and that one is named.

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::domain::{Token, surrogates};

#[derive(Debug)]
pub struct MarksFile {
    pub token: Token,
    /// As the tablet would have sent them; the hub judges each.
    pub ops: Vec<Box<RawValue>>,
    /// Those in which half a character was mended.
    pub mended: Vec<String>,
    /// What a hub had refused before the file was saved, and why: for people to read.
    pub refused: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Form {
    fieldhub_marks: Option<u64>,
}

#[derive(Deserialize)]
struct Fields {
    token: Token,
    ops: Vec<Box<RawValue>>,
    #[serde(default)]
    refused: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct RefusedBefore {
    op: Box<RawValue>,
    #[serde(default)]
    reason: String,
}

pub fn read(bytes: &[u8]) -> anyhow::Result<MarksFile> {
    // A byte that a stick has spoilt is one bad character.
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let form: Form = serde_json::from_str(text).context("this is not JSON; the file may be cut short")?;
    match form.fieldhub_marks {
        None => bail!(
            "these are not the unsent marks of a tablet; plans, tablet exports and CSVs are for `fieldhub \
             audit import`"
        ),
        Some(1) => {}
        Some(newer) => bail!("a newer fieldhub saved these marks (format {newer}): install that version"),
    }
    let fields: Fields = serde_json::from_str(text).context("these marks do not have the right format")?;
    let mut file =
        MarksFile { token: fields.token, ops: fields.ops, mended: Vec::new(), refused: Vec::new() };
    for op in &mut file.ops {
        if let std::borrow::Cow::Owned(whole) = surrogates::mended(op.get()) {
            *op = RawValue::from_string(whole)?;
            file.mended.push(name(op.get()));
        }
    }
    for before in fields.refused {
        // Of whatever form: it is only read out.
        if let Ok(RefusedBefore { op, reason }) = serde_json::from_str(&surrogates::mended(before.get())) {
            file.refused.push((name(op.get()), reason));
        }
    }
    Ok(file)
}

/// What an operation is called in front of people: its module.
pub fn name(op: &str) -> String {
    let op: Value = serde_json::from_str(op).unwrap_or_default();
    match (op["module_id"].as_str(), op["kind"].as_str()) {
        (Some(module), _) => module.chars().take(64).collect(),
        (None, Some("note")) => "a message".to_owned(),
        (None, _) => "something without a module".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_kind_is_told_apart() {
        let said = |text: &str| format!("{:#}", read(text.as_bytes()).unwrap_err());
        assert!(said("{\"fieldhub_marks\":1,").contains("cut short"));
        assert!(said("{\"auditToken\":\"a\"}").contains("`fieldhub audit import`"));
        assert!(said("{\"fieldhub_marks\":2}").contains("a newer fieldhub"));
        assert!(said("{\"fieldhub_marks\":1,\"token\":\"a b\",\"ops\":[]}").contains("1 to 128 characters"));
        let marks =
            read("\u{feff}{\"fieldhub_marks\":1,\"token\":\"a\",\"saved_at_ms\":1,\"ops\":[{}]}".as_bytes());
        assert_eq!(marks.unwrap().ops.len(), 1);
    }

    #[test]
    fn one_spoilt_text_spoils_no_file() {
        let mut bytes = br#"{"fieldhub_marks":1,"token":"a","ops":[{"module_id":"M001"},{"module_id":"M002","comment":"caf\ud83d"},7,
            {"kind":"note","text":"#.to_vec();
        bytes.extend(b"\"\xff\"}],\"refused\":[{\"op\":{\"module_id\":\"M9\",\"comment\":\"\\ud83d\"},\"reason\":\"too long\"},3]}");
        let file = read(&bytes).unwrap();
        assert_eq!(file.ops.len(), 4);
        assert_eq!(file.mended, ["M002"]);
        assert_eq!(file.ops[1].get(), r#"{"module_id":"M002","comment":"caf\ufffd"}"#);
        assert_eq!(file.refused, [("M9".to_owned(), "too long".to_owned())]);
        let names: Vec<String> = file.ops.iter().map(|op| name(op.get())).collect();
        assert_eq!(names, ["M001", "M002", "something without a module", "a message"]);
    }
}
