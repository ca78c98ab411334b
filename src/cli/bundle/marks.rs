//! The marks that a tablet could not send, as its page saves them: operations of the native API, in one JSON file.
//!
//! Called by `import`; they go the way that the tablet would have sent them.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use hyper::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::client::{HubClient, full};
use super::print;
use crate::domain::Token;

/// In one request.
const AT_ONCE: usize = 100;

#[derive(Debug, Deserialize)]
pub struct MarksFile {
    token: Token,
    /// As the tablet would have sent them; the hub judges each.
    ops: Vec<Box<RawValue>>,
}

pub fn read(bytes: &[u8]) -> anyhow::Result<MarksFile> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let value: Value =
        serde_json::from_slice(bytes).context("this is not JSON; the file may be cut short")?;
    match value["fieldhub_marks"].as_u64() {
        None => bail!(
            "these are not the unsent marks of a tablet; plans, tablet exports and CSVs are for `fieldhub \
             audit import`"
        ),
        Some(1) => {}
        Some(newer) => bail!("a newer fieldhub saved these marks (format {newer}): install that version"),
    }
    serde_json::from_slice(bytes).context("these marks do not have the right format")
}

/// What became of them.
#[derive(Debug)]
pub struct Sent {
    token: Token,
    operations: usize,
    new: usize,
    known: usize,
    /// Why, and how many.
    refused: BTreeMap<String, usize>,
}

impl MarksFile {
    pub async fn send(&self, client: &HubClient) -> anyhow::Result<Sent> {
        let token = &self.token;
        let mut sent = Sent {
            token: token.clone(),
            operations: self.ops.len(),
            new: 0,
            known: 0,
            refused: BTreeMap::new(),
        };
        let path = format!("/api/v1/audits/{token}/ops");
        for ops in self.ops.chunks(AT_ONCE) {
            let body = full(serde_json::to_vec(&json!({ "ops": ops }))?);
            let answer = client.request(Method::POST, &path, "application/json", body).await?.json().await?;
            for result in answer["results"].as_array().map(Vec::as_slice).unwrap_or_default() {
                match result["outcome"].as_str() {
                    Some("duplicate") => sent.known += 1,
                    Some("refused") => {
                        let why = result["reason"].as_str().unwrap_or("the hub did not say why").to_owned();
                        *sent.refused.entry(why).or_default() += 1;
                    }
                    _ => sent.new += 1,
                }
            }
        }
        Ok(sent)
    }
}

impl Sent {
    pub fn json(&self) -> Value {
        let refused: usize = self.refused.values().sum();
        let audit = json!({"token": self.token, "new": self.new, "known": self.known, "refused": refused, "gap": false});
        json!({
            "audits": 1, "operations": self.operations, "new": self.new, "known": self.known, "refused": refused,
            "removed": [], "by_audit": [audit]
        })
    }

    pub fn text(&self, file: &str) -> String {
        let operations = print::count(self.operations as u64, "mark");
        let (new, known) = (self.new, self.known);
        let mut text =
            format!("{file}: {operations}, {new} new\n  {}: {new} new, {known} known already\n", self.token);
        for (why, count) in &self.refused {
            text += &format!("  {count} refused: {why}\n");
        }
        text
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
}
