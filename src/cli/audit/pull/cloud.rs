//! The marks that a v3.3 cloud holds, as operations of this hub: by whom and when the cloud says, under ids made of
//! what it says.
//!
//! Called by `pull`; calls `upstream::v33` for how a cloud speaks.

use anyhow::{Context, anyhow};
use hyper::Method;
use serde_json::{Value, json};

use super::super::client::{HubClient, full};
use super::super::print;
use super::{OtherHub, path_of};
use crate::domain::id::MAX_MODULES_TEXT;
use crate::domain::{LinkUrl, Seen, Token};
use crate::upstream::client::Request;
use crate::upstream::v33::id::op_id;
use crate::upstream::v33::wire::{CloudRow, LeftOutRow, read_updates};

/// In one request.
const AT_ONCE: usize = 500;

/// What became of them.
#[derive(Debug, Default)]
pub struct PulledMarks {
    marks: usize,
    applied: usize,
    superseded: usize,
    conflicts: usize,
    known: usize,
    refused: usize,
    /// Rows that no mark can be made of.
    left_out: usize,
    example: Option<LeftOutRow>,
}

pub async fn pull(hub: &HubClient, from: &OtherHub<'_>, token: &Token) -> anyhow::Result<PulledMarks> {
    let there = hub.get(&path_of(token)).await?;
    if there.status == 404 {
        return Err(anyhow!(
            "there is no audit {token} here, and a v3.3 cloud does not send its layout: import that first, \
             with `fieldhub audit import FILE --token {token}`"
        ));
    }
    there.checked().await?;
    let answer = from.call(Request::new(Method::GET, format!("/api/audit/{token}/updates?since=0"))).await?;
    let told = read_updates(&answer.body);
    let mut told = told.with_context(|| format!("what answers at {} is not a v3.3 hub", from.url))?;
    // As they were marked, for the history.
    told.rows.sort_by_key(|row| row.updated_ms);
    let mut pulled = PulledMarks {
        marks: told.rows.len(),
        left_out: told.left_out.len(),
        example: told.left_out.into_iter().next(),
        ..PulledMarks::default()
    };
    for rows in told.rows.chunks(AT_ONCE) {
        let ops: Vec<Value> = rows.iter().map(|row| operation(token, row)).collect();
        let body = full(json!({ "ops": ops }).to_string());
        let path = format!("{}/ops", path_of(token));
        let answer = hub.request(Method::POST, &path, "application/json", body).await?.json().await?;
        for result in answer["results"].as_array().map(Vec::as_slice).unwrap_or_default() {
            match result["outcome"].as_str() {
                Some("applied") => pulled.applied += 1,
                Some("superseded") => pulled.superseded += 1,
                Some("conflict") => pulled.conflicts += 1,
                Some("duplicate") => pulled.known += 1,
                _ => pulled.refused += 1,
            }
        }
    }
    Ok(pulled)
}

/// Who marked it there had seen nothing of here. A comment that is not there is no statement of theirs.
fn operation(token: &Token, row: &CloudRow) -> Value {
    let mut op = json!({
        "id": op_id(token, row, &Seen::default()), "kind": "mark", "module_id": row.module, "status": row.status.as_str(),
        "technician_id": row.author.id, "technician_name": row.author.name, "marked_at_ms": row.updated_ms,
    });
    if let Some(comment) = &row.comment {
        op["comment"] = comment.as_str().into();
    }
    op
}

impl PulledMarks {
    pub fn json(&self) -> Value {
        let Self { marks, applied, superseded, conflicts, known, refused, left_out, .. } = self;
        json!({
            "marks": marks, "applied": applied, "superseded": superseded, "conflicts": conflicts, "known": known,
            "refused": refused, "left_out": left_out
        })
    }

    pub fn text(&self, url: &LinkUrl) -> String {
        let full = format!("were refused: the audit has {MAX_MODULES_TEXT} modules already");
        let mut text = format!("{url}: {}\n", print::count(self.marks as u64, "mark"));
        for (count, what) in [
            (self.applied, "show now"),
            (self.superseded, "are in the history only: a later mark shows"),
            (self.conflicts, "conflict with marks here and carry a badge until someone settles it"),
            (self.known, "were here already"),
            (self.refused, full.as_str()),
            (self.left_out, "left out: they are not valid marks"),
        ] {
            if count > 0 {
                text += &format!("  {count} {what}\n");
            }
        }
        if let Some(LeftOutRow { module, why }) = &self.example {
            text += &format!("    such as {module}: {why}\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_told_and_what_did_not_is_not() {
        let pulled =
            PulledMarks { marks: 242, applied: 200, superseded: 40, conflicts: 2, ..PulledMarks::default() };
        insta::assert_snapshot!(pulled.text(&"https://cloud.example".parse().unwrap()), @r"
        https://cloud.example: 242 marks
          200 show now
          40 are in the history only: a later mark shows
          2 conflict with marks here and carry a badge until someone settles it
        ");
    }
}
