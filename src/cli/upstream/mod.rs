//! `fieldhub upstream ...`: how far the marks have got on their way up, and what to do about those that stay behind.
//!
//! Called by `cli`; one file per command. All ask the running hub: nothing goes up while it is stopped.

mod parked;
mod progress;
mod status;
mod sync_now;

use clap::Subcommand;
use serde_json::Value;

use super::client::{self, HubClient};
use super::named_audit::{self, AuditNames};
use super::{Output, print};
use crate::domain::LinkName;

#[derive(Debug, Subcommand)]
pub enum UpstreamCommand {
    /// How each upstream is, and how far every audit has got there
    Status(status::UpstreamStatusCommand),
    /// Make one upstream, or all, try at once
    SyncNow(sync_now::SyncNowCommand),
    /// The modules that an upstream does not take, and why
    Parked(parked::ParkedCommand),
    /// Offer parked modules again
    Retry(parked::RetryCommand),
    /// Leave parked modules out; a later mark of one is offered again
    Drop(parked::DropCommand),
}

impl UpstreamCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        match self {
            Self::Status(status) => status.run(client).await,
            Self::SyncNow(sync) => sync.run(client).await,
            Self::Parked(parked) => parked.run(client).await,
            Self::Retry(retry) => retry.run(client).await,
            Self::Drop(drop) => drop.run(client).await,
        }
    }
}

/// The name of an upstream as an argument.
fn name(text: &str) -> Result<LinkName, String> {
    LinkName::parse(text).map_err(|invalid| invalid.problem)
}

const NONE: &str = "This hub has no upstream; `fieldhub serve --upstream URL` gives it one";

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or(print::NOTHING)
}

fn number(value: &Value, field: &str) -> u64 {
    value[field].as_u64().unwrap_or(0)
}
