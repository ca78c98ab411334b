//! The whole log of an audit from another fieldhub: its pages, handed on as they are.
//!
//! Called by `pull`; both hubs speak the API of peers, and this command stands between them.

use std::io::IsTerminal;

use anyhow::{Context, bail};
use hyper::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::client::{HubClient, full};
use super::super::print;
use super::OtherHub;
use crate::cli::hub_status::StatusAnswer;
use crate::domain::id::MAX_MODULES_TEXT;
use crate::domain::{LinkUrl, Token, page};
use crate::upstream::client::Request;

/// What became of them.
#[derive(Debug, Default)]
pub struct PulledLog {
    operations: u64,
    new: u64,
    known: u64,
    refused: u64,
}

pub async fn pull(hub: &HubClient, from: &OtherHub<'_>, token: &Token) -> anyhow::Result<PulledLog> {
    let ours: StatusAnswer = hub.get("/api/v1/hub").await?.read().await?;
    let path = format!("/api/v1/peer/{token}");
    let asked = Request::new(Method::GET, format!("{path}?log={}", ours.log_id.unwrap_or_default()));
    let there: Value = serde_json::from_slice(&from.call(asked).await?.body)
        .with_context(|| format!("what answers at {} is not a fieldhub", from.url))?;
    let log: Uuid = serde_json::from_value(there["log_id"].clone())
        .with_context(|| format!("what answers at {} is not a fieldhub", from.url))?;
    let (mut after, mut proof) = have(hub, &format!("{path}?log={log}")).await?;
    let begun = after;
    let mut pulled = PulledLog::default();
    let mut bar = Bar::new();
    loop {
        let proved = proof.take().map_or_else(String::new, |proof| format!("&proof={proof}"));
        let asked = Request::new(Method::GET, format!("{path}/ops?after={after}{proved}&log={log}"));
        let bytes = from.call(asked).await?.body;
        let page = page::decode(&bytes).with_context(|| from.url.to_string())?;
        if page.header.log_id != log {
            bail!("{} has started a new log in the meantime, as after a restore: run this again", from.url);
        }
        let (upto, head) = (page.header.upto, page.header.head);
        if !page.ops.is_empty() || upto > after {
            let kind = "application/vnd.fieldhub.page";
            let taken =
                hub.request(Method::POST, &format!("{path}/ops"), kind, full(bytes)).await?.json().await?;
            let number = |field: &str| taken[field].as_u64().unwrap_or(0);
            pulled.operations += page.ops.len() as u64;
            pulled.new += number("new");
            pulled.known += number("known");
            pulled.refused += number("refused");
        }
        bar.show(upto.saturating_sub(begun), head.saturating_sub(begun));
        if upto >= head || upto <= page.header.after {
            return Ok(pulled);
        }
        (after, proof) = (upto, page.proofs.upto.map(|proof| proof.to_string()));
    }
}

/// How far that log is here, and what it is known by; nothing of it where the audit is not.
async fn have(hub: &HubClient, path: &str) -> anyhow::Result<(u64, Option<String>)> {
    let answer = hub.get(path).await?;
    if answer.status == 404 {
        return Ok((0, None));
    }
    let said = answer.json().await?;
    Ok((said["have"].as_u64().unwrap_or(0), said["proof"].as_str().map(str::to_owned)))
}

/// On a terminal, while there is more than a page.
struct Bar {
    shown: bool,
}

impl Bar {
    fn new() -> Self {
        Self { shown: false }
    }

    fn show(&mut self, done: u64, total: u64) {
        if std::io::stderr().is_terminal() && (self.shown || done < total) {
            self.shown = true;
            print::over(&print::bar(done, total));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.shown {
            print::aside("");
        }
    }
}

impl PulledLog {
    pub fn json(&self) -> Value {
        let Self { operations, new, known, refused } = self;
        json!({"operations": operations, "new": new, "known": known, "refused": refused})
    }

    pub fn text(&self, token: &Token, url: &LinkUrl) -> String {
        let Self { new, known, refused, .. } = self;
        let operations = print::count(self.operations, "operation");
        let refused = match refused {
            0 => String::new(),
            refused => format!(
                ", {refused} refused: the audit has {MAX_MODULES_TEXT} modules already, or the log of the hub says \
                 why"
            ),
        };
        format!("{url}: {operations} of {token}, {new} new, {known} known already{refused}")
    }
}
