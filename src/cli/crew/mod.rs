//! `fieldhub crew ...`: the commands about who gets in.
//!
//! Called by `cli`; one file per command.

mod code;
mod hub;
mod list;
mod member;
mod rotate_key;

use clap::Subcommand;
use serde_json::Value;

use super::client::{self, HubClient};
use super::{Output, print};

#[derive(Debug, Subcommand)]
pub enum CrewCommand {
    /// The code that technicians join with
    Code(code::Code),
    /// The code that leads join with
    LeadCode(code::Code),
    /// The code that viewers join with: they read everything and mark nothing
    ViewerCode(code::Code),
    Hub(hub::CrewHubCommand),
    /// List who has joined
    List(list::CrewListCommand),
    /// Make someone a viewer, a technician or a lead
    Role(member::SetRole),
    /// Take someone's access away at once
    Revoke(member::Revoke),
    /// Give someone access again
    Readmit(member::Readmit),
    /// Replace the key that signs sessions: everyone has to join again
    RotateKey(rotate_key::RotateKey),
}

impl CrewCommand {
    /// Whether it may begin a new data directory: a code may be wanted for the poster before the first start.
    pub fn makes_data(&self) -> bool {
        matches!(self, Self::Code(_) | Self::LeadCode(_) | Self::ViewerCode(_))
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        match self {
            Self::Code(code) => code.run(client, "/api/v1/crew/code").await,
            Self::LeadCode(code) => code.run(client, "/api/v1/crew/lead-code").await,
            Self::ViewerCode(code) => code.run(client, "/api/v1/crew/viewer-code").await,
            Self::Hub(hub) => hub.run(client).await,
            Self::List(list) => list.run(client).await,
            Self::Role(role) => role.run(client).await,
            Self::Revoke(revoke) => revoke.run(client).await,
            Self::Readmit(readmit) => readmit.run(client).await,
            Self::RotateKey(rotate) => rotate.run(client).await,
        }
    }
}

/// Everybody in the book.
async fn members(client: &HubClient) -> anyhow::Result<Vec<Value>> {
    let crew = client.get("/api/v1/crew").await?.json().await?;
    Ok(crew["members"].as_array().cloned().unwrap_or_default())
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or(print::NOTHING)
}
