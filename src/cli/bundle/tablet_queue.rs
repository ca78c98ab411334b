//! Sending of a tablet's marks out of a file, as its outbox would: in order, some at a time; a call that the hub refuses whole is
//! halved until the mark that is to blame stands alone, so that it holds up none behind it.
//!
//! Called by `import`, with what `marks` has read; calls the hub's API.

use std::collections::BTreeMap;
use std::ops::Range;

use hyper::Method;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::client::{HubClient, full};
use super::marks::{MarksFile, name};
use super::{AuditNames, print};

/// In one request: so many, and so many bytes.
const AT_ONCE: usize = 100;
const BYTES_AT_ONCE: usize = 1 << 20;
/// Names in one line.
const NAMED: usize = 8;

/// What became of them.
#[derive(Debug, Default)]
pub struct Sent {
    token: String,
    operations: usize,
    new: usize,
    known: usize,
    mended: Vec<String>,
    /// Why, and which.
    refused: BTreeMap<String, Vec<String>>,
    refused_before: BTreeMap<String, Vec<String>>,
}

pub async fn send(file: MarksFile, client: &HubClient) -> anyhow::Result<Sent> {
    let path = format!("/api/v1/audits/{}/ops", file.token);
    let mut sent = Sent {
        token: file.token.to_string(),
        operations: file.ops.len(),
        mended: file.mended,
        ..Sent::default()
    };
    for (name, reason) in file.refused {
        sent.refused_before.entry(reason).or_default().push(name);
    }
    // The next last.
    let mut due: Vec<Range<usize>> = batches(&file.ops);
    due.reverse();
    while let Some(batch) = due.pop() {
        let ops = &file.ops[batch.clone()];
        let body = full(serde_json::to_vec(&json!({ "ops": ops }))?);
        let answer = client.request(Method::POST, &path, "application/json", body).await?;
        // The request as it is, and not the hub or the audit.
        let unfit = matches!(answer.status, 400 | 413 | 422);
        match answer.json().await {
            Ok(answer) => sent.note(ops, &answer),
            Err(error) if unfit && ops.len() == 1 => sent.refuse(&ops[0], format!("{error:#}")),
            Err(_) if unfit => {
                let half = batch.start + ops.len() / 2;
                due.extend([half..batch.end, batch.start..half]);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}

fn batches(ops: &[Box<RawValue>]) -> Vec<Range<usize>> {
    let mut batches: Vec<Range<usize>> = Vec::new();
    let mut bytes = 0;
    for (n, op) in ops.iter().enumerate() {
        bytes += op.get().len();
        match batches.last_mut() {
            Some(batch) if batch.len() < AT_ONCE && bytes <= BYTES_AT_ONCE => batch.end = n + 1,
            _ => {
                bytes = op.get().len();
                batches.push(n..n + 1);
            }
        }
    }
    batches
}

impl Sent {
    /// Results stand in the order of the request: what cannot be read has no id to be known by.
    fn note(&mut self, ops: &[Box<RawValue>], answer: &Value) {
        let results = answer["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (op, result) in ops.iter().zip(results) {
            match result["outcome"].as_str() {
                Some("duplicate") => self.known += 1,
                Some("refused") => {
                    self.refuse(op, result["reason"].as_str().unwrap_or("the hub did not say why"));
                }
                _ => self.new += 1,
            }
        }
        for op in ops.iter().skip(results.len()) {
            self.refuse(op, "the hub did not answer for it: import the file again");
        }
    }

    fn refuse(&mut self, op: &RawValue, why: impl Into<String>) {
        self.refused.entry(why.into()).or_default().push(name(op.get()));
    }

    pub fn json(&self) -> Value {
        let refused: usize = self.refused.values().map(Vec::len).sum();
        let audit = json!({"token": self.token, "new": self.new, "known": self.known, "refused": refused, "gap": false});
        let which = |of: &BTreeMap<String, Vec<String>>| -> Vec<Value> {
            of.iter().map(|(reason, marks)| json!({"reason": reason, "marks": marks})).collect()
        };
        json!({
            "audits": 1, "operations": self.operations, "new": self.new, "known": self.known, "refused": refused,
            "removed": [], "by_audit": [audit], "mended": self.mended, "refusals": which(&self.refused),
            "refused_before": which(&self.refused_before)
        })
    }

    pub fn text(&self, file: &str, audits: &AuditNames) -> String {
        let operations = print::count(self.operations as u64, "mark");
        let (new, known) = (self.new, self.known);
        let audit = audits.said(&self.token);
        let mut text =
            format!("{file}: {operations}, {new} new\n  {audit}: {new} new, {known} known already\n");
        if !self.mended.is_empty() {
            text += &format!(
                "  {} mended: half a character became \u{fffd} ({})\n",
                self.mended.len(),
                names(&self.mended)
            );
        }
        for (why, which) in &self.refused {
            text += &format!("  {} refused: {why} ({})\n", which.len(), names(which));
        }
        for (why, which) in &self.refused_before {
            text += &format!(
                "  {} left out, which a hub had refused before: {why} ({})\n",
                which.len(),
                names(which)
            );
        }
        text
    }
}

fn names(all: &[String]) -> String {
    let mut text = all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if all.len() > NAMED {
        text += &format!(" and {} more", all.len() - NAMED);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ops(count: usize, bytes: usize) -> Vec<Box<RawValue>> {
        let op = format!("{{\"module_id\":\"M1\",\"x\":\"{}\"}}", "x".repeat(bytes));
        (0..count).map(|_| RawValue::from_string(op.clone()).unwrap()).collect()
    }

    #[test]
    fn a_call_has_so_many_marks_and_bytes_and_no_mark_is_left_out() {
        assert_eq!(batches(&ops(250, 10)), [0..100, 100..200, 200..250]);
        // Beyond what one call may have: alone, for the hub to refuse.
        assert_eq!(batches(&ops(3, 2 << 20)), [0..1, 1..2, 2..3]);
        assert_eq!(batches(&ops(9, 300 << 10)), [0..3, 3..6, 6..9]);
        assert_eq!(batches(&[]), []);
    }

    #[test]
    fn each_mark_that_is_not_taken_is_named() {
        let mut sent = Sent { token: "jalibat".to_owned(), operations: 5, ..Sent::default() };
        sent.mended.push("M002".to_owned());
        sent.refused_before.insert("too long".to_owned(), (1..=10).map(|n| format!("M{n:03}")).collect());
        let answer = json!({"results": [{"outcome": "applied"}, {"id": null, "outcome": "refused", "reason": "half"}, {"outcome": "duplicate"}]});
        sent.note(&ops(4, 1), &answer);
        insta::assert_snapshot!(sent.text("a.json", &AuditNames::default()), @r"
        a.json: 5 marks, 1 new
          jalibat: 1 new, 1 known already
          1 mended: half a character became � (M002)
          1 refused: half (M1)
          1 refused: the hub did not answer for it: import the file again (M1)
          10 left out, which a hub had refused before: too long (M001, M002, M003, M004, M005, M006, M007, M008 and 2 more)
        ");
        assert_eq!(sent.json()["refusals"][0], json!({"reason": "half", "marks": ["M1"]}));
    }
}
