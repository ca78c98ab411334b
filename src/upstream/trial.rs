//! Trial of an upstream: one call that changes nothing, by which a lead learns whether an address and a token work before they are set.
//!
//! Called by `cli`; calls `client`, and `link` for what an answer means.

use std::time::Duration;

use hyper::Method;
use tokio::time::timeout;

use super::client::{Client, Request};
use super::link::{Stop, judge, said};
use super::v33::wire::read_technicians;
use crate::domain::{LinkKind, Token};
use crate::hub::{LinkReason, ReasonCode, TriedUpstream};

/// Somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(25);

/// `audit`: one that this hub has. A v3.3 cloud speaks of audits alone; without one it is asked for one that nobody has.
pub async fn try_once(client: &Client, kind: LinkKind, audit: Option<&Token>) -> TriedUpstream {
    match timeout(PATIENCE, ask(client, kind, audit)).await {
        Ok(tried) => tried,
        Err(_) => failed(LinkReason::new(ReasonCode::NoAnswer, "it did not answer in time")),
    }
}

async fn ask(client: &Client, kind: LinkKind, audit: Option<&Token>) -> TriedUpstream {
    let path = match kind {
        LinkKind::V33 => {
            let audit = audit.map_or_else(|| "fieldhub-asks".to_owned(), ToString::to_string);
            format!("/api/audit/{audit}/technicians")
        }
        LinkKind::Fieldhub => "/api/v1/audits".to_owned(),
    };
    let answer = match client.send(Request::new(Method::GET, path)).await {
        Ok(answer) => answer,
        Err(error) => return failed(LinkReason::new(error.code(), error.to_string())),
    };
    let not_hub = || LinkReason::new(ReasonCode::NotHub, "what answers there is no hub of this kind");
    match judge(answer) {
        Ok(answer) => {
            let speaks = match kind {
                LinkKind::V33 => read_technicians(&answer.body).is_some(),
                LinkKind::Fieldhub => serde_json::from_slice::<serde_json::Value>(&answer.body)
                    .is_ok_and(|list| list["audits"].is_array()),
            };
            match (speaks, kind, audit) {
                (false, ..) => failed(not_hub()),
                (true, LinkKind::V33, None) => TriedUpstream::UnknownAudit,
                (true, ..) => TriedUpstream::Works,
            }
        }
        // In the way that hubs say it: some page that is not found says so in another.
        Err(Stop::Refused { status, answer, .. })
            if kind == LinkKind::V33 && status.as_u16() == 404 && said(&answer.body).is_some() =>
        {
            TriedUpstream::UnknownAudit
        }
        Err(Stop::Refused { status, why, .. }) => {
            failed(not_hub().saying(format!("it answered {}: {why}", status.as_u16())))
        }
        Err(stop) => failed(stop.reason()),
    }
}

fn failed(why: LinkReason) -> TriedUpstream {
    TriedUpstream::Failed { code: why.code, words: why.to_string() }
}
